// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/incident.h"
#include "schemas/core/result.h"
#include "schemas/core/transition.h"

namespace clawgate::governance {

using contracts::Incident;
using contracts::IncidentStatus;
using contracts::Severity;

enum class IncidentEvent : std::uint8_t { Note, Mitigate, Close };

inline constexpr auto kIncidentTransitions =
    std::to_array<Transition<IncidentStatus, IncidentEvent>>({
        {IncidentStatus::Open, IncidentEvent::Note, IncidentStatus::Open},
        {IncidentStatus::Open, IncidentEvent::Mitigate, IncidentStatus::Mitigated},
        {IncidentStatus::Open, IncidentEvent::Close, IncidentStatus::Closed},
        {IncidentStatus::Mitigated, IncidentEvent::Note, IncidentStatus::Mitigated},
        {IncidentStatus::Mitigated, IncidentEvent::Close, IncidentStatus::Closed},
    });
static_assert(is_deterministic(kIncidentTransitions));

inline constexpr std::array<std::string_view, 3> kIncidentEventWords = {"note", "mitigate",
                                                                        "close"};
[[nodiscard]] std::optional<IncidentEvent> incident_event_from(std::string_view word);

struct IncidentOpening {
  Severity severity = Severity::Sev1;
  std::string summary;
  std::string impact;
  std::string owner;
  std::string incident_id{};  // empty: the next number of the day
};

struct IncidentChange {
  std::string incident_id;
  IncidentEvent event = IncidentEvent::Note;
  std::string action;      // appended, unless empty
  std::string root_cause;  // replaces, unless empty
};

/// SHA-256 of the record's canonical JSON with an entry_hash of zeros.
[[nodiscard]] Digest entry_hash_of(const Incident& record);

/// What is wrong with a chain of records: Reason::IncidentChain, the field `/3/prev_hash` of the
/// first break. Reason::None when nothing is.
[[nodiscard]] Error verify_chain(std::span<const Incident> records);

/// Every incident there is: one append-only chain of records, each the whole state of one incident
/// after a change. Pure. One thread.
class Incidents {
 public:
  /// The record to keep and then fold.
  [[nodiscard]] Result<Incident> open(const IncidentOpening& opening, UnixNanos now) const;
  /// IncidentUnknown, IncidentMove, or IncidentIncomplete where it would close without its cause
  /// and what was done.
  [[nodiscard]] Result<Incident> change(const IncidentChange& change, UnixNanos now) const;

  /// Refuses a record that does not continue the chain.
  [[nodiscard]] Error fold(const Incident& record);

  /// Its newest record; nullptr for an id that is no incident's.
  [[nodiscard]] const Incident* find(std::string_view id) const;
  /// The records of one incident, oldest first: its timeline.
  [[nodiscard]] std::vector<Incident> timeline(std::string_view id) const;
  /// The newest record of each, by id.
  [[nodiscard]] std::vector<Incident> all() const;
  [[nodiscard]] const std::vector<Incident>& records() const { return records_; }

 private:
  [[nodiscard]] std::string next_id(UnixNanos now) const;
  [[nodiscard]] Result<Incident> sealed(Incident record) const;

  std::vector<Incident> records_;
  std::map<std::string, std::size_t, std::less<>> newest_;
};

}  // namespace clawgate::governance
