// SPDX-License-Identifier: Apache-2.0
#include "gateway/state.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "gateway/folded_records.h"
#include "risk/throttle.h"
#include "schemas/core/assert.h"

namespace clawgate::gateway {
namespace {

template <class Row, std::size_t N, class Keep>
void keep_only(List<Row, N>& rows, Keep keep) {
  const List<Row, N> all = rows;
  rows.clear();
  for (const Row& row : all) {
    if (keep(row)) static_cast<void>(rows.push_back(row));
  }
}

/// Makes room among a trade's executions.
void forget_whole(Trade& trade) {
  for (TradeOrder& order : trade.orders) {
    order.forgotten = order.forgotten || order.cum_qty == order.leg.qty;
  }
  keep_only(trade.executions,
            [&](const BookedExecution& row) { return !trade.orders[row.order].forgotten; });
}

constexpr std::size_t kKeysPerDecision = 16;
constexpr std::size_t kKeptForExits = 256;  // of the places for signals

/// The venue took it.
constexpr bool accepts(OrderEvent event) {
  return event == OrderEvent::AckPending || event == OrderEvent::Ack ||
         event == OrderEvent::PartialFill || event == OrderEvent::Fill;
}

template <class Row>
bool decode_and_fold(State& state, Bytes payload, UnixNanos time) {
  const auto row = decode<Row>(payload);
  if (!row) return false;
  state.fold(*row, time);
  return true;
}

using FoldBytes = bool (*)(State&, Bytes, UnixNanos);
struct FoldRow {
  std::uint16_t type;
  FoldBytes fold;
};

template <class... Rows>
constexpr auto fold_table(RecordList<Rows...>) {
  return std::to_array<FoldRow>({{Rows::kType, &decode_and_fold<Rows>}...});
}

constexpr auto kFolds = fold_table(FoldedRecords());

// FNV-1a: short keys, a few thousand of them, no adversary (ids are the venue's or ours).
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 1'099'511'628'211U;
  }
  return hash;
}

// Eight of the sixteen symbols that a client order id takes from its trade's digest; see
// assign_client_order_ids. 0 for an id that is none of ours.
std::uint64_t key_of(const ClientOrderId& id) {
  constexpr std::size_t kDigestAt = 6;
  std::uint64_t key = 0;
  if (id.size() >= kDigestAt + sizeof key)
    std::memcpy(&key, id.view().data() + kDigestAt, sizeof key);
  return key;
}

// A sum in which one part changed; stays at the end of the range where it does not fit.
Notional moved_by(Notional sum, Notional before, Notional after) {
  const Wide value = Wide{sum.raw()} - before.raw() + after.raw();
  return Notional::from_raw(static_cast<std::int64_t>(std::clamp<Wide>(
      value, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max())));
}

template <class Row, std::size_t N, class Same>
void replace_or_add(List<Row, N>& list, const Row& row, Same same) {
  const auto at = std::find_if(list.begin(), list.end(), same);
  if (at != list.end()) {
    *at = row;
    return;
  }
  const bool added = list.push_back(row);
  CLAWGATE_ASSERT(added);  // the engine refuses an input that would not fit
}

}  // namespace

std::uint64_t execution_fingerprint(InstrumentId instrument, const ExecId& exec) {
  return fnv1a(exec.view(), 14'695'981'039'346'656'037U ^ instrument.value());
}

std::uint32_t execution_content(Side side, Qty qty, Px px) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const std::int64_t part : {static_cast<std::int64_t>(side), qty.raw(), px.raw()}) {
    char bytes[sizeof part];
    std::memcpy(bytes, &part, sizeof part);
    hash = fnv1a({bytes, sizeof part}, hash);
  }
  return static_cast<std::uint32_t>(hash ^ hash >> 32U);
}

TradeOrder* Trade::find(const ClientOrderId& id_wanted) {
  const auto at = std::find_if(orders.begin(), orders.end(), [&](const TradeOrder& row) {
    return row.leg.client_order_id == id_wanted;
  });
  return at == orders.end() ? nullptr : at;
}

const BookedExecution* Trade::executed(std::uint64_t id) const {
  const auto at = std::find_if(executions.begin(), executions.end(),
                               [&](const BookedExecution& row) { return row.id == id; });
  return at == executions.end() ? nullptr : at;
}

