// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/exchange/exchange.h"

// A seeded stream of everything that can happen to the exchange, close around one price so that
// orders meet, lists arm and stops trigger all the time; and what must hold after each step.

namespace clawgate::sim {

/// What the events told, to be compared with what queries answer.
class EventMirror final : public EventSink {
 public:
  void on(AccountId account, const ExecutionReport& event) override {
    EXPECT_EQ(account, event.order.account);
    EXPECT_GT(event.execution_id, last_execution_) << "execution ids go up";
    last_execution_ = event.execution_id;
    orders_[{event.order.symbol, event.order.id}] = event.order;
    ++events;
  }
  void on(AccountId account, const ListStatusEvent& event) override {
    EXPECT_EQ(account, event.list.account);
    lists_[event.list.id] = event.list.order_status;
    ++events;
  }
  void on(AccountId account, const AccountPosition& event) override {
    for (const BalanceRow& row : event.balances) balances_[{account, row.asset}] = row;
    ++events;
  }
  void on(AccountId, const BalanceUpdate&) override { ++events; }

  void agrees_with(const Exchange& exchange) const {
    for (const auto& [key, told] : orders_) {
      const auto now = exchange.order({told.account, key.first, key.second, std::nullopt});
      ASSERT_TRUE(now);
      EXPECT_EQ(now->status, told.status) << "order " << key.second.value();
      EXPECT_EQ(now->executed, told.executed);
      EXPECT_EQ(now->cumulative_quote, told.cumulative_quote);
      EXPECT_EQ(now->prevented, told.prevented);
    }
    for (const auto& [id, status] : lists_) {
      bool found = false;
      for (std::uint32_t account = 0; account < exchange.accounts(); ++account) {
        const auto list = exchange.list({AccountId(account), id, std::nullopt});
        if (!list) continue;
        found = true;
        EXPECT_EQ(list->order_status, status);
      }
      EXPECT_TRUE(found);
    }
    for (const auto& [key, row] : balances_) {
      const auto& balance = exchange.ledger().balance(key.first, key.second);
      EXPECT_EQ(balance.free, row.free);
      EXPECT_EQ(balance.locked, row.locked);
    }
  }

  std::uint64_t events = 0;

 private:
  std::map<std::pair<SymbolId, OrderId>, OrderRecord> orders_;
  std::map<ListId, ListOrderStatus> lists_;
  std::map<std::pair<AccountId, AssetId>, BalanceRow> balances_;
  std::int64_t last_execution_ = 0;
};

class RandomSession {
 public:
  static constexpr std::uint32_t kAccounts = 3;

  RandomSession(std::uint64_t seed, EventSink* events) : exchange(events), random_(seed) {
    for (SymbolRules rules : built_in_rules()) {
      rules.max_num_orders = 40;
      rules.max_num_algo_orders = 20;
      exchange.add_symbol(rules);
    }
  }

  /// Call once, before the first step: after a log is attached, if one is.
  void open() {
    for (std::uint32_t i = 0; i < kAccounts; ++i) {
      const AccountId account = exchange.open_account({.uid = 100 + i});
      for (std::uint32_t asset = 0; asset < exchange.ledger().assets(); ++asset) {
        const std::int64_t amount = 1'000'000 * Qty::kScale;
        EXPECT_TRUE(exchange.deposit(account, AssetId(asset), amount, now_));
      }
    }
  }

  void step() {
    now_ = TimeNs(now_.value() + static_cast<std::int64_t>(below(40)) * 1'000'000);
    const auto choice = below(100);
    if (choice < 30) return place();
    if (choice < 45) return place_list();
    if (choice < 58) return cancel();
    if (choice < 60) return cancel_list();
    if (choice < 61) return cancel_all();
    if (choice < 62) return move_money();
    if (choice < 82) return outside_trade();
    if (choice < 92) return outside_level();
    if (choice < 99) return outside_top();
    return outside_snapshot();
  }

