// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// HH:MM from 00:00 to 23:59.
[[nodiscard]] bool is_time_of_day(std::string_view text);
/// The same, or 24:00.
[[nodiscard]] bool is_closing_time(std::string_view text);

struct MarketSession {
  static constexpr bool kClosed = true;

  std::string label;
  std::string timezone;
  std::string opens_at;   // HH:MM
  std::string closes_at;  // HH:MM, 24:00 is the end of the day

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("label", self.label, id_rule(32));
    field("timezone", self.timezone, id_rule(64));
    field("opens_at", self.opens_at, shape_rule(is_time_of_day));
    field("closes_at", self.closes_at, shape_rule(is_closing_time));
  }
};

struct OrderConstraints {
  static constexpr bool kClosed = true;

  Notional min_notional;
  Qty lot_size;
  Px tick_size;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("min_notional", self.min_notional, kPositive);
    field("lot_size", self.lot_size, kPositive);
    field("tick_size", self.tick_size, kPositive);
  }
};

struct RoundingRules {
  static constexpr bool kClosed = true;

  std::string quantity_mode;
  std::string price_mode;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("quantity_mode", self.quantity_mode, id_rule(32));
    field("price_mode", self.price_mode, id_rule(32));
  }
};

/// Expected costs of one way, in basis points.
struct CostModel {
  static constexpr bool kClosed = true;

  Rate base_fee_bps;
  Rate emoluments_bps;
  Rate taxes_bps;
  Rate slippage_bps;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("base_fee_bps", self.base_fee_bps, kNotNegative);
    field("emoluments_bps", self.emoluments_bps, kNotNegative);
    field("taxes_bps", self.taxes_bps, kNotNegative);
    field("slippage_bps", self.slippage_bps, kNotNegative);
  }
};

struct LiquidityControls {
  static constexpr bool kClosed = true;

  Rate max_spread_bps;
  Notional min_average_daily_volume_brl;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("max_spread_bps", self.max_spread_bps, kNotNegative);
    field("min_average_daily_volume_brl", self.min_average_daily_volume_brl, kNotNegative);
  }
};

struct RiskUnits {
  static constexpr bool kClosed = true;

  std::string quote_currency;
  std::string quantity_unit;
  std::optional<Notional> max_loss_per_unit_brl;  // fixed_income_br cannot be sized without it

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("quote_currency", self.quote_currency, id_rule(12));
    field("quantity_unit", self.quantity_unit, id_rule(32));
    field("max_loss_per_unit_brl", self.max_loss_per_unit_brl, kPositive);
  }
};

struct RampLimits {
  static constexpr bool kClosed = true;

  Notional max_notional_per_order;
  Notional max_daily_notional;
  std::uint16_t max_orders_per_day = 0;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("max_notional_per_order", self.max_notional_per_order, kPositive);
    field("max_daily_notional", self.max_daily_notional, kPositive);
    field("max_orders_per_day", self.max_orders_per_day, kPositive);
  }
};

/// The levels a profile may set: only the first. Higher ones take a recorded decision.
struct RampDefaults {
  static constexpr bool kClosed = true;

  RampLimits l0;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("L0", self.l0);
  }
};

/// asset_profile 1.0, contract v1: how one asset class is traded.
struct AssetProfile {
  static constexpr bool kClosed = true;

  AssetClass asset_class = AssetClass::CryptoSpot;
  std::string profile_version;
  std::string market_calendar;
  std::vector<MarketSession> market_sessions;  // at least one
  OrderConstraints order_constraints;
  RoundingRules rounding_rules;
  CostModel cost_model;
  LiquidityControls liquidity_controls;
  RiskUnits risk_units;
  RampDefaults capital_ramp_defaults;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("contract_version", Constant{"v1"});
    field("asset_class", self.asset_class);
    field("profile_version", self.profile_version, id_rule(32));
    field("market_calendar", self.market_calendar, id_rule(64));
    field("market_sessions", self.market_sessions, list_rule(8, 1));
    field("order_constraints", self.order_constraints);
    field("rounding_rules", self.rounding_rules);
    field("cost_model", self.cost_model);
    field("liquidity_controls", self.liquidity_controls);
    field("risk_units", self.risk_units);
    field("capital_ramp_defaults", self.capital_ramp_defaults);
  }
};

[[nodiscard]] Result<AssetProfile> decode_asset_profile(std::string_view text);
[[nodiscard]] std::string encode(const AssetProfile& value);

}  // namespace clawgate::contracts
