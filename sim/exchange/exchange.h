// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/exchange/answers.h"
#include "sim/exchange/events.h"
#include "sim/exchange/facts.h"
#include "sim/exchange/ledger.h"
#include "sim/exchange/refusal.h"
#include "sim/exchange/requests.h"
#include "sim/exchange/symbol_rules.h"
#include "sim/exchange/symbol_state.h"
#include "sim/market/event.h"

// A Binance Spot to practise on, in process.
//
//   requests ─▶ shape ─ rules ─ filters ─ funds ─▶ match ─▶ answer
//                                                   │ ▲
//   market events ─▶ outside book ──────────────────┘ │
//                                                   triggers, lists that arm
//                                                   │
//                                                   ▼
//                                events per account, facts for the log
//
// Pure and deterministic: the time is an argument (one that runs backwards is taken as the newest
// seen), ids come from counters, no I/O. Not thread-safe: one thread calls it.

namespace clawgate::sim {

struct AccountOptions {
  std::int64_t uid = 0;
  CommissionRates rates{bps(10), bps(10)};
  bool can_trade = true;
};

class Exchange {
 public:
  /// `events` may be null; it outlives the exchange.
  explicit Exchange(EventSink* events = nullptr) : events_(events) {}
  /// `tape` outlives the exchange and hears of every trade from here on.
  void listen(TapeSink& tape) { tapes_.push_back(&tape); }

  // Setting up.
  SymbolId add_symbol(const SymbolRules& rules);
  /// What exchangeInfo changes at run time: status, filters, types. Not the assets.
  void set_rules(SymbolId symbol, const SymbolRules& rules);
  AccountId open_account(const AccountOptions& options);
  void set_rates(AccountId account, SymbolId symbol, const CommissionRates& rates);
  /// `amount` in 1e-8 units, negative to withdraw. False changes nothing: not that much is free.
  [[nodiscard]] bool deposit(AccountId account, AssetId asset, std::int64_t amount, TimeNs now);

  // Orders.
  [[nodiscard]] Answer<OrderAnswer> place(const NewOrder& request, TimeNs now);
  [[nodiscard]] Answer<ListAnswer> place(const NewOco& request, TimeNs now);
  [[nodiscard]] Answer<ListAnswer> place(const NewOto& request, TimeNs now);
  [[nodiscard]] Answer<ListAnswer> place(const NewOtoco& request, TimeNs now);
  /// What place() would refuse before the matching engine, changing nothing (`/order/test`).
  [[nodiscard]] std::optional<Refusal> test(const NewOrder& request, TimeNs now);
  [[nodiscard]] Answer<CancelAnswer> cancel(const CancelOrder& request, TimeNs now);
  [[nodiscard]] Answer<ListAnswer> cancel(const CancelList& request, TimeNs now);
  [[nodiscard]] Answer<CancelAllAnswer> cancel_all(AccountId account, SymbolId symbol, TimeNs now);

  // The market outside.
  void apply(const MarketEvent& event, TimeNs now);

  // Queries. All lists are oldest first.
  [[nodiscard]] Answer<OrderRecord> order(const OrderRef& ref) const;
  [[nodiscard]] std::vector<OrderRecord> open_orders(AccountId account, SymbolId symbol) const;
  /// From order id `from`, at most `limit`.
  [[nodiscard]] std::vector<OrderRecord> all_orders(AccountId account, SymbolId symbol,
                                                    OrderId from, std::size_t limit) const;
  /// From trade id `from`, at most `limit`.
  [[nodiscard]] std::vector<TradeRecord> trades(AccountId account, SymbolId symbol, TradeId from,
                                                std::size_t limit) const;
  [[nodiscard]] Answer<ListRecord> list(const ListRef& ref) const;
  [[nodiscard]] std::vector<ListRecord> lists(AccountId account, bool only_open) const;
  [[nodiscard]] AccountAnswer account(AccountId account) const;
  [[nodiscard]] CommissionRates rates(AccountId account, SymbolId symbol) const;
  [[nodiscard]] DepthAnswer depth(SymbolId symbol, std::size_t limit) const;
  /// A price may have both marks.
  [[nodiscard]] std::vector<BookMark> marks(SymbolId symbol) const;
  [[nodiscard]] Px last_price(SymbolId symbol) const { return state(symbol).last_price; }
  /// The filters' reference price; 0 before the first trade.
  [[nodiscard]] Px average_price(SymbolId symbol) { return state(symbol).average.at(now_); }
  [[nodiscard]] std::optional<SymbolId> find_symbol(std::string_view name) const;
  [[nodiscard]] const SymbolRules& rules(SymbolId symbol) const { return state(symbol).rules; }
  [[nodiscard]] std::size_t symbols() const { return symbols_.size(); }
  [[nodiscard]] std::size_t accounts() const { return accounts_.size(); }
  [[nodiscard]] AssetId base(SymbolId symbol) const { return state(symbol).base; }
  [[nodiscard]] AssetId quote(SymbolId symbol) const { return state(symbol).quote; }
  [[nodiscard]] const AssetName& asset_name(AssetId asset) const { return ledger_.name_of(asset); }
  [[nodiscard]] std::optional<AssetId> find_asset(std::string_view name) const;
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] TimeNs now() const { return now_; }
  /// Every asset sums to zero over accounts, fees and the outside; see Ledger.
  [[nodiscard]] bool conserved() const { return ledger_.conserved(); }
  /// How much of the outside market trades before an order that rests; 0 when it does not rest.
  [[nodiscard]] Qty queue_ahead(SymbolId symbol, OrderId order) const;

