// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/office_desk.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "gateway/office/journal_ids.h"
#include "gateway/whole_file.h"
#include "schemas/governed.h"

namespace clawgate::gateway {
namespace {

using governance::Climb;
using governance::DecisionRow;
using governance::Ladder;
using governance::Office;

constexpr std::chrono::milliseconds kLockPause{5};

std::optional<Climb> next_climb(const Ladder& ladder) {
  if (ladder.stage() == Stage::S0) return Climb::S1;
  if (ladder.stage() == Stage::S1) return Climb::S2;
  if (ladder.level() == RampLevel::L0) return Climb::L1;
  return std::nullopt;
}

bool is_client_order_id(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return text.size() <= ClientOrderId::kMax && std::all_of(text.begin(), text.end(), fits);
}

/// The digest of the one thing that the decision is over; an Error for a cause or an order that is
/// none.
std::optional<Error> add_subject(const DecisionDraft& draft, contracts::DecisionRequest& request) {
  const int things =
      (draft.limits ? 1 : 0) + (draft.cause.empty() ? 0 : 1) + (draft.order.empty() ? 0 : 1);
  if (things > 1) {
    return Error{Reason::CommandFieldValue, "/cause, /limits, /order", "more than one of them"};
  }
  Sha256 hasher;
  if (draft.limits) request.subject = subject_of(*draft.limits, hasher);
  if (!draft.order.empty()) {
    if (!is_client_order_id(draft.order)) {
      return Error{Reason::CommandFieldValue, "/order", printable(draft.order)};
    }
    // One that permits something by its purpose would permit that as well.
    if (request.purpose != contracts::DecisionPurpose::General) {
      return Error{Reason::CommandFieldValue, "/request/purpose",
                   std::string(contracts::word_of(request.purpose))};
    }
    request.subject = subject_of(ClientOrderId(draft.order), hasher);
  }
  if (draft.cause.empty()) return std::nullopt;
  const BlockInfo* const row = find_cause(draft.cause);
  if (row == nullptr) return Error{Reason::CauseUnknown, "/cause", printable(draft.cause)};
  request.subject = subject_of(row->block, hasher);
  return std::nullopt;
}

}  // namespace

OfficeDesk::OfficeDesk(OfficePlace place, const std::vector<PrincipalName>& principals,
                       OperatorChannel channel)
    : place_(std::move(place)),
      operators_(operators_among(principals, channel)),
      has_backup_(std::count_if(principals.begin(), principals.end(),
                                [](const auto& who) { return who.role == Role::Operator; }) >= 2) {}

Result<std::unique_ptr<Office>> OfficeDesk::read() const {
  return Office::read(place_.directory());
}

Result<std::unique_ptr<Office>> OfficeDesk::write(UnixNanos now) const {
  const auto until = std::chrono::steady_clock::now() + place_.lock_patience;
  auto office = Office::open(place_.directory(), now);
  while (!office && office.error().reason == Reason::DataDirectoryLocked &&
         std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kLockPause);
    office = Office::open(place_.directory(), now);
  }
  if (!office) return office;
  if (auto error = (*office)->pass(now)) return *error;
  return office;
}

governance::Surroundings OfficeDesk::around(const Office& office, bool trading_blocked) const {
  return {office.decisions(), office.incidents(), has_backup_, trading_blocked};
}

Result<std::vector<DecisionRow>> OfficeDesk::decisions() const {
  const auto office = read();
  if (!office) return office.error();
  std::vector<DecisionRow> rows;
  for (const auto& [id, row] : (*office)->decisions().all()) rows.push_back(row);
  return rows;
}

Result<StageView> OfficeDesk::stage(std::string_view decision_id, bool trading_blocked,
                                    UnixNanos now) const {
  const auto office = read();
  if (!office) return office.error();
  const Ladder& ladder = (*office)->ladder();
  StageView view;
  view.standing = ladder.standing();
  view.founded = ladder.is_founded();
  view.since = ladder.since();
  view.window_start = ladder.window_start((*office)->incidents());
  view.green_days = ladder.green_days(now);
  view.pending = (*office)->decisions().pending();
  view.incidents = (*office)->incidents().all();
  view.next = next_climb(ladder);
  if (!view.next) return view;
  view.missing =
      ladder.missing_for(*view.next, decision_id, around(**office, trading_blocked), now);
  return view;
}

