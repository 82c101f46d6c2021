// SPDX-License-Identifier: Apache-2.0
#include <type_traits>
#include <utility>

#include "gateway/report/format.h"
#include "gateway/report/timeline.h"

namespace clawgate::report {
namespace {

using Field = std::pair<std::string, std::string>;

std::string print(Rate value) {
  return percent(value);
}
std::string print(Notional value) {
  return grouped(value.raw(), decimals_of(value.raw()));
}
std::string print(bool value) {
  return value ? "yes" : "no";
}
std::string print(std::uint16_t value) {
  return grouped_count(value);
}
std::string print(std::uint32_t value) {
  return grouped_count(value);
}
std::string print(std::int64_t ns) {
  return duration_text(ns);
}
std::string print(RampLevel value) {
  return std::string(word(value));
}
std::string print(const EngineName& value) {
  return printable(value.view());
}
std::string print(const SymbolPolicy& value) {
  return printable(value.symbol.view()) + " (band " + print(value.band) + ", stop " +
         print(value.stop) + ")";
}
template <class Row, std::size_t N>
std::string print(const List<Row, N>& rows) {
  std::string text;
  for (const Row& row : rows) text += (text.empty() ? "" : ", ") + print(row);
  return text.empty() ? "none" : text;
}

// Version and decision are told beside the changes.
std::vector<Field> fields_of(const Limits& limits) {
  std::vector<Field> fields;
  Limits::visit(limits, [&](std::string_view name, const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    if constexpr (!std::is_same_v<Value, LimitsVersion> && !std::is_same_v<Value, DecisionId>) {
      if (name.ends_with("_ns")) name.remove_suffix(3);
      fields.emplace_back(std::string(name), print(value));
    }
  });
  return fields;
}

}  // namespace

std::vector<std::string> changes(const Limits& before, const Limits& after) {
  const std::vector<Field> old = fields_of(before);
  const std::vector<Field> now = fields_of(after);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].second == old[i].second) continue;
    out.push_back(now[i].first + " " + old[i].second + " -> " + now[i].second);
  }
  return out;
}

}  // namespace clawgate::report
