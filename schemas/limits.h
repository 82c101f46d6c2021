// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/decimal.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/order.h"

namespace clawgate {

/// How one symbol may be traded.
struct SymbolPolicy {
  Symbol symbol;
  AssetClass asset_class = AssetClass::CryptoSpot;
  Rate band;  // worst price above the ask, and the drift that voids an approval
  Rate stop;  // distance of a derived stop below the reference; 0 = none is derived

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol);
    field("asset_class", self.asset_class);
    field("band", self.band);
    field("stop", self.stop);
  }
};

enum class RampLevel : std::uint8_t { L0, L1 };

/// The limits in force: a versioned, journaled document, not configuration. Defaults are ramp level
/// L0 of crypto_spot (50 per order, 300 and 6 per day). Quote currency is USDT, taken 1:1 for USD.
/// It reaches the core as LimitsProposed and comes into force by a LimitsDecided
/// (schemas/governed.h, schemas/fact_risk.h); risk/limits_change.h says which change needs a
/// decision. Fields are only appended, and a record that holds one has it last.
struct Limits {
  static constexpr std::uint16_t kType = 11;

  LimitsVersion version{1};
  RampLevel level = RampLevel::L0;
  Rate risk_per_trade = bps(100);  // of equity, fees and slippage included
  Notional order_notional_max = Notional::of(50);
  Notional day_notional_max = Notional::of(300);
  std::uint16_t day_orders_max = 6;
  std::uint16_t open_trades_max = 1;
  Rate slippage = bps(5);  // expected beyond the price, each way
  std::uint32_t orders_per_minute = 6;
  std::uint32_t orders_burst = 3;
  List<SymbolPolicy, 16> symbols;  // enabled ones
  List<EngineName, 8> engines;     // enabled sources; the first is the primary one
  DecisionId decision;             // that raised them; empty for the defaults
  std::int64_t cooldown_ns = 6 * 3600 * kNanosPerSecond;      // without entries after a loss
  Rate day_loss_max = bps(300);                               // of the equity at the day's start
  Rate drawdown_max = bps(800);                               // of the highest equity; 8 % to 12 %
  std::int64_t engine_silence_max_ns = 60 * kNanosPerSecond;  // between heartbeats
  bool single_engine = true;  // the primary engine may go on while a secondary one is silent
  List<Rate, 8> weights;      // of `engines`, of the risk budget; 1 where none is given

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("version", self.version);
    field("level", self.level);
    field("risk_per_trade", self.risk_per_trade);
    field("order_notional_max", self.order_notional_max);
    field("day_notional_max", self.day_notional_max);
    field("day_orders_max", self.day_orders_max);
    field("open_trades_max", self.open_trades_max);
    field("slippage", self.slippage);
    field("orders_per_minute", self.orders_per_minute);
    field("orders_burst", self.orders_burst);
    field("symbols", self.symbols);
    field("engines", self.engines);
    field("decision", self.decision);
    field("cooldown_ns", self.cooldown_ns);
    field("day_loss_max", self.day_loss_max);
    field("drawdown_max", self.drawdown_max);
    field("engine_silence_max_ns", self.engine_silence_max_ns);
    field("single_engine", self.single_engine);
    field("weights", self.weights);
  }
};

/// How the core runs, fixed for a session. Its hash opens each journal segment and it is an input
/// itself, so that an audit needs nothing beside the journal. Input record.
struct SessionOpened {
  static constexpr std::uint16_t kType = 10;

  Text<32> engine_version;
  Stage stage = Stage::S0;
  VenueKind venue = VenueKind::Simulator;
  AccountId account;
  Text<4> id_epoch;                                  // of this data directory, in client order ids
  std::int64_t hold_ttl_ns = 300 * kNanosPerSecond;  // time to decide
  std::int64_t signal_age_max_ns = 600 * kNanosPerSecond;
  std::int64_t signal_future_max_ns = 2 * kNanosPerSecond;
  std::int64_t market_age_max_ns = 5 * kNanosPerSecond;
  std::int64_t unknown_query_ns = 5 * kNanosPerSecond;  // first pause between evidence queries
  Rate price_sanity = Rate::from_raw(20'000'000);       // a stated price may differ by 20 %
  bool clean_start = false;                             // the previous session closed in order
  Digest configuration;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("engine_version", self.engine_version);
    field("stage", self.stage);
    field("venue", self.venue);
    field("account", self.account);
    field("id_epoch", self.id_epoch);
    field("hold_ttl_ns", self.hold_ttl_ns);
    field("signal_age_max_ns", self.signal_age_max_ns);
    field("signal_future_max_ns", self.signal_future_max_ns);
    field("market_age_max_ns", self.market_age_max_ns);
    field("unknown_query_ns", self.unknown_query_ns);
    field("price_sanity", self.price_sanity);
    field("clean_start", self.clean_start);
    field("configuration", self.configuration);
  }
};

}  // namespace clawgate
