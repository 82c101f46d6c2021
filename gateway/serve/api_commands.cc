// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "gateway/cause_words.h"
#include "gateway/serve/api.h"
#include "gateway/serve/api_body.h"
#include "gateway/serve/api_json.h"
#include "schemas/names.h"
#include "schemas/strict_json.h"

// POST /v1/hitl/commands: the members of contract hitl_command, with what the contract takes from
// its route (the action) and what it takes from the chat (which order) as members of their own.
// Over HTTP the operator is the token's principal and the channel is http: neither can be claimed.

namespace clawgate::gateway {
namespace {

// A text of the contract that the core has no use for here: its shape counts all the same. What a
// second factor proves is verified by the channel that asked for it, never over HTTP.
void read_contract_rest(BodyReader& reader) {
  constexpr std::pair<std::string_view, std::size_t> kRest[] = {
      {"challenge_id", 64}, {"signature_or_proof", 512}, {"evidence_ref", 256}};
  for (const auto& [name, most] : kRest) {
    if (reader.error()) return;
    const std::string text = reader.text(name, most, false);
    static_cast<void>(text);
  }
}

void read_target(BodyReader& reader, OperatorCommand& command, const State& state) {
  if (command.action == CommandAction::Approve || command.action == CommandAction::Reject) {
    command.hold = reader.hold(true);
  }
  if (command.action == CommandAction::Approve) {
    const std::string hex = reader.text("digest", 64, true);
    const auto digest = digest_from_hex(hex);
    if (!digest) reader.refuse(Reason::CommandFieldValue, "digest", "not 64 hex digits");
    command.digest = digest.value_or(Digest{});
  }
  if (command.action == CommandAction::Unblock) {
    const std::string code = reader.text("cause", 32, true);
    const BlockInfo* const row = find_cause(code);
    if (row == nullptr) {
      return reader.refuse(Reason::CommandFieldValue, "cause", words_of_no_cause(code, state));
    }
    command.block = row->block;
  }
  if (command.action == CommandAction::CloseUnknown) {
    command.order = ClientOrderId(reader.text("order", 36, true));
  }
}

constexpr std::size_t kNoteMax = 96;

/// `named`: the action, where the route says it.
Result<OperatorCommand> read_command(const std::string& body, const PrincipalName& who,
                                     Entropy& entropy, const State& state,
                                     std::optional<CommandAction> named = std::nullopt) {
  const auto json = read_body(body);
  if (!json) return json.error();
  if (!json->is(Json::Kind::Object)) return Error{Reason::CommandFieldValue, "", "not an object"};
  BodyReader reader(*json);
  OperatorCommand command;
  command.operator_id = OperatorId(who.name);

  const std::string action = reader.text("action", 16, !named);
  const auto known = named && action.empty() ? named : from_word<CommandAction>(action);
  if (!known || (named && known != named)) {
    reader.refuse(Reason::CommandFieldValue, "action", action);
    return *reader.error();
  }
  command.action = *known;
  const bool kill = command.action == CommandAction::Kill;
  command.command_id = CommandId(reader.text("command_id", CommandId::kMax, !kill));
  if (command.command_id.empty()) {  // stopping needs nothing but the word
    command.command_id = CommandId("kill-" + to_hex(Bytes(entropy.nonce().bytes)));
  }
  const std::string version = reader.text("schema_version", 8, false);
  if (!version.empty() && version != "1.0") {
    reader.refuse(Reason::CommandFieldValue, "schema_version", version);
  }
  // Whoever stops trading is not turned away over what stopping does not need.
  if (kill) reader.drop_unusable();
  command.channel = reader.came_by(who);
  read_target(reader, command, state);
  command.decision_id = DecisionId(reader.text("decision_id", DecisionId::kMax, false));
  command.note = Text<kNoteMax>(kill ? reader.cut_text("note", kNoteMax)
                                     : reader.text("note", kNoteMax, false));
  read_contract_rest(reader);
  if (reader.error()) return *reader.error();
  return command;
}

/// What a refusal of the core is about.
struct RefusedField {
  Reason reason;
  std::string_view field;
  std::string (*seen)(const OperatorCommand&, const Projection&);
};

std::string seen_hold(const OperatorCommand& command, const Projection& projection) {
  const std::string end = end_of_hold(projection, command.hold);
  return std::to_string(command.hold.value()) + (end.empty() ? "" : ", " + end);
}
std::string seen_digest(const OperatorCommand& command, const Projection&) {
  return to_hex(command.digest).substr(0, 12) + "..";
}
std::string seen_cause(const OperatorCommand& command, const Projection& projection) {
  const std::string code(info(command.block).code);
  const auto& orders = projection.state().foreign_orders;
  if (command.block != Block::ForeignOrder || orders.empty()) return code;
  return std::string(orders[0].id.view()) + " is still there: cancel it at the venue first";
}
std::string seen_no_cause(const OperatorCommand& command, const Projection& projection) {
  return words_of_no_cause(info(command.block).code, projection.state());
}
std::string seen_decision(const OperatorCommand& command, const Projection&) {
  return std::string(command.decision_id.view());
}
std::string seen_operator(const OperatorCommand& command, const Projection&) {
  return std::string(command.operator_id.view());
}
std::string seen_channel(const OperatorCommand& command, const Projection&) {
  return std::string(word(command.channel));
}
std::string seen_order(const OperatorCommand& command, const Projection&) {
  return std::string(command.order.view());
}

constexpr auto kRefusedFields = std::to_array<RefusedField>({
    {Reason::HoldUnknown, "/hold", seen_hold},
    {Reason::HoldNotPending, "/hold", seen_hold},
    {Reason::HoldExpired, "/hold", seen_hold},
    {Reason::VoidedByRecheck, "/hold", seen_hold},
    {Reason::DigestMismatch, "/digest", seen_digest},
    {Reason::CauseUnknown, "/cause", seen_no_cause},
    {Reason::CauseStillHolds, "/cause", seen_cause},
    {Reason::UnknownNotOpen, "/order", seen_order},
    {Reason::DecisionIdMissing, "/decision_id", seen_decision},
    {Reason::DecisionNotApproved, "/decision_id", seen_decision},
    {Reason::DecisionSpent, "/decision_id", seen_decision},
    {Reason::DecisionOtherSubject, "/decision_id", seen_decision},
    {Reason::OperatorUnknown, "/operator_id", seen_operator},
    {Reason::OperatorNotPermitted, "/operator_id", seen_operator},
    {Reason::ChannelNotAllowed, "/channel", seen_channel},
    {Reason::ScriptedNotAllowed, "/channel", seen_channel},
    {Reason::ChallengeRequired, "/channel", seen_channel},
    {Reason::UntrustedCommandSource, "/channel", seen_channel},
});

Error refusal_of(const OperatorCommand& command, Reason reason, const Projection& projection) {
  for (const RefusedField& row : kRefusedFields) {
    if (row.reason != reason) continue;
    return {reason, std::string(row.field), row.seen(command, projection)};
  }
  if (info(reason).surface == Surface::Governance) {
    return {reason, "/decision_id", seen_decision(command, projection)};
  }
  return {reason, "/command_id", std::string(command.command_id.view())};
}

/// With all that the check after the approval found, where that voided the order.
HttpResponse refused(const OperatorCommand& command, Reason reason, const Projection& projection) {
  std::vector<Error> findings = {refusal_of(command, reason, projection)};
  if (reason != Reason::VoidedByRecheck) return error_response(findings.front());
  const ReasonSet reasons = projection.recheck_of(command.hold);
  for (const ReasonInfo& row : kReasons) {
    const bool found = row.surface == Surface::Risk && reasons.has(row.reason);
    if (found) findings.push_back({row.reason, "/hold", std::to_string(command.hold.value())});
  }
  return findings_response(findings);
}

/// What a command is in the table of actions, and what stands for it here: the core asks for the
/// decision and for the second factor of each.
struct CommandRow {
  CommandAction action;
  std::string_view name;
};
constexpr auto kCommandRows = std::to_array<CommandRow>({
    {CommandAction::Approve, governance::kPlaceOrder},
    {CommandAction::Kill, governance::kStopEntries},
    {CommandAction::CloseUnknown, governance::kReconcile},
    {CommandAction::Reconcile, governance::kReconcile},
});

std::optional<Error> refusal_by_policy(const OperatorCommand& command,
                                       governance::ActionTable table) {
  for (const CommandRow& row : kCommandRows) {
    if (row.action != command.action) continue;
    governance::ActionAsk ask;
    ask.action = row.name;
    ask.is_execution_gateway = true;  // it goes through this one
    ask.has_decision = !command.decision_id.empty();
    ask.is_operator = true;  // the route takes nobody else
    return governance::check_action(ask, table);
  }
  return std::nullopt;
}

}  // namespace

void Api::post_command(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  offer_command(read_command(request.body, who, around_.entropy, around_.projection.state()),
                std::move(reply));
}

void Api::post_reconcile(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  offer_command(read_command(request.body, who, around_.entropy, around_.projection.state(),
                             CommandAction::Reconcile),
                std::move(reply));
}

void Api::offer_command(const Result<OperatorCommand>& command, HttpReply reply) {
  if (!command) return reply(error_response(command.error()));
  if (const auto refused = refusal_by_policy(*command, options_.actions)) {
    return reply(error_response(*refused));
  }
  if (kills_at_once(*command)) {
    // Stored before anything can be full, late or broken. A repeated command must not kill again
    // what a decision has reopened since.
    const Digest id = sha256(bytes_of(command->command_id.view()));
    if (around_.projection.state().commands.find(id) == nullptr) around_.word.kill();
  }
  if (failure_) return reply(error_response(*failure_));
  // The decision that it names may be a moment old.
  if (!command->decision_id.empty()) around_.link.tell(around_.projection.state());
  const OfferId offer = wait_for({std::move(reply),
                                  0,
                                  {},
                                  std::string(command->command_id.view()),
                                  [this, command = *command](Reason reason) {
                                    return refused(command, reason, around_.projection);
                                  }});
  if (around_.lanes.offer(ControlInput{offer, *command})) return;
  take(offer)->reply(error_response({Reason::QueueFull, "control", ""}));
}

void Api::answered(OfferId offer, const AnswerCommand& answer) {
  const auto waited = take(offer);
  if (!waited) return;  // it was answered as late
  around_.catch_up();
  if (answer.reason != Reason::None) return waited->reply(waited->refused(answer.reason));
  const State& state = around_.projection.state();
  OrderedJson body;
  body["command_id"] = waited->command_id;
  body["replay_disposition"] = answer.no_op ? "no_op" : "accepted";
  body["trading_state"] = word(state.trading_state());
  body["kill_epoch"] = state.kill_epoch.value();
  waited->reply(json_response(200, body));
}

}  // namespace clawgate::gateway
