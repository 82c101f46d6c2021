// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/core/result.h"

// One strict reader of JSON for everything that is not a hot path. It accepts exactly what RFC 8259
// calls a JSON text in UTF-8, and nothing that two readers could understand differently: no byte
// order mark, no comments, no trailing commas, no NaN or Infinity, no lone surrogates, no second
// value, and no member name twice in one object (compared after unescaping). Numbers stay text, so
// that a caller reads them exactly. Any thread; no state.

namespace clawgate {

struct JsonMember;

/// One JSON value. `kind` says which of the other fields hold it.
struct Json {
  enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object };

  Kind kind = Kind::Null;
  bool boolean = false;             // of a Bool
  std::string text;                 // of a String, unescaped; of a Number, as it was written
  std::vector<Json> items;          // of an Array
  std::vector<JsonMember> members;  // of an Object, in the order of the document

  [[nodiscard]] bool is(Kind other) const { return kind == other; }
  /// The member of that name; nullptr when there is none, or this is no object.
  [[nodiscard]] const Json* find(std::string_view name) const;
};

struct JsonMember {
  std::string name;  // unescaped
  Json value;
};

struct JsonOptions {
  std::size_t bytes_max = 1U << 20;
  std::size_t depth_max = 16;  // arrays and objects inside one another; the reader recurses
  bool decimals_only = false;  // every number must fit a Decimal: no exponent, at most 8 decimals
};

/// Error::field is the JSON pointer of the value at which reading stopped ("" is the whole
/// document). Reasons: EmptyInput, InputTooLarge, NotUtf8, JsonSyntax, JsonTooDeep,
/// JsonDuplicateKey, and of numbers (only with decimals_only) NumberExponent,
/// NumberTooManyDecimals, NumberOutOfRange.
[[nodiscard]] Result<Json> read_json(std::string_view text, const JsonOptions& options = {});

/// The exact count of 1e-8 units. `field` is only for the error: FieldType when it is no number,
/// else NumberExponent, NumberTooManyDecimals or NumberOutOfRange.
[[nodiscard]] Result<std::int64_t> raw_decimal_of(const Json& value, std::string_view field);

/// decimal_of<Px>(value, "/stop_loss")
template <class D>
[[nodiscard]] Result<D> decimal_of(const Json& value, std::string_view field) {
  const Result<std::int64_t> raw = raw_decimal_of(value, field);
  if (!raw) return raw.error();
  return D::from_raw(*raw);
}

// The pieces of the reader that a decoder on a hot path shares.

/// How many bytes at the front of `text` are a JSON number; 0 when it starts with none.
[[nodiscard]] std::size_t json_number_size(std::string_view text);

/// Turns what stood between the quotes of a JSON string into its meaning, in place: it never grows.
/// `text` is UTF-8 without control characters. nullopt for an escape that JSON does not know or a
/// lone surrogate; else the new size.
[[nodiscard]] std::optional<std::size_t> unescape_json(char* text, std::size_t size);

/// The reason that says why text is no Decimal. JsonSyntax for DecimalError::Syntax.
[[nodiscard]] Reason reason_of(DecimalError error);

/// `pointer` with one more step; `~` and `/` inside the name are escaped (RFC 6901).
[[nodiscard]] std::string json_pointer(std::string_view pointer, std::string_view name);

/// `text` as Error::seen wants it: cut to `max` bytes, anything but printable ASCII shown as `?`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max = 48);

/// Appends `text` as a JSON string with its quotes. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// The value in one canonical form: no spaces, members sorted by the bytes of their names, numbers
/// as written. Equal values written by equal rules have equal bytes, so it can be hashed.
[[nodiscard]] std::string to_canonical_json(const Json& value);

}  // namespace clawgate
