// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "risk/context.h"
#include "schemas/order.h"
#include "schemas/reason.h"
#include "schemas/signal.h"

namespace clawgate::risk {

/// What a signal becomes: an order with every field fixed, or the reasons why it cannot be one.
struct Plan {
  OrderCandidate candidate;
  ReasonSet denied;

  /// False for `hold` signals too, which are never planned and never denied.
  [[nodiscard]] bool has_order() const { return denied.empty() && !candidate.legs.empty(); }
};

/// The band of an exit whose symbol is no longer in the limits document: a position can always be
/// closed.
inline constexpr Rate kExitBandDefault = bps(100);

/// The most that an entry may pay, which is the limit of its order: the ask and the band above it,
/// down to the tick. 0 when it does not fit.
[[nodiscard]] Px worst_entry(Px ask, Rate band, Px tick);

/// Turns an opinion into one exact order. Pure: the same signal and context give the same plan.
///
/// buy   reference  mid
///       entry      LIMIT FOK buy at ask * (1 + band), down to the tick
///       stop       STOP_LOSS sell at the signal's stop, else reference * (1 - policy.stop), down
///                  to the tick. Without STOP_LOSS at the venue: STOP_LOSS_LIMIT with its limit
///                  one band below the trigger, and the loss is then counted at that limit
///       profit     LIMIT_MAKER sell at the signal's take-profit, down to the tick
///       size       the largest multiple of the lot step for which, in quote currency,
///                    qty * ((limit - stop) + (limit + stop) * (taker fee + slippage))
///                  stays within equity * risk_per_trade * the engine's weight; at most what the
///                  limits, the free balance, LOT_SIZE and MAX_POSITION leave, all at the limit
///                  price; half of that for Overweight
/// sell  one LIMIT FOK sell of the whole position, down to the lot step, at bid * (1 - band), up to
///       the tick. There are no shorts.
/// hold  nothing
///
/// Of the context, plan() reads the documents, `now`, the account and `day_notional`; the rest is
/// check()'s. The caller adds what needs a hasher: the intent's digest and the client order ids.
[[nodiscard]] Plan plan(const SignalIntent& signal, HoldId hold, AccountId account,
                        const CheckContext& context);

}  // namespace clawgate::risk
