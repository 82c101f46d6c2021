// SPDX-License-Identifier: Apache-2.0
#include "signals/order_words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "schemas/core/assert.h"
#include "signals/fold.h"
#include "signals/order_calls.h"

namespace clawgate::signals {
namespace {

constexpr std::uint32_t bit(Meaning meaning) {
  return static_cast<std::uint32_t>(meaning);
}

struct Words {
  Meaning meaning;
  std::string_view words;  // parted by spaces, without their own spaces
};

constexpr Words kWords[] = {
    {Meaning::Trade,
     "buy sell buying selling purchase buycrypto sellcrypto buystock sellstock buytoopen "
     "selltoclose buytocover sellshort"},
    {Meaning::Stance, "short cover long"},
    {Meaning::TimeOrStyle, "term run only dated lived circuit"},
    {Meaning::Horizon,
     "horizon term period duration timeframe frame window length holding tenor timehorizon"},
    {Meaning::StrongSize,
     "amount amounts quantity quantities qty notional notionals shares contract contracts lots lot "
     "orderqty origqty baseqty quoteorderqty quoteqty numshares"},
    {Meaning::WeakSize,
     "size sizes sz unit units weight weights ordersize positionsize tradesize targetsize betsize "
     "lotsize positionsizing orderunits positionunits tradeunits orderweight positionweight "
     "targetweight executionweight"},
    {Meaning::BareTool, "buy sell batchorders"},
    {Meaning::TradingTool,
     "buycrypto sellcrypto buystock sellstock placeorder placeorders executeorder executeorders "
     "submitorder submitorders cancelorder cancelorders createorder neworder replaceorder "
     "modifyorder marketbuy marketsell limitbuy limitsell executetrade executetrades placetrade "
     "cancelallorders closeposition"},
    {Meaning::ToolName,
     "name tool toolname toolid function functionname functioncall method call command recipient "
     "recipientname endpoint op operation invoke"},
    {Meaning::Arguments,
     "arguments argument args input inputs params parameters kwargs toolinput functionargs"},
    {Meaning::OrderField,
     "ordertype limitprice timeinforce clientorderid newclientorderid ordtype clordid leverage "
     "reduceonly tokenid"},
    {Meaning::Allocation,
     "positions targetweights targetpositions targetallocation targetallocations portfolioweights "
     "targetportfolio rebalance rebalancing"},
    {Meaning::ThisAction, "thisaction"},
    {Meaning::OrderIntent, "orderintent orderintentid"},
    {Meaning::Price, "price"},
    {Meaning::ExecutedAt, "executedat"},
    {Meaning::Port, "port"},
    {Meaning::MessageType, "messagetype"},
    {Meaning::SignalType, "signaltype"},
    {Meaning::Operation, "operation"},
    {Meaning::FeedTrade, "realtime trade position"},
    {Meaning::Copied, "copied"},
};

/// The words by their skeletons, since skeletons are what is compared. Open addressing: most of
/// what is asked is not in it, and then the first place says so.
class Table {
 public:
  Table() {
    for (const Words& row : kWords) {
      for_each_skeleton(row.words, [&](std::string_view word) { add(word, bit(row.meaning)); });
    }
  }

  [[nodiscard]] std::uint32_t meanings_of(std::string_view word) const {
    if (word.size() > kSizeMax) return 0;
    return places_[place_of(word)].meanings;
  }

 private:
  static constexpr std::size_t kPlaceBits = 9;  // for less than 200 words
  static constexpr std::size_t kPlaces = std::size_t{1} << kPlaceBits;
  static constexpr std::size_t kSizeMax = 24;
  static constexpr std::size_t kHashed = 7;  // letters at the front
  struct Place {
    std::array<char, kSizeMax> text{};
    std::uint32_t size = 0;
    std::uint32_t meanings = 0;
  };

  void add(std::string_view word, std::uint32_t meaning) {
    CLAWGATE_ASSERT(!word.empty() && word.size() <= kSizeMax);
    Place& place = places_[place_of(word)];
    std::copy(word.begin(), word.end(), place.text.begin());
    place.size = static_cast<std::uint32_t>(word.size());
    place.meanings |= meaning;
  }

