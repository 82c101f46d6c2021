// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/trading_word.h"
#include "governance/policy/actions.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// The one door (I2). Entries pass only while the trading word says OPEN under the very kill epoch
/// they were released in; protective orders pass in every state but never above the position;
/// cancels and queries always pass. The word is read last, immediately before the venue is called.
/// Before all of it stands the table of actions: what it does not let the execution gateway do does
/// not pass. It is asked once, when the door is made.
class Door {
 public:
  Door(venues::Venue& venue, const TradingWord& word,
       governance::ActionTable actions = governance::action_rows())
      : venue_(venue),
        word_(word),
        may_place_(governance::gateway_may(governance::kPlaceOrder, actions)),
        may_cancel_(governance::gateway_may(governance::kCancelOrder, actions)),
        may_reconcile_(governance::gateway_may(governance::kReconcile, actions)) {}

  [[nodiscard]] std::optional<HandOff> send(SendPermit permit, const OrderIntent& intent);
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit, const ProtectiveOrder& order);
  void cancel(const CancelRequest& request) {
    if (may_cancel_) venue_.cancel(request);
  }
  void query(const QueryRequest& request) {
    if (may_reconcile_) venue_.query(request);
  }
  void reconcile() {
    if (may_reconcile_) venue_.reconcile();
  }
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) { return venue_.confirm_kill(epoch); }

 private:
  venues::Venue& venue_;
  const TradingWord& word_;
  const bool may_place_;
  const bool may_cancel_;
  const bool may_reconcile_;
};

}  // namespace clawgate::gateway