std::uint8_t Trade::made(LegRole role) const {
  return static_cast<std::uint8_t>(std::count_if(
      orders.begin(), orders.end(), [&](const TradeOrder& row) { return row.leg.role == role; }));
}

// Nothing new can come of an order that executed as a whole.
bool Trade::has_room_for_execution() const {
  if (executions.size() < kExecutionsMax) return true;
  return std::any_of(executions.begin(), executions.end(), [&](const BookedExecution& row) {
    return orders[row.order].cum_qty == orders[row.order].leg.qty;
  });
}

bool Trade::settled() const {
  if (!finished() || (!closed && protection == ProtectionState::Missing)) return false;
  return std::all_of(orders.begin(), orders.end(),
                     [](const TradeOrder& row) { return is_final(row.state); });
}

// The newest one: a stop that was put back stands behind the first.
const TradeOrder* Trade::find(LegRole role) const {
  const TradeOrder* found = nullptr;
  for (const TradeOrder& row : orders) {
    if (row.leg.role == role) found = &row;
  }
  return found;
}

State::State(std::size_t keys)
    : intents(keys),
      traces(keys),
      commands(keys),
      decisions(keys / kKeysPerDecision),
      decisions_spent(keys / kKeysPerDecision) {
  trades.reserve(kTradesMax);
}

void State::prefault() {
  intents.prefault();
  traces.prefault();
  commands.prefault();
  decisions.prefault();
  decisions_spent.prefault();
  trades.resize(kTradesMax);
  trades.clear();
}

void State::note(const Trade& trade) {
  live_.put(position_of(trade), !trade.settled());
  finished_.put(position_of(trade), trade.finished());
}

bool State::fold(std::uint16_t type, Bytes payload, UnixNanos time) {
  last_time = time;
  const auto* const row = std::find_if(kFolds.begin(), kFolds.end(),
                                       [&](const FoldRow& at) { return at.type == type; });
  return row == kFolds.end() || row->fold(*this, payload, time);
}

void State::fold(const SessionOpened& input, UnixNanos time) {
  session = input;
  opened = true;
  opened_at = time;
  doubt_foreign_orders();
}

void State::fold(const Instrument& input, UnixNanos) {
  if (input.id.value() < kInstrumentsMax) instruments[input.id.value()] = input;
}

// A quote asset comes and goes with deposits, and is no evidence of an execution.
void State::move_gap(const Asset& asset, std::int64_t by, UnixNanos time) {
  bool is_base = false;
  for (const auto& row : instruments) {
    if (row && row->quote == asset) return;
    is_base |= row && row->base == asset;
  }
  if (!is_base || by == 0 || balance(session.account, asset) == nullptr) return;
  const auto same = [&](const BalanceGap& row) { return row.asset == asset; };
  const auto* const known = std::find_if(gaps.begin(), gaps.end(), same);
  BalanceGap row = known == gaps.end() ? BalanceGap{asset, {}, {}, {}} : *known;
  if (row.gap.is_zero()) row = {asset, {}, time, {}};
  // An amount out of range differs by all that can be told.
  std::int64_t gap = 0;
  if (__builtin_add_overflow(row.gap.raw(), by, &gap)) gap = by > 0 ? INT64_MAX : -INT64_MAX;
  row.gap = Qty::from_raw(gap);
  replace_or_add(gaps, row, same);
}

void State::fold(const BalanceReported& input, UnixNanos time) {
  const BalanceReported* const known = balance(input.account, input.asset);
  if (known == nullptr && balances.size() == kBalancesMax) return;
  if (known != nullptr && input.account == session.account) {
    const std::int64_t before = known->free.raw() + known->locked.raw();
    move_gap(input.asset, input.free.raw() + input.locked.raw() - before, time);
  }
  replace_or_add(balances, input, [&](const BalanceReported& row) {
    return row.account == input.account && row.asset == input.asset;
  });
}

// What was announced is no difference once the balance was told too, in whichever order.
void State::fold(const BalanceMoved& input, UnixNanos time) {
  if (input.account != session.account || input.delta.raw() == INT64_MIN) return;
  move_gap(input.asset, -input.delta.raw(), time);
}

