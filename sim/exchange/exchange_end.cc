// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schemas/core/assert.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/exchange_report.h"
#include "sim/exchange/params.h"

// How orders end other than by filling: expiry and cancel.

namespace clawgate::sim {
namespace {

std::optional<Refusal> check_restriction(const OrderRecord& order, CancelRestriction restriction) {
  const bool met =
      restriction == CancelRestriction::None ||
      (restriction == CancelRestriction::OnlyNew && order.status == OrderStatus::New) ||
      (restriction == CancelRestriction::OnlyPartiallyFilled &&
       order.status == OrderStatus::PartiallyFilled);
  if (met) return std::nullopt;
  return refuse::cancel("Order was not canceled due to cancel restrictions.");
}

std::optional<Refusal> check_cancel_id(const ClientId& id) {
  if (id.empty() || is_client_id(id.view())) return std::nullopt;
  return refuse::illegal_characters("newClientOrderId", kClientIdRange);
}

}  // namespace

// Out of the books, with what it still held. The caller has set the final status.
void Exchange::close(SymbolState& symbol, OrderNode& order) {
  if (order.parked == Parked::Book) symbol.own.remove(order);
  if (order.parked == Parked::Triggers) symbol.triggers.remove(order);
  if (order.parked == Parked::Fired) std::erase(symbol.fired, &order);
  order.parked = Parked::Nowhere;

  AccountOnSymbol& owner = symbol.of(order.account);
  (order.previous_open == nullptr ? owner.first_open : order.previous_open->next_open) =
      order.next_open;
  (order.next_open == nullptr ? owner.last_open : order.next_open->previous_open) =
      order.previous_open;
  order.previous_open = nullptr;
  order.next_open = nullptr;
  --owner.load.orders;
  if (is_algo(order.type)) --owner.load.algo_orders;
  if (order.is_iceberg()) --owner.load.iceberg_orders;
  if (order.side == Side::Buy) owner.load.open_buys -= order.leaves().raw();

  ledger_.unlock(order.account, asset_given(symbol, order.side), order.locked);
  order.locked = 0;
  touch(order);
}

void Exchange::expire(SymbolState& symbol, OrderNode& order, ExpiryReason reason,
                      RejectReason reject) {
  order.status = OrderStatus::Expired;
  order.expiry_reason = reason;
  close(symbol, order);
  Change change;
  change.reject = reject;
  report(order, ExecType::Expired, change);
  leg_ended(symbol, order);
}

OrderAnswer Exchange::cancel_one(SymbolState& symbol, OrderNode& order, const ClientId& cancel_id) {
  order.status = OrderStatus::Canceled;
  close(symbol, order);
  Change change;
  change.cancel_id = cancel_id;
  report(order, ExecType::Canceled, change);
  OrderAnswer answer;
  answer.order = order;
  answer.transact_time = now_;
  answer.cancel_id = cancel_id;
  return answer;
}

ListAnswer Exchange::cancel_whole(ListRecord& list, const ClientId& cancel_id) {
  SymbolState& symbol = state(list.symbol);
  for (const OrderId id : list.orders) {
    OrderNode& order = symbol.order(id);
    if (is_open(order.status)) cancel_one(symbol, order, cancel_id);
  }
  end_list_if_done(symbol, list);
  ListAnswer answer = answer_of(symbol, list);
  for (OrderAnswer& report : answer.reports) {
    if (report.order.status == OrderStatus::Canceled) report.cancel_id = cancel_id;
  }
  return answer;
}

Answer<CancelAnswer> Exchange::cancel(const CancelOrder& request, TimeNs now) {
  begin(now);
  if (!request.order.order_id && !request.order.client_id) {
    return refuse::mandatory_either("origClientOrderId", "orderId");
  }
  if (auto no = check_cancel_id(request.cancel_id)) return *std::move(no);
  SymbolState& s = state(request.order.symbol);
  const auto found = find(s, request.order);
  if (!found) return refuse::unknown_order();
  OrderNode& order = s.order((*found)->id);
  if (!is_open(order.status)) return refuse::unknown_order();
  if (auto no = check_restriction(order, request.restriction)) return *std::move(no);
  const ClientId cancel_id = request.cancel_id.empty() ? next_client_id() : request.cancel_id;
  CancelAnswer answer;
  if (order.list == kNoList) {
    answer.order = cancel_one(s, order, cancel_id);
  } else {
    answer.list = cancel_whole(list_of(order), cancel_id);
  }
  finish();
  return answer;
}

Answer<ListAnswer> Exchange::cancel(const CancelList& request, TimeNs now) {
  begin(now);
  if (!request.list.list_id && !request.list.client_id) {
    return refuse::mandatory_either("orderListId", "listClientOrderId");
  }
  if (auto no = check_cancel_id(request.cancel_id)) return *std::move(no);
  const ListRecord* const found = find(request.list);
  if (found == nullptr || found->symbol != request.symbol ||
      found->order_status != ListOrderStatus::Executing) {
    return refuse::unknown_order();
  }
  const ClientId cancel_id = request.cancel_id.empty() ? next_client_id() : request.cancel_id;
  ListAnswer answer = cancel_whole(lists_[static_cast<std::size_t>(found->id.value())], cancel_id);
  finish();
  return answer;
}

Answer<CancelAllAnswer> Exchange::cancel_all(AccountId account, SymbolId symbol, TimeNs now) {
  begin(now);
  SymbolState& s = state(symbol);
  const AccountOnSymbol& owner = s.of(account);
  if (owner.first_open == nullptr) return refuse::unknown_order();
  CancelAllAnswer answer;
  while (owner.first_open != nullptr) {
    OrderNode& order = *owner.first_open;
    if (order.list == kNoList) {
      answer.orders.push_back(cancel_one(s, order, next_client_id()));
    } else {
      answer.lists.push_back(cancel_whole(list_of(order), next_client_id()));
    }
  }
  finish();
  return answer;
}

}  // namespace clawgate::sim
