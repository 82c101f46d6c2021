// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/audit/directory.h"
#include "gateway/audit/prove.h"
#include "gateway/audit/venue_export.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/governance_place.h"
#include "gateway/commands/sim_accounts.h"
#include "governance/gates/checklist.h"
#include "governance/policy/posture.h"
#include "schemas/contracts/date_time.h"
#include "schemas/fact.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

// stage status, promote, checklist, record: where a data directory stands, what is missing for the
// next step, and the evidence that it is decided by.

namespace clawgate::gateway {
namespace {

using contracts::word_of;
using governance::Climb;
using governance::Ladder;
using governance::Office;

struct Arguments {
  GovernancePlace place;
  std::string target;
  std::string decision;
  std::string file;
  std::string out = "artifacts/trading/pre_live_checklist";
  std::string venue_export;
};

struct Standing {
  bool backup = false;
  bool blocked = false;
};

/// The gateway's own causes and conditions, from its journal. No journal: nothing ran, nothing
/// blocks. One that cannot be read blocks.
Result<bool> is_blocked(const GovernancePlace& place) {
  const auto store = audit::open_journal(place.data);
  if (!store) {
    if (store.error().reason == Reason::JournalMissing) return false;
    return store.error();
  }
  std::uint32_t blocks = 0;
  audit::Records records(**store);
  while (records.next()) {
    if (records.record().type != BlockChanged::kType) continue;
    const auto fact = decode<BlockChanged>(records.record().payload);
    if (fact) blocks = fact->blocks;
  }
  return records.damage().has_value() || (blocks & kCauseBits) != 0;
}

Result<Standing> standing_of(const GovernancePlace& place) {
  const auto operators = operators_of(place);
  if (!operators) return operators.error();
  const auto blocked = is_blocked(place);
  if (!blocked) return blocked.error();
  const auto full = [](const Operator& row) {
    return row.enabled && row.may_approve && row.may_reject && row.may_kill;
  };
  return Standing{std::count_if(operators->begin(), operators->end(), full) >= 2, *blocked};
}

std::optional<Climb> next_climb(const Ladder& ladder) {
  if (ladder.stage() == Stage::S0) return Climb::S1;
  if (ladder.stage() == Stage::S1) return Climb::S2;
  if (ladder.level() == RampLevel::L0) return Climb::L1;
  return std::nullopt;
}

int status(const Arguments& arguments) {
  const auto office = Office::read(arguments.place.directory());
  if (!office) return usage_error(office.error());
  const auto standing = standing_of(arguments.place);
  if (!standing) return usage_error(standing.error());
  const Ladder& ladder = (*office)->ladder();
  const governance::Surroundings around{(*office)->decisions(), (*office)->incidents(),
                                        standing->backup, standing->blocked};
  const auto next = next_climb(ladder);
  const UnixNanos now = wall_now();
  std::vector<governance::Missing> missing;
  if (next) missing = ladder.missing_for(*next, arguments.decision, around, now);
  const std::string_view to =
      next ? governance::kClimbWords[static_cast<std::size_t>(*next)] : std::string_view();
  if (arguments.place.json) {
    std::string rows;
    for (const governance::Missing& row : missing) {
      rows += (rows.empty() ? "" : ",") + std::string("{\"requirement\":") + json_quote(row.field) +
              ",\"code\":" + json_quote(info(row.reason).code) +
              ",\"seen\":" + json_quote(row.seen) + "}";
    }
    std::cout << "{\"stage\":" << json_quote(word_of(ladder.stage()))
              << ",\"level\":" << json_quote(word_of(ladder.level()))
              << ",\"blocked\":" << (ladder.is_blocked() ? "true" : "false") << ",\"window_start\":"
              << json_quote(contracts::to_date_time(ladder.window_start((*office)->incidents())))
              << ",\"eval_green_days\":" << ladder.green_days(now)
              << ",\"pending_decisions\":" << (*office)->decisions().pending()
              << ",\"next\":" << json_quote(to) << ",\"missing\":[" << rows << "]}\n";
    return 0;
  }
  std::cout << "  stage     " << word_of(ladder.stage()) << ", ramp level "
            << word_of(ladder.level()) << (ladder.is_blocked() ? ", BLOCKED" : "") << "\n";
  if (ladder.is_founded()) {
    std::cout << "  since     " << contracts::to_date_time(ladder.since()) << ": "
              << ladder.standing().cause << "\n  window    from "
              << contracts::to_date_time(ladder.window_start((*office)->incidents())) << "\n";
  }
  std::cout << "  eval      green on " << ladder.green_days(now) << " days in a row\n";
  for (const governance::Incident& incident : (*office)->incidents().all()) {
    std::cout << "  incident  " << incident.incident_id << " " << word_of(incident.severity) << " "
              << word_of(incident.status) << ": " << incident.summary << "\n";
  }
  if (next) std::cout << "  for " << to << " " << missing.size() << " missing\n";
  for (const governance::Missing& row : missing) {
    std::cout << "    " << row.field << ": " << info(row.reason).meaning << " (" << row.seen
              << ")\n";
  }
  return 0;
}

int promote(const Arguments& arguments) {
  const auto standing = standing_of(arguments.place);
  if (!standing) return usage_error(standing.error());
  const UnixNanos now = wall_now();
  const auto office = open_office(arguments.place, now);
  if (!office) return usage_error(office.error());
  const governance::Surroundings around{(*office)->decisions(), (*office)->incidents(),
                                        standing->backup, standing->blocked};
  const Climb climb = *governance::climb_from(arguments.target);
  const Ladder& ladder = (*office)->ladder();
  const auto missing = ladder.missing_for(climb, arguments.decision, around, now);
  if (!missing.empty()) return print_findings(missing, arguments.place.json);
  const auto move = ladder.climb(climb, arguments.decision, around, now);
  if (!move) return usage_error(move.error());
  if (auto error = (*office)->record(governance::LedgerFact(*move), now)) {
    return usage_error(*error);
  }
  std::cout << "  stage " << word_of(ladder.stage()) << ", ramp level " << word_of(ladder.level())
            << "\n";
  return 0;
}

int checklist(const Arguments& arguments) {
  const auto text = read_text(arguments.file);
  if (!text) return usage_error(text.error());
  const UnixNanos now = wall_now();
  const auto office = open_office(arguments.place, now);
  if (!office) return usage_error(office.error());
  const auto verdict =
      governance::check_text(*text, (*office)->decisions(), evidence_in(arguments.place));
  const auto list = contracts::decode_pre_live_checklist(*text);
  if (!list) return print_findings(verdict.findings, arguments.place.json);
  const governance::ChecklistRecorded fact{list->checklist_id, list->decision_id, verdict.passes(),
                                           sha256(bytes_of(*text))};
  const std::string artifact = arguments.out + "/" + list->checklist_id + ".json";
  std::error_code failed;
  std::filesystem::create_directories(arguments.out, failed);
  if (failed || !write_private(artifact, *text)) {
    return usage_error({Reason::DataDirectoryUnwritable, artifact, ""});
  }
  if (auto error = (*office)->record(governance::LedgerFact(fact), now)) {
    return usage_error(*error);
  }
  if (!verdict.passes()) return print_findings(verdict.findings, arguments.place.json);
  std::cout << "  " << list->checklist_id << " passes; " << artifact << "\n";
  return 0;
}

int keep(const GovernancePlace& place, const governance::LedgerFact& fact, bool good,
         std::string_view what) {
  const UnixNanos now = wall_now();
  const auto office = open_office(place, now);
  if (!office) return usage_error(office.error());
  if (auto error = (*office)->record(fact, now)) return usage_error(*error);
  if (!place.json) std::cout << "  recorded: " << what << "\n";
  return good ? 0 : 1;
}

/// A whole number of a summary; nullopt when it is none.
std::optional<std::uint16_t> count_of(const Json& summary, std::string_view name) {
  const Json* const value = summary.find(name);
  if (value == nullptr || value->text.find('.') != std::string::npos) return std::nullopt;
  const auto raw = raw_decimal_of(*value, name);
  constexpr std::int64_t kMost = 65'535 * Rate::kScale;
  if (!raw || *raw < 0 || *raw > kMost) return std::nullopt;
  return static_cast<std::uint16_t>(*raw / Rate::kScale);
}

bool is_older_than_a_day(const std::string& path) {
  std::error_code failed;
  const auto age = std::filesystem::file_time_type::clock::now() -
                   std::filesystem::last_write_time(path, failed);
  return failed || age > std::chrono::hours(24);
}

// A summary of today: an older file would count a run that nobody made.
int record_eval(const Arguments& arguments) {
  const auto text = read_text(arguments.file);
  if (!text) return usage_error(text.error());
  const auto summary = read_json(*text);
  if (!summary) return usage_error(summary.error());
  if (is_older_than_a_day(arguments.file)) {
    return print_findings({{Reason::EvidenceMissing, arguments.file, "older than a day"}},
                          arguments.place.json);
  }
  const auto cases = count_of(*summary, "cases");
  const auto failures = count_of(*summary, "failed");
  if (!cases) return usage_error({Reason::FieldType, arguments.file + ":/cases", ""});
  if (!failures) return usage_error({Reason::FieldType, arguments.file + ":/failed", ""});
  const governance::EvalRecorded fact{*cases, *failures, arguments.file, sha256(bytes_of(*text))};
  return keep(arguments.place, fact, fact.is_green(),
              fact.is_green() ? "evaluation green" : "evaluation red");
}

// Without a file: what the gateway of this directory fetched last, of today.
int record_posture(const Arguments& given) {
  Arguments arguments = given;
  if (arguments.file.empty()) arguments.file = arguments.place.data + "/key_permissions.json";
  const auto text = read_text(arguments.file);
  if (!text) return usage_error(text.error());
  if (given.file.empty() && is_older_than_a_day(arguments.file)) {
    return print_findings({{Reason::EvidenceMissing, arguments.file, "older than a day"}},
                          arguments.place.json);
  }
  const auto posture = governance::check_posture(*text, governance::KeyUse::Trading);
  for (const std::string& warning : posture.warnings) std::cerr << "  warning: " << warning << "\n";
  if (!posture.passes()) print_findings(posture.findings, arguments.place.json);
  const governance::PostureRecorded fact{posture.passes(), arguments.file, sha256(bytes_of(*text))};
  return keep(arguments.place, fact, fact.pass,
              fact.pass ? "credentials pass" : "credentials on hold");
}

// The journal itself is the evidence that the kill switch was pulled.
int record_kill(const Arguments& arguments) {
  const auto store = audit::open_journal(arguments.place.data);
  if (!store) return usage_error(store.error());
  std::optional<governance::KillExercised> newest;
  audit::Records records(**store);
  while (records.next()) {
    const journal::RecordView& record = records.record();
    if (record.type != BlockChanged::kType) continue;
    const auto fact = decode<BlockChanged>(record.payload);
    if (!fact || fact->block != Block::Kill || !fact->active) continue;
    newest = {record.time, "journal:" + std::to_string(record.seq.value()), sha256(record.payload)};
  }
  if (records.damage()) {
    return usage_error({records.damage()->reason, arguments.place.data, records.damage()->seen});
  }
  if (!newest) {
    return print_findings({{Reason::KillNotExercised, "journal", "never"}}, arguments.place.json);
  }
  return keep(arguments.place, *newest, true,
              "kill switch pulled at " + contracts::to_date_time(newest->killed_at));
}

int record_reconciliation(const Arguments& arguments) {
  const auto text = read_text(arguments.venue_export);
  if (!text) return usage_error(text.error());
  const auto venue = audit::read_venue_export(*text);
  if (!venue) return usage_error(venue.error());
  const auto store = audit::open_journal(arguments.place.data);
  if (!store) return usage_error(store.error());
  const auto report = audit::prove(**store, {.venue = &*venue, .progress = {}});
  // The proof stops at what it finds first: any contradiction may be an order sent twice.
  const auto duplicates = static_cast<std::uint16_t>(report.ok() ? 0 : 1);
  if (!report.ok()) {
    std::cerr << "  " << report.finding->rule << " at record " << report.finding->seq.value()
              << ": expected " << report.finding->expected << ", seen " << report.finding->seen
              << "\n";
  }
  const governance::ReconciliationRecorded fact{report.ok(), duplicates, arguments.venue_export,
                                                sha256(bytes_of(*text))};
  return keep(arguments.place, fact, report.ok(),
              report.ok() ? "orders and trades agree with the venue's" : "they do not agree");
}

}  // namespace

void add_stage_command(CLI::App& app, int& exit_code) {
  CLI::App* const stage = app.add_subcommand(
      "stage", "Where this data directory stands between paper and scale, and what is missing");
  stage->require_subcommand(1);
  const auto add = [&exit_code](CLI::App& parent, const char* name, const char* help,
                                int (*run)(const Arguments&)) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = parent.add_subcommand(name, help);
    add_place(*command, arguments->place);
    command->callback([&exit_code, run, arguments] { exit_code = run(*arguments); });
    return std::pair{command, arguments};
  };
  const auto [statuses, of_status] =
      add(*stage, "status", "Stage, ramp level, and all that the next step still lacks", &status);
  statuses->add_option("--decision", of_status->decision, "Decision that would promote");
  const auto [promotes, of_promote] =
      add(*stage, "promote", "Takes the next step, or names everything that is missing", &promote);
  promotes->add_option("TARGET", of_promote->target, "S1, S2 or L1")
      ->required()
      ->check(CLI::IsMember({"S1", "S2", "L1"}));
  promotes->add_option("--decision", of_promote->decision, "Approved R3 decision of its own")
      ->required();
  const auto [checks, of_check] = add(
      *stage, "checklist", "Checks a pre-live checklist and records what came of it", &checklist);
  checks->add_option("FILE", of_check->file, "pre_live_checklist as JSON")->required();
  checks->add_option("--out", of_check->out, "Directory that keeps the checklist");

  CLI::App* const record = stage->add_subcommand("record", "Records evidence for a promotion");
  record->require_subcommand(1);
  const auto [evals, of_eval] =
      add(*record, "eval", "The day's run of `clawgate eval trading`", &record_eval);
  evals->add_option("FILE", of_eval->file, "Its summary.json")->required();
  const auto [postures, of_posture] =
      add(*record, "posture", "The venue's word on the trading key", &record_posture);
  postures->add_option("FILE", of_posture->file,
                       "Reply of /sapi/v1/account/apiRestrictions; without it, the one that the "
                       "running gateway fetched");
  add(*record, "kill", "The newest kill in the journal", &record_kill);
  const auto [reconciles, of_reconcile] =
      add(*record, "reconciliation", "The journal compared with the venue's own orders and trades",
          &record_reconciliation);
  reconciles->add_option("--venue-export", of_reconcile->venue_export, "The venue's export")
      ->required();
}

}  // namespace clawgate::gateway
