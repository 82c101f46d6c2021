// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/touch.h"

#include <algorithm>
#include <array>
#include <vector>

#include "schemas/fact.h"

namespace clawgate::audit {
namespace {

/// The ids that a record holds, wherever they stand in it.
struct Ids {
  std::vector<HoldId> holds;
  std::vector<ClientOrderId> orders;

  template <class T>
  void add(const T&) {}
  void add(HoldId hold) { holds.push_back(hold); }
  void add(const ClientOrderId& order) {
    if (!order.empty()) orders.push_back(order);
  }
  template <class T, std::size_t N>
  void add(const List<T, N>& list) {
    for (const T& item : list) add(item);
  }
  template <Record T>
  void add(const T& record) {
    T::visit(record, [this](const char*, const auto& field) { this->add(field); });
  }
};

template <class T>
void collect(Bytes payload, Ids& ids) {
  if (const auto record = decode<T>(payload)) ids.add(*record);
}

struct Row {
  std::uint16_t type;
  void (*collect)(Bytes, Ids&);
};
template <class... Rows>
constexpr auto table() {
  return std::to_array<Row>({{Rows::kType, &collect<Rows>}...});
}
constexpr auto kRows =
    table<OperatorCommand, ExecutionReport, HandedOff, SignalDecided, CandidateHeld, RiskVerdict,
          HoldMoved, OrderIntent, OrderMoved, FillApplied, ProtectionMoved, ProtectiveIssued,
          CommandDecided, CancelIssued, QueryIssued, TradeClosed, ProtectiveActionTaken,
          ReductionMoved, UnknownClosed>();

}  // namespace

bool HoldTouch::operator()(std::uint16_t type, Bytes payload) {
  const auto* const row =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& at) { return at.type == type; });
  if (row == kRows.end()) return false;
  Ids ids;
  row->collect(payload, ids);
  const bool named = std::find(ids.holds.begin(), ids.holds.end(), hold_) != ids.holds.end();
  if (named) orders_.insert(ids.orders.begin(), ids.orders.end());
  return named || std::any_of(ids.orders.begin(), ids.orders.end(),
                              [&](const ClientOrderId& id) { return orders_.contains(id); });
}

}  // namespace clawgate::audit
