// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gateway/eval/trading_desk.h"
#include "schemas/names.h"

namespace clawgate::eval {

// What a case may set before the gateway starts; each row is a word, what may follow it, and how
// it is taken. False: the value cannot be read.
struct TradingDesk::GivenRow {
  std::string_view name;
  std::string_view values;
  bool (*take)(TradingDesk&, std::string_view);
  bool of_limits = false;  // of the limits document, so that a later one may change it too
};

namespace {

template <class T, class Into>
bool put(const std::optional<T>& value, Into& into) {
  if (!value) return false;
  into = static_cast<Into>(*value);
  return true;
}

template <class Tag>
bool put_decimal(std::string_view text, Decimal<Tag>& into) {
  return put(decimal_from<Tag>(text), into);
}

bool put_bps(std::string_view text, Rate& into) {
  const auto value = whole(text);
  if (!value) return false;
  into = bps(*value);
  return true;
}

bool put_seconds(std::string_view text, std::int64_t& into) {
  const auto value = whole(text);
  if (!value) return false;
  into = *value * kNanosPerSecond;
  return true;
}

template <class Each>
bool each_of(std::string_view list, Each each) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (!each(list.substr(0, comma))) return false;
    if (comma == list.npos) return true;
    list.remove_prefix(comma + 1);
  }
}

bool put_names(std::string_view text, List<EngineName, 8>& into) {
  into.clear();
  if (text == "none") return true;
  return each_of(text, [&](std::string_view name) {
    return !name.empty() && into.push_back(EngineName(name));
  });
}

bool put_weights(std::string_view text, List<Rate, 8>& into) {
  into.clear();
  return each_of(text, [&](std::string_view share) {
    const auto value = decimal_from<RateTag>(share);
    return value && into.push_back(*value);
  });
}

}  // namespace

const std::vector<TradingDesk::GivenRow>& TradingDesk::givens() {
  using D = TradingDesk;
  using S = std::string_view;
  static const std::vector<GivenRow> kGivens = {
      // The session.
      {"stage", "S0|S1|S2",
       [](D& d, S v) { return put(from_word<Stage>(v), d.config_.session.stage); }},
      {"venue", "simulator|binance_spot",
       [](D& d, S v) { return put(from_word<VenueKind>(v), d.config_.session.venue); }},
      {"cash", "QUOTE", [](D& d, S v) { return put_decimal(v, d.config_.cash); }},
      {"hold_seconds", "SECONDS",
       [](D& d, S v) { return put_seconds(v, d.config_.session.hold_ttl_ns); }},
      // The limits document.
      {"symbols", "none", [](D& d, S v) { return d.config_.limits.symbols.clear(), v == "none"; },
       true},
      {"engines", "none|NAME,NAME...",
       [](D& d, S v) { return put_names(v, d.config_.limits.engines); }, true},
      {"weights", "SHARE,SHARE...",
       [](D& d, S v) { return put_weights(v, d.config_.limits.weights); }, true},
      {"level", "L0|L1",
       [](D& d, S v) { return put(from_word<RampLevel>(v), d.config_.limits.level); }, true},
      {"cooldown_seconds", "SECONDS",
       [](D& d, S v) { return put_seconds(v, d.config_.limits.cooldown_ns); }, true},
      {"day_loss_bps", "BPS", [](D& d, S v) { return put_bps(v, d.config_.limits.day_loss_max); },
       true},
      {"drawdown_bps", "BPS", [](D& d, S v) { return put_bps(v, d.config_.limits.drawdown_max); },
       true},
      {"engine_silence_seconds", "SECONDS",
       [](D& d, S v) { return put_seconds(v, d.config_.limits.engine_silence_max_ns); }, true},
      {"single_engine", "yes|no",
       [](D& d, S v) {
         return d.config_.limits.single_engine = v == "yes", v == "yes" || v == "no";
       },
       true},
      {"asset_class", "crypto_spot|equities_br|fii_br|fixed_income_br",
       [](D& d, S v) {
         return put(from_word<AssetClass>(v), d.config_.limits.symbols[0].asset_class);
       },
       true},
      {"policy_stop_bps", "BPS",
       [](D& d, S v) { return put_bps(v, d.config_.limits.symbols[0].stop); }, true},
      {"band_bps", "BPS", [](D& d, S v) { return put_bps(v, d.config_.limits.symbols[0].band); },
       true},
      {"slippage_bps", "BPS", [](D& d, S v) { return put_bps(v, d.config_.limits.slippage); },
       true},
      {"risk_bps", "BPS", [](D& d, S v) { return put_bps(v, d.config_.limits.risk_per_trade); },
       true},
      {"order_notional_max", "QUOTE",
       [](D& d, S v) { return put_decimal(v, d.config_.limits.order_notional_max); }, true},
      {"day_notional_max", "QUOTE",
       [](D& d, S v) { return put_decimal(v, d.config_.limits.day_notional_max); }, true},
      {"day_orders_max", "COUNT",
       [](D& d, S v) { return put(whole(v), d.config_.limits.day_orders_max); }, true},
      {"open_trades_max", "COUNT",
       [](D& d, S v) { return put(whole(v), d.config_.limits.open_trades_max); }, true},
      {"orders_per_minute", "COUNT",
       [](D& d, S v) { return put(whole(v), d.config_.limits.orders_per_minute); }, true},
      {"orders_burst", "COUNT",
       [](D& d, S v) { return put(whole(v), d.config_.limits.orders_burst); }, true},
      // The symbol at the venue.
      {"min_notional", "QUOTE", [](D& d, S v) { return put_decimal(v, d.rules_.notional->min); }},
      {"max_notional", "QUOTE", [](D& d, S v) { return put_decimal(v, d.rules_.notional->max); }},
      {"lot_step", "BASE", [](D& d, S v) { return put_decimal(v, d.rules_.lot->step); }},
      {"lot_min", "BASE", [](D& d, S v) { return put_decimal(v, d.rules_.lot->min); }},
      {"lot_max", "BASE", [](D& d, S v) { return put_decimal(v, d.rules_.lot->max); }},
      {"tick", "PRICE", [](D& d, S v) { return put_decimal(v, d.rules_.price->tick); }},
      {"price_min", "PRICE", [](D& d, S v) { return put_decimal(v, d.rules_.price->min); }},
      {"price_max", "PRICE", [](D& d, S v) { return put_decimal(v, d.rules_.price->max); }},
      {"max_position", "BASE",
       [](D& d, S v) { return put(decimal_from<QtyTag>(v), d.rules_.max_position.emplace()); }},
      {"max_stops", "COUNT",
       [](D& d, S v) { return put(whole(v), d.rules_.max_num_algo_orders.emplace()); }},
      {"max_orders", "COUNT",
       [](D& d, S v) { return put(whole(v), d.rules_.max_num_orders.emplace()); }},
      {"order_lists", "none", [](D& d, S v) { return d.rules_.oto_allowed = false, v == "none"; }},
      {"market_status", "halt|closed|auction",
       [](D& d, S v) {
         // The venue has no word for an auction of its own: BREAK is what it shows then.
         static constexpr std::array<std::pair<S, sim::SymbolStatus>, 3> kStatus = {
             {{"halt", sim::SymbolStatus::Halt},
              {"closed", sim::SymbolStatus::EndOfDay},
              {"auction", sim::SymbolStatus::Break}}};
         for (const auto& [word, status] : kStatus) {
           if (word == v) return d.rules_.status = status, true;
         }
         return false;
       }},
  };
  return kGivens;
}

