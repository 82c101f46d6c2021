// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace clawgate::report {

/// docs/reasons.md: every refusal the gateway can give, by where it is given, and every block.
[[nodiscard]] std::string reasons_markdown();

}  // namespace clawgate::report
