// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "governance/decisions/facts.h"
#include "governance/decisions/protocol.h"
#include "schemas/command.h"
#include "schemas/core/result.h"
#include "schemas/governed.h"

namespace clawgate::governance {

/// One operator's answer to a decision, as the edge that checked who it is passes it on.
struct DecisionCommand {
  DecisionEvent action = DecisionEvent::Reject;  // Approve, Reject or Kill
  std::string decision_id;
  std::string command_id;
  std::string operator_id;
  OperatorChannel channel = OperatorChannel::Terminal;
  std::string user_id;  // on a chat channel
  std::string chat_id;
  bool explicit_human_approval = false;
  std::string evidence_ref;
  std::optional<bool> signature_valid;  // where the channel signs
  std::string challenge_id;
  Digest answer_hash;  // challenge_hash() of what the operator typed
};

/// SHA-256 over every field, so that a repetition can be told from another command.
[[nodiscard]] Digest digest_of(const DecisionCommand& command);

/// What a challenge's answer is stored and compared as. `key` is the edge's secret.
[[nodiscard]] Digest challenge_hash(Bytes key, std::string_view challenge_id,
                                    std::string_view decision_id, std::string_view operator_id,
                                    std::string_view answer);

struct DecisionRow {
  contracts::Decision decision;
  DecisionPurpose purpose = DecisionPurpose::General;
  Stage stage = Stage::S0;
  std::string requested_by;
  std::string rollback_plan;
  std::vector<std::string> evidence_refs;
  std::optional<contracts::RampLimits> limits;
  std::optional<Digest> subject;
  Digest request_digest;
  std::uint16_t escalations = 0;
  std::optional<UnixNanos> decided_at;
  std::optional<OperatorChannel> decided_on;
};

/// What the core is told of a decision that ended: nullopt while it waits, and where it is over
/// nothing that the core knows.
[[nodiscard]] std::optional<DecisionRecorded> record_of(const DecisionRow& row);

/// What came of a request or command. Facts are to be recorded, then folded; refusals name field
/// and rule, all of them.
struct DecisionAnswer {
  std::vector<DecisionFact> facts;
  std::vector<Error> refusals;
  std::string decision_id;
  bool no_op = false;  // it was before; nothing happens again

  [[nodiscard]] bool done() const { return refusals.empty(); }
};

using DecisionIds = std::set<std::string, std::less<>>;

/// Every decision there is. Pure: time comes in, facts come out. One thread.
class Decisions {
 public:
  /// Puts a decision to the operators, under an id that is none of `taken`: those that something
  /// else names already.
  [[nodiscard]] DecisionAnswer open(const contracts::DecisionRequest& request, Stage stage,
                                    UnixNanos now, const DecisionIds& taken = {}) const;
  /// A second factor for one decision and operator; an older one of theirs is void then.
  [[nodiscard]] DecisionAnswer challenge(const std::string& challenge_id,
                                         const std::string& decision_id,
                                         const std::string& operator_id, const Digest& answer_hash,
                                         UnixNanos now) const;
  [[nodiscard]] DecisionAnswer apply(const DecisionCommand& command,
                                     std::span<const Operator> operators, Stage stage,
                                     UnixNanos now) const;
  /// What is due by itself: escalations, expiries.
  [[nodiscard]] std::vector<DecisionFact> due(UnixNanos now) const;
  /// The key that answers are hashed with was changed: no challenge before it holds.
  [[nodiscard]] std::vector<DecisionFact> key_rotated() const;

  void fold(const DecisionFact& fact, UnixNanos at);

  [[nodiscard]] const DecisionRow* find(std::string_view id) const;
  [[nodiscard]] const std::map<std::string, DecisionRow, std::less<>>& all() const { return rows_; }
  [[nodiscard]] std::size_t pending() const;
  [[nodiscard]] ChallengeStatus challenge_status(std::string_view challenge_id) const;
  [[nodiscard]] bool is_locked(std::string_view operator_id, UnixNanos now) const;

 private:
  struct Challenge {
    ChallengeIssued issued;
    ChallengeStatus status = ChallengeStatus::Pending;
    std::uint16_t attempts = 0;
  };
  struct Failures {
    std::uint16_t in_a_row = 0;
    UnixNanos locked_until;
  };

  [[nodiscard]] std::string next_id(UnixNanos now, const DecisionIds& taken) const;
  [[nodiscard]] const DecisionRow* pending_with_key(std::string_view key) const;
  [[nodiscard]] bool times_out_again(const DecisionRow& row) const;
  void answer_challenge(const DecisionCommand& command, UnixNanos now,
                        DecisionAnswer& answer) const;

  void fold_one(const DecisionOpened& fact, UnixNanos at);
  void fold_one(const DecisionMoved& fact, UnixNanos at);
  void fold_one(const DecisionEscalated& fact, UnixNanos at);
  void fold_one(const CommandAnswered& fact, UnixNanos at);
  void fold_one(const ChallengeIssued& fact, UnixNanos at);
  void fold_one(const ChallengeMoved& fact, UnixNanos at);

  std::map<std::string, DecisionRow, std::less<>> rows_;
  std::map<std::string, CommandAnswered, std::less<>> commands_;  // the first answer of each
  std::map<std::string, Challenge, std::less<>> challenges_;
  std::map<std::string, Failures, std::less<>> failures_;       // by operator
  std::map<std::string, std::uint16_t, std::less<>> timeouts_;  // in a row, by scope:topic
  std::map<std::string, std::uint32_t, std::less<>> opened_;    // by day
};

}  // namespace clawgate::governance
