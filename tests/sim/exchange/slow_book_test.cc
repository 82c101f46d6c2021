// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "tests/sim/exchange/desk.h"

// A plain, slow matching book beside the fast one: same orders in, same trades out.

namespace clawgate::sim {
namespace {

struct Trade {
  std::int64_t price;
  std::int64_t quantity;
  std::int64_t maker;
  std::int64_t taker;
  friend bool operator==(const Trade&, const Trade&) = default;
};

/// All open orders in one list, oldest first; every question is a scan.
class SlowBook {
 public:
  struct Order {
    std::int64_t id;
    AccountId account;
    Side side;
    std::int64_t price;
    std::int64_t left;
    std::int64_t part = 0;   // of an iceberg
    std::int64_t shown = 0;  // of that part

    [[nodiscard]] std::int64_t meets() const { return part == 0 ? left : shown; }
  };

  std::vector<Trade> trades;
  std::vector<Order> open;

  void cancel(std::int64_t id) {
    std::erase_if(open, [id](const Order& order) { return order.id == id; });
  }

  // The best order that `taker` may meet; open.end() when there is none.
  std::vector<Order>::iterator best(const Order& taker, bool any_price) {
    auto best = open.end();
    for (auto order = open.begin(); order != open.end(); ++order) {
      if (order->side == taker.side) continue;
      const bool buys = taker.side == Side::Buy;
      if (!any_price && (buys ? order->price > taker.price : order->price < taker.price)) continue;
      if (best == open.end() || (buys ? order->price < best->price : order->price > best->price)) {
        best = order;
      }
    }
    return best;
  }

  bool can_fill(Order taker) {
    std::int64_t there = 0;
    for (const Order& order : open) {
      if (order.side == taker.side || order.account == taker.account) continue;
      const bool meets =
          taker.side == Side::Buy ? order.price <= taker.price : order.price >= taker.price;
      if (meets) there += order.left;
    }
    return there >= taker.left;
  }

  /// Trades what it can; own orders in the way are removed. What is left stays if `rests`.
  void take(Order taker, bool any_price, bool rests) {
    for (;;) {
      const auto maker = best(taker, any_price);
      if (taker.left == 0 || maker == open.end()) break;
      if (maker->account == taker.account) {
        open.erase(maker);
        continue;
      }
      const std::int64_t quantity = std::min(taker.left, maker->meets());
      trades.push_back({maker->price, quantity, maker->id, taker.id});
      taker.left -= quantity;
      maker->left -= quantity;
      maker->shown -= quantity;
      if (maker->left == 0) {
        open.erase(maker);
      } else if (maker->part != 0 && maker->shown == 0) {
        const Order next = *maker;
        open.erase(maker);
        rest(next);
      }
    }
    if (rests && taker.left > 0) rest(taker);
  }

  void rest(Order order) {
    order.shown = std::min(order.part, order.left);
    open.push_back(order);
  }
};

/// Pairs the two reports of each trade.
class TradeTape final : public EventSink {
 public:
  void on(AccountId, const ExecutionReport& event) override {
    if (event.exec_type != ExecType::Trade) return;
    if (event.maker) {
      trades.push_back(
          {event.last_price.raw(), event.last_quantity.raw(), event.order.id.value(), 0});
    } else {
      trades.back().taker = event.order.id.value();
    }
  }
  void on(AccountId, const ListStatusEvent&) override {}
  void on(AccountId, const AccountPosition&) override {}
  void on(AccountId, const BalanceUpdate&) override {}

