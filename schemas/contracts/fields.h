// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "schemas/contracts/words.h"
#include "schemas/core/decimal.h"
#include "schemas/core/digest.h"
#include "schemas/core/result.h"
#include "schemas/ids.h"
#include "schemas/strict_json.h"

// How a contract that is not on a hot path becomes JSON and comes back. Its struct names every
// field once, with its rule, and both directions follow from that list:
//
//   struct Thing {
//     static constexpr bool kClosed = true;  // unknown members are refused
//     std::string id;
//     std::optional<Px> price;               // may be left out
//     template <class Self, class Visitor>
//     static void visit(Self& self, Visitor&& field) {
//       field("schema_version", Constant{"1.0"});
//       field("id", self.id, id_rule(64));
//       field("price", self.price, kPositive);
//     }
//   };

namespace clawgate::contracts {

inline constexpr std::size_t kContractBytesMax = 64 * 1024;
inline constexpr std::size_t kContractDepthMax = 16;

/// A member that has one value only. A schema's version is one.
struct Constant {
  std::string_view value;
  bool required = true;
};

/// What a std::optional member looks like when it is empty.
enum class Empty : std::uint8_t {
  Absent,        // left out; null is refused
  Null,          // null; leaving it out is refused
  AbsentOrNull,  // written as null, read either way
};

struct Rule {
  Empty empty = Empty::Absent;
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  // raw units of a Decimal, or an
  std::int64_t most = std::numeric_limits<std::int64_t>::max();   // integer's value
  std::size_t size_least = 0;  // bytes of a text, items of a list
  std::size_t size_most = 0;
  bool printable = false;                     // printable ASCII only, else any text without NUL
  bool (*shape)(std::string_view) = nullptr;  // a text's further form
  std::string_view form = {};                 // its name, for whom a text is refused; or empty
  std::size_t item_size_most = 0;             // of a list of texts: bytes of each, printable
};

inline constexpr Rule kPositive{.least = 1};
inline constexpr Rule kNotNegative{.least = 0};
inline constexpr Rule kRatio{.least = 0, .most = Rate::kScale};

/// 1..`most` printable ASCII characters, so that what a person sees is what is compared.
[[nodiscard]] constexpr Rule id_rule(std::size_t most, Empty empty = Empty::Absent,
                                     bool (*shape)(std::string_view) = nullptr,
                                     std::string_view form = {}) {
  return {.empty = empty,
          .size_least = 1,
          .size_most = most,
          .printable = true,
          .shape = shape,
          .form = form};
}
/// A text that its shape alone describes.
[[nodiscard]] constexpr Rule shape_rule(bool (*shape)(std::string_view)) {
  return {.size_most = kContractBytesMax, .shape = shape};
}
/// `least`..`most` bytes of any text.
[[nodiscard]] constexpr Rule prose_rule(std::size_t most, std::size_t least = 1,
                                        Empty empty = Empty::Absent) {
  return {.empty = empty, .size_least = least, .size_most = most};
}
[[nodiscard]] constexpr Rule list_rule(std::size_t most, std::size_t least = 0,
                                       std::size_t item_size_most = 0) {
  return {.size_least = least, .size_most = most, .item_size_most = item_size_most};
}
[[nodiscard]] constexpr Rule null_rule(Empty empty = Empty::Null) {
  return {.empty = empty};
}

template <class T>
concept Contract = requires {
  { T::kClosed } -> std::convertible_to<bool>;
};

/// Reads the members of one JSON object. The first error sticks, and nothing is read after it.
class FieldReader {
 public:
  FieldReader(const Json& object, std::string pointer, Error& error)
      : object_(object), pointer_(std::move(pointer)), error_(error) {}

  void operator()(std::string_view name, const Constant& constant);
  template <class T>
  void operator()(std::string_view name, T& out, const Rule& rule = {}) {
    const Json* value = find(name, true);
    if (value != nullptr) read(*value, json_pointer(pointer_, name), out, rule);
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& out, const Rule& rule = {}) {
    const Json* value = find(name, rule.empty == Empty::Null);
    if (value == nullptr) return;
    if (rule.empty != Empty::Absent && value->is(Json::Kind::Null)) return;
    read(*value, json_pointer(pointer_, name), out.emplace(), rule);
  }
  /// After the last field: refuses members that were not asked for.
  void close();

  template <Contract T>
  static void read_object(const Json& value, const std::string& pointer, T& out, Error& error) {
    if (!value.is(Json::Kind::Object)) return refuse(error, Reason::FieldType, pointer, value);
    FieldReader reader(value, pointer, error);
    T::visit(out, reader);
    if constexpr (T::kClosed) reader.close();
  }

 private:
  static void refuse(Error& error, Reason reason, std::string pointer, const Json& value);
  void refuse(Reason reason, const std::string& pointer, const Json& value) {
    refuse(error_, reason, pointer, value);
  }
  [[nodiscard]] bool failed() const { return error_.reason != Reason::None; }
  /// nullptr when it is not there; that is an error when `required`.
  const Json* find(std::string_view name, bool required);

