// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/stream_messages.h"

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

// A percentage with three decimals, cut: "-1.250".
std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "0.000";
  const Wide thousandths = static_cast<Wide>(part) * 100'000 / whole;
  const bool negative = thousandths < 0;
  const std::string digits = std::to_string(clamped(negative ? -thousandths : thousandths));
  const std::string padded = std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
  return (negative ? "-" : "") + padded.substr(0, padded.size() - 3) + "." +
         padded.substr(padded.size() - 3);
}

}  // namespace

std::string trade_message(std::string_view symbol, const TapeTrade& print, TimeUnit unit) {
  JsonWriter w(unit);
  w.object()
      .text("e", "trade")
      .time("E", print.trade.time)
      .text("s", symbol)
      .integer("t", print.id)
      .decimal("p", print.trade.price)
      .decimal("q", print.trade.quantity)
      .time("T", print.trade.time)
      .flag("m", print.trade.buyer_is_maker)
      .flag("M", true)
      .end_object();
  return w.take();
}

std::string agg_trade_message(std::string_view symbol, const AggregateTrade& row, TimeUnit unit) {
  JsonWriter w(unit);
  w.object()
      .text("e", "aggTrade")
      .time("E", row.trade.time)
      .text("s", symbol)
      .integer("a", row.id)
      .decimal("p", row.trade.price)
      .amount("q", clamped(row.quantity))
      .integer("f", row.first)
      .integer("l", row.last)
      .time("T", row.trade.time)
      .flag("m", row.trade.buyer_is_maker)
      .flag("M", true)
      .end_object();
  return w.take();
}

std::string book_ticker_message(std::string_view symbol, std::int64_t id, const BookLevel& bid,
                                const BookLevel& ask) {
  JsonWriter w;
  w.object()
      .integer("u", id)
      .text("s", symbol)
      .decimal("b", bid.price)
      .decimal("B", bid.quantity)
      .decimal("a", ask.price)
      .decimal("A", ask.quantity)
      .end_object();
  return w.take();
}

std::string depth_message(std::string_view symbol, const DepthDiff& diff, TimeUnit unit) {
  JsonWriter w(unit);
  w.object()
      .text("e", "depthUpdate")
      .time("E", diff.time)
      .text("s", symbol)
      .integer("U", diff.first)
      .integer("u", diff.last);
  write_levels(w, "b", diff.bids);
  write_levels(w, "a", diff.asks);
  w.end_object();
  return w.take();
}

std::string partial_depth_message(const DepthAnswer& depth) {
  JsonWriter w;
  w.object().integer("lastUpdateId", depth.last_update_id);
  write_levels(w, "bids", depth.bids);
  write_levels(w, "asks", depth.asks);
  w.end_object();
  return w.take();
}

std::string kline_message(std::string_view symbol, const TapeBar& bar, std::string_view interval,
                          bool closed, TimeNs now, TimeUnit unit) {
  const bool traded = bar.count > 0;
  JsonWriter w(unit);
  w.object()
      .text("e", "kline")
      .time("E", now)
      .text("s", symbol)
      .object("k")
      .time("t", bar.open_time)
      .time("T", bar.close_time)
      .text("s", symbol)
      .text("i", interval)
      .integer("f", traded ? bar.first_id : -1)
      .integer("L", traded ? bar.last_id : -1)
      .decimal("o", bar.open)
      .decimal("c", bar.close)
      .decimal("h", bar.high)
      .decimal("l", bar.low)
      .amount("v", clamped(bar.base))
      .integer("n", bar.count)
      .flag("x", closed)
      .amount("q", clamped(bar.quote))
      .amount("V", clamped(bar.taker_base))
      .amount("Q", clamped(bar.taker_quote))
      .text("B", "0")
      .end_object()
      .end_object();
  return w.take();
}

std::string mini_ticker_message(std::string_view symbol, const TapeBar& bar, TimeNs now,
                                TimeUnit unit) {
  JsonWriter w(unit);
  w.object()
      .text("e", "24hrMiniTicker")
      .time("E", now)
      .text("s", symbol)
      .decimal("c", bar.close)
      .decimal("o", bar.open)
      .decimal("h", bar.high)
      .decimal("l", bar.low)
      .amount("v", clamped(bar.base))
      .amount("q", clamped(bar.quote))
      .end_object();
  return w.take();
}

std::string ticker_message(std::string_view symbol, std::string_view window, const TapeBar& bar,
                           const TickerExtras& extras, TimeNs now, TimeUnit unit) {
  const bool day = window.empty();
  const std::int64_t change = bar.close.raw() - bar.open.raw();
  const Wide average = bar.base == 0 ? 0 : bar.quote * Px::kScale / bar.base;
  JsonWriter w(unit);
  w.object()
      .text("e", day ? "24hrTicker" : std::string(window) + "Ticker")
      .time("E", now)
      .text("s", symbol)
      .amount("p", change)
      .text("P", percent(change, bar.open.raw()))
      .amount("w", clamped(average));
  if (day) w.decimal("x", bar.open);
  w.decimal("c", extras.last);
  if (day) {
    w.decimal("Q", extras.last_quantity)
        .decimal("b", extras.bid.price)
        .decimal("B", extras.bid.quantity)
        .decimal("a", extras.ask.price)
        .decimal("A", extras.ask.quantity);
  }
  w.decimal("o", bar.open)
      .decimal("h", bar.high)
      .decimal("l", bar.low)
      .amount("v", clamped(bar.base))
      .amount("q", clamped(bar.quote))
      .time("O", bar.open_time)
      .time("C", bar.close_time)
      .integer("F", bar.count == 0 ? -1 : bar.first_id)
      .integer("L", bar.count == 0 ? -1 : bar.last_id)
      .integer("n", bar.count)
      .end_object();
  return w.take();
}

std::string avg_price_message(std::string_view symbol, Px average, int minutes, TimeNs last_trade,
                              TimeNs now, TimeUnit unit) {
  JsonWriter w(unit);
  w.object()
      .text("e", "avgPrice")
      .time("E", now)
      .text("s", symbol)
      .text("i", std::to_string(minutes) + "m")
      .decimal("w", average)
      .time("T", last_trade)
      .end_object();
  return w.take();
}

std::string server_shutdown_message(TimeNs now, TimeUnit unit) {
  JsonWriter w(unit);
  w.object().text("e", "serverShutdown").time("E", now).end_object();
  return w.take();
}

}  // namespace clawgate::sim