  /// Where the word stands, or the free place where it would.
  [[nodiscard]] std::size_t place_of(std::string_view word) const {
    std::uint64_t hash = word.size();
    for (const char c : word.substr(0, kHashed)) hash = hash << 8U | static_cast<unsigned char>(c);
    std::size_t at = hash * 0x9E37'79B9'7F4A'7C15U >> (64 - kPlaceBits);
    for (;; at = (at + 1) % kPlaces) {
      const Place& place = places_[at];
      if (place.size == 0) return at;
      if (std::string_view(place.text.data(), place.size) == word) return at;
    }
  }

  std::array<Place, kPlaces> places_;
};

std::uint32_t meanings_of(std::string_view word) {
  static const Table table;
  return table.meanings_of(word);
}

Meanings folded(std::string_view text) {
  const Skeleton skeleton(text);
  Meanings of;
  if (skeleton.words() == 0 || skeleton.is_prose()) return of;
  of.words = static_cast<std::uint16_t>(skeleton.words());
  of.whole = meanings_of(skeleton.whole());
  for (std::size_t i = 0; i < of.words; ++i) {
    of.last = of.words == 1 ? of.whole : meanings_of(skeleton.word(i));
    if (i == 0) of.first = of.last;
    of.any |= of.last;
  }
  std::uint32_t tails = of.whole | of.last;
  for (std::size_t count = 2; count <= 3 && count < of.words; ++count) {
    tails |= meanings_of(skeleton.last(count));
  }
  const OrderCall call = order_call(text, skeleton);
  of.trading_tool = (tails & bit(Meaning::TradingTool)) != 0 || call == OrderCall::Trading;
  of.bare_order = call == OrderCall::Bare;
  return of;
}

/// Short texts that were folded before, by their exact bytes: every document of an engine says the
/// same names. A text that falls on the place of another takes it. Zeros fill the rest: at the end
/// of a text they mean nothing.
class Folded {
 public:
  Meanings of(std::string_view text) {
    if (text.size() > kSizeMax) return folded(text);
    Key bytes{};
    text.copy(bytes.data(), text.size());
    Place& place = places_[place_of(bytes)];
    if (place.bytes == bytes) return place.of;
    place = {bytes, folded(text)};
    return place.of;
  }

 private:
  static constexpr std::size_t kSizeMax = 32;
  static constexpr std::size_t kPlaceBits = 8;
  using Key = std::array<char, kSizeMax>;
  struct Place {  // as it begins: the empty text, which means nothing
    Key bytes{};
    Meanings of;
  };

  static std::size_t place_of(const Key& bytes) {
    std::uint64_t hash = 0;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof hash) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, bytes.data() + at, sizeof eight);
      hash = (std::rotl(hash, 29) ^ eight) * 0x9E37'79B9'7F4A'7C15U;
    }
    return hash >> (64 - kPlaceBits);
  }

  std::array<Place, std::size_t{1} << kPlaceBits> places_;
};

constinit thread_local Folded seen_words;

}  // namespace

Look::Look(std::string_view text) : text_(text), of_(seen_words.of(text)) {}

bool Look::is_action(const Look& name) const {
  if (is(Meaning::Trade)) return true;
  if (of_.words <= 4 && any(Meaning::Trade)) return true;
  if (name.any(Meaning::Horizon)) return false;
  if (is(Meaning::Stance)) return true;
  return of_.words <= 2 && any(Meaning::Stance) && !any(Meaning::TimeOrStyle);
}

bool Look::is_action_name() const {
  return is(Meaning::Trade) || (of_.words <= 3 && any(Meaning::Trade));
}

bool Look::is_strong_size() const {
  if (is(Meaning::StrongSize)) return true;
  if (of_.words < 2 || of_.words > 4) return false;
  if ((of_.last & bit(Meaning::StrongSize)) != 0) return true;
  return of_.words == 2 && (of_.first & bit(Meaning::StrongSize)) != 0;
}

bool Look::is_bare_tool() const {
  if (is(Meaning::BareTool) || of_.bare_order) return true;
  const bool prefixed = text_.find_first_of("_./:") != text_.npos && text_.find(' ') == text_.npos;
  return prefixed && (of_.last & bit(Meaning::BareTool)) != 0;
}

}  // namespace clawgate::signals
