// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/soundness.h"

#include <algorithm>
#include <array>

#include "gateway/folded_records.h"
#include "schemas/names.h"

namespace clawgate::audit {
namespace {

using gateway::State;
using gateway::Trade;
using gateway::TradeOrder;

// ---- values ------------------------------------------------------------------------------------

template <class T>
bool is_known(const T&) {
  return true;
}
bool is_known(Block block) {
  return info(block).block == block;
}
template <class Enum>
requires std::is_enum_v<Enum>
bool is_known(const Enum& value) {
  return kWords<Enum>.empty() || static_cast<std::size_t>(value) < kWords<Enum>.size();
}
template <Record T>
bool is_known(const T& record);
template <class T, std::size_t N>
bool is_known(const List<T, N>& list) {
  return std::all_of(list.begin(), list.end(), [](const T& item) { return is_known(item); });
}
template <Record T>
bool is_known(const T& record) {
  bool known = true;
  T::visit(record, [&](const char*, const auto& field) { known = known && is_known(field); });
  return known;
}

std::string needed_by_core(const SessionOpened& input) {
  return input.id_epoch.size() == 4 ? "" : "an id epoch that has not four symbols";
}
template <class Input>
std::string needed_by_core(const Input&) {
  return "";
}

template <class Input>
std::string object_to_input(Bytes payload) {
  const auto input = decode<Input>(payload);
  if (!input) return "bytes that are no such record";
  if (!is_known(*input)) return "an enumeration's value that is none of its words";
  return needed_by_core(*input);
}

// ---- state -------------------------------------------------------------------------------------

std::string unknown(HoldId hold) {
  return "hold " + std::to_string(hold.value()) + ", which does not exist";
}

std::string object(const State&, const MarketTop& row) {
  return row.instrument.value() < State::kInstrumentsMax ? "" : "an instrument id out of range";
}
std::string object(const State& state, const CandidateHeld&) {
  return state.has_room_for_trade() ? "" : "more trades than there is room for";
}
std::string object(const State& state, const HoldMoved& row) {
  const Trade* const trade = state.find(row.hold);
  if (trade == nullptr) return unknown(row.hold);
  const auto next = next_state(kHoldTransitions, trade->hold, row.event);
  if (next && *next == row.to) return "";
  return "a step from " + std::string(word(trade->hold)) + " by " + std::string(word(row.event));
}
bool same_legs(const Legs& one, const Legs& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const Leg& a, const Leg& b) {
                      return a.role == b.role && a.side == b.side && a.type == b.type &&
                             a.tif == b.tif && a.qty == b.qty && a.limit == b.limit &&
                             a.trigger == b.trigger && a.client_order_id == b.client_order_id;
                    });
}
std::string object(const State& state, const OrderIntent& row) {
  const Trade* const trade = state.find(row.order.hold);
  if (trade == nullptr) return unknown(row.order.hold);
  if (!trade->orders.empty()) return "a second order_intent of one hold";
  if (!same_legs(row.order.legs, trade->order.legs)) return "another order than its candidate's";
  if (!state.limits) return "";
  const bool rated = state.limits->orders_per_minute > 0 && state.limits->orders_burst > 0;
  return rated ? "" : "a rate or burst of 0";
}

struct Place {
  const Trade* trade = nullptr;
  const TradeOrder* order = nullptr;
};
/// As the fold itself looks for it.
Place place_of(const State& state, const ClientOrderId& id) {
  TradeOrder* order = nullptr;
  const Trade* const trade = const_cast<State&>(state).find(id, &order);
  return {trade, order};
}

std::string object(const State& state, const OrderMoved& row) {
  const TradeOrder* const order = place_of(state, row.client_order_id).order;
  if (order == nullptr) return "an order that does not exist";
  const auto next = next_state(kOrderTransitions, order->state, row.event);
  if (next && *next == row.to) return "";
  return "a step from " + std::string(word(order->state)) + " by " + std::string(word(row.event));
}
std::string object(const State& state, const FillApplied& row) {
  const auto [trade, order] = place_of(state, row.client_order_id);
  if (order == nullptr) return "an order that does not exist";
  if (!add(order->cum_qty, row.qty)) return "a quantity that does not fit";
  return trade->has_room_for_execution() ? "" : "more executions than there is room for";
}
std::string object(const State& state, const ProtectionMoved& row) {
  const Trade* const trade = state.find(row.hold);
  if (trade == nullptr) return unknown(row.hold);
  const auto next = next_state(kProtectionTransitions, trade->protection, row.event);
  if (next && *next == row.to) return "";
  return "a step from " + std::string(word(trade->protection)) + " by " +
         std::string(word(row.event));
}
std::string object(const State& state, const ProtectiveIssued& row) {
  const Trade* const trade = state.find(row.hold);
  if (trade == nullptr) return unknown(row.hold);
  return trade->orders.size() < Trade::kOrdersMax ? "" : "more orders than there is room for";
}
std::string object(const State& state, const ReductionMoved& row) {
  return state.find(row.hold) != nullptr ? "" : unknown(row.hold);
}
std::string object(const State& state, const TradeClosed& row) {
  return state.find(row.hold) != nullptr ? "" : unknown(row.hold);
}
template <class Row>
std::string object(const State&, const Row&) {
  return "";
}

template <class Row>
std::string object_to_fold(const State& state, Bytes payload) {
  const auto row = decode<Row>(payload);
  return row ? object(state, *row) : "bytes that are no such record";
}

struct FoldRow {
  std::uint16_t type;
  std::string (*objection)(const State&, Bytes);
};
template <class... Rows>
constexpr auto fold_table(gateway::RecordList<Rows...>) {
  return std::to_array<FoldRow>({{Rows::kType, &object_to_fold<Rows>}...});
}
constexpr auto kFolds = fold_table(gateway::FoldedRecords());

struct InputRow {
  std::uint16_t type;
  std::string (*objection)(Bytes);
};
template <class... Rows>
constexpr auto input_table() {
  return std::to_array<InputRow>({{Rows::kType, &object_to_input<Rows>}...});
}
constexpr auto kInputs =
    input_table<SessionOpened, LimitsProposed, DecisionRecorded, LedgerAnchored, EngineHeartbeat,
                CauseReported, Instrument, BalanceReported, MarketTop, SignalIntent, SignalRefused,
                OperatorCommand, ExecutionReport, HandedOff, KillAcknowledged, TimePassed,
                ConditionReported, ClockStepped, Operator, BalanceMoved>();

}  // namespace

std::string fold_objection(const State& state, std::uint16_t type, Bytes payload) {
  const auto* const row = std::find_if(kFolds.begin(), kFolds.end(),
                                       [&](const FoldRow& at) { return at.type == type; });
  return row == kFolds.end() ? "" : row->objection(state, payload);
}

std::string input_objection(std::uint16_t type, Bytes payload) {
  const auto* const row = std::find_if(kInputs.begin(), kInputs.end(),
                                       [&](const InputRow& at) { return at.type == type; });
  return row == kInputs.end() ? "an input of a type that is not known" : row->objection(payload);
}

}  // namespace clawgate::audit
