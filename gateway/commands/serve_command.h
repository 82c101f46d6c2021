// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "gateway/serve/daemon.h"

namespace clawgate::gateway {

/// Adds `serve`. `venue` makes the venue that the configuration asks for.
void add_serve_command(CLI::App& app, VenueFactory venue, int& exit_code);

/// Runs a gateway until SIGTERM or SIGINT, or until it failed. 0 after an end in order, 1 after a
/// failure, 2 when it could not start. `json` prints one line when ready.
[[nodiscard]] int serve(const Daemon::Options& options, bool json);

}  // namespace clawgate::gateway
