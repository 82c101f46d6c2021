// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/protocol/handlers.h"

namespace clawgate::sim {
namespace {

std::int64_t clamped(Wide value) {
  return narrow(value).value_or(INT64_MAX);
}

void write_levels(JsonWriter& w, std::string_view side, const std::vector<BookLevel>& levels) {
  w.array(side);
  for (const BookLevel& level : levels) {
    w.array().amount_item(level.price.raw()).amount_item(level.quantity.raw()).end_array();
  }
  w.end_array();
}

// -1220 when the symbol is not in the status asked for.
void check_status(Call& call, ParameterReader& in, SymbolId symbol) {
  const auto wanted = in.text("symbolStatus");
  if (in.fault() || !wanted || *wanted == name(call.exchange.rules(symbol).status)) return;
  if (!from_name<SymbolStatus>(*wanted)) return in.fail({-1122, "Invalid symbolStatus."});
  in.fail({-1220, "The symbol's status does not match the requested symbolStatus."});
}

// One row of trades.aggregate; the trades of one are next to each other.
struct Aggregate {
  std::int64_t id = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  Wide quantity = 0;
  PublicTrade trade;
};

std::vector<Aggregate> aggregates_of(const std::deque<TapeTrade>& trades) {
  std::vector<Aggregate> rows;
  for (const TapeTrade& print : trades) {
    if (rows.empty() || rows.back().id != print.aggregate) {
      rows.push_back({.id = print.aggregate, .first = print.id, .trade = print.trade});
    }
    rows.back().last = print.id;
    rows.back().quantity += print.trade.quantity.raw();
  }
  return rows;
}

}  // namespace

namespace handlers {

std::int64_t depth_weight(const Parameters& params) {
  ParameterReader in(params);
  const std::int64_t limit = in.integer("limit").value_or(100);
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1'000 ? 50 : 250;
}

Reply depth(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  const std::size_t limit = read_limit(in, 100, 5'000);
  check_status(call, in, symbol);
  if (in.fault()) return fail(*in.fault());
  const auto& source = call.core.options.depth;
  const DepthAnswer depth = source ? source(symbol, limit) : call.exchange.depth(symbol, limit);
  JsonWriter w(call.unit);
  w.object().integer("lastUpdateId", depth.last_update_id);
  write_levels(w, "bids", depth.bids);
  write_levels(w, "asks", depth.asks);
  w.end_object();
  return ok(w);
}

Reply trades(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  Choice choice;
  choice.limit = read_limit(in, 500, 1'000);
  choice.from = in.integer("fromId");
  if (in.fault()) return fail(*in.fault());
  const auto& tape = call.core.tape.trades(symbol);
  const auto rows = chosen(
      std::vector<TapeTrade>(tape.begin(), tape.end()), choice,
      [](const TapeTrade& row) { return row.trade.time; },
      [](const TapeTrade& row) { return row.id; });
  JsonWriter w(call.unit);
  w.array();
  for (const TapeTrade& row : rows) {
    w.object()
        .integer("id", row.id)
        .decimal("price", row.trade.price)
        .decimal("qty", row.trade.quantity)
        .decimal("quoteQty", notional(row.trade.price, row.trade.quantity, Round::Down)
                                 .value_or(Notional::from_raw(INT64_MAX)))
        .time("time", row.trade.time)
        .flag("isBuyerMaker", row.trade.buyer_is_maker)
        .flag("isBestMatch", true)
        .end_object();
  }
  w.end_array();
  return ok(w);
}

Reply agg_trades(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  Choice choice;
  choice.start = in.time("startTime");
  choice.end = in.time("endTime");
  choice.from = in.integer("fromId");
  choice.limit = read_limit(in, 500, 1'000);
  if (in.fault()) return fail(*in.fault());
  const auto rows = chosen(
      aggregates_of(call.core.tape.trades(symbol)), choice,
      [](const Aggregate& row) { return row.trade.time; },
      [](const Aggregate& row) { return row.id; });
  JsonWriter w(call.unit);
  w.array();
  for (const Aggregate& row : rows) {
    w.object()
        .integer("a", row.id)
        .decimal("p", row.trade.price)
        .amount("q", clamped(row.quantity))
        .integer("f", row.first)
        .integer("l", row.last)
        .time("T", row.trade.time)
        .flag("m", row.trade.buyer_is_maker)
        .flag("M", true)
        .end_object();
  }
  w.end_array();
  return ok(w);
}

Reply klines(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  const std::string_view word = in.must("interval");
  const KlineInterval* const interval = find_interval(word);
  if (interval == nullptr) in.fail(refuse::invalid_interval());
  const auto start = in.time("startTime");
  const auto end = in.time("endTime");
  const std::size_t limit = read_limit(in, 500, 1'000);
  if (in.fault()) return fail(*in.fault());
  JsonWriter w(call.unit);
  w.array();
  for (const TapeBar& bar : call.core.tape.bars(symbol, *interval, start, end, limit, call.now)) {
    w.array()
        .time_item(bar.open_time)
        .amount_item(bar.open.raw())
        .amount_item(bar.high.raw())
        .amount_item(bar.low.raw())
        .amount_item(bar.close.raw())
        .amount_item(clamped(bar.base))
        .time_item(bar.close_time)
        .amount_item(clamped(bar.quote))
        .integer_item(bar.count)
        .amount_item(clamped(bar.taker_base))
        .amount_item(clamped(bar.taker_quote))
        .item("0")
        .end_array();
  }
  w.end_array();
  return ok(w);
}

Reply avg_price(Call& call) {
  ParameterReader in(call.params);
  const SymbolId symbol = read_symbol(call, in);
  if (in.fault()) return fail(*in.fault());
  const auto& tape = call.core.tape.trades(symbol);
  JsonWriter w(call.unit);
  w.object()
      .integer("mins", call.exchange.rules(symbol).avg_price_mins)
      .decimal("price", call.exchange.average_price(symbol))
      .time("closeTime", tape.empty() ? call.now : tape.back().trade.time)
      .end_object();
  return ok(w);
}

// No symbol of this exchange has one.
Reply reference_price(Call& call) {
  ParameterReader in(call.params);
  static_cast<void>(read_symbol(call, in));
  if (in.fault()) return fail(*in.fault());
  return fail(Refusal{-2043, "This symbol doesn't have a reference price."});
}

}  // namespace handlers
}  // namespace clawgate::sim
