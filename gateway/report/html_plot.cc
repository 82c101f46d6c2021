// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_plot.h"

#include "gateway/report/format.h"
#include "gateway/report/html_text.h"

namespace clawgate::report {
namespace {

constexpr std::int64_t kPlotX = 10'000;  // units of the stretched box
constexpr std::int64_t kPlotY = 1'000;
constexpr std::int64_t kTimeTicks = 8;
constexpr std::int64_t kGap = 10'000;  // millionths of the time: a gap that is seen

std::int64_t from_top(const Axis& axis, std::int64_t value) {
  return 1'000'000 - axis.millionths(value);
}

}  // namespace

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string_view shape_of(LegRole role) {
  switch (role) {
    case LegRole::Entry:
      return "M0-7 6.5 5H-6.5Z";
    case LegRole::Stop:
      return "M0 7-6.5-5H6.5Z";
    case LegRole::TakeProfit:
      return "M0-7.5 6 0 0 7.5-6 0Z";
    case LegRole::Exit:
    case LegRole::Reduce:
      return "M-5-5H5V5H-5Z";
  }
  return "";
}

std::string_view class_of(LegRole role) {
  switch (role) {
    case LegRole::Entry:
      return "buy";
    case LegRole::Stop:
    case LegRole::Reduce:
      return "bad";
    case LegRole::TakeProfit:
      return "good";
    case LegRole::Exit:
      return "plain";
  }
  return "";
}

std::string Plot::x(UnixNanos time) const {
  return percent_position(time_.millionths(time.value()));
}

std::string Plot::y(const Axis& axis, std::int64_t value) {
  return percent_position(from_top(axis, value));
}

std::string Plot::path(const Samples& samples, const Axis& axis) const {
  std::string d;
  for (const Sample& at : samples) {
    const std::string px = std::to_string(time_.millionths(at.time.value()) * kPlotX / 1'000'000);
    const std::string py = std::to_string(from_top(axis, at.value) * kPlotY / 1'000'000);
    d += d.empty() ? "M" + px + " " + py : "H" + px + "V" + py;
  }
  return d;
}

std::string Plot::dots(const Samples& samples, const Axis& axis) const {
  const auto left = [&](std::size_t i) { return time_.millionths(samples[i].time.value()); };
  const auto apart = [&](std::size_t i) {  // from the one before
    return i == 0 || i == samples.size() || left(i) - left(i - 1) > kGap;
  };
  std::string d;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!apart(i) && !apart(i + 1)) continue;
    d += "M" + std::to_string(left(i) * kPlotX / 1'000'000) + " " +
         std::to_string(from_top(axis, samples[i].value) * kPlotY / 1'000'000) + "h0";
  }
  return d;
}

std::string Plot::area_from_top(const Samples& samples, const Axis& axis) const {
  const std::int64_t start = time_.millionths(samples.front().time.value()) * kPlotX / 1'000'000;
  return path(samples, axis) + "V0H" + std::to_string(start) + "Z";
}

std::string Plot::stretched(std::string_view kind, const std::string& path) {
  return "<svg class=\"stretch\" viewBox=\"0 0 10000 1000\" preserveAspectRatio=\"none\"><path "
         "class=\"" +
         std::string(kind) + "\" d=\"" + path + "\"/></svg>";
}

std::string Plot::across(std::string_view kind, const std::string& top) {
  return "<line class=\"" + std::string(kind) + "\" x1=\"0\" x2=\"100%\"" + attribute("y1", top) +
         attribute("y2", top) + "/>";
}

std::string Plot::panel(std::string_view name, std::string_view label, const std::string& plot,
                        const std::string& axis_labels) const {
  std::string out = "<div class=\"panel " + std::string(name) + "\">";
  out += "<svg class=\"plot\" role=\"group\" aria-label=\"" + escaped(label) + "\">";
  for (const std::int64_t at :
       time_ticks(UnixNanos(time_.from()), UnixNanos(time_.to()), kTimeTicks).at) {
    const std::string left = x(UnixNanos(at));
    out += "<line class=\"grid\"" + attribute("x1", left) + attribute("x2", left) +
           " y1=\"0\" y2=\"100%\"/>";
  }
  return out + plot + "</svg><div class=\"axis\">" + axis_labels + "</div></div>\n";
}

std::string Plot::grid(const Axis& axis, const Ticks& ticks) {
  std::string out;
  for (const std::int64_t at : ticks.at) out += across("grid", y(axis, at));
  return out;
}

std::string Plot::labels(const Axis& axis, const Ticks& ticks) {
  std::string out;
  for (const std::int64_t at : ticks.at) {
    const std::int64_t top = from_top(axis, at);
    if (top < 30'000 || top > 970'000) continue;  // it would lie over the edge
    out += "<span style=\"top:" + y(axis, at) + "\">" +
           number(grouped(at, decimals_of(ticks.step))) + "</span>";
  }
  return out;
}

std::string Plot::mark(UnixNanos time, const std::string& top, std::string_view kind,
                       std::string_view shape, std::string_view tip) const {
  return "<svg" + attribute("x", x(time)) + attribute("y", top) + " class=\"mark " +
         std::string(kind) + "\" tabindex=\"0\" role=\"img\" aria-label=\"" + escaped(tip) +
         "\"><path d=\"" + std::string(shape) + "\"/></svg>";
}

std::string Plot::time_labels() const {
  const Ticks ticks = time_ticks(UnixNanos(time_.from()), UnixNanos(time_.to()), kTimeTicks);
  constexpr std::int64_t kDay = 86'400 * kNanosPerSecond;
  std::string out = "<div class=\"times\">";
  for (const std::int64_t at : ticks.at) {
    const UnixNanos time(at);
    std::string text = clock_text(time).substr(0, ticks.step < 60 * kNanosPerSecond ? 8 : 5);
    if (at % kDay == 0) text = date_text(time).substr(5);
    const std::int64_t left = time_.millionths(at);
    const std::string_view edge = left < 20'000 ? " class=\"first\"" : "";
    out += "<span" + std::string(edge) + " style=\"left:" + percent_position(left) + "\">" + text +
           "</span>";
  }
  return out + "</div>\n";
}

}  // namespace clawgate::report
