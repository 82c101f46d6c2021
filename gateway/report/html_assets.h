// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clawgate::report {

/// The style sheet and the script of the page, both inlined into it.
extern const std::string_view kStyle;
extern const std::string_view kScript;

}  // namespace clawgate::report
