// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/core/result.h"
#include "schemas/core/text.h"
#include "schemas/ids.h"
#include "venues/binance_spot/rate.h"
#include "venues/binance_spot/words.h"

// Reads the venue's JSON member by member. The first thing that does not fit is kept as the Error;
// from then on every read answers a default, so that a reader is a flat list and asks once at the
// end. Only for this folder's sources.

namespace clawgate::venues::binance_spot::detail {

inline constexpr std::size_t kReplyBytesMax = 8U << 20;
inline constexpr std::size_t kInfoBytesMax = 32U << 20;
inline constexpr std::size_t kDepthMax = 16;

/// Where in the document: one step down from `up`.
struct Where {
  const Where* up = nullptr;
  std::string_view name;  // of a member
  std::size_t index = 0;  // of an item, where there is no name
};

class Failure {
 public:
  void set(Reason reason, const Where& where, std::string_view seen);
  void set_at(Reason reason, const Where& parent, std::string_view name, std::string_view seen);
  [[nodiscard]] bool any() const { return error_.has_value(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

/// One object. Its members are found by name in any order; one that stands twice is a failure.
class Object {
 public:
  Object(simdjson::dom::object object, const Where& where, Failure& failure);
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Present, and not null.
  [[nodiscard]] bool has(std::string_view name) const;

  /// Required. The bytes live as long as the document.
  [[nodiscard]] std::string_view text(std::string_view name, std::size_t max) const;
  template <class T>
  [[nodiscard]] T text(std::string_view name) const {
    return T(text(name, T::kMax));
  }
  /// Not empty, too.
  template <class T>
  [[nodiscard]] T id_text(std::string_view name) const {
    const T value = text<T>(name);
    if (value.empty()) fail(Reason::FieldEmpty, name, "");
    return value;
  }

  /// A symbol, also one of another people's order, which may be longer than ours can be: it is cut
  /// at a character, and `is_cut` says so.
  [[nodiscard]] Symbol symbol(std::string_view name, bool& is_cut) const;

  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min) const;
  [[nodiscard]] std::int64_t integer_or(std::string_view name, std::int64_t min,
                                        std::int64_t fallback) const;
  /// An order's id: counted up by the venue, so none is near the end of the range. One above 2^62
  /// would hide every order after it.
  [[nodiscard]] std::int64_t order_id(std::string_view name) const;
  [[nodiscard]] std::uint32_t count(std::string_view name) const;  // 0..2^32-1
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] bool boolean_or(std::string_view name, bool fallback) const;
  /// Milliseconds since 1970.
  [[nodiscard]] UnixNanos millis(std::string_view name) const;

  /// A decimal in a string, not below 0.
  template <class D>
  [[nodiscard]] D decimal(std::string_view name) const {
    return D::from_raw(raw_decimal(name, false));
  }
  template <class D>
  [[nodiscard]] D decimal_or_zero(std::string_view name) const {
    return has(name) ? decimal<D>(name) : D();
  }
  [[nodiscard]] std::int64_t raw_decimal(std::string_view name, bool may_be_negative) const;

  /// One of the words; any other is a failure.
  template <class Rows>
  [[nodiscard]] auto word(std::string_view name, const Rows& rows) const
      -> decltype(rows[0].value) {
    const std::string_view seen = text(name, 64);
    if (const auto value = value_of(rows, seen)) return *value;
    fail(Reason::FieldValue, name, seen);
    return rows[0].value;
  }

  /// Reads the members of the object of that name; required.
  template <class Read>
  void object(std::string_view name, Read&& read) const {
    const simdjson::dom::element* const element = required(name);
    if (element == nullptr) return;
    simdjson::dom::object members;
    if (element->get_object().get(members) != simdjson::SUCCESS) {
      return fail(Reason::FieldType, name, "");
    }
    const Where where{&where_, name, 0};
    const Object inner(members, where, *failure_);
    if (!failure_->any()) read(inner);
  }
  /// Reads every item, an object, of the array of that name; required.
  template <class Read>
  void each(std::string_view name, std::size_t count_max, Read&& read) const {
    const simdjson::dom::element* const element = required(name);
    if (element == nullptr) return;
    const Where where{&where_, name, 0};
    each_of(*element, where, *failure_, count_max, read);
  }
  /// The strings of the array of that name; required.
  [[nodiscard]] std::vector<std::string_view> texts(std::string_view name,
                                                    std::size_t count_max) const;

  void fail(Reason reason, std::string_view name, std::string_view seen) const;
  [[nodiscard]] bool failed() const { return failure_->any(); }

  template <class Read>
  static void each_of(simdjson::dom::element element, const Where& where, Failure& failure,
                      std::size_t count_max, Read&& read) {
    simdjson::dom::array array;
    if (element.get_array().get(array) != simdjson::SUCCESS) {
      return failure.set(Reason::FieldType, where, "");
    }
    std::size_t index = 0;
    for (const simdjson::dom::element item : array) {
      if (index == count_max) {
        return failure.set(Reason::InputTooLarge, where,
                           "more than " + std::to_string(count_max) + " items");
      }
      const Where at{&where, {}, index++};
      simdjson::dom::object members;
      if (item.get_object().get(members) != simdjson::SUCCESS) {
        return failure.set(Reason::FieldType, at, "");
      }
      const Object object(members, at, failure);
      if (failure.any()) return;
      read(object);
      if (failure.any()) return;
    }
  }

 private:
  static constexpr std::size_t kMembersMax = 96;
  static constexpr std::size_t kSlots = 256;  // a power of two, and more than twice the members

  [[nodiscard]] static std::size_t slot_of(std::string_view name);
  [[nodiscard]] const simdjson::dom::element* find(std::string_view name) const;
  [[nodiscard]] const simdjson::dom::element* required(std::string_view name) const;

  Where where_;
  Failure* failure_;
  std::array<std::string_view, kMembersMax> names_;
  std::array<simdjson::dom::element, kMembersMax> values_;
  std::array<std::uint8_t, kSlots> slots_{};  // place in names_ and values_, plus 1
  std::size_t size_ = 0;
};

/// Parses into this thread's parser: what is read from it lives until the next call.
[[nodiscard]] std::optional<simdjson::dom::element> parse(std::string_view json,
                                                          std::size_t bytes_max, Failure& failure);

/// `read(object)` over a document that is one object.
template <class Read>
void read_object(std::string_view json, std::size_t bytes_max, Failure& failure, Read&& read) {
  const auto root = parse(json, bytes_max, failure);
  if (!root) return;
  const Where top;
  simdjson::dom::object members;
  if (root->get_object().get(members) != simdjson::SUCCESS) {
    return failure.set(Reason::FieldType, top, "");
  }
  const Object object(members, top, failure);
  if (!failure.any()) read(object);
}

/// `read(object)` over each item of a document that is one array of objects.
template <class Read>
void read_array(std::string_view json, std::size_t bytes_max, std::size_t count_max,
                Failure& failure, Read&& read) {
  const auto root = parse(json, bytes_max, failure);
  if (!root) return;
  const Where top;
  Object::each_of(*root, top, failure, count_max, read);
}

/// The kind and interval of one of the venue's budgets; false where it has a word we have not.
[[nodiscard]] bool read_rate(const Object& from, RateKind& kind, RateUnit& unit,
                             std::uint32_t& units);

}  // namespace clawgate::venues::binance_spot::detail
