// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/venue.h"

namespace clawgate::venues {

/// One place where orders trade. Writing an order needs a permit, so nothing but the door can do
/// it. What happens afterwards comes back as ExecutionReport and BalanceReported inputs, in any
/// order, maybe late, maybe twice, maybe never.
class Venue {
 public:
  virtual ~Venue() = default;

  /// Hands over an entry with its protective legs as one list.
  [[nodiscard]] virtual HandOff submit(SendPermit permit, const OrderIntent& intent) = 0;
  /// Hands over one reduce-only order.
  [[nodiscard]] virtual HandOff protect(ProtectPermit permit, const ProtectiveOrder& order) = 0;
  virtual void cancel(const CancelRequest& request) = 0;
  virtual void query(const QueryRequest& request) = 0;
};

}  // namespace clawgate::venues
