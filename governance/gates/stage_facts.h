// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/fields.h"

// What happened to the stage, and the evidence that promotions are decided by. Ladder::fold reads
// nothing else; the ledger keeps each with its time.

namespace clawgate::governance {

/// One run of the trading evaluation.
struct EvalRecorded {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "eval_recorded";

  std::uint16_t cases = 0;
  std::uint16_t failed = 0;
  std::string evidence_ref;
  Digest evidence;  // SHA-256 of its summary

  [[nodiscard]] bool is_green() const { return cases > 0 && failed == 0; }

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("cases", self.cases);
    field("failed", self.failed);
    field("evidence_ref", self.evidence_ref, contracts::id_rule(256));
    field("evidence", self.evidence);
  }
};

struct KillExercised {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "kill_exercised";

  UnixNanos killed_at;
  std::string evidence_ref;
  Digest evidence;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("killed_at", self.killed_at);
    field("evidence_ref", self.evidence_ref, contracts::id_rule(256));
    field("evidence", self.evidence);
  }
};

/// The venue's word on the trading key (policy/posture.h).
struct PostureRecorded {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "posture_recorded";

  bool pass = false;
  std::string evidence_ref;
  Digest evidence;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("pass", self.pass);
    field("evidence_ref", self.evidence_ref, contracts::id_rule(256));
    field("evidence", self.evidence);
  }
};

/// Orders and trades compared with the venue's.
struct ReconciliationRecorded {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "reconciliation_recorded";

  bool consistent = false;
  std::uint16_t duplicates = 0;
  std::string evidence_ref;
  Digest evidence;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("consistent", self.consistent);
    field("duplicates", self.duplicates);
    field("evidence_ref", self.evidence_ref, contracts::id_rule(256));
    field("evidence", self.evidence);
  }
};

/// A hard risk rule was broken, or trading was blocked for a policy violation.
struct ViolationRecorded {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "violation_recorded";

  std::string code;
  std::string evidence_ref;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("code", self.code, contracts::id_rule(64));
    field("evidence_ref", self.evidence_ref, contracts::id_rule(256));
  }
};

struct ChecklistRecorded {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "checklist_recorded";

  std::string checklist_id;
  std::string decision_id;
  bool pass = false;
  Digest digest;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("checklist_id", self.checklist_id, contracts::id_rule(64));
    field("decision_id", self.decision_id, contracts::id_rule(32));
    field("pass", self.pass);
    field("digest", self.digest);
  }
};

/// Up by a decision, or down by what happened.
struct StageMoved {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "stage_moved";

  Stage stage = Stage::S0;
  RampLevel level = RampLevel::L0;
  bool blocked = false;
  std::string cause;
  std::optional<std::string> decision_id;
  std::optional<std::string> checklist_id;
  std::optional<contracts::RampLimits> limits;  // of the level; none: the class's own L0

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("stage", self.stage);
    field("level", self.level);
    field("blocked", self.blocked);
    field("cause", self.cause, contracts::id_rule(128));
    field("decision_id", self.decision_id, contracts::id_rule(32));
    field("checklist_id", self.checklist_id, contracts::id_rule(64));
    field("limits", self.limits);
  }
};

/// One thing that a promotion was refused for.
struct MissingRequirement {
  static constexpr bool kClosed = true;

  std::string requirement;
  std::string code;
  std::string seen;  // what is there instead

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("requirement", self.requirement, contracts::id_rule(64));
    field("code", self.code, contracts::id_rule(64));
    field("seen", self.seen, contracts::id_rule(256));
  }
};

/// Somebody asked for the next stage or level, and this was missing. It moves nothing.
struct PromotionRefused {
  static constexpr bool kClosed = true;
  static constexpr std::string_view kKind = "promotion_refused";

  std::string target;  // S1, S2 or L1
  std::optional<std::string> decision_id;
  std::vector<MissingRequirement> missing;  // all of it

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("target", self.target, contracts::id_rule(2));
    field("decision_id", self.decision_id, contracts::id_rule(32));
    field("missing", self.missing, contracts::list_rule(32, 1));
  }
};

}  // namespace clawgate::governance
