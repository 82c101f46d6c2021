// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/exchange_report.h"

#include <algorithm>

#include "schemas/core/assert.h"

// The events of the user data stream.

namespace clawgate::sim {

void Exchange::report(const OrderNode& order, ExecType type, const Change& change) {
  ++executions_;
  if (events_ == nullptr) return;
  ExecutionReport event;
  event.order = order;
  event.client_id = order.client_id;
  if (type == ExecType::Canceled) {
    event.client_id = change.cancel_id;
    event.original = order.client_id;
  }
  event.exec_type = type;
  event.reject = change.reject;
  event.time = now_;
  event.execution_id = executions_;
  event.on_book = order.working && is_open(order.status);
  if (type == ExecType::Trade) {
    event.last_quantity = change.trade.quantity;
    event.last_price = change.trade.price;
    event.last_quote = change.trade.quote;
    event.commission = change.trade.commission;
    event.commission_asset = change.trade.commission_asset;
    event.trade = change.trade.id;
    event.maker = change.trade.maker;
  }
  event.prevented_match_id = change.prevented_match_id;
  event.last_prevented = change.last_prevented;
  event.counter_order = change.counter_order;
  event.prevented_price = change.prevented_price;
  event.prevented_execution = change.prevented_execution;
  event.prevented_quote = change.prevented_quote;
  events_->on(order.account, event);
}

void Exchange::report_list(SymbolState& symbol, const ListRecord& list) {
  if (events_ == nullptr) return;
  ListStatusEvent event;
  event.list = list;
  event.time = now_;
  for (const OrderId id : list.orders) {
    const bool fits = event.client_ids.push_back(symbol.order(id).client_id);
    CLAWGATE_ASSERT(fits);
  }
  events_->on(list.account, event);
}

// Accounts in the order in which the call first touched them.
void Exchange::report_positions() {
  const auto& touched = ledger_.touched();
  for (std::size_t i = 0; i < touched.size(); ++i) {
    const AccountId account = touched[i].account;
    const auto same = [account](const Ledger::Touched& row) { return row.account == account; };
    const auto begin = touched.begin();
    if (std::find_if(begin, begin + static_cast<std::ptrdiff_t>(i), same) !=
        begin + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    position_.account = account;
    position_.time = now_;
    position_.balances.clear();
    for (std::size_t j = i; j < touched.size(); ++j) {
      if (!same(touched[j])) continue;
      const Ledger::Balance& balance = ledger_.balance(account, touched[j].asset);
      position_.balances.push_back({touched[j].asset, balance.free, balance.locked});
    }
    events_->on(account, position_);
  }
}

}  // namespace clawgate::sim
