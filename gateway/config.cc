// SPDX-License-Identifier: Apache-2.0
#include "gateway/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "gateway/serve/principals.h"
#include "risk/limits_change.h"
#include "schemas/core/read_file.h"
#include "schemas/names.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

// One row a key: how it is read and printed. The table is the configuration's schema.
struct Key {
  std::string_view name;
  std::string_view unit;
  std::function<Reason(Config&, const std::string&)> read;
  std::function<std::string(const Config&)> print;
};

using Number = std::int64_t;

Reason whole(const std::string& text, Number low, Number high, Number& into) {
  const RawDecimal value = parse_decimal(text);
  if (value.error != DecimalError::None || value.raw % Px::kScale != 0)
    return Reason::ConfigValueType;
  into = value.raw / Px::kScale;
  return into < low || into > high ? Reason::ConfigValueRange : Reason::None;
}

template <class Set, class Get>
Key number_key(std::string_view name, std::string_view unit, Number low, Number high, Set set,
               Get get) {
  return {name, unit,
          [=](Config& config, const std::string& text) {
            Number value = 0;
            const Reason reason = whole(text, low, high, value);
            if (reason == Reason::None) set(config, value);
            return reason;
          },
          [=](const Config& config) { return std::to_string(get(config)); }};
}

template <class Member>
Key seconds_key(std::string_view name, Number low, Number high, Member member) {
  return number_key(
      name, "s", low, high,
      [=](Config& config, Number value) { config.session.*member = value * kNanosPerSecond; },
      [=](const Config& config) { return config.session.*member / kNanosPerSecond; });
}

