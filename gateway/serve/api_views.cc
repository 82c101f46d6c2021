// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "gateway/day_risk.h"
#include "gateway/reconciliation_words.h"
#include "gateway/serve/api.h"
#include "gateway/serve/api_json.h"
#include "gateway/version.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

// What the GET routes show, each from the projection alone. Money is text, as everywhere: exact.

namespace clawgate::gateway {
namespace {

OrderedJson leg_json(const Leg& leg) {
  return {{"client_order_id", leg.client_order_id.view()},
          {"role", word(leg.role)},
          {"side", word(leg.side)},
          {"type", word(leg.type)},
          {"time_in_force", word(leg.tif)},
          {"quantity", money(leg.qty)},
          {"limit", money_or_null(leg.limit)},
          {"trigger", money_or_null(leg.trigger)}};
}

/// The stop that stands behind a position, or was last to; null where there is none.
OrderedJson stop_price(const Trade& trade) {
  const TradeOrder* const stop = trade.find(LegRole::Stop);
  return stop == nullptr ? OrderedJson(nullptr) : money_or_null(stop->leg.trigger);
}

/// A stop whose outcome nobody knows protects nobody for certain, whatever it was before.
std::string_view protection_word(const Trade& trade) {
  const bool unknown = std::any_of(trade.orders.begin(), trade.orders.end(), [](const auto& order) {
    return order.leg.role == LegRole::Stop && order.state == OrderState::Unknown;
  });
  return unknown ? word(OrderState::Unknown) : word(trade.protection);
}

OrderedJson block_json(const BlockRow& row) {
  const BlockInfo& meaning = info(row.fact.block);
  return {{"code", meaning.code},
          {"kind", meaning.latches ? "cause" : "condition"},
          {"trading_state", word(meaning.state)},
          {"meaning", meaning.meaning},
          {"clears", meaning.clears},
          {"since", time_of(row.since)},
          {"seq", row.seq.value()},
          {"evidence", row.fact.evidence.view()},
          {"operator_id", row.fact.operator_id.view()}};
}

OrderedJson blocks_json(const Projection& projection, bool causes_only) {
  OrderedJson rows = OrderedJson::array();
  for (const auto& [block, row] : projection.blocks()) {
    if (causes_only && !info(block).latches) continue;
    rows.push_back(block_json(row));
  }
  return rows;
}

// The door's word is ahead of what the projection has read, in either direction: after a start it
// may open before the block that closes it is gone from here, and a kill closes it first. The
// stricter of the two, so that no state is told that the blocks beside it contradict.
TradingState told_state(const TradingWord::View& door, const State& read) {
  return std::max(door.state, read.trading_state());
}

OrderedJson reconciliation_json(const std::optional<Reconciliation>& row) {
  if (!row) return nullptr;
  return {{"ended_at", time_of(row->time)},
          {"seq", row->seq.value()},
          {"agrees", is_agreement(row->evidence.view())},
          {"evidence", printable(row->evidence.view())}};
}

OrderedJson key_json(const governance::Posture& posture, UnixNanos told_at) {
  OrderedJson findings = OrderedJson::array();
  for (const Error& row : posture.findings) {
    findings.push_back(
        {{"code", info(row.reason).code}, {"field", row.field}, {"seen", printable(row.seen)}});
  }
  OrderedJson warnings = OrderedJson::array();
  for (const std::string& row : posture.warnings) warnings.push_back(row);
  return {{"told_at", time_of(told_at)},
          {"passes", posture.passes()},
          {"findings", std::move(findings)},
          {"warnings", std::move(warnings)}};
}

bool has_markets(const State& state, const Lanes& lanes) {
  if (!state.limits) return true;
  for (const SymbolPolicy& policy : state.limits->symbols) {
    const Instrument* const instrument = state.instrument(policy.symbol);
    if (instrument == nullptr || !lanes.has_market(instrument->id)) return false;
  }
  return true;
}

// What the day's limits leave. A loss at which entries stop for the day is known once the day has a
// basis, and the result as long as every mark is.
OrderedJson day_json(const State& state, UnixNanos now) {
  const UnixNanos until = cooldown_until(state);
  const auto day = day_risk_of(state);
  OrderedJson row = {{"entries", state.day_orders},
                     {"entries_max", nullptr},
                     {"notional", money(state.day_notional)},
                     {"notional_max", nullptr},
                     {"result", day ? OrderedJson(money(day->result)) : OrderedJson(nullptr)},
                     {"result_min", nullptr},
                     {"cooldown_until", nullptr}};
  if (until > now) row["cooldown_until"] = time_of(until);
  if (!state.limits) return row;
  row["entries_max"] = state.limits->day_orders_max;
  row["notional_max"] = money(state.limits->day_notional_max);
  if (day) {
    const auto most = scaled(day->start, state.limits->day_loss_max, Round::Down);
    if (most) row["result_min"] = money(Notional::from_raw(-most->raw()));
  }
  return row;
}

std::size_t waiting_holds(const State& state) {
  std::size_t count = 0;
  for (const Trade& trade : state.trades) count += trade.hold == HoldState::Held ? 1U : 0U;
  return count;
}

}  // namespace

void Api::get_orders(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  OrderedJson rows = OrderedJson::array();
  for (const Trade& trade : around_.projection.state().trades) {
    for (const TradeOrder& order : trade.orders) {
      OrderedJson row = {{"hold", trade.id().value()},
                         {"symbol", trade.order.symbol.view()},
                         {"state", word(order.state)},
                         {"final", is_final(order.state)},
                         {"filled_quantity", money(order.cum_qty)}};
      row.update(leg_json(order.leg));
      rows.push_back(std::move(row));
    }
  }
  reply(json_response(200, {{"orders", std::move(rows)}}));
}

void Api::get_positions(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const State& state = around_.projection.state();
  const auto age_ms = [at = now()](UnixNanos told) {
    return OrderedJson(std::max<std::int64_t>(at.value() - told.value(), 0) / kNanosPerMilli);
  };
  OrderedJson rows = OrderedJson::array();
  for (const Trade& trade : state.trades) {
    const bool open = trade.hold == HoldState::Released && !trade.closed && trade.order.is_entry();
    if (!open) continue;
    const MarketTop* const top = state.market(trade.order.instrument);
    rows.push_back(
        {{"hold", trade.id().value()},
         {"symbol", trade.order.symbol.view()},
         {"quantity", money(trade.position.qty)},
         {"cost", money(trade.position.cost)},
         {"realised", money(trade.position.realised)},
         {"fees", money(trade.position.fees)},
         {"mark", top != nullptr ? money_or_null(top->bid) : OrderedJson(nullptr)},
         {"mark_age_ms", top != nullptr ? age_ms(top->event_time) : OrderedJson(nullptr)},
         {"protection", protection_word(trade)},
         {"stop_price", stop_price(trade)}});
  }
  OrderedJson balances = OrderedJson::array();
  for (const BalanceReported& row : state.balances) {
    balances.push_back({{"asset", row.asset.view()},
                        {"free", money(row.free)},
                        {"locked", money(row.locked)},
                        {"event_time", time_of(row.event_time)}});
  }
  reply(json_response(200, {{"positions", std::move(rows)}, {"balances", std::move(balances)}}));
}

void Api::get_limits(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const State& state = around_.projection.state();
  OrderedJson body = {{"limits", nullptr}};
  if (state.limits) {
    std::array<std::uint8_t, 4096> room;
    Writer writer(room);
    writer.put(*state.limits);
    body["limits"] = OrderedJson::parse(record_json(Limits::kType, writer.written()));
    body["limits"].erase("record");
  }
  body["day_notional"] = money(state.day_notional);
  body["day_orders"] = state.day_orders;
  reply(json_response(200, body));
}

void Api::get_incidents(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const auto office = around_.link.desk().read();
  if (!office) return reply(error_response(office.error()));
  OrderedJson records = OrderedJson::array();
  for (const governance::Incident& incident : (*office)->incidents().all()) {
    records.push_back(OrderedJson::parse(encode(incident)));
  }
  reply(json_response(200, {{"incidents", blocks_json(around_.projection, true)},
                            {"records", std::move(records)}}));
}

void Api::get_status(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const State& state = around_.projection.state();
  const TradingWord::View door = around_.word.read();
  reply(json_response(
      200, {{"version", kVersion},
            {"stage", word(state.session.stage)},
            {"venue", word(state.session.venue)},
            {"time", time_of(now())},
            {"trading_state", word(told_state(door, state))},
            {"kill_epoch", door.epoch.value()},
            // By the venue's own thread: nothing released before can leave any more (I4).
            {"kill_complete", state.kill_acknowledged == door.epoch},
            {"blocks", blocks_json(around_.projection, false)},
            {"reconciliation", reconciliation_json(around_.projection.reconciliation())},
            {"engine_mode", word(state.engine_mode)},
            {"engines", engines_json()},
            {"trading_key", key_ ? key_json(*key_, key_told_at_) : OrderedJson(nullptr)},
            {"holds_waiting", waiting_holds(state)},
            {"day", day_json(state, now())},
            {"violations", state.violations},
            {"limits_version",
             state.limits ? OrderedJson(state.limits->version.value()) : OrderedJson(nullptr)},
            {"journal_seq", around_.projection.head().seq.value()}}));
}

void Api::get_head(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const journal::Chain& head = around_.projection.head();
  reply(json_response(
      200, {{"seq", head.seq.value()}, {"hash", to_hex(head.hash)}, {"time", time_of(head.time)}}));
}

void Api::get_stream(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  reply(error_response({Reason::HttpSyntax, "Upgrade", "the stream is a WebSocket"}));
}

void Api::get_metrics(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = around_.metrics();
  reply(std::move(response));
}

void Api::get_health(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  if (failure_) return reply(error_response(*failure_));
  reply(json_response(200, {{"status", "ok"}, {"version", kVersion}}));
}

// Ready: the journal works, the ledgers agree, and every symbol that may be traded has a market.
void Api::get_ready(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  if (failure_) return reply(error_response(*failure_));
  around_.catch_up();
  const State& state = around_.projection.state();
  std::string_view status = "ready";
  const bool stale = state.blocked_by(Block::MarketDataStale);
  if (stale || !has_markets(state, around_.lanes)) status = "no_market_data";
  if (!state.opened || state.blocked_by(Block::Reconciling)) status = "reconciling";
  reply(json_response(status == "ready" ? 200 : 503,
                      {{"status", status},
                       {"trading_state", word(told_state(around_.word.read(), state))},
                       {"blocks", blocks_json(around_.projection, false)}}));
}

void Api::get_openapi(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  HttpResponse response;
  response.body = openapi();
  reply(std::move(response));
}

}  // namespace clawgate::gateway
