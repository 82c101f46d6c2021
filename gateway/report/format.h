// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/decimal.h"
#include "schemas/ids.h"

// Numbers, times and foreign text as people read them. Rounding happens here, at the edge, and
// nowhere before.

namespace clawgate::report {

/// Text that engines, venues and operators wrote, made safe for a terminal and a page: control
/// characters, marks that reorder or hide text, and bytes that are not UTF-8 are shown by number,
/// `<U+202E>`.
[[nodiscard]] std::string printable(std::string_view text);
/// Places on a terminal: one a code point.
[[nodiscard]] std::size_t columns(std::string_view text);
/// What stands in the first `most` columns.
[[nodiscard]] std::string_view first_columns(std::string_view text, std::size_t most);
/// At most `most` columns, the last of them an ellipsis where something was cut.
[[nodiscard]] std::string cut(std::string_view text, std::size_t most);

/// A count of 1e-8 with so many decimals (0..8), half away from zero: 1,234.50.
[[nodiscard]] std::string grouped(Wide raw, int decimals);
/// The same with its sign, + too; 0 has none.
[[nodiscard]] std::string with_sign(Wide raw, int decimals);
[[nodiscard]] std::string grouped_count(std::uint64_t value);
/// How many decimals multiples of `step` need: 2 for 0.01. 8 for a step of 0.
[[nodiscard]] int decimals_of(std::int64_t step);
/// How many decimals show at least four digits of `raw`, 2..8.
[[nodiscard]] int decimals_for(Wide raw);

[[nodiscard]] std::string percent(Rate rate);              // 1.24 %, 0.001 %
[[nodiscard]] std::string percent_with_sign(Rate rate);    // +1.24 %
[[nodiscard]] std::string basis_points(Rate rate);         // 0.3 bp, -1.0 bp
[[nodiscard]] std::string duration_text(std::int64_t ns);  // 850 ms, 12.4 s, 3 min 05 s, 2 h 10 min
[[nodiscard]] std::string date_text(UnixNanos time);       // 2024-08-08
[[nodiscard]] std::string clock_text(UnixNanos time);      // 12:00:05

/// A duration that somebody set, exact: 6 h, 60 s, 1500 ms.
[[nodiscard]] std::string exact_duration(std::int64_t ns);
/// What exact_duration() prints, with or without the space; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);
/// A moment for who reads it at `now`: 12:00:15 UTC (2 min ago), 09:00:00 UTC (in 3 h); with its
/// date where that is another one.
[[nodiscard]] std::string moment_text(UnixNanos at, UnixNanos now);

}  // namespace clawgate::report
