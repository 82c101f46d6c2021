// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/limits.h"

// What may stand in a limits document at all, and which change of it a person must have decided.

namespace clawgate::risk {

/// The first field whose value no decision may set; empty when there is none. Ranges are in the
/// table of limits_change.cc and in docs/risk.md.
[[nodiscard]] std::string_view out_of_range(const Limits& limits);

/// What a number of the document may be at all.
struct FieldRange {
  std::int64_t least = 0;
  std::int64_t most = 0;
  bool is_decimal = false;  // counts of 1e-8
};
/// nullopt for a field that is no number of its own.
[[nodiscard]] std::optional<FieldRange> range_of(std::string_view field);

/// The first field in which `to` allows what `from` did not, or which is of the engines: enabling,
/// weighting or removing one is a decision in either direction. Empty when `to` only takes away.
[[nodiscard]] std::string_view loosened(const Limits& from, const Limits& to);

}  // namespace clawgate::risk
