// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/report/sample_session.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "gateway/report/report_builder.h"

namespace clawgate::report {
namespace {

constexpr std::int64_t kStart = 1'723'118'400 * kNanosPerSecond;
constexpr std::int64_t kSeconds = 4 * 3600;
constexpr std::int64_t kPriceEvery = 5;      // seconds
constexpr std::int64_t kSpread = 2'000'000;  // 0.02

// Mid prices in cents: straight lines between a few anchors, and a walk around them that is always
// the same.
struct Anchor {
  std::int64_t minute;
  std::int64_t cents;
};
constexpr auto kAnchors = std::to_array<Anchor>({{0, 5'712'000},
                                                 {12, 5'704'000},
                                                 {40, 5'745'000},
                                                 {62, 5'799'000},
                                                 {95, 5'758'000},
                                                 {104, 5'763'000},
                                                 {128, 5'716'000},
                                                 {140, 5'678'000},
                                                 {152, 5'668'000},
                                                 {158, 5'709'000},
                                                 {166, 5'697'000},
                                                 {200, 5'731'000},
                                                 {222, 5'718'000},
                                                 {240, 5'741'000}});

std::vector<std::int64_t> walk_of_prices() {
  std::vector<std::int64_t> cents;
  std::uint64_t random = 20'240'808;
  std::int64_t off = 0;
  std::size_t leg = 0;
  for (std::int64_t second = 0; second <= kSeconds; second += kPriceEvery) {
    while (leg + 2 < kAnchors.size() && second >= kAnchors[leg + 1].minute * 60) ++leg;
    const Anchor& from = kAnchors[leg];
    const Anchor& to = kAnchors[leg + 1];
    const std::int64_t line = from.cents + (to.cents - from.cents) * (second - from.minute * 60) /
                                               ((to.minute - from.minute) * 60);
    random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    off = off * 97 / 100 + static_cast<std::int64_t>(random >> 33U) % 2401 - 1200;
    cents.push_back(line + off);
  }
  return cents;
}

const std::vector<std::int64_t>& cents() {
  static const std::vector<std::int64_t> kCents = walk_of_prices();
  return kCents;
}

Px mid_at(std::int64_t second) {
  const auto at =
      static_cast<std::size_t>(std::clamp<std::int64_t>(second, 0, kSeconds) / kPriceEvery);
  return Px::from_raw(cents()[at] * 1'000'000);
}

MarketTop top_at(std::int64_t second) {
  MarketTop top;
  const Px mid = mid_at(second);
  top.bid = Px::from_raw(mid.raw() - kSpread / 2);
  top.ask = Px::from_raw(mid.raw() + kSpread / 2);
  top.bid_qty = qty("1.2");
  top.ask_qty = qty("0.9");
  top.last = mid;
  top.average = mid;
  top.event_time = at_ms(second * 1000);
  return top;
}

/// The first second from `from` at which the mid is at or beyond `level`.
std::int64_t when(std::int64_t from, Px level, bool above) {
  for (std::int64_t second = from; second <= kSeconds; second += kPriceEvery) {
    if (above ? mid_at(second) >= level : mid_at(second) <= level) return second;
  }
  CLAWGATE_ASSERT(false);
  return kSeconds;
}

Px times(Px price, std::int64_t per_mille) {  // to the cent
  return Px::from_raw(price.raw() / 1000 * per_mille / 1'000'000 * 1'000'000);
}

Digest digest_of_number(std::uint64_t number) {
  return sha256(bytes_of(std::to_string(number)));
}

ClientOrderId client_id(HoldId hold, char role) {
  const std::string text = "cgQ7RD" + crockford(Bytes(digest_of_number(hold.value()).bytes), 16);
  return ClientOrderId(text + role + '0');
}

struct Plan {
  bool stop_given = true;
  std::int64_t stop_per_mille = 985;
  std::int64_t profit_per_mille = 0;  // 0: none
};

/// Writes the story. Its clock is in seconds of the session; everything a step writes
/// has one time, as in a real journal.
class Story {
 public:
  Tape tape;

