// SPDX-License-Identifier: Apache-2.0
#include "signals/order_words.h"

#include <algorithm>
#include <array>

#include "schemas/core/assert.h"
#include "signals/fold.h"

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
     "size sizes unit units weight weights ordersize positionsize tradesize targetsize betsize "
     "lotsize positionsizing orderunits positionunits tradeunits orderweight positionweight "
     "targetweight executionweight"},
    {Meaning::BareTool, "buy sell"},
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
     "ordertype timeinforce clientorderid newclientorderid leverage reduceonly tokenid"},
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
      std::string_view rest = row.words;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        add(Skeleton(rest.substr(0, end)).whole(), bit(row.meaning));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
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

}  // namespace

Look::Look(std::string_view text) : text_(text) {
  const Skeleton folded(text);
  if (folded.words() == 0 || folded.is_prose()) return;
  words_ = folded.words();
  whole_ = meanings_of(folded.whole());
  for (std::size_t i = 0; i < words_; ++i) {
    last_ = words_ == 1 ? whole_ : meanings_of(folded.word(i));
    if (i == 0) first_ = last_;
    any_ |= last_;
  }
  std::uint32_t tails = whole_ | last_;
  for (std::size_t count = 2; count <= 3 && count < words_; ++count) {
    tails |= meanings_of(folded.last(count));
  }
  trading_tool_ = (tails & bit(Meaning::TradingTool)) != 0;
}

bool Look::is_action(const Look& name) const {
  if (is(Meaning::Trade)) return true;
  if (words_ <= 4 && any(Meaning::Trade)) return true;
  if (name.any(Meaning::Horizon)) return false;
  if (is(Meaning::Stance)) return true;
  return words_ <= 2 && any(Meaning::Stance) && !any(Meaning::TimeOrStyle);
}

bool Look::is_action_name() const {
  return is(Meaning::Trade) || (words_ <= 3 && any(Meaning::Trade));
}

bool Look::is_strong_size() const {
  if (is(Meaning::StrongSize)) return true;
  if (words_ < 2 || words_ > 4) return false;
  if ((last_ & bit(Meaning::StrongSize)) != 0) return true;
  return words_ == 2 && (first_ & bit(Meaning::StrongSize)) != 0;
}

bool Look::is_bare_tool() const {
  if (is(Meaning::BareTool)) return true;
  const bool prefixed = text_.find_first_of("_./:") != text_.npos && text_.find(' ') == text_.npos;
  return prefixed && (last_ & bit(Meaning::BareTool)) != 0;
}

}  // namespace clawgate::signals
