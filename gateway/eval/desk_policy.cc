// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "gateway/eval/govern_desk.h"
#include "gateway/eval/trading_desk.h"
#include "governance/policy/actions.h"
#include "governance/policy/domains.h"
#include "governance/policy/posture.h"

// The cases about what may be reached, done and held: hosts, actions, keys.

namespace clawgate::eval {
namespace {

std::string code_of(const Error& error) {
  return std::string(info(error.reason).code);
}

}  // namespace

// host URL [caller gateway|market_data|control_plane]: somebody wants to connect there.
std::optional<Failure> GovernDesk::host(const Line& line) {
  governance::DomainAsk ask;
  ask.url = line.word(1);
  const bool named = line.words.size() == 4 && line.word(2) == "caller";
  if (line.words.size() != 2 && !named) return not_understood(line, "host URL [caller C]");
  static constexpr std::array<std::pair<std::string_view, governance::Caller>, 3> kCallers = {
      {{"gateway", governance::Caller::ExecutionGateway},
       {"market_data", governance::Caller::MarketData},
       {"control_plane", governance::Caller::ControlPlane}}};
  for (const auto& [name, caller] : kCallers) {
    if (named && line.word(3) == name) ask.caller = caller;
  }
  const auto group = governance::check_domain(ask);
  policy_ = group ? "allowed group=" + std::string(*group) : code_of(group.error());
  return std::nullopt;
}

// redirect URL TO: the answer of one address sends the request on to another.
std::optional<Failure> GovernDesk::redirect(const Line& line) {
  if (line.words.size() != 3) return not_understood(line, "redirect URL TO");
  governance::DomainAsk from;
  from.url = line.word(1);
  const auto group = governance::check_redirect(from, line.word(2));
  policy_ = group ? "allowed group=" + std::string(*group) : code_of(group.error());
  return std::nullopt;
}

// action NAME [with gateway|decision|human|challenge]...: somebody wants to do that.
std::optional<Failure> GovernDesk::action(const Line& line) {
  governance::ActionAsk ask;
  ask.action = line.word(1);
  bool understood = line.words.size() % 2 == 0;
  for (std::size_t i = 2; understood && i + 1 < line.words.size(); i += 2) {
    const std::string_view what = line.word(i + 1);
    understood = line.word(i) == "with" && (what == "gateway" || what == "decision" ||
                                            what == "human" || what == "challenge");
    ask.is_execution_gateway = ask.is_execution_gateway || what == "gateway";
    ask.has_decision = ask.has_decision || what == "decision";
    ask.has_human = ask.has_human || what == "human";
    ask.has_challenge = ask.has_challenge || what == "challenge";
  }
  if (!understood)
    return not_understood(line, "action NAME [with gateway|decision|human|challenge]");
  const auto refused = governance::check_action(ask);
  policy_ = refused ? code_of(*refused) : "allowed";
  return std::nullopt;
}

// key REPLY: what the venue says about the trading key, JSON without spaces.
std::optional<Failure> GovernDesk::key(const Line& line) {
  if (line.words.size() != 2) return not_understood(line, "key REPLY");
  const auto posture = governance::check_posture(line.word(1), governance::KeyUse::Trading);
  policy_ = posture.passes() ? "allowed" : "";
  for (const Error& finding : posture.findings) {
    policy_ += (policy_.empty() ? "" : " ") + code_of(finding) + " at=" + finding.field;
  }
  return std::nullopt;
}

}  // namespace clawgate::eval
