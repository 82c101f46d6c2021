// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "schemas/core/decimal.h"
#include "schemas/ids.h"
#include "schemas/instrument.h"
#include "schemas/limits.h"
#include "schemas/market.h"
#include "schemas/trading_state.h"

namespace clawgate::risk {

/// How the account fares today and against its best, from our own fills and marks.
struct DayRisk {
  Notional start;   // equity at the day's start
  Notional result;  // since then, realised and unrealised, fees included
  Notional equity;  // now
  Notional peak;    // the highest so far
};

/// The world as one decision sees it, resolved beforehand by the caller: plan() and check() look
/// nothing up. Every default denies, so what a caller forgets to fill in blocks.
///
/// Totals are without the candidate itself: at release its own reservations are left out.
struct CheckContext {
  // Null while unknown.
  const SessionOpened* session = nullptr;
  const Limits* limits = nullptr;
  const SymbolPolicy* policy = nullptr;  // of the symbol, in `limits`
  const Instrument* instrument = nullptr;
  const MarketTop* market = nullptr;  // of the instrument

  UnixNanos now;
  TradingState trading = TradingState::Blocked;
  std::uint32_t blocks = 0;  // bit_of(Block), conditions and causes in force

  // The signal behind the candidate.
  UnixNanos signal_as_of;
  bool engine_enabled = false;
  bool engine_healthy = false;  // true where nobody supervises it
  Rate engine_weight;           // its share of the risk budget, 0..1
  bool duplicate = true;        // its intent was taken before
  bool conflicting = true;      // the same engine said the opposite for this symbol and day
  bool throttle_ok = false;

  // The account, in the instrument's currencies.
  std::optional<Notional> equity;
  Notional free_quote;
  Qty free_base;
  Qty locked_base;   // in open sells, stops included
  Qty open_buy_qty;  // in open buys
  Qty position;      // base held by the trade that an exit would close
  bool exit_pending = true;
  bool exit_possible = false;  // another sale, and a stop behind it, have room

  // Today (America/Sao_Paulo): entries released or on their way.
  Notional day_notional;  // at their limits
  std::uint32_t day_orders = 0;
  std::uint32_t open_trades = 0;  // open or pending, of the account

  // Over time.
  std::optional<DayRisk> day;
  UnixNanos cooldown_until{std::numeric_limits<std::int64_t>::max()};  // first instant after it

  // At the venue, of the account and symbol.
  std::uint32_t open_orders = 0;  // stops included
  std::uint32_t open_algo_orders = 0;
};

}  // namespace clawgate::risk
