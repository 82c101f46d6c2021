// SPDX-License-Identifier: Apache-2.0
#include "signals/order_calls.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "schemas/core/assert.h"

namespace clawgate::signals {
namespace {

enum class Part : std::uint8_t {
  Order,
  Plural,  // behind it only: "ordersend" is to send one
  Verb,    // sends or withdraws an order
  New,     // a verb before one order only
  Side,
  Style,  // with a side as good as a verb
  Minor,  // says little by itself
};

struct Parts {
  Part part;
  std::string_view words;  // parted by spaces, without their own spaces
};

constexpr Parts kParts[] = {
    {Part::Order, "order orderlist"},
    {Part::Plural, "s"},
    {Part::Verb, "create place submit send execute cancel replace modify amend"},
    {Part::New, "new"},
    {Part::Side, "buy sell long short"},
    {Part::Style,
     "market limit stop oco oto opo otoco opoco ioc fok gtc gtd twap vwap iceberg bracket trailing "
     "trailingamount trailingpercent trigger takeprofit stoploss conditional reduceonly postonly"},
    {Part::Minor,
     "post add make edit close test sor batch bulk multi multiple all algo spot margin futures "
     "perpetual swap option linear inverse keeppriority and with cost async ws request"},
};

constexpr std::size_t kLetters = 26;
constexpr std::size_t kWordsMax = 96;
constexpr std::size_t kWordSizeMax = 15;
constexpr std::size_t kPartsMax = 10;  // of a name
constexpr std::size_t kTailMax = 8;    // words at the end of a name that may be its call

/// The words by the first letter of their skeletons, longer ones first.
class Table {
 public:
  Table() {
    for (const Parts& row : kParts) {
      for_each_skeleton(row.words, [&](std::string_view word) { add(word, row.part); });
    }
    const auto used = places_.begin() + static_cast<std::ptrdiff_t>(size_);
    std::sort(places_.begin(), used, [](const Place& a, const Place& b) {
      return a.text[0] != b.text[0] ? a.text[0] < b.text[0] : a.size > b.size;
    });
    begins_.fill(size_);
    for (std::size_t i = size_; i-- > 0;) begins_[letter(places_[i].text[0])] = i;
    for (std::size_t i = kLetters; i-- > 0;) begins_[i] = std::min(begins_[i], begins_[i + 1]);
  }

  struct Place {
    std::array<char, kWordSizeMax> text{};
    std::uint8_t size = 0;
    Part part = Part::Minor;

    [[nodiscard]] std::string_view word() const { return {text.data(), size}; }
  };

  /// The longest word that `rest` begins with.
  [[nodiscard]] const Place* front_of(std::string_view rest) const {
    if (rest.front() < 'a' || rest.front() > 'z') return nullptr;
    const std::size_t first = letter(rest.front());
    for (std::size_t i = begins_[first]; i < begins_[first + 1]; ++i) {
      if (rest.starts_with(places_[i].word())) return &places_[i];
    }
    return nullptr;
  }

 private:
  static std::size_t letter(char c) { return static_cast<std::size_t>(c - 'a'); }

  void add(std::string_view word, Part part) {
    CLAWGATE_ASSERT(size_ < places_.size() && !word.empty() && word.size() <= kWordSizeMax);
    CLAWGATE_ASSERT(word.front() >= 'a' && word.front() <= 'z');
    Place& place = places_[size_++];
    std::copy(word.begin(), word.end(), place.text.begin());
    place.size = static_cast<std::uint8_t>(word.size());
    place.part = part;
  }

  std::array<Place, kWordsMax> places_;
  std::size_t size_ = 0;
  std::array<std::size_t, kLetters + 1> begins_{};
};

OrderCall call_of(std::string_view squeezed) {
  static const Table table;
  std::array<std::size_t, 7> count{};
  const auto seen = [&](Part part) { return count[static_cast<std::size_t>(part)]; };
  Part before = Part::Minor;
  for (std::size_t parts = 0; !squeezed.empty(); ++parts) {
    const Table::Place* const place = table.front_of(squeezed);
    if (place == nullptr || parts == kPartsMax) return OrderCall::No;
    if (place->part == Part::Plural && before != Part::Order) return OrderCall::No;
    before = place->part;
    ++count[static_cast<std::size_t>(before)];
    squeezed.remove_prefix(place->size);
  }
  if (seen(Part::Order) != 1) return OrderCall::No;
  if (seen(Part::Verb) > 0) return OrderCall::Trading;
  if (seen(Part::Plural) > 0) return OrderCall::No;
  if (seen(Part::New) > 0) return OrderCall::Trading;
  return seen(Part::Side) > 0 && seen(Part::Style) > 0 ? OrderCall::Trading : OrderCall::Bare;
}

// Behind the object it is a member of, or the path it ends.
std::string_view last_name(std::string_view text) {
  return text.substr(text.find_last_of("./:") + 1);
}

}  // namespace

OrderCall order_call(std::string_view text, const Skeleton& skeleton) {
  const std::string_view whole = skeleton.whole();
  if (whole.find("order") == whole.npos || skeleton.is_prose()) return OrderCall::No;
  OrderCall call = call_of(whole);
  if (call == OrderCall::Trading || text.find(' ') != text.npos) return call;
  const std::size_t tail = std::min(kTailMax, skeleton.words() - 1);
  for (std::size_t count = tail; count > 0; --count) {
    if (call_of(skeleton.last(count)) == OrderCall::Trading) return OrderCall::Trading;
  }
  const std::string_view name = last_name(text);
  if (call == OrderCall::No && name.size() < text.size()) call = call_of(Skeleton(name).whole());
  return call;
}

}  // namespace clawgate::signals