  void read(const Json& value, const std::string& pointer, std::string& out, const Rule& rule);
  void read(const Json& value, const std::string& pointer, bool& out, const Rule&);
  void read(const Json& value, const std::string& pointer, std::uint16_t& out, const Rule& rule);
  void read(const Json& value, const std::string& pointer, UnixNanos& out, const Rule&);
  void read(const Json& value, const std::string& pointer, Digest& out, const Rule&);
  void read(const Json& value, const std::string& pointer, Json& out, const Rule& rule);
  bool read_raw(const Json& value, const std::string& pointer, std::int64_t& out, const Rule& rule);
  bool read_size(const Json& value, const std::string& pointer, std::size_t size, const Rule& rule);

  template <class Tag>
  void read(const Json& value, const std::string& pointer, Decimal<Tag>& out, const Rule& rule) {
    std::int64_t raw = 0;
    if (read_raw(value, pointer, raw, rule)) out = Decimal<Tag>::from_raw(raw);
  }
  template <class E>
  requires std::is_enum_v<E>
  void read(const Json& value, const std::string& pointer, E& out, const Rule&) {
    if (!value.is(Json::Kind::String)) return refuse(Reason::FieldType, pointer, value);
    const auto known = value_of<E>(value.text);
    if (!known) return refuse(Reason::FieldValue, pointer, value);
    out = *known;
  }
  template <class T>
  void read(const Json& value, const std::string& pointer, std::vector<T>& out, const Rule& rule) {
    if (!value.is(Json::Kind::Array)) return refuse(Reason::FieldType, pointer, value);
    if (!read_size(value, pointer, value.items.size(), rule)) return;
    const Rule item_rule = id_rule(rule.item_size_most);
    for (std::size_t i = 0; i < value.items.size() && !failed(); ++i) {
      read(value.items[i], json_pointer(pointer, std::to_string(i)), out.emplace_back(), item_rule);
    }
  }
  template <Contract T>
  void read(const Json& value, const std::string& pointer, T& out, const Rule&) {
    read_object(value, pointer, out, error_);
  }

  const Json& object_;
  std::string pointer_;
  Error& error_;
  std::vector<std::string_view> asked_;
};

/// Builds one JSON object from a contract's members.
class FieldWriter {
 public:
  explicit FieldWriter(Json& object) : object_(object) { object.kind = Json::Kind::Object; }

  void operator()(std::string_view name, const Constant& constant) {
    put(name, string(constant.value));
  }
  template <class T>
  void operator()(std::string_view name, const T& value, const Rule& = {}) {
    put(name, write(value));
  }
  template <class T>
  void operator()(std::string_view name, const std::optional<T>& value, const Rule& rule = {}) {
    if (value) {
      put(name, write(*value));
    } else if (rule.empty != Empty::Absent) {
      put(name, Json{});
    }
  }

  template <Contract T>
  static Json write(const T& value) {
    Json object;
    T::visit(value, FieldWriter(object));
    return object;
  }

 private:
  void put(std::string_view name, Json value) {
    object_.members.push_back({std::string(name), std::move(value)});
  }
  static Json string(std::string_view text);
  static Json number(std::string text);

  static Json write(const std::string& value) { return string(value); }
  static Json write(bool value);
  static Json write(std::uint16_t value) { return number(std::to_string(value)); }
  static Json write(UnixNanos value);
  static Json write(const Digest& value) { return string(to_hex(value)); }
  static Json write(const Json& value) { return value; }
  template <class Tag>
  static Json write(Decimal<Tag> value) {
    return number(to_short_text(value.raw()));
  }
  template <class E>
  requires std::is_enum_v<E>
  static Json write(E value) { return string(word_of(value)); }
  template <class T>
  static Json write(const std::vector<T>& values) {
    Json list;
    list.kind = Json::Kind::Array;
    for (const T& value : values) list.items.push_back(write(value));
    return list;
  }

  Json& object_;
};

/// One document: strict JSON of at most kContractBytesMax and kContractDepthMax, then every rule of
/// the contract. The error names the field and the rule.
template <Contract T>
[[nodiscard]] Result<T> decode_contract(std::string_view text) {
  const Result<Json> value =
      read_json(text, {.bytes_max = kContractBytesMax, .depth_max = kContractDepthMax});
  if (!value) return value.error();
  T out{};
  Error error;
  FieldReader::read_object(*value, "", out, error);
  if (error.reason != Reason::None) return error;
  return out;
}

/// Canonical JSON: sorted names, no spaces. decode_contract reads it back to an equal value,
/// provided the value keeps the contract's rules.
template <Contract T>
[[nodiscard]] std::string encode_contract(const T& value) {
  return to_canonical_json(FieldWriter::write(value));
}

}  // namespace clawgate::contracts
