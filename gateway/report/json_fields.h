// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "gateway/report/session_report.h"
#include "schemas/record_json.h"

// How values stand in the JSON report: amounts as text, times as ISO 8601. Included by the files
// that write it, and by nothing else.

namespace clawgate::report {

using Json = nlohmann::ordered_json;

inline Json of(UnixNanos time) {
  return time_text(time.value());
}
template <class Tag>
Json of(Decimal<Tag> value) {
  return to_text(value);
}
template <std::size_t N>
Json of(const Text<N>& text) {
  return std::string(text.view());
}
inline Json of(const Digest& digest) {
  return to_hex(digest);
}
template <class Tag, class Rep>
Json of(Strong<Tag, Rep> id) {
  return id.value();
}
template <class Enum>
requires std::is_enum_v<Enum> Json of(Enum value) {
  return std::string(word(value));
}
template <class T>
Json of(const std::optional<T>& value) {
  return value ? of(*value) : Json(nullptr);
}
/// 0 means that there is none.
template <class Tag>
Json if_any(Decimal<Tag> value) {
  return value.is_zero() ? Json(nullptr) : of(value);
}
template <class Tag, class Rep>
Json if_any(Strong<Tag, Rep> id) {
  return id.value() == 0 ? Json(nullptr) : of(id);
}

template <class Row, class Print>
Json list(const std::vector<Row>& rows, Print print) {
  Json out = Json::array();
  for (const Row& row : rows) out.push_back(print(row));
  return out;
}

/// A record as it stands in the journal's own JSON.
template <class T>
Json of_record(const T& record) {
  std::vector<std::uint8_t> room(4096);
  Writer writer(room);
  writer.put(record);
  Json out = Json::parse(record_json(T::kType, writer.written()), nullptr, false);
  if (out.is_object()) out.erase("record");
  return out;
}

/// json_trading.cc: what happened to trading, under its keys.
void put_trading(const SessionReport& report, Json& out);

}  // namespace clawgate::report
