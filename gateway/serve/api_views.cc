// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "gateway/card.h"
#include "gateway/serve/api.h"
#include "gateway/serve/api_json.h"
#include "gateway/version.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

// What the GET routes show, each from the projection alone. Money is text, as everywhere: exact.

namespace clawgate::gateway {
namespace {

template <class Tag>
std::string money(Decimal<Tag> value) {
  return to_text(value);
}

template <class Tag>
OrderedJson money_or_null(Decimal<Tag> value) {
  if (value.is_zero()) return nullptr;
  return to_text(value);
}

std::string time_of(UnixNanos at) {
  return time_text(at.value());
}

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

bool has_markets(const State& state, const Lanes& lanes) {
  if (!state.limits) return true;
  for (const SymbolPolicy& policy : state.limits->symbols) {
    const Instrument* const instrument = state.instrument(policy.symbol);
    if (instrument == nullptr || !lanes.has_market(instrument->id)) return false;
  }
  return true;
}

std::size_t waiting_holds(const State& state) {
  std::size_t count = 0;
  for (const Trade& trade : state.trades) count += trade.hold == HoldState::Held ? 1U : 0U;
  return count;
}

}  // namespace

void Api::get_holds(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  const State& state = around_.projection.state();
  OrderedJson rows = OrderedJson::array();
  for (const Trade& trade : state.trades) {
    if (trade.waiting()) {
      rows.push_back(hold_json(trade, state, bytes_of(options_.check_key), now()));
    }
  }
  reply(json_response(200, {{"holds", std::move(rows)}}));
}

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
  OrderedJson rows = OrderedJson::array();
  for (const Trade& trade : state.trades) {
    const bool open = trade.hold == HoldState::Released && !trade.closed && trade.order.is_entry();
    if (!open) continue;
    const MarketTop* const top = state.market(trade.order.instrument);
    rows.push_back({{"hold", trade.id().value()},
                    {"symbol", trade.order.symbol.view()},
                    {"quantity", money(trade.position.qty)},
                    {"cost", money(trade.position.cost)},
                    {"realised", money(trade.position.realised)},
                    {"fees", money(trade.position.fees)},
                    {"mark", top != nullptr ? money_or_null(top->bid) : OrderedJson(nullptr)},
                    {"protection", word(trade.protection)}});
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

void Api::get_decisions(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  around_.catch_up();
  OrderedJson holds = OrderedJson::array();
  for (const auto& row : around_.projection.hold_moves()) {
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
  OrderedJson commands = OrderedJson::array();
  for (const auto& row : around_.projection.commands()) {
    commands.push_back({{"seq", row.seq.value()},
                        {"time", time_of(row.time)},
                        {"command_id", row.fact.command_id.view()},
                        {"hold", row.fact.hold.value()},
                        {"reason", word(row.fact.reason)},
                        {"replay_disposition", row.fact.no_op ? "no_op" : "accepted"}});
  }
  reply(json_response(200, {{"holds", std::move(holds)}, {"commands", std::move(commands)}}));
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
  reply(json_response(200, {{"incidents", blocks_json(around_.projection, true)}}));
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
            {"trading_state", word(door.state)},  // what the door obeys, ahead of the journal
            {"kill_epoch", door.epoch.value()},
            // By the venue's own thread: nothing released before can leave any more (I4).
            {"kill_complete", state.kill_acknowledged == door.epoch},
            {"blocks", blocks_json(around_.projection, false)},
            {"holds_waiting", waiting_holds(state)},
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
                       {"trading_state", word(around_.word.read().state)},
                       {"blocks", blocks_json(around_.projection, false)}}));
}

void Api::get_openapi(const HttpRequest&, const PrincipalName&, HttpReply reply) {
  HttpResponse response;
  response.body = openapi();
  reply(std::move(response));
}

}  // namespace clawgate::gateway
