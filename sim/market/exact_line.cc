// SPDX-License-Identifier: Apache-2.0
#include "sim/market/exact_line.h"

#include <cstring>

#include "sim/market/digits.h"
#include "sim/market/file_text.h"
#include "sim/market/wire_time.h"

namespace clawgate::sim {

// A place in the line. What it reads may reach into the padding, where nothing matches.
class ExactLine::Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), limit_(text.data() + text.size()) {}

  [[nodiscard]] char here() const { return *at_; }
  [[nodiscard]] bool at_end() const { return at_ == limit_; }

  // Literals are shorter than the padding.
  template <std::size_t N>
  bool skip(const char (&literal)[N]) {
    static_assert(N - 1 <= FileText::kPadding);
    if (std::memcmp(at_, literal, N - 1) != 0) return false;
    at_ += N - 1;
    return at_ <= limit_;
  }

  bool skip(const std::string& text) {
    if (static_cast<std::size_t>(limit_ - at_) < text.size()) return false;
    if (std::memcmp(at_, text.data(), text.size()) != 0) return false;
    at_ += text.size();
    return true;
  }

  // 1..18 digits, as JSON writes a whole number.
  bool whole(std::int64_t& value) {
    const char* const start = at_;
    value = 0;
    for (; at_ - start < 18 && *at_ >= '0' && *at_ <= '9'; ++at_) value = value * 10 + (*at_ - '0');
    const bool leading_zero = *start == '0' && at_ - start > 1;
    return at_ > start && !leading_zero;
  }

  bool time(TimeNs& value) {
    std::int64_t ms = 0;
    if (!whole(ms) || ms > kWireMillisMax) return false;
    value = TimeNs{ms * kNanosPerWireMilli};
    return true;
  }

  bool truth(bool& value) {
    value = *at_ == 't';
    return value ? skip("true") : skip("false");
  }

  // Up to its closing quote, which it passes.
  template <class D>
  bool decimal(std::int64_t least, D& value) {
    const DecimalText read = read_decimal(at_, limit_, '"');
    if (read.value.error != DecimalError::None || read.value.raw < least) return false;
    value = D::from_raw(read.value.raw);
    at_ = read.end + 1;
    return true;
  }

  // [["61837.63000000","3.78826000"],...]
  bool levels(std::vector<BookLevel>& into) {
    into.clear();
    if (skip("[]")) return true;
    for (bool more = skip("["); more; more = skip(",")) {
      BookLevel level;
      if (!skip("[\"") || !decimal(1, level.price)) return false;
      if (!skip(",\"") || !decimal(0, level.quantity)) return false;
      if (!skip("]")) return false;
      into.push_back(level);
    }
    return skip("]");
  }

 private:
  const char* at_;
  const char* limit_;
};

ExactLine::ExactLine(std::string_view stream_symbol, std::string_view symbol)
    : start_("{\"stream\":\"" + std::string(stream_symbol) + "@"),
      symbol_(",\"s\":\"" + std::string(symbol) + "\"") {}

bool ExactLine::read(std::string_view json, bool with_depth, MarketEvent& event,
                     std::vector<BookLevel>& bids, std::vector<BookLevel>& asks) const {
  Cursor at(json);
  if (!at.skip(start_)) return false;
  switch (at.here()) {
    case 'b':
      return read_ticker(at, event);
    case 't':
      return read_trade(at, event);
    case 'd':
      return with_depth && read_depth(at, event, bids, asks);
    default:
      return false;
  }
}

bool ExactLine::read_ticker(Cursor& at, MarketEvent& event) const {
  event.kind = MarketKind::BookTicker;
  if (!at.skip("bookTicker\",\"data\":{\"u\":") || !at.whole(event.last_id)) return false;
  if (!at.skip(symbol_)) return false;
  if (!at.skip(",\"b\":\"") || !at.decimal(1, event.bid.price)) return false;
  if (!at.skip(",\"B\":\"") || !at.decimal(0, event.bid.quantity)) return false;
  if (!at.skip(",\"a\":\"") || !at.decimal(1, event.ask.price)) return false;
  if (!at.skip(",\"A\":\"") || !at.decimal(0, event.ask.quantity)) return false;
  return at.skip("}}") && at.at_end() && event.bid.price < event.ask.price;
}

bool ExactLine::read_trade(Cursor& at, MarketEvent& event) const {
  event.kind = MarketKind::Trade;
  TimeNs sent;
  bool ignored = false;
  if (!at.skip("trade\",\"data\":{\"e\":\"trade\",\"E\":") || !at.time(sent)) return false;
  if (!at.skip(symbol_)) return false;
  if (!at.skip(",\"t\":") || !at.whole(event.trade_id)) return false;
  if (!at.skip(",\"p\":\"") || !at.decimal(1, event.price)) return false;
  if (!at.skip(",\"q\":\"") || !at.decimal(1, event.quantity)) return false;
  if (!at.skip(",\"T\":") || !at.time(event.exchange_time)) return false;
  if (!at.skip(",\"m\":") || !at.truth(event.buyer_is_maker)) return false;
  if (!at.skip(",\"M\":") || !at.truth(ignored)) return false;
  return at.skip("}}") && at.at_end();
}

bool ExactLine::read_depth(Cursor& at, MarketEvent& event, std::vector<BookLevel>& bids,
                           std::vector<BookLevel>& asks) const {
  event.kind = MarketKind::Depth;
  if (!at.skip("depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":")) return false;
  if (!at.time(event.exchange_time) || !at.skip(symbol_)) return false;
  if (!at.skip(",\"U\":") || !at.whole(event.first_id)) return false;
  if (!at.skip(",\"u\":") || !at.whole(event.last_id)) return false;
  if (!at.skip(",\"b\":") || !at.levels(bids)) return false;
  if (!at.skip(",\"a\":") || !at.levels(asks)) return false;
  event.bids = bids;
  event.asks = asks;
  return at.skip("}}") && at.at_end() && event.first_id <= event.last_id;
}

}  // namespace clawgate::sim
