// SPDX-License-Identifier: Apache-2.0
#include "tests/world/peers_fixture.h"

#include <algorithm>
#include <utility>

#include "governance/journal/reader.h"

// What the account holds against what we executed, over the wire.

namespace clawgate::world {
namespace {

class ReconciliationTest : public PeersTest {
 protected:
  /// By the account's owner; the venue announces it to whoever listens.
  void moves(std::int64_t base) {
    ASSERT_TRUE(world->exchange().deposit(world->account(), world->exchange().base(world->symbol()),
                                          base, sim::TimeNs(world->now())));
  }
  /// As the journal holds them.
  [[nodiscard]] std::vector<MovementFound> found() {
    std::vector<MovementFound> rows;
    journal::JournalReader reader(world->store());
    while (reader.next() == journal::JournalReader::Step::Record) {
      if (reader.record().type != MovementFound::kType) continue;
      rows.push_back(decode<MovementFound>(reader.record().payload).value());
    }
    return rows;
  }
  [[nodiscard]] std::string evidence() const {
    return std::string(world->state().block_row(Block::VenueContradiction).evidence.view());
  }
};

// What the venue changed is known within minutes, and at once where an operator asks.
TEST_F(ReconciliationTest, TheRulesAreReadEveryFiveMinutesAndWhenAnOperatorAsks) {
  up();
  const auto set_tick = [&](Px tick) {
    sim::SymbolRules rules = world->exchange().rules(world->symbol());
    rules.price->tick = tick;
    world->exchange().set_rules(world->symbol(), rules);
  };
  const auto tick = [&] { return world->state().instrument(InstrumentId{0})->filters.tick; };
  const Px before = tick();
  const Px wider = Px::from_raw(before.raw() * 10);
  set_tick(wider);
  run(60);
  EXPECT_EQ(tick(), before);
  world->venue().reconcile();
  run(5);
  EXPECT_EQ(tick(), wider);
  set_tick(before);
  run(301);
  EXPECT_EQ(tick(), before);
}

TEST_F(ReconciliationTest, ADepositWhileTheStreamWasDownIsRecordedAndBlocksNothing) {
  up();
  hold_a_position();
  const std::string asset(
      world->exchange().asset_name(world->exchange().base(world->symbol())).view());
  network_fails();
  const sim::HttpReply reply =
      world->service().http({"POST",
                             "/sim/deposit",
                             {},
                             R"({"account":0,"asset":")" + asset + R"(","amount":"1"})",
                             "127.0.0.1"});
  ASSERT_EQ(reply.status, 200) << reply.body;
  run(10);
  network_is_back();
  bool named = false;
  for (int i = 0; i < 1'500; ++i) {
    world->step(100 * kNanosPerMilli);
    named |= blocked(Block::VenueContradiction);
  }
  EXPECT_FALSE(named) << tail();
  EXPECT_EQ(world->state().trading_state(), TradingState::Open);
  ASSERT_EQ(found().size(), 1U) << tail();
  EXPECT_EQ(found()[0].delta, Qty::of(1));
  EXPECT_EQ(found()[0].asset.view(), asset);
  EXPECT_EQ(found()[0].there, Qty::from_raw(Qty::of(1).raw() + trade().position.qty.raw()));
  // It stays so over a crash, and an announced withdrawal of it is no difference either.
  world->crash();
  run(60);
  moves(-100'000'000);
  run(200);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  EXPECT_EQ(found().size(), 1U);
  market_falls_to_the_stop();
  run(200);
  EXPECT_TRUE(trade().closed);
  expect_agreement();
}

TEST_F(ReconciliationTest, ADepositWhileNoGatewayRanIsRecordedToo) {
  up();
  hold_a_position();
  network_fails();
  world->crash();
  moves(1);
  network_is_back();
  run(200);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  ASSERT_EQ(found().size(), 1U) << tail();
  EXPECT_EQ(found()[0].delta, Qty::from_raw(1));
}

TEST_F(ReconciliationTest, AWithdrawalWhileTheStreamWasDownIsNamedBeforeEntriesAreOpen) {
  up();
  moves(100'000'000);
  run(100);
  ASSERT_FALSE(blocked(Block::VenueContradiction)) << evidence();
  network_fails();
  moves(-1);
  run(60);
  network_is_back();
  bool open = false;
  for (int i = 0; i < 600; ++i) {
    world->step(100 * kNanosPerMilli);
    open |= world->state().trading_state() == TradingState::Open;
  }
  EXPECT_FALSE(open) << "between RECONCILING and the cause";
  EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
  EXPECT_NE(evidence().find(": 0.99999999 there, 1 expected (-0.00000001)"), std::string::npos)
      << evidence();
  EXPECT_TRUE(found().empty());

  world->unblock(Block::VenueContradiction);
  run(600);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << "accepted by a decision";
}

// So soon after a fill no difference is held against the venue; it is once the fill has settled,
// and not with the comparison of a minute later.
TEST_F(ReconciliationTest, AWithdrawalBesideAFillIsNamedOnceTheFillHasSettled) {
  up();
  moves(100'000'000);
  run(100);
  hold_a_position();
  network_fails();
  moves(-1);
  market_falls_to_the_stop();
  run(10);
  network_is_back();
  for (int i = 0; i < 600 && state_of(LegRole::Stop) != OrderState::Filled; ++i) {
    world->step(100 * kNanosPerMilli);
  }
  ASSERT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
  run(2);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << "too soon to say";
  run(8);
  EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
  EXPECT_NE(evidence().find("(-0.00000001)"), std::string::npos) << evidence();
}

// The stop sells while nobody listens, and somebody deposits: the sale is told first, and what is
// left is what came.
TEST_F(ReconciliationTest, ASaleAndADepositWhileTheStreamWasDownAreToldApart) {
  up();
  hold_a_position();
  network_fails();
  moves(5);
  market_falls_to_the_stop();
  run(60);
  network_is_back();
  run(200);
  EXPECT_EQ(state_of(LegRole::Stop), OrderState::Filled) << tail();
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  ASSERT_EQ(found().size(), 1U) << tail();
  EXPECT_EQ(found()[0].delta, Qty::from_raw(5));
}

TEST_F(ReconciliationTest, AMovementThatWasNotAnnouncedIsNamedWhileEverythingRunsToo) {
  up();
  hold_a_position();
  tamper = [](std::string_view, std::string& text) {
    return text.find("balanceUpdate") == std::string::npos;
  };
  moves(1);
  run(200);
  EXPECT_TRUE(blocked(Block::VenueContradiction)) << tail();
}

TEST_F(ReconciliationTest, AnAnnouncedMovementIsJournaledOnceAndBlocksNothing) {
  up();
  hold_a_position();
  // As while one link replaces the other: the event comes twice.
  std::string again;
  tamper = [&](std::string_view, std::string& text) {
    if (text.find("balanceUpdate") != std::string::npos) again = text;
    if (again.empty() || text.find("outboundAccountPosition") == std::string::npos) return true;
    text = std::exchange(again, "");  // in place of the balance, which a comparison tells
    return true;
  };
  moves(100'000'000);
  run(200);
  const auto told = std::count_if(events.begin(), events.end(), [](const std::string& text) {
    return text.find("balanceUpdate") != std::string::npos;
  });
  ASSERT_EQ(told, 2);
  tamper = nullptr;
  moves(-100'000'000);
  run(200);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  EXPECT_EQ(world->state().trading_state(), TradingState::Open);
  world->crash();
  run(200);
  EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
  market_falls_to_the_stop();
  run(200);
  EXPECT_TRUE(trade().closed);
  expect_agreement();
}

/// What an answer of account.status holds from there: its rows, without the closing bracket.
std::size_t rows_of(const std::string& text) {
  constexpr std::string_view kBefore = R"("balances":[)";
  return text.find(kBefore) + kBefore.size();
}

TEST_F(ReconciliationTest, AnAccountThatLeavesOutWhatIsTradedIsNoAgreement) {
  struct Case {
    std::string_view asset;  // whose row is lost; empty: all
    std::string_view words;
  };
  for (const Case& row :
       {Case{"BTC", "balances: no row of BTC"}, Case{"USDT", "balances: no row of USDT"},
        Case{"", "balances: no row of BTC"}}) {
    up();
    hold_a_position();
    tamper = [&](std::string_view method, std::string& text) {
      if (method != "account.status") return true;
      const std::size_t from = rows_of(text);
      const std::size_t end = text.find(']', from);
      if (row.asset.empty()) {
        text.erase(from, end - from);
        return true;
      }
      const std::string name = R"("asset":")" + std::string(row.asset) + '"';
      const std::size_t at = text.find(name, from);
      text.replace(at, name.size(), R"("asset":"XYZ")");
      return true;
    };
    run(65);
    EXPECT_TRUE(blocked(Block::Reconciling)) << row.words << tail();
    EXPECT_NE(tail().find(row.words), std::string::npos) << tail();
    EXPECT_EQ(trade().protection, ProtectionState::Live);
    tamper = nullptr;
    run(60);
    EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
    expect_agreement();
  }
}

TEST_F(ReconciliationTest, TwoRowsOfOneAssetAreNoAgreement) {
  up();
  hold_a_position();
  tamper = [](std::string_view method, std::string& text) {
    if (method == "account.status") {
      text.insert(rows_of(text), R"({"asset":"BTC","free":"7.0","locked":"0"},)");
    }
    return true;
  };
  run(65);
  EXPECT_TRUE(blocked(Block::Reconciling));
  EXPECT_NE(tail().find("balances: more than one row of BTC"), std::string::npos) << tail();
}

TEST_F(ReconciliationTest, ARowThatCannotBeReadMattersOnlyWhereItIsOfATradedAsset) {
  up();
  hold_a_position();
  const std::string huge = "99999999999999999999.0";
  tamper = [&](std::string_view method, std::string& text) {
    if (method == "account.status") {
      text.insert(rows_of(text), R"({"asset":"SHIB","free":")" + huge + R"(","locked":"0"},)");
    }
    return true;
  };
  run(130);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  tamper = [&](std::string_view method, std::string& text) {
    if (method != "account.status") return true;
    const std::size_t at = text.find(R"("free":")", text.find(R"("asset":"BTC")")) + 8;
    text.replace(at, text.find('"', at) - at, huge);
    return true;
  };
  run(65);
  EXPECT_TRUE(blocked(Block::Reconciling));
  EXPECT_NE(tail().find("balances: no row of BTC, 1 unreadable"), std::string::npos) << tail();
}

TEST_F(ReconciliationTest, OrdinaryTradesOutagesAndCrashesAgree) {
  up();
  for (int i = 0; i < 4; ++i) {
    world->pinned_bid = kCalmBid;
    world->buy();
    run(20);
    if (i % 2 == 0) network_fails();
    if (i == 3) world->crash();
    world->pinned_bid = kCalmBid - 200'000;  // far below any stop
    run(30);
    network_is_back();
    run(300);
    EXPECT_FALSE(blocked(Block::VenueContradiction)) << evidence() << "\n" << tail();
    world->clear_causes();
    run(7 * 3'600, 10'000);  // past the cooldown
  }
  EXPECT_GE(world->state().trades.size(), 2U);
  expect_agreement();
}

}  // namespace
}  // namespace clawgate::world