std::vector<std::string_view> TradingDesk::vocabulary() {
  std::vector<std::string_view> words;
  for (const VerbRow& row : verbs()) words.push_back(row.name);
  for (const std::string_view word : GovernDesk::vocabulary()) words.push_back(word);
  for (const GivenRow& row : givens()) words.push_back(row.name);
  return words;
}

bool TradingDesk::take_given(std::string_view name, std::string_view value, bool of_limits) {
  const auto& rows = givens();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const GivenRow& at) { return at.name == name; });
  if (row == rows.end() || (of_limits && !row->of_limits)) return false;
  return row->take(*this, value);
}

// given NAME VALUE: before anything else happens.
std::optional<Failure> TradingDesk::given(const Line& line) {
  if (opened_) return not_understood(line, "given stands before everything that happens");
  if (line.words.size() == 3 && take_given(line.word(1), line.word(2), false)) return std::nullopt;
  for (const GivenRow& row : givens()) {
    if (row.name != line.word(1)) continue;
    return not_understood(line, "given " + std::string(row.name) + " " + std::string(row.values));
  }
  return not_understood(line, "given NAME VALUE, a name that docs/eval-trading.md lists");
}

// operator NAME [channel C]... [may_not approve|reject|kill|unblock]... [enabled no] [backup yes]
std::optional<Failure> TradingDesk::operators(const Line& line) {
  Operator who;
  who.id = OperatorId(line.word(1));
  const auto refuse = [&] {
    return not_understood(line,
                          "operator NAME [channel C] [may_not ACTION] [enabled no] [backup yes]");
  };
  if (who.id.empty() || line.words.size() % 2 != 0) return refuse();
  for (std::size_t i = 2; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    const std::string_view value = line.word(i + 1);
    const auto channel = from_word<OperatorChannel>(value);
    if (key == "channel" && channel) {
      who.channels = static_cast<std::uint8_t>(who.channels | bit_of(*channel));
    } else if (key == "enabled" && value == "no") {
      who.enabled = false;
    } else if (key == "backup" && value == "yes") {
      who.backup = true;
    } else if (key == "may_not" && value == "approve") {
      who.may_approve = false;
    } else if (key == "may_not" && value == "reject") {
      who.may_reject = false;
    } else if (key == "may_not" && value == "kill") {
      who.may_kill = false;
    } else if (key == "may_not" && value == "unblock") {
      who.may_unblock = false;
    } else {
      return refuse();
    }
  }
  std::erase_if(operators_, [&](const Operator& row) { return row.id == who.id; });
  operators_.push_back(who);
  if (opened_) apply(who);
  return std::nullopt;
}

}  // namespace clawgate::eval
