// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "governance/decisions/decisions.h"
#include "governance/gates/ladder.h"
#include "governance/incidents/incidents.h"
#include "governance/ledger/ledger.h"

namespace clawgate::governance {

/// What a gateway's core found by itself, as one record of its journal says it. The record's
/// sequence is its identity: told again, it is the same finding.
struct CoreFinding {
  Seq seq;
  UnixNanos at;
  std::optional<Severity> severity;  // of an incident; none: it is a violation only
  bool violation = false;            // a hard rule was broken
  std::string code;                  // of the cause or the reason
  std::string summary;
};

/// INC-YYYYMMDD-J and the sequence, of the day on which it was found.
[[nodiscard]] std::string incident_id_of(const CoreFinding& finding);

/// Decisions, stage and incidents of one data directory, as its files say:
///
///   DIR/ledger.jsonl      decisions and stages (ledger.h)
///   DIR/incidents.jsonl   incidents, a chain of their own
///   DIR/lock              held while they are open for writing
///
/// What is recorded is on the disk before it counts. A file that is broken opens nothing: a chain
/// that does not hold is not decided upon. One thread.
class Office {
 public:
  /// For writing; creates the directory. DataDirectoryLocked while another process writes.
  [[nodiscard]] static Result<std::unique_ptr<Office>> open(const std::string& directory,
                                                            UnixNanos now);
  /// Only reads, without a lock. An empty directory reads as S0 with nothing decided.
  [[nodiscard]] static Result<std::unique_ptr<Office>> read(const std::string& directory);
  ~Office();

  [[nodiscard]] const Decisions& decisions() const { return decisions_; }
  [[nodiscard]] const Ladder& ladder() const { return ladder_; }
  [[nodiscard]] const Incidents& incidents() const { return incidents_; }
  [[nodiscard]] const LedgerHead& head() const { return head_; }
  /// Of the ledger's entries, oldest first.
  [[nodiscard]] const std::vector<Digest>& hashes() const { return hashes_; }

  /// All of them or, where one could not be read back, none.
  [[nodiscard]] std::optional<Error> record(std::span<const LedgerFact> facts, UnixNanos at);
  [[nodiscard]] std::optional<Error> record(const LedgerFact& fact, UnixNanos at) {
    return record({&fact, 1}, at);
  }
  [[nodiscard]] std::optional<Error> record(const std::vector<DecisionFact>& facts, UnixNanos at);
  /// An incident's next record; a new SEV-1 or SEV-2 moves the stage with it.
  [[nodiscard]] std::optional<Error> record(const Incident& incident, UnixNanos at);
  /// A hard rule was broken: recorded, and the stage falls.
  [[nodiscard]] std::optional<Error> violation(const ViolationRecorded& what, UnixNanos at);
  /// Records the findings that it does not have yet: incidents, violations, and what they do to
  /// the stage.
  [[nodiscard]] std::optional<Error> take(std::span<const CoreFinding> findings, UnixNanos at);
  [[nodiscard]] bool lacks_any(std::span<const CoreFinding> findings) const;
  /// Climbs under that decision, or records everything that was missing for it and answers that.
  /// `backup_operator` and `trading_blocked` are the gateway's own word (Surroundings).
  [[nodiscard]] Result<std::vector<Missing>> promote(Climb climb, std::string_view decision_id,
                                                     bool backup_operator, bool trading_blocked,
                                                     UnixNanos now);
  /// What is due by itself at `now`: escalations, expiries and the incidents they open.
  [[nodiscard]] std::optional<Error> pass(UnixNanos now);

 private:
  struct Files;
  Office();
  [[nodiscard]] std::optional<Error> load(const std::string& directory);
  void fold(const LedgerFact& fact, UnixNanos at);
  [[nodiscard]] bool lacks_incident(const CoreFinding& finding) const;
  [[nodiscard]] bool lacks_violation(const CoreFinding& finding) const;

  std::unique_ptr<Files> files_;  // nullptr: only reads
  Decisions decisions_;
  Ladder ladder_;
  Incidents incidents_;
  std::set<std::string, std::less<>> violations_;  // what they were seen in
  LedgerHead head_;
  std::vector<Digest> hashes_;
};

}  // namespace clawgate::governance
