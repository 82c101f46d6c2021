// SPDX-License-Identifier: Apache-2.0
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
#include "gateway/office/office_json.h"
#include "gateway/report/format.h"
#include "governance/policy/posture.h"
#include "schemas/fact.h"
#include "schemas/strict_json.h"

// stage status, promote, unblock, incident, checklist, record: where a data directory stands, what
// is missing for the next step, and the evidence that it is decided by.

namespace clawgate::gateway {
namespace {

using contracts::word_of;

struct Arguments {
  GovernancePlace place;
  std::string target;
  std::string decision;
  std::string file;
  std::string venue_export;
  std::string incident;
  std::string action;
  std::string root_cause;
};

void print(const StageView& view, UnixNanos now) {
  const governance::StageMoved& at = view.standing;
  std::cout << "  stage     " << word_of(at.stage) << ", ramp level " << word_of(at.level)
            << (at.blocked ? ", BLOCKED" : "") << "\n";
  if (view.founded) {
    std::cout << "  since     " << report::moment_text(view.since, now) << ": " << at.cause
              << "\n  window    from " << report::moment_text(view.window_start, now) << "\n";
  }
  std::cout << "  eval      green on " << view.green_days << " days in a row\n";
  for (const governance::Incident& incident : view.incidents) {
    std::cout << "  incident  " << incident.incident_id << " " << word_of(incident.severity) << " "
              << word_of(incident.status) << ": " << incident.summary << "\n";
  }
  if (!view.next) return;
  std::cout << "  for " << governance::kClimbWords[static_cast<std::size_t>(*view.next)] << " "
            << view.missing.size() << " missing\n";
  for (const governance::Missing& row : view.missing) {
    std::cout << "    " << row.field << ": " << info(row.reason).meaning << " (" << row.seen
              << ")\n";
  }
}

int status(const Arguments& arguments) {
  const UnixNanos now = wall_now();
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto blocked = take_journal(*desk, now);
  if (!blocked) return usage_error(blocked.error());
  const auto view = desk->stage(arguments.decision, *blocked, now);
  if (!view) return usage_error(view.error());
  if (arguments.place.json) {
    std::cout << to_json(*view) << "\n";
  } else {
    print(*view, now);
  }
  return 0;
}

int finish(const Result<StageOutcome>& outcome, const Arguments& arguments) {
  if (!outcome) return usage_error(outcome.error());
  if (!outcome->missing.empty()) return print_findings(outcome->missing, arguments.place.json);
  if (arguments.place.json) {
    std::cout << to_json(outcome->standing) << "\n";
    return 0;
  }
  std::cout << "  stage " << word_of(outcome->standing.stage) << ", ramp level "
            << word_of(outcome->standing.level) << "\n";
  return 0;
}

int promote(const Arguments& arguments) {
  const UnixNanos now = wall_now();
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto blocked = take_journal(*desk, now);
  if (!blocked) return usage_error(blocked.error());
  const auto climb = *governance::climb_from(arguments.target);
  return finish(desk->promote(climb, arguments.decision, *blocked, now), arguments);
}

int unblock(const Arguments& arguments) {
  const UnixNanos now = wall_now();
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto taken = take_journal(*desk, now);
  if (!taken) return usage_error(taken.error());
  return finish(desk->unblock(arguments.decision, now), arguments);
}

int incident(const Arguments& arguments) {
  const UnixNanos now = wall_now();
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto taken = take_journal(*desk, now);
  if (!taken) return usage_error(taken.error());
  const auto event = *governance::incident_event_from(arguments.target);
  const auto outcome =
      desk->change({arguments.incident, event, arguments.action, arguments.root_cause}, now);
  if (!outcome) return usage_error(outcome.error());
  if (!outcome->refusals.empty()) return print_findings(outcome->refusals, arguments.place.json);
  if (arguments.place.json) {
    std::cout << encode(*outcome->record) << "\n";
  } else {
    std::cout << "  " << arguments.incident << " is " << word_of(outcome->record->status) << "\n";
  }
  return 0;
}

int checklist(const Arguments& arguments) {
  const auto text = read_text(arguments.file);
  if (!text) return usage_error(text.error());
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto outcome = desk->checklist(*text, wall_now());
  if (!outcome) return usage_error(outcome.error());
  if (!outcome->findings.empty()) return print_findings(outcome->findings, arguments.place.json);
  std::cout << "  " << outcome->checklist_id << " passes; " << outcome->artifact << "\n";
  return 0;
}

int keep(const GovernancePlace& place, const governance::LedgerFact& fact, bool good,
         std::string_view what) {
  const auto desk = desk_of(place);
  if (!desk) return usage_error(desk.error());
  if (auto error = desk->keep(fact, wall_now())) return usage_error(*error);
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
  if (arguments.file.empty())
    arguments.file = arguments.place.office.data + "/key_permissions.json";
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
  const auto store = audit::open_journal(arguments.place.office.data);
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
    return usage_error(
        {records.damage()->reason, arguments.place.office.data, records.damage()->seen});
  }
  if (!newest) {
    return print_findings({{Reason::KillNotExercised, "journal", "never"}}, arguments.place.json);
  }
  return keep(arguments.place, *newest, true,
              "kill switch pulled at " + report::moment_text(newest->killed_at, wall_now()));
}

int record_reconciliation(const Arguments& arguments) {
  const auto text = read_text(arguments.venue_export);
  if (!text) return usage_error(text.error());
  const auto venue = audit::read_venue_export(*text);
  if (!venue) return usage_error(venue.error());
  const auto store = audit::open_journal(arguments.place.office.data);
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
  const auto [unblocks, of_unblock] =
      add(*stage, "unblock", "Ends the block that an incident or violation put on it", &unblock);
  unblocks->add_option("--decision", of_unblock->decision, "Approved decision to unblock")
      ->required();
  const auto [incidents, of_incident] = add(
      *stage, "incident", "Goes on with an incident: a note, its mitigation, its end", &incident);
  incidents->add_option("ID", of_incident->incident, "INC-YYYYMMDD-XXX")->required();
  incidents->add_option("EVENT", of_incident->target, "note, mitigate or close")
      ->required()
      ->check(CLI::IsMember({"note", "mitigate", "close"}));
  incidents->add_option("--action", of_incident->action, "What was done");
  incidents->add_option("--root-cause", of_incident->root_cause, "Why it happened");
  const auto [checks, of_check] = add(
      *stage, "checklist", "Checks a pre-live checklist and records what came of it", &checklist);
  checks->add_option("FILE", of_check->file, "pre_live_checklist as JSON")->required();
  checks->add_option("--out", of_check->place.office.checklists,
                     "Directory that keeps the checklist");

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
