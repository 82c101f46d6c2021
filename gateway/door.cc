// SPDX-License-Identifier: Apache-2.0
#include "gateway/door.h"

#include <utility>

namespace clawgate::gateway {

HandOff Door::send(SendPermit permit, const OrderIntent& intent) {
  if (permit.spent()) return HandOff::Refused;
  if (permit.hold() != intent.order.hold || permit.digest() != intent.digest)
    return HandOff::Refused;
  const TradingWord::View now = word_.read();
  if (now.state != TradingState::Open || now.epoch != intent.kill_epoch) return HandOff::Refused;
  return venue_.submit(std::move(permit), intent);
}

HandOff Door::protect(ProtectPermit permit, const ProtectiveOrder& order) {
  if (permit.spent()) return HandOff::Refused;
  if (increases_exposure(order.leg.role) || order.leg.side != Side::Sell) return HandOff::Refused;
  if (order.leg.qty > permit.qty_max()) return HandOff::Refused;
  return venue_.protect(std::move(permit), order);
}

}  // namespace clawgate::gateway
