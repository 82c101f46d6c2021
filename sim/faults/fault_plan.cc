// SPDX-License-Identifier: Apache-2.0
#include "sim/faults/fault_plan.h"

namespace clawgate::sim {

void FaultPlan::add(const FaultRule& rule) {
  Random spread(seed_);
  const std::uint64_t base = spread.next();
  rules_.push_back({rule, Random(base + ++added_)});
}

std::optional<FaultPlan::Strike> FaultPlan::strike(FaultPlace place) {
  std::optional<Strike> strike;
  for (Armed& armed : rules_) {
    FaultRule& rule = armed.rule;
    if (info(rule.kind).place != place || rule.count == 0) continue;
    const bool hit = armed.random.below(Rate::kScale) < rule.probability.raw();
    if (!hit || strike) continue;
    if (rule.count > 0) --rule.count;
    strike = Strike{rule.kind, rule.ms.value_or(info(rule.kind).default_ms) * 1'000'000};
  }
  std::erase_if(rules_, [](const Armed& armed) { return armed.rule.count == 0; });
  return strike;
}

std::vector<FaultRule> FaultPlan::rules() const {
  std::vector<FaultRule> rules;
  for (const Armed& armed : rules_) rules.push_back(armed.rule);
  return rules;
}

}  // namespace clawgate::sim
