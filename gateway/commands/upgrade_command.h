// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace clawgate::gateway {

/// `clawgate upgrade-check DIR`: can this binary start on that journal, and with what. `exit_code`
/// as in journal_command.h.
void add_upgrade_command(CLI::App& app, int& exit_code);

}  // namespace clawgate::gateway