 private:
  // One account's settings; balances are the ledger's.
  struct AccountState {
    AccountOptions options;
    TimeNs updated;
  };
  // What a taker can have next; `maker` is null for the outside market.
  struct Offer {
    Px price;
    Qty quantity;
    OrderNode* maker;
  };
  // What an order needs before it may work.
  struct Funding {
    Qty quantity;           // as asked, or what the quote quantity buys
    std::int64_t need = 0;  // 1e-8 of the asset given
    bool thin = false;      // the book ends before the quote quantity does
  };
  struct Change;  // what a report tells beyond the order itself; exchange_report.cc

  // exchange.cc: set-up, the frame around every call.
  [[nodiscard]] SymbolState& state(SymbolId symbol) { return *symbols_[symbol.value()]; }
  [[nodiscard]] const SymbolState& state(SymbolId symbol) const {
    return *symbols_[symbol.value()];
  }
  void begin(TimeNs now);
  void finish();
  void touch(OrderNode& order);
  void touch(ListRecord& list);
  [[nodiscard]] ClientId next_client_id();

  // exchange_check.cc: everything that can be refused before anything changes.
  [[nodiscard]] std::optional<Refusal> check_open(const SymbolState& symbol,
                                                  AccountId account) const;
  [[nodiscard]] std::optional<Refusal> check_terms(SymbolState& symbol, AccountId account,
                                                   const OrderTerms& terms,
                                                   std::optional<StpMode> stp,
                                                   std::string_view prefix);
  [[nodiscard]] std::optional<Refusal> check_added(const SymbolState& symbol, AccountId account,
                                                   const AddedLoad& added) const;
  [[nodiscard]] std::optional<Refusal> check_ids(const SymbolState& symbol, AccountId account,
                                                 const ClientId& list,
                                                 std::initializer_list<ClientId> orders) const;
  [[nodiscard]] std::optional<Refusal> check_validity(const NewOrder& request);
  [[nodiscard]] std::optional<Refusal> check_order(const NewOrder& request);
  [[nodiscard]] std::optional<Refusal> check_list(const NewOco& request);
  [[nodiscard]] std::optional<Refusal> check_list(const NewOto& request);
  [[nodiscard]] std::optional<Refusal> check_list(const NewOtoco& request);
  /// Whether the order may start now: its trigger, its post-only promise.
  [[nodiscard]] std::optional<Refusal> check_start(SymbolState& symbol, Side side, OrderType type,
                                                   Px price, Px stop_price);
  [[nodiscard]] std::optional<Refusal> check_pair_start(SymbolState& symbol, Side side,
                                                        OrderType above, Px above_at,
                                                        OrderType below, Px below_at);

  // exchange_place.cc: a new order becomes part of the books.
  [[nodiscard]] OrderRecord draft(const SymbolState& symbol, AccountId account,
                                  const OrderTerms& terms, std::optional<StpMode> stp,
                                  OrderStatus status) const;
  [[nodiscard]] static Answer<Funding> funding_of(const SymbolState& symbol,
                                                  const OrderRecord& order);
  OrderNode& create(SymbolState& symbol, const OrderRecord& draft);
  [[nodiscard]] static ClientId free_client_id(const SymbolState& symbol, const OrderNode& order);
  static void open(SymbolState& symbol, OrderNode& order);
  OrderNode& add_leg(SymbolState& symbol, ListRecord& list, const OrderRecord& draft);
  Answer<ListAnswer> place_working_first(SymbolState& symbol, ListKind kind,
                                         const ClientId& client_id, const OrderRecord& working,
                                         std::initializer_list<OrderRecord> pending);
  void announce(SymbolState& symbol, OrderNode& order);
  void execute(SymbolState& symbol, OrderNode& order, OrderAnswer* answer);
  void rest(SymbolState& symbol, OrderNode& order);
  void show_next_part(SymbolState& symbol, OrderNode& order);
  [[nodiscard]] static AssetId asset_given(const SymbolState& symbol, Side side) {
    return side == Side::Buy ? symbol.quote : symbol.base;
  }

