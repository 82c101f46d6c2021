// SPDX-License-Identifier: Apache-2.0
#include "bench/desk.h"

#include <string>
#include <utility>

#include "gateway/config.h"

namespace clawgate::bench {

Operator an_operator(OperatorChannel channel) {
  Operator who;
  who.id = OperatorId("operator");
  who.channels = bit_of(channel);
  return who;
}

Limits wide_limits() {
  Limits limits = gateway::Config().limits;
  limits.day_orders_max = UINT16_MAX;
  limits.day_notional_max = Notional::of(1'000'000'000);
  limits.orders_per_minute = 4'000'000'000;
  limits.orders_burst = 1'000'000;
  limits.cooldown_ns = 0;
  return limits;
}

Instrument a_btcusdt() {
  Instrument row;
  row.symbol = Symbol("BTCUSDT");
  row.base = Asset("BTC");
  row.quote = Asset("USDT");
  row.status = InstrumentStatus::Trading;
  row.order_types = 0x1FF;
  row.taker_fee = row.maker_fee = bps(10);
  row.filters.tick = Px::from_raw(1'000'000);
  row.filters.step = Qty::from_raw(1'000);
  row.filters.notional_min = Notional::of(5);
  row.filters.max_num_orders = 200;
  row.filters.max_num_algo_orders = 5;
  return row;
}

MarketTop a_top(UnixNanos now) {
  return {InstrumentId{}, Px::of(59'999), Qty::of(5),     Px::of(60'001),
          Qty::of(5),     Px::of(60'000), Px::of(60'000), now};
}

BalanceReported a_balance(UnixNanos now) {
  return {AccountId{}, Asset("USDT"), Qty::of(10'000), {}, now};
}

SignalIntent a_signal(const std::string& id, UnixNanos as_of) {
  SignalIntent signal;
  signal.source_engine = EngineName("tradingagents");
  signal.intent_id = IntentId("i" + id);
  signal.trace_id = TraceId("t" + id);
  signal.symbol = Symbol("BTCUSDT");
  signal.side = SignalSide::Buy;
  signal.as_of = as_of;
  signal.stop_loss = Px::of(59'400);
  return signal;
}

Legs an_entry() {
  Leg entry;
  entry.tif = TimeInForce::Fok;
  entry.qty = Qty::from_raw(83'000);
  entry.limit = Px::of(60'031);
  entry.client_order_id = ClientOrderId("cgBNCHABCDEFGHJKMNPQRSE0");
  Leg stop = entry;
  stop.role = LegRole::Stop;
  stop.side = Side::Sell;
  stop.type = OrdType::StopLoss;
  stop.tif = TimeInForce::Gtc;
  stop.limit = Px{};
  stop.trigger = Px::of(59'400);
  stop.client_order_id = ClientOrderId("cgBNCHABCDEFGHJKMNPQRSS0");
  Legs legs;
  static_cast<void>(legs.push_back(entry));
  static_cast<void>(legs.push_back(stop));
  return legs;
}

Desk::Desk(journal::Store& store, venues::Venue& venue, UnixNanos begin, std::size_t segment_bytes)
    : door(venue, word), now(begin.value()) {
  state.prefault();
  journal::Journal::Options options;
  options.segment_bytes = segment_bytes;
  options.group_bytes = std::size_t{8} << 20U;
  options.checkpoint_seed[0] = 1;
  journal = journal::Journal::open(store, options).value();
  recorder = std::make_unique<Counting>(*journal);
  engine = std::make_unique<gateway::Engine>(state, *recorder);
  runtime = std::make_unique<gateway::Runtime>(*engine, *recorder, door, word,
                                               static_cast<gateway::Edges&>(*this),
                                               gateway::Runtime::Options{});
  SessionOpened session;
  session.id_epoch = Text<4>("BNCH");
  session.clean_start = true;
  apply(session);
  apply(wide_limits());
  apply(an_operator(OperatorChannel::Terminal));
  apply(a_btcusdt());
  apply(a_balance(UnixNanos(now)));
  market();
}

OperatorCommand Desk::held() {
  market();
  apply(a_signal(std::to_string(++made), UnixNanos(now)));
  return approval();
}

OperatorCommand Desk::approval() {
  OperatorCommand command;
  command.command_id = CommandId("c" + std::to_string(asked.value()));
  command.action = CommandAction::Approve;
  command.operator_id = OperatorId("operator");
  command.hold = asked;
  const gateway::Trade* const trade = state.find(asked);
  if (trade != nullptr) command.digest = trade->digest;
  return command;
}

void Desk::end(HoldId hold) {
  for (const gateway::TradeOrder& order : state.find(hold)->orders) {
    ExecutionReport report;
    report.client_order_id = order.leg.client_order_id;
    report.exec_type = ExecType::Expired;
    report.ord_status = OrdStatus::Expired;
    report.side = order.leg.side;
    apply(report);
  }
}

}  // namespace clawgate::bench
