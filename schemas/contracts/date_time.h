// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "schemas/ids.h"
#include "schemas/reason.h"

namespace clawgate::contracts {

/// Reads an ISO 8601 date-time with its zone: `2026-01-05T09:00:00Z`, up to nine decimals of a
/// second, `Z` or an offset `+hh:mm`. None on success; DateTimeSyntax for another form or a day
/// that is in no calendar; FieldOutOfRange outside the years 2000..2099, as written or in UTC.
[[nodiscard]] Reason parse_date_time(std::string_view text, UnixNanos& out);

/// In UTC, with as many decimals as are not zero. parse_date_time reads back what it once gave.
[[nodiscard]] std::string to_date_time(UnixNanos time);

}  // namespace clawgate::contracts
