// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/core_findings.h"

#include "schemas/fact.h"

namespace clawgate::gateway {

std::optional<governance::CoreFinding> finding_of(const journal::RecordView& record) {
  governance::CoreFinding finding;
  finding.seq = record.seq;
  finding.at = record.time;
  if (record.type == IncidentOpened::kType) {
    const auto fact = decode<IncidentOpened>(record.payload);
    if (!fact) return std::nullopt;
    finding.severity = static_cast<governance::Severity>(fact->severity);
    finding.violation = fact->violation;
    finding.code = info(fact->cause).code;
    finding.summary = fact->summary.view();
    return finding;
  }
  if (record.type == ViolationRecorded::kType) {
    const auto fact = decode<ViolationRecorded>(record.payload);
    if (!fact) return std::nullopt;
    finding.violation = true;
    finding.code = info(fact->reason).code;
    return finding;
  }
  return std::nullopt;
}

}  // namespace clawgate::gateway