  void open();
  void market_until(std::int64_t second);
  HoldId signal(std::int64_t second, std::string_view engine, std::string_view id, SignalSide side,
                SignalOutcome outcome, ReasonSet reasons, HoldId first = {},
                std::string_view symbol = "BTCUSDT", std::int64_t age = 1);
  HoldId hold_entry(std::int64_t second, std::string_view engine, std::string_view id,
                    const Plan& plan);
  HoldId hold_exit(std::int64_t second, std::string_view engine, std::string_view id);
  void refuse(std::int64_t second, Disposition disposition, Reason reason, std::string_view source,
              std::string_view where, std::string_view seen);
  void end_hold(std::int64_t second, HoldId hold, HoldEvent event, HoldState to, Reason reason);
  void decline(std::int64_t ms, HoldId hold, std::string_view note);
  void approve(std::int64_t ms, HoldId hold);
  void approve_wrong_digest(std::int64_t ms, HoldId hold);
  void fill_entry(HoldId hold, int pieces);
  void miss_entry(HoldId hold);
  void fill_leg(std::int64_t second, HoldId hold, LegRole role, Px price);
  void sell_exit(HoldId exit);
  void block(std::int64_t second, Block what, bool active, std::string_view evidence,
             std::string_view decision = {});

  [[nodiscard]] const OrderCandidate& order(HoldId hold) const { return orders_.at(hold); }

 private:
  struct Held {
    Qty qty;
    Notional cost;
    Notional realised;
    Notional fees;
  };
  template <class Row>
  void put(const Row& row) {
    tape.put(at_ms(now_ms_), row);
  }
  void move_order(HoldId hold, const Leg& leg, OrderEvent event, OrderState to,
                  std::string_view text = {});
  void move_protection(HoldId hold, ProtectionEvent event, ProtectionState to,
                       std::string_view cause);
  void report(const Leg& leg, ExecType type, OrdStatus status, Qty last, Px price, Qty fee,
              std::string_view asset);
  void buy(HoldId hold, const Leg& leg, Qty last, Px price);
  void sell(HoldId hold, const Leg& leg, Px price);
  void balances();
  void close(HoldId hold, HoldId exit);
  HoldId hold(std::int64_t second, std::string_view engine, std::string_view id, SignalSide side,
              OrderCandidate order, bool stop_given);

