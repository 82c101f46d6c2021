// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/eval/trading_desk.h"
#include "schemas/governed.h"
#include "schemas/names.h"

// What governs trading: limits documents, the decisions that let them change, and the evidence of
// edges about engines and failures.

namespace clawgate::eval {

// Changes the document by pairs of words from `at` on. False: a word cannot be read.
bool TradingDesk::read_limits(const Line& line, std::size_t at, Limits& document) {
  const auto version = whole(line.word(at));
  if (!version) return false;
  const Limits before = config_.limits;
  bool readable = (line.words.size() - at) % 2 == 1;
  for (std::size_t i = at + 1; readable && i + 1 < line.words.size(); i += 2) {
    readable = take_given(line.word(i), line.word(i + 1), true);
  }
  document = config_.limits;
  document.version = LimitsVersion(static_cast<std::uint32_t>(*version));
  config_.limits = before;
  return readable;
}

// limits VERSION [NAME VALUE]... [decision D]: an operator puts a limits document forward.
std::optional<Failure> TradingDesk::limits(const Line& line) {
  LimitsProposed input;
  Line rows = line;
  DecisionId decision;
  const std::size_t size = line.words.size();
  if (size > 3 && line.word(size - 2) == "decision") {
    decision = DecisionId(line.word(size - 1));
    rows.words.resize(size - 2);
  }
  if (!read_limits(rows, 1, input.document)) {
    return not_understood(line, "limits VERSION [NAME VALUE]... [decision D]");
  }
  input.document.decision = decision;
  input.command_id = CommandId("command-" + std::to_string(++commands_));
  input.operator_id = OperatorId("alice");
  now_ += kNanosPerMilli;
  apply(input);
  const bool in_force = state_->limits && state_->limits->version == input.document.version;
  if (in_force) config_.limits = *state_->limits;
  return std::nullopt;
}

// decision ID limits VERSION [NAME VALUE]... | decision ID unblock CAUSE | decision ID
// close_unknown NAME; then [end E] [operator W] [channel C] [challenge C]: a decision came to its
// end, approved unless it says otherwise.
std::optional<Failure> TradingDesk::decision(const Line& line) {
  const auto refuse = [&] {
    return not_understood(line,
                          "decision ID limits VERSION [NAME VALUE]|unblock CAUSE|close_unknown "
                          "NAME [end E] [operator W] [channel C] [challenge C]");
  };
  DecisionRecorded input;
  input.id = DecisionId(line.word(1));
  input.end = DecisionEnd::Approved;
  input.operator_id = OperatorId("alice");
  input.decided_at = UnixNanos(now_);
  Line rows = line;
  for (std::size_t size = rows.words.size(); size > 5; size = rows.words.size()) {
    const std::string_view key = rows.word(size - 2);
    const std::string_view value = rows.word(size - 1);
    if (key == "end" && from_word<DecisionEnd>(value)) {
      input.end = *from_word<DecisionEnd>(value);
    } else if (key == "operator") {
      input.operator_id = OperatorId(value);
    } else if (key == "channel" && from_word<OperatorChannel>(value)) {
      input.channel = *from_word<OperatorChannel>(value);
    } else if (key == "challenge" && from_word<ChallengeStatus>(value)) {
      input.challenge = *from_word<ChallengeStatus>(value);
    } else {
      break;
    }
    rows.words.resize(size - 2);
  }
  Sha256 hasher;
  if (rows.word(2) == "unblock" && rows.words.size() == 4) {
    const BlockInfo* const cause = block_named(rows.word(3));
    if (cause == nullptr) return refuse();
    input.subject = subject_of(cause->block, hasher);
  } else if (rows.word(2) == "close_unknown" && rows.words.size() == 4) {
    const gateway::Trade* const held = trade(rows.word(3));
    if (held == nullptr) return refuse();
    input.subject = subject_of(held->order.legs[0].client_order_id, hasher);
  } else if (Limits document; rows.word(2) == "limits" && read_limits(rows, 3, document)) {
    input.subject = subject_of(document, hasher);
  } else {
    return refuse();
  }
  apply(input);
  return std::nullopt;
}

// engine NAME beats|unhealthy|silent: what it says each second from now on.
std::optional<Failure> TradingDesk::engine(const Line& line) {
  const EngineName name(line.word(1));
  const std::string_view how = line.word(2);
  if (line.words.size() != 3 || (how != "beats" && how != "unhealthy" && how != "silent")) {
    return not_understood(line, "engine NAME beats|unhealthy|silent");
  }
  std::erase_if(beating_, [&](const EngineHeartbeat& row) { return row.engine == name; });
  if (how == "silent") return std::nullopt;
  beating_.push_back({name, how == "beats", {}});
  apply(beating_.back());
  return std::nullopt;
}

// cause NAME: an edge's evidence that something failed.
std::optional<Failure> TradingDesk::cause(const Line& line) {
  const BlockInfo* const row = block_named(line.word(1));
  if (row == nullptr || line.words.size() != 2) return not_understood(line, "cause NAME");
  CauseReported input;
  input.cause = row->block;
  input.origin = Text<24>("case");
  apply(input);
  return std::nullopt;
}

// stage S0|S1|S2: the session is closed in order and opened again in that stage.
std::optional<Failure> TradingDesk::stage(const Line& line) {
  const auto next = from_word<Stage>(line.word(1));
  if (!next || line.words.size() != 2) return not_understood(line, "stage S0|S1|S2");
  config_.session.stage = *next;
  start(true);
  tell_market();
  return std::nullopt;
}

}  // namespace clawgate::eval
