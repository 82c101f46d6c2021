// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/card.h"
#include "gateway/day_risk.h"
#include "gateway/serve/api.h"
#include "gateway/serve/api_json.h"
#include "schemas/names.h"
#include "schemas/strict_json.h"

// GET /v1/holds: what waits for a person, and how what waited ended.

namespace clawgate::gateway {
namespace {

OrderedJson hold_json(const Trade& trade, const State& state, Bytes key, UnixNanos now) {
  const Card card = card_of(trade, state, key, now);
  OrderedJson json = {{"hold", card.hold.value()},
                      {"state", word(trade.hold)},
                      {"digest", to_hex(card.digest)},
                      {"check_code", card.check_code},
                      {"engine", card.engine},
                      {"trace_id", trade.trace_id.view()},
                      {"symbol", card.symbol},
                      {"base", card.base},
                      {"quote", card.quote},
                      {"entry", card.entry},
                      {"quantity", money(card.qty)},
                      {"worst_price", money(card.worst_px)},
                      {"worst_cost", money(card.worst_cost)},
                      {"stop", money_or_null(card.stop)},
                      {"stop_derived", card.stop_derived},
                      {"take_profit", money_or_null(card.take_profit)},
                      {"risk", money(card.risk)},
                      {"risk_of_equity", money(card.risk_of_equity)},
                      {"reference_price", money(card.reference)},
                      {"price_now", money_or_null(card.now)},
                      {"checks_passed", card.checks},
                      {"held_at", time_of(trade.held_at)},
                      {"expires_at", time_of(trade.order.expires_at)},
                      {"left_ms", card.left_ns / kNanosPerMilli},
                      {"limits_version", card.limits.value()},
                      {"stage", word(card.stage)}};
  // As the terminal shows it, so that every place shows the same card.
  json["card"] = to_text(card);
  return json;
}

/// What came of one that waited, or of a signal.
struct End {
  HoldId hold;
  std::string_view state;
  Reason reason;
  ReasonSet reasons;
  UnixNanos time;
};

OrderedJson end_json(const End& end, const State& state, UnixNanos now) {
  return {{"hold", end.hold.value()},
          {"state", end.state},
          {"reason", word(end.reason)},
          {"meaning", info(end.reason).meaning},
          {"reasons", reason_rows(end.reasons, state, now)},
          {"time", time_of(end.time)},
          {"this_session", end.time >= state.opened_at}};
}

/// Why it ended: all that the check after its approval found, where that voided it.
OrderedJson end_json(const Dated<HoldMoved>& row, const Projection& projection, UnixNanos now) {
  const bool rechecked = row.fact.reason == Reason::VoidedByRecheck;
  const ReasonSet reasons = rechecked ? projection.recheck_of(row.fact.hold) : ReasonSet();
  return end_json({row.fact.hold, word(row.fact.to), row.fact.reason, reasons, row.time},
                  projection.state(), now);
}

OrderedJson end_json(const Dated<SignalDecided>& row, const Projection& projection, UnixNanos now) {
  const ReasonSet reasons = ReasonSet::from_bits(row.fact.reasons);
  return end_json({row.fact.hold, word(row.fact.outcome), reasons.first(), reasons, row.time},
                  projection.state(), now);
}

/// The orders that ended without an approval, and after them the signals that none came of, newest
/// first: what a person who asks for one of them, or who comes back after a restart, has to know.
/// `only`: of that one alone, and then however it ended.
OrderedJson ended_json(const Projection& projection, std::optional<HoldId> only, UnixNanos now) {
  constexpr std::size_t kRowsMax = 64;
  OrderedJson rows = OrderedJson::array();
  const auto& moves = projection.hold_moves();
  for (auto row = moves.rbegin(); row != moves.rend() && rows.size() < kRowsMax; ++row) {
    const HoldMoved& fact = row->fact;
    const bool approved = fact.to == HoldState::Approved || fact.to == HoldState::Released;
    if (only ? *only == fact.hold : !approved) rows.push_back(end_json(*row, projection, now));
  }
  const auto& signals = projection.signals();
  for (auto row = signals.rbegin(); row != signals.rend() && rows.size() < kRowsMax; ++row) {
    const bool other = only && *only != row->fact.hold;
    if (other || row->fact.outcome == SignalOutcome::Held) continue;
    rows.push_back(end_json(*row, projection, now));
  }
  return rows;
}

}  // namespace

OrderedJson reason_rows(ReasonSet reasons, const State& state, UnixNanos now) {
  OrderedJson rows = OrderedJson::array();
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Risk || !reasons.has(row.reason)) continue;
    OrderedJson told = {{"code", row.code}, {"message", row.meaning}, {"next", row.next}};
    const UnixNanos until = cooldown_until(state);
    if (row.reason == Reason::CooldownActive && until > now) told["until"] = time_of(until);
    rows.push_back(std::move(told));
  }
  return rows;
}

