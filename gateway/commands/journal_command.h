// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace CLI {
class App;
}

namespace clawgate::gateway {

/// `clawgate journal verify|show|head|replay|prove DIR`: the audit of a journal, offline and
/// without changing it. `engine_version` is this binary's, as it opens its segments. `exit_code` is
/// set when one of them ran: 0 in order, 1 a finding, 2 wrong usage; it outlives the parsing.
void add_journal_command(CLI::App& app, std::string_view engine_version, int& exit_code);

}  // namespace clawgate::gateway
