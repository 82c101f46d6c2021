// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/detail/json_reader.h"

#include <algorithm>
#include <limits>

#include "schemas/strict_json.h"

namespace clawgate::venues::binance_spot::detail {
namespace {

// Later times do not fit nanoseconds in 64 bits.
constexpr std::int64_t kOrderIdMax = std::int64_t{1} << 62;
constexpr std::size_t kSymbolBytesMax = 256;
constexpr std::int64_t kMillisMax = std::numeric_limits<std::int64_t>::max() / kNanosPerMilli;

std::string pointer_of(const Where& where) {
  if (where.up == nullptr) return "";
  const std::string up = pointer_of(*where.up);
  return where.name.empty() ? json_pointer(up, std::to_string(where.index))
                            : json_pointer(up, where.name);
}

Reason reason_of_json(simdjson::error_code error) {
  switch (static_cast<int>(error)) {
    case simdjson::UTF8_ERROR:
      return Reason::NotUtf8;
    case simdjson::DEPTH_ERROR:
      return Reason::JsonTooDeep;
    case simdjson::CAPACITY:
      return Reason::InputTooLarge;
    case simdjson::EMPTY:
      return Reason::EmptyInput;
    default:
      return Reason::JsonSyntax;
  }
}

}  // namespace

void Failure::set(Reason reason, const Where& where, std::string_view seen) {
  if (error_) return;
  error_ = Error{reason, pointer_of(where), printable(seen)};
}

void Failure::set_at(Reason reason, const Where& parent, std::string_view name,
                     std::string_view seen) {
  set(reason, Where{&parent, name, 0}, seen);
}

std::optional<simdjson::dom::element> parse(std::string_view json, std::size_t bytes_max,
                                            Failure& failure) {
  thread_local simdjson::dom::parser parser;
  const Where top;
  if (json.size() > bytes_max) {
    failure.set(Reason::InputTooLarge, top, std::to_string(json.size()) + " bytes");
    return std::nullopt;
  }
  if (parser.capacity() < json.size() || parser.max_depth() != kDepthMax) {
    const auto error = parser.allocate(std::max<std::size_t>(json.size(), 4096), kDepthMax);
    if (error != simdjson::SUCCESS) {
      failure.set(reason_of_json(error), top, simdjson::error_message(error));
      return std::nullopt;
    }
  }
  simdjson::dom::element root;
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS) {
    failure.set(reason_of_json(error), top, simdjson::error_message(error));
    return std::nullopt;
  }
  return root;
}

std::size_t Object::slot_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash ^ hash >> 16U) % kSlots;
}

Object::Object(simdjson::dom::object object, const Where& where, Failure& failure)
    : where_(where), failure_(&failure) {
  for (const simdjson::dom::key_value_pair member : object) {
    if (size_ == kMembersMax) {
      failure.set(Reason::InputTooLarge, where_,
                  "more than " + std::to_string(kMembersMax) + " members");
      return;
    }
    std::size_t slot = slot_of(member.key);
    for (; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
      if (names_[slots_[slot] - 1U] != member.key) continue;
      failure.set_at(Reason::JsonDuplicateKey, where_, member.key, "");
      return;
    }
    names_[size_] = member.key;
    values_[size_] = member.value;
    slots_[slot] = static_cast<std::uint8_t>(++size_);
  }
}

const simdjson::dom::element* Object::find(std::string_view name) const {
  for (std::size_t slot = slot_of(name); slots_[slot] != 0; slot = (slot + 1) % kSlots) {
    const std::size_t place = slots_[slot] - 1U;
    if (names_[place] == name) return &values_[place];
  }
  return nullptr;
}

const simdjson::dom::element* Object::required(std::string_view name) const {
  if (failure_->any()) return nullptr;
  const simdjson::dom::element* const element = find(name);
  if (element == nullptr) fail(Reason::FieldMissing, name, "");
  return element;
}

void Object::fail(Reason reason, std::string_view name, std::string_view seen) const {
  failure_->set_at(reason, where_, name, seen);
}

bool Object::has(std::string_view name) const {
  const simdjson::dom::element* const element = find(name);
  return element != nullptr && !element->is_null();
}

