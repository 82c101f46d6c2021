// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

#include "gateway/report/axis.h"

namespace clawgate::report {

inline constexpr std::size_t kDrawnMax = 1600;  // points of one line

/// Without the points whose value is that of both neighbours: a line through the others is the
/// same.
template <class Point, class Value>
[[nodiscard]] std::vector<Point> without_runs(const std::vector<Point>& points, Value value) {
  std::vector<Point> out;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool inside = i > 0 && i + 1 < points.size() &&
                        value(points[i - 1]) == value(points[i]) &&
                        value(points[i + 1]) == value(points[i]);
    if (!inside) out.push_back(points[i]);
  }
  return out;
}

/// At most about `limit` of the points, for drawing: the first, the last, and of each of as many
/// equal spans of time the lowest and the highest by every one of `values`, so that no extreme and
/// no quiet stretch is lost. Points have a `time` and are in its order.
template <class Point, class... Values>
[[nodiscard]] std::vector<Point> thinned(const std::vector<Point>& points, std::size_t limit,
                                         Values... values) {
  if (points.size() <= limit || points.empty()) return points;
  const auto spans = static_cast<std::int64_t>(limit / (2 * sizeof...(Values)) + 1);
  const Axis time(points.front().time.value(), points.back().time.value());
  const auto span_of = [&](const Point& at) {
    return time.millionths(at.time.value()) * spans / 1'000'001;
  };
  std::set<std::size_t> kept = {0, points.size() - 1};
  for (std::size_t from = 0, to = 0; from < points.size(); from = to) {
    while (to < points.size() && span_of(points[to]) == span_of(points[from])) ++to;
    const auto keep = [&](auto value) {
      std::size_t low = from;
      std::size_t high = from;
      for (std::size_t i = from; i < to; ++i) {
        if (value(points[i]) < value(points[low])) low = i;
        if (value(points[i]) > value(points[high])) high = i;
      }
      kept.insert(low);
      kept.insert(high);
    };
    (keep(values), ...);
  }
  std::vector<Point> out;
  out.reserve(kept.size());
  for (const std::size_t i : kept) out.push_back(points[i]);
  return out;
}

}  // namespace clawgate::report