void State::fold(const MovementFound& fact, UnixNanos time) {
  move_gap(fact.asset, -fact.delta.raw(), time);
}

void State::fold(const ConditionReported& input, UnixNanos) {
  if (input.condition != Block::Reconciling || input.holds || !input.unheard) return;
  for (BalanceGap& row : gaps) row.unheard = row.gap;
}

void State::fold(const MarketTop& input, UnixNanos) {
  CLAWGATE_ASSERT(input.instrument.value() < kInstrumentsMax);
  markets[input.instrument.value()] = input;
}

// Whoever may do nothing any more makes room for somebody new.
void State::fold(const Operator& input, UnixNanos) {
  if (!has_room_for_operator(input.id)) return;
  const bool replaces = operators.size() == kOperatorsMax && find_operator(input.id) == nullptr;
  replace_or_add(operators, input,
                 [&](const Operator& row) { return replaces ? !row.enabled : row.id == input.id; });
}

void State::fold(const SignalDecided& fact, UnixNanos) {
  next_hold = fact.hold.value() + 1;
  if (fact.outcome == SignalOutcome::Duplicate) return;
  // What entries ask in vain takes no place that is kept for exits.
  if (has_room_for_signal(fact.side == SignalSide::Sell)) {
    intents.insert(fact.intent_key, {fact.payload, fact.hold, fact.outcome});
    traces.insert(fact.trace_key, fact.hold);
  }
  if (fact.outcome != SignalOutcome::Held) return;
  const LastWord word{fact.source_engine, fact.symbol, fact.side, fact.hold};
  const auto same = [&](const LastWord& row) {
    return row.engine == word.engine && row.symbol == word.symbol;
  };
  if (last_words.size() < 64 || std::any_of(last_words.begin(), last_words.end(), same)) {
    replace_or_add(last_words, word, same);
  }
}

void State::fold(const CandidateHeld& fact, UnixNanos time) {
  Trade* const place = place_for_trade();
  CLAWGATE_ASSERT(place != nullptr);
  place->order = fact.order;
  place->digest = fact.digest;
  place->trace_id = fact.trace_id;
  place->source_engine = fact.source_engine;
  place->held_at = time;
  keys_[position_of(*place)] = {fact.order.hold, key_of(fact.order.legs[0].client_order_id)};
  note(*place);
  place->position.account = fact.order.account;
  place->position.instrument = fact.order.instrument;
  if (fact.order.is_entry()) return;
  if (const Trade* const trade = trade_to_exit(fact.order.instrument)) place->exits = trade->id();
}

const Trade* State::trade_to_exit(InstrumentId instrument) const {
  for (const Trade& trade : live()) {
    const bool open = trade.order.is_entry() && trade.hold == HoldState::Released && !trade.closed;
    if (open && trade.order.instrument == instrument && !trade.position.qty.is_zero())
      return &trade;
  }
  return nullptr;
}

bool State::has_room_for_signal(bool exit) const {
  const std::size_t kept = exit ? 0 : kKeptForExits;
  return intents.room() > kept && traces.room() > kept;
}

bool State::has_room_for_operator(const OperatorId& id) const {
  return operators.size() < kOperatorsMax ||
         std::any_of(operators.begin(), operators.end(),
                     [&](const Operator& row) { return row.id == id || !row.enabled; });
}

void State::fold(const HoldMoved& fact, UnixNanos time) {
  Trade* const trade = find(fact.hold);
  CLAWGATE_ASSERT(trade != nullptr);
  const auto next = next_state(kHoldTransitions, trade->hold, fact.event);
  CLAWGATE_ASSERT(next.has_value() && *next == fact.to);
  trade->hold = *next;
  trade->hold_reason = fact.reason;
  trade->decided_at = time;
  if (fact.event == HoldEvent::Approve) trade->operator_id = fact.operator_id;
  note(*trade);
}

