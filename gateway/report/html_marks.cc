// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "gateway/report/format.h"
#include "gateway/report/html_sections.h"
#include "gateway/report/nearby.h"

// One mark an order, at its average price and the time of its last fill.

namespace clawgate::report {
namespace {

constexpr std::int64_t kSameMark = 10'000;  // millionths of a panel's height: a few pixels

/// The last fill of an order.
struct Filled {
  UnixNanos time;
  std::size_t fills = 0;
  const OrderRow* order = nullptr;
};

std::string text_of(const Filled& row, const SessionReport& report, const Words& words) {
  const OrderRow& order = *row.order;
  const bool bought = order.leg.side == Side::Buy;
  std::string text =
      words.time(row.time) + (bought ? ": bought " : ": sold ") +
      words.qty(order.symbol, order.filled) + " at " + words.px(order.symbol, *order.average) +
      ", " + std::string(plain(order.leg.role)) + " of trade " + std::to_string(order.hold.value());
  if (row.fills > 1) text += ", in " + std::to_string(row.fills) + " fills";
  const TradeRow* const trade = report.trade(order.hold);
  if (!bought && trade != nullptr && trade->closed()) {
    text += ": " + words.profit(trade->realised) + " " + words.quote();
  }
  return text;
}

std::string tip_of(const Neighbours<Filled>& rows, const SessionReport& report,
                   const Words& words) {
  const OrderRow& first = *rows.front()->order;
  Px low = *first.average;
  Px high = low;
  for (const Filled* const row : rows) {
    low = std::min(low, *row->order->average);
    high = std::max(high, *row->order->average);
  }
  const std::string all = times_of(words, rows.front()->time, rows.back()->time) + ": " +
                          grouped_count(rows.size()) + " " + std::string(plain(first.leg.role)) +
                          " orders " + (first.leg.side == Side::Buy ? "bought" : "sold") + " at " +
                          words.px(first.symbol, low) +
                          (low == high ? "" : " to " + words.px(first.symbol, high));
  return told(rows, all, [&](const Filled& row) { return text_of(row, report, words); });
}

}  // namespace

Panel order_marks(const SessionReport& report, const Words& words, const Plot& plot,
                  const Symbol& symbol, const Axis& axis) {
  std::unordered_map<ClientOrderId, Filled> filled;
  for (const FillRow& fill : report.fills) {
    Filled& row = filled[fill.client_order_id];
    row.time = fill.time;
    ++row.fills;
  }
  std::vector<Filled> rows;
  for (const OrderRow& order : report.orders) {
    if (order.symbol != symbol || !order.average) continue;
    const auto at = filled.find(order.leg.client_order_id);
    rows.push_back(at == filled.end() ? Filled{order.issued_at, 0, nullptr} : at->second);
    rows.back().order = &order;
  }
  const auto place = [&](const Filled& row) {
    const LegRole role = row.order->leg.role;
    return std::pair(role, axis.millionths(row.order->average->raw()) / kSameMark);
  };
  Panel out;
  for (const auto& together : nearby(
           pointers_to(rows), plot.time(), [](const Filled& row) { return row.time; }, place)) {
    const OrderRow& order = *together.front()->order;
    out.html += plot.mark(together.front()->time, Plot::y(axis, order.average->raw()),
                          class_of(order.leg.role), shape_of(order.leg.role),
                          tip_of(together, report, words));
    out.merged = out.merged || together.size() > 1;
  }
  return out;
}

}  // namespace clawgate::report
