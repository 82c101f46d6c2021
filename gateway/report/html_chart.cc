// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_chart.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/report/axis.h"
#include "gateway/report/format.h"
#include "gateway/report/html_plot.h"
#include "gateway/report/html_sections.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"
#include "gateway/report/nearby.h"
#include "gateway/report/thin.h"
#include "schemas/record_json.h"

namespace clawgate::report {
namespace {

struct Series {
  std::string name;
  int decimals = 2;
  Samples samples;
};

constexpr std::int64_t kSameLine = 4'000;  // millionths of a panel's height: about a pixel

/// The names of lines, none over another. Millionths of a panel's sides.
class Labels {
 public:
  static constexpr std::int64_t kWidth = 95'000;
  static constexpr std::int64_t kHeight = 45'000;

  /// Whether there is room with this left end and middle; it is taken then.
  [[nodiscard]] bool take(std::int64_t left, std::int64_t middle) {
    for (const auto& [x, y] : taken_) {
      if (std::abs(x - left) < kWidth && std::abs(y - middle) < kHeight) return false;
    }
    taken_.emplace_back(left, middle);
    return true;
  }

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> taken_;
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
    const bool priced = !panels.empty();
    if (!priced) panels = empty_state("No price was seen.");
    for (const Panel& panel :
         {lane_panel(report_, words_, plot_), trading_panel(report_, words_, plot_)}) {
      panels += panel.html;
      merged_ = merged_ || panel.merged;
    }
    out += legend(priced);
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
  [[nodiscard]] std::string legend(bool priced) const;
  [[nodiscard]] std::string price_panel(const PriceSeries& prices);
  [[nodiscard]] Axis price_axis(const Symbol& symbol, const Samples& samples) const;
  static UnixNanos opened_at(const TradeRow& trade) { return *trade.opened_at; }
  /// When the last of them ended.
  [[nodiscard]] UnixNanos end_of(const Neighbours<TradeRow>& trades) const {
    UnixNanos end;
    for (const TradeRow* const trade : trades) {
      end = std::max(end, trade->closed_at.value_or(plot_.end()));
    }
    return end;
  }
  [[nodiscard]] std::string trade_spans(const std::vector<const TradeRow*>& trades);
  [[nodiscard]] std::string levels(const std::vector<const TradeRow*>& trades, const Axis& axis);
  [[nodiscard]] std::string equity_panel();
  [[nodiscard]] std::string drawdown_panel();
  [[nodiscard]] std::string data() const;

