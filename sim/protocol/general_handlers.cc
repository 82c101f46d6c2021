// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schemas/strict_json.h"
#include "sim/protocol/handlers.h"
#include "sim/protocol/rules_json.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kPermission = "SPOT";

Refusal symbol_twice() {
  return {-1151, "Symbol is present multiple times in the list."};
}
Refusal bad_list(std::string_view parameter) {
  return refuse::illegal_characters(parameter, R"(["NAME", ...])");
}

// `["A","B"]`; nullopt for anything else.
std::optional<std::vector<std::string>> read_names(std::string_view text) {
  const auto json = read_json(text);
  if (!json || !json->is(Json::Kind::Array)) return std::nullopt;
  std::vector<std::string> names;
  for (const Json& item : json->items) {
    if (!item.is(Json::Kind::String)) return std::nullopt;
    names.push_back(item.text);
  }
  return names;
}

bool permits(std::optional<std::string_view> permissions) {
  return !permissions || permissions->find(kPermission) != std::string_view::npos;
}

}  // namespace

SymbolId read_symbol(Call& call, ParameterReader& in) {
  const std::string_view name = in.must("symbol");
  if (in.fault()) return {};
  const auto symbol = call.exchange.find_symbol(name);
  if (!symbol) in.fail(refuse::invalid_symbol());
  return symbol.value_or(SymbolId());
}

std::size_t read_limit(ParameterReader& in, std::size_t standard, std::size_t most) {
  const auto limit = in.integer("limit");
  if (!limit) return standard;
  return std::clamp<std::size_t>(static_cast<std::size_t>(*limit), 1, most);
}

SymbolChoice read_symbols(Call& call, ParameterReader& in) {
  SymbolChoice choice;
  const auto one = in.text("symbol");
  const auto many = in.text("symbols");
  if (one && many) in.fail(refuse::bad_combination());
  if (in.fault()) return choice;
  std::vector<std::string> names;
  if (one) names.emplace_back(*one);
  if (many) {
    auto read = read_names(*many);
    if (!read) in.fail(bad_list("symbols"));
    names = std::move(read).value_or(std::vector<std::string>());
  }
  choice.one = one.has_value();
  for (const std::string& name : names) {
    const auto symbol = call.exchange.find_symbol(name);
    if (!symbol) return in.fail(refuse::invalid_symbol()), choice;
    const auto& seen = choice.symbols;
    if (std::find(seen.begin(), seen.end(), *symbol) != seen.end()) in.fail(symbol_twice());
    choice.symbols.push_back(*symbol);
  }
  if (one || many) return choice;
  for (std::size_t i = 0; i < call.exchange.symbols(); ++i) {
    choice.symbols.emplace_back(static_cast<std::uint32_t>(i));
  }
  return choice;
}

Choice read_choice(ParameterReader& in, std::string_view from_name) {
  constexpr std::int64_t kDayNs = 86'400'000'000'000;
  Choice choice;
  choice.start = in.time("startTime");
  choice.end = in.time("endTime");
  if (!from_name.empty()) choice.from = in.integer(from_name);
  choice.limit = read_limit(in, 500, 1'000);
  if (choice.start && choice.end && choice.end->value() - choice.start->value() > kDayNs) {
    in.fail({-1127, "More than 24 hours between startTime and endTime."});
  }
  return choice;
}

namespace handlers {

Reply ping(Call& call) {
  static_cast<void>(call);
  return {};
}

Reply time(Call& call) {
  JsonWriter w(call.unit);
  w.object().time("serverTime", call.shown).end_object();
  return ok(w);
}

Reply exchange_info(Call& call) {
  ParameterReader in(call.params);
  const auto permissions = in.text("permissions");
  const auto sets = in.flag("showPermissionSets");
  const auto status = in.text("symbolStatus");
  SymbolChoice choice = read_symbols(call, in);
  if ((permissions || status) && choice.one) in.fail(refuse::bad_combination());
  if (in.fault()) return fail(*in.fault());

  JsonWriter w(call.unit);
  w.object().text("timezone", "UTC").time("serverTime", call.shown).array("rateLimits");
  write_rate_limits(w, call.core.limits.limits());
  w.end_array().array("exchangeFilters").end_array().array("symbols");
  for (const SymbolId symbol : choice.symbols) {
    const SymbolRules& rules = call.exchange.rules(symbol);
    const bool wanted = !status || *status == name(rules.status);
    if (wanted && permits(permissions)) write_rules(w, rules, sets.value_or(true));
  }
  w.end_array().end_object();
  return ok(w);
}

}  // namespace handlers
}  // namespace clawgate::sim
