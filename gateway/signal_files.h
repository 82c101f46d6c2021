// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "schemas/core/result.h"

namespace clawgate::gateway {

/// The files that a person named; "-" is standard input. A directory stands for the files of a
/// TradingAgents run that lie in it, at any depth, in order of their paths: state logs and the
/// report tree, of which the complete report is left out where the decision lies beside it. An
/// Error when it holds none.
[[nodiscard]] Result<std::vector<std::string>> signal_files(const std::vector<std::string>& named);

/// "-" is standard input.
[[nodiscard]] Result<std::string> read_signal_file(const std::string& path);

}  // namespace clawgate::gateway
