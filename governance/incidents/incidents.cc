// SPDX-License-Identifier: Apache-2.0
#include "governance/incidents/incidents.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "schemas/contracts/date_time.h"
#include "schemas/strict_json.h"

namespace clawgate::governance {
namespace {

Error chain_error(std::size_t at, std::string_view field, std::string_view seen) {
  return {Reason::IncidentChain, "/" + std::to_string(at) + "/" + std::string(field),
          std::string(seen)};
}

/// None when `record` continues a chain that ends with `before`.
Error link_error(const Incident& record, const Incident* before, std::size_t at) {
  const std::optional<Digest> expected =
      before == nullptr ? std::nullopt : std::optional(before->entry_hash);
  if (record.prev_hash != expected) {
    return chain_error(at, "prev_hash", record.prev_hash ? to_hex(*record.prev_hash) : "null");
  }
  if (record.entry_hash != entry_hash_of(record)) {
    return chain_error(at, "entry_hash", to_hex(record.entry_hash));
  }
  return {};
}

std::string prefix_of_day(UnixNanos at) {
  const std::string date = contracts::to_date_time(at).substr(0, 10);
  return "INC-" + date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2) + "-";
}

}  // namespace

std::optional<IncidentEvent> incident_event_from(std::string_view word) {
  const auto found = std::find(kIncidentEventWords.begin(), kIncidentEventWords.end(), word);
  if (found == kIncidentEventWords.end()) return std::nullopt;
  return static_cast<IncidentEvent>(found - kIncidentEventWords.begin());
}

Digest entry_hash_of(const Incident& record) {
  Incident bare = record;
  bare.entry_hash = Digest();
  return sha256(bytes_of(encode(bare)));
}

Error verify_chain(std::span<const Incident> records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    Error broken = link_error(records[i], i == 0 ? nullptr : &records[i - 1], i);
    if (broken.reason != Reason::None) return broken;
  }
  return {};
}

std::string Incidents::next_id(UnixNanos now) const {
  const std::string prefix = prefix_of_day(now);
  unsigned number = 1;
  for (const auto& [id, at] : newest_) number += id.starts_with(prefix) ? 1U : 0U;
  char text[16];
  std::snprintf(text, sizeof text, "%03u", number);
  return prefix + text;
}

Result<Incident> Incidents::open(const IncidentOpening& opening, UnixNanos now) const {
  Incident record;
  record.incident_id = opening.incident_id.empty() ? next_id(now) : opening.incident_id;
  record.severity = opening.severity;
  record.summary = opening.summary;
  record.impact = opening.impact;
  record.owner = opening.owner;
  record.opened_at = now;
  return sealed(std::move(record));
}

Result<Incident> Incidents::change(const IncidentChange& change, UnixNanos now) const {
  const Incident* const before = find(change.incident_id);
  if (before == nullptr) {
    return Error{Reason::IncidentUnknown, "/incident_id", printable(change.incident_id)};
  }
  const auto to = next_state(kIncidentTransitions, before->status, change.event);
  if (!to) {
    return Error{Reason::IncidentMove, "/status", std::string(contracts::word_of(before->status))};
  }
  Incident record = *before;
  record.status = *to;
  if (!change.action.empty()) record.actions.push_back(change.action);
  if (!change.root_cause.empty()) record.root_cause = change.root_cause;
  if (*to == IncidentStatus::Closed) {
    if (record.root_cause.empty()) return Error{Reason::IncidentIncomplete, "/root_cause", ""};
    if (record.actions.empty()) return Error{Reason::IncidentIncomplete, "/actions", ""};
    record.closed_at = now;
  }
  return sealed(std::move(record));
}

// Nothing goes into the chain that could not be read back from it.
Result<Incident> Incidents::sealed(Incident record) const {
  record.prev_hash = std::nullopt;
  if (!records_.empty()) record.prev_hash = records_.back().entry_hash;
  record.entry_hash = entry_hash_of(record);
  return contracts::decode_incident(encode(record));
}

Error Incidents::fold(const Incident& record) {
  Error broken = link_error(record, records_.empty() ? nullptr : &records_.back(), records_.size());
  if (broken.reason != Reason::None) return broken;
  newest_.insert_or_assign(record.incident_id, records_.size());
  records_.push_back(record);
  return {};
}

const Incident* Incidents::find(std::string_view id) const {
  const auto found = newest_.find(id);
  return found == newest_.end() ? nullptr : &records_[found->second];
}

std::vector<Incident> Incidents::timeline(std::string_view id) const {
  std::vector<Incident> rows;
  for (const Incident& record : records_) {
    if (record.incident_id == id) rows.push_back(record);
  }
  return rows;
}

std::vector<Incident> Incidents::all() const {
  std::vector<Incident> rows;
  rows.reserve(newest_.size());
  for (const auto& [id, at] : newest_) rows.push_back(records_[at]);
  return rows;
}

}  // namespace clawgate::governance
