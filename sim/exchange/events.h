// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "sim/exchange/answers.h"
#include "sim/exchange/order.h"

// The user data stream: what an account is told, in order. Letters are Binance's field names.

namespace clawgate::sim {

struct ExecutionReport {
  OrderRecord order;                   // after the event: s S o f q p P g X i z Z Q O W V j J d v A
  ClientId client_id;                  // `c`: the order's, or the cancel's own
  ClientId original;                   // `C`: the order's when `c` is a cancel's, else empty
  ExecType exec_type = ExecType::New;  // `x`
  RejectReason reject = RejectReason::None;  // `r`
  TimeNs time;                               // `E`, `T`
  std::int64_t execution_id = 0;             // `I`
  Qty last_quantity;                         // `l`
  Px last_price;                             // `L`
  Notional last_quote;                       // `Y`
  std::int64_t commission = 0;               // `n`, 1e-8 of `N`
  AssetId commission_asset;                  // `N`; null when commission is 0
  TradeId trade = kNoTrade;                  // `t`
  bool on_book = false;                      // `w`
  bool maker = false;                        // `m`
  // Self-trade prevention only (exec_type TradePrevention).
  std::int64_t prevented_match_id = -1;  // `v`
  Qty last_prevented;                    // `B`
  OrderId counter_order;                 // `U`
  Px prevented_price;                    // `pL`: where the two would have met
  Qty prevented_execution;               // `pl`: how much would have traded
  Notional prevented_quote;              // `pY`
};

struct ListStatusEvent {
  ListRecord list;
  List<ClientId, 3> client_ids;  // of list.orders, in the same order
  TimeNs time;
};

/// outboundAccountPosition: the balances that may have changed, once per engine event.
struct AccountPosition {
  AccountId account;
  TimeNs time;
  std::vector<BalanceRow> balances;
};

/// A deposit or withdrawal.
struct BalanceUpdate {
  AccountId account;
  AssetId asset;
  std::int64_t delta = 0;  // 1e-8 units
  TimeNs time;
};

/// Told of every event as it happens. One thread: the one that calls the exchange.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on(AccountId account, const ExecutionReport& event) = 0;
  virtual void on(AccountId account, const ListStatusEvent& event) = 0;
  virtual void on(AccountId account, const AccountPosition& event) = 0;
  virtual void on(AccountId account, const BalanceUpdate& event) = 0;
};

/// A trade as everybody sees it.
struct PublicTrade {
  SymbolId symbol;
  Px price;
  Qty quantity;
  TimeNs time;
  bool buyer_is_maker = false;
  OrderId taker;           // 0: the outside market
  std::uint64_t call = 0;  // trades of one call, taker and price are one aggregate trade
};

/// Told of every trade, ours and the outside market's. What an outside trade filled of our orders
/// comes first, trade by trade; then what is left of it.
class TapeSink {
 public:
  virtual ~TapeSink() = default;
  virtual void on_trade(const PublicTrade& trade) = 0;
};

using UserEvent = std::variant<ExecutionReport, ListStatusEvent, AccountPosition, BalanceUpdate>;

/// Keeps each account's events until someone drains them.
class EventQueue final : public EventSink {
 public:
  void on(AccountId account, const ExecutionReport& event) override {
    events_[account].emplace_back(event);
  }
  void on(AccountId account, const ListStatusEvent& event) override {
    events_[account].emplace_back(event);
  }
  void on(AccountId account, const AccountPosition& event) override {
    events_[account].emplace_back(event);
  }
  void on(AccountId account, const BalanceUpdate& event) override {
    events_[account].emplace_back(event);
  }

  /// All events of `account` since the last drain, oldest first.
  [[nodiscard]] std::vector<UserEvent> drain(AccountId account) {
    return std::exchange(events_[account], {});
  }

 private:
  std::map<AccountId, std::vector<UserEvent>> events_;
};

}  // namespace clawgate::sim
