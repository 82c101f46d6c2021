// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/rules_json.h"

namespace clawgate::sim {
namespace {

constexpr std::int64_t kPrecision = 8;

template <class Enum>
void write_words(JsonWriter& w, std::string_view key, const EnumSet<Enum>& set) {
  w.array(key);
  for (std::size_t i = 0; i < kNames<Enum>.size(); ++i) {
    if (set.has(static_cast<Enum>(i))) w.item(kNames<Enum>[i]);
  }
  w.end_array();
}

void write_lot(JsonWriter& w, Filter type, const LotFilter& lot) {
  w.object()
      .text("filterType", name(type))
      .decimal("minQty", lot.min)
      .decimal("maxQty", lot.max)
      .decimal("stepSize", lot.step)
      .end_object();
}

void write_count(JsonWriter& w, Filter type, std::string_view key,
                 const std::optional<std::int32_t>& most) {
  if (!most) return;
  w.object().text("filterType", name(type)).integer(key, *most).end_object();
}

void write_price_filters(JsonWriter& w, const SymbolRules& rules) {
  if (rules.price) {
    w.object()
        .text("filterType", name(Filter::Price))
        .decimal("minPrice", rules.price->min)
        .decimal("maxPrice", rules.price->max)
        .decimal("tickSize", rules.price->tick)
        .end_object();
  }
  if (rules.percent_price) {
    w.object()
        .text("filterType", name(Filter::PercentPrice))
        .decimal("multiplierUp", rules.percent_price->up)
        .decimal("multiplierDown", rules.percent_price->down)
        .integer("avgPriceMins", rules.avg_price_mins)
        .end_object();
  }
  if (rules.percent_price_by_side) {
    w.object()
        .text("filterType", name(Filter::PercentPriceBySide))
        .decimal("bidMultiplierUp", rules.percent_price_by_side->bid_up)
        .decimal("bidMultiplierDown", rules.percent_price_by_side->bid_down)
        .decimal("askMultiplierUp", rules.percent_price_by_side->ask_up)
        .decimal("askMultiplierDown", rules.percent_price_by_side->ask_down)
        .integer("avgPriceMins", rules.avg_price_mins)
        .end_object();
  }
}

void write_value_filters(JsonWriter& w, const SymbolRules& rules) {
  if (rules.min_notional) {
    w.object()
        .text("filterType", name(Filter::MinNotional))
        .decimal("minNotional", rules.min_notional->min)
        .flag("applyToMarket", rules.min_notional->apply_to_market)
        .integer("avgPriceMins", rules.avg_price_mins)
        .end_object();
  }
  if (rules.notional) {
    w.object()
        .text("filterType", name(Filter::Notional))
        .decimal("minNotional", rules.notional->min)
        .flag("applyMinToMarket", rules.notional->apply_min_to_market)
        .decimal("maxNotional", rules.notional->max)
        .flag("applyMaxToMarket", rules.notional->apply_max_to_market)
        .integer("avgPriceMins", rules.avg_price_mins)
        .end_object();
  }
}

void write_filters(JsonWriter& w, const SymbolRules& rules) {
  w.array("filters");
  write_price_filters(w, rules);
  if (rules.lot) write_lot(w, Filter::LotSize, *rules.lot);
  write_count(w, Filter::IcebergParts, "limit", rules.iceberg_parts);
  if (rules.market_lot) write_lot(w, Filter::MarketLotSize, *rules.market_lot);
  write_value_filters(w, rules);
  write_count(w, Filter::MaxNumOrders, "maxNumOrders", rules.max_num_orders);
  write_count(w, Filter::MaxNumOrderLists, "maxNumOrderLists", rules.max_num_order_lists);
  write_count(w, Filter::MaxNumAlgoOrders, "maxNumAlgoOrders", rules.max_num_algo_orders);
  write_count(w, Filter::MaxNumIcebergOrders, "maxNumIcebergOrders", rules.max_num_iceberg_orders);
  if (rules.max_position) {
    w.object()
        .text("filterType", name(Filter::MaxPosition))
        .decimal("maxPosition", *rules.max_position)
        .end_object();
  }
  w.end_array();
}

}  // namespace

void write_rules(JsonWriter& w, const SymbolRules& rules, bool permission_sets) {
  w.object()
      .text("symbol", rules.symbol.view())
      .text("status", name(rules.status))
      .text("baseAsset", rules.base.view())
      .integer("baseAssetPrecision", kPrecision)
      .text("quoteAsset", rules.quote.view())
      .integer("quotePrecision", kPrecision)
      .integer("quoteAssetPrecision", kPrecision)
      .integer("baseCommissionPrecision", kPrecision)
      .integer("quoteCommissionPrecision", kPrecision);
  write_words(w, "orderTypes", rules.order_types);
  w.flag("icebergAllowed", rules.iceberg_allowed)
      .flag("ocoAllowed", rules.oco_allowed)
      .flag("otoAllowed", rules.oto_allowed)
      .flag("opoAllowed", false)
      .flag("quoteOrderQtyMarketAllowed", rules.quote_order_qty_market_allowed)
      .flag("allowTrailingStop", false)
      .flag("cancelReplaceAllowed", true)
      .flag("amendAllowed", false)
      .flag("pegInstructionsAllowed", false)
      .flag("isSpotTradingAllowed", true)
      .flag("isMarginTradingAllowed", false);
  write_filters(w, rules);
  w.array("permissions").end_array().array("permissionSets");
  if (permission_sets) w.array().item("SPOT").end_array();
  w.end_array();
  w.text("defaultSelfTradePreventionMode", name(rules.stp_default));
  write_words(w, "allowedSelfTradePreventionModes", rules.stp_modes);
  w.end_object();
}

void write_rate_limit(JsonWriter& w, std::string_view type, std::string_view interval,
                      std::int64_t number, std::int64_t limit, std::int64_t count) {
  w.object()
      .text("rateLimitType", type)
      .text("interval", interval)
      .integer("intervalNum", number)
      .integer("limit", limit);
  if (count >= 0) w.integer("count", count);
  w.end_object();
}

void write_rate_limits(JsonWriter& w, const RateLimits& limits) {
  write_rate_limit(w, "REQUEST_WEIGHT", "MINUTE", 1, limits.weight, -1);
  write_rate_limit(w, "ORDERS", "SECOND", 10, limits.orders_10s, -1);
  write_rate_limit(w, "ORDERS", "DAY", 1, limits.orders_day, -1);
  write_rate_limit(w, "RAW_REQUESTS", "MINUTE", 5, limits.raw_requests, -1);
}

void write_discount(JsonWriter& w) {
  w.object("discount")
      .flag("enabledForAccount", false)
      .flag("enabledForSymbol", false)
      .text("discountAsset", "BNB")
      .amount("discount", 0)
      .end_object();
}

}  // namespace clawgate::sim
