// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/exchange_info.h"

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "schemas/core/read_file.h"
#include "sim/exchange/refusal.h"

namespace clawgate::sim {
namespace {

using Json = nlohmann::json;

/// Reads members of one JSON object. The first fault is kept; after it nothing is read, so a
/// caller asks once, at the end.
class Fields {
 public:
  Fields(const Json& object, std::string path, std::optional<Error>& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {
    if (!object.is_object()) fail("", Reason::ConfigValueType, object);
  }

  [[nodiscard]] const Json* get(const char* key) {
    if (fault_) return nullptr;
    const auto member = object_.find(key);
    if (member != object_.end()) return &*member;
    fault_ = Error{Reason::ConfigKeyMissing, path_ + "." + key, ""};
    return nullptr;
  }
  [[nodiscard]] std::string_view text(const char* key) {
    const Json* const member = get(key);
    if (member == nullptr) return "";
    if (member->is_string()) return member->get_ref<const std::string&>();
    fail(key, Reason::ConfigValueType, *member);
    return "";
  }
  template <class Number>
  void decimal(const char* key, Number& into) {
    const std::string_view written = text(key);
    if (fault_) return;
    const RawDecimal read = parse_decimal(written);
    if (read.error != DecimalError::None || read.raw < 0) {
      fault_ = Error{Reason::ConfigValueRange, path_ + "." + key, std::string(written)};
      return;
    }
    into = Number::from_raw(read.raw);
  }
  void count(const char* key, std::optional<std::int32_t>& into) {
    std::int32_t value = 0;
    count(key, value);
    if (!fault_) into = value;
  }
  void count(const char* key, std::int32_t& into) {
    const Json* const member = get(key);
    if (member == nullptr) return;
    if (!member->is_number_unsigned() || member->get<std::uint64_t>() > 1'000'000) {
      fail(key, Reason::ConfigValueRange, *member);
      return;
    }
    into = member->get<std::int32_t>();
  }
  void flag(const char* key, bool& into) {
    const Json* const member = get(key);
    if (member == nullptr) return;
    if (!member->is_boolean()) return fail(key, Reason::ConfigValueType, *member);
    into = member->get<bool>();
  }
  template <std::size_t N>
  void name(const char* key, Text<N>& into) {
    const std::string_view written = text(key);
    if (fault_) return;
    const auto fits = Text<N>::from(written);
    if (!fits || fits->empty()) {
      fault_ = Error{Reason::ConfigValueRange, path_ + "." + key, std::string(written)};
      return;
    }
    into = *fits;
  }
  /// A list of words; those that are no value's name are left out.
  template <class Enum>
  void words(const char* key, EnumSet<Enum>& into) {
    const Json* const member = get(key);
    if (member == nullptr) return;
    if (!member->is_array()) return fail(key, Reason::ConfigValueType, *member);
    for (const Json& word : *member) {
      if (!word.is_string()) return fail(key, Reason::ConfigValueType, word);
      const auto value = from_name<Enum>(word.get_ref<const std::string&>());
      if (value) into.add(*value);
    }
  }
  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  [[nodiscard]] const std::string& path() const { return path_; }

  void fail(const char* key, Reason reason, const Json& seen) {
    if (!fault_) fault_ = Error{reason, path_ + "." + key, seen.dump().substr(0, 40)};
  }

 private:
  const Json& object_;
  std::string path_;
  std::optional<Error>& fault_;
};

class Reader {
 public:
  Result<ExchangeInfo> read(const Json& document) {
    Fields top(document, "exchangeInfo", fault_);
    const Json* const symbols = top.get("symbols");
    if (symbols != nullptr && !symbols->is_array()) {
      top.fail("symbols", Reason::ConfigValueType, *symbols);
    }
    for (std::size_t i = 0; !fault_ && i < symbols->size(); ++i) {
      read_symbol((*symbols)[i], "symbols[" + std::to_string(i) + "]");
    }
    if (fault_) return *fault_;
    info_.not_enforced.assign(not_enforced_.begin(), not_enforced_.end());
    return std::move(info_);
  }

 private:
  void read_symbol(const Json& object, const std::string& path) {
    Fields fields(object, path, fault_);
    SymbolRules rules;
    fields.name("symbol", rules.symbol);
    fields.name("baseAsset", rules.base);
    fields.name("quoteAsset", rules.quote);
    fields.words("orderTypes", rules.order_types);
    fields.flag("ocoAllowed", rules.oco_allowed);
    fields.flag("quoteOrderQtyMarketAllowed", rules.quote_order_qty_market_allowed);
    if (fields.has("icebergAllowed")) fields.flag("icebergAllowed", rules.iceberg_allowed);
    if (fields.has("otoAllowed")) fields.flag("otoAllowed", rules.oto_allowed);
    read_status(fields, rules);
    read_stp(fields, rules);
    const Json* const filters = fields.get("filters");
    if (filters != nullptr && !filters->is_array()) {
      fields.fail("filters", Reason::ConfigValueType, *filters);
    }
    average_.reset();
    for (std::size_t i = 0; !fault_ && i < filters->size(); ++i) {
      read_filter((*filters)[i], path + ".filters[" + std::to_string(i) + "]", rules);
    }
    info_.symbols.push_back(rules);
  }

