// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/trading_word.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// The one door (I2). Entries pass only while the trading word says OPEN under the very kill epoch
/// they were released in; protective orders pass in every state but never above the position;
/// cancels and queries always pass. The word is read last, immediately before the venue is called.
class Door {
 public:
  Door(venues::Venue& venue, const TradingWord& word) : venue_(venue), word_(word) {}

  [[nodiscard]] std::optional<HandOff> send(SendPermit permit, const OrderIntent& intent);
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit, const ProtectiveOrder& order);
  void cancel(const CancelRequest& request) { venue_.cancel(request); }
  void query(const QueryRequest& request) { venue_.query(request); }
  void reconcile() { venue_.reconcile(); }
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) { return venue_.confirm_kill(epoch); }

 private:
  venues::Venue& venue_;
  const TradingWord& word_;
};

}  // namespace clawgate::gateway
