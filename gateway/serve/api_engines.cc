// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "gateway/serve/api.h"
#include "gateway/serve/api_body.h"
#include "gateway/serve/api_json.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

// POST /v1/engines/heartbeat: an engine says that it lives and whether it is fit to signal. A
// signal is no such sign: an engine that repeats itself may have lost its data. Refusals are
// recorded as those of signals are.

namespace clawgate::gateway {
namespace {

constexpr JsonOptions kHeartbeatJson{.bytes_max = 4 * 1024, .depth_max = 2};
constexpr std::array<std::string_view, 4> kMembers = {"schema_version", "engine", "healthy",
                                                      "note"};

Result<std::string> text_of(const Json& body, std::string_view name, std::size_t most) {
  const std::string field = "/" + std::string(name);
  const Json* const value = body.find(name);
  if (value == nullptr) return std::string();
  if (!value->is(Json::Kind::String)) return Error{Reason::FieldType, field, "not a text"};
  const bool plain = std::all_of(value->text.begin(), value->text.end(),
                                 [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain) return Error{Reason::FieldValue, field, printable(value->text)};
  if (value->text.size() > most) return Error{Reason::FieldTooLong, field, printable(value->text)};
  return value->text;
}

/// `own`: the engine that a heartbeat without a name is of; empty where it has to say.
Result<EngineHeartbeat> read_heartbeat(const std::string& text, std::string_view own) {
  const auto body = read_body(text, kHeartbeatJson);
  if (!body) return body.error();
  if (!body->is(Json::Kind::Object)) return Error{Reason::FieldType, "", "not an object"};
  for (const JsonMember& member : body->members) {
    const bool known = std::find(kMembers.begin(), kMembers.end(), member.name) != kMembers.end();
    if (!known) return Error{Reason::FieldUnknown, "/" + printable(member.name), ""};
  }
  const auto version = text_of(*body, "schema_version", 8);
  if (!version) return version.error();
  if (!version->empty() && *version != "1.0") {
    return Error{Reason::SchemaVersion, "/schema_version", *version};
  }
  const auto engine = text_of(*body, "engine", EngineName::kMax);
  if (!engine) return engine.error();
  if (engine->empty() && own.empty()) return Error{Reason::FieldMissing, "/engine", ""};
  const Json* const healthy = body->find("healthy");
  if (healthy == nullptr) return Error{Reason::FieldMissing, "/healthy", ""};
  if (!healthy->is(Json::Kind::Bool)) return Error{Reason::FieldType, "/healthy", "not a boolean"};
  const auto note = text_of(*body, "note", Text<64>::kMax);
  if (!note) return note.error();
  EngineHeartbeat beat;
  beat.engine = EngineName(engine->empty() ? own : std::string_view(*engine));
  beat.healthy = healthy->boolean;
  beat.note = Text<64>(*note);
  return beat;
}

/// As the core judges it, in one word.
std::string_view health_of(const State& state, const EngineName& engine, UnixNanos now) {
  const EngineLife* const life = state.life(engine);
  if (!state.is_supervised(engine)) return "not_watched";
  if (life != nullptr && !life->healthy) return "unwell";
  if (now >= state.silent_at(engine)) return "silent";
  if (life == nullptr || life->beat < state.opened_at) return "awaited";
  return "healthy";
}

OrderedJson engine_json(const State& state, std::size_t at, UnixNanos now) {
  const EngineName& engine = state.limits->engines[at];
  const EngineLife* const life = state.life(engine);
  const bool weighted = at < state.limits->weights.size();
  OrderedJson row = {{"engine", engine.view()},
                     {"role", at == 0 ? "primary" : "secondary"},
                     {"weight", weighted ? to_text(state.limits->weights[at]) : "1"},
                     {"health", health_of(state, engine, now)},
                     {"heard_at", nullptr},
                     {"silent_at", nullptr}};
  if (life != nullptr) row["heard_at"] = time_text(life->beat.value());
  if (state.is_supervised(engine)) {
    row["silent_at"] = time_text(state.silent_at(engine).value());
  }
  return row;
}

}  // namespace

// Engines that are principals of their own speak for themselves only. The one called "engine"
// stands for all that have no token of their own.
bool Api::may_speak_as(const PrincipalName& who, std::string_view engine) const {
  if (who.role == Role::Admin || who.name == engine) return true;
  return who.name == "engine" && !around_.principals.has(engine);
}

void Api::post_heartbeat(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  if (failure_) return reply(error_response(*failure_));
  const bool shared = who.role == Role::Admin || who.name == "engine";
  const auto beat = read_heartbeat(request.body, shared ? std::string_view() : who.name);
  const auto refuse = [&](const Error& error) {
    SignalRefused record;
    record.reason = error.reason;
    record.source = EngineName(who.name);
    record.where = Text<96>("http/" + who.name + "#heartbeat" + error.field);
    record.seen = Text<64>(error.seen);
    record.payload = sha256(bytes_of(request.body));
    record_refused(record, error, std::move(reply));
  };
  if (!beat) return refuse(beat.error());
  const std::string name(beat->engine.view());
  if (!may_speak_as(who, name)) return refuse({Reason::EngineNotPrincipal, "/engine", name});
  around_.catch_up();
  const State& state = around_.projection.state();
  const auto is_it = [&](const EngineName& engine) { return engine == beat->engine; };
  const bool listed = state.limits && std::any_of(state.limits->engines.begin(),
                                                  state.limits->engines.end(), is_it);
  if (!listed) return refuse({Reason::EngineNotEnabled, "/engine", name});
  if (waiting_.size() >= options_.waiting_max) {
    return reply(error_response({Reason::QueueFull, "answers", ""}));
  }
  Waiting waiting;
  waiting.reply = std::move(reply);
  waiting.done = [this, engine = beat->engine] {
    const OrderedJson rows = engines_json();
    for (const OrderedJson& row : rows) {
      if (row["engine"] == engine.view()) return json_response(200, row);
    }
    // The limits dropped it meanwhile.
    return error_response({Reason::EngineNotEnabled, "/engine", std::string(engine.view())});
  };
  const OfferId offer = wait_for(std::move(waiting));
  if (around_.lanes.offer(SignalInput{offer, *beat})) return;
  take(offer)->reply(error_response({Reason::QueueFull, "signals", ""}));
}

nlohmann::ordered_json Api::engines_json() const {
  OrderedJson rows = OrderedJson::array();
  const State& state = around_.projection.state();
  if (!state.limits) return rows;
  for (std::size_t i = 0; i < state.limits->engines.size(); ++i) {
    rows.push_back(engine_json(state, i, now()));
  }
  return rows;
}

}  // namespace clawgate::gateway
