// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "sim/exchange/exchange.h"
#include "sim/market/source.h"
#include "tests/sim/exchange/desk.h"
#include "tests/support/shared_data.h"

// A real market through the exchange.

namespace clawgate::sim {
namespace {

class ExchangeRecordingTest : public ::testing::Test {
 protected:
  ExchangeRecordingTest() {
    const std::filesystem::path root = clawgate::testing::shared_data();
    files_ = {root / "market/btcusdt_20240808.gz", root / "market/btcusdt_20240809.gz"};
  }
  void SetUp() override {
    if (!std::filesystem::exists(files_[0])) GTEST_SKIP() << "no recording at " << files_[0];
  }

  [[nodiscard]] std::unique_ptr<MarketSource> open() const {
    return open_recording(files_, SymbolId(0), "BTCUSDT").value();
  }

  std::vector<std::string> files_;
};

TEST_F(ExchangeRecordingTest, TheBookIsNeverCrossedAndFollowsTheBestPrices) {
  Exchange exchange;
  const SymbolId symbol = exchange.add_symbol(*find_built_in("BTCUSDT"));
  const auto source = open();
  while (const MarketEvent* event = *source->next()) {
    exchange.apply(*event, event->receive_time);
    const DepthAnswer depth = exchange.depth(symbol, 1);
    ASSERT_FALSE(depth.bids.empty());
    ASSERT_FALSE(depth.asks.empty());
    ASSERT_LT(depth.bids[0].price, depth.asks[0].price);
    if (event->kind != MarketKind::BookTicker) continue;
    ASSERT_EQ(depth.bids[0].price, event->bid.price);
    ASSERT_EQ(depth.bids[0].quantity, event->bid.quantity);
    ASSERT_EQ(depth.asks[0].price, event->ask.price);
    ASSERT_EQ(depth.asks[0].quantity, event->ask.quantity);
  }
  EXPECT_EQ(exchange.last_price(symbol), px("61602.02"));
}

// The book made of depth events alone, against the newest best prices at or before each of them.
TEST_F(ExchangeRecordingTest, DepthAloneGivesTheSameTop) {
  std::map<std::int64_t, MarketEvent> tops;  // by update id
  auto source = open();
  while (const MarketEvent* event = *source->next()) {
    if (event->kind == MarketKind::BookTicker) tops[event->last_id] = *event;
  }
  OutsideBook book;
  int same_id = 0;
  int same_id_agrees = 0;
  int in_force = 0;
  int in_force_agrees = 0;
  source = open();
  while (const MarketEvent* event = *source->next()) {
    if (event->kind == MarketKind::Snapshot) {
      book.replace(Side::Buy, event->bids);
      book.replace(Side::Sell, event->asks);
    }
    if (event->kind != MarketKind::Depth) continue;
    for (const BookLevel& level : event->bids) book.state(Side::Buy, level.price, level.quantity);
    for (const BookLevel& level : event->asks) book.state(Side::Sell, level.price, level.quantity);
    const auto after = tops.upper_bound(event->last_id);
    if (after == tops.begin()) continue;
    const MarketEvent& top = std::prev(after)->second;
    const OutsideLevel* const bid = book.best(Side::Buy);
    const OutsideLevel* const ask = book.best(Side::Sell);
    const bool agrees = bid->price == top.bid.price && bid->size == top.bid.quantity.raw() &&
                        ask->price == top.ask.price && ask->size == top.ask.quantity.raw();
    ++in_force;
    in_force_agrees += agrees ? 1 : 0;
    if (top.last_id != event->last_id) continue;
    ++same_id;
    same_id_agrees += agrees ? 1 : 0;
  }
  EXPECT_EQ(same_id, 1'072);
  EXPECT_EQ(same_id_agrees, 1'072);
  // The first depth event has none (they came before the snapshot), and two changes of the best
  // prices were never sent.
  EXPECT_EQ(in_force, 6'492);
  EXPECT_EQ(in_force_agrees, 6'490);
}

// Passive orders at the best prices all along: what they get must be what the market traded.
TEST_F(ExchangeRecordingTest, OrdersAtTheBestPriceFillNoMoreThanTheMarketTraded) {
  Exchange exchange;
  const SymbolId symbol = exchange.add_symbol(*find_built_in("BTCUSDT"));
  const AccountId account = exchange.open_account({});
  const AssetId usdt = exchange.quote(symbol);
  ASSERT_TRUE(exchange.deposit(account, usdt, qty("100000000").raw(), at_ms(0)));
  const auto source = open();
  OrderId open_order;
  std::int64_t sold_to_bids = 0;
  while (const MarketEvent* event = *source->next()) {
    exchange.apply(*event, event->receive_time);
    if (event->kind == MarketKind::Trade && event->buyer_is_maker) {
      sold_to_bids += event->quantity.raw();
    }
    if (event->kind != MarketKind::BookTicker || event->last_id % 50 != 0) continue;
    if (open_order != OrderId()) {
      CancelOrder cancel;
      cancel.order = {account, symbol, open_order, std::nullopt};
      static_cast<void>(exchange.cancel(cancel, event->receive_time));
    }
    OrderTerms terms;
    terms.side = Side::Buy;
    terms.type = OrderType::LimitMaker;
    terms.quantity = qty("0.05");
    terms.price = event->bid.price;
    const auto placed = exchange.place(NewOrder{account, symbol, terms, {}}, event->receive_time);
    ASSERT_TRUE(placed) << placed.error().text;
    open_order = placed->order.id;
    ASSERT_TRUE(exchange.conserved());
  }
  std::int64_t bought = 0;
  for (const TradeRecord& trade : exchange.trades(account, symbol, TradeId(1), SIZE_MAX)) {
    EXPECT_TRUE(trade.maker);
    bought += trade.quantity.raw();
  }
  EXPECT_GT(bought, qty("0.5").raw());
  EXPECT_LT(bought, sold_to_bids);
}

TEST_F(ExchangeRecordingTest, TheWholeRecordingTakesTheExchangeSoLong) {
  using Clock = std::chrono::steady_clock;
  double scan_ms = 1e9;
  double apply_ms = 1e9;
  std::int64_t events = 0;
  for (int round = 0; round < 3; ++round) {
    for (const bool apply : {false, true}) {
      Exchange exchange;
      exchange.add_symbol(*find_built_in("BTCUSDT"));
      const auto start = Clock::now();
      const auto source = open();
      events = 0;
      while (const MarketEvent* event = *source->next()) {
        if (apply) exchange.apply(*event, event->receive_time);
        ++events;
      }
      const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
      double& best = apply ? apply_ms : scan_ms;
      best = std::min(best, ms);
    }
  }
  EXPECT_GT(events, 99'000);
  std::printf("%lld events: scan %.1f ms, scan and exchange %.1f ms (best of 3)\n",
              static_cast<long long>(events), scan_ms, apply_ms);
}

}  // namespace
}  // namespace clawgate::sim