void State::fold(const OrderIntent& fact, UnixNanos time) {
  Trade* const trade = find(fact.order.hold);
  CLAWGATE_ASSERT(trade != nullptr && trade->orders.empty());
  if (!fact.order.is_entry()) return;
  for (const Leg& leg : fact.order.legs) {
    const bool added = trade->orders.push_back({leg, OrderState::Released, {}, {}, {}, 0, {}});
    CLAWGATE_ASSERT(added);
  }
  note(*trade);
  ++day_orders;
  const auto total = add(day_notional, fact.order.worst_cost);
  day_notional = total.value_or(Notional::from_raw(std::numeric_limits<std::int64_t>::max()));
  if (!limits) return;
  risk::Throttle throttle({limits->orders_per_minute, limits->orders_burst}, throttle_paid_until);
  static_cast<void>(throttle.try_take(time));
  throttle_paid_until = throttle.paid_until();
}

void State::fold(const OrderMoved& fact, UnixNanos time) {
  TradeOrder* order = nullptr;
  const Trade* const trade = find(fact.client_order_id, &order);
  CLAWGATE_ASSERT(trade != nullptr && order != nullptr);
  const auto next = next_state(kOrderTransitions, order->state, fact.event);
  CLAWGATE_ASSERT(next.has_value() && *next == fact.to);
  order->state = *next;
  order->moved_at = time;
  if (is_final(order->state)) {  // whoever asks from now on asks for what comes after its end
    order->queries = 0;
    order->next_query = {};
  }
  note(*trade);
  if (increases_exposure(fact.role)) {
    if (fact.event == OrderEvent::Reject && rejects_in_row < UINT8_MAX) ++rejects_in_row;
    if (accepts(fact.event)) rejects_in_row = 0;
  }
  if (!fact.venue_order_id.empty()) order->venue_order_id = fact.venue_order_id;
  std::int64_t id = 0;
  const std::string_view digits = fact.venue_order_id.view();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc() || end != digits.data() + digits.size()) return;
  std::int64_t& newest = newest_venue_order[trade->order.instrument.value()];
  newest = std::max(newest, id);
}

// What is missing is asked for at once, and then further and further apart.
void State::fold(const ExecutionReport& input, UnixNanos) {
  TradeOrder* order = nullptr;
  const Trade* const trade = find(input.client_order_id, &order);
  if (trade == nullptr) return fold_foreign(input);
  if (input.exec_type == ExecType::NotFound) return;
  const bool same = input.instrument == trade->order.instrument &&
                    input.account == trade->order.account &&
                    (input.venue_order_id.empty() || order->venue_order_id.empty() ||
                     input.venue_order_id == order->venue_order_id);
  if (!same || input.cum_qty <= order->told || input.cum_qty > order->leg.qty) return;
  const bool missed = order->told > order->cum_qty;
  order->told = input.cum_qty;
  if (missed) return;
  order->queries = 0;
  order->next_query = {};
}

void State::fold(const FillApplied& fact, UnixNanos time) {
  TradeOrder* order = nullptr;
  Trade* const trade = find(fact.client_order_id, &order);
  CLAWGATE_ASSERT(trade != nullptr && order != nullptr);
  if (trade->executions.size() == Trade::kExecutionsMax) forget_whole(*trade);
  const bool added =
      trade->executions.push_back({execution_fingerprint(trade->order.instrument, fact.exec_id),
                                   execution_content(fact.side, fact.qty, fact.px),
                                   static_cast<std::uint8_t>(order - trade->orders.begin())});
  CLAWGATE_ASSERT(added);
  order->cum_qty = Qty::from_raw(order->cum_qty.raw() + fact.qty.raw());
  books.last_fill = time;
  if (const Instrument* const row = instrument(trade->order.instrument)) {
    move_gap(row->base, fact.side == Side::Buy ? -fact.qty.raw() : fact.qty.raw(), time);
    move_gap(fact.fee_asset, fact.fee.raw(), time);
  }
  trade->executed_after_end |= trade->closed;
  books.realised = moved_by(books.realised, trade->position.realised, fact.realised);
  trade->position.qty = fact.held;
  trade->position.cost = fact.cost;
  trade->position.realised = fact.realised;
  trade->position.fees = fact.fees;
  trade->position.fees_elsewhere = fact.fees_elsewhere;
}

