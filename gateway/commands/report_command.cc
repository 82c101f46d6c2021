// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/audit/directory.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/page.h"
#include "gateway/commands/report_files.h"
#include "gateway/report/json_report.h"
#include "gateway/report/text_report.h"
#include "schemas/core/read_file.h"

// report: what a data directory's journal and governance ledger tell, whoever ran the gateway. A
// session knows more than its journal does: the report that it left in DIR/report stays as it is.

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::string data;
  std::string out;
  bool json = false;
};

constexpr std::size_t kKeyBytes = 32;

/// What the cards of the orders in this journal showed; none where the key is not there.
std::vector<report::CheckCode> check_codes_of(journal::Store& store, const std::string& data) {
  const std::string file = data + "/check.key";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  const auto key = read_whole_file(file);
  if (key && key->size() == kKeyBytes) return check_codes_in(store, bytes_of(*key));
  std::fprintf(stderr, "Without check codes: %s\n",
               key ? (file + ": not " + std::to_string(kKeyBytes) + " bytes").c_str()
                   : to_text(key.error()).c_str());
  return {};
}

int run(const Arguments& arguments) {
  const auto store = audit::open_journal(arguments.data);
  if (!store) return usage_error(store.error());
  report::SessionExtras extras;
  extras.title = "Report";
  extras.command_line = "clawgate report " + arguments.data;
  extras.data_directory = arguments.data;
  auto stages = stages_in(arguments.data);
  if (!stages) return usage_error(stages.error());
  extras.stages = std::move(*stages);
  extras.check_codes = check_codes_of(**store, arguments.data);
  const auto report = report::report_of(**store, std::move(extras));
  if (!report) {
    std::fprintf(stderr, "%s\n", to_text(report.error()).c_str());
    return 1;
  }
  const std::string directory =
      arguments.out.empty() ? arguments.data + "/report-journal" : arguments.out;
  const std::string of_session = arguments.data + "/report/report.html";
  // What it tells does not depend on a disk that takes the files.
  const auto unwritten = write_report(*report, directory);
  if (arguments.json) {
    std::cout << report::to_json(*report);
  } else {
    const Page page = page_of_stdout();
    std::cout << report::to_text(*report, page.colour, page.width);
    if (!unwritten) std::cout << "\n  Report   " << directory << "/report.html\n";
    std::error_code error;
    if (std::filesystem::exists(of_session, error)) {
      std::cout << "  Session  " << of_session << "   (the session's own report)\n";
    }
  }
  std::cout << std::flush;
  return unwritten ? usage_error(*unwritten) : 0;
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "report", "What a data directory's journal and ledger tell: terminal, HTML and JSON");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("DIR", arguments->data, "Data directory")->required();
  command->add_option(
      "--out", arguments->out,
      "Directory for report.html and report.json (default: DIR/report-journal, so that "
      "the report that a session left in DIR/report stays)");
  command->add_flag("--json", arguments->json, "Print the report as JSON");
  command->callback([&exit_code, arguments] { exit_code = run(*arguments); });
}

}  // namespace clawgate::gateway
