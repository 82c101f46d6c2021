// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "gateway/commands/commands.h"
#include "gateway/signal_files.h"
#include "signals/signals.h"

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::vector<std::string> files;
  bool json = false;
};

int read(const Arguments& arguments) {
  const auto files = signal_files(arguments.files);
  if (!files) return usage_error(files.error());
  for (const std::string& name : *files) {
    const auto bytes = read_signal_file(name);
    if (!bytes) return usage_error(bytes.error());
    signals::Source source;
    source.name = name;
    source.bytes = *bytes;
    const signals::Intake intake = signals::read(source);
    std::cout << (arguments.json ? signals::to_json(intake) + "\n" : signals::to_text(intake));
  }
  return 0;
}

}  // namespace

void add_signals_command(CLI::App& app, int& exit_code) {
  CLI::App* const signals = app.add_subcommand("signals", "What engines say");
  signals->require_subcommand(1);
  CLI::App* const command = signals->add_subcommand(
      "read", "What intake makes of each file: disposition, reading and rule; no gateway needed");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FILE", arguments->files,
                   "Files; a directory stands for the TradingAgents run in it; - is "
                   "standard input")
      ->required();
  command->add_flag("--json", arguments->json, "One JSON object a file");
  command->callback([&exit_code, arguments] { exit_code = read(*arguments); });
}

}  // namespace clawgate::gateway
