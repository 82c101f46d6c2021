// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>

#include "gateway/build_commit.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/journal_command.h"
#include "gateway/commands/serve_command.h"
#include "gateway/commands/sim_command.h"
#include "gateway/commands/upgrade_command.h"
#include "gateway/serve/binance_venue.h"
#include "gateway/version.h"

namespace {

// CLI11 takes -1 for the largest number there is.
std::string refuse_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return {};
  return text + " is no whole number from 0 to 18446744073709551615";
}

void check_numbers(CLI::App& app) {
  for (CLI::Option* const option : app.get_options()) {
    if (option->get_type_name().starts_with("UINT")) option->check(refuse_number);
  }
  for (CLI::App* const command : app.get_subcommands({})) check_numbers(*command);
}

}  // namespace

int main(int argc, char** argv) {
  // A file that may not grow is a failed write like any other: it has its way to be told.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app{
      "Clawgate: the gate between AI signal engines and the exchange.\n"
      "Every order is sized and checked by us, approved by a person, and sent at most once."};
  app.set_version_flag("--version", std::string(clawgate::gateway::kVersion) + " (" +
                                        std::string(clawgate::gateway::build_commit()) + ")");
  app.require_subcommand(1);
  int exit_code = 0;
  clawgate::gateway::add_session_commands(app, exit_code);
  clawgate::gateway::add_serve_command(app, clawgate::gateway::binance_venue(), exit_code);
  clawgate::gateway::add_operator_commands(app, exit_code);
  clawgate::gateway::add_sim_command(app, exit_code);
  clawgate::gateway::add_signals_command(app, exit_code);
  clawgate::gateway::add_journal_command(app, clawgate::gateway::kVersion, exit_code);
  clawgate::gateway::add_report_command(app, exit_code);
  clawgate::gateway::add_upgrade_command(app, exit_code);
  clawgate::gateway::add_decisions_command(app, exit_code);
  clawgate::gateway::add_limits_command(app, exit_code);
  clawgate::gateway::add_stage_command(app, exit_code);
  clawgate::gateway::add_doctor_command(app, exit_code);
  clawgate::gateway::add_eval_command(app, exit_code);
  check_numbers(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    const auto words = app.remaining(true);
    if (words.empty() || words.front().starts_with('-')) return app.exit(error) == 0 ? 0 : 2;
    std::fprintf(stderr, "There is no command %s here. Run with --help for the ones there are.\n",
                 words.front().c_str());
    return 2;
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}
