// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/office/office_place.h"
#include "governance/ledger/office.h"
#include "schemas/limits.h"

namespace clawgate::gateway {

/// A decision_request with what it is over, where the request does not carry the digest itself.
struct DecisionDraft {
  contracts::DecisionRequest request;
  std::string cause;             // the code of a cause that would be ended
  std::optional<Limits> limits;  // the document that would come into force
  std::string order;             // client order id of an unknown order that would be closed
};

/// What came of a request or an answer. Refusals name field and rule, all of them.
struct DecisionOutcome {
  std::vector<Error> refusals;
  std::optional<governance::DecisionRow> row;
  bool no_op = false;  // it was before; nothing happened again
};

/// Where the data directory stands, and what the next step still lacks.
struct StageView {
  governance::StageMoved standing;
  bool founded = false;
  UnixNanos since;
  UnixNanos window_start;
  int green_days = 0;
  std::size_t pending = 0;
  std::vector<governance::Incident> incidents;  // newest record of each
  std::optional<governance::Climb> next;        // none: it is at the top
  std::vector<governance::Missing> missing;     // for `next`
};

struct StageOutcome {
  std::vector<Error> missing;  // empty: it was done
  governance::StageMoved standing;
};

struct ChecklistOutcome {
  std::string checklist_id;
  std::string artifact;  // the file that keeps it
  std::vector<Error> findings;
};

struct IncidentOutcome {
  std::vector<Error> refusals;
  std::optional<governance::Incident> record;  // the newest of it
};

/// What people and a running gateway do with the office of a data directory: the one way in, for
/// the command line and for HTTP. Each call that changes something holds the office's lock for as
/// long as it takes, so that any number of processes may have a desk. One thread.
class OfficeDesk {
 public:
  /// `principals` may answer over `channel`, as far as their roles decide anything.
  OfficeDesk(OfficePlace place, const std::vector<PrincipalName>& principals,
             OperatorChannel channel);

  [[nodiscard]] const OfficePlace& place() const { return place_; }

  // What can be read without the lock.
  [[nodiscard]] Result<std::unique_ptr<governance::Office>> read() const;
  [[nodiscard]] Result<std::vector<governance::DecisionRow>> decisions() const;
  [[nodiscard]] Result<StageView> stage(std::string_view decision_id, bool trading_blocked,
                                        UnixNanos now) const;

  [[nodiscard]] Result<DecisionOutcome> open(const DecisionDraft& draft, UnixNanos now) const;
  [[nodiscard]] Result<DecisionOutcome> answer(const governance::DecisionCommand& command,
                                               UnixNanos now) const;
  [[nodiscard]] Result<StageOutcome> promote(governance::Climb climb, std::string_view decision_id,
                                             bool trading_blocked, UnixNanos now) const;
  /// Ends the ladder's own block.
  [[nodiscard]] Result<StageOutcome> unblock(std::string_view decision_id, UnixNanos now) const;
  /// Checks a pre_live_checklist, keeps its text as an artifact, and records what came of it.
  [[nodiscard]] Result<ChecklistOutcome> checklist(const std::string& text, UnixNanos now) const;
  /// A note on an incident, its mitigation, or its end.
  [[nodiscard]] Result<IncidentOutcome> change(const governance::IncidentChange& change,
                                               UnixNanos now) const;
  /// Evidence for a promotion.
  [[nodiscard]] std::optional<Error> keep(const governance::LedgerFact& fact, UnixNanos now) const;
  /// What the core found: each finding is recorded once, however often it is told.
  [[nodiscard]] std::optional<Error> take(std::span<const governance::CoreFinding> findings,
                                          UnixNanos now) const;
  /// What is due by itself: escalations and expiries.
  [[nodiscard]] std::optional<Error> pass(UnixNanos now) const;

 private:
  [[nodiscard]] Result<std::unique_ptr<governance::Office>> write(UnixNanos now) const;
  [[nodiscard]] governance::Surroundings around(const governance::Office& office,
                                                bool trading_blocked) const;
  [[nodiscard]] static Result<DecisionOutcome> finish(governance::Office& office,
                                                      const governance::DecisionAnswer& answer,
                                                      UnixNanos now);
  [[nodiscard]] static Result<StageOutcome> move(governance::Office& office,
                                                 const Result<governance::StageMoved>& step,
                                                 UnixNanos now);

  OfficePlace place_;
  std::vector<Operator> operators_;
  bool has_backup_;  // two operators at least: one of them is the other's backup
};

}  // namespace clawgate::gateway
