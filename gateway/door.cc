// SPDX-License-Identifier: Apache-2.0
#include "gateway/door.h"

#include <utility>

namespace clawgate::gateway {

std::optional<HandOff> Door::send(SendPermit permit, const OrderIntent& intent) {
  if (permit.spent() || !may_place_) return HandOff::Refused;
  if (permit.hold() != intent.order.hold || permit.digest() != intent.digest)
    return HandOff::Refused;
  if (!word_.is_open(intent.kill_epoch)) return HandOff::Refused;
  return venue_.submit(std::move(permit), intent);
}

std::optional<HandOff> Door::protect(ProtectPermit permit, const ProtectiveOrder& order) {
  if (permit.spent() || !may_place_) return HandOff::Refused;
  if (increases_exposure(order.leg.role) || order.leg.side != Side::Sell) return HandOff::Refused;
  if (order.leg.qty > permit.qty_max()) return HandOff::Refused;
  return venue_.protect(std::move(permit), order);
}

}  // namespace clawgate::gateway
