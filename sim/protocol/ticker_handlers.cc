// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/protocol/handlers.h"

namespace clawgate::sim {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

std::int64_t clamped(Wide value) {
  return narrow(value).value_or(INT64_MAX);
}

// A percentage with three decimals, cut: "-1.250".
std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "0.000";
  const Wide thousandths = static_cast<Wide>(part) * 100'000 / whole;
  const bool negative = thousandths < 0;
  const auto size = static_cast<std::uint64_t>(negative ? -thousandths : thousandths);
  std::string decimals = std::to_string(size % 1'000);
  decimals.insert(0, 3 - decimals.size(), '0');
  return (negative ? "-" : "") + std::to_string(size / 1'000) + "." + decimals;
}

// One object for `symbol`, else an array.
template <class Write>
Reply each_symbol(Call& call, const SymbolChoice& choice, Write write) {
  JsonWriter w(call.unit);
  if (!choice.one) w.array();
  for (const SymbolId symbol : choice.symbols) write(w, symbol);
  if (!choice.one) w.end_array();
  return ok(w);
}

void write_day(Call& call, JsonWriter& w, SymbolId symbol, bool full) {
  const auto& tape = call.core.tape.trades(symbol);
  const TimeNs from(call.now.value() - kDayNs);
  const TapeBar bar = call.core.tape.bar(symbol, from, call.now);
  const std::int64_t change = bar.close.raw() - bar.open.raw();
  const Wide average = bar.base == 0 ? 0 : bar.quote * Px::kScale / bar.base;
  w.object().text("symbol", call.exchange.rules(symbol).symbol.view());
  if (full) {
    const DepthAnswer top = call.exchange.depth(symbol, 1);
    const BookLevel bid = top.bids.empty() ? BookLevel() : top.bids.front();
    const BookLevel ask = top.asks.empty() ? BookLevel() : top.asks.front();
    w.amount("priceChange", change)
        .text("priceChangePercent", percent(change, bar.open.raw()))
        .amount("weightedAvgPrice", clamped(average))
        .decimal("prevClosePrice", bar.open)
        .decimal("lastPrice", call.exchange.last_price(symbol))
        .decimal("lastQty", tape.empty() ? Qty() : tape.back().trade.quantity)
        .decimal("bidPrice", bid.price)
        .decimal("bidQty", bid.quantity)
        .decimal("askPrice", ask.price)
        .decimal("askQty", ask.quantity);
  }
  w.decimal("openPrice", bar.open).decimal("highPrice", bar.high).decimal("lowPrice", bar.low);
  if (!full) w.decimal("lastPrice", call.exchange.last_price(symbol));
  w.amount("volume", clamped(bar.base))
      .amount("quoteVolume", clamped(bar.quote))
      .time("openTime", from)
      .time("closeTime", call.now)
      .integer("firstId", bar.count == 0 ? -1 : bar.first_id)
      .integer("lastId", bar.count == 0 ? -1 : bar.last_id)
      .integer("count", bar.count)
      .end_object();
}

}  // namespace

namespace handlers {

std::int64_t price_weight(const Parameters& params) {
  return params.find("symbol") != nullptr ? 2 : 4;
}

std::int64_t day_weight(const Parameters& params) {
  if (params.find("symbol") != nullptr) return 2;
  const std::string* const many = params.find("symbols");
  if (many == nullptr) return 80;
  const std::int64_t symbols = std::count(many->begin(), many->end(), ',') + 1;
  if (symbols <= 20) return 2;
  return symbols <= 100 ? 40 : 80;
}

Reply ticker_price(Call& call) {
  ParameterReader in(call.params);
  const SymbolChoice choice = read_symbols(call, in);
  if (in.fault()) return fail(*in.fault());
  return each_symbol(call, choice, [&](JsonWriter& w, SymbolId symbol) {
    w.object()
        .text("symbol", call.exchange.rules(symbol).symbol.view())
        .decimal("price", call.exchange.last_price(symbol))
        .end_object();
  });
}

Reply book_ticker(Call& call) {
  ParameterReader in(call.params);
  const SymbolChoice choice = read_symbols(call, in);
  if (in.fault()) return fail(*in.fault());
  return each_symbol(call, choice, [&](JsonWriter& w, SymbolId symbol) {
    const DepthAnswer top = call.exchange.depth(symbol, 1);
    const BookLevel bid = top.bids.empty() ? BookLevel() : top.bids.front();
    const BookLevel ask = top.asks.empty() ? BookLevel() : top.asks.front();
    w.object()
        .text("symbol", call.exchange.rules(symbol).symbol.view())
        .decimal("bidPrice", bid.price)
        .decimal("bidQty", bid.quantity)
        .decimal("askPrice", ask.price)
        .decimal("askQty", ask.quantity)
        .end_object();
  });
}

Reply ticker_day(Call& call) {
  ParameterReader in(call.params);
  const SymbolChoice choice = read_symbols(call, in);
  const std::string_view type = in.text("type").value_or("FULL");
  if (type != "FULL" && type != "MINI") in.fail({-1139, "Invalid ticker type."});
  if (in.fault()) return fail(*in.fault());
  return each_symbol(call, choice, [&](JsonWriter& w, SymbolId symbol) {
    write_day(call, w, symbol, type == "FULL");
  });
}

}  // namespace handlers
}  // namespace clawgate::sim
