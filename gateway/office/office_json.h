// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/office/office_desk.h"

// The office as JSON: what `--json` prints and what HTTP answers are the same text.

namespace clawgate::gateway {

[[nodiscard]] std::string to_json(const governance::DecisionRow& row);
[[nodiscard]] std::string to_json(const StageView& view);
[[nodiscard]] std::string to_json(const governance::StageMoved& standing);

}  // namespace clawgate::gateway
