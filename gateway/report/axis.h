// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schemas/ids.h"

namespace clawgate::report {

/// Where a value lies between two others, in millionths: 0 at `from`, 1,000,000 at `to`.
class Axis {
 public:
  /// Needs from <= to. Equal ends put everything in the middle.
  Axis(std::int64_t from, std::int64_t to) : from_(from), to_(to) {}
  /// From low to high and `margin` (0 or more) beyond both, as far as there are numbers.
  [[nodiscard]] static Axis around(std::int64_t low, std::int64_t high, std::int64_t margin);

  [[nodiscard]] std::int64_t from() const { return from_; }
  [[nodiscard]] std::int64_t to() const { return to_; }
  /// Values outside are put at the nearer end.
  [[nodiscard]] std::int64_t millionths(std::int64_t value) const;

 private:
  std::int64_t from_;
  std::int64_t to_;
};

/// 432105 as 43.2105%.
[[nodiscard]] std::string percent_position(std::int64_t millionths);

struct Ticks {
  std::int64_t step = 1;
  std::vector<std::int64_t> at;
};
/// Round values (1, 2 or 5 times a power of ten) within [from, to], at most `most` of them.
[[nodiscard]] Ticks round_ticks(std::int64_t from, std::int64_t to, std::int64_t most);
/// Round times, `at` in nanoseconds; one more where the last falls on `to`.
[[nodiscard]] Ticks time_ticks(UnixNanos from, UnixNanos to, std::int64_t most);

}  // namespace clawgate::report
