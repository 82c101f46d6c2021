// SPDX-License-Identifier: Apache-2.0
#include "gateway/operators.h"

#include <poll.h>

#include <algorithm>
#include <sstream>

#include "schemas/core/read_file.h"
#include "schemas/names.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

CommandId command_id(std::string_view who, HoldId hold, std::string_view action,
                     std::uint64_t count) {
  return CommandId(std::string(who) + "-" + std::to_string(hold.value()) + "-" +
                   std::string(action) + "-" + std::to_string(count));
}

std::optional<ScriptedDesk::Answer> answer_of(std::string_view text) {
  using A = ScriptedDesk::Answer;
  constexpr std::pair<std::string_view, A> kAnswers[] = {
      {"approve", A::Approve}, {"reject", A::Reject}, {"ignore", A::Ignore}, {"kill", A::Kill}};
  for (const auto& [name, answer] : kAnswers) {
    if (name == text) return answer;
  }
  return std::nullopt;
}

Result<ScriptedDesk::Rule> rule_of(std::string_view line, const std::string& where) {
  const auto parsed = read_json(line);
  if (!parsed)
    return Error{Reason::ConfigSyntax, where + parsed.error().field, parsed.error().seen};
  if (!parsed->is(Json::Kind::Object))
    return Error{Reason::ConfigValueType, where, "not an object"};
  ScriptedDesk::Rule rule;
  bool answered = false;
  for (const auto& [name, value] : parsed->members) {
    const std::string at = where + "/" + name;
    if (name == "trace_id") {
      if (!value.is(Json::Kind::String)) return Error{Reason::ConfigValueType, at, "not a string"};
      rule.intent = value.text;
    } else if (name == "answer") {
      const auto answer = value.is(Json::Kind::String) ? answer_of(value.text) : std::nullopt;
      if (!answer) return Error{Reason::ConfigValueRange, at, printable(value.text)};
      rule.answer = *answer;
      answered = true;
    } else if (name == "pause_ms") {
      const RawDecimal ms = parse_decimal(value.is(Json::Kind::Number) ? value.text : "");
      if (ms.error != DecimalError::None) return Error{Reason::ConfigValueType, at, "not a number"};
      if (ms.raw < 0 || ms.raw > 86'400'000LL * Px::kScale)
        return Error{Reason::ConfigValueRange, at, printable(value.text)};
      rule.pause_ns = ms.raw / Px::kScale * kNanosPerMilli;
    } else {
      return Error{Reason::ConfigKeyUnknown, at, name};
    }
  }
  if (!answered) return Error{Reason::ConfigKeyMissing, where + "/answer", ""};
  return rule;
}

}  // namespace

Result<std::vector<ScriptedDesk::Rule>> ScriptedDesk::rules_of(const std::string& spec) {
  if (const auto answer = answer_of(spec)) return std::vector{Rule{"", *answer}};
  const std::string named = "--operator scripted:" + spec;
  const auto text = read_whole_file(spec, named);
  if (!text) return text.error();
  std::istringstream file(*text);
  std::vector<Rule> rules;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    auto rule = rule_of(line, spec + ":" + std::to_string(number));
    if (!rule) return rule.error();
    rules.push_back(std::move(*rule));
  }
  if (rules.empty()) return Error{Reason::ConfigKeyMissing, named, "no rule"};
  return rules;
}

void ScriptedDesk::ask(const Card& card, const Trade& trade, UnixNanos now) {
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& row) {
    return row.intent.empty() || trade.trace_id == row.intent;
  });
  if (rule == rules_.end() || rule->answer == Answer::Ignore) return;
  OperatorCommand command;
  command.operator_id = operator_id();
  command.channel = channel();
  switch (rule->answer) {
    case Answer::Approve:
      command.action = CommandAction::Approve;
      break;
    case Answer::Reject:
      command.action = CommandAction::Reject;
      break;
    case Answer::Kill:
      command.action = CommandAction::Kill;
      break;
    case Answer::Ignore:
      return;
  }
  if (rule->answer != Answer::Kill) command.hold = card.hold;
  if (rule->answer == Answer::Approve) command.digest = card.digest;
  command.command_id = command_id("scripted", card.hold, word(command.action), 1);
  due_[card.hold] = {UnixNanos(now.value() + rule->pause_ns), command};
}

void ScriptedDesk::ended(HoldId hold, HoldState, Reason) {
  due_.erase(hold);
}

std::optional<UnixNanos> ScriptedDesk::next_due() const {
  std::optional<UnixNanos> first;
  for (const auto& [hold, due] : due_) {
    if (!first || due.at < *first) first = due.at;
  }
  return first;
}

std::optional<OperatorCommand> ScriptedDesk::take(UnixNanos now) {
  for (auto at = due_.begin(); at != due_.end(); ++at) {
    if (at->second.at > now) continue;
    const OperatorCommand command = at->second.command;
    due_.erase(at);
    return command;
  }
  return std::nullopt;
}

void ScriptedDesk::wait(int wall_ms) {
  if (wall_ms > 0) ::poll(nullptr, 0, wall_ms);
}

}  // namespace clawgate::gateway
