// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "sim/exchange/made_ids.h"
#include "sim/exchange/params.h"
#include "tests/sim/exchange/desk.h"

namespace clawgate::sim {
namespace {

TEST(MadeIdTest, EveryNumberComesBackAndLooksLikeAClientId) {
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 4096; ++i) {
    for (const std::uint64_t number : {i, i << 20U, i << 48U, ~i}) {
      const ClientId id = made_id(number);
      EXPECT_EQ(id.size(), 22U);
      EXPECT_TRUE(is_client_id(id.view()));
      EXPECT_EQ(number_of(id), number);
    }
    EXPECT_TRUE(seen.insert(std::string(made_id(i).view())).second);
  }
}

TEST(MadeIdTest, OtherIdsCarryNoNumber) {
  std::string text(made_id(7).view());
  EXPECT_EQ(number_of(ClientId("mine")), std::nullopt);
  EXPECT_EQ(number_of(ClientId(text.substr(1))), std::nullopt);
  EXPECT_EQ(number_of(ClientId(text + "x")), std::nullopt);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(number_of(ClientId(changed)), 7U) << i;
    changed[i] = '-';
    EXPECT_EQ(number_of(ClientId(changed)), std::nullopt) << i;
  }
}

TEST(ClientIdsTest, AChosenIdThatTheExchangeWouldMakeIsNotMadeTwice) {
  Desk desk;
  const ClientId second = ClientIds::make(2, 0);
  const OrderAnswer chosen =
      desk.placed(Desk::named(Desk::limit(Side::Buy, "0.001", "49000"), second.view()));
  const OrderAnswer made = desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  EXPECT_EQ(chosen.order.client_id, second);
  EXPECT_NE(made.order.client_id, second);
  const auto id_of = [&](const ClientId& id) {
    return desk.exchange.order({desk.account, desk.symbol, std::nullopt, id})->id;
  };
  EXPECT_EQ(id_of(second), OrderId(1));
  EXPECT_EQ(id_of(made.order.client_id), OrderId(2));
}

TEST(ClientIdsTest, AMadeIdCanBeChosenAgainOnceItsOrderIsDone) {
  Desk desk;
  const OrderAnswer made = desk.placed(Desk::limit(Side::Buy, "0.001", "49000"));
  const OrderTerms again =
      Desk::named(Desk::limit(Side::Buy, "0.001", "49000"), made.order.client_id.view());
  EXPECT_EQ(desk.refused(again), "-2010 Duplicate order sent.");
  ASSERT_TRUE(desk.cancel(made.order.id));
  const OrderAnswer chosen = desk.placed(again);
  EXPECT_EQ(
      desk.exchange.order({desk.account, desk.symbol, std::nullopt, made.order.client_id})->id,
      chosen.order.id)
      << "the newest answers";
  const AccountId other = desk.open("1000", "0");
  EXPECT_FALSE(desk.exchange.order({other, desk.symbol, std::nullopt, made.order.client_id}));
}

TEST(ClientIdsTest, ThousandsOfChosenIdsAreAllFound) {
  SymbolRules rules = *find_built_in("BTCUSDT");
  rules.max_num_orders.reset();
  Desk desk(rules);
  for (int i = 0; i < 5000; ++i) {
    desk.placed(Desk::named(Desk::limit(Side::Buy, "0.0002", "40000"), "id-" + std::to_string(i)));
  }
  for (int i = 0; i < 5000; ++i) {
    const auto order = desk.exchange.order(
        {desk.account, desk.symbol, std::nullopt, ClientId("id-" + std::to_string(i))});
    ASSERT_TRUE(order) << i;
    EXPECT_EQ(order->id.value(), i + 1);
  }
}

}  // namespace
}  // namespace clawgate::sim
