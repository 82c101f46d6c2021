// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "venues/binance_spot/detail/json_reader.h"
#include "venues/binance_spot/replies.h"

namespace clawgate::venues::binance_spot {
namespace {

using detail::Failure;
using detail::Object;

constexpr std::size_t kSymbolsMax = 20'000;
constexpr std::size_t kFiltersMax = 64;
constexpr std::size_t kOrderTypesMax = 64;
constexpr std::size_t kRateLimitsMax = 32;

constexpr auto kSymbolStatusWords = std::to_array<WordRow<InstrumentStatus>>({
    {"TRADING", InstrumentStatus::Trading},
    {"HALT", InstrumentStatus::Halt},
    {"BREAK", InstrumentStatus::Break},
    {"CANCEL_ONLY", InstrumentStatus::CancelOnly},
    {"END_OF_DAY", InstrumentStatus::EndOfDay},
});

/// A bound beyond our range is no bound we could break.
template <class D>
D ceiling(const Object& from, std::string_view name) {
  const std::string_view text = from.text(name, 64);
  if (!text.starts_with('-') && parse_decimal(text).error == DecimalError::OutOfRange) {
    return D::from_raw(std::numeric_limits<std::int64_t>::max());
  }
  return from.decimal<D>(name);
}

std::uint16_t small(const Object& from, std::string_view name) {
  const std::uint32_t value = from.count(name);
  return static_cast<std::uint16_t>(
      std::min<std::uint32_t>(value, std::numeric_limits<std::uint16_t>::max()));
}

void price_filter(const Object& from, Filters& to) {
  to.min_px = from.decimal<Px>("minPrice");
  to.max_px = ceiling<Px>(from, "maxPrice");
  to.tick = from.decimal<Px>("tickSize");
}
void lot_size(const Object& from, Filters& to) {
  to.min_qty = from.decimal<Qty>("minQty");
  to.max_qty = ceiling<Qty>(from, "maxQty");
  to.step = from.decimal<Qty>("stepSize");
}
void market_lot_size(const Object& from, Filters& to) {
  to.market_min_qty = from.decimal<Qty>("minQty");
  to.market_max_qty = ceiling<Qty>(from, "maxQty");
  to.market_step = from.decimal<Qty>("stepSize");
}
void min_notional(const Object& from, Filters& to) {
  to.min_notional = from.decimal<Notional>("minNotional");
  to.min_notional_on_market = from.boolean("applyToMarket");
}
void notional_filter(const Object& from, Filters& to) {
  to.notional_min = from.decimal<Notional>("minNotional");
  to.notional_min_on_market = from.boolean("applyMinToMarket");
  to.notional_max = ceiling<Notional>(from, "maxNotional");
  to.notional_max_on_market = from.boolean("applyMaxToMarket");
}
void percent_price(const Object& from, Filters& to) {
  to.percent_up = from.decimal<Rate>("multiplierUp");
  to.percent_down = from.decimal<Rate>("multiplierDown");
}
void percent_price_by_side(const Object& from, Filters& to) {
  to.bid_percent_up = from.decimal<Rate>("bidMultiplierUp");
  to.bid_percent_down = from.decimal<Rate>("bidMultiplierDown");
  to.ask_percent_up = from.decimal<Rate>("askMultiplierUp");
  to.ask_percent_down = from.decimal<Rate>("askMultiplierDown");
}
void max_num_orders(const Object& from, Filters& to) {
  to.max_num_orders = small(from, "maxNumOrders");
}
void max_num_algo_orders(const Object& from, Filters& to) {
  to.max_num_algo_orders = small(from, "maxNumAlgoOrders");
}
void max_position(const Object& from, Filters& to) {
  to.max_position = ceiling<Qty>(from, "maxPosition");
}
/// Known, and of no effect on orders that we send.
void without_effect(const Object& /*from*/, Filters& /*to*/) {}

struct FilterRow {
  std::string_view word;
  void (*read)(const Object&, Filters&);
};
constexpr auto kFilters = std::to_array<FilterRow>({
    {"PRICE_FILTER", price_filter},
    {"LOT_SIZE", lot_size},
    {"MIN_NOTIONAL", min_notional},
    {"NOTIONAL", notional_filter},
    {"MARKET_LOT_SIZE", market_lot_size},
    {"PERCENT_PRICE", percent_price},
    {"PERCENT_PRICE_BY_SIDE", percent_price_by_side},
    {"MAX_NUM_ORDERS", max_num_orders},
    {"MAX_NUM_ALGO_ORDERS", max_num_algo_orders},
    {"MAX_POSITION", max_position},
    {"ICEBERG_PARTS", without_effect},
    {"TRAILING_DELTA", without_effect},
    {"MAX_NUM_ICEBERG_ORDERS", without_effect},
    {"MAX_NUM_ORDER_LISTS", without_effect},
    {"MAX_NUM_ORDER_AMENDS", without_effect},
});

/// Reads the filters of one symbol; a filter that stands twice is a failure.
void read_filters(const Object& symbol, Filters& to, ExchangeInfo& info) {
  std::uint32_t seen = 0;
  symbol.each("filters", kFiltersMax, [&](const Object& from) {
    const std::string_view word = from.text("filterType", 64);
    const auto row = std::find_if(kFilters.begin(), kFilters.end(),
                                  [&](const FilterRow& filter) { return filter.word == word; });
    if (row == kFilters.end()) {
      ++info.unknown_filters;
      return;
    }
    const std::uint32_t bit = 1U << static_cast<unsigned>(row - kFilters.begin());
    if ((seen & bit) != 0) return from.fail(Reason::FieldValue, "filterType", word);
    seen |= bit;
    row->read(from, to);
  });
  constexpr std::uint32_t kNeeded = 0b0011;
  constexpr std::uint32_t kOneOf = 0b1100;
  if (symbol.failed()) return;
  for (unsigned i = 0; i < 2; ++i) {
    if ((seen & kNeeded & 1U << i) != 0) continue;
    return symbol.fail(Reason::FieldMissing, "filters", kFilters[i].word);
  }
  if ((seen & kOneOf) == 0) symbol.fail(Reason::FieldMissing, "filters", "NOTIONAL");
}

void add_bit(Instrument& instrument, OrderTypeBit bit) {
  instrument.order_types =
      static_cast<std::uint16_t>(instrument.order_types | static_cast<std::uint16_t>(bit));
}

void read_symbol(const Object& from, const InstrumentOf& instrument_of, ExchangeInfo& info) {
  const std::string_view name = from.text("symbol", 256);
  if (from.failed()) return;
  const auto id = instrument_of(name);
  if (!id) {
    ++info.unlisted;
    return;
  }
  Instrument instrument;
  instrument.id = *id;
  instrument.symbol = from.id_text<Symbol>("symbol");
  instrument.base = from.id_text<Asset>("baseAsset");
  instrument.quote = from.id_text<Asset>("quoteAsset");
  const auto status = value_of(kSymbolStatusWords, from.text("status", 64));
  instrument.status = status.value_or(InstrumentStatus::Unknown);
  if (!status) ++info.unknown_filters;
  // An account that may not trade it at all sees it as halted.
  if (!from.boolean_or("isSpotTradingAllowed", true)) instrument.status = InstrumentStatus::Halt;
  for (const std::string_view word : from.texts("orderTypes", kOrderTypesMax)) {
    const auto type = type_of(word);
    if (type) add_bit(instrument, bit_of(*type));
    if (!type) ++info.unknown_filters;
  }
  const bool oto = from.boolean_or("otoAllowed", false);
  if (oto) add_bit(instrument, OrderTypeBit::Oto);
  if (oto && from.boolean_or("ocoAllowed", false)) add_bit(instrument, OrderTypeBit::Otoco);
  read_filters(from, instrument.filters, info);
  info.instruments.push_back(instrument);
}

}  // namespace

Result<ExchangeInfo> read_exchange_info(std::string_view json, const InstrumentOf& instrument_of) {
  Failure failure;
  ExchangeInfo info;
  read_object(json, detail::kInfoBytesMax, failure, [&](const Object& from) {
    info.server_time = from.millis("serverTime");
    from.each("rateLimits", kRateLimitsMax, [&](const Object& item) {
      RateLimit limit;
      limit.limit = item.count("limit");
      if (detail::read_rate(item, limit.kind, limit.unit, limit.units)) {
        info.rate_limits.push_back(limit);
      }
    });
    from.each("symbols", kSymbolsMax,
              [&](const Object& item) { read_symbol(item, instrument_of, info); });
  });
  if (failure.any()) return failure.error();
  return info;
}

Result<UnixNanos> read_server_time(std::string_view json) {
  Failure failure;
  UnixNanos time;
  read_object(json, detail::kReplyBytesMax, failure,
              [&](const Object& from) { time = from.millis("serverTime"); });
  if (failure.any()) return failure.error();
  return time;
}

Result<AvgPrice> read_avg_price(std::string_view json) {
  Failure failure;
  AvgPrice average;
  read_object(json, detail::kReplyBytesMax, failure, [&](const Object& from) {
    average.minutes = from.integer("mins", 0);
    average.price = from.decimal<Px>("price");
    average.close_time = from.millis("closeTime");
  });
  if (failure.any()) return failure.error();
  return average;
}

Result<Logon> read_logon(std::string_view json) {
  Failure failure;
  Logon logon;
  read_object(json, detail::kReplyBytesMax, failure, [&](const Object& from) {
    logon.authorized_since = from.millis("authorizedSince");
    logon.user_data_stream = from.boolean("userDataStream");
  });
  if (failure.any()) return failure.error();
  return logon;
}

Result<std::int64_t> read_subscription(std::string_view json) {
  Failure failure;
  std::int64_t id = 0;
  read_object(json, detail::kReplyBytesMax, failure,
              [&](const Object& from) { id = from.integer("subscriptionId", 0); });
  if (failure.any()) return failure.error();
  return id;
}

Result<std::vector<std::int64_t>> read_subscriptions(std::string_view json) {
  constexpr std::size_t kSubscriptionsMax = 1'000;  // the venue's own bound for a session
  Failure failure;
  std::vector<std::int64_t> ids;
  read_array(json, detail::kReplyBytesMax, kSubscriptionsMax, failure,
             [&](const Object& from) { ids.push_back(from.integer("subscriptionId", 0)); });
  if (failure.any()) return failure.error();
  return ids;
}

}  // namespace clawgate::venues::binance_spot
