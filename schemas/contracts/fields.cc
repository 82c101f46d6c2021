// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/fields.h"

#include <algorithm>

#include "schemas/contracts/date_time.h"

namespace clawgate::contracts {
namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

void FieldReader::operator()(std::string_view name, const Constant& constant) {
  const Json* value = find(name, constant.required);
  if (value == nullptr) return;
  const std::string pointer = json_pointer(pointer_, name);
  if (!value->is(Json::Kind::String)) return refuse(Reason::FieldType, pointer, *value);
  if (value->text != constant.value) return refuse(Reason::SchemaVersion, pointer, *value);
}

void FieldReader::close() {
  if (failed() || asked_.size() == object_.members.size()) return;
  for (const JsonMember& member : object_.members) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    return refuse(Reason::FieldUnknown, json_pointer(pointer_, member.name), member.value);
  }
}

void FieldReader::refuse(Error& error, Reason reason, std::string pointer, const Json& value) {
  if (error.reason != Reason::None) return;
  error = {reason, std::move(pointer), printable(to_canonical_json(value))};
}

const Json* FieldReader::find(std::string_view name, bool required) {
  if (failed()) return nullptr;
  const Json* value = object_.find(name);
  if (value != nullptr) asked_.push_back(name);
  if (value == nullptr && required) {
    error_ = {Reason::FieldMissing, json_pointer(pointer_, name), ""};
  }
  return value;
}

bool FieldReader::read_size(const Json& value, const std::string& pointer, std::size_t size,
                            const Rule& rule) {
  if (size < rule.size_least) refuse(Reason::FieldEmpty, pointer, value);
  if (size > rule.size_most) refuse(Reason::FieldTooLong, pointer, value);
  return !failed();
}

void FieldReader::read(const Json& value, const std::string& pointer, std::string& out,
                       const Rule& rule) {
  if (!value.is(Json::Kind::String)) return refuse(Reason::FieldType, pointer, value);
  const std::string& text = value.text;
  if (!read_size(value, pointer, text.size(), rule)) return;
  if (rule.printable && !is_printable(text)) return refuse(Reason::FieldValue, pointer, value);
  if (rule.shape != nullptr && !rule.shape(text)) {
    refuse(Reason::FieldValue, pointer, value);
    if (!rule.form.empty()) error_.seen += ", not of the form " + std::string(rule.form);
    return;
  }
  if (text.find('\0') != text.npos) return refuse(Reason::FieldValue, pointer, value);
  out = text;
}

void FieldReader::read(const Json& value, const std::string& pointer, bool& out, const Rule&) {
  if (!value.is(Json::Kind::Bool)) return refuse(Reason::FieldType, pointer, value);
  out = value.boolean;
}

bool FieldReader::read_raw(const Json& value, const std::string& pointer, std::int64_t& out,
                           const Rule& rule) {
  const Result<std::int64_t> raw = raw_decimal_of(value, pointer);
  if (!raw) {
    error_ = raw.error();
    return false;
  }
  if (*raw < rule.least || *raw > rule.most) refuse(Reason::FieldOutOfRange, pointer, value);
  out = *raw;
  return !failed();
}

void FieldReader::read(const Json& value, const std::string& pointer, std::uint16_t& out,
                       const Rule& rule) {
  std::int64_t raw = 0;
  if (!read_raw(value, pointer, raw, {})) return;
  if (value.text.find('.') != value.text.npos) return refuse(Reason::FieldType, pointer, value);
  const std::int64_t count = raw / Rate::kScale;
  const std::int64_t least = std::max<std::int64_t>(rule.least, 0);
  const std::int64_t most =
      std::min<std::int64_t>(rule.most, std::numeric_limits<std::uint16_t>::max());
  if (count < least || count > most) return refuse(Reason::FieldOutOfRange, pointer, value);
  out = static_cast<std::uint16_t>(count);
}

void FieldReader::read(const Json& value, const std::string& pointer, UnixNanos& out, const Rule&) {
  if (!value.is(Json::Kind::String)) return refuse(Reason::FieldType, pointer, value);
  const Reason reason = parse_date_time(value.text, out);
  if (reason != Reason::None) refuse(reason, pointer, value);
}

void FieldReader::read(const Json& value, const std::string& pointer, Digest& out, const Rule&) {
  if (!value.is(Json::Kind::String)) return refuse(Reason::FieldType, pointer, value);
  const auto digest = digest_from_hex(value.text);
  if (!digest || to_hex(*digest) != value.text) return refuse(Reason::FieldValue, pointer, value);
  out = *digest;
}

void FieldReader::read(const Json& value, const std::string& pointer, Json& out, const Rule& rule) {
  if (!value.is(Json::Kind::Object)) return refuse(Reason::FieldType, pointer, value);
  if (read_size(value, pointer, value.members.size(), rule)) out = value;
}

Json FieldWriter::string(std::string_view text) {
  Json value;
  value.kind = Json::Kind::String;
  value.text = std::string(text);
  return value;
}

Json FieldWriter::number(std::string text) {
  Json value;
  value.kind = Json::Kind::Number;
  value.text = std::move(text);
  return value;
}

Json FieldWriter::write(bool boolean) {
  Json value;
  value.kind = Json::Kind::Bool;
  value.boolean = boolean;
  return value;
}

Json FieldWriter::write(UnixNanos time) {
  return string(to_date_time(time));
}

}  // namespace clawgate::contracts
