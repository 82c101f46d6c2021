// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <variant>

#include "schemas/command.h"
#include "schemas/governed.h"
#include "schemas/instrument.h"
#include "schemas/market.h"
#include "schemas/venue.h"

namespace clawgate::venues {

/// One place where orders trade. Writing an order needs a permit, so nothing but the door can do
/// it. What happens afterwards comes back as ExecutionReport and BalanceReported inputs, in any
/// order, maybe late, maybe twice, maybe never.
class Venue {
 public:
  virtual ~Venue() = default;

  /// Hands over an entry with its protective legs as one list. Answers what came of it, or nullopt
  /// where the venue's own thread will tell, as a HandedOff input.
  [[nodiscard]] virtual std::optional<HandOff> submit(SendPermit permit,
                                                      const OrderIntent& intent) = 0;
  /// Hands over one reduce-only order. Answers as submit() does.
  [[nodiscard]] virtual std::optional<HandOff> protect(ProtectPermit permit,
                                                       const ProtectiveOrder& order) = 0;
  virtual void cancel(const CancelRequest& request) = 0;
  virtual void query(const QueryRequest& request) = 0;
  /// True when no entry released before this kill can leave any more; false where the venue's own
  /// thread will tell, as a KillAcknowledged input.
  [[nodiscard]] virtual bool confirm_kill(KillEpoch epoch) = 0;
  /// Compares its whole ledger with ours and tells, with evidence, once they agree. A venue that
  /// cannot leaves RECONCILING in force.
  virtual void reconcile() {}
};

/// What a venue on a thread of its own tells the core.
using VenueInput = std::variant<ExecutionReport, BalanceReported, HandedOff, KillAcknowledged,
                                ConditionReported, Instrument, CauseReported, BalanceMoved>;

/// Where it tells it. Called on the venue's thread.
class VenueInbox {
 public:
  virtual ~VenueInbox() = default;
  /// False when full: the venue stops reading its sockets and offers the same input again.
  [[nodiscard]] virtual bool put(const VenueInput& input) = 0;
  /// The newest top of one instrument; it replaces one not yet taken.
  virtual void market(const MarketTop& top) = 0;
};

/// The last look before an entry's bytes are handed to a socket: false once a kill is stored.
class SendGate {
 public:
  virtual ~SendGate() = default;
  [[nodiscard]] virtual bool is_open(KillEpoch released_in) const = 0;
};

}  // namespace clawgate::venues
