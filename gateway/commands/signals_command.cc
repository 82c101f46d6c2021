// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "gateway/commands/commands.h"
#include "signals/signals.h"

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::vector<std::string> files;
  bool json = false;
};

int read(const Arguments& arguments) {
  for (const std::string& name : arguments.files) {
    std::string bytes;
    if (name == "-") {
      bytes.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
      std::ifstream file(name, std::ios::binary);
      if (!file) return usage_error({Reason::FileUnreadable, name, ""});
      bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    signals::Source source;
    source.name = name;
    source.bytes = bytes;
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
  command->add_option("FILE", arguments->files, "Files; - is standard input")->required();
  command->add_flag("--json", arguments->json, "One JSON object a file");
  command->callback([&exit_code, arguments] { exit_code = read(*arguments); });
}

}  // namespace clawgate::gateway