template <class Set, class Get>
Key bps_key(std::string_view name, Number low, Number high, Set set, Get get) {
  return number_key(
      name, "bps", low, high, [=](Config& config, Number value) { set(config, bps(value)); },
      [=](const Config& config) { return get(config).raw() / 10'000; });
}

template <class Set, class Get>
Key amount_key(std::string_view name, Number high, Set set, Get get) {
  return {name, "quote",
          [=](Config& config, const std::string& text) {
            const RawDecimal value = parse_decimal(text);
            if (value.error != DecimalError::None) return Reason::ConfigValueType;
            if (value.raw <= 0 || value.raw > Notional::of(high).raw())
              return Reason::ConfigValueRange;
            set(config, Notional::from_raw(value.raw));
            return Reason::None;
          },
          [=](const Config& config) { return to_text(get(config)); }};
}

template <class Check>
Key text_key(std::string_view name, std::string_view unit, std::string ServeSettings::*member,
             Check fits) {
  return {name, unit,
          [=](Config& config, const std::string& text) {
            if (!fits(text)) return Reason::ConfigValueRange;
            config.serve.*member = text;
            return Reason::None;
          },
          [=](const Config& config) { return config.serve.*member; }};
}

Key path_key(std::string_view name, std::string VenueSettings::*member,
             std::string_view unit = "a file of mode 0600") {
  return {name, unit,
          [=](Config& config, const std::string& text) {
            config.venue.*member = text;
            return text.size() > 1'024 ? Reason::ConfigValueRange : Reason::None;
          },
          [=](const Config& config) { return config.venue.*member; }};
}

Key url_key(std::string_view name, std::string_view scheme, std::string VenueSettings::*member) {
  return {name, scheme,
          [=](Config& config, const std::string& text) {
            // https or wss, and without TLS only to this machine.
            const std::size_t at = text.find("://");
            const std::string start = text.substr(0, at == std::string::npos ? 0 : at);
            const std::size_t host_at = at == std::string::npos ? 0 : at + 3;
            const std::string host =
                text.substr(host_at, text.find_first_of(":/", host_at) - host_at);
            const bool local = host == "127.0.0.1" || host == "localhost";
            const bool fits =
                text.empty() || start == std::string(scheme) + "s" || (start == scheme && local);
            if (!fits || text.size() > 256) return Reason::ConfigValueRange;
            config.venue.*member = text;
            return Reason::None;
          },
          [=](const Config& config) { return config.venue.*member; }};
}

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = {
      {"stage", "S0",
       [](Config& config, const std::string& text) {
         const auto stage = from_word<Stage>(text);
         if (!stage) return Reason::ConfigValueType;
         config.session.stage = *stage;
         return *stage == Stage::S0 ? Reason::None : Reason::ConfigValueRange;
       },
       [](const Config& config) { return std::string(word(config.session.stage)); }},
      {"symbol", "",
       [](Config& config, const std::string& text) {
         const auto symbol = Symbol::from(text);
         if (!symbol || symbol->empty()) return Reason::ConfigValueRange;
         config.symbol = *symbol;
         config.limits.symbols[0].symbol = *symbol;
         return Reason::None;
       },
       [](const Config& config) { return std::string(config.symbol.view()); }},
      {"engines", "names, comma between",
       [](Config& config, const std::string& text) {
         config.limits.engines.clear();
         std::size_t at = 0;
         while (at <= text.size()) {
           const std::size_t end = std::min(text.find(',', at), text.size());
           const auto name = EngineName::from(std::string_view(text).substr(at, end - at));
           if (!name || name->empty()) return Reason::ConfigValueRange;
           const auto& known = config.limits.engines;
           const bool twice = std::find(known.begin(), known.end(), *name) != known.end();
           if (twice) return Reason::ConfigConflict;  // the core would refuse the whole document
           if (!config.limits.engines.push_back(*name)) return Reason::ConfigValueRange;
           at = end + 1;
         }
         return Reason::None;
       },
       [](const Config& config) {
         std::string text;
         for (const EngineName& name : config.limits.engines) {
           text += (text.empty() ? "" : ",") + std::string(name.view());
         }
         return text;
       }},
      amount_key(
          "cash", 1'000'000'000, [](Config& c, Notional v) { c.cash = v; },
          [](const Config& c) { return c.cash; }),
      number_key(
          "latency_ms", "ms", 0, 60'000,
          [](Config& c, Number v) { c.latency_ns = v * kNanosPerMilli; },
          [](const Config& c) { return c.latency_ns / kNanosPerMilli; }),
      seconds_key("hold_ttl_s", 1, 3'600, &SessionOpened::hold_ttl_ns),
      seconds_key("signal_age_max_s", 1, 86'400, &SessionOpened::signal_age_max_ns),
      seconds_key("market_age_max_s", 1, 60, &SessionOpened::market_age_max_ns),
      bps_key(
          "price_sanity_bps", 1, 10'000, [](Config& c, Rate v) { c.session.price_sanity = v; },
          [](const Config& c) { return c.session.price_sanity; }),
      bps_key(
          "band_bps", 1, 500, [](Config& c, Rate v) { c.limits.symbols[0].band = v; },
          [](const Config& c) { return c.limits.symbols[0].band; }),
      bps_key(
          "stop_bps", 0, 5'000, [](Config& c, Rate v) { c.limits.symbols[0].stop = v; },
          [](const Config& c) { return c.limits.symbols[0].stop; }),
      bps_key(
          "slippage_bps", 0, 1'000, [](Config& c, Rate v) { c.limits.slippage = v; },
          [](const Config& c) { return c.limits.slippage; }),
      number_key(
          "limits.version", "", 1, 4'000'000'000,
          [](Config& c, Number v) {
            c.limits.version = LimitsVersion(static_cast<std::uint32_t>(v));
          },
          [](const Config& c) { return Number{c.limits.version.value()}; }),
      bps_key(
          "limits.risk_per_trade_bps", 1, 10'000,
          [](Config& c, Rate v) { c.limits.risk_per_trade = v; },
          [](const Config& c) { return c.limits.risk_per_trade; }),
      amount_key(
          "limits.order_notional_max", 1'000'000'000,
          [](Config& c, Notional v) { c.limits.order_notional_max = v; },
          [](const Config& c) { return c.limits.order_notional_max; }),
      amount_key(
          "limits.day_notional_max", 1'000'000'000,
          [](Config& c, Notional v) { c.limits.day_notional_max = v; },
          [](const Config& c) { return c.limits.day_notional_max; }),
      number_key(
          "limits.day_orders_max", "orders", 1, 10'000,
          [](Config& c, Number v) { c.limits.day_orders_max = static_cast<std::uint16_t>(v); },
          [](const Config& c) { return Number{c.limits.day_orders_max}; }),
      number_key(
          "limits.open_trades_max", "trades", 1, 16,
          [](Config& c, Number v) { c.limits.open_trades_max = static_cast<std::uint16_t>(v); },
          [](const Config& c) { return Number{c.limits.open_trades_max}; }),
      number_key(
          "limits.orders_per_minute", "orders", 1, 6'000,
          [](Config& c, Number v) { c.limits.orders_per_minute = static_cast<std::uint32_t>(v); },
          [](const Config& c) { return Number{c.limits.orders_per_minute}; }),
      number_key(
          "limits.orders_burst", "orders", 1, 1'000,
          [](Config& c, Number v) { c.limits.orders_burst = static_cast<std::uint32_t>(v); },
          [](const Config& c) { return Number{c.limits.orders_burst}; }),
      number_key(
          "limits.cooldown_s", "s", 0, 2'592'000,
          [](Config& c, Number v) { c.limits.cooldown_ns = v * kNanosPerSecond; },
          [](const Config& c) { return c.limits.cooldown_ns / kNanosPerSecond; }),
      bps_key(
          "limits.day_loss_max_bps", 1, 1'000, [](Config& c, Rate v) { c.limits.day_loss_max = v; },
          [](const Config& c) { return c.limits.day_loss_max; }),
      bps_key(
          "limits.drawdown_max_bps", 800, 1'200,
          [](Config& c, Rate v) { c.limits.drawdown_max = v; },
          [](const Config& c) { return c.limits.drawdown_max; }),
      number_key(
          "limits.engine_silence_max_s", "s", 1, 60,
          [](Config& c, Number v) { c.limits.engine_silence_max_ns = v * kNanosPerSecond; },
          [](const Config& c) { return c.limits.engine_silence_max_ns / kNanosPerSecond; }),
      {"limits.decision", "DEC-YYYYMMDD-XXX, for limits above the defaults",
       [](Config& config, const std::string& text) {
         const auto id = DecisionId::from(text);
         if (!id || (!id->empty() && !text.starts_with("DEC-"))) return Reason::ConfigValueRange;
         config.limits.decision = *id;
         return Reason::None;
       },
       [](const Config& config) { return std::string(config.limits.decision.view()); }},
      text_key("serve.address", "a loopback address", &ServeSettings::address,
               [](const std::string& text) { return !text.empty() && text.size() <= 45; }),
      number_key(
          "serve.port", "0: the kernel's choice", 0, 65'535,
          [](Config& c, Number v) { c.serve.port = static_cast<std::uint16_t>(v); },
          [](const Config& c) { return Number{c.serve.port}; }),
      {"serve.idle", "park or spin",
       [](Config& config, const std::string& text) {
         config.serve.spin = text == "spin";
         return text == "spin" || text == "park" ? Reason::None : Reason::ConfigValueRange;
       },
       [](const Config& config) { return std::string(config.serve.spin ? "spin" : "park"); }},
      text_key("serve.principals", "name:role, comma between", &ServeSettings::principals,
               [](const std::string& text) { return principals_from(text).has_value(); }),
      text_key("serve.backup_operator", "one of the principals that decide, or none",
               &ServeSettings::backup_operator,
               [](const std::string& text) { return text.size() <= 24; }),
      number_key(
          "serve.disk_min_mib", "MiB", 16, 1'000'000,
          [](Config& c, Number v) { c.serve.disk_min_mib = static_cast<std::uint64_t>(v); },
          [](const Config& c) { return c.serve.disk_min_mib; }),
      url_key("venue.rest_url", "http", &VenueSettings::rest_url),
      url_key("venue.ws_api_url", "ws", &VenueSettings::ws_api_url),
      url_key("venue.stream_url", "ws", &VenueSettings::stream_url),
      path_key("venue.api_key_file", &VenueSettings::api_key_file),
      path_key("venue.private_key_file", &VenueSettings::private_key_file),
      path_key("venue.ca_file", &VenueSettings::ca_file, "authorities of the venue's TLS, PEM"),
      {"venue.credentials", "practice or live: what the key was made for",
       [](Config& config, const std::string& text) {
         config.venue.live_credentials = text == "live";
         return text == "live" || text == "practice" ? Reason::None : Reason::ConfigValueRange;
       },
       [](const Config& config) {
         return std::string(config.venue.live_credentials ? "live" : "practice");
       }},
      number_key(
          "venue.unreachable_after_s", "s", 1, 600,
          [](Config& c, Number v) { c.venue.unreachable_after_ns = v * kNanosPerSecond; },
          [](const Config& c) { return c.venue.unreachable_after_ns / kNanosPerSecond; }),
      {"venue.orders", "websocket or rest: how orders and cancels go",
       [](Config& config, const std::string& text) {
         config.venue.orders_by_websocket = text == "websocket";
         return text == "websocket" || text == "rest" ? Reason::None : Reason::ConfigValueRange;
       },
       [](const Config& config) {
         return std::string(config.venue.orders_by_websocket ? "websocket" : "rest");
       }},
  };
  return kKeys;
}

// Symbols, engines and the expected slippage are the session's to say; the limits are not.
// The first field that allows more than the defaults; empty: none does.
std::string_view raised_field(const Limits& limits) {
  Limits base;
  base.symbols = limits.symbols;
  base.engines = limits.engines;
  base.weights = limits.weights;
  base.slippage = limits.slippage;
  return risk::loosened(base, limits);
}

/// The key that sets a field of the limits document: that field's name, whatever unit is behind it.
const Key* key_of(std::string_view field) {
  if (field.ends_with("_ns")) field.remove_suffix(3);
  const std::string name = "limits." + std::string(field);
  const auto row = std::find_if(keys().begin(), keys().end(),
                                [&](const Key& key) { return key.name.starts_with(name); });
  return row == keys().end() ? nullptr : &*row;
}

Error raise_refused(const Config& config, std::string_view field, const std::string& path) {
  const Key* const key = key_of(field);
  if (key == nullptr) return {Reason::LimitsRaiseNeedsDecision, path + ": limits", ""};
  return {Reason::LimitsRaiseNeedsDecision, path + ": " + std::string(key->name),
          key->print(config) + ", the default is " + key->print(Config{})};
}

// One who decides; the primary one is the first of those.
bool names_operator(const ServeSettings& serve) {
  if (serve.backup_operator.empty()) return true;
  const auto names = principals_from(serve.principals);
  return names && std::any_of(names->begin(), names->end(), [&](const PrincipalName& who) {
           return who.name == serve.backup_operator && who.role == Role::Operator;
         });
}

std::optional<Error> read_node(const YAML::Node& node, const std::string& prefix,
                               const std::string& path, Config& config) {
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const std::string name = prefix + entry.first.as<std::string>();
    const std::string where = path + ": " + name;
    if (!seen.insert(name).second) return Error{Reason::ConfigConflict, where, "named twice"};
    if (entry.second.IsMap()) {
      if (auto error = read_node(entry.second, name + ".", path, config)) return error;
      continue;
    }
    const auto row = std::find_if(keys().begin(), keys().end(),
                                  [&](const Key& key) { return key.name == name; });
    if (row == keys().end()) return Error{Reason::ConfigKeyUnknown, where, ""};
    if (!entry.second.IsScalar())
      return Error{Reason::ConfigValueType, where, "not a single value"};
    const std::string text = entry.second.as<std::string>();
    const Reason reason = row->read(config, text);
    if (reason != Reason::None) return Error{reason, where, printable(text)};
  }
  return std::nullopt;
}

}  // namespace

Config::Config() {
  const bool ok = limits.symbols.push_back({symbol, AssetClass::CryptoSpot, bps(20), bps(100)}) &&
                  limits.engines.push_back(EngineName("tradingagents")) &&
                  limits.engines.push_back(EngineName("ai-trader"));
  static_cast<void>(ok);  // both lists have room
}

Result<Config> read_config(const std::string& path) {
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  Config config;
  try {
    const YAML::Node root = YAML::Load(*text);
    if (!root.IsMap()) return Error{Reason::ConfigSyntax, path, "not a mapping of keys"};
    if (auto error = read_node(root, "", path, config)) return *error;
  } catch (const YAML::Exception& error) {
    return Error{Reason::ConfigSyntax, path + ":" + std::to_string(error.mark.line + 1), error.msg};
  }
  if (config.limits.order_notional_max > config.limits.day_notional_max) {
    return Error{Reason::ConfigConflict, path + ": limits.order_notional_max",
                 "above limits.day_notional_max"};
  }
  if (!names_operator(config.serve)) {
    return Error{Reason::ConfigConflict, path + ": serve.backup_operator",
                 "none of serve.principals that decides"};
  }
  const std::string_view raised = raised_field(config.limits);
  if (!raised.empty() && config.limits.decision.empty()) {
    return raise_refused(config, raised, path);
  }
  return config;
}

std::string to_yaml(const Config& config) {
  std::string text;
  std::string_view section;
  for (const Key& key : keys()) {
    std::string_view name = key.name;
    if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
      if (name.substr(0, dot) != section) text += std::string(name.substr(0, dot)) + ":\n";
      section = name.substr(0, dot);
      name.remove_prefix(dot + 1);
      text += "  ";
    }
    std::string value = key.print(config);
    if (value.empty()) value = "\"\"";
    text += std::string(name) + ": " + value;
    if (!key.unit.empty()) text += "  # " + std::string(key.unit);
    text += "\n";
  }
  return text;
}

}  // namespace clawgate::gateway
