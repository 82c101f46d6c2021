// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/parameters.h"

#include <algorithm>

#include "sim/market/wire_time.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kIntegerRange = "^[0-9]{1,20}$";
constexpr std::string_view kSignature = "signature";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// nullopt for a percent sign without two hex digits.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

template <class Visit>
void each_pair(std::string_view form, Visit visit) {
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    if (end > 0) visit(form.substr(0, end));
    form.remove_prefix(std::min(end + 1, form.size()));
  }
}

// As sent, without the pair of the signature.
void append_signed(std::string& payload, std::string_view form) {
  bool first = true;
  each_pair(form, [&](std::string_view pair) {
    if (pair.substr(0, pair.find('=')) == kSignature) return;
    if (!first) payload += '&';
    payload += pair;
    first = false;
  });
}

std::optional<Refusal> add_form(std::string_view form, std::vector<Parameters::Item>& items) {
  std::optional<Refusal> fault;
  each_pair(form, [&](std::string_view pair) {
    if (fault) return;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) {
      fault =
          refuse::illegal_characters(printable(pair.substr(0, equals)), "percent-encoded UTF-8");
      return;
    }
    const auto same = [&](const Parameters::Item& item) { return item.name == *name; };
    if (std::any_of(items.begin(), items.end(), same)) {
      fault = refuse::duplicate_parameter();
      return;
    }
    items.push_back({*std::move(name), *std::move(value)});
  });
  return fault;
}

std::string text_of(const Json& value) {
  switch (value.kind) {
    case Json::Kind::String:
    case Json::Kind::Number:
      return value.text;
    case Json::Kind::Bool:
      return value.boolean ? "true" : "false";
    case Json::Kind::Null:
    case Json::Kind::Array:
    case Json::Kind::Object:
      break;
  }
  return to_canonical_json(value);
}

}  // namespace

Answer<Parameters> Parameters::from_http(std::string_view query, std::string_view body) {
  Parameters parameters;
  append_signed(parameters.payload_, query);
  append_signed(parameters.payload_, body);
  if (auto no = add_form(query, parameters.items_)) return *std::move(no);
  std::vector<Item> in_body;
  if (auto no = add_form(body, in_body)) return *std::move(no);
  for (Item& item : in_body) {
    if (parameters.find(item.name) == nullptr) parameters.items_.push_back(std::move(item));
  }
  return parameters;
}

Answer<Parameters> Parameters::from_ws(const Json& params) {
  Parameters parameters;
  for (const JsonMember& member : params.members) {
    if (member.value.is(Json::Kind::Null)) continue;
    parameters.items_.push_back({member.name, text_of(member.value)});
  }
  std::vector<const Item*> sorted;
  for (const Item& item : parameters.items_) {
    if (item.name != kSignature) sorted.push_back(&item);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Item* a, const Item* b) { return a->name < b->name; });
  for (const Item* item : sorted) {
    if (!parameters.payload_.empty()) parameters.payload_ += '&';
    parameters.payload_ += item->name;
    parameters.payload_ += '=';
    parameters.payload_ += item->value;
  }
  return parameters;
}

const std::string* Parameters::find(std::string_view name) const {
  for (const Item& item : items_) {
    if (item.name == name) return &item.value;
  }
  return nullptr;
}

std::optional<Refusal> Parameters::check_known(std::string_view known) const {
  const auto read = static_cast<std::size_t>(
      std::count_if(items_.begin(), items_.end(),
                    [known](const Item& item) { return has_word(known, item.name); }));
  if (read == items_.size()) return std::nullopt;
  return refuse::unread(read, items_.size());
}

bool has_word(std::string_view words, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const bool starts = at == 0 || words[at - 1] == ' ';
    const std::size_t end = at + word.size();
    if (starts && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

std::optional<std::string_view> ParameterReader::text(std::string_view name) {
  if (fault_) return std::nullopt;
  const std::string* const sent = parameters_.find(name);
  if (sent == nullptr) return std::nullopt;
  if (!sent->empty()) return *sent;
  fault_ = refuse::empty_parameter(name);
  return std::nullopt;
}

std::string_view ParameterReader::must(std::string_view name) {
  if (fault_) return "";
  const std::string* const sent = parameters_.find(name);
  if (sent != nullptr && !sent->empty()) return *sent;
  fault_ = refuse::mandatory(name);
  return "";
}

std::optional<std::int64_t> ParameterReader::integer(std::string_view name) {
  const auto sent = text(name);
  if (!sent) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : *sent) {
    if (c < '0' || c > '9' || sent->size() > 20) {
      fail(refuse::illegal_characters(name, kIntegerRange));
      return std::nullopt;
    }
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, c - '0', &value)) {
      value = INT64_MAX / 10;
    }
  }
  return value;
}

std::optional<bool> ParameterReader::flag(std::string_view name) {
  const auto sent = text(name);
  if (!sent) return std::nullopt;
  if (*sent == "true" || *sent == "TRUE") return true;
  if (*sent == "false" || *sent == "FALSE") return false;
  fail(refuse::illegal_characters(name, "^(true|false)$"));
  return std::nullopt;
}

std::optional<TimeNs> ParameterReader::time(std::string_view name) {
  const auto stamp = integer(name);
  if (!stamp) return std::nullopt;
  const std::int64_t nanos = nanos_of_stamp(*stamp);
  if (nanos < 0) {
    fail(refuse::illegal_characters(name, kIntegerRange));
    return std::nullopt;
  }
  return TimeNs(nanos);
}

std::optional<ClientId> ParameterReader::client_id(std::string_view name) {
  const auto sent = text(name);
  if (!sent) return std::nullopt;
  return keep(read_client_id(name, *sent));
}

}  // namespace clawgate::sim
