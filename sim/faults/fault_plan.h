// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/faults/fault.h"
#include "sim/market/random.h"

namespace clawgate::sim {

/// One fault that waits to strike.
struct FaultRule {
  FaultKind kind = FaultKind::TimeoutExecuted;
  std::int64_t count = 1;            // how often it strikes; negative: without end
  Rate probability = Rate::of(1);    // at each chance; 0..1
  std::optional<std::int64_t> ms{};  // in place of FaultInfo::default_ms
};

/// A fault that struck, and the truth.
struct InjectedFault {
  FaultKind kind = FaultKind::TimeoutExecuted;
  TimeNs time;
  std::string request{};          // "POST /api/v3/order", "order.place"
  std::string client_order_id{};  // of the order (or list) it was about; empty: about none
  std::int64_t order_id = -1;
  FaultTruth truth = FaultTruth::Unchanged;
};

/// Decides when faults strike and remembers those that did. Each rule draws from its own numbers,
/// so the same seed, rules and requests give the same faults. One thread.
class FaultPlan {
 public:
  explicit FaultPlan(std::uint64_t seed) : seed_(seed) {}

  struct Strike {
    FaultKind kind;
    std::int64_t ns;  // FaultRule::ms or its default
  };

  void add(const FaultRule& rule);
  void clear() { rules_.clear(); }
  /// The first rule for this place that strikes now; each that is asked draws once.
  [[nodiscard]] std::optional<Strike> strike(FaultPlace place);
  void record(InjectedFault fault) { injected_.push_back(std::move(fault)); }

  [[nodiscard]] std::vector<FaultRule> rules() const;
  [[nodiscard]] const std::vector<InjectedFault>& injected() const { return injected_; }

 private:
  struct Armed {
    FaultRule rule;
    Random random;
  };

  std::uint64_t seed_;
  std::uint64_t added_ = 0;
  std::vector<Armed> rules_;
  std::vector<InjectedFault> injected_;
};

}  // namespace clawgate::sim
