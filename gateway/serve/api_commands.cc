// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/serve/api.h"
#include "gateway/serve/api_json.h"
#include "schemas/names.h"
#include "schemas/strict_json.h"

// POST /v1/hitl/commands: the members of contract hitl_command, with what the contract takes from
// its route (the action) and what it takes from the chat (which order) as members of their own.
// Over HTTP the operator is the token's principal and the channel is http: neither can be claimed.

namespace clawgate::gateway {
namespace {

constexpr JsonOptions kCommandJson{.bytes_max = 16 * 1024, .depth_max = 4};

/// Reads the members of one command; the first thing wrong stays.
class CommandReader {
 public:
  explicit CommandReader(const Json& body) : body_(body) {}

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  [[nodiscard]] std::string text(std::string_view name, std::size_t most, bool required) {
    const Json* const value = body_.find(name);
    if (value == nullptr) {
      if (required) refuse(Reason::CommandFieldMissing, name, "");
      return {};
    }
    if (!value->is(Json::Kind::String) || value->text.empty()) {
      refuse(Reason::CommandFieldValue, name, "not a text");
      return {};
    }
    const bool plain = std::all_of(value->text.begin(), value->text.end(),
                                   [](char c) { return c >= ' ' && c <= '~'; });
    if (value->text.size() > most || !plain) {
      refuse(Reason::CommandFieldValue, name, printable(value->text));
      return {};
    }
    return value->text;
  }

  [[nodiscard]] HoldId hold(bool required) {
    const Json* const value = body_.find("hold");
    if (value == nullptr) {
      if (required) refuse(Reason::CommandFieldMissing, "hold", "");
      return {};
    }
    const RawDecimal number = parse_decimal(value->text);
    const bool whole = value->is(Json::Kind::Number) && number.error == DecimalError::None &&
                       number.raw > 0 && number.raw % Px::kScale == 0;
    if (!whole) {
      refuse(Reason::CommandFieldValue, "hold", printable(value->text));
      return {};
    }
    return HoldId(static_cast<std::uint64_t>(number.raw / Px::kScale));
  }

  void refuse(Reason reason, std::string_view name, std::string seen) {
    if (!error_) error_ = Error{reason, "/" + std::string(name), std::move(seen)};
  }

 private:
  const Json& body_;
  std::optional<Error> error_;
};

// A text of the contract that the core has no use for here: its shape counts all the same. What a
// second factor proves is verified by the channel that asked for it, never over HTTP.
void read_contract_rest(CommandReader& reader) {
  constexpr std::pair<std::string_view, std::size_t> kRest[] = {
      {"challenge_id", 64}, {"signature_or_proof", 512}, {"evidence_ref", 256}};
  for (const auto& [name, most] : kRest) {
    if (reader.error()) return;
    const std::string text = reader.text(name, most, false);
    static_cast<void>(text);
  }
}

void read_target(CommandReader& reader, OperatorCommand& command) {
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
    const auto* const row = std::find_if(kBlocks.begin(), kBlocks.end(), [&](const BlockInfo& at) {
      return at.latches && at.code == code;
    });
    if (row == kBlocks.end()) return reader.refuse(Reason::CommandFieldValue, "cause", code);
    command.block = row->block;
  }
  if (command.action == CommandAction::CloseUnknown) {
    command.order = ClientOrderId(reader.text("order", 36, true));
  }
}

/// `named`: the action, where the route says it.
Result<OperatorCommand> read_command(const std::string& body, const PrincipalName& who,
                                     Entropy& entropy,
                                     std::optional<CommandAction> named = std::nullopt) {
  const auto json = read_json(body, kCommandJson);
  if (!json) return json.error();
  if (!json->is(Json::Kind::Object)) return Error{Reason::CommandFieldValue, "", "not an object"};
  CommandReader reader(*json);
  OperatorCommand command;
  command.operator_id = OperatorId(who.name);
  command.channel = OperatorChannel::Http;

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
  const std::string said_operator = reader.text("operator_id", OperatorId::kMax, false);
  if (!said_operator.empty() && said_operator != who.name) {
    reader.refuse(Reason::OperatorNotPermitted, "operator_id", said_operator);
  }
  const std::string channel = reader.text("channel", 16, false);
  if (!channel.empty() && channel != word(OperatorChannel::Http)) {
    reader.refuse(Reason::ChannelNotAllowed, "channel", channel);
  }
  read_target(reader, command);
  command.decision_id = DecisionId(reader.text("decision_id", DecisionId::kMax, false));
  command.note = Text<96>(reader.text("note", 96, false));
  read_contract_rest(reader);
  if (reader.error()) return *reader.error();
  return command;
}

}  // namespace

void Api::post_command(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  offer_command(read_command(request.body, who, around_.entropy), std::move(reply));
}

void Api::post_reconcile(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  offer_command(read_command(request.body, who, around_.entropy, CommandAction::Reconcile),
                std::move(reply));
}

void Api::offer_command(const Result<OperatorCommand>& command, HttpReply reply) {
  if (!command) return reply(error_response(command.error()));
  if (command->action == CommandAction::Kill) {
    // Stored before anything can be full, late or broken. A repeated command must not kill again
    // what a decision has reopened since.
    const Digest id = sha256(bytes_of(command->command_id.view()));
    if (around_.projection.state().commands.find(id) == nullptr) around_.word.kill();
  }
  if (failure_) return reply(error_response(*failure_));
  const OfferId offer =
      wait_for({std::move(reply), 0, {}, std::string(command->command_id.view())});
  if (around_.lanes.offer(ControlInput{offer, *command})) return;
  take(offer)->reply(error_response({Reason::QueueFull, "control", ""}));
}

void Api::answered(OfferId offer, const AnswerCommand& answer) {
  const auto waited = take(offer);
  if (!waited) return;  // it was answered as late
  around_.catch_up();
  if (answer.reason != Reason::None) {
    return waited->reply(error_response({answer.reason, "/command_id", waited->command_id}));
  }
  const State& state = around_.projection.state();
  OrderedJson body;
  body["command_id"] = waited->command_id;
  body["replay_disposition"] = answer.no_op ? "no_op" : "accepted";
  body["trading_state"] = word(state.trading_state());
  body["kill_epoch"] = state.kill_epoch.value();
  waited->reply(json_response(200, body));
}

}  // namespace clawgate::gateway
