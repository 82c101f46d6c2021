// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace clawgate::gateway {

/// `clawgate sim`: the simulator alone, for anyone's Binance client.
void add_sim_command(CLI::App& app, int& exit_code);

}  // namespace clawgate::gateway
