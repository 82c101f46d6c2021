// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/eval/trading_desk.h"
#include "schemas/names.h"

namespace clawgate::eval {

const BlockInfo* block_named(std::string_view code) {
  const auto* const row = std::find_if(kBlocks.begin(), kBlocks.end(),
                                       [&](const BlockInfo& at) { return at.code == code; });
  return row == kBlocks.end() ? nullptr : row;
}

std::optional<Failure> TradingDesk::read_options(const Line& line, std::size_t at,
                                                 OperatorCommand& command) {
  const auto refuse = [&] {
    return not_understood(line,
                          "[digest other] [operator WHO] [channel C] [challenge C] [decision D] "
                          "[id I] [times N]");
  };
  if ((line.words.size() - at) % 2 != 0) return refuse();
  for (std::size_t i = at; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    const std::string_view value = line.word(i + 1);
    if (key == "digest" && value == "other") {
      command.digest.bytes[0] ^= 1;
    } else if (key == "operator") {
      command.operator_id = OperatorId(value);
    } else if (key == "channel" && from_word<OperatorChannel>(value)) {
      command.channel = *from_word<OperatorChannel>(value);
    } else if (key == "challenge" && from_word<ChallengeStatus>(value)) {
      command.challenge = *from_word<ChallengeStatus>(value);
    } else if (key == "decision") {
      command.decision_id = DecisionId(value);
    } else if (key == "id") {
      command.command_id = CommandId(value == "none" ? std::string_view() : value);
    } else if (key == "times" && whole(value)) {
      times_ = static_cast<unsigned>(*whole(value));
    } else {
      return refuse();
    }
  }
  return std::nullopt;
}

// All of them reach the core before anything that they release is carried out.
void TradingDesk::send(const OperatorCommand& command) {
  last_command_ = command;
  now_ += kNanosPerMilli;
  for (unsigned i = 0; i < times_; ++i) runtime_->apply(command, UnixNanos(now_));
  times_ = 1;
  runtime_->settle(UnixNanos(now_));
  deliver();
}

// approve NAME ... | reject NAME ... | kill ... | unblock CAUSE ...
std::optional<Failure> TradingDesk::decide(const Line& line) {
  const std::string_view verb = line.word(0);
  OperatorCommand command;
  command.command_id = CommandId("command-" + std::to_string(++commands_));
  command.operator_id = OperatorId("alice");
  command.action = *from_word<CommandAction>(verb);
  std::size_t options = 1;
  if (verb == "approve" || verb == "reject") {
    const auto hold = holds_.find(line.word(1));
    if (hold == holds_.end()) return not_understood(line, std::string(verb) + " NAME of a signal");
    command.hold = hold->second;
    if (const gateway::Trade* held = trade(line.word(1))) command.digest = held->digest;
    options = 2;
  }
  if (verb == "unblock") {
    const BlockInfo* const row = block_named(line.word(1));
    if (row == nullptr) return not_understood(line, "unblock CAUSE");
    command.block = row->block;
    options = 2;
  }
  if (auto failure = read_options(line, options, command)) return failure;
  if (kills_at_once(command)) word_.kill();
  send(command);
  return std::nullopt;
}

// close_unknown NAME ...: an order whose outcome nobody can find out ends by a decision.
std::optional<Failure> TradingDesk::close_unknown(const Line& line) {
  const gateway::Trade* const held = trade(line.word(1));
  if (held == nullptr) return not_understood(line, "close_unknown NAME of a held signal");
  OperatorCommand command;
  command.command_id = CommandId("command-" + std::to_string(++commands_));
  command.operator_id = OperatorId("alice");
  command.action = CommandAction::CloseUnknown;
  command.order = held->order.legs[0].client_order_id;
  if (auto failure = read_options(line, 2, command)) return failure;
  send(command);
  return std::nullopt;
}

// repeat ...: the same command once more, or the same id with something changed.
std::optional<Failure> TradingDesk::repeat(const Line& line) {
  if (commands_ == 0) return not_understood(line, "repeat stands behind a command");
  OperatorCommand command = last_command_;
  if (auto failure = read_options(line, 1, command)) return failure;
  send(command);
  return std::nullopt;
}

}  // namespace clawgate::eval
