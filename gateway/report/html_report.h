// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/report/session_report.h"

namespace clawgate::report {

/// The report as one HTML file that needs nothing else: no network, no fonts, no images. Light and
/// dark, wide and narrow, and on paper.
[[nodiscard]] std::string to_html(const SessionReport& report);

}  // namespace clawgate::report
