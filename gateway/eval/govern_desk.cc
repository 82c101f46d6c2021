// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/govern_desk.h"

#include <algorithm>

#include "gateway/eval/trading_desk.h"
#include "governance/gates/checklist.h"

namespace clawgate::eval {
namespace {

using governance::DecisionCommand;
using governance::DecisionEvent;
using governance::DecisionPurpose;
using governance::StageFact;

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z
constexpr std::string_view kKey = "the key of a case";
constexpr std::string_view kTyped = "123456";
const std::string kNobody;

std::string codes_of(const std::vector<Error>& errors) {
  std::string text;
  for (const Error& error : errors) {
    text += (text.empty() ? "" : " ") + std::string(info(error.reason).code) + " at=" + error.field;
  }
  return text.empty() ? "done" : text;
}

bool states_limits(DecisionPurpose purpose) {
  return purpose == DecisionPurpose::S2Promotion || purpose == DecisionPurpose::RampRaise ||
         purpose == DecisionPurpose::LimitsChange;
}

Operator on_every_channel(std::string_view name) {
  Operator who;
  who.id = OperatorId(name);
  who.channels = 0xFF;
  return who;
}

Digest hash_of(const DecisionCommand& command, std::string_view typed) {
  return governance::challenge_hash(bytes_of(kKey), command.challenge_id, command.decision_id,
                                    command.operator_id, typed);
}

}  // namespace

GovernDesk::GovernDesk()
    : now_(kNoon), operators_({on_every_channel("alice"), on_every_channel("bob")}) {
  governance::StageMoved founded;
  founded.cause = "founded";
  ladder_.fold(StageFact(founded), now_);
}

const std::vector<GovernDesk::VerbRow>& GovernDesk::verbs() {
  static const std::vector<VerbRow> kVerbs = {
      {"days", &GovernDesk::days},
      {"minutes", &GovernDesk::minutes},
      {"evidence", &GovernDesk::evidence},
      {"incident", &GovernDesk::incident},
      {"violation", &GovernDesk::violation},
      {"backup", &GovernDesk::backup},
      {"ask", &GovernDesk::ask},
      {"challenge", &GovernDesk::challenge},
      {"rotate", &GovernDesk::rotate},
      {"answer", &GovernDesk::answer},
      {"again", &GovernDesk::again},
      {"decided", &GovernDesk::decided},
      {"checklist", &GovernDesk::checklist},
      {"climb", &GovernDesk::climb},
      {"host", &GovernDesk::host},
      {"redirect", &GovernDesk::redirect},
      {"action", &GovernDesk::action},
      {"key", &GovernDesk::key},
  };
  return kVerbs;
}

bool GovernDesk::is_verb(std::string_view word) {
  return std::any_of(verbs().begin(), verbs().end(),
                     [&](const VerbRow& row) { return row.name == word; });
}

std::vector<std::string_view> GovernDesk::vocabulary() {
  std::vector<std::string_view> words;
  for (const VerbRow& row : verbs()) words.push_back(row.name);
  return words;
}

std::optional<Failure> GovernDesk::run(const Line& line) {
  for (const VerbRow& row : verbs()) {
    if (row.name == line.word(0)) return (this->*row.run)(line);
  }
  return not_understood(line, "a row begins with a verb");
}

const std::string& GovernDesk::id_of(std::string_view name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? kNobody : found->second;
}

void GovernDesk::pass(std::int64_t ns) {
  now_ = UnixNanos(now_.value() + ns);
  for (const auto& fact : decisions_.due(now_)) decisions_.fold(fact, now_);
}

void GovernDesk::fold(const governance::DecisionAnswer& answer) {
  for (const auto& fact : answer.facts) decisions_.fold(fact, now_);
}

// days N green|red|silent: what the trading evaluation said on each of them.
std::optional<Failure> GovernDesk::days(const Line& line) {
  const auto count = whole(line.word(1));
  const std::string_view how = line.word(2);
  if (!count || *count < 1 || line.words.size() != 3 ||
      (how != "green" && how != "red" && how != "silent")) {
    return not_understood(line, "days N green|red|silent");
  }
  for (std::int64_t i = 0; i < *count; ++i) {
    pass(governance::kDayNs);
    if (how == "silent") continue;
    const std::uint16_t failed = how == "red" ? 1 : 0;
    ladder_.fold(StageFact(governance::EvalRecorded{53, failed, "summary.json", {}}), now_);
  }
  return std::nullopt;
}

// minutes N [unwatched]: unwatched, nobody looks at what is due in between.
std::optional<Failure> GovernDesk::minutes(const Line& line) {
  const auto count = whole(line.word(1));
  const bool unwatched = line.words.size() == 3 && line.word(2) == "unwatched";
  if (!count || (line.words.size() != 2 && !unwatched)) {
    return not_understood(line, "minutes N [unwatched]");
  }
  const std::int64_t ns = *count * governance::kNanosPerMinute;
  if (unwatched) {
    now_ = UnixNanos(now_.value() + ns);
  } else {
    pass(ns);
  }
  return std::nullopt;
}

// evidence kill|posture|reconciliation good|bad|duplicates
std::optional<Failure> GovernDesk::evidence(const Line& line) {
  const std::string_view what = line.word(1);
  const std::string_view how = line.word(2);
  const bool good = how == "good";
  const bool understood = line.words.size() == 3 && (good || how == "bad" || how == "duplicates");
  if (understood && what == "kill" && good) {
    ladder_.fold(StageFact(governance::KillExercised{now_, "kill.json", {}}), now_);
  } else if (understood && what == "posture" && how != "duplicates") {
    ladder_.fold(StageFact(governance::PostureRecorded{good, "posture.json", {}}), now_);
  } else if (understood && what == "reconciliation") {
    const std::uint16_t duplicates = how == "duplicates" ? 1 : 0;
    ladder_.fold(StageFact(governance::ReconciliationRecorded{how != "bad", duplicates, "r", {}}),
                 now_);
  } else {
    return not_understood(line, "evidence kill|posture|reconciliation good|bad|duplicates");
  }
  return std::nullopt;
}

// incident SEV-1|SEV-2|SEV-3 open|closed
std::optional<Failure> GovernDesk::incident(const Line& line) {
  const auto severity = contracts::value_of<contracts::Severity>(line.word(1));
  const bool closed = line.word(2) == "closed";
  if (!severity || (!closed && line.word(2) != "open") || line.words.size() != 3) {
    return not_understood(line, "incident SEV-N open|closed");
  }
  const auto record = incidents_.open({*severity, "of a case", "none", "alice"}, now_).value();
  static_cast<void>(incidents_.fold(record));
  if (const auto fall = ladder_.fall(governance::mishap_of(*severity), record.incident_id)) {
    ladder_.fold(StageFact(*fall), now_);
  }
  if (!closed) return std::nullopt;
  const governance::IncidentChange end{record.incident_id, governance::IncidentEvent::Close, "done",
                                       "known"};
  static_cast<void>(incidents_.fold(incidents_.change(end, now_).value()));
  return std::nullopt;
}

// violation CODE: a hard rule was broken.
std::optional<Failure> GovernDesk::violation(const Line& line) {
  if (line.words.size() != 2) return not_understood(line, "violation CODE");
  const std::string code(line.word(1));
  ladder_.fold(StageFact(governance::ViolationRecorded{code, "journal"}), now_);
  if (const auto fall = ladder_.fall(governance::Mishap::HardViolation, code)) {
    ladder_.fold(StageFact(*fall), now_);
  }
  return std::nullopt;
}

// backup yes|no: whether a backup operator is enabled.
std::optional<Failure> GovernDesk::backup(const Line& line) {
  if (line.words.size() != 2 || (line.word(1) != "yes" && line.word(1) != "no")) {
    return not_understood(line, "backup yes|no");
  }
  backup_ = line.word(1) == "yes";
  return std::nullopt;
}

void GovernDesk::open_decision(const std::string& name, contracts::DecisionRequest request) {
  request.decision_key = "case:" + name + ":1";
  request.title = "Of a case";
  request.proposal = "What the case says.";
  request.requested_by = "alice";
  request.rollback_plan = "Back to what was.";
  const auto opened = decisions_.open(request, ladder_.stage(), now_);
  fold(opened);
  request_ = codes_of(opened.refusals);
  if (opened.done()) ids_[name] = opened.decision_id;
  last_decision_ = opened.decision_id;
}

// ask NAME PURPOSE [limits none] [evidence none] [effect none]: a decision is put to the operators.
std::optional<Failure> GovernDesk::ask(const Line& line) {
  const auto purpose = contracts::value_of<DecisionPurpose>(line.word(2));
  const auto refuse = [&] {
    return not_understood(line, "ask NAME PURPOSE [limits none] [evidence none] [effect none]");
  };
  if (!purpose || line.words.size() % 2 == 0) return refuse();
  contracts::DecisionRequest request;
  request.purpose = *purpose;
  request.evidence_refs = {"evidence"};
  if (states_limits(*purpose)) request.limits = {Notional::of(200), Notional::of(1000), 10};
  for (std::size_t i = 3; i + 1 < line.words.size(); i += 2) {
    if (line.word(i + 1) != "none") return refuse();
    if (line.word(i) == "limits") {
      request.limits.reset();
    } else if (line.word(i) == "evidence") {
      request.evidence_refs.clear();
    } else if (line.word(i) == "effect") {
      request.side_effect_class = contracts::SideEffectClass::None;
    } else {
      return refuse();
    }
  }
  open_decision(std::string(line.word(1)), request);
  return std::nullopt;
}

void GovernDesk::issue(const std::string& name, const std::string& who) {
  DecisionCommand command;
  command.challenge_id = "CH-" + std::to_string(++challenge_count_);
  command.decision_id = id_of(name);
  command.operator_id = who;
  const auto issued = decisions_.challenge(command.challenge_id, command.decision_id, who,
                                           hash_of(command, kTyped), now_);
  fold(issued);
  request_ = codes_of(issued.refusals);
  if (issued.done()) challenges_[name] = command.challenge_id;
}

// challenge NAME [operator WHO]: a second factor goes out.
std::optional<Failure> GovernDesk::challenge(const Line& line) {
  const bool named = line.words.size() == 4 && line.word(2) == "operator";
  if (id_of(line.word(1)).empty() || (line.words.size() != 2 && !named)) {
    return not_understood(line, "challenge NAME [operator WHO]");
  }
  issue(std::string(line.word(1)), named ? std::string(line.word(3)) : "alice");
  return std::nullopt;
}

// rotate: the key that challenges are hashed with is changed.
std::optional<Failure> GovernDesk::rotate(const Line& line) {
  if (line.words.size() != 1) return not_understood(line, "rotate");
  for (const auto& fact : decisions_.key_rotated()) decisions_.fold(fact, now_);
  return std::nullopt;
}

/// Everything that a financial approval needs.
DecisionCommand GovernDesk::approval(const std::string& name) const {
  DecisionCommand command;
  command.action = DecisionEvent::Approve;
  command.decision_id = id_of(name);
  command.command_id = "command-" + std::to_string(command_count_);
  command.operator_id = "alice";
  command.channel = OperatorChannel::Telegram;
  command.user_id = "1001";
  command.chat_id = "-2002";
  command.explicit_human_approval = true;
  command.evidence_ref = "chat:-2002:77";
  const auto sent = challenges_.find(name);
  if (sent != challenges_.end()) command.challenge_id = sent->second;
  return command;
}

void GovernDesk::answer_with(const DecisionCommand& command) {
  const auto answered = decisions_.apply(command, operators_, ladder_.stage(), now_);
  fold(answered);
  reply_ = codes_of(answered.refusals) + (answered.no_op ? " no_op" : "");
  last_command_ = command;
}

// answer NAME approve|reject|kill [typed wrong] [without FIELD] [operator W] [channel C]
// [signature good|bad] [id I]: complete unless it says otherwise.
std::optional<Failure> GovernDesk::answer(const Line& line) {
  const auto refuse = [&] {
    return not_understood(line,
                          "answer NAME approve|reject|kill [typed wrong] [without FIELD] "
                          "[operator W] [channel C] [signature good|bad] [id I]");
  };
  const std::string name(line.word(1));
  const std::string_view verb = line.word(2);
  if (id_of(name).empty() || line.words.size() % 2 == 0) return refuse();
  ++command_count_;
  DecisionCommand command = approval(name);
  if (verb == "reject") command.action = DecisionEvent::Reject;
  if (verb == "kill") command.action = DecisionEvent::Kill;
  if (verb != "approve" && verb != "reject" && verb != "kill") return refuse();
  std::string_view typed = kTyped;
  for (std::size_t i = 3; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    const std::string value(line.word(i + 1));
    const auto channel = contracts::value_of<OperatorChannel>(value);
    if (key == "typed" && value == "wrong") {
      typed = "654321";
    } else if (key == "operator") {
      command.operator_id = value;
    } else if (key == "channel" && channel) {
      command.channel = *channel;
    } else if (key == "signature" && (value == "good" || value == "bad")) {
      command.signature_valid = value == "good";
    } else if (key == "id") {
      command.command_id = value;
    } else if (key == "without" && value == "challenge") {
      command.challenge_id.clear();
    } else if (key == "without" && value == "evidence") {
      command.evidence_ref.clear();
    } else if (key == "without" && value == "operator") {
      command.operator_id.clear();
    } else if (key == "without" && value == "approval") {
      command.explicit_human_approval = false;
    } else if (key == "without" && value == "user") {
      command.user_id.clear();
    } else if (key == "without" && value == "chat") {
      command.chat_id.clear();
    } else {
      return refuse();
    }
  }
  command.answer_hash = hash_of(command, typed);
  last_decision_ = command.decision_id;
  answer_with(command);
  return std::nullopt;
}

// again [id I]: the same answer once more.
std::optional<Failure> GovernDesk::again(const Line& line) {
  DecisionCommand command = last_command_;
  const bool other = line.words.size() == 3 && line.word(1) == "id";
  if (command_count_ == 0 || (line.words.size() != 1 && !other)) {
    return not_understood(line, "again [id I]");
  }
  if (other) command.command_id = std::string(line.word(2));
  answer_with(command);
  return std::nullopt;
}

// decided NAME PURPOSE: asked, challenged and approved, all in order.
std::optional<Failure> GovernDesk::decided(const Line& line) {
  const std::string name(line.word(1));
  if (auto failure = ask(line)) return failure;
  if (request_ != "done") return std::nullopt;
  issue(name, "alice");
  ++command_count_;
  DecisionCommand command = approval(name);
  command.answer_hash = hash_of(command, kTyped);
  answer_with(command);
  return std::nullopt;
}

// checklist NAME [without ITEM] [fails ITEM] [twice ITEM] [also ITEM] [level L] [tier R] [evidence
// none]: under the decision NAME; complete and passed unless it says otherwise.
std::optional<Failure> GovernDesk::checklist(const Line& line) {
  const auto refuse = [&] {
    return not_understood(line,
                          "checklist NAME [without|fails|twice|also ITEM] [level L] [tier R] "
                          "[evidence none]");
  };
  if (line.words.size() < 2 || line.words.size() % 2 != 0) return refuse();
  contracts::PreLiveChecklist list;
  list.checklist_id = "CHECKLIST-1";
  list.decision_id = id_of(line.word(1));
  if (list.decision_id.empty()) list.decision_id = "DEC-20260105-999";
  list.approved_at = now_;
  list.operator_id = "alice";
  bool evidence = true;
  for (const std::string_view id : governance::kChecklistItems) {
    list.items.push_back({std::string(id), contracts::ItemStatus::Pass, "evidence"});
  }
  for (std::size_t i = 2; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    const std::string_view value = line.word(i + 1);
    const auto item = std::find_if(list.items.begin(), list.items.end(),
                                   [&](const auto& row) { return row.item_id == value; });
    const auto level = contracts::value_of<RampLevel>(value);
    const auto tier = contracts::value_of<RiskTier>(value);
    const bool listed = item != list.items.end();
    if (key == "without" && listed) {
      list.items.erase(item);
    } else if (key == "fails" && listed) {
      item->status = contracts::ItemStatus::Fail;
    } else if (key == "twice" && listed) {
      list.items.push_back(contracts::ChecklistItem(*item));
    } else if (key == "also") {
      list.items.push_back({std::string(value), contracts::ItemStatus::Pass, "evidence"});
    } else if (key == "level" && level) {
      list.capital_ramp_level = *level;
    } else if (key == "tier" && tier) {
      list.risk_tier = *tier;
    } else if (key == "evidence" && value == "none") {
      evidence = false;
    } else {
      return refuse();
    }
  }
  const auto verdict =
      governance::check_text(encode(list), decisions_, [&](std::string_view) { return evidence; });
  checklist_ = verdict.passes() ? "pass" : "hold " + codes_of(verdict.findings);
  checklist_ += verdict.trading_blocked ? " BLOCKED" : " OPEN";
  ladder_.fold(StageFact(governance::ChecklistRecorded{
                   list.checklist_id, list.decision_id, verdict.passes(), {}}),
               now_);
  return std::nullopt;
}

// climb S1|S2|L1 NAME: the promotion is asked for under that decision.
std::optional<Failure> GovernDesk::climb(const Line& line) {
  const auto to = governance::climb_from(line.word(1));
  if (!to || line.words.size() != 3) return not_understood(line, "climb S1|S2|L1 NAME");
  const governance::Surroundings around{decisions_, incidents_, backup_, false};
  const std::string& id = id_of(line.word(2));
  const auto missing = ladder_.missing_for(*to, id, around, now_);
  climb_ = missing.empty() ? "done" : "hold " + codes_of(missing);
  const auto move = ladder_.climb(*to, id, around, now_);
  if (static_cast<bool>(move) != missing.empty()) climb_ += " none";
  if (move) ladder_.fold(StageFact(*move), now_);
  return std::nullopt;
}

std::optional<std::string> GovernDesk::state_of(std::string_view what) const {
  if (what == "request") return request_;
  if (what == "reply") return reply_;
  if (what == "checklist") return checklist_;
  if (what == "climb") return climb_;
  if (what == "policy") return policy_;
  if (what == "ladder") {
    return std::string(contracts::word_of(ladder_.stage())) + " " +
           std::string(contracts::word_of(ladder_.level())) +
           (ladder_.is_blocked() ? " BLOCKED" : "");
  }
  if (what == "decision") {
    const auto* const row = decisions_.find(last_decision_);
    return row == nullptr ? "none" : std::string(contracts::word_of(row->decision.status));
  }
  if (what == "second_factor") {
    return std::string(
        contracts::word_of(decisions_.challenge_status("CH-" + std::to_string(challenge_count_))));
  }
  return std::nullopt;
}

}  // namespace clawgate::eval
