// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_sections.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/report/format.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"

namespace clawgate::report {

namespace {

std::string trade_result(const TradeRow& trade, const Words& words) {
  std::string out = "–";
  if (trade.settled()) {
    out = toned(class_of(trade.realised), number(words.profit(trade.realised)));
    if (const auto rate = trade.profit_rate()) out += small(number(percent_with_sign(*rate)));
  }
  if (trade.unrealised && !trade.closed()) {
    out += small(number(words.profit(*trade.unrealised)) + " open");
  }
  return out;
}

}  // namespace

std::string trades_html(const SessionReport& report, const Words& words) {
  Table table("trades", {{"Trade", "t"},
                         {"Bought", "t"},
                         {"Ended", "t"},
                         {"Held for", "n"},
                         {"Stop", "n"},
                         {"Target", "n"},
                         {"Slippage", "n"},
                         {"Fees", "n"},
                         {"R", "n"},
                         {"Result", "n"}});
  bool any = false;
  for (const TradeRow& trade : report.trades) {
    if (!trade.filled()) continue;
    any = true;
    const auto entry = trade.entry_average();
    const auto exit = trade.exit_average();
    const auto risks = trade.profit_in_risks();
    std::string ended = "still open";
    if (trade.closed_by && exit) {
      ended = number(words.px(trade.symbol, *exit)) +
              small(escaped(plain(*trade.closed_by)) + ", " +
                    words.time(trade.last_sale_at.value_or(trade.released_at)));
    }
    std::string slippage = "–";
    if (const auto in = trade.entry_vs_touch.cost(Side::Buy)) {
      slippage = number(basis_points(*in)) + " in";
    }
    if (const auto sold = trade.exit_vs_benchmark.cost(Side::Sell)) {
      slippage += small(number(basis_points(*sold)) + " out");
    }
    const UnixNanos until =
        trade.last_sale_at && trade.closed() ? *trade.last_sale_at : report.last_time;
    table.row(
        {"<b>" + std::to_string(trade.hold.value()) + "</b> " + foreign(trade.symbol.view()) +
             small(foreign(trade.engine.view())),
         number(words.qty(trade.symbol, trade.entry_qty)) + " at " +
             number(entry ? words.px(trade.symbol, *entry) : "–") +
             small(trade.opened_at ? words.time(*trade.opened_at) : ""),
         ended,
         trade.opened_at ? number(duration_text(until.value() - trade.opened_at->value())) : "–",
         (trade.stop.is_zero() ? "–" : number(words.px(trade.symbol, trade.stop))) +
             small(trade.stop_derived ? "by policy" : "by the signal"),
         trade.take_profit.is_zero() ? "–" : number(words.px(trade.symbol, trade.take_profit)),
         slippage, number(words.amount(trade.fees)),
         trade.settled() && risks ? number(with_sign(risks->raw(), 2)) : "–",
         trade_result(trade, words)});
  }
  if (!any) return nothing("Trades", "No order was filled.");
  return heading("Trades", "Result and fees in " + escaped(words.quote()) +
                               ". R is the result in units of the loss planned at the stop.") +
         table.print();
}

std::string orders_html(const SessionReport& report, const Words& words) {
  if (report.orders.empty()) return nothing("Orders", "No order was released.");
  std::string out =
      heading("Orders", "Every order that was released, leg by leg, and where it ended.");
  Table table("orders", {{"Leg", "t"},
                         {"Order", "t"},
                         {"Price", "n"},
                         {"State", "t"},
                         {"Filled", "n"},
                         {"Last change", "t"},
                         {"Client order id"}});
  HoldId group;
  for (const OrderRow& order : report.orders) {
    if (order.hold != group) {
      group = order.hold;
      const TradeRow* const trade = report.trade(group);
      table.group("Trade " + std::to_string(group.value()) + ", " + foreign(order.symbol.view()) +
                  (trade != nullptr ? ", " + foreign(trade->engine.view()) : ""));
    }
    const Leg& leg = order.leg;
    std::string price = leg.limit.is_zero() ? "market" : number(words.px(order.symbol, leg.limit));
    if (!leg.trigger.is_zero()) {
      price = number(words.px(order.symbol, leg.trigger)) + small("trigger, then " + price);
    }
    std::string said = escaped(Words::venue_words(order));
    if (order.queries > 0) said += " asked " + std::to_string(order.queries) + " times";
    const std::string_view kind =
        order.state == OrderState::Filled                                           ? "good"
        : order.state == OrderState::Unknown || order.state == OrderState::Rejected ? "bad"
        : is_final(order.state)                                                     ? "quiet"
                                                                                    : "waiting";
    table.row({escaped(plain(leg.role)),
               std::string(word(leg.side)) + " " + number(words.qty(order.symbol, leg.qty)) +
                   small(escaped(word(leg.type)) + " " + std::string(word(leg.tif))),
               price, chip(kind, word(order.state)) + small(said),
               order.average ? number(words.qty(order.symbol, order.filled)) +
                                   small("at " + number(words.px(order.symbol, *order.average)))
                             : "–",
               words.time(order.moves.empty() ? order.issued_at : order.moves.back().time),
               monospaced(foreign(leg.client_order_id.view())) +
                   small(order.venue_order_id.empty()
                             ? ""
                             : "venue " + foreign(order.venue_order_id.view()))});
  }
  return out + table.print();
}

std::string fills_html(const SessionReport& report, const Words& words) {
  if (report.fills.empty()) return nothing("Fills", "No order was filled.");
  std::string out = heading(
      "Fills",
      "Against its benchmark: entries the ask and exits the bid at release, stops and targets "
      "their own price. Above zero is worse for us.");
  Table table("fills", {{"Time", "t"},
                        {"Trade", "t"},
                        {"Leg", "t"},
                        {"Quantity", "n"},
                        {"Price", "n"},
                        {"Against", "n"},
                        {"Slippage", "n"},
                        {"Fee", "n"},
                        {"Execution", "t"}});
  for (const FillRow& fill : report.fills) {
    const Px against = fill.trigger.is_zero() ? fill.touch : fill.trigger;
    const Slippage slippage{Notional::from_raw(against.raw()), Notional::from_raw(fill.px.raw())};
    const auto cost = slippage.cost(fill.side);
    table.row({words.time(fill.time),
               std::to_string(fill.hold.value()) + " " + foreign(fill.symbol.view()),
               escaped(plain(fill.role)) + small(std::string(word(fill.side))),
               number(words.qty(fill.symbol, fill.qty)), number(words.px(fill.symbol, fill.px)),
               against.is_zero() ? "–" : number(words.px(fill.symbol, against)),
               cost ? number(basis_points(*cost)) : "–",
               number(to_text(fill.fee)) + " " + foreign(fill.fee_asset.view()),
               monospaced(foreign(fill.exec_id.view()))});
  }
  return out + table.print();
}

std::string costs_html(const SessionReport& report, const Words& words) {
  const Totals& totals = report.totals;
  if (report.fills.empty()) {
    return nothing("Fees and slippage", "Nothing was traded, so nothing was paid.");
  }
  std::string out = heading("Fees and slippage");
  const auto item = [&](std::string_view name, const std::string& html) {
    out += "<dt>" + escaped(name) + "</dt><dd>" + html + "</dd>\n";
  };
  const auto slippage = [&](std::string_view name, const Slippage& value, Side side) {
    const auto cost = value.cost(side);
    if (!cost) return;
    const auto lost = side == Side::Buy ? subtract(value.actual, value.expected)
                                        : subtract(value.expected, value.actual);
    item(name, number(basis_points(*cost)) + " <span class=\"soft\">" +
                   number(words.profit(lost.value_or(Notional{}))) + " " + escaped(words.quote()) +
                   "</span>");
  };
  out += "<div class=\"pair\">\n<dl class=\"list\">\n";
  item("Bought for", number(words.money(totals.bought)) + " " + escaped(words.quote()));
  item("Sold for", number(words.money(totals.sold)) + " " + escaped(words.quote()));
  item("Fees in all", number(words.amount(totals.fees)) + " " + escaped(words.quote()));
  for (const AssetTotal& row : report.fees_by_asset) {
    item("paid in " + printable(row.asset.view()), number(to_text(row.total)));
  }
  if (totals.fees_elsewhere > 0) {
    item("not counted", grouped_count(totals.fees_elsewhere) + " fills paid in another asset");
  }
  out += "</dl>\n<dl class=\"list\">\n";
  slippage("Entries against the mid at the signal", totals.entry_vs_reference, Side::Buy);
  slippage("Entries against the ask at release", totals.entry_vs_touch, Side::Buy);
  slippage("Exits against their trigger or the bid", totals.exit_vs_benchmark, Side::Sell);
  return out + "</dl>\n</div>\n";
}

}  // namespace clawgate::report