std::string_view Object::text(std::string_view name, std::size_t max) const {
  const simdjson::dom::element* const element = required(name);
  if (element == nullptr) return {};
  std::string_view value;
  if (element->get_string().get(value) != simdjson::SUCCESS) {
    fail(Reason::FieldType, name, "");
    return {};
  }
  if (value.size() <= max) return value;
  fail(Reason::FieldTooLong, name, std::to_string(value.size()) + " bytes");
  return {};
}

std::int64_t Object::integer(std::string_view name, std::int64_t min) const {
  const simdjson::dom::element* const element = required(name);
  if (element == nullptr) return 0;
  std::int64_t value = 0;
  const auto error = element->get_int64().get(value);
  if (error == simdjson::SUCCESS && value >= min) return value;
  const bool range = error == simdjson::SUCCESS || error == simdjson::NUMBER_OUT_OF_RANGE;
  fail(range ? Reason::FieldOutOfRange : Reason::FieldType, name,
       error == simdjson::SUCCESS ? std::to_string(value) : "");
  return 0;
}

std::int64_t Object::integer_or(std::string_view name, std::int64_t min,
                                std::int64_t fallback) const {
  return has(name) ? integer(name, min) : fallback;
}

std::int64_t Object::order_id(std::string_view name) const {
  const std::int64_t value = integer(name, 0);
  if (value <= kOrderIdMax) return value;
  fail(Reason::FieldOutOfRange, name, std::to_string(value));
  return 0;
}

Symbol Object::symbol(std::string_view name, bool& is_cut) const {
  const std::string_view seen = text(name, kSymbolBytesMax);
  if (!failed() && seen.empty()) fail(Reason::FieldEmpty, name, "");
  std::size_t size = std::min(seen.size(), Symbol::kMax);
  is_cut = size < seen.size();
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (is_cut && size > 0 && continues(seen[size])) --size;
  return Symbol(seen.substr(0, size));
}

std::uint32_t Object::count(std::string_view name) const {
  const std::int64_t value = integer(name, 0);
  if (value <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(value);
  fail(Reason::FieldOutOfRange, name, std::to_string(value));
  return 0;
}

bool Object::boolean(std::string_view name) const {
  const simdjson::dom::element* const element = required(name);
  if (element == nullptr) return false;
  bool value = false;
  if (element->get_bool().get(value) == simdjson::SUCCESS) return value;
  fail(Reason::FieldType, name, "");
  return false;
}

bool Object::boolean_or(std::string_view name, bool fallback) const {
  return has(name) ? boolean(name) : fallback;
}

UnixNanos Object::millis(std::string_view name) const {
  const std::int64_t value = integer(name, 0);
  if (value <= kMillisMax) return UnixNanos(value * kNanosPerMilli);
  fail(Reason::FieldOutOfRange, name, std::to_string(value));
  return UnixNanos();
}

std::int64_t Object::raw_decimal(std::string_view name, bool may_be_negative) const {
  const std::string_view seen = text(name, 64);
  if (failure_->any()) return 0;
  const RawDecimal parsed = parse_decimal(seen);
  if (parsed.error != DecimalError::None) {
    const bool syntax = parsed.error == DecimalError::Syntax;
    fail(syntax ? Reason::FieldValue : reason_of(parsed.error), name, seen);
    return 0;
  }
  if (may_be_negative || !seen.starts_with('-')) return parsed.raw;
  fail(Reason::FieldOutOfRange, name, seen);
  return 0;
}

std::vector<std::string_view> Object::texts(std::string_view name, std::size_t count_max) const {
  std::vector<std::string_view> values;
  const simdjson::dom::element* const element = required(name);
  if (element == nullptr) return values;
  simdjson::dom::array array;
  if (element->get_array().get(array) != simdjson::SUCCESS) {
    fail(Reason::FieldType, name, "");
    return values;
  }
  for (const simdjson::dom::element item : array) {
    std::string_view value;
    if (item.get_string().get(value) != simdjson::SUCCESS) {
      fail(Reason::FieldType, name, "");
      return values;
    }
    if (values.size() == count_max) {
      fail(Reason::InputTooLarge, name, "more than " + std::to_string(count_max) + " items");
      return values;
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace clawgate::venues::binance_spot::detail
