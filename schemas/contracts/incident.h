// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// INC-YYYYMMDD- and 3..16 digits or capital letters.
[[nodiscard]] bool is_incident_id(std::string_view text);

/// incident 1.1: one state of one incident. Each change is a new record, chained to the one before
/// it, whichever incident that was about.
struct Incident {
  static constexpr bool kClosed = true;

  std::string incident_id;
  Severity severity = Severity::Sev1;
  IncidentStatus status = IncidentStatus::Open;
  std::string summary;
  std::string impact;
  std::string root_cause;            // may be empty until it is closed
  std::vector<std::string> actions;  // taken, oldest first
  UnixNanos opened_at;
  std::optional<UnixNanos> closed_at;
  std::string owner;
  std::optional<Digest> prev_hash;  // null in the first record only
  Digest entry_hash;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.1"});
    field("incident_id", self.incident_id, shape_rule(is_incident_id));
    field("severity", self.severity);
    field("status", self.status);
    field("summary", self.summary, prose_rule(512));
    field("impact", self.impact, prose_rule(1024));
    field("root_cause", self.root_cause, prose_rule(1024, 0));
    field("actions", self.actions, list_rule(64, 0, 512));
    field("opened_at", self.opened_at);
    field("closed_at", self.closed_at, null_rule());
    field("owner", self.owner, id_rule(32));
    field("prev_hash", self.prev_hash, null_rule());
    field("entry_hash", self.entry_hash);
  }
};

[[nodiscard]] Result<Incident> decode_incident(std::string_view text);
[[nodiscard]] std::string encode(const Incident& value);

}  // namespace clawgate::contracts
