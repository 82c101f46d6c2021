// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/fields.h"

namespace clawgate::contracts {

/// What the venue demands of a symbol's orders, each above zero. Open, as every part of this
/// contract: other members are allowed and not kept.
struct SymbolConstraints {
  static constexpr bool kClosed = false;

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

/// The order as it was asked for. Not an order_intent: nobody has approved anything yet.
struct CheckedOrder {
  static constexpr bool kClosed = false;

  std::string symbol;
  Side side = Side::Buy;
  std::string order_type;
  Qty quantity;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol, id_rule(20));
    field("side", self.side);
    field("order_type", self.order_type, id_rule(16));
    field("quantity", self.quantity, kPositive);
  }
};

struct MarketState {
  static constexpr bool kClosed = false;

  std::string status;  // open, auction, halt, closed

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("status", self.status, id_rule(16));
  }
};

/// The order after rounding to the symbol's steps.
struct NormalizedOrder {
  static constexpr bool kClosed = false;

  std::string symbol;
  Qty quantity;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol, id_rule(20));
    field("quantity", self.quantity, kPositive);
  }
};

/// In quote currency. Only safe_notional is the contract's; the others explain the verdict.
struct EffectiveRisk {
  static constexpr bool kClosed = false;

  Notional safe_notional;
  std::optional<Notional> value;  // loss at the stop, costs included
  std::optional<Notional> budget;
  std::optional<Notional> fees;
  std::optional<Notional> slippage;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("safe_notional", self.safe_notional, kNotNegative);
    field("value", self.value, kNotNegative);
    field("budget", self.budget, kNotNegative);
    field("fees", self.fees, kNotNegative);
    field("slippage", self.slippage, kNotNegative);
  }
};

/// pre_trade_validator 1.0, contract v1: the verdict on one order before anyone is asked.
struct PreTradeValidator {
  static constexpr bool kClosed = true;

  std::string asset_profile_version;
  std::string capital_ramp_level;
  std::string symbol;
  SymbolConstraints symbol_constraints;
  CheckedOrder order_intent;
  MarketState market_state;
  ValidatorStatus validator_status = ValidatorStatus::Block;
  std::vector<std::string> block_reasons;
  NormalizedOrder normalized_order;
  EffectiveRisk effective_risk_quote;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", Constant{"1.0"});
    field("contract_version", Constant{"v1"});
    field("asset_profile_version", self.asset_profile_version, id_rule(32));
    field("capital_ramp_level", self.capital_ramp_level, id_rule(16));
    field("symbol", self.symbol, id_rule(20));
    field("symbol_constraints", self.symbol_constraints);
    field("order_intent", self.order_intent);
    field("market_state", self.market_state);
    field("validator_status", self.validator_status);
    field("block_reasons", self.block_reasons, list_rule(64, 0, 64));
    field("normalized_order", self.normalized_order);
    field("effective_risk_quote", self.effective_risk_quote);
  }
};

[[nodiscard]] Result<PreTradeValidator> decode_pre_trade_validator(std::string_view text);
[[nodiscard]] std::string encode(const PreTradeValidator& value);

}  // namespace clawgate::contracts