Result<DecisionOutcome> OfficeDesk::finish(Office& office, const governance::DecisionAnswer& answer,
                                           UnixNanos now) {
  if (auto error = office.record(answer.facts, now)) return *error;
  DecisionOutcome outcome;
  outcome.refusals = answer.refusals;
  outcome.no_op = answer.no_op;
  if (const DecisionRow* const row = office.decisions().find(answer.decision_id))
    outcome.row = *row;
  return outcome;
}

Result<DecisionOutcome> OfficeDesk::open(const DecisionDraft& draft, UnixNanos now) const {
  contracts::DecisionRequest request = draft.request;
  if (auto error = add_subject(draft, request)) return DecisionOutcome{{*error}, {}, false};
  const governance::DecisionIds taken = ids_in_journal(place_.data);  // no lock is held meanwhile
  const auto office = write(now);
  if (!office) return office.error();
  const Stage stage = (*office)->ladder().stage();
  return finish(**office, (*office)->decisions().open(request, stage, now, taken), now);
}

Result<DecisionOutcome> OfficeDesk::answer(const governance::DecisionCommand& command,
                                           UnixNanos now) const {
  const auto office = write(now);
  if (!office) return office.error();
  const Stage stage = (*office)->ladder().stage();
  return finish(**office, (*office)->decisions().apply(command, operators_, stage, now), now);
}

Result<StageOutcome> OfficeDesk::move(Office& office, const Result<governance::StageMoved>& step,
                                      UnixNanos now) {
  if (!step) return StageOutcome{{step.error()}, office.ladder().standing()};
  if (auto error = office.record(governance::LedgerFact(*step), now)) return *error;
  return StageOutcome{{}, office.ladder().standing()};
}

Result<StageOutcome> OfficeDesk::promote(Climb climb, std::string_view decision_id,
                                         bool trading_blocked, UnixNanos now) const {
  const auto office = write(now);
  if (!office) return office.error();
  auto missing = (*office)->promote(climb, decision_id, has_backup_, trading_blocked, now);
  if (!missing) return missing.error();
  return StageOutcome{std::move(*missing), (*office)->ladder().standing()};
}

Result<StageOutcome> OfficeDesk::unblock(std::string_view decision_id, UnixNanos now) const {
  const auto office = write(now);
  if (!office) return office.error();
  return move(**office, (*office)->ladder().unblock(decision_id, around(**office, false)), now);
}

Result<ChecklistOutcome> OfficeDesk::checklist(const std::string& text, UnixNanos now) const {
  const auto office = write(now);
  if (!office) return office.error();
  const auto verdict = governance::check_text(text, (*office)->decisions(), evidence_in(place_));
  const auto list = contracts::decode_pre_live_checklist(text);
  if (!list) return ChecklistOutcome{{}, {}, verdict.findings};
  const std::string artifact = place_.checklists + "/" + list->checklist_id + ".json";
  std::error_code failed;
  std::filesystem::create_directories(place_.checklists, failed);
  if (failed || !write_whole_file(artifact, bytes_of(text))) {
    return Error{Reason::DataDirectoryUnwritable, artifact, ""};
  }
  const governance::ChecklistRecorded fact{list->checklist_id, list->decision_id, verdict.passes(),
                                           sha256(bytes_of(text))};
  if (auto error = (*office)->record(governance::LedgerFact(fact), now)) return *error;
  return ChecklistOutcome{list->checklist_id, artifact, verdict.findings};
}

Result<IncidentOutcome> OfficeDesk::change(const governance::IncidentChange& change,
                                           UnixNanos now) const {
  const auto office = write(now);
  if (!office) return office.error();
  const auto record = (*office)->incidents().change(change, now);
  if (!record) return IncidentOutcome{{record.error()}, {}};
  if (auto error = (*office)->record(*record, now)) return *error;
  return IncidentOutcome{{}, *record};
}

std::optional<Error> OfficeDesk::keep(const governance::LedgerFact& fact, UnixNanos now) const {
  const auto office = write(now);
  if (!office) return office.error();
  return (*office)->record(fact, now);
}

std::optional<Error> OfficeDesk::take(std::span<const governance::CoreFinding> findings,
                                      UnixNanos now) const {
  if (findings.empty()) return std::nullopt;
  const auto before = read();
  if (!before) return before.error();
  if (!(*before)->lacks_any(findings)) return std::nullopt;
  const auto office = write(now);
  if (!office) return office.error();
  return (*office)->take(findings, now);
}

std::optional<Error> OfficeDesk::pass(UnixNanos now) const {
  const auto before = read();
  if (!before) return before.error();
  if ((*before)->decisions().due(now).empty()) return std::nullopt;
  const auto office = write(now);
  if (!office) return office.error();
  return std::nullopt;
}

}  // namespace clawgate::gateway