  void read_status(Fields& fields, SymbolRules& rules) {
    const std::string_view written = fields.text("status");
    if (fault_) return;
    const auto status = from_name<SymbolStatus>(written);
    if (!status) {
      fault_ = Error{Reason::ConfigValueRange, fields.path() + ".status", std::string(written)};
      return;
    }
    rules.status = *status;
  }

  // Documents from before 2023 do not say; then the modes are ours.
  void read_stp(Fields& fields, SymbolRules& rules) {
    constexpr std::array kOurs = {StpMode::ExpireTaker, StpMode::ExpireMaker, StpMode::ExpireBoth};
    const bool says = fields.has("allowedSelfTradePreventionModes");
    EnumSet<StpMode> allowed;
    if (says) fields.words("allowedSelfTradePreventionModes", allowed);
    for (const StpMode mode : kOurs) {
      if (!says || allowed.has(mode)) rules.stp_modes.add(mode);
    }
    if (!says) return;
    const auto standard = from_name<StpMode>(fields.text("defaultSelfTradePreventionMode"));
    if (standard && rules.stp_modes.has(*standard)) rules.stp_default = *standard;
  }

  void read_filter(const Json& object, const std::string& path, SymbolRules& rules) {
    Fields fields(object, path, fault_);
    const std::string_view type = fields.text("filterType");
    if (fault_) return;
    const auto filter = from_name<Filter>(type);
    if (!filter) {
      not_enforced_.emplace(type);
      return;
    }
    switch (*filter) {
      case Filter::Price:
        fields.decimal("minPrice", rules.price.emplace().min);
        fields.decimal("maxPrice", rules.price->max);
        return fields.decimal("tickSize", rules.price->tick);
      case Filter::LotSize:
        return read_lot(fields, rules.lot.emplace());
      case Filter::MarketLotSize:
        return read_lot(fields, rules.market_lot.emplace());
      case Filter::PercentPrice:
        fields.decimal("multiplierUp", rules.percent_price.emplace().up);
        fields.decimal("multiplierDown", rules.percent_price->down);
        return read_average(fields, rules);
      case Filter::PercentPriceBySide:
        fields.decimal("bidMultiplierUp", rules.percent_price_by_side.emplace().bid_up);
        fields.decimal("bidMultiplierDown", rules.percent_price_by_side->bid_down);
        fields.decimal("askMultiplierUp", rules.percent_price_by_side->ask_up);
        fields.decimal("askMultiplierDown", rules.percent_price_by_side->ask_down);
        return read_average(fields, rules);
      case Filter::MinNotional:
        fields.decimal("minNotional", rules.min_notional.emplace().min);
        fields.flag("applyToMarket", rules.min_notional->apply_to_market);
        return read_average(fields, rules);
      case Filter::Notional:
        fields.decimal("minNotional", rules.notional.emplace().min);
        fields.decimal("maxNotional", rules.notional->max);
        fields.flag("applyMinToMarket", rules.notional->apply_min_to_market);
        fields.flag("applyMaxToMarket", rules.notional->apply_max_to_market);
        return read_average(fields, rules);
      case Filter::MaxNumOrders:
        return fields.count("maxNumOrders", rules.max_num_orders);
      case Filter::MaxNumOrderLists:
        return fields.count("maxNumOrderLists", rules.max_num_order_lists);
      case Filter::MaxNumAlgoOrders:
        return fields.count("maxNumAlgoOrders", rules.max_num_algo_orders);
      case Filter::MaxPosition:
        return fields.decimal("maxPosition", rules.max_position.emplace());
      case Filter::IcebergParts:
        return fields.count("limit", rules.iceberg_parts);
      case Filter::MaxNumIcebergOrders:
        return fields.count("maxNumIcebergOrders", rules.max_num_iceberg_orders);
    }
  }

  static void read_lot(Fields& fields, LotFilter& lot) {
    fields.decimal("minQty", lot.min);
    fields.decimal("maxQty", lot.max);
    fields.decimal("stepSize", lot.step);
  }

  // The exchange keeps one average a symbol, so all its filters must ask for the same one.
  void read_average(Fields& fields, SymbolRules& rules) {
    fields.count("avgPriceMins", rules.avg_price_mins);
    if (fault_) return;
    if (average_ && *average_ != rules.avg_price_mins) {
      fault_ = Error{Reason::ConfigConflict, fields.path() + ".avgPriceMins",
                     std::to_string(rules.avg_price_mins)};
    }
    average_ = rules.avg_price_mins;
  }

  ExchangeInfo info_;
  std::set<std::string, std::less<>> not_enforced_;
  std::optional<Error> fault_;
  std::optional<std::int32_t> average_;  // of the symbol being read
};

}  // namespace

Result<ExchangeInfo> parse_exchange_info(std::string_view json) {
  const Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded()) return Error{Reason::ConfigSyntax, "exchangeInfo", ""};
  return Reader().read(document);
}

Result<ExchangeInfo> load_exchange_info(const std::string& path) {
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  return parse_exchange_info(*text);
}

}  // namespace clawgate::sim