std::string end_of_hold(const Projection& projection, HoldId hold) {
  const auto& moves = projection.hold_moves();
  const auto move = std::find_if(moves.rbegin(), moves.rend(),
                                 [&](const auto& row) { return row.fact.hold == hold; });
  if (move != moves.rend() && move->fact.to != HoldState::Approved) {
    const std::string state(word(move->fact.to));
    return move->fact.reason == Reason::None ? state
                                             : state + ", " + std::string(word(move->fact.reason));
  }
  const SignalDecided* const signal = projection.signal(hold);
  if (signal == nullptr || signal->outcome == SignalOutcome::Held) return "";
  return "its signal was " + std::string(word(signal->outcome)) + " and no order waited";
}

OrderedJson hold_moves_json(const Projection& projection) {
  OrderedJson holds = OrderedJson::array();
  for (const auto& row : projection.hold_moves()) {
    OrderedJson decision = {{"seq", row.seq.value()},
                            {"time", time_of(row.time)},
                            {"hold", row.fact.hold.value()},
                            {"event", word(row.fact.event)},
                            {"to", word(row.fact.to)},
                            {"reason", word(row.fact.reason)},
                            {"operator_id", row.fact.operator_id.view()},
                            {"channel", nullptr},
                            {"command_id", row.fact.command_id.view()}};
    if (!row.fact.operator_id.empty()) decision["channel"] = word(row.fact.channel);
    holds.push_back(std::move(decision));
  }
  return holds;
}

OrderedJson commands_json(const Projection& projection) {
  OrderedJson commands = OrderedJson::array();
  for (const auto& row : projection.commands()) {
    commands.push_back({{"seq", row.seq.value()},
                        {"time", time_of(row.time)},
                        {"command_id", row.fact.command_id.view()},
                        {"hold", row.fact.hold.value()},
                        {"reason", word(row.fact.reason)},
                        {"replay_disposition", row.fact.no_op ? "no_op" : "accepted"}});
  }
  return commands;
}

void Api::get_holds(const HttpRequest& request, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const std::string_view asked = query_parameter(request.target, "hold");
  const auto number = whole_number(asked);
  if (!asked.empty() && number.value_or(0) == 0) {
    return reply(error_response({Reason::CommandFieldValue, "?hold", printable(asked)}));
  }
  const auto only = number ? std::optional(HoldId(*number)) : std::nullopt;
  const State& state = around_.projection.state();
  OrderedJson rows = OrderedJson::array();
  for (const Trade& trade : state.trades) {
    if (trade.waiting() && (!only || *only == trade.id())) {
      rows.push_back(hold_json(trade, state, bytes_of(options_.check_key), now()));
    }
  }
  OrderedJson ended = ended_json(around_.projection, only, now());
  reply(json_response(200, {{"holds", std::move(rows)}, {"ended", std::move(ended)}}));
}

}  // namespace clawgate::gateway
