// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clawgate::gateway {

/// Opens each journal segment: an audit re-executes only what this same version wrote.
inline constexpr std::string_view kVersion = "0.9.0";

}  // namespace clawgate::gateway
