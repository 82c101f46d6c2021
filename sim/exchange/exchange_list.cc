// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/exchange/exchange.h"
#include "sim/exchange/exchange_report.h"
#include "sim/exchange/filters.h"

// What the legs of a list mean to one another.
//
//   OCO    both legs work; the first that triggers or trades expires the other (OCO_TRIGGER).
//   OTO    working FILLED ─▶ pending is armed; working expired ─▶ pending expires with it.
//   OTOCO  as OTO, and what is armed is an OCO pair.
//
// Cancelling any leg cancels the list. A pending leg locks no funds until it is armed.

namespace clawgate::sim {
namespace {

constexpr std::size_t kWorking = 0;  // index of the working leg in an OTO or OTOCO

bool waits_for_working(const ListRecord& list) {
  return list.kind != ListKind::Oco;
}

}  // namespace

ListRecord& Exchange::create_list(SymbolState& symbol, AccountId account, ListKind kind,
                                  const ClientId& client_id) {
  ListRecord& list = lists_.add();
  list.symbol = symbol.id;
  list.account = account;
  list.id = ListId(static_cast<std::int64_t>(lists_.size()) - 1);
  list.client_id = client_id.empty() ? next_client_id() : client_id;
  list.kind = kind;
  list.created = now_;
  list_ids_[{account, list.client_id}] = list.id;
  ++symbol.of(account).load.lists;
  touch(list);
  return list;
}

ListRecord& Exchange::list_of(const OrderNode& order) {
  return lists_[static_cast<std::size_t>(order.list.value())];
}

// The other leg of an OCO pair; nullptr for an order that is in none.
OrderNode* Exchange::sibling_of(SymbolState& symbol, const OrderNode& order) {
  if (order.list == kNoList) return nullptr;
  const ListRecord& list = list_of(order);
  if (list.kind == ListKind::Oto) return nullptr;
  const std::size_t below = list.kind == ListKind::Oco ? 0 : 1;
  const OrderId first = list.orders[below];
  const OrderId second = list.orders[below + 1];
  if (order.id == first) return &symbol.order(second);
  if (order.id == second) return &symbol.order(first);
  return nullptr;
}

// `order` is about to work or trade: its sibling ends, and the funds of the pair become its own.
void Exchange::part_pair(SymbolState& symbol, OrderNode& order) {
  OrderNode* const sibling = sibling_of(symbol, order);
  if (sibling == nullptr || !is_open(sibling->status)) return;
  ListRecord& list = list_of(order);
  order.locked = list.pair_locked;
  list.pair_locked = 0;
  touch(order);
  touch(list);
  const std::int64_t excess = order.locked - funding_of(symbol, order)->need;
  if (excess > 0) {
    ledger_.unlock(order.account, asset_given(symbol, order.side), excess);
    order.locked -= excess;
  }
  expire(symbol, *sibling, ExpiryReason::OcoTrigger, RejectReason::None);
}

// After an order ended other than by a cancel of its list.
void Exchange::leg_ended(SymbolState& symbol, OrderNode& order) {
  if (order.list == kNoList) return;
  ListRecord& list = list_of(order);
  if (waits_for_working(list) && order.id == list.orders[kWorking]) {
    if (order.status == OrderStatus::Filled) {
      arming_.push_back(list.id);
      return;
    }
    for (std::size_t i = kWorking + 1; i < list.orders.size(); ++i) {
      OrderNode& pending = symbol.order(list.orders[i]);
      if (!is_open(pending.status)) continue;
      pending.status = OrderStatus::Expired;
      pending.expiry_reason = ExpiryReason::OtoPhaseOneExpired;
      close(symbol, pending);
      report(pending, ExecType::Expired, {});
    }
  }
  OrderNode* const sibling = sibling_of(symbol, order);
  const bool gave_way = order.expiry_reason == ExpiryReason::OcoTrigger;
  if (!gave_way && sibling != nullptr && is_open(sibling->status)) {
    // It ended before it could trade (prevented, refused), so the whole pair ends.
    expire(symbol, *sibling, ExpiryReason::OcoTrigger, RejectReason::None);
    return;
  }
  end_list_if_done(symbol, list);
}

void Exchange::end_list_if_done(SymbolState& symbol, ListRecord& list) {
  if (list.order_status == ListOrderStatus::AllDone) return;
  for (const OrderId id : list.orders) {
    if (is_open(symbol.order(id).status)) return;
  }
  const Side side = symbol.order(list.orders[list.orders.size() - 1]).side;
  ledger_.unlock(list.account, asset_given(symbol, side), list.pair_locked);
  list.pair_locked = 0;
  list.status_type = ListStatusType::AllDone;
  list.order_status = ListOrderStatus::AllDone;
  --symbol.of(list.account).load.lists;
  touch(list);
  report_list(symbol, list);
}

// What the trades of this call set off, until nothing is left: lists arm, then stops trigger, in
// the order in which that came up.
void Exchange::settle(SymbolState& symbol) {
  while (!arming_.empty() || !symbol.fired.empty()) {
    if (!arming_.empty()) {
      const ListId id = arming_.front();
      arming_.erase(arming_.begin());
      arm(symbol, lists_[static_cast<std::size_t>(id.value())]);
      continue;
    }
    OrderNode& order = *symbol.fired.front();
    symbol.fired.erase(symbol.fired.begin());
    order.parked = Parked::Nowhere;
    trigger(symbol, order);
  }
}

void Exchange::arm(SymbolState& symbol, ListRecord& list) {
  OrderNode& first = symbol.order(list.orders[kWorking + 1]);
  if (list.kind == ListKind::Oto) {
    arm_order(symbol, first);
  } else {
    arm_pair(symbol, list, first, symbol.order(list.orders[kWorking + 2]));
  }
}

// A pending or waiting order meets the filters again when its time comes.
std::optional<Refusal> Exchange::recheck(SymbolState& symbol, const OrderNode& order) {
  const auto broken = check_numbers(symbol.rules,
                                    {.side = order.side,
                                     .type = order.type,
                                     .price = order.price,
                                     .stop_price = order.stop_price,
                                     .quantity = order.quantity,
                                     .quote_order_qty = Notional(),
                                     .iceberg_qty = order.iceberg_qty},
                                    symbol.average.at(now_));
  if (broken) return refuse::filter(*broken);
  return std::nullopt;
}

std::optional<Refusal> Exchange::arm_or_refuse(SymbolState& symbol, OrderNode& order) {
  if (auto no = recheck(symbol, order)) return no;
  if (auto no = check_start(symbol, order.side, order.type, order.price, order.stop_price)) {
    return no;
  }
  const auto funding = funding_of(symbol, order);
  if (!funding) return funding.error();
  if (!ledger_.lock(order.account, asset_given(symbol, order.side), funding->need)) {
    return refuse::insufficient_balance();
  }
  order.locked = funding->need;
  return std::nullopt;
}

void Exchange::arm_order(SymbolState& symbol, OrderNode& order) {
  if (const auto no = arm_or_refuse(symbol, order)) {
    expire(symbol, order, ExpiryReason::Rejected, no->reject);
    return;
  }
  order.status = OrderStatus::New;
  announce(symbol, order);
  execute(symbol, order, nullptr);
}

std::optional<Refusal> Exchange::arm_pair_or_refuse(SymbolState& symbol, ListRecord& list,
                                                    const OrderNode& below,
                                                    const OrderNode& above) {
  if (auto no = recheck(symbol, below)) return no;
  if (auto no = recheck(symbol, above)) return no;
  const auto sets_off = [](const OrderNode& leg) {
    return leg.type == OrderType::LimitMaker ? leg.price : leg.stop_price;
  };
  if (auto no = check_pair_start(symbol, below.side, above.type, sets_off(above), below.type,
                                 sets_off(below))) {
    return no;
  }
  const std::int64_t need =
      std::max(funding_of(symbol, below)->need, funding_of(symbol, above)->need);
  if (!ledger_.lock(list.account, asset_given(symbol, below.side), need)) {
    return refuse::insufficient_balance();
  }
  list.pair_locked = need;
  touch(list);
  return std::nullopt;
}

void Exchange::arm_pair(SymbolState& symbol, ListRecord& list, OrderNode& below, OrderNode& above) {
  if (const auto no = arm_pair_or_refuse(symbol, list, below, above)) {
    for (OrderNode* leg : {&below, &above}) {
      leg->status = OrderStatus::Expired;
      leg->expiry_reason = ExpiryReason::Rejected;
      close(symbol, *leg);
      Change change;
      change.reject = no->reject;
      report(*leg, ExecType::Expired, change);
    }
    end_list_if_done(symbol, list);
    return;
  }
  for (OrderNode* leg : {&below, &above}) {
    leg->status = OrderStatus::New;
    announce(symbol, *leg);
  }
  execute(symbol, below, nullptr);
  execute(symbol, above, nullptr);
}

// The last price reached a stop. Its report is a second NEW, now on the book.
void Exchange::trigger(SymbolState& symbol, OrderNode& order) {
  part_pair(symbol, order);
  if (auto no = recheck(symbol, order)) {
    expire(symbol, order, ExpiryReason::Rejected, no->reject);
    return;
  }
  if (!has_limit(order.type) && order.side == Side::Buy && !fund_triggered(symbol, order)) {
    expire(symbol, order, ExpiryReason::Rejected, RejectReason::InsufficientBalances);
    return;
  }
  order.working = true;
  order.working_since = now_;
  touch(order);
  report(order, ExecType::New, {});
  execute(symbol, order, nullptr);
}

// A triggered market BUY locks what it will really cost, which is seldom what was set aside.
bool Exchange::fund_triggered(SymbolState& symbol, OrderNode& order) {
  const auto plan = plan_market(symbol, order);
  const AssetId quote = symbol.quote;
  if (plan->need <= order.locked) return true;
  const std::int64_t missing = plan->need - order.locked;
  if (!ledger_.lock(order.account, quote, missing)) return false;
  order.locked += missing;
  return true;
}

ListAnswer Exchange::answer_of(SymbolState& symbol, const ListRecord& list) const {
  ListAnswer answer;
  answer.list = list;
  answer.transact_time = now_;
  for (const OrderId id : list.orders) {
    OrderAnswer& report = answer.reports.emplace_back();
    report.order = symbol.order(id);
    report.transact_time = now_;
  }
  return answer;
}

}  // namespace clawgate::sim
