// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/governance_watch.h"

#include <filesystem>

#include "governance/journal/lock.h"
#include "governance/ledger/office.h"
#include "schemas/contracts/words.h"

namespace clawgate::gateway {

std::optional<Error> refusal_of(const governance::StageMoved& standing, Stage stage) {
  if (stage == Stage::S0) return std::nullopt;
  if (stage > standing.stage) {
    return Error{Reason::StageNotGranted, "stage", std::string(contracts::word_of(stage))};
  }
  if (!standing.blocked) return std::nullopt;
  return Error{Reason::PromotionBlocked, "stage", standing.cause};
}

std::optional<Error> GovernanceWatch::refuse(Stage stage) const {
  const auto office = governance::Office::read(directory_);
  if (!office) return office.error();
  return refusal_of((*office)->ladder().standing(), stage);
}

std::vector<CauseReported> GovernanceWatch::causes(Stage stage, UnixNanos now) const {
  std::vector<CauseReported> rows;
  if (stage == Stage::S0) return rows;
  const auto office = governance::Office::read(directory_);
  if (!office) return rows;  // news() says so
  const auto begin = [&](Block cause, std::string_view evidence) {
    rows.push_back({cause, Text<24>("governance"), Text<64>(evidence)});
  };
  const governance::Ladder& ladder = (*office)->ladder();
  if (ladder.green_days(now) == 0) {
    begin(Block::EvalMissing, "no green run of this or the last day");
  }
  const auto& checklist = ladder.checklist();
  if (!checklist) begin(Block::ChecklistFailed, "no checklist");
  if (checklist && !checklist->pass) begin(Block::ChecklistFailed, checklist->checklist_id);
  for (const governance::Incident& incident : (*office)->incidents().all()) {
    const bool open = incident.status != contracts::IncidentStatus::Closed;
    if (!open || incident.severity == contracts::Severity::Sev3) continue;
    begin(Block::Severity, incident.incident_id);
    break;
  }
  return rows;
}

Result<OfficeNews> GovernanceWatch::news(const LedgerAnchored& known) {
  OfficeNews news;
  std::error_code none;
  const auto size = std::filesystem::file_size(directory_ + "/ledger.jsonl", none);
  const std::uint64_t bytes = none ? 0 : static_cast<std::uint64_t>(size);
  if (bytes == seen_bytes_) return news;
  // What is being written is on the disk only once its writer lets go: until then it is no news.
  const auto still = journal::DirectoryLock::take(directory_);
  const bool written = !still && still.error().reason == Reason::DataDirectoryLocked;
  if (written && seen_bytes_) return news;
  seen_bytes_ = bytes;
  const auto office = governance::Office::read(directory_);
  if (!office) return office.error();
  for (const LedgerAnchored& anchor : {known, seen_}) {
    if (auto error = governance::contradiction((*office)->hashes(), anchor)) return *error;
  }
  const governance::LedgerHead& head = (*office)->head();
  if (head.seq == 0) return news;
  seen_ = {head.seq, head.hash};
  news.anchor = seen_;
  for (const auto& [id, row] : (*office)->decisions().all()) {
    const auto record = governance::record_of(row);
    if (record && told_.insert(id).second) news.decisions.push_back(*record);
  }
  news.standing = (*office)->ladder().standing();
  return news;
}

}  // namespace clawgate::gateway
