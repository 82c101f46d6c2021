// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/state.h"
#include "schemas/core/digest.h"

namespace clawgate::gateway {

/// Six Crockford symbols of an HMAC over the digest, under a key of this data directory. The same
/// code stands wherever the order is shown: for eyes, never an authority.
[[nodiscard]] std::string check_code(Bytes key, const Digest& digest);

/// Everything a person needs to decide on one order, and all that is bound by the digest.
struct Card {
  HoldId hold;
  Digest digest;
  std::string check_code;
  std::string engine;
  std::string symbol;
  std::string base;
  std::string quote;
  bool entry = true;
  Qty qty;
  Px worst_px;
  Notional notional;    // qty at worst_px, without fees; 0 when it fits no number
  Notional worst_cost;  // quote spent at most (sell: received at least), fees included
  Px stop;              // 0: none
  bool stop_derived = false;
  Px take_profit;            // 0: none
  Notional risk;             // loss at the stop with fees and slippage
  Rate risk_of_equity;       // 0 when equity is not known
  Px reference;              // when the signal was accepted
  Px now;                    // mid; 0 when not known
  std::size_t checks = 0;    // passed, all of them
  std::int64_t left_ns = 0;  // to decide
  LimitsVersion limits;
  Stage stage = Stage::S0;
};

[[nodiscard]] Card card_of(const Trade& trade, const State& state, Bytes key, UnixNanos now);

/// The card for a terminal, a few lines.
[[nodiscard]] std::string to_text(const Card& card);

}  // namespace clawgate::gateway