  std::int64_t now_ms_ = 0;
  std::int64_t market_second_ = 0;
  std::uint64_t next_hold_ = 1;
  std::uint64_t next_exec_ = 3'900'000'001;
  std::uint32_t blocks_ = 0;
  std::uint32_t violations_ = 0;
  Notional usdt_ = Notional::of(1000);
  Qty btc_;
  std::map<HoldId, OrderCandidate> orders_;
  std::map<HoldId, Held> positions_;
  HoldId open_;  // the trade whose stop works at the venue
};

void Story::open() {
  put(paper_session());
  Limits limits;
  SymbolPolicy policy;
  policy.symbol = Symbol("BTCUSDT");
  policy.band = bps(25);
  policy.stop = bps(100);
  CLAWGATE_ASSERT(limits.symbols.push_back(policy));
  CLAWGATE_ASSERT(limits.engines.push_back(EngineName("tradingagents")));
  CLAWGATE_ASSERT(limits.engines.push_back(EngineName("ai-trader")));
  put(limits);
  put(btcusdt());
  Operator ana;
  ana.id = OperatorId("ana");
  ana.channels = bit_of(OperatorChannel::Terminal);
  put(ana);
  balances();
  put(top_at(0));
  put(DayTurned{19'943, Notional::of(1000), false, {}});
}

// A mark every five seconds while something is at stake, every minute otherwise.
void Story::market_until(std::int64_t second) {
  while (market_second_ + kPriceEvery <= second) {
    market_second_ += kPriceEvery;
    const bool watched = open_.value() != 0;
    if (!watched && market_second_ % 60 != 0) continue;
    now_ms_ = market_second_ * 1000;
    put(top_at(market_second_));
  }
  now_ms_ = std::max(now_ms_, second * 1000);
}

HoldId Story::signal(std::int64_t second, std::string_view engine, std::string_view id,
                     SignalSide side, SignalOutcome outcome, ReasonSet reasons, HoldId first,
                     std::string_view symbol, std::int64_t age) {
  market_until(second);
  SignalIntent intent;
  intent.source_engine = EngineName(engine);
  intent.intent_id = IntentId(id);
  intent.trace_id = TraceId("trace-" + std::string(id));
  intent.symbol = Symbol(symbol);
  intent.side = side;
  intent.confidence = Rate::from_raw(72'000'000);
  intent.as_of = at_ms((second - age) * 1000);
  intent.payload = digest_of_number(next_hold_ + 7000);
  put(intent);
  const HoldId hold(next_hold_++);
  SignalDecided decided;
  decided.hold = hold;
  decided.outcome = outcome;
  decided.reasons = reasons.bits();
  decided.source_engine = intent.source_engine;
  decided.intent_id = intent.intent_id;
  decided.symbol = intent.symbol;
  decided.side = side;
  decided.first = first;
  put(decided);
  const bool judged = outcome == SignalOutcome::Held || outcome == SignalOutcome::Denied;
  if (!judged) return hold;
  RiskVerdict verdict;
  verdict.hold = hold;
  verdict.phase = RiskPhase::Hold;
  verdict.reasons = reasons.bits();
  verdict.checks = 43;
  verdict.limits_version = LimitsVersion{1};
  verdict.equity = Notional::of(1000);
  verdict.bid = top_at(second).bid;
  verdict.ask = top_at(second).ask;
  put(verdict);
  return hold;
}

HoldId Story::hold(std::int64_t second, std::string_view engine, std::string_view id,
                   SignalSide side, OrderCandidate order, bool stop_given) {
  const HoldId hold = signal(second, engine, id, side, SignalOutcome::Held, {});
  order.hold = hold;
  order.symbol = Symbol("BTCUSDT");
  order.limits_version = LimitsVersion{1};
  order.stop_derived = !stop_given;
  order.reference = mid_at(second);
  order.band = bps(25);
  order.expires_at = at_ms((second + 300) * 1000);
  constexpr std::string_view kRoles = "ESTXR";
  for (Leg& leg : order.legs) {
    leg.client_order_id = client_id(hold, kRoles[static_cast<std::size_t>(leg.role)]);
  }
  orders_[hold] = order;
  put(CandidateHeld{order, digest_of_number(hold.value()), TraceId("trace-" + std::string(id)),
                    EngineName(engine)});
  return hold;
}

HoldId Story::hold_entry(std::int64_t second, std::string_view engine, std::string_view id,
                         const Plan& plan) {
  market_until(second);
  const MarketTop top = top_at(second);
  OrderCandidate order;
  Leg entry;
  entry.tif = TimeInForce::Fok;
  entry.limit = times(top.ask, 1002);
  const auto affordable =
      mul_div(Notional::of(50).raw(), Px::kScale, entry.limit.raw(), Round::Down);
  entry.qty = floor_to(Qty::from_raw(*affordable), qty("0.00001"));
  Leg stop;
  stop.role = LegRole::Stop;
  stop.side = Side::Sell;
  stop.type = OrdType::StopLoss;
  stop.qty = Qty::from_raw(entry.qty.raw() - 1000);
  stop.trigger = times(top.bid, plan.stop_per_mille);
  CLAWGATE_ASSERT(order.legs.push_back(entry));
  CLAWGATE_ASSERT(order.legs.push_back(stop));
  if (plan.profit_per_mille != 0) {
    Leg profit = stop;
    profit.role = LegRole::TakeProfit;
    profit.type = OrdType::LimitMaker;
    profit.trigger = {};
    profit.limit = times(top.bid, plan.profit_per_mille);
    CLAWGATE_ASSERT(order.legs.push_back(profit));
  }
  order.worst_cost = *notional(entry.limit, entry.qty);
  order.fees_ceiling = Notional::from_raw(order.worst_cost.raw() / 500);
  order.risk = Notional::from_raw(
      notional(Px::from_raw(entry.limit.raw() - stop.trigger.raw()), entry.qty)->raw() +
      order.fees_ceiling.raw());
  return hold(second, engine, id, SignalSide::Buy, order, plan.stop_given);
}

HoldId Story::hold_exit(std::int64_t second, std::string_view engine, std::string_view id) {
  market_until(second);
  Leg exit;
  exit.role = LegRole::Exit;
  exit.side = Side::Sell;
  exit.tif = TimeInForce::Fok;
  exit.qty = floor_to(positions_.at(open_).qty, qty("0.00001"));
  exit.limit = times(top_at(second).bid, 998);
  OrderCandidate order;
  CLAWGATE_ASSERT(order.legs.push_back(exit));
  order.worst_cost = *notional(exit.limit, exit.qty, Round::Down);
  return hold(second, engine, id, SignalSide::Sell, order, true);
}

void Story::refuse(std::int64_t second, Disposition disposition, Reason reason,
                   std::string_view source, std::string_view where, std::string_view seen) {
  market_until(second);
  SignalRefused refused;
  refused.disposition = disposition;
  refused.reason = reason;
  refused.source = EngineName(source);
  refused.where = Text<96>(where);
  refused.seen = Text<64>(seen);
  refused.payload = digest_of_number(static_cast<std::uint64_t>(second));
  put(refused);
  if (!is_direct_order(reason)) return;
  put(ViolationRecorded{refused.source, reason, refused.payload, ++violations_});
  if (violations_ > 2) block(second, Block::PolicyViolation, true, source);
}

void Story::block(std::int64_t second, Block what, bool active, std::string_view evidence,
                  std::string_view decision) {
  market_until(second);
  if (!decision.empty()) {
    OperatorCommand command =
        command_of("cmd-unblock-" + std::to_string(second), CommandAction::Unblock, {});
    command.block = what;
    command.decision_id = DecisionId(decision);
    command.note = Text<96>(evidence);
    put(command);
  }
  blocks_ = active ? blocks_ | bit_of(what) : blocks_ & ~bit_of(what);
  BlockChanged fact;
  fact.block = what;
  fact.active = active;
  fact.blocks = blocks_;
  fact.evidence = Text<96>(evidence);
  fact.decision_id = DecisionId(decision);
  if (!decision.empty()) fact.operator_id = OperatorId("ana");
  put(fact);
  if (decision.empty()) return;
  CommandDecided decided;
  decided.command_id = CommandId("cmd-unblock-" + std::to_string(second));
  put(decided);
}

void Story::end_hold(std::int64_t second, HoldId hold, HoldEvent event, HoldState to,
                     Reason reason) {
  market_until(second);
  HoldMoved moved;
  moved.hold = hold;
  moved.event = event;
  moved.to = to;
  moved.reason = reason;
  put(moved);
}

void Story::decline(std::int64_t ms, HoldId hold, std::string_view note) {
  market_until(ms / 1000);
  now_ms_ = ms;
  OperatorCommand command =
      command_of("cmd-reject-" + std::to_string(hold.value()), CommandAction::Reject, hold);
  command.note = Text<96>(note);
  put(command);
  HoldMoved moved;
  moved.hold = hold;
  moved.event = HoldEvent::Decline;
  moved.to = HoldState::Declined;
  moved.reason = Reason::DeclinedByOperator;
  moved.operator_id = command.operator_id;
  moved.channel = command.channel;
  moved.command_id = command.command_id;
  put(moved);
  CommandDecided decided;
  decided.command_id = command.command_id;
  decided.hold = hold;
  put(decided);
}

void Story::approve_wrong_digest(std::int64_t ms, HoldId hold) {
  market_until(ms / 1000);
  now_ms_ = ms;
  OperatorCommand command =
      command_of("cmd-stale-" + std::to_string(hold.value()), CommandAction::Approve, hold);
  command.digest = digest_of_number(999);
  put(command);
  CommandDecided decided;
  decided.command_id = command.command_id;
  decided.reason = Reason::DigestMismatch;
  decided.hold = hold;
  put(decided);
}

void Story::approve(std::int64_t ms, HoldId hold) {
  market_until(ms / 1000);
  now_ms_ = ms;
  OperatorCommand command =
      command_of("cmd-approve-" + std::to_string(hold.value()), CommandAction::Approve, hold);
  command.digest = digest_of_number(hold.value());
  put(command);
  HoldMoved moved;
  moved.hold = hold;
  moved.event = HoldEvent::Approve;
  moved.to = HoldState::Approved;
  moved.operator_id = command.operator_id;
  moved.channel = command.channel;
  moved.command_id = command.command_id;
  put(moved);
  RiskVerdict verdict;
  verdict.hold = hold;
  verdict.phase = RiskPhase::Release;
  verdict.checks = 43;
  verdict.limits_version = LimitsVersion{1};
  verdict.equity = Notional::of(1000);
  verdict.bid = top_at(ms / 1000).bid;
  verdict.ask = top_at(ms / 1000).ask;
  put(verdict);
  OrderIntent intent;
  intent.order = orders_.at(hold);
  intent.digest = digest_of_number(hold.value());
  intent.approved_by = command.operator_id;
  intent.approved_at = at_ms(ms);
  put(intent);
  moved.event = HoldEvent::Release;
  moved.to = HoldState::Released;
  put(moved);
  CommandDecided decided;
  decided.command_id = command.command_id;
  decided.hold = hold;
  put(decided);
}

void Story::report(const Leg& leg, ExecType type, OrdStatus status, Qty last, Px price, Qty fee,
                   std::string_view asset) {
  ExecutionReport row;
  row.client_order_id = leg.client_order_id;
  row.exec_type = type;
  row.ord_status = status;
  row.side = leg.side;
  row.last_qty = last;
  row.last_px = price;
  row.fee = fee;
  row.fee_asset = Asset(asset);
  row.event_time = at_ms(now_ms_);
  put(row);
}

void Story::move_order(HoldId hold, const Leg& leg, OrderEvent event, OrderState to,
                       std::string_view text) {
  OrderMoved moved;
  moved.hold = hold;
  moved.client_order_id = leg.client_order_id;
  moved.role = leg.role;
  moved.event = event;
  moved.to = to;
  moved.text = Text<64>(text);
  moved.venue_order_id = VenueOrderId(
      "28" + std::to_string(100'000 + hold.value() * 10 + static_cast<std::uint64_t>(leg.role)));
  put(moved);
}

void Story::move_protection(HoldId hold, ProtectionEvent event, ProtectionState to,
                            std::string_view cause) {
  put(ProtectionMoved{hold, event, to, Text<64>(cause)});
}

void Story::balances() {
  BalanceReported row;
  row.asset = Asset("USDT");
  row.free = Qty::from_raw(usdt_.raw());
  row.event_time = at_ms(now_ms_);
  put(row);
  row.asset = Asset("BTC");
  row.free = btc_;
  put(row);
}

void Story::buy(HoldId hold, const Leg& leg, Qty last, Px price) {
  Held& held = positions_[hold];
  const Qty fee = Qty::from_raw((last.raw() + 999) / 1000);
  const Notional paid = *notional(price, last, Round::Up);
  held.qty = Qty::from_raw(held.qty.raw() + last.raw() - fee.raw());
  held.cost = Notional::from_raw(held.cost.raw() + paid.raw());
  held.fees = Notional::from_raw(held.fees.raw() + notional(price, fee, Round::Up)->raw());
  usdt_ = Notional::from_raw(usdt_.raw() - paid.raw());
  btc_ = Qty::from_raw(btc_.raw() + last.raw() - fee.raw());
  report(leg, ExecType::Trade, OrdStatus::PartiallyFilled, last, price, fee, "BTC");
  FillApplied fill{hold, leg.client_order_id, leg.role, {},        leg.side,      last,      price,
                   fee,  Asset("BTC"),        held.qty, held.cost, held.realised, held.fees, 0};
  fill.exec_id = ExecId(std::to_string(next_exec_++));
  put(fill);
}

void Story::sell(HoldId hold, const Leg& leg, Px price) {
  Held& held = positions_[hold];
  const Notional earned = *notional(price, leg.qty, Round::Down);
  const Notional fee = Notional::from_raw((earned.raw() + 999) / 1000);
  const Notional share =
      Notional::from_raw(*mul_div(held.cost.raw(), leg.qty.raw(), held.qty.raw(), Round::Up));
  held.qty = Qty::from_raw(held.qty.raw() - leg.qty.raw());
  held.cost = Notional::from_raw(held.cost.raw() - share.raw());
  held.realised = Notional::from_raw(held.realised.raw() + earned.raw() - fee.raw() - share.raw());
  held.fees = Notional::from_raw(held.fees.raw() + fee.raw());
  usdt_ = Notional::from_raw(usdt_.raw() + earned.raw() - fee.raw());
  btc_ = Qty::from_raw(btc_.raw() - leg.qty.raw());
  report(leg, ExecType::Trade, OrdStatus::Filled, leg.qty, price, Qty::from_raw(fee.raw()), "USDT");
  FillApplied fill{hold,          leg.client_order_id,
                   leg.role,      {},
                   leg.side,      leg.qty,
                   price,         Qty::from_raw(fee.raw()),
                   Asset("USDT"), held.qty,
                   held.cost,     held.realised,
                   held.fees,     0};
  fill.exec_id = ExecId(std::to_string(next_exec_++));
  put(fill);
  move_order(hold, leg, OrderEvent::Fill, OrderState::Filled);
}

// Handed over, filled in so many pieces at the ask and a tick above, stop and profit armed.
void Story::fill_entry(HoldId hold, int pieces) {
  const Legs legs = orders_.at(hold).legs;
  const Px ask = top_at(now_ms_ / 1000).ask;
  now_ms_ += 4;
  put(HandedOff{legs[0].client_order_id, HandOff::Sent});
  for (const Leg& leg : legs) move_order(hold, leg, OrderEvent::Send, OrderState::Sent);
  move_protection(hold, ProtectionEvent::SentWithEntry, ProtectionState::PendingAtVenue, "list");
  now_ms_ += 38;
  Qty left = legs[0].qty;
  for (int piece = 1; piece <= pieces; ++piece) {
    const bool last = piece == pieces;
    const Qty part = last ? left : floor_to(Qty::from_raw(left.raw() / 2), qty("0.00001"));
    left = Qty::from_raw(left.raw() - part.raw());
    buy(hold, legs[0], part, Px::from_raw(ask.raw() + (piece - 1) * 1'137'000'000));
    move_order(hold, legs[0], last ? OrderEvent::Fill : OrderEvent::PartialFill,
               last ? OrderState::Filled : OrderState::PartiallyFilled);
  }
  balances();
  for (std::size_t i = 1; i < legs.size(); ++i) {
    move_order(hold, legs[i], OrderEvent::Ack, OrderState::Working);
  }
  move_protection(hold, ProtectionEvent::Armed, ProtectionState::Live, "stop working");
  open_ = hold;
}

void Story::miss_entry(HoldId hold) {
  const Legs legs = orders_.at(hold).legs;
  now_ms_ += 4;
  put(HandedOff{legs[0].client_order_id, HandOff::Sent});
  for (const Leg& leg : legs) move_order(hold, leg, OrderEvent::Send, OrderState::Sent);
  move_protection(hold, ProtectionEvent::SentWithEntry, ProtectionState::PendingAtVenue, "list");
  now_ms_ += 41;
  for (const Leg& leg : legs) {
    report(leg, ExecType::Expired, OrdStatus::Expired, {}, {}, {}, "");
    move_order(hold, leg, OrderEvent::Expire, OrderState::Expired, "FOK could not fill at once");
  }
  close(hold, {});
}

void Story::fill_leg(std::int64_t second, HoldId hold, LegRole role, Px price) {
  market_until(second);
  now_ms_ += 12;
  for (const Leg& leg : orders_.at(hold).legs) {
    if (leg.role == role) sell(hold, leg, price);
  }
  for (const Leg& leg : orders_.at(hold).legs) {
    if (leg.role == role || leg.role == LegRole::Entry) continue;
    report(leg, ExecType::Expired, OrdStatus::Expired, {}, {}, {}, "");
    move_order(hold, leg, OrderEvent::Expire, OrderState::Expired);
  }
  balances();
  close(hold, {});
}

// The list comes down, and only then is the position sold.
void Story::sell_exit(HoldId exit) {
  const HoldId hold = open_;
  const Px bid = top_at(now_ms_ / 1000).bid;
  move_protection(hold, ProtectionEvent::TakenDown, ProtectionState::Replacing, "exit approved");
  for (const Leg& leg : orders_.at(hold).legs) {
    if (leg.role == LegRole::Entry) continue;
    put(CancelIssued{hold, leg.client_order_id, false, Text<64>("exit")});
    now_ms_ += 35;
    report(leg, ExecType::Canceled, OrdStatus::Canceled, {}, {}, {}, "");
    move_order(hold, leg, OrderEvent::Cancel, OrderState::Canceled);
  }
  Leg sale = orders_.at(exit).legs[0];
  sale.client_order_id = protective_id(orders_.at(hold).legs[0].client_order_id, LegRole::Exit, 0);
  put(ProtectiveIssued{hold, exit, sale, positions_.at(hold).qty});
  put(HandedOff{sale.client_order_id, HandOff::Sent});
  move_order(hold, sale, OrderEvent::Send, OrderState::Sent);
  now_ms_ += 40;
  sell(hold, sale, Px::from_raw(bid.raw() - 51'000'000));
  balances();
  close(hold, exit);
}

void Story::close(HoldId hold, HoldId exit) {
  const Held held = positions_[hold];
  move_protection(hold, ProtectionEvent::Closed, ProtectionState::Done, "flat");
  put(TradeClosed{hold, held.realised, held.fees, held.qty});
  if (exit.value() != 0) put(TradeClosed{exit, {}, {}, {}});
  open_ = {};
}

constexpr std::int64_t minute(std::int64_t minutes, std::int64_t seconds = 0) {
  return minutes * 60 + seconds;
}

void tell(Story& story) {
  story.open();
  story.refuse(minute(3, 10), Disposition::Quarantine, Reason::RatingConditional, "tradingagents",
               "BTC-USD_2024-08-08.md: final decision", "Buy if 57,000 holds into the close");
  story.signal(minute(6), "tradingagents", "ta-0608-hold", SignalSide::Hold,
               SignalOutcome::NoAction, {});

  const HoldId first =
      story.hold_entry(minute(12, 20), "tradingagents", "ta-0812-btc", {true, 985, 1011});
  story.approve(minute(13, 1) * 1000 + 640, first);
  story.fill_entry(first, 2);
  const HoldId second = story.signal(minute(20), "ai-trader", "at-00017", SignalSide::Buy,
                                     SignalOutcome::Denied, ReasonSet::of(Reason::OpenTradeLimit));
  story.signal(minute(20, 5), "ai-trader", "at-00017", SignalSide::Buy, SignalOutcome::Duplicate,
               ReasonSet::of(Reason::DuplicateIntent), second);
  story.refuse(minute(31), Disposition::Reject, Reason::DirectOrderToolCall, "ai-trader",
               "log_2024-08-08.jsonl:41 messages[3].tool_calls", "buy_crypto(BTC-USDT, 0.5)");
  const Px profit = story.order(first).legs[2].limit;
  story.fill_leg(when(minute(32), profit, true), first, LegRole::TakeProfit, profit);

  ReasonSet unknown = ReasonSet::of(Reason::SymbolNotEnabled);
  unknown.add(Reason::InstrumentRulesMissing);
  story.signal(minute(64), "tradingagents", "ta-0813-eth", SignalSide::Buy, SignalOutcome::Denied,
               unknown, {}, "ETHUSDT");
  const HoldId late = story.hold_entry(minute(70), "tradingagents", "ta-0814-btc", {});
  story.end_hold(minute(75), late, HoldEvent::Expire, HoldState::Expired, Reason::HoldExpired);
  story.signal(minute(82), "ai-trader", "at-00018", SignalSide::Buy, SignalOutcome::Denied,
               ReasonSet::of(Reason::SignalStale), {}, "BTCUSDT", 1240);
  const HoldId no = story.hold_entry(minute(88), "ai-trader", "at-00019", {});
  story.decline(minute(88, 19) * 1000 + 300, no, "CPI print in ten minutes");

  const HoldId stopped =
      story.hold_entry(minute(104), "tradingagents", "ta-0815-btc", {false, 990, 1020});
  story.approve(minute(104, 8) * 1000 + 420, stopped);
  story.fill_entry(stopped, 1);
  const Px stop = story.order(stopped).legs[1].trigger;
  story.fill_leg(when(minute(105), stop, false), stopped, LegRole::Stop,
                 Px::from_raw(stop.raw() - 1'843'000'000));

  story.block(minute(141), Block::MarketDataStale, true, "BTCUSDT");
  ReasonSet stale = ReasonSet::of(Reason::TradingBlocked);
  stale.add(Reason::ConditionHolds);
  stale.add(Reason::MarketStale);
  story.signal(minute(141, 20), "tradingagents", "ta-0816-btc", SignalSide::Buy,
               SignalOutcome::Denied, stale);
  story.block(minute(142), Block::MarketDataStale, false, "BTCUSDT");
  const HoldId drifted = story.hold_entry(minute(152), "tradingagents", "ta-0817-btc", {});
  story.end_hold(minute(153, 25), drifted, HoldEvent::Void, HoldState::Voided, Reason::PriceDrift);

  const HoldId held = story.hold_entry(minute(166), "ai-trader", "at-00020", {true, 985, 1025});
  story.approve_wrong_digest(minute(166, 7) * 1000, held);
  story.approve(minute(166, 11) * 1000 + 900, held);
  story.fill_entry(held, 1);
  const HoldId exit = story.hold_exit(minute(200), "ai-trader", "at-00021");
  story.approve(minute(200, 22) * 1000 + 50, exit);
  story.sell_exit(exit);

  story.refuse(minute(212), Disposition::Reject, Reason::DirectOrderSized, "ai-trader",
               "position.jsonl:8 this_action", "{\"action\":\"sell\",\"amount\":12}");
  story.refuse(minute(213), Disposition::Reject, Reason::DirectOrderAllocation, "agentictrading",
               "alpha_signals_output.json: target_weights", "{\"BTC\":0.25}");
  story.signal(minute(215), "tradingagents", "ta-0818-btc", SignalSide::Buy, SignalOutcome::Denied,
               stale);
  story.block(minute(219), Block::PolicyViolation, false, "token of the engine was replaced",
              "DEC-20240808-001");
  const HoldId missed = story.hold_entry(minute(224), "tradingagents", "ta-0819-btc", {});
  story.approve(minute(225, 47) * 1000 + 10, missed);
  story.miss_entry(missed);
  const HoldId open =
      story.hold_entry(minute(231), "tradingagents", "ta-0820-btc", {true, 988, 1020});
  story.approve(minute(231, 15) * 1000 + 80, open);
  story.fill_entry(open, 1);
  story.hold_exit(minute(238), "tradingagents", "ta-0821-btc");
  story.market_until(kSeconds);
}

}  // namespace

void Tape::put(UnixNanos at, std::uint16_t type, Bytes bytes) {
  Recorded row;
  row.seq = Seq(records_.size() + 1);
  row.time = at;
  if (!records_.empty() && row.time < records_.back().time) {
    row.time = records_.back().time;
  }
  row.type = type;
  row.bytes.assign(bytes.begin(), bytes.end());
  records_.push_back(row);
}

UnixNanos at_ms(std::int64_t ms) {
  return UnixNanos(kStart + ms * kNanosPerMilli);
}
Px px(std::string_view text) {
  return decimal_from<PxTag>(text).value();
}
Qty qty(std::string_view text) {
  return decimal_from<QtyTag>(text).value();
}
Notional money(std::string_view text) {
  return decimal_from<NotionalTag>(text).value();
}

Instrument btcusdt() {
  Instrument instrument;
  instrument.symbol = Symbol("BTCUSDT");
  instrument.base = Asset("BTC");
  instrument.quote = Asset("USDT");
  instrument.status = InstrumentStatus::Trading;
  instrument.taker_fee = bps(10);
  instrument.maker_fee = bps(10);
  instrument.filters.tick = px("0.01");
  instrument.filters.step = qty("0.00001");
  return instrument;
}

SessionOpened paper_session() {
  SessionOpened session;
  session.engine_version = Text<32>("0.1.0");
  session.id_epoch = Text<4>("Q7RD");
  session.clean_start = true;
  return session;
}

OperatorCommand command_of(std::string_view id, CommandAction action, HoldId hold) {
  OperatorCommand command;
  command.command_id = CommandId(id);
  command.action = action;
  command.operator_id = OperatorId("ana");
  command.hold = hold;
  return command;
}

Tape sample_session() {
  Story story;
  tell(story);
  return story.tape;
}

SessionExtras sample_extras() {
  SessionExtras extras;
  PriceSeries series;
  series.symbol = Symbol("BTCUSDT");
  for (std::int64_t second = 0; second <= kSeconds; second += kPriceEvery) {
    series.points.push_back({at_ms(second * 1000), mid_at(second)});
  }
  extras.prices.push_back(series);
  extras.undelivered.push_back({"ta-0822-btc.json", "its as_of is after the end of the recording"});
  extras.sources = {"tradingagents", "ai-trader", "agentictrading"};
  extras.command_line =
      "clawgate paper --market btcusdt_20240808.gz --signals desk/ --speed 60 --data "
      "runs/2024-08-08";
  extras.data_directory = "runs/2024-08-08";
  extras.wall_ns = 243 * kNanosPerSecond;
  extras.conservation = ConservationCheck{true, "every unit of 2 assets is accounted for"};
  for (const std::uint64_t hold : {2U, 6U, 8U, 9U, 11U, 12U, 13U, 15U, 16U, 17U}) {
    extras.check_codes.push_back(
        {HoldId(hold), crockford(Bytes(digest_of_number(hold + 100).bytes), 6)});
  }
  return extras;
}

SessionReport report_of(const Tape& tape, SessionExtras extras) {
  ReportBuilder builder;
  for (const Recorded& row : tape.records()) builder.add(row.seq, row.time, row.type, row.bytes);
  if (tape.records().empty()) return builder.finish({}, {}, std::move(extras));
  const Recorded& last = tape.records().back();
  return builder.finish(last.seq, sha256(last.bytes), std::move(extras));
}

}  // namespace clawgate::report
