// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/upgrade_command.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "gateway/audit/upgrade_check.h"
#include "gateway/commands/audit_run.h"

namespace clawgate::gateway {

void add_upgrade_command(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<AuditArguments>();
  CLI::App* const command = app.add_subcommand(
      "upgrade-check", "Fold a journal with this binary and say what it would start with");
  command
      ->add_option("DIR", arguments->directory,
                   "A data directory, or the journal in it; best a copy. Nothing is changed.")
      ->required();
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments, &exit_code] {
    const auto office = audit::read_office_ledger(arguments->directory);
    exit_code = run_audit(*arguments, [&](journal::Store& store) {
      return audit::upgrade_check(store, progress_on_terminal("upgrade-check"),
                                  office ? &*office : nullptr);
    });
  });
}

}  // namespace clawgate::gateway
