// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/stream_session.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace clawgate::sim {
namespace {

constexpr std::string_view kMethods =
    "`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`";

// Codes and texts: web-socket-streams.md, "Error messages".
std::string refusal(int code, std::string_view message, const std::string& id = {}) {
  JsonWriter w;
  w.object().integer("code", code).text("msg", message);
  if (!id.empty()) w.raw("id", id);
  w.end_object();
  return w.take();
}

std::string result(std::string_view json, const std::string& id) {
  JsonWriter w;
  w.object().raw("result", json).raw("id", id).end_object();
  return w.take();
}

// Where the reader stopped is known by its pointer only, so the place is the start.
std::string not_json() {
  return refusal(3, "Invalid JSON: expected value at line 1 column 1");
}

std::string missing(std::string_view field, const std::string& id = {}) {
  return refusal(
      2, "Invalid request: missing field `" + std::string(field) + "` at line 1 column 1", id);
}

/// int64, up to 36 letters and digits, or null: as JSON again. nullopt for anything else.
std::optional<std::string> id_of(const Json* id) {
  if (id == nullptr || id->is(Json::Kind::Null)) return "null";
  if (id->is(Json::Kind::Number)) {
    const bool whole = id->text.size() <= 20 && id->text.find_first_of(".eE") == std::string::npos;
    return whole ? std::optional(id->text) : std::nullopt;
  }
  if (!id->is(Json::Kind::String) || id->text.empty() || id->text.size() > 36) return std::nullopt;
  std::string quoted;
  append_json_string(quoted, id->text);
  return quoted;
}

std::string decoded(std::string_view text) {
  const auto hex = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (escape) {
      plain.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

// What is no UTF-8 could not be listed: a text frame with it ends the connection.
bool can_be_told(std::string_view name) {
  std::string quoted;
  append_json_string(quoted, name);
  return read_json(quoted).has_value();
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('/'), list.size());
    std::string name = decoded(list.substr(0, end));
    if (end > 0 && can_be_told(name)) names.push_back(std::move(name));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

std::string_view value_in(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) return pair.substr(std::min(equals + 1, pair.size()));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

}  // namespace

StreamSession::StreamSession(StreamHub& hub, WsPeer& peer, std::string_view target)
    : hub_(hub), peer_(peer) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  combined_ = path.starts_with("/stream");
  const std::string_view unit = value_in(query, "timeUnit");
  if (unit == "MICROSECOND" || unit == "microsecond") unit_ = TimeUnit::Micro;
  const std::string_view raw = path.substr(std::min<std::size_t>(4, path.size()));
  for (const std::string& name : names_in(combined_ ? value_in(query, "streams") : raw)) add(name);
}

StreamSession::~StreamSession() {
  hub_.gone(*this);
}

void StreamSession::add(const std::string& name) {
  if (names_.size() >= kStreamsMax) return;
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
  names_.push_back(name);
  hub_.join(*this, name);
}

void StreamSession::deliver(std::string_view stream, const std::string& payload) {
  if (!combined_) return peer_.send(payload);
  JsonWriter w;
  w.object().text("stream", stream).raw("data", payload).end_object();
  peer_.send(w.take());
}

void StreamSession::on_text(std::string_view text) {
  const Result<Json> request = read_json(text);
  peer_.send(request ? answer(*request) : not_json());
}

std::string StreamSession::answer(const Json& request) {
  if (!request.is(Json::Kind::Object)) return not_json();
  const Json* const method = request.find("method");
  if (method == nullptr) return missing("method");
  const std::optional<std::string> id = id_of(request.find("id"));
  if (!id) return refusal(2, "Invalid request: request ID must be an unsigned integer");
  if (!method->is(Json::Kind::String)) {
    return refusal(2, "Invalid request: method must be a string", *id);
  }
  if (method->text == "SUBSCRIBE") return subscribe(request, *id, true);
  if (method->text == "UNSUBSCRIBE") return subscribe(request, *id, false);
  if (method->text == "SET_PROPERTY") return set_property(request, *id);
  if (method->text == "GET_PROPERTY") return get_property(request, *id);
  if (method->text == "LIST_SUBSCRIPTIONS") {
    JsonWriter list;
    list.array();
    for (const std::string& name : names_) list.item(name);
    list.end_array();
    return result(list.take(), *id);
  }
  return refusal(2,
                 "Invalid request: unknown variant `" + printable(method->text) +
                     "`, expected one of " + std::string(kMethods) + " at line 1 column 1",
                 *id);
}

std::string StreamSession::subscribe(const Json& request, const std::string& id, bool on) {
  const Json* const params = request.find("params");
  if (params == nullptr) return missing("params", id);
  const bool strings = params->is(Json::Kind::Array) &&
                       std::all_of(params->items.begin(), params->items.end(),
                                   [](const Json& item) { return item.is(Json::Kind::String); });
  if (!strings) return refusal(2, "Invalid request: params must be an array of strings", id);
  if (on && names_.size() + params->items.size() > kStreamsMax) {
    return refusal(2, "Invalid request: too many parameters", id);
  }
  for (const Json& item : params->items) {
    if (on) {
      add(item.text);
      continue;
    }
    if (std::erase(names_, item.text) > 0) hub_.leave(*this, item.text);
  }
  return result("null", id);
}

std::string StreamSession::set_property(const Json& request, const std::string& id) {
  const Json* const params = request.find("params");
  if (params == nullptr || !params->is(Json::Kind::Array)) return missing("params", id);
  if (params->items.size() > 2) return refusal(2, "Invalid request: too many parameters", id);
  if (params->items.empty() || !params->items[0].is(Json::Kind::String)) {
    return refusal(2, "Invalid request: property name must be a string", id);
  }
  if (params->items[0].text != "combined") return refusal(0, "Unknown property", id);
  if (params->items.size() < 2 || !params->items[1].is(Json::Kind::Bool)) {
    return refusal(1, "Invalid value type: expected Boolean", id);
  }
  combined_ = params->items[1].boolean;
  return result("null", id);
}

std::string StreamSession::get_property(const Json& request, const std::string& id) const {
  const Json* const params = request.find("params");
  if (params == nullptr || !params->is(Json::Kind::Array)) return missing("params", id);
  if (params->items.size() > 1) return refusal(2, "Invalid request: too many parameters", id);
  if (params->items.empty() || !params->items[0].is(Json::Kind::String)) {
    return refusal(2, "Invalid request: property name must be a string", id);
  }
  if (params->items[0].text != "combined") return refusal(0, "Unknown property", id);
  return result(combined_ ? "true" : "false", id);
}

}  // namespace clawgate::sim
