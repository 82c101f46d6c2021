// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/core/decimal.h"
#include "sim/exchange/types.h"

namespace clawgate::sim {

/// What the times of an answer count. X-MBX-TIME-UNIT, or `timeUnit` of a WebSocket's address.
enum class TimeUnit : std::uint8_t { Milli, Micro };

[[nodiscard]] constexpr std::int64_t wire_time(TimeNs time, TimeUnit unit) {
  return time.value() / (unit == TimeUnit::Milli ? 1'000'000 : 1'000);
}

/// Writes one JSON text from front to back; it only ever appends. Whoever writes sees to it that
/// objects and arrays close. Members take a name, items of an array do not.
class JsonWriter {
 public:
  explicit JsonWriter(TimeUnit unit = TimeUnit::Milli) : unit_(unit) {}

  JsonWriter& object() { return open('{'); }
  JsonWriter& object(std::string_view name) { return key(name).open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& array() { return open('['); }
  JsonWriter& array(std::string_view name) { return key(name).open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& text(std::string_view name, std::string_view value) { return key(name).item(value); }
  JsonWriter& integer(std::string_view name, std::int64_t value) {
    return key(name).integer_item(value);
  }
  JsonWriter& flag(std::string_view name, bool value) {
    return key(name).raw_item(value ? "true" : "false");
  }
  JsonWriter& null(std::string_view name) { return key(name).raw_item("null"); }
  /// All eight decimals, in quotes.
  template <class Tag>
  JsonWriter& decimal(std::string_view name, Decimal<Tag> value) {
    return amount(name, value.raw());
  }
  JsonWriter& amount(std::string_view name, std::int64_t raw) {
    return key(name).item(to_fixed_text(raw));
  }
  JsonWriter& time(std::string_view name, TimeNs value) {
    return integer(name, wire_time(value, unit_));
  }
  /// -1 for a time that never was.
  JsonWriter& time_or_none(std::string_view name, TimeNs value) {
    return value.value() == 0 ? integer(name, -1) : time(name, value);
  }
  /// `json` is a whole JSON text.
  JsonWriter& raw(std::string_view name, std::string_view json) { return key(name).raw_item(json); }

  JsonWriter& item(std::string_view value);
  JsonWriter& amount_item(std::int64_t raw) { return item(to_fixed_text(raw)); }
  JsonWriter& integer_item(std::int64_t value) { return raw_item(std::to_string(value)); }
  JsonWriter& time_item(TimeNs value) { return integer_item(wire_time(value, unit_)); }
  JsonWriter& raw_item(std::string_view json);

  [[nodiscard]] TimeUnit unit() const { return unit_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  JsonWriter& key(std::string_view name);
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string out_;
  TimeUnit unit_;
  bool comma_ = false;  // the next name or item comes after another one
};

}  // namespace clawgate::sim
