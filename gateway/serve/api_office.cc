// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/office/limits_json.h"
#include "gateway/office/office_json.h"
#include "gateway/serve/api.h"
#include "gateway/serve/api_body.h"
#include "gateway/serve/api_json.h"
#include "risk/limits_change.h"
#include "schemas/contracts/fields.h"

// The routes of the office: decisions, the stage, the checklist, limits documents. What they do is
// gateway/office/office_desk.h's; the core is told of it before they answer.

namespace clawgate::gateway {
namespace {

using governance::DecisionEvent;

HttpResponse text_response(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

HttpResponse response_of(const Result<DecisionOutcome>& outcome) {
  if (!outcome) return error_response(outcome.error());
  if (!outcome->refusals.empty()) return findings_response(outcome->refusals);
  return text_response("{\"decision\":" + to_json(*outcome->row) + ",\"replay_disposition\":\"" +
                       (outcome->no_op ? "no_op" : "accepted") + "\"}");
}

HttpResponse response_of(const Result<StageOutcome>& outcome) {
  if (!outcome) return error_response(outcome.error());
  if (!outcome->missing.empty()) return findings_response(outcome->missing);
  return text_response(to_json(outcome->standing));
}

HttpResponse response_of(const Result<ChecklistOutcome>& outcome) {
  if (!outcome) return error_response(outcome.error());
  if (!outcome->findings.empty()) return findings_response(outcome->findings);
  return json_response(200, {{"checklist_id", outcome->checklist_id},
                             {"artifact", outcome->artifact},
                             {"readiness", "pass"}});
}

HttpResponse response_of(const Result<IncidentOutcome>& outcome) {
  if (!outcome) return error_response(outcome.error());
  if (!outcome->refusals.empty()) return findings_response(outcome->refusals);
  return text_response(encode(*outcome->record));
}

/// One JSON object.
Result<Json> body_of(const HttpRequest& request) {
  auto json = read_body(request.body);
  if (json && !json->is(Json::Kind::Object)) {
    return Error{Reason::CommandFieldValue, "", "not an object"};
  }
  return json;
}

// Whoever asks does so under the name of the token.
Result<DecisionDraft> draft_of(const Json& body, const PrincipalName& who) {
  DecisionDraft draft;
  BodyReader reader(body);
  reader.close({"request", "cause", "limits", "order"});
  draft.cause = reader.text("cause", 32, false);
  draft.order = reader.text("order", ClientOrderId::kMax, false);
  const Json* const request = body.find("request");
  if (request == nullptr) reader.refuse(Reason::CommandFieldMissing, "request", "");
  if (reader.error()) return *reader.error();
  Error wrong{};
  contracts::FieldReader::read_object(*request, "/request", draft.request, wrong);
  if (wrong.reason != Reason::None) return wrong;
  if (draft.request.requested_by != who.name) {
    return Error{Reason::OperatorNotPermitted, "/request/requested_by",
                 printable(draft.request.requested_by)};
  }
  const Json* const limits = body.find("limits");
  if (limits == nullptr) return draft;
  const auto document = limits_from(*limits, "/limits");
  if (!document) return document.error();
  draft.limits = *document;
  return draft;
}

Result<governance::DecisionCommand> answer_of(const Json& body, const PrincipalName& who,
                                              Bytes key) {
  constexpr std::pair<std::string_view, DecisionEvent> kActions[] = {
      {"approve", DecisionEvent::Approve},
      {"reject", DecisionEvent::Reject},
      {"kill", DecisionEvent::Kill}};
  BodyReader reader(body);
  reader.close({"schema_version", "action", "decision_id", "command_id", "operator_id", "channel",
                "explicit_human_approval", "evidence_ref", "challenge_id", "signature_or_proof",
                "side_effect_class"});
  governance::DecisionCommand command;
  const std::string action = reader.text("action", 16, true);
  const auto* const row = std::find_if(std::begin(kActions), std::end(kActions),
                                       [&](const auto& at) { return at.first == action; });
  if (row == std::end(kActions)) reader.refuse(Reason::CommandFieldValue, "action", action);
  const std::string version = reader.text("schema_version", 8, false);
  if (!version.empty() && version != "1.0") {
    reader.refuse(Reason::CommandFieldValue, "schema_version", version);
  }
  command.channel = reader.came_by(who);
  command.decision_id = reader.text("decision_id", 32, true);
  command.command_id = reader.text("command_id", 64, true);
  command.operator_id = who.name;
  command.explicit_human_approval = reader.flag("explicit_human_approval");
  command.evidence_ref = reader.text("evidence_ref", 256, false);
  command.challenge_id = reader.text("challenge_id", 64, false);
  const std::string proof = reader.text("signature_or_proof", 512, false);
  if (reader.error()) return *reader.error();
  command.action = row->second;
  command.answer_hash = governance::challenge_hash(key, command.challenge_id, command.decision_id,
                                                   command.operator_id, proof);
  return command;
}

/// What a refusal of the core is about: a field of the document, or who asked.
Error refusal_of(const LimitsProposed& input, Reason reason, const State& state) {
  const Limits& document = input.document;
  const auto field = [&](std::string_view name) {
    return Error{reason, "/limits/" + std::string(name), limits_field(document, name)};
  };
  if (reason == Reason::LimitsOutOfRange) return field(risk::out_of_range(document));
  if (reason == Reason::LimitsVersionOld) return field("version");
  if (reason == Reason::LimitsNeedDecision && state.limits) {
    return field(risk::loosened(*state.limits, document));
  }
  const Operator* const who = state.find_operator(input.operator_id);
  if (who == nullptr || !who->enabled || !who->may_unblock) {
    return {reason, "/operator_id", std::string(input.operator_id.view())};
  }
  return field("decision");
}

}  // namespace

// A slow disk holds up who asked and nobody else, least of all a kill. What came of it is told to
// the core before it is answered.
void Api::in_office(std::function<HttpResponse()> work, HttpReply reply) {
  HttpReply done = [this, reply = std::move(reply)](HttpResponse response) {
    around_.link.tell(around_.projection.state());
    reply(std::move(response));
  };
  if (!around_.aside) return done(work());
  if (!around_.aside(std::move(work), done))
    done(error_response({Reason::QueueFull, "office", ""}));
}

bool Api::trading_blocked() const {
  return (around_.projection.state().blocks & kCauseBits) != 0;
}

void Api::get_decisions(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const auto decisions = around_.link.desk().decisions();
  if (!decisions) return reply(error_response(decisions.error()));
  const std::string_view id = query_parameter(request.target, "id");
  const bool pending = query_parameter(request.target, "pending") == "true";
  OrderedJson rows = OrderedJson::array();
  for (const governance::DecisionRow& row : *decisions) {
    if (!id.empty() && row.decision.decision_id != id) continue;
    if (pending && row.decision.status != governance::DecisionStatus::Pending) continue;
    rows.push_back(OrderedJson::parse(to_json(row)));
  }
  if (!id.empty() && rows.empty()) {
    return reply(error_response({Reason::DecisionUnknown, "id", printable(id)}));
  }
  reply(json_response(200, {{"decisions", std::move(rows)},
                            {"holds", hold_moves_json(around_.projection)},
                            {"commands", commands_json(around_.projection)}}));
}

void Api::post_decision(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  const auto body = body_of(request);
  if (!body) return reply(error_response(body.error()));
  const auto draft = draft_of(*body, who);
  if (!draft) return reply(error_response(draft.error()));
  in_office([&desk = around_.link.desk(), draft = *draft,
             at = now()] { return response_of(desk.open(draft, at)); },
            std::move(reply));
}

void Api::post_answer(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  const auto body = body_of(request);
  if (!body) return reply(error_response(body.error()));
  const auto command = answer_of(*body, who, bytes_of(options_.check_key));
  if (!command) return reply(error_response(command.error()));
  in_office([&desk = around_.link.desk(), command = *command,
             at = now()] { return response_of(desk.answer(command, at)); },
            std::move(reply));
}

void Api::get_stage(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const auto view = around_.link.desk().stage(query_parameter(request.target, "decision"),
                                              trading_blocked(), now());
  reply(view ? text_response(to_json(*view)) : error_response(view.error()));
}

void Api::post_promotion(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const auto body = body_of(request);
  if (!body) return reply(error_response(body.error()));
  BodyReader reader(*body);
  reader.close({"target", "decision_id"});
  const std::string target = reader.text("target", 2, true);
  const std::string decision = reader.text("decision_id", 32, true);
  const auto climb = governance::climb_from(target);
  if (!climb) reader.refuse(Reason::CommandFieldValue, "target", target);
  if (reader.error()) return reply(error_response(*reader.error()));
  around_.link.bring(now());  // what the core found counts against it
  in_office([&desk = around_.link.desk(), climb = *climb, decision, blocked = trading_blocked(),
             at = now()] { return response_of(desk.promote(climb, decision, blocked, at)); },
            std::move(reply));
}

void Api::post_stage_unblock(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const auto body = body_of(request);
  if (!body) return reply(error_response(body.error()));
  BodyReader reader(*body);
  reader.close({"decision_id"});
  const std::string decision = reader.text("decision_id", 32, true);
  if (reader.error()) return reply(error_response(*reader.error()));
  around_.link.bring(now());
  in_office([&desk = around_.link.desk(), decision,
             at = now()] { return response_of(desk.unblock(decision, at)); },
            std::move(reply));
}

void Api::post_checklist(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  in_office([&desk = around_.link.desk(), body = request.body,
             at = now()] { return response_of(desk.checklist(body, at)); },
            std::move(reply));
}

void Api::post_incident(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  const auto body = body_of(request);
  if (!body) return reply(error_response(body.error()));
  BodyReader reader(*body);
  reader.close({"incident_id", "event", "action", "root_cause"});
  governance::IncidentChange change;
  change.incident_id = reader.text("incident_id", 32, true);
  const std::string event = reader.text("event", 16, true);
  const auto known = governance::incident_event_from(event);
  if (!known) reader.refuse(Reason::CommandFieldValue, "event", event);
  change.action = reader.text("action", 512, false);
  change.root_cause = reader.text("root_cause", 1024, false);
  if (reader.error()) return reply(error_response(*reader.error()));
  change.event = *known;
  in_office([&desk = around_.link.desk(), change,
             at = now()] { return response_of(desk.change(change, at)); },
            std::move(reply));
}

// Whether the document comes into force is the core's to say: taking away does at once, allowing
// more needs a decision over this very document.
void Api::post_limits(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  if (failure_) return reply(error_response(*failure_));
  const auto body = body_of(request);
  if (!body) return reply(error_response(body.error()));
  BodyReader reader(*body);
  reader.close({"command_id", "limits"});
  LimitsProposed input;
  input.command_id = CommandId(reader.text("command_id", CommandId::kMax, true));
  input.operator_id = OperatorId(who.name);
  const Json* const limits = body->find("limits");
  if (limits == nullptr) reader.refuse(Reason::CommandFieldMissing, "limits", "");
  if (reader.error()) return reply(error_response(*reader.error()));
  const auto document = limits_from(*limits, "/limits");
  if (!document) return reply(error_response(document.error()));
  input.document = *document;
  around_.link.tell(around_.projection.state());  // the decision it names may be a moment old
  const OfferId offer = wait_for(
      {std::move(reply), 0, {}, std::string(input.command_id.view()), [this, input](Reason reason) {
         const State& state = around_.projection.state();
         return error_response(refusal_of(input, reason, state));
       }});
  if (around_.lanes.offer(ControlInput{offer, input})) return;
  take(offer)->reply(error_response({Reason::QueueFull, "control", ""}));
}

}  // namespace clawgate::gateway
