// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "governance/decisions/decisions.h"
#include "governance/gates/checklist.h"
#include "schemas/contracts/asset_class_validator.h"
#include "schemas/contracts/asset_profile.h"
#include "schemas/contracts/pre_trade_validator.h"
#include "schemas/contracts/shadow_mode_review.h"
#include "schemas/contracts/venue_adapter.h"

// May an order of one asset class exist, and may the class trade at all. Pure.

namespace clawgate::governance {

/// One class: how it trades, by which rules it is checked, over what it would be sent.
struct AssetClassRules {
  contracts::AssetProfile profile;
  contracts::AssetClassValidator validator;
  contracts::VenueAdapter adapter;
};

/// Where the three contradict one another, or the adapter is more open than a class that was never
/// enabled may be.
[[nodiscard]] std::vector<Error> contradictions(const AssetClassRules& rules);

/// An order of that class, before anyone is asked.
struct ClassOrder {
  static constexpr bool kClosed = true;

  std::string symbol;
  Side side = Side::Buy;
  contracts::OrderType order_type = contracts::OrderType::Limit;
  Qty quantity;
  Px price;
  std::optional<Px> stop_price;
  std::string quantity_unit;
  std::string quote_currency;
  std::optional<Notional> equity;  // the risk budget is one percent of it

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("symbol", self.symbol, contracts::id_rule(20));
    field("side", self.side);
    field("order_type", self.order_type);
    field("quantity", self.quantity, contracts::kPositive);
    field("price", self.price, contracts::kPositive);
    field("stop_price", self.stop_price, contracts::kPositive);
    field("quantity_unit", self.quantity_unit, contracts::id_rule(32));
    field("quote_currency", self.quote_currency, contracts::id_rule(12));
    field("equity", self.equity, contracts::kPositive);
  }
};

/// What is known about the market when the order is checked.
struct ClassMarket {
  std::string status;  // open, auction, halt, closed
  UnixNanos at;
  bool live = false;  // real orders; else paper and shadow mode
};

/// PASS, or BLOCK with the code of every rule that is broken.
[[nodiscard]] contracts::PreTradeValidator check_class_order(const AssetClassRules& rules,
                                                             const ClassOrder& order,
                                                             const ClassMarket& market);

/// Whether `at` falls into one of the profile's sessions, on a day on which its calendar trades
/// (market_calendar.h). A calendar or time zone that is not known here is closed.
[[nodiscard]] bool in_session(const contracts::AssetProfile& profile, UnixNanos at);

/// What keeps a shadow review from being consistent: pending ones hold back everything, completed
/// ones carry an approved R3 decision, evidence and all their sessions.
[[nodiscard]] std::vector<Error> check_shadow_review(const contracts::ShadowModeReview& review,
                                                     const Decisions& decisions,
                                                     const EvidenceExists& exists);

}  // namespace clawgate::governance
