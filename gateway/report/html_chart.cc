// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_chart.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include "gateway/report/axis.h"
#include "gateway/report/format.h"
#include "gateway/report/html_plot.h"
#include "gateway/report/html_sections.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"
#include "gateway/report/thin.h"
#include "schemas/record_json.h"

namespace clawgate::report {
namespace {

constexpr std::size_t kMarksMax = 500;

struct Series {
  std::string name;
  int decimals = 2;
  Samples samples;
};

Samples drawn(const Samples& samples) {
  return thinned(samples, kDrawnMax, [](const Sample& at) { return at.value; });
}

std::string name_of(std::string_view text) {
  return "<text class=\"name\" x=\"6\" y=\"16\">" + escaped(text) + "</text>";
}

class Charts {
 public:
  Charts(const SessionReport& report, const Words& words)
      : report_(report), words_(words), plot_(time_axis(report)) {}

  [[nodiscard]] std::string print() {
    if (report_.records_total == 0) return empty_state("Nothing was recorded.");
    std::string out = "<figure class=\"charts\" id=\"charts\">\n";
    std::string panels;
    for (const PriceSeries& prices : report_.extras.prices) panels += price_panel(prices);
    if (panels.empty()) {
      panels = empty_state("No price was seen.");
    } else {
      out += legend();
    }
    panels += lane_panel() + trading_panel(report_, words_, plot_);
    if (report_.equity.points.empty()) {
      panels += empty_state("No balance was reported, so equity is not known.");
    } else {
      panels += equity_panel();
      panels += drawdown_panel();
    }
    out += "<div class=\"panels\" id=\"panels\">\n" + panels + plot_.time_labels() +
           "<div class=\"cross\" id=\"cross\" hidden=\"hidden\"></div>\n"
           "<div class=\"tip\" id=\"tip\" hidden=\"hidden\"></div>\n</div>\n";
    return out + "</figure>\n" + data();
  }

 private:
  static Axis time_axis(const SessionReport& report);
  [[nodiscard]] std::string legend() const;
  [[nodiscard]] std::string price_panel(const PriceSeries& prices);
  [[nodiscard]] Axis price_axis(const Symbol& symbol, const Samples& samples) const;
  [[nodiscard]] std::string trade_span(const TradeRow& trade) const;
  [[nodiscard]] std::string level(std::string_view kind, const TradeRow& trade, Px px,
                                  const Axis& axis) const;
  [[nodiscard]] std::string order_mark(const OrderRow& order, const Axis& axis) const;
  [[nodiscard]] std::string lane_panel() const;
  [[nodiscard]] std::string hold_bar(const ApprovalRow& row) const;
  /// Too near to be told apart on the page.
  [[nodiscard]] bool near(UnixNanos a, UnixNanos b) const {
    return plot_.time().millionths(b.value()) - plot_.time().millionths(a.value()) < 2'000;
  }
  [[nodiscard]] std::string equity_panel();
  [[nodiscard]] std::string drawdown_panel();
  [[nodiscard]] std::string data() const;

