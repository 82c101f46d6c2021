// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/report/axis.h"
#include "schemas/order.h"

namespace clawgate::report {

struct Sample {
  UnixNanos time;
  std::int64_t value = 0;  // 1e-8
};
using Samples = std::vector<Sample>;

[[nodiscard]] std::string attribute(std::string_view name, std::string_view value);

/// Shapes of marks, around 0,0, and their classes.
inline constexpr std::string_view kDot = "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1-4 0Z";
inline constexpr std::string_view kCross = "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5";
[[nodiscard]] std::string_view shape_of(LegRole role);
[[nodiscard]] std::string_view class_of(LegRole role);

/// Draws on panels that lie over one time axis. A panel stretches with the page: its lines are in a
/// box of their own that is scaled without scaling its strokes, and whatever must keep its shape is
/// placed by percentages. Values grow upwards.
class Plot {
 public:
  explicit Plot(const Axis& time) : time_(time) {}

  [[nodiscard]] const Axis& time() const { return time_; }
  [[nodiscard]] UnixNanos end() const { return UnixNanos(time_.to()); }
  [[nodiscard]] std::string x(UnixNanos time) const;
  [[nodiscard]] static std::string y(const Axis& axis, std::int64_t value);

  /// One panel: `kind` is its class, `plot` and `axis_labels` are HTML.
  [[nodiscard]] std::string panel(std::string_view kind, std::string_view label,
                                  const std::string& plot, const std::string& axis_labels) const;
  /// Steps: a value stands until the next. No slope is drawn where nothing was recorded.
  [[nodiscard]] std::string path(const Samples& samples, const Axis& axis) const;
  /// The samples with a gap beside them, as a path of points.
  [[nodiscard]] std::string dots(const Samples& samples, const Axis& axis) const;
  /// The path of a line, closed along the top of the panel.
  [[nodiscard]] std::string area_from_top(const Samples& samples, const Axis& axis) const;
  [[nodiscard]] static std::string stretched(std::string_view kind, const std::string& path);
  [[nodiscard]] static std::string across(std::string_view kind, const std::string& top);
  [[nodiscard]] static std::string grid(const Axis& axis, const Ticks& ticks);
  [[nodiscard]] static std::string labels(const Axis& axis, const Ticks& ticks);
  /// A shape with a text that shows under the pointer.
  [[nodiscard]] std::string mark(UnixNanos time, const std::string& top, std::string_view kind,
                                 std::string_view shape, std::string_view tip) const;
  [[nodiscard]] std::string time_labels() const;

 private:
  Axis time_;
};

}  // namespace clawgate::report
