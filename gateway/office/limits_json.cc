// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/limits_json.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <limits>
#include <type_traits>
#include <vector>

#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

/// Reads one record from JSON by the record's own list of fields. The first error sticks.
class RecordReader {
 public:
  [[nodiscard]] const Error& error() const { return error_; }

  template <Record T>
  void read(const Json& json, T& out, const std::string& at) {
    if (!json.is(Json::Kind::Object)) return refuse(Reason::FieldType, at, json);
    std::size_t known = 0;
    T::visit(out, [&](const char* name, auto& field) {
      if (error_.reason != Reason::None) return;
      const std::string where = json_pointer(at, name);
      const Json* const value = json.find(name);
      if (value == nullptr) {
        error_ = {Reason::FieldMissing, where, ""};
        return;
      }
      ++known;
      this->read(*value, field, where);
    });
    if (error_.reason != Reason::None || known == json.members.size()) return;
    for (const JsonMember& member : json.members) {
      bool named = false;
      T::visit(out, [&](const char* name, const auto&) { named = named || member.name == name; });
      if (!named) return refuse(Reason::FieldUnknown, json_pointer(at, member.name), member.value);
    }
  }

 private:
  void refuse(Reason reason, const std::string& at, const Json& json) {
    error_ = {reason, at, printable(json.text)};
  }

  void read(const Json& json, bool& out, const std::string& at) {
    if (!json.is(Json::Kind::Bool)) return refuse(Reason::FieldType, at, json);
    out = json.boolean;
  }
  template <std::integral T>
  void read(const Json& json, T& out, const std::string& at) {
    std::uint64_t value = 0;
    const char* const end = json.text.data() + json.text.size();
    const auto [stop, failed] = std::from_chars(json.text.data(), end, value);
    const bool whole = json.is(Json::Kind::Number) && failed == std::errc() && stop == end;
    if (!whole) return refuse(Reason::FieldType, at, json);
    if (value > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
      return refuse(Reason::FieldOutOfRange, at, json);
    }
    out = static_cast<T>(value);
  }
  template <class Tag, class Rep>
  void read(const Json& json, Strong<Tag, Rep>& out, const std::string& at) {
    Rep value{};
    read(json, value, at);
    out = Strong<Tag, Rep>(value);
  }
  template <class Tag>
  void read(const Json& json, Decimal<Tag>& out, const std::string& at) {
    if (!json.is(Json::Kind::String)) return refuse(Reason::FieldType, at, json);
    const RawDecimal value = parse_decimal(json.text);
    if (value.error != DecimalError::None) return refuse(reason_of(value.error), at, json);
    out = Decimal<Tag>::from_raw(value.raw);
  }
  template <class E>
  requires std::is_enum_v<E>
  void read(const Json& json, E& out, const std::string& at) {
    const auto value = json.is(Json::Kind::String) ? from_word<E>(json.text) : std::nullopt;
    if (!value) return refuse(Reason::FieldOutOfRange, at, json);
    out = *value;
  }
  template <std::size_t N>
  void read(const Json& json, Text<N>& out, const std::string& at) {
    if (!json.is(Json::Kind::String)) return refuse(Reason::FieldType, at, json);
    const bool plain = std::all_of(json.text.begin(), json.text.end(),
                                   [](char c) { return c >= ' ' && c <= '~'; });
    if (json.text.size() > N || !plain) return refuse(Reason::FieldOutOfRange, at, json);
    out = Text<N>(json.text);
  }
  template <class T, std::size_t N>
  void read(const Json& json, List<T, N>& out, const std::string& at) {
    if (!json.is(Json::Kind::Array)) return refuse(Reason::FieldType, at, json);
    if (json.items.size() > N) return refuse(Reason::FieldOutOfRange, at, json);
    out.clear();
    for (const Json& item : json.items) {
      T value{};
      read(item, value, at + "/" + std::to_string(out.size()));
      if (error_.reason != Reason::None || !out.push_back(value)) return;
    }
  }

  Error error_{};
};

}  // namespace

Result<Limits> limits_from(const Json& json, std::string_view pointer) {
  Limits limits;
  RecordReader reader;
  reader.read(json, limits, std::string(pointer));
  if (reader.error().reason != Reason::None) return reader.error();
  return limits;
}

std::string limits_field(const Limits& limits, std::string_view name) {
  std::vector<std::uint8_t> room(4096);
  Writer writer(room);
  writer.put(limits);
  const auto json = read_json(record_json(Limits::kType, writer.written()));
  const Json* const field = json ? json->find(name) : nullptr;
  return field == nullptr ? "" : printable(field->text);
}

}  // namespace clawgate::gateway