void State::fold(const ProtectionMoved& fact, UnixNanos) {
  Trade* const trade = find(fact.hold);
  CLAWGATE_ASSERT(trade != nullptr);
  const auto next = next_state(kProtectionTransitions, trade->protection, fact.event);
  CLAWGATE_ASSERT(next.has_value() && *next == fact.to);
  trade->protection = *next;
  if (fact.event == ProtectionEvent::Reopened) trade->closed = trade->executed_after_end = false;
  if (fact.to == ProtectionState::Missing) trade->reduces_before = trade->made(LegRole::Reduce);
  note(*trade);
}

void State::fold(const ProtectiveIssued& fact, UnixNanos) {
  Trade* const trade = find(fact.hold);
  CLAWGATE_ASSERT(trade != nullptr);
  const bool added =
      trade->orders.push_back({fact.leg, OrderState::Released, {}, fact.exit, {}, 0, {}});
  CLAWGATE_ASSERT(added);
  note(*trade);
}

void State::fold(const OperatorCommand& input, UnixNanos) {
  if (input.action == CommandAction::Kill) unanswered_kill = input;
}

void State::fold(const CommandDecided& fact, UnixNanos) {
  unanswered_kill.reset();
  if (fact.no_op) return;
  commands.insert(hasher_.update(bytes_of(fact.command_id.view())).finish(),
                  {fact.content, fact.reason, fact.hold});
}

void State::fold(const BlockChanged& fact, UnixNanos time) {
  if (static_cast<std::size_t>(fact.block) < block_rows.size()) {
    block_rows[static_cast<std::size_t>(fact.block)] =
        fact.active ? StandingBlock{time, fact.evidence} : StandingBlock{};
  }
  if (fact.block == Block::VenueUnreachable) unmanaged_too_long = false;
  // Whoever ends it accepts what the account holds.
  if (fact.block == Block::VenueContradiction && !fact.active) gaps = {};
  if (!fact.active) spend(fact.decision_id);
  if (fact.block == Block::Kill && fact.active) unanswered_kill.reset();
  if (fact.block == Block::Reconciling) {
    fact.active ? doubt_foreign_orders() : drop_foreign_orders_not_seen();
  }
  blocks = fact.blocks;
  if (fact.block == Block::VenueRejects && !fact.active) rejects_in_row = 0;
  kill_epoch = fact.kill_epoch;
}

void State::fold_foreign(const ExecutionReport& input) {
  keep_only(foreign_orders,
            [&](const ForeignOrder& row) { return row.id != input.client_order_id; });
  const bool over = input.exec_type == ExecType::NotFound || is_final(input.ord_status);
  if (over) return;
  static_cast<void>(foreign_orders.push_back({input.client_order_id, input.instrument, true}));
}

void State::doubt_foreign_orders() {
  for (ForeignOrder& row : foreign_orders) row.seen = false;
}

void State::drop_foreign_orders_not_seen() {
  keep_only(foreign_orders, [](const ForeignOrder& row) { return row.seen; });
}

void State::fold(const KillAcknowledged& input, UnixNanos) {
  kill_acknowledged = std::max(kill_acknowledged, input.epoch);
}

void State::fold(const QueryIssued& fact, UnixNanos) {
  TradeOrder* order = nullptr;
  if (find(fact.client_order_id, &order) == nullptr) return;
  order->queries = fact.attempt;
  order->next_query = fact.next_at;
}

void State::fold(const DayTurned& fact, UnixNanos) {
  day = fact.day;
  books.based = false;
  books.turn_known = fact.has_result;
  books.turn_result = fact.result;
  day_notional = {};
  day_orders = 0;
}

void State::fold(const ViolationRecorded& fact, UnixNanos) {
  violations = fact.count;
}

void State::fold(const TradeClosed& fact, UnixNanos time) {
  if (fact.realised.raw() < 0) books.last_loss = time;
  Trade* const trade = find(fact.hold);
  CLAWGATE_ASSERT(trade != nullptr);
  trade->closed = true;
  note(*trade);
}

// Most are asked for while they are live.
Trade* State::find(HoldId hold) {
  for (std::size_t i = live_.next(0); i < kTradesMax; i = live_.next(i + 1)) {
    if (keys_[i].hold == hold) return &trades[i];
  }
  for (std::size_t i = 0; i < trades.size(); ++i) {
    if (keys_[i].hold == hold) return &trades[i];
  }
  return nullptr;
}

const Trade* State::find(HoldId hold) const {
  return const_cast<State*>(this)->find(hold);
}

