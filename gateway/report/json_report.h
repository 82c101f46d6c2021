// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/report/session_report.h"

namespace clawgate::report {

/// Everything in the report as one JSON object with stable keys: decimals as strings, times as UTC
/// text, digests as hex, enumerations as words. Ends with a line feed.
[[nodiscard]] std::string to_json(const SessionReport& report);

}  // namespace clawgate::report