  // exchange_match.cc: who trades with whom.
  [[nodiscard]] static std::optional<Offer> best_offer(SymbolState& symbol, Side taker);
  [[nodiscard]] static bool would_cross(SymbolState& symbol, Side side, Px price);
  [[nodiscard]] static Answer<Funding> plan_market(const SymbolState& symbol,
                                                   const OrderRecord& order);
  [[nodiscard]] static bool can_fill(const SymbolState& symbol, const OrderRecord& order);
  void match(SymbolState& symbol, OrderNode& taker, OrderAnswer* answer);
  void prevent(SymbolState& symbol, OrderNode& taker, OrderNode& maker, OrderAnswer* answer);
  [[nodiscard]] bool can_settle(const SymbolState& symbol, const OrderNode& order, Px price,
                                Qty quantity) const;
  void take_outside(SymbolState& symbol, Side side, Px price, Qty quantity);
  /// `taker` or `maker` null: the outside market.
  void trade(SymbolState& symbol, OrderNode* taker, OrderNode* maker, Px price, Qty quantity,
             OrderAnswer* answer);
  void settle_side(SymbolState& symbol, OrderNode& order, const TradeRecord& terms,
                   OrderAnswer* answer);
  void release_excess(const SymbolState& symbol, OrderNode& order);
  void on_price(SymbolState& symbol, Px price, Qty quantity);
  void print(const SymbolState& symbol, Px price, Qty quantity, bool buyer_is_maker,
             OrderId taker) const;

  // exchange_end.cc: how orders end.
  void close(SymbolState& symbol, OrderNode& order);
  void expire(SymbolState& symbol, OrderNode& order, ExpiryReason reason, RejectReason reject);
  OrderAnswer cancel_one(SymbolState& symbol, OrderNode& order, const ClientId& cancel_id);
  ListAnswer cancel_whole(ListRecord& list, const ClientId& cancel_id);

  // exchange_list.cc: what the legs of a list mean to one another.
  ListRecord& create_list(SymbolState& symbol, AccountId account, ListKind kind,
                          const ClientId& client_id);
  [[nodiscard]] ListRecord& list_of(const OrderNode& order);
  [[nodiscard]] OrderNode* sibling_of(SymbolState& symbol, const OrderNode& order);
  void part_pair(SymbolState& symbol, OrderNode& order);
  void leg_ended(SymbolState& symbol, OrderNode& order);
  void end_list_if_done(SymbolState& symbol, ListRecord& list);
  void settle(SymbolState& symbol);
  void arm(SymbolState& symbol, ListRecord& list);
  void arm_order(SymbolState& symbol, OrderNode& order);
  void arm_pair(SymbolState& symbol, ListRecord& list, OrderNode& below, OrderNode& above);
  [[nodiscard]] std::optional<Refusal> arm_or_refuse(SymbolState& symbol, OrderNode& order);
  [[nodiscard]] std::optional<Refusal> arm_pair_or_refuse(SymbolState& symbol, ListRecord& list,
                                                          const OrderNode& below,
                                                          const OrderNode& above);
  [[nodiscard]] std::optional<Refusal> recheck(SymbolState& symbol, const OrderNode& order);
  void trigger(SymbolState& symbol, OrderNode& order);
  [[nodiscard]] bool fund_triggered(SymbolState& symbol, OrderNode& order);
  [[nodiscard]] ListAnswer answer_of(SymbolState& symbol, const ListRecord& list) const;

  // exchange_market.cc: the outside market meets our resting orders.
  static void on_snapshot(SymbolState& symbol, const MarketEvent& event);
  static void on_depth(SymbolState& symbol, const MarketEvent& event);
  static void on_top(SymbolState& symbol, const MarketEvent& event);
  void on_trade(SymbolState& symbol, const MarketEvent& event);
  /// Answers how much of `volume` our orders got.
  Qty fill_at(SymbolState& symbol, Side side, Px price, Qty volume, TimeNs at);
  void fill_crossed(SymbolState& symbol, Side side);

  // exchange_report.cc
  void report(const OrderNode& order, ExecType type, const Change& change);
  void report_list(SymbolState& symbol, const ListRecord& list);
  void report_positions();

  // exchange_query.cc
  [[nodiscard]] Answer<const OrderRecord*> find(const SymbolState& symbol,
                                                const OrderRef& ref) const;
  [[nodiscard]] const ListRecord* find(const ListRef& ref) const;

  // exchange_facts.cc
  friend class Restorer;
  void commit_facts();

  EventSink* events_;
  FactSink* facts_ = nullptr;
  std::vector<TapeSink*> tapes_;
  Ledger ledger_;
  std::vector<std::unique_ptr<SymbolState>> symbols_;
  std::vector<AccountState> accounts_;
  Slab<ListRecord> lists_;                                     // by id
  std::map<std::pair<AccountId, ClientId>, ListId> list_ids_;  // the newest with that client id
  std::vector<ListId> arming_;  // working order filled in this call, pending legs not yet armed
  TimeNs now_;
  std::uint64_t call_ = 0;
  std::int64_t executions_ = 0;  // last execution id given
  std::uint64_t made_ids_ = 0;   // list and cancel ids made here

  // What this call changed, for the facts.
  std::vector<OrderNode*> touched_orders_;
  std::vector<ListId> touched_lists_;
  std::vector<AccountId> touched_accounts_;
  std::vector<std::pair<AccountId, SymbolId>> touched_rates_;
  std::vector<TradeRecord> touched_trades_;
  AccountPosition position_;  // reused
};

}  // namespace clawgate::sim