  Exchange exchange;
  std::uint64_t taken = 0;  // requests that were not refused
  std::uint64_t refused = 0;

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  AccountId account() { return AccountId(static_cast<std::uint32_t>(below(kAccounts))); }
  SymbolId symbol() { return SymbolId(below(4) == 0 ? 1 : 0); }
  Side side() { return below(2) == 0 ? Side::Buy : Side::Sell; }
  // Within 60 ticks of 1000.00: few prices, so that levels fill up and cross.
  Px price() {
    return Px::from_raw(Px::of(1000).raw() +
                        (static_cast<std::int64_t>(below(121)) - 60) * 1'000'000);
  }
  Qty quantity() { return Qty::from_raw(static_cast<std::int64_t>(1 + below(40)) * 1'000'000); }
  ClientId client_id() {
    return below(4) == 0 ? ClientId("id-" + std::to_string(below(30))) : ClientId();
  }
  std::optional<StpMode> stp() {
    static constexpr std::array<StpMode, 3> kModes = {StpMode::ExpireMaker, StpMode::ExpireTaker,
                                                      StpMode::ExpireBoth};
    if (below(3) == 0) return std::nullopt;
    return kModes[below(3)];
  }

  OrderTerms terms(OrderType type, Side order_side) {
    OrderTerms terms;
    terms.side = order_side;
    terms.type = type;
    terms.client_id = client_id();
    terms.quantity = quantity();
    if (has_limit(type)) terms.price = price();
    if (is_algo(type)) terms.stop_price = price();
    if (has_limit(type) && type != OrderType::LimitMaker) {
      terms.time_in_force = static_cast<TimeInForce>(below(6) < 4 ? 0 : 1 + below(2));
    }
    if (type == OrderType::Market && below(3) == 0) {
      terms.quantity.reset();
      terms.quote_order_qty = Notional::from_raw(static_cast<std::int64_t>(below(30'000'000'000)));
    }
    return terms;
  }
  OrderType type() { return static_cast<OrderType>(below(10) < 5 ? 0 : below(7)); }

  template <class Answered>
  void count(const Answered& answer) {
    ++(answer ? taken : refused);
  }

  void place() {
    const Side order_side = side();
    const OrderType order_type = type();
    NewOrder request;
    request.account = account();
    request.symbol = symbol();
    request.order = terms(order_type, order_side);
    request.stp = stp();
    count(exchange.place(request, now_));
  }

  void place_list() {
    const Side entry = side();
    const OrderType working = below(3) == 0 ? OrderType::LimitMaker : OrderType::Limit;
    const auto kind = below(3);
    if (kind == 0) {
      NewOco request;
      request.account = account();
      request.symbol = symbol();
      request.side = entry;
      request.quantity = quantity();
      pair(entry, request.above, request.below);
      request.stp = stp();
      count(exchange.place(request, now_));
    } else if (kind == 1) {
      NewOto request;
      request.account = account();
      request.symbol = symbol();
      request.working = terms(working, entry);
      const OrderType pending = type();
      request.pending = terms(pending, opposite(entry));
      request.stp = stp();
      count(exchange.place(request, now_));
    } else {
      NewOtoco request;
      request.account = account();
      request.symbol = symbol();
      request.list_client_id = client_id();
      request.working = terms(working, entry);
      request.pending_side = opposite(entry);
      request.pending_quantity = quantity();
      pair(request.pending_side, request.pending_above, request.pending_below);
      request.stp = stp();
      count(exchange.place(request, now_));
    }
  }
  // Mostly of the right shape and on the right sides of the market.
  void pair(Side pair_side, OrderTerms& above, OrderTerms& below_leg) {
    const OrderType limit = below(2) == 0 ? OrderType::LimitMaker : OrderType::TakeProfitLimit;
    const OrderType stop = below(2) == 0 ? OrderType::StopLoss : OrderType::StopLossLimit;
    above = terms(pair_side == Side::Sell ? limit : stop, pair_side);
    below_leg = terms(pair_side == Side::Sell ? stop : limit, pair_side);
    for (auto [leg, sign] : {std::pair{&above, 1}, std::pair{&below_leg, -1}}) {
      const Px at = Px::from_raw(Px::of(1000).raw() +
                                 sign * static_cast<std::int64_t>(1 + below(50)) * 1'000'000);
      if (leg->price) leg->price = at;
      if (leg->stop_price) leg->stop_price = at;
    }
  }

  void cancel() {
    const AccountId owner = account();
    const SymbolId on = symbol();
    const auto open = exchange.open_orders(owner, on);
    if (open.empty()) return;
    const OrderRecord& order = open[below(open.size())];
    CancelOrder request;
    request.order = {owner, on, std::nullopt, std::nullopt};
    if (below(2) == 0) {
      request.order.order_id = order.id;
    } else {
      request.order.client_id = order.client_id;
    }
    request.restriction = static_cast<CancelRestriction>(below(8) < 6 ? 0 : 1 + below(2));
    count(exchange.cancel(request, now_));
  }
  void cancel_list() {
    const AccountId owner = account();
    const auto open = exchange.lists(owner, true);
    if (open.empty()) return;
    const ListRecord& list = open[below(open.size())];
    count(exchange.cancel(CancelList{list.symbol, {owner, list.id, std::nullopt}, {}}, now_));
  }
  void cancel_all() {
    const AccountId owner = account();
    const SymbolId on = symbol();
    count(exchange.cancel_all(owner, on, now_));
  }
  void move_money() {
    const AssetId asset(static_cast<std::uint32_t>(below(exchange.ledger().assets())));
    const std::int64_t amount = static_cast<std::int64_t>(below(2'000'001)) - 1'000'000;
    static_cast<void>(exchange.deposit(account(), asset, amount * 1'000, now_));
  }

  MarketEvent event(MarketKind kind) {
    MarketEvent event;
    event.kind = kind;
    event.symbol = symbol();
    event.exchange_time = TimeNs(now_.value() - static_cast<std::int64_t>(below(100)) * 1'000'000);
    event.receive_time = now_;
    event.first_id = update_id_ + 1;
    event.last_id = update_id_ += 1 + static_cast<std::int64_t>(below(3));
    return event;
  }
  void outside_trade() {
    MarketEvent trade = event(MarketKind::Trade);
    trade.price = price();
    trade.quantity = quantity();
    trade.buyer_is_maker = below(2) == 0;
    exchange.apply(trade, now_);
  }
  void outside_level() {
    MarketEvent depth = event(MarketKind::Depth);
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
    levels(bids, asks, 1 + below(3));
    depth.bids = bids;
    depth.asks = asks;
    exchange.apply(depth, now_);
  }
  void outside_top() {
    MarketEvent top = event(MarketKind::BookTicker);
    top.bid = {price(), quantity()};
    top.ask = {
        Px::from_raw(top.bid.price.raw() + static_cast<std::int64_t>(1 + below(10)) * 1'000'000),
        quantity()};
    exchange.apply(top, now_);
  }
  void outside_snapshot() {
    MarketEvent snapshot = event(MarketKind::Snapshot);
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
    levels(bids, asks, 10);
    snapshot.bids = bids;
    snapshot.asks = asks;
    exchange.apply(snapshot, now_);
  }
  // Bids below and asks above a middle that moves, sometimes of size 0.
  void levels(std::vector<BookLevel>& bids, std::vector<BookLevel>& asks,
              std::uint64_t count_each) {
    const std::int64_t middle = price().raw();
    for (std::uint64_t i = 0; i < count_each; ++i) {
      const auto away = static_cast<std::int64_t>(1 + below(20)) * 1'000'000;
      const auto size = [this] { return below(4) == 0 ? Qty() : quantity(); };
      bids.push_back({Px::from_raw(middle - away), size()});
      asks.push_back({Px::from_raw(middle + away), size()});
    }
  }

  std::mt19937_64 random_;
  TimeNs now_{1'700'000'000'000'000'000};
  std::int64_t update_id_ = 0;
};

/// Fails when anything that must hold of an exchange at rest does not.
inline void check_invariants(const Exchange& exchange) {
  ASSERT_TRUE(exchange.conserved());
  std::map<std::pair<AccountId, AssetId>, std::int64_t> locked;
  for (std::uint32_t s = 0; s < exchange.symbols(); ++s) {
    const SymbolId symbol(s);
    const DepthAnswer depth = exchange.depth(symbol, 1);
    if (!depth.bids.empty() && !depth.asks.empty()) {
      ASSERT_LT(depth.bids[0].price, depth.asks[0].price) << "the book is crossed";
    }
    for (std::uint32_t a = 0; a < exchange.accounts(); ++a) {
      const AccountId account(a);
      std::map<OrderId, Qty> traded;
      std::map<OrderId, Notional> paid;
      for (const TradeRecord& trade : exchange.trades(account, symbol, TradeId(0), SIZE_MAX)) {
        traded[trade.order] = *add(traded[trade.order], trade.quantity);
        paid[trade.order] = *add(paid[trade.order], trade.quote);
      }
      std::size_t open = 0;
      std::set<std::string> open_ids;
      for (const OrderRecord& order : exchange.all_orders(account, symbol, OrderId(0), SIZE_MAX)) {
        ASSERT_EQ(order.executed, traded[order.id]);
        ASSERT_EQ(order.cumulative_quote, paid[order.id]);
        ASSERT_GE(order.leaves().raw(), 0);
        ASSERT_EQ(order.status == OrderStatus::Filled, order.leaves().is_zero() &&
                                                           order.prevented.is_zero() &&
                                                           order.status != OrderStatus::Expired);
        if (!is_open(order.status)) {
          ASSERT_EQ(order.locked, 0);
          continue;
        }
        ++open;
        ASSERT_TRUE(open_ids.insert(std::string(order.client_id.view())).second)
            << "two open orders share a client id";
        ASSERT_EQ(order.status == OrderStatus::PartiallyFilled, !order.executed.is_zero());
        const bool buys = order.side == Side::Buy;
        locked[{account, buys ? exchange.quote(symbol) : exchange.base(symbol)}] += order.locked;
        if (order.locked != 0 && !buys) {
          ASSERT_EQ(order.locked, order.leaves().raw());
        }
        if (order.locked != 0 && buys && has_limit(order.type)) {
          ASSERT_EQ(order.locked, notional(order.price, order.leaves(), Round::Up)->raw());
        }
      }
      ASSERT_EQ(open, exchange.open_orders(account, symbol).size());
    }
  }
  for (std::uint32_t a = 0; a < exchange.accounts(); ++a) {
    for (const ListRecord& list : exchange.lists(AccountId(a), false)) {
      bool open = false;
      Side last_side = Side::Buy;
      for (const OrderId id : list.orders) {
        const auto leg = exchange.order({list.account, list.symbol, id, std::nullopt});
        ASSERT_TRUE(leg);
        open = open || is_open(leg->status);
        last_side = leg->side;
      }
      ASSERT_EQ(open, list.order_status == ListOrderStatus::Executing);
      ASSERT_TRUE(open || list.pair_locked == 0);
      const AssetId asset =
          last_side == Side::Buy ? exchange.quote(list.symbol) : exchange.base(list.symbol);
      locked[{list.account, asset}] += list.pair_locked;
    }
    for (std::uint32_t i = 0; i < exchange.ledger().assets(); ++i) {
      const auto& balance = exchange.ledger().balance(AccountId(a), AssetId(i));
      ASSERT_EQ(balance.locked, (locked[{AccountId(a), AssetId(i)}]))
          << "locked funds are those of open orders";
    }
  }
}

/// Every answer the exchange can give about its accounts, as bytes. What the market outside says
/// (books, last price, time) is not among them: a restored exchange is fed it again.
inline std::vector<std::uint8_t> observable(const Exchange& exchange) {
  std::vector<std::uint8_t> bytes;
  const auto put = [&bytes](const auto& record) {
    std::array<std::uint8_t, 1024> room{};
    Writer writer(room);
    writer.put(record);
    const Bytes written = writer.written();
    bytes.insert(bytes.end(), written.begin(), written.end());
  };
  for (std::uint32_t a = 0; a < exchange.accounts(); ++a) {
    const AccountAnswer account = exchange.account(AccountId(a));
    put(account.maker);
    put(account.updated);
    for (const BalanceRow& row : account.balances) {
      put(row.free);
      put(row.locked);
    }
    for (std::uint32_t s = 0; s < exchange.symbols(); ++s) {
      const SymbolId symbol(s);
      put(exchange.rates(AccountId(a), symbol).maker);
      for (const auto& order : exchange.all_orders(AccountId(a), symbol, OrderId(0), SIZE_MAX)) {
        put(order);
      }
      for (const auto& order : exchange.open_orders(AccountId(a), symbol)) put(order.id);
      for (const auto& trade : exchange.trades(AccountId(a), symbol, TradeId(0), SIZE_MAX)) {
        put(trade);
      }
    }
    for (const auto& list : exchange.lists(AccountId(a), false)) put(list);
  }
  for (std::uint32_t i = 0; i < exchange.ledger().assets(); ++i) {
    put(static_cast<std::int64_t>(exchange.ledger().house(AssetId(i)).outside));
    put(static_cast<std::int64_t>(exchange.ledger().house(AssetId(i)).fees));
  }
  return bytes;
}

}  // namespace clawgate::sim
