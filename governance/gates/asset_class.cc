// SPDX-License-Identifier: Apache-2.0
#include "governance/gates/asset_class.h"

#include <algorithm>
#include <array>
#include <limits>

#include "governance/gates/market_calendar.h"

namespace clawgate::governance {
namespace {

using contracts::AdapterStatus;
using contracts::AssetProfile;
using contracts::PreTradeValidator;
using contracts::word_of;

/// Quantities of 1e-16: a price times a quantity, without rounding.
constexpr Wide kOne = Px::kScale;
constexpr Wide kValueMax = Wide{std::numeric_limits<std::int64_t>::max()} * kOne;
constexpr Wide kBpsOne = Wide{Rate::kScale} * 10'000;  // 100 % in raw basis points

Wide value_of_order(Px price, Qty quantity) {
  return Wide{price.raw()} * quantity.raw();
}

Notional rounded_up(Wide value) {
  const auto raw = narrow((value + kOne - 1) / kOne);
  return Notional::from_raw(raw.value_or(std::numeric_limits<std::int64_t>::max()));
}

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::int64_t minutes_of(std::string_view hh_mm) {
  const auto two = [&](std::size_t at) { return (hh_mm[at] - '0') * 10 + (hh_mm[at + 1] - '0'); };
  return std::int64_t{60} * two(0) + two(3);
}

struct Zone {
  std::string_view name;
  std::int64_t offset_ns;
};
// Sao Paulo is UTC-3 all year since decree 9.772 of 2019.
constexpr auto kZones = std::to_array<Zone>({
    {"UTC", 0},
    {"America/Sao_Paulo", -3 * kNanosPerHour},
});

/// Everything that one order's checks look at.
struct Look {
  const AssetClassRules& rules;
  const ClassOrder& order;
  const ClassMarket& market;
  Qty quantity;  // rounded down to whole lots
  Wide value;    // of the rounded quantity, 1e-16
  Wide costs;    // of both ways, 1e-16
  Wide loss;     // at the stop without costs, 1e-16
  bool overflow = false;
};

Look look_at(const AssetClassRules& rules, const ClassOrder& order, const ClassMarket& market) {
  Look look{rules, order, market, {}, 0, 0, 0, false};
  const AssetProfile& profile = rules.profile;
  look.quantity = floor_to(order.quantity, profile.order_constraints.lot_size);
  look.value = value_of_order(order.price, look.quantity);
  const Px stop = order.stop_price.value_or(Px());
  const contracts::CostModel& model = profile.cost_model;
  const Wide bps = Wide{model.base_fee_bps.raw()} + model.emoluments_bps.raw() +
                   model.taxes_bps.raw() + model.slippage_bps.raw();
  const auto& per_unit = profile.risk_units.max_loss_per_unit_brl;
  const Wide at_stop = value_of_order(stop, look.quantity);
  look.loss = per_unit               ? Wide{per_unit->raw()} * look.quantity.raw()
              : look.value > at_stop ? look.value - at_stop
                                     : at_stop - look.value;
  look.overflow = std::max({look.value, at_stop, look.loss}) > kValueMax || bps > kBpsOne;
  if (look.overflow) {
    look.value = look.loss = 0;
    return look;
  }
  // In whole quote units first: the product of three raw values would not fit.
  look.costs = ((look.value + at_stop) / kOne + 1) * bps / kBpsOne * kOne + kOne;
  return look;
}

struct OrderRule {
  Reason reason;
  bool (*broken)(const Look&);
};

constexpr auto kOrderRules = std::to_array<OrderRule>({
    {Reason::ProfileBlocked,
     [](const Look& look) {
       return look.market.live && look.rules.adapter.status != AdapterStatus::LiveReady;
     }},
    {Reason::ProfileMismatch, [](const Look& look) { return !contradictions(look.rules).empty(); }},
    {Reason::MarketClosed,
     [](const Look& look) {
       return holds(look.rules.validator.market_state_blockers, look.market.status) ||
              !holds(look.rules.validator.calendar_rules.tradable_statuses, look.market.status) ||
              !in_session(look.rules.profile, look.market.at);
     }},
    {Reason::StopMissing,
     [](const Look& look) { return look.order.side == Side::Buy && !look.order.stop_price; }},
    {Reason::StopWrongSide,
     [](const Look& look) {
       return look.order.side == Side::Buy && look.order.stop_price &&
              *look.order.stop_price >= look.order.price;
     }},
    {Reason::EquityMissing, [](const Look& look) { return !look.order.equity; }},
    {Reason::RiskAboveBudget,
     [](const Look& look) {
       if (look.order.side != Side::Buy || !look.order.equity) return false;
       return (look.loss + look.costs) * 100 > Wide{look.order.equity->raw()} * kOne;
     }},
    {Reason::NotionalAboveOrderLimit,
     [](const Look& look) {
       const auto& limits = look.rules.profile.capital_ramp_defaults.l0;
       return look.value > Wide{limits.max_notional_per_order.raw()} * kOne;
     }},
    {Reason::SizeBelowStep, [](const Look& look) { return look.quantity.is_zero(); }},
    {Reason::PriceFilter,
     [](const Look& look) {
       const std::int64_t tick = look.rules.profile.order_constraints.tick_size.raw();
       const bool stop_off = look.order.stop_price && look.order.stop_price->raw() % tick != 0;
       return look.order.price.raw() % tick != 0 || stop_off;
     }},
    {Reason::LotSize, [](const Look& look) { return look.quantity != look.order.quantity; }},
    {Reason::MinNotional,
     [](const Look& look) {
       const auto& least = look.rules.profile.order_constraints.min_notional;
       return look.value < Wide{least.raw()} * kOne;
     }},
    {Reason::OrderTypeNotSupported,
     [](const Look& look) {
       const auto& types = look.rules.adapter.supported_order_types;
       return std::find(types.begin(), types.end(), look.order.order_type) == types.end();
     }},
    {Reason::ArithmeticOverflow, [](const Look& look) { return look.overflow; }},
    {Reason::UnitMismatch,
     [](const Look& look) {
       const contracts::RiskUnits& units = look.rules.profile.risk_units;
       return look.order.quantity_unit != units.quantity_unit ||
              look.order.quote_currency != units.quote_currency;
     }},
});

}  // namespace

std::vector<Error> contradictions(const AssetClassRules& rules) {
  const AssetProfile& profile = rules.profile;
  const contracts::AssetClassValidator& validator = rules.validator;
  const contracts::VenueAdapter& adapter = rules.adapter;
  const bool bonds = profile.asset_class == AssetClass::FixedIncomeBr;
  std::vector<Error> found;
  const auto expect = [&](bool kept, std::string_view field, std::string_view seen) {
    if (!kept) found.push_back({Reason::ProfileMismatch, std::string(field), std::string(seen)});
  };
  expect(asset_class_of(validator.asset_class) == profile.asset_class, "validator/asset_class",
         word_of(validator.asset_class));
  expect(asset_class_of(adapter.asset_class) == profile.asset_class, "adapter/asset_class",
         word_of(adapter.asset_class));
  const std::string reference =
      std::string(word_of(profile.asset_class)) + "@" + profile.profile_version;
  expect(validator.asset_profile_ref == reference, "validator/asset_profile_ref",
         validator.asset_profile_ref);
  expect(validator.calendar_rules.calendar_id == profile.market_calendar,
         "validator/calendar_rules/calendar_id", validator.calendar_rules.calendar_id);
  for (const contracts::MarketSession& session : profile.market_sessions) {
    expect(session.timezone == validator.calendar_rules.timezone,
           "validator/calendar_rules/timezone", validator.calendar_rules.timezone);
  }
  const contracts::LotTickNotionalRules& sizes = validator.lot_tick_notional_rules;
  const contracts::OrderConstraints& constraints = profile.order_constraints;
  expect(sizes.min_notional == constraints.min_notional,
         "validator/lot_tick_notional_rules/min_notional", to_text(sizes.min_notional));
  expect(sizes.lot_size == constraints.lot_size, "validator/lot_tick_notional_rules/lot_size",
         to_text(sizes.lot_size));
  expect(sizes.tick_size == constraints.tick_size, "validator/lot_tick_notional_rules/tick_size",
         to_text(sizes.tick_size));
  const auto rates = [](const contracts::CostModel& model) {
    return std::array{model.base_fee_bps, model.emoluments_bps, model.taxes_bps,
                      model.slippage_bps};
  };
  expect(rates(validator.cost_rules) == rates(profile.cost_model), "validator/cost_rules",
         "other costs");
  expect(validator.normalization_rules.quantity_mode == profile.rounding_rules.quantity_mode &&
             sizes.quantity_rounding == profile.rounding_rules.quantity_mode,
         "validator/normalization_rules/quantity_mode",
         validator.normalization_rules.quantity_mode);
  expect(validator.normalization_rules.price_mode == profile.rounding_rules.price_mode,
         "validator/normalization_rules/price_mode", validator.normalization_rules.price_mode);
  for (const std::string_view blocker : {"closed", "halt", "auction"}) {
    const bool needed = !(bonds && blocker == "auction");
    expect(!needed || holds(validator.market_state_blockers, blocker),
           "validator/market_state_blockers", blocker);
  }
  expect(validator.risk_assertions.requires_max_loss_per_unit_brl == bonds,
         "validator/risk_assertions/requires_max_loss_per_unit_brl", bonds ? "false" : "true");
  expect(validator.risk_assertions.effective_risk_quote_required,
         "validator/risk_assertions/effective_risk_quote_required", "false");
  expect(adapter.shadow_mode_required, "adapter/shadow_mode_required", "false");
  expect(adapter.decision_r3_required_for_live, "adapter/decision_r3_required_for_live", "false");
  return found;
}

bool in_session(const AssetProfile& profile, UnixNanos at) {
  for (const contracts::MarketSession& session : profile.market_sessions) {
    const auto* const zone = std::find_if(kZones.begin(), kZones.end(), [&](const Zone& row) {
      return row.name == session.timezone;
    });
    if (zone == kZones.end()) continue;
    constexpr std::int64_t kDay = 24 * kNanosPerHour;
    const std::int64_t local = at.value() + zone->offset_ns;
    const auto from = trades_from(profile.market_calendar, local / kDay);
    if (!from) continue;
    const std::int64_t minute = local % kDay / kNanosPerMinute;
    if (minute >= std::max(*from, minutes_of(session.opens_at)) &&
        minute < minutes_of(session.closes_at)) {
      return true;
    }
  }
  return false;
}

PreTradeValidator check_class_order(const AssetClassRules& rules, const ClassOrder& order,
                                    const ClassMarket& market) {
  const AssetProfile& profile = rules.profile;
  const Look look = look_at(rules, order, market);
  PreTradeValidator verdict;
  verdict.asset_profile_version = profile.profile_version;
  verdict.capital_ramp_level = "L0";
  verdict.symbol = order.symbol;
  verdict.symbol_constraints = {profile.order_constraints.min_notional,
                                profile.order_constraints.lot_size,
                                profile.order_constraints.tick_size};
  verdict.order_intent = {order.symbol, order.side, std::string(word_of(order.order_type)),
                          order.quantity};
  verdict.market_state = {market.status};
  for (const OrderRule& rule : kOrderRules) {
    if (rule.broken(look)) verdict.block_reasons.emplace_back(info(rule.reason).code);
  }
  verdict.validator_status = verdict.block_reasons.empty() ? contracts::ValidatorStatus::Pass
                                                           : contracts::ValidatorStatus::Block;
  // The contract wants a quantity above zero: what is below a lot is told as one lot, and blocked.
  const Qty lot = profile.order_constraints.lot_size;
  verdict.normalized_order = {order.symbol, look.quantity.is_zero() ? lot : look.quantity};
  // What could be kept through a degradation: the least of the order, its limit and a quarter of
  // the day's.
  const auto& limits = profile.capital_ramp_defaults.l0;
  const Notional quarter = Notional::from_raw(limits.max_daily_notional.raw() / 4);
  const Notional asked = rounded_up(look.value);
  verdict.effective_risk_quote.safe_notional =
      std::min({asked, limits.max_notional_per_order, quarter});
  verdict.effective_risk_quote.value = rounded_up(look.loss + look.costs);
  if (order.equity) {
    verdict.effective_risk_quote.budget = Notional::from_raw(order.equity->raw() / 100);
  }
  return verdict;
}

std::vector<Error> check_shadow_review(const contracts::ShadowModeReview& review,
                                       const Decisions& decisions, const EvidenceExists& exists) {
  using contracts::CheckStatus;
  using contracts::Readiness;
  using contracts::ShadowDecision;
  using contracts::ShadowStatus;
  std::vector<Error> found;
  const auto expect = [&](bool kept, std::string_view field, std::string_view seen) {
    if (!kept) {
      found.push_back({Reason::ShadowIncomplete, std::string(field), printable(seen)});
    }
  };
  const contracts::StabilityWindow& window = review.stability_window;
  expect(window.completed_sessions <= window.required_sessions,
         "/stability_window/completed_sessions", std::to_string(window.completed_sessions));
  if (review.status == ShadowStatus::PendingShadow) {
    expect(!review.decision_ref, "/decision_ref", review.decision_ref.value_or(""));
    expect(review.shadow_evidence_refs.empty(), "/shadow_evidence_refs", "evidence");
    expect(review.promote_readiness == Readiness::Hold, "/promote_readiness", "pass");
    return found;
  }
  expect(review.decision_status == ShadowDecision::Approved, "/decision_status",
         word_of(review.decision_status));
  expect(review.risk_tier == RiskTier::R3, "/risk_tier", word_of(review.risk_tier));
  expect(review.decision_ref.has_value(), "/decision_ref", "null");
  const DecisionRow* const row = decisions.find(review.decision_id);
  const bool approved = row != nullptr && row->decision.status == DecisionStatus::Approved &&
                        row->decision.risk_tier == RiskTier::R3 &&
                        row->decision.explicit_human_approval &&
                        row->purpose == DecisionPurpose::AssetClassEnablement;
  expect(approved, "/decision_id", review.decision_id);
  expect(!review.shadow_evidence_refs.empty(), "/shadow_evidence_refs", "nothing");
  for (std::size_t i = 0; i < review.shadow_evidence_refs.size(); ++i) {
    expect(exists(review.shadow_evidence_refs[i]), "/shadow_evidence_refs/" + std::to_string(i),
           review.shadow_evidence_refs[i]);
  }
  expect(window.required_sessions > 0 && window.completed_sessions == window.required_sessions,
         "/stability_window/completed_sessions", std::to_string(window.completed_sessions));
  for (std::size_t i = 0; i < review.stability_checks.size(); ++i) {
    expect(review.stability_checks[i].status == CheckStatus::Pass,
           "/stability_checks/" + std::to_string(i) + "/status",
           word_of(review.stability_checks[i].status));
  }
  expect(review.promote_readiness == Readiness::Pass, "/promote_readiness", "hold");
  return found;
}

}  // namespace clawgate::governance