  std::vector<Trade> trades;
};

TEST(SlowBookTest, TwoHundredThousandOperationsTradeTheSame) {
  constexpr int kOperations = 200'000;
  constexpr std::uint32_t kAccounts = 12;
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.notional.reset();
  rules.percent_price_by_side.reset();
  rules.max_num_orders.reset();
  TradeTape tape;
  Exchange exchange(&tape);
  const SymbolId symbol = exchange.add_symbol(rules);
  const TimeNs now = at_ms(0);
  for (std::uint32_t i = 0; i < kAccounts; ++i) {
    const AccountId account = exchange.open_account({});
    ASSERT_TRUE(exchange.deposit(account, exchange.base(symbol), qty("1000000000").raw(), now));
    ASSERT_TRUE(exchange.deposit(account, exchange.quote(symbol), qty("30000000000").raw(), now));
  }

  SlowBook slow;
  std::mt19937_64 random(2024);
  std::int64_t next_id = 1;
  std::size_t compared = 0;
  for (int i = 0; i < kOperations; ++i) {
    if (random() % 100 < (slow.open.size() > 400 ? 60U : 20U) && !slow.open.empty()) {
      const SlowBook::Order victim = slow.open[random() % slow.open.size()];
      CancelOrder request;
      request.order = {victim.account, symbol, OrderId(victim.id), std::nullopt};
      ASSERT_TRUE(exchange.cancel(request, now)) << "operation " << i;
      slow.cancel(victim.id);
      continue;
    }
    SlowBook::Order order{.id = next_id,
                          .account = AccountId(static_cast<std::uint32_t>(random() % kAccounts)),
                          .side = random() % 2 == 0 ? Side::Buy : Side::Sell,
                          .price = 0,
                          .left = static_cast<std::int64_t>(1 + random() % 500) * 1'000};
    const std::int64_t away = static_cast<std::int64_t>(random() % 300) - 30;
    const std::int64_t sign = order.side == Side::Buy ? -1 : 1;
    order.price = (5'000'000 + sign * away) * 1'000'000;
    OrderTerms terms;
    terms.side = order.side;
    terms.quantity = Qty::from_raw(order.left);
    const auto kind = random() % 100;
    if (kind < 5) {
      terms.type = OrderType::Market;
    } else {
      terms.type = kind < 15 ? OrderType::LimitMaker : OrderType::Limit;
      terms.price = Px::from_raw(order.price);
    }
    if (terms.type == OrderType::Limit) {
      terms.time_in_force = kind < 20   ? TimeInForce::Fok
                            : kind < 25 ? TimeInForce::Ioc
                                        : TimeInForce::Gtc;
    }
    const bool rests =
        has_limit(terms.type) && terms.time_in_force.value_or(TimeInForce::Gtc) == TimeInForce::Gtc;
    if (rests && random() % 4 == 0 && order.left > 2'000) {
      order.part = (order.left / 1'000 / 2 + 1) / 2 * 1'000;
      if (order.part != 0) terms.iceberg_qty = Qty::from_raw(order.part);
    }
    const auto answer =
        exchange.place(NewOrder{order.account, symbol, terms, StpMode::ExpireMaker}, now);
    if (terms.type == OrderType::LimitMaker && slow.best(order, false) != slow.open.end()) {
      ASSERT_FALSE(answer) << "operation " << i;
      continue;
    }
    ASSERT_TRUE(answer) << "operation " << i << " " << Desk::told(answer.error());
    ASSERT_EQ(answer->order.id.value(), next_id);
    ++next_id;
    if (terms.time_in_force != TimeInForce::Fok || slow.can_fill(order)) {
      slow.take(order, terms.type == OrderType::Market, rests);
    }
    ASSERT_EQ(tape.trades.size(), slow.trades.size()) << "operation " << i;
    for (; compared < slow.trades.size(); ++compared) {
      ASSERT_EQ(tape.trades[compared], slow.trades[compared]) << "operation " << i;
    }
  }
  EXPECT_GT(slow.trades.size(), 20'000U);
  EXPECT_TRUE(exchange.conserved());

  std::size_t open = 0;
  for (std::uint32_t i = 0; i < kAccounts; ++i) {
    for (const OrderRecord& order : exchange.open_orders(AccountId(i), symbol)) {
      const auto same = std::find_if(slow.open.begin(), slow.open.end(),
                                     [&](const auto& each) { return each.id == order.id.value(); });
      ASSERT_NE(same, slow.open.end());
      EXPECT_EQ(same->left, order.leaves().raw());
      ++open;
    }
  }
  EXPECT_EQ(open, slow.open.size());
  EXPECT_GT(open, 100U);
}

}  // namespace
}  // namespace clawgate::sim
