// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/checklist.h"

#include <algorithm>

namespace clawgate::governance {
namespace {

using contracts::ChecklistItem;
using contracts::ItemStatus;
using contracts::PreLiveChecklist;

void check_item(const PreLiveChecklist& checklist, std::size_t at, const EvidenceExists& exists,
                std::vector<Error>& findings) {
  const ChecklistItem& item = checklist.items[at];
  const std::string pointer = "/items/" + std::to_string(at);
  const auto same_id = [&](const ChecklistItem& other) { return other.item_id == item.item_id; };
  const auto before = checklist.items.begin() + static_cast<std::ptrdiff_t>(at);
  if (std::find(kChecklistItems.begin(), kChecklistItems.end(), item.item_id) ==
      kChecklistItems.end()) {
    findings.push_back({Reason::ChecklistItemUnknown, pointer + "/item_id", item.item_id});
  }
  if (std::any_of(checklist.items.begin(), before, same_id)) {
    findings.push_back({Reason::ChecklistItemDuplicate, pointer + "/item_id", item.item_id});
  }
  if (item.status == ItemStatus::Fail) {
    findings.push_back({Reason::ChecklistItemFailed, pointer + "/status", item.item_id});
  }
  if (item.status == ItemStatus::Pass && !exists(item.evidence_ref)) {
    findings.push_back(
        {Reason::EvidenceMissing, pointer + "/evidence_ref", printable(item.evidence_ref)});
  }
}

void check_decision(const PreLiveChecklist& checklist, const Decisions& decisions,
                    std::vector<Error>& findings) {
  const DecisionRow* const row = decisions.find(checklist.decision_id);
  const auto add = [&](std::string_view seen) {
    findings.push_back({Reason::ChecklistTier, "/decision_id", std::string(seen)});
  };
  if (row == nullptr) return add("no such decision");
  if (row->decision.status != DecisionStatus::Approved) {
    return add(contracts::word_of(row->decision.status));
  }
  if (row->decision.risk_tier != RiskTier::R3) {
    return add(contracts::word_of(row->decision.risk_tier));
  }
  if (row->purpose != DecisionPurpose::S1Checklist) add(contracts::word_of(row->purpose));
}

}  // namespace

ChecklistVerdict check(const PreLiveChecklist& checklist, const Decisions& decisions,
                       const EvidenceExists& exists) {
  ChecklistVerdict verdict;
  std::vector<Error>& findings = verdict.findings;
  if (checklist.risk_tier != RiskTier::R3) {
    findings.push_back({Reason::ChecklistTier, "/risk_tier",
                        std::string(contracts::word_of(checklist.risk_tier))});
  }
  if (checklist.capital_ramp_level != RampLevel::L0) {
    findings.push_back({Reason::ChecklistRamp, "/capital_ramp_level",
                        std::string(contracts::word_of(checklist.capital_ramp_level))});
  }
  check_decision(checklist, decisions, findings);
  for (std::size_t i = 0; i < checklist.items.size(); ++i) {
    check_item(checklist, i, exists, findings);
  }
  for (const std::string_view id : kChecklistItems) {
    const bool there = std::any_of(checklist.items.begin(), checklist.items.end(),
                                   [&](const ChecklistItem& item) { return item.item_id == id; });
    if (!there) {
      findings.push_back({Reason::ChecklistItemMissing, "/items", std::string(id)});
    }
  }
  verdict.trading_blocked = !findings.empty();
  if (findings.empty()) verdict.readiness = contracts::Readiness::Pass;
  return verdict;
}

ChecklistVerdict check_text(std::string_view text, const Decisions& decisions,
                            const EvidenceExists& exists) {
  const auto checklist = contracts::decode_pre_live_checklist(text);
  if (checklist) return check(*checklist, decisions, exists);
  ChecklistVerdict verdict;
  verdict.findings.push_back(checklist.error());
  return verdict;
}

}  // namespace clawgate::governance
