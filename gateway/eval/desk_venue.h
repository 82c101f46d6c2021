// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "gateway/sim_venue.h"
#include "venues/venue.h"

namespace clawgate::eval {

/// The way between the door and the practice exchange, and what can go wrong on it. One thread.
class DeskVenue final : public venues::Venue {
 public:
  enum class Fault {
    None,
    Unreachable,   // nothing is handed over and no report arrives, until it is reachable again
    LosesAnswers,  // what is handed over arrives; nothing that comes back does
    LosesOrder,    // the next hand-over is lost on the way and nobody knows it
  };

  explicit DeskVenue(gateway::SimVenue& exchange) : exchange_(exchange) {}

  void set(Fault fault) { fault_ = fault; }
  [[nodiscard]] bool is_deaf() const {
    return fault_ == Fault::Unreachable || fault_ == Fault::LosesAnswers;
  }

  [[nodiscard]] std::optional<HandOff> submit(SendPermit permit,
                                              const OrderIntent& intent) override {
    if (const auto lost = lose()) return lost;
    const auto outcome = exchange_.submit(std::move(permit), intent);
    return fault_ == Fault::LosesAnswers ? HandOff::Unknown : outcome;
  }
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit,
                                               const ProtectiveOrder& order) override {
    if (const auto lost = lose()) return lost;
    const auto outcome = exchange_.protect(std::move(permit), order);
    return fault_ == Fault::LosesAnswers ? HandOff::Unknown : outcome;
  }
  void cancel(const CancelRequest& request) override {
    if (fault_ != Fault::Unreachable) exchange_.cancel(request);
  }
  void query(const QueryRequest& request) override {
    if (fault_ != Fault::Unreachable) exchange_.query(request);
  }
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) override {
    return exchange_.confirm_kill(epoch);
  }

 private:
  [[nodiscard]] std::optional<HandOff> lose() {
    if (fault_ == Fault::Unreachable) return HandOff::NotSent;
    if (fault_ != Fault::LosesOrder) return std::nullopt;
    fault_ = Fault::None;
    return HandOff::Unknown;
  }

  gateway::SimVenue& exchange_;
  Fault fault_ = Fault::None;
};

}  // namespace clawgate::eval
