// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/office_ledger.h"

#include <concepts>
#include <filesystem>
#include <variant>

#include "governance/decisions/decisions.h"
#include "governance/ledger/ledger.h"
#include "schemas/core/read_file.h"

namespace clawgate::audit {
namespace {

std::map<DecisionId, OfficeLedger::Ended> ended_in(
    const std::vector<governance::LedgerEntry>& entries) {
  governance::Decisions decisions;
  std::map<std::string, std::uint64_t> seqs;
  for (const governance::LedgerEntry& entry : entries) {
    if (const auto* const moved = std::get_if<governance::DecisionMoved>(&entry.fact)) {
      seqs[moved->decision_id] = entry.seq;
    }
    std::visit(
        [&](const auto& fact) {
          if constexpr (std::constructible_from<governance::DecisionFact, decltype(fact)>) {
            decisions.fold(fact, entry.at);
          }
        },
        entry.fact);
  }
  std::map<DecisionId, OfficeLedger::Ended> ended;
  for (const auto& [id, row] : decisions.all()) {
    const auto record = governance::record_of(row);
    if (record) ended.emplace(record->id, OfficeLedger::Ended{*record, seqs[id]});
  }
  return ended;
}

}  // namespace

std::optional<OfficeLedger> read_office_ledger(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const bool data = fs::is_directory(fs::path(directory) / "journal", ignored);
  const fs::path root =
      data ? fs::path(directory) : fs::weakly_canonical(fs::path(directory), ignored).parent_path();
  const fs::path file = root / "governance" / "ledger.jsonl";
  OfficeLedger ledger;
  if (!fs::exists(file, ignored)) {
    if (data || fs::is_directory(root / "governance", ignored)) return ledger;
    return std::nullopt;
  }
  const auto text = read_whole_file(file.string());
  if (!text) {
    ledger.broken = text.error();
    return ledger;
  }
  const auto read = governance::read_ledger(*text);
  if (!read) {
    ledger.broken = read.error();
    return ledger;
  }
  for (const governance::LedgerEntry& entry : read->entries) ledger.hashes.push_back(entry.hash);
  ledger.decisions = ended_in(read->entries);
  return ledger;
}

std::optional<Finding> contradiction(const OfficeLedger& ledger, const DecisionRecorded& decision,
                                     Seq seq) {
  const std::string name(decision.id.view());
  Finding finding{.reason = Reason::JournalInvariant,
                  .seq = seq,
                  .record = "DecisionRecorded",
                  .rule = "I5",
                  .expected = "the decision " + name + " as the governance ledger holds it",
                  .seen = {}};
  const auto at = ledger.decisions.find(decision.id);
  if (at == ledger.decisions.end()) {
    finding.seen = "one that ended nowhere in it";
    return finding;
  }
  const DecisionRecorded& held = at->second.record;
  const bool proven = decision.challenge == ChallengeStatus::Validated;
  if (decision.end != held.end) {
    finding.seen = "another end";
  } else if (decision.subject != held.subject) {
    finding.seen = "another subject";
  } else if (decision.operator_id != held.operator_id || decision.channel != held.channel) {
    finding.seen = "another operator or channel";
  } else if (decision.decided_at != held.decided_at) {
    finding.seen = "another time";
  } else if (proven && held.challenge != ChallengeStatus::Validated) {
    finding.seen = "a second factor that was not validated";
  } else {
    return std::nullopt;
  }
  return finding;
}

std::optional<Finding> contradiction(const OfficeLedger& ledger, const LedgerAnchored& anchor,
                                     Seq seq) {
  const std::optional<Error> wrong =
      ledger.broken ? ledger.broken : governance::contradiction(ledger.hashes, anchor);
  if (!wrong) return std::nullopt;
  return Finding{.reason = wrong->reason,
                 .seq = seq,
                 .record = "LedgerAnchored",
                 .rule = {},
                 .expected = "governance ledger entry " + std::to_string(anchor.seq) + " " +
                             to_hex(anchor.hash),
                 .seen = wrong->field + (wrong->seen.empty() ? "" : ": " + wrong->seen)};
}

}  // namespace clawgate::audit
