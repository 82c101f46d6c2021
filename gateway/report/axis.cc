// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/axis.h"

#include <algorithm>
#include <array>
#include <limits>

#include "schemas/core/decimal.h"

namespace clawgate::report {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

Ticks every(std::int64_t step, std::int64_t from, std::int64_t to) {
  Ticks ticks;
  ticks.step = step;
  const Wide first = (static_cast<Wide>(from) + (from > 0 ? step - 1 : 0)) / step * step;
  for (Wide at = first; at <= to; at += step) {
    if (at >= from) ticks.at.push_back(static_cast<std::int64_t>(at));
  }
  return ticks;
}

}  // namespace

Axis Axis::around(std::int64_t low, std::int64_t high, std::int64_t margin) {
  using Limits = std::numeric_limits<std::int64_t>;
  const Wide from = std::max<Wide>(static_cast<Wide>(low) - margin, Limits::min());
  const Wide to = std::min<Wide>(static_cast<Wide>(high) + margin, Limits::max());
  return {static_cast<std::int64_t>(from), static_cast<std::int64_t>(to)};
}

std::int64_t Axis::millionths(std::int64_t value) const {
  if (from_ >= to_) return kMillion / 2;
  const Wide inside = std::clamp(value, from_, to_);
  return static_cast<std::int64_t>((inside - from_) * kMillion / (static_cast<Wide>(to_) - from_));
}

std::string percent_position(std::int64_t millionths) {
  return to_short_text(millionths * 10'000) + "%";
}

Ticks round_ticks(std::int64_t from, std::int64_t to, std::int64_t most) {
  const Wide range = static_cast<Wide>(to) - from;
  Wide step = 1;
  for (int i = 0; range / step >= most && step < Wide{1'000'000'000'000'000'000}; ++i) {
    step = i % 3 == 1 ? step / 2 * 5 : step * 2;  // 1 2 5 10
  }
  return every(static_cast<std::int64_t>(step), from, to);
}

Ticks time_ticks(UnixNanos from, UnixNanos to, std::int64_t most) {
  constexpr auto kSeconds = std::to_array<std::int64_t>(
      {1,      2,       5,       10,      15,        30,        60,        120,    300,
       600,    900,     1800,    3600,    7200,      10'800,    14'400,    21'600, 43'200,
       86'400, 172'800, 432'000, 864'000, 2'592'000, 7'776'000, 31'536'000});
  const std::int64_t range = to.value() - from.value();
  std::int64_t step = kSeconds.back();
  for (const std::int64_t seconds : kSeconds) {
    if (range / kNanosPerSecond / seconds > most) continue;
    step = seconds;
    break;
  }
  return every(step * kNanosPerSecond, from.value(), to.value());
}

}  // namespace clawgate::report