  const SessionReport& report_;
  const Words& words_;
  Plot plot_;
  std::vector<Series> series_;  // what the pointer reads out
  bool merged_ = false;         // a mark stands for several
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

std::string Charts::legend(bool priced) const {
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
  const auto is_marks = [](const PriceSeries& prices) { return prices.marks; };
  const auto& prices = report_.extras.prices;
  std::string out = "<figcaption class=\"legend\">";
  if (priced) {
    out += line("price", std::any_of(prices.begin(), prices.end(), is_marks)
                             ? "mid price: the marks on record, each until the next"
                             : "mid price");
  }
  if (filled(LegRole::Entry)) out += item("buy", shape_of(LegRole::Entry), "bought");
  if (filled(LegRole::TakeProfit))
    out += item("good", shape_of(LegRole::TakeProfit), "took profit");
  if (filled(LegRole::Stop)) out += item("bad", shape_of(LegRole::Stop), "stopped out");
  if (filled(LegRole::Exit)) out += item("plain", shape_of(LegRole::Exit), "sold by an exit");
  if (filled(LegRole::Reduce)) out += item("bad", shape_of(LegRole::Reduce), "reduced");
  const auto aims = [](const TradeRow& trade) {
    return trade.filled() && !trade.take_profit.is_zero();
  };
  if (filled(LegRole::Entry)) out += line("level stop", "stop");
  if (std::any_of(report_.trades.begin(), report_.trades.end(), aims)) {
    out += line("level profit", "target");
  }
  if (!report_.signals.empty()) {
    out += item("dot quiet", kDot, "signal") + item("dot refused", kDot, "stopped before an order");
  }
  if (!report_.refused.empty()) out += item("cross-mark refused", kCross, "refused input");
  if (merged_) out += "<span>marks too near to be told apart are one, with their number</span>";
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
  std::vector<const TradeRow*> trades;
  for (const TradeRow& trade : report_.trades) {
    if (trade.symbol == prices.symbol && trade.opened_at) trades.push_back(&trade);
  }
  plot += trade_spans(trades) + Plot::stretched("price", plot_.path(samples, axis));
  if (prices.marks) plot += Plot::stretched("price dots", plot_.dots(samples, axis));
  const Panel marks = order_marks(report_, words_, plot_, prices.symbol, axis);
  merged_ = merged_ || marks.merged;
  plot += levels(trades, axis) + marks.html;
  const std::string name = printable(prices.symbol.view());
  series_.push_back(
      {prices.marks ? name + ", last mark" : name, words_.px_decimals(prices.symbol), samples});
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

std::string Charts::trade_spans(const std::vector<const TradeRow*>& trades) {
  std::string out;
  for (const auto& together :
       nearby(trades, plot_.time(), opened_at, [](const TradeRow&) { return 0; })) {
    const std::int64_t from = plot_.time().millionths(together.front()->opened_at->value());
    const std::int64_t to = plot_.time().millionths(end_of(together).value());
    out += "<rect class=\"span\" y=\"0\" height=\"100%\"" + attribute("x", percent_position(from)) +
           attribute("width", percent_position(to - from)) + "/>";
  }
  return out;
}

// Lines at one price that begin together are one line. Its name stands where there is room.
std::string Charts::levels(const std::vector<const TradeRow*>& trades, const Axis& axis) {
  struct Level {
    std::string_view kind;
    std::string_view name;
    Px (*px)(const TradeRow& trade);
  };
  constexpr auto kLevels = std::to_array<Level>({
      {"stop", "stop ", [](const TradeRow& trade) { return trade.stop; }},
      {"profit", "target ", [](const TradeRow& trade) { return trade.take_profit; }},
      {"entry", "", [](const TradeRow& trade) { return trade.entry_average().value_or(Px{}); }},
  });
  std::string out;
  Labels labels;
  for (const Level& level : kLevels) {
    const auto place = [&](const TradeRow& trade) {
      return axis.millionths(level.px(trade).raw()) / kSameLine;
    };
    for (const auto& together : nearby(trades, plot_.time(), opened_at, place)) {
      const TradeRow& trade = *together.front();
      const Px px = level.px(trade);
      if (px.is_zero()) continue;
      const UnixNanos end = end_of(together);
      const std::string top = Plot::y(axis, px.raw());
      out += "<line class=\"level " + std::string(level.kind) + "\"" +
             attribute("x1", plot_.x(*trade.opened_at)) + attribute("x2", plot_.x(end)) +
             attribute("y1", top) + attribute("y2", top) + "/>";
      if (level.name.empty()) continue;
      // Near the right edge there is no room behind the entry: the label then ends where the line
      // does.
      const std::int64_t left = plot_.time().millionths(trade.opened_at->value());
      const bool late = left > 850'000;
      const std::int64_t begins =
          late ? plot_.time().millionths(end.value()) - Labels::kWidth : left;
      const bool below = level.kind == "stop";
      const std::int64_t middle =
          1'000'000 - axis.millionths(px.raw()) + (below ? Labels::kHeight : -Labels::kHeight) / 2;
      if (!labels.take(begins, middle)) continue;
      out += "<text class=\"level " + std::string(level.kind) + "\"" +
             attribute("x", plot_.x(late ? end : *trade.opened_at)) + attribute("y", top) +
             (late ? " dx=\"-4\" text-anchor=\"end\"" : " dx=\"3\"") +
             (below ? " dy=\"13\">" : " dy=\"-5\">") + std::string(level.name) +
             number(words_.px(trade.symbol, px)) + "</text>";
    }
  }
  return out;
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
      Plot::stretched("equity", plot_.path(samples, axis)) + name_of("equity, " + words_.quote());
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
                     Plot::stretched("drawdown", plot_.path(samples, axis));
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
