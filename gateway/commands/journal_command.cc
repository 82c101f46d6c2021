// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/journal_command.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/audit/office_ledger.h"
#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "gateway/audit/show.h"
#include "gateway/audit/venue_export.h"
#include "gateway/commands/audit_run.h"
#include "governance/journal/verify.h"
#include "schemas/core/read_file.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

struct Arguments : AuditArguments {
  std::string engine_version;
  std::string anchor;
  std::uint64_t from = 1;
  std::optional<std::uint64_t> to;
  std::string type;
  std::optional<std::uint64_t> hold;
  std::string venue_export;
};

Error wrong_option(std::string option, std::string seen) {
  return {.reason = Reason::UsageOption, .field = std::move(option), .seen = std::move(seen)};
}

std::optional<std::uint16_t> type_named(std::string_view name) {
  constexpr std::uint16_t kTypesEnd = 128;
  for (std::uint16_t type = 1; type < kTypesEnd; ++type) {
    if (record_name(type) == name) return type;
  }
  return std::nullopt;
}

int verify(const Arguments& arguments) {
  journal::VerifyOptions options;
  if (!arguments.anchor.empty()) {
    options.anchor = journal::parse_anchor(arguments.anchor);
    if (!options.anchor) return wrong_usage(wrong_option("--anchor", arguments.anchor));
  }
  return run_audit(arguments,
                   [&](journal::Store& store) { return journal::verify(store, options); });
}

int show(const Arguments& arguments) {
  audit::ShowOptions options;
  options.json = arguments.json;
  options.from = Seq(arguments.from);
  if (arguments.to) options.to = Seq(*arguments.to);
  if (arguments.hold) options.hold = HoldId(*arguments.hold);
  if (!arguments.type.empty()) {
    options.type = type_named(arguments.type);
    if (!options.type) return wrong_usage(wrong_option("--type", arguments.type));
  }
  const auto store = audit::open_journal(arguments.directory);
  if (!store) return wrong_usage(store.error());
  const auto finding = audit::show(**store, options, std::cout);
  std::cout << std::flush;
  if (!finding) return 0;
  std::cerr << to_text(*finding);
  return kExitFinding;
}

int head(const Arguments& arguments) {
  const auto store = audit::open_journal(arguments.directory);
  if (!store) return wrong_usage(store.error());
  audit::Records records(**store, progress_on_terminal("head"));
  while (records.next()) {
  }
  const journal::Chain head = records.extent().head;
  if (arguments.json) {
    std::cout << "{\"seq\":" << head.seq.value() << ",\"hash\":\"" << to_hex(head.hash)
              << "\",\"time\":"
              << (head.seq == Seq{} ? "null" : json_quote(time_text(head.time.value()))) << "}\n";
  } else {
    std::cout << audit::anchor_text(head) << '\n';
  }
  std::cout << std::flush;
  if (!records.damage()) return 0;
  std::cerr << to_text(*records.damage());
  return kExitFinding;
}

int replay(const Arguments& arguments) {
  audit::ReplayOptions options;
  options.engine_version = arguments.engine_version;
  options.progress = progress_on_terminal("replay");
  return run_audit(arguments, [&](journal::Store& store) { return audit::replay(store, options); });
}

Result<audit::VenueExport> read_export(const std::string& path) {
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  if (text->empty()) return Error{Reason::FileUnreadable, path, "it is empty"};
  auto venue = audit::read_venue_export(*text);
  if (venue) return venue;
  Error error = venue.error();
  error.field = error.field.empty() ? path : path + ": " + error.field;
  return error;
}

int prove(const Arguments& arguments) {
  audit::ProveOptions options;
  std::optional<audit::VenueExport> venue;
  if (!arguments.venue_export.empty()) {
    auto read = read_export(arguments.venue_export);
    if (!read) return wrong_usage(read.error());
    venue = std::move(*read);
    options.venue = &*venue;
  }
  const auto office = audit::read_office_ledger(arguments.directory);
  if (office) options.office = &*office;
  options.progress = progress_on_terminal("prove");
  return run_audit(arguments, [&](journal::Store& store) { return audit::prove(store, options); });
}

using Run = int (*)(const Arguments&);

CLI::App* add(CLI::App& journal, const std::shared_ptr<Arguments>& arguments, const char* name,
              const char* what, Run run, int& exit_code) {
  CLI::App* const command = journal.add_subcommand(name, what);
  command
      ->add_option("DIR", arguments->directory,
                   "A data directory, or the journal in it. Nothing in it is changed.")
      ->required();
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments, run, &exit_code] { exit_code = run(*arguments); });
  return command;
}

}  // namespace

void add_journal_command(CLI::App& app, std::string_view engine_version, int& exit_code) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->engine_version = std::string(engine_version);
  CLI::App* const journal =
      app.add_subcommand("journal", "Audit a journal, offline and without changing it");
  journal->require_subcommand(1);

  CLI::App* const verifies =
      add(*journal, arguments, "verify", "Check that nothing in it was changed, cut or lost",
          &verify, exit_code);
  verifies->add_option("--anchor", arguments->anchor,
                       "SEQ:HASH that someone kept, such as an approval message in the chat");

  CLI::App* const shows =
      add(*journal, arguments, "show", "Print its records, one a line", &show, exit_code);
  shows->add_option("--from", arguments->from, "First sequence");
  shows->add_option("--to", arguments->to, "Last sequence");
  shows->add_option("--type", arguments->type, "Only records of this name, such as HoldMoved");
  shows->add_option("--hold", arguments->hold, "Only what belongs to this hold");

  add(*journal, arguments, "head", "Print where its chain stands, as SEQ:HASH", &head, exit_code);
  add(*journal, arguments, "replay",
      "Execute its inputs again and compare every decision with what it holds", &replay, exit_code);

  CLI::App* const proves =
      add(*journal, arguments, "prove", "Look for a record that contradicts an invariant", &prove,
          exit_code);
  proves->add_option("--venue-export", arguments->venue_export,
                     "JSON file of the venue's own orders and trades: each must be one of ours");
}

}  // namespace clawgate::gateway