Trade* State::find(const ClientOrderId& id, TradeOrder** order) {
  const std::uint64_t key = key_of(id);
  for (std::size_t i = 0; i < trades.size(); ++i) {
    if (keys_[i].ids != key) continue;
    *order = trades[i].find(id);
    if (*order != nullptr) return &trades[i];
  }
  *order = nullptr;
  return nullptr;
}

const Instrument* State::instrument(const Symbol& symbol) const {
  for (const auto& row : instruments) {
    if (row && row->symbol == symbol) return &*row;
  }
  return nullptr;
}

const Instrument* State::instrument(InstrumentId id) const {
  if (id.value() >= kInstrumentsMax || !instruments[id.value()]) return nullptr;
  return &*instruments[id.value()];
}

const MarketTop* State::market(InstrumentId id) const {
  if (id.value() >= kInstrumentsMax || !markets[id.value()]) return nullptr;
  return &*markets[id.value()];
}

const BalanceReported* State::balance(AccountId account, const Asset& asset) const {
  for (const BalanceReported& row : balances) {
    if (row.account == account && row.asset == asset) return &row;
  }
  return nullptr;
}

const SymbolPolicy* State::policy(const Symbol& symbol) const {
  if (!limits) return nullptr;
  for (const SymbolPolicy& row : limits->symbols) {
    if (row.symbol == symbol) return &row;
  }
  return nullptr;
}

const Operator* State::find_operator(const OperatorId& id) const {
  for (const Operator& row : operators) {
    if (row.id == id) return &row;
  }
  return nullptr;
}

bool State::has_room_for_trade() const {
  return trades.size() < kTradesMax || !finished_.empty();
}

// The oldest finished trade makes room: late reports about it are then reports about a stranger,
// and latch as such.
Trade* State::place_for_trade() {
  if (trades.size() < kTradesMax) return &trades.emplace_back();
  std::size_t oldest = kTradesMax;
  for (std::size_t i = 0; i < kTradesMax; ++i) {
    if (oldest < kTradesMax && keys_[oldest].hold < keys_[i].hold) continue;
    if (finished_.next(i) == i) oldest = i;
  }
  if (oldest == kTradesMax) return nullptr;
  trades[oldest] = Trade{};
  return &trades[oldest];
}

Digest State::hash() const {
  std::vector<std::uint8_t> room(std::size_t{1} << 14U);
  Sha256 hasher;
  const auto mix = [&](const auto& value) {
    Writer writer(room);
    writer.put(value);
    CLAWGATE_ASSERT(writer.ok());
    hasher.update(writer.written());
  };
  mix(session);
  if (limits) mix(*limits);
  for (const Operator& row : operators) mix(row);
  for (const auto& row : instruments) mix(row);
  for (const auto& row : markets) mix(row);
  for (const BalanceReported& row : balances) mix(row);
  for (const BalanceGap& row : gaps) mix(row);
  for (const Trade& row : trades) mix(row);
  for (const LastWord& row : last_words) mix(row);
  for (const ForeignOrder& row : foreign_orders) mix(row);
  mix(blocks);
  mix(kill_epoch);
  mix(kill_acknowledged);
  for (const std::int64_t id : newest_venue_order) mix(id);
  mix(violations);
  if (unanswered_kill) mix(*unanswered_kill);
  mix(rejects_in_row);
  mix(day);
  mix(books);
  for (const EngineLife& row : engine_lives) mix(row);
  mix(engine_mode);
  mix(opened_at);
  mix(incidents);
  mix(unmanaged_too_long);
  mix(snapshots);
  mix(actions);
  for (const StandingBlock& row : block_rows) mix(row);
  mix(day_notional);
  mix(day_orders);
  mix(throttle_paid_until);
  mix(next_hold);
  mix(last_time);
  mix(static_cast<std::uint64_t>(intents.size()));
  mix(static_cast<std::uint64_t>(traces.size()));
  mix(static_cast<std::uint64_t>(commands.size()));
  mix(static_cast<std::uint64_t>(decisions.size()));
  mix(static_cast<std::uint64_t>(decisions_spent.size()));
  if (anchor.seq != 0) mix(anchor);
  return hasher.finish();
}

}  // namespace clawgate::gateway