  const SessionReport& report_;
  const Words& words_;
  Plot plot_;
  std::vector<Series> series_;  // what the pointer reads out
};

Axis Charts::time_axis(const SessionReport& report) {
  std::int64_t from = report.first_time.value();
  std::int64_t to = report.last_time.value();
  for (const PriceSeries& prices : report.extras.prices) {
    if (prices.points.empty()) continue;
    from = std::min(from, prices.points.front().time.value());
    to = std::max(to, prices.points.back().time.value());
  }
  // A little room at both ends, so that what happens there is seen.
  const std::int64_t room = std::max((to - from) / 80, kNanosPerSecond / 10);
  return Axis::around(from, to, room);
}

std::string Charts::legend() const {
  const auto item = [](std::string_view kind, std::string_view shape, std::string_view name) {
    return "<span><svg class=\"key mark " + std::string(kind) +
           "\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><path d=\"" + std::string(shape) +
           "\"/></svg>" + std::string(name) + "</span>";
  };
  const auto line = [](std::string_view kind, std::string_view name) {
    return "<span><svg class=\"key\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><line class=\"" +
           std::string(kind) + "\" x1=\"-8\" x2=\"8\" y1=\"0\" y2=\"0\"/></svg>" +
           std::string(name) + "</span>";
  };
  const auto filled = [&](LegRole role) {
    return std::any_of(report_.fills.begin(), report_.fills.end(),
                       [&](const FillRow& fill) { return fill.role == role; });
  };
  std::string out = "<figcaption class=\"legend\">" + line("price", "mid price");
  if (filled(LegRole::Entry)) out += item("buy", shape_of(LegRole::Entry), "bought");
  if (filled(LegRole::TakeProfit))
    out += item("good", shape_of(LegRole::TakeProfit), "took profit");
  if (filled(LegRole::Stop)) out += item("bad", shape_of(LegRole::Stop), "stopped out");
  if (filled(LegRole::Exit)) out += item("plain", shape_of(LegRole::Exit), "sold by an exit");
  if (filled(LegRole::Reduce)) out += item("bad", shape_of(LegRole::Reduce), "reduced");
  if (filled(LegRole::Entry)) out += line("level stop", "stop") + line("level profit", "target");
  if (!report_.signals.empty()) {
    out += item("dot quiet", kDot, "signal") + item("dot refused", kDot, "stopped before an order");
  }
  if (!report_.refused.empty()) out += item("cross-mark refused", kCross, "refused input");
  return out + "</figcaption>\n";
}

std::string Charts::price_panel(const PriceSeries& prices) {
  Samples samples;
  for (const PricePoint& at : prices.points) samples.push_back({at.time, at.mid.raw()});
  samples = drawn(samples);
  if (samples.empty()) return "";
  const Axis axis = price_axis(prices.symbol, samples);
  const Ticks ticks = round_ticks(axis.from(), axis.to(), 7);

  std::string plot = Plot::grid(axis, ticks);
  std::string levels;
  for (const TradeRow& trade : report_.trades) {
    if (trade.symbol != prices.symbol || !trade.opened_at) continue;
    plot += trade_span(trade);
    levels += level("stop", trade, trade.stop, axis) +
              level("profit", trade, trade.take_profit, axis) +
              level("entry", trade, trade.entry_average().value_or(Px{}), axis);
  }
  plot += Plot::stretched("price", plot_.path(samples, axis, false)) + levels;
  std::size_t marks = 0;
  for (const OrderRow& order : report_.orders) {
    if (order.symbol != prices.symbol || !order.average || ++marks > kMarksMax) continue;
    plot += order_mark(order, axis);
  }
  const std::string name = printable(prices.symbol.view());
  series_.push_back({name, words_.px_decimals(prices.symbol), samples});
  return plot_.panel("prices", "Price of " + name + " with entries, exits, stops and targets",
                     plot + name_of(name), Plot::labels(axis, ticks));
}

// Wide enough for the prices and for everything that was done or planned at one.
Axis Charts::price_axis(const Symbol& symbol, const Samples& samples) const {
  std::int64_t low = samples.front().value;
  std::int64_t high = low;
  const auto include = [&](std::int64_t value) {
    if (value <= 0) return;
    low = std::min(low, value);
    high = std::max(high, value);
  };
  for (const Sample& at : samples) include(at.value);
  for (const TradeRow& trade : report_.trades) {
    if (trade.symbol != symbol || !trade.filled()) continue;
    include(trade.stop.raw());
    include(trade.take_profit.raw());
  }
  for (const FillRow& fill : report_.fills) {
    if (fill.symbol == symbol) include(fill.px.raw());
  }
  const std::int64_t margin = std::max<std::int64_t>(1, (high - low) / 16);
  return Axis::around(low, high, margin);
}

std::string Charts::trade_span(const TradeRow& trade) const {
  const std::int64_t from = plot_.time().millionths(trade.opened_at->value());
  const std::int64_t to = plot_.time().millionths(trade.closed_at.value_or(plot_.end()).value());
  return "<rect class=\"span\" y=\"0\" height=\"100%\"" + attribute("x", percent_position(from)) +
         attribute("width", percent_position(to - from)) + "/>";
}

std::string Charts::level(std::string_view kind, const TradeRow& trade, Px px,
                          const Axis& axis) const {
  if (px.is_zero()) return "";
  const std::string start = plot_.x(*trade.opened_at);
  const std::string end = plot_.x(trade.closed_at.value_or(plot_.end()));
  const std::string top = Plot::y(axis, px.raw());
  const std::string line = "<line class=\"level " + std::string(kind) + "\"" +
                           attribute("x1", start) + attribute("x2", end) + attribute("y1", top) +
                           attribute("y2", top) + "/>";
  if (kind == "entry") return line;
  // Near the right edge there is no room behind the entry: the label then ends where the line does.
  const bool late = plot_.time().millionths(trade.opened_at->value()) > 850'000;
  const bool stop = kind == "stop";
  return line + "<text class=\"level " + std::string(kind) + "\"" +
         attribute("x", late ? end : start) + attribute("y", top) +
         (late ? " dx=\"-4\" text-anchor=\"end\"" : " dx=\"3\"") +
         (stop ? " dy=\"13\">stop " : " dy=\"-5\">target ") + number(words_.px(trade.symbol, px)) +
         "</text>";
}

// One mark an order, at its average price and the time of its last fill.
std::string Charts::order_mark(const OrderRow& order, const Axis& axis) const {
  UnixNanos time = order.issued_at;
  std::size_t fills = 0;
  for (const FillRow& fill : report_.fills) {
    if (fill.client_order_id != order.leg.client_order_id) continue;
    time = fill.time;
    ++fills;
  }
  const bool bought = order.leg.side == Side::Buy;
  std::string tip =
      words_.time(time) + (bought ? ": bought " : ": sold ") +
      words_.qty(order.symbol, order.filled) + " at " + words_.px(order.symbol, *order.average) +
      ", " + std::string(plain(order.leg.role)) + " of trade " + std::to_string(order.hold.value());
  if (fills > 1) tip += ", in " + std::to_string(fills) + " fills";
  const TradeRow* const trade = report_.trade(order.hold);
  if (!bought && trade != nullptr && trade->closed()) {
    tip += ": " + words_.profit(trade->realised) + " " + words_.quote();
  }
  return plot_.mark(time, Plot::y(axis, order.average->raw()), class_of(order.leg.role),
                    shape_of(order.leg.role), tip);
}

// Signals on the upper row, the time on hold on the lower.
std::string Charts::lane_panel() const {
  std::string plot = Plot::across("rule", "50%");
  std::size_t marks = 0;
  for (const ApprovalRow& row : report_.approvals) {
    if (++marks <= kMarksMax) plot += hold_bar(row);
  }
  marks = 0;
  for (const SignalRow& row : report_.signals) {
    if (++marks > kMarksMax) break;
    const std::string tip = words_.time(row.time) + ": " + printable(row.engine.view()) + " " +
                            std::string(word(row.side)) + " " + printable(row.symbol.view()) +
                            ", " + std::string(plain(row.fate)) + ". " + words_.story(row);
    plot += plot_.mark(row.time, "25%", "dot " + std::string(class_of(tone(row.fate))), kDot, tip);
  }
  for (std::size_t i = 0, next = 0; i < report_.refused.size(); i = next) {
    const RefusedRow& row = report_.refused[i];
    while (next < report_.refused.size() && near(row.time, report_.refused[next].time)) ++next;
    if (++marks > kMarksMax) break;
    const std::string tip =
        next > i + 1
            ? words_.time(row.time) + ": " + grouped_count(next - i) + " inputs refused"
            : words_.time(row.time) + ": " + printable(row.source.view()) + ", " +
                  std::string(word(row.disposition)) + ". " + std::string(info(row.reason).meaning);
    plot += plot_.mark(row.time, "25%", "cross-mark refused", kCross, tip);
  }
  return plot_.panel("lanes", "Signals and holds", plot,
                     "<span class=\"word\" style=\"top:25%\">signals</span>"
                     "<span class=\"word\" style=\"top:75%\">on hold</span>");
}

std::string Charts::hold_bar(const ApprovalRow& row) const {
  const UnixNanos end = row.decided_at.value_or(row.ended_at.value_or(plot_.end()));
  const std::int64_t from = plot_.time().millionths(row.shown_at.value());
  const std::int64_t to = std::max(from, plot_.time().millionths(end.value()));
  std::string tip = words_.time(row.shown_at) + ": hold " + std::to_string(row.hold().value()) +
                    ", " + words_.order(row.order) + ", " + words_.outcome(row);
  if (const auto wait = row.decision_ns()) {
    tip += ", decided after " + duration_text(*wait) + " by " + printable(row.operator_id.view());
  }
  const bool released = row.state == HoldState::Released;
  const bool waiting = row.state == HoldState::Held || row.state == HoldState::Approved;
  const std::string_view kind = released ? "good" : waiting ? "waiting" : "refused";
  return "<rect class=\"held " + std::string(kind) + "\" y=\"64%\" height=\"22%\" rx=\"1\"" +
         attribute("x", percent_position(from)) + attribute("width", percent_position(to - from)) +
         " tabindex=\"0\" role=\"img\" aria-label=\"" + escaped(tip) + "\"/>";
}

std::string Charts::equity_panel() {
  Samples samples;
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = 0;
  for (const EquityPoint& at : report_.equity.points) {
    samples.push_back({at.time, at.equity.raw()});
    low = std::min(low, at.equity.raw());
    high = std::max(high, at.equity.raw());
  }
  // A flat line stays a flat line: at least a hundred-thousandth of it is shown.
  const std::int64_t margin = std::max<std::int64_t>({1, (high - low) / 8, high / 100'000});
  const Axis axis = Axis::around(low, high, margin);
  const Ticks ticks = round_ticks(axis.from(), axis.to(), 5);
  samples = drawn(samples);
  const std::string plot =
      Plot::grid(axis, ticks) +
      Plot::across("start", Plot::y(axis, report_.equity.points.front().equity.raw())) +
      Plot::stretched("equity", plot_.path(samples, axis, true)) +
      name_of("equity, " + words_.quote());
  series_.push_back({"equity", words_.money_decimals(), samples});
  return plot_.panel("equity", "Equity", plot, Plot::labels(axis, ticks));
}

std::string Charts::drawdown_panel() {
  Samples samples;
  std::int64_t deepest = 0;
  for (const EquityPoint& at : report_.equity.points) {
    samples.push_back({at.time, -at.drawdown().raw()});
    deepest = std::max(deepest, at.drawdown().raw());
  }
  samples = drawn(samples);
  const Axis axis(Axis::around(-deepest, 0, deepest / 8 + 1).from(), 0);
  std::string plot = Plot::stretched("fill", plot_.area_from_top(samples, axis)) +
                     Plot::stretched("drawdown", plot_.path(samples, axis, true));
  std::string labels = "<span style=\"top:0\">0</span>";
  if (deepest > 0) {
    const std::string top = Plot::y(axis, -deepest);
    plot += Plot::across("grid", top);
    labels += "<span style=\"top:" + top + "\">" +
              number(grouped(-static_cast<Wide>(deepest), words_.money_decimals())) + "</span>";
  }
  series_.push_back({"drawdown", words_.money_decimals(), samples});
  return plot_.panel("drawdowns", "Drawdown", plot + name_of("drawdown"), labels);
}

// Read by the page's script. Times are milliseconds from the start, values whole units of the last
// decimal shown.
std::string Charts::data() const {
  std::string out = "{\"from\":" + std::to_string(plot_.time().from() / kNanosPerMilli) +
                    ",\"to\":" + std::to_string(plot_.time().to() / kNanosPerMilli) +
                    ",\"series\":[";
  for (std::size_t i = 0; i < series_.size(); ++i) {
    const Series& series = series_[i];
    std::int64_t unit = 1;
    for (int n = series.decimals; n < 8; ++n) unit *= 10;
    std::string times;
    std::string values;
    for (const Sample& at : series.samples) {
      if (!times.empty()) times += ",";
      if (!values.empty()) values += ",";
      times += std::to_string((at.time.value() - plot_.time().from()) / kNanosPerMilli);
      values += std::to_string(at.value / unit);
    }
    out += (i == 0 ? "" : ",") + std::string("{\"name\":") + json_quote(series.name) +
           ",\"decimals\":" + std::to_string(series.decimals) + ",\"t\":[" + times + "],\"v\":[" +
           values + "]}";
  }
  out += "]}";
  std::string safe;  // a name must not end the element that holds it
  for (const char c : out) safe += c == '<' ? "\\u003c" : std::string(1, c);
  return "<script type=\"application/json\" id=\"series\">" + safe + "</script>\n";
}

}  // namespace

std::string charts_html(const SessionReport& report, const Words& words) {
  return Charts(report, words).print();
}

}  // namespace clawgate::report
