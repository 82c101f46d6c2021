// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/order.h"
#include "schemas/venue.h"

namespace clawgate::gateway {

class Engine;

/// The only maker of permits, and the engine's release step its only caller: a permit exists only
/// beside the effect that will be carried out after its records are durable (I1, I2).
class Release {
 private:
  friend class Engine;
  [[nodiscard]] static SendPermit entry(const OrderIntent& intent) {
    return SendPermit(intent.order.hold, intent.digest);
  }
  [[nodiscard]] static ProtectPermit protective(HoldId hold, Qty held) {
    return ProtectPermit(hold, held);
  }
};

}  // namespace clawgate::gateway
