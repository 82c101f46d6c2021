// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/limits_words.h"

#include "gateway/report/format.h"
#include "risk/limits_change.h"
#include "schemas/core/decimal.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

bool is_duration(const std::string& name) {
  return name.ends_with("_ns");
}

/// The names that --set takes.
std::string names_of(const CallJson& document) {
  std::string names;
  for (const auto& [name, value] : document.items()) {
    const bool settable = !value.is_structured() && name != "version" && name != "decision";
    if (settable) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

/// What fits a field, beside what was given.
Error set_refused(const std::string& text, const std::string& fits) {
  return {Reason::UsageOption, "--set", printable(text) + "; " + fits};
}

}  // namespace

std::string limit_text(const std::string& name, const CallJson& value) {
  if (is_duration(name) && value.is_number_integer()) {
    return report::exact_duration(value.get<std::int64_t>());
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<Error> set_field(CallJson& document, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto at = document.find(name);
  if (equals == std::string::npos || at == document.end() || at->is_structured() ||
      name == "version" || name == "decision") {
    return set_refused(text, "NAME=VALUE, and NAME is one of " + names_of(document));
  }
  const std::string value = text.substr(equals + 1);
  const auto range = risk::range_of(name);
  if (range && range->is_decimal && parse_decimal(value).error != DecimalError::None) {
    return set_refused(text, "a decimal such as 0.01");
  }
  if (at->is_string()) {
    *at = value;
    return std::nullopt;
  }
  if (const auto ns = is_duration(name) ? report::parse_duration(value) : std::nullopt) {
    *at = *ns;
    return std::nullopt;
  }
  const CallJson parsed = CallJson::parse(value, nullptr, false);
  const bool fits = at->is_boolean() ? parsed.is_boolean() : parsed.is_number_integer();
  if (!fits) {
    return set_refused(text, is_duration(name)  ? "a duration, e.g. 6h, 30min or 60s"
                             : at->is_boolean() ? "true or false"
                                                : "a whole number");
  }
  *at = parsed;
  return std::nullopt;
}

std::string changes(const CallJson& from, const CallJson& to) {
  std::string text;
  for (const auto& [name, value] : to.items()) {
    if (name == "version" || name == "decision" || from[name] == value) continue;
    text += (text.empty() ? "" : ", ") + name + " " + limit_text(name, from[name]) + " -> " +
            limit_text(name, value);
  }
  return text;
}

std::string what_fits(const std::string& name, const Limits& limits) {
  const auto range = risk::range_of(name);
  if (!range) return "";
  const auto text = [&](std::int64_t value) {
    if (is_duration(name)) return report::exact_duration(value);
    return range->is_decimal ? to_text(Rate::from_raw(value)) : std::to_string(value);
  };
  std::string fits = "; " + text(range->least) + " to " + text(range->most) + " fits";
  if (name == "order_notional_max") {
    fits += ", and no more than day_notional_max " + to_text(limits.day_notional_max);
  }
  return fits;
}

}  // namespace clawgate::gateway
