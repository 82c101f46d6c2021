// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fstream>

#include "gateway/commands/journal_command.h"
#include "tests/support/temporary_directory.h"
#include "tests/world/peers_fixture.h"

// Another program trades on the account. Nothing that increases exposure leaves any more, and an
// audit of the journal against the venue's own list names the order.

namespace clawgate::world {
namespace {

constexpr std::string_view kForeignId = "handmade-1";

class ForeignOrderTest : public PeersTest {
 protected:
  void plant(sim::Side side, Px price, std::string_view id = kForeignId) {
    plant_on(world->symbol(), side, price, id);
  }
  void plant_on(sim::SymbolId symbol, sim::Side side, Px price, std::string_view id = kForeignId) {
    sim::NewOrder order;
    order.account = world->account();
    order.symbol = symbol;
    order.order.side = side;
    order.order.type = sim::OrderType::Limit;
    order.order.time_in_force = sim::TimeInForce::Gtc;
    order.order.quantity = symbol == world->symbol() ? Qty::from_raw(100'000) : Qty::of(1);
    order.order.price = price;
    order.order.client_id = sim::ClientId(id);
    ASSERT_TRUE(static_cast<bool>(world->exchange().place(order, sim::TimeNs(world->now()))));
  }
  void cancel(std::string_view id) { cancel_on(world->symbol(), id); }
  void cancel_on(sim::SymbolId symbol, std::string_view id) {
    sim::CancelOrder request;
    request.order.account = world->account();
    request.order.symbol = symbol;
    request.order.client_id = sim::ClientId(id);
    ASSERT_TRUE(static_cast<bool>(world->exchange().cancel(request, sim::TimeNs(world->now()))));
  }
  /// One that the gateway does not trade.
  [[nodiscard]] sim::SymbolId another_symbol() {
    return world->exchange().add_symbol(*sim::find_built_in("ETHUSDT"));
  }
  [[nodiscard]] std::string evidence() const {
    return std::string(world->state().block_row(Block::ForeignOrder).evidence.view());
  }
  void expect_latched() {
    EXPECT_TRUE(blocked(Block::ForeignOrder)) << tail();
    const int before = count("orderList.place.oto");
    world->buy();
    run(10);
    EXPECT_EQ(count("orderList.place.oto"), before) << "an entry left";
  }
  /// `clawgate journal prove DIR --venue-export FILE`, as main runs it.
  [[nodiscard]] std::pair<int, std::string> prove() {
    const testing::TemporaryDirectory folder;
    std::filesystem::create_directory(folder.path() / "journal");
    const auto store = world->store().after_process_death();
    for (const std::string& name : store->file_names()) {
      const auto bytes = store->file(name);
      std::ofstream(folder.path() / "journal" / name, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
    }
    const std::string exported = (folder.path() / "venue.json").string();
    const sim::HttpReply rows =
        world->service().http({"GET", "/sim/export?account=0", {}, "", "127.0.0.1"});
    std::ofstream(exported) << rows.body;

    int exit_code = -1;
    CLI::App app;
    gateway::add_journal_command(app, "wire", exit_code);
    std::vector<std::string> arguments{exported, "--venue-export", folder.path().string(), "prove",
                                       "journal"};
    ::testing::internal::CaptureStdout();
    app.parse(std::move(arguments));
    return {exit_code, ::testing::internal::GetCapturedStdout()};
  }
};

TEST_F(ForeignOrderTest, LatchesAtOnceAndProveNamesIt) {
  up();
  hold_a_position();
  ASSERT_EQ(prove().first, 0);
  plant(sim::Side::Buy, Px::of(50'000));
  run(1);
  expect_latched();
  const auto [exit_code, text] = prove();
  EXPECT_EQ(exit_code, 1);
  EXPECT_NE(text.find(kForeignId), std::string::npos) << text;
  EXPECT_NE(text.find("foreign"), std::string::npos) << text;

  // The position stays guarded, and a person's decision ends it.
  EXPECT_EQ(trade().protection, ProtectionState::Live);
  // Not while it is still there: a decision ends a cause, not an order.
  world->unblock(Block::ForeignOrder);
  EXPECT_TRUE(blocked(Block::ForeignOrder));
  cancel(kForeignId);
  run(1);
  world->unblock(Block::ForeignOrder);
  EXPECT_FALSE(blocked(Block::ForeignOrder));
  run(130);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << "a comparison brought it back";
  market_falls_to_the_stop();
  run(5);
  EXPECT_TRUE(trade().closed) << tail();
}

// It is over before anyone looks: a comparison finds it among the newer orders.
TEST_F(ForeignOrderTest, OneThatIsOverAlreadyIsFoundByAComparison) {
  up();
  hold_a_position();
  tamper = [](std::string_view method, std::string&) { return !method.empty(); };  // no event
  plant(sim::Side::Buy, Px::of(61'000));
  run(5);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << "nothing was said";
  run(65);
  expect_latched();
  EXPECT_EQ(prove().first, 1);
}

// A newer one is told of first, by the list of what is open or by its event: the older one is not
// behind us because of that.
TEST_F(ForeignOrderTest, OneThatIsOverIsFoundBesideANewerOneThatIsOpen) {
  for (const bool gap : {true, false}) {
    up();
    hold_a_position();
    const std::string closed = "handmade-0";
    if (gap) network_fails();
    tamper = [&](std::string_view method, std::string& text) {
      return !method.empty() || text.find(closed) == std::string::npos;
    };
    plant(sim::Side::Buy, Px::of(61'000), closed);
    plant(sim::Side::Buy, Px::of(50'000));
    run(5);
    network_is_back();
    run(120);
    EXPECT_TRUE(blocked(Block::ForeignOrder)) << tail();
    for (const std::string_view id : {std::string_view(closed), kForeignId}) {
      EXPECT_TRUE(std::any_of(world->reports.begin(), world->reports.end(),
                              [&](const auto& row) { return row.client_order_id == id; }))
          << id << (gap ? " after a gap\n" : "\n") << tail();
    }
    const auto told = [&] {
      return std::count_if(world->reports.begin(), world->reports.end(),
                           [&](const auto& row) { return row.client_order_id == closed; });
    };
    const auto before = told();
    run(200);
    EXPECT_EQ(told(), before) << "not with every comparison";
  }
}

// Its id may be no text that the venue takes back: it is asked for by number. And where that is
// refused as well, the link stays and entries wait for nothing but the person.
TEST_F(ForeignOrderTest, OneThatTheVenueDoesNotLookUpDropsNothing) {
  up();
  hold_a_position();
  plant(sim::Side::Buy, Px::of(50'000));
  run(1);
  expect_latched();
  tamper = [](std::string_view method, std::string& text) {
    if (method.empty()) return false;  // no event
    if (method != "order.status") return true;
    const std::string id = text.substr(0, text.find(','));
    text = id + R"(,"status":400,"error":{"code":-1100,"msg":"Illegal characters found."}})";
    return true;
  };
  cancel(kForeignId);
  const std::size_t from = sent.size();
  run(130);
  EXPECT_GE(count("order.status", R"("orderId":)", from), 2) << tail();
  EXPECT_EQ(count("order.status", kForeignId, from), 0);
  EXPECT_NE(tail().find("no word on order handmade-1: -1100"), std::string::npos) << tail();
  EXPECT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << tail();
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  tamper = nullptr;
  run(65);
  world->unblock(Block::ForeignOrder);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << "it is over: " << evidence();
}

// Its symbol is longer than any of ours.
TEST_F(ForeignOrderTest, OneOnASymbolWithALongNameIsNamed) {
  up();
  const sim::SymbolId other = another_symbol();
  tamper = [](std::string_view method, std::string& text) {
    const std::size_t at = text.find("ETHUSDT");
    if (at != std::string::npos) text.replace(at, 7, "BTCUSDTLONGERTHANANYOFOURS");
    return !method.empty();  // no event
  };
  plant_on(other, sim::Side::Buy, Px::of(1'000));
  run(70);
  expect_latched();
  EXPECT_TRUE(evidence().starts_with("venue: BTCUSDTLONGERTHANANY ")) << evidence();
  EXPECT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << tail();
  EXPECT_EQ(world->venue().counts().links_lost, 0U);
}

TEST_F(ForeignOrderTest, OnePlantedWhileTheGatewayIsDownIsFoundAtItsStart) {
  up();
  hold_a_position();
  network_fails();
  plant(sim::Side::Buy, Px::of(50'000));
  world->crash();
  network_is_back();
  run(60);
  expect_latched();
  const auto [exit_code, text] = prove();
  EXPECT_EQ(exit_code, 1);
  EXPECT_NE(text.find(kForeignId), std::string::npos) << text;
}

// Bought, sold and over before anybody looked: the venue's list is read on from where the life
// before read it to, also where that life had no order of its own.
TEST_F(ForeignOrderTest, OnesThatAreOverAtTheNextStartAreNamedOnce) {
  for (const bool own : {false, true}) {
    up();
    if (own) hold_a_position();
    run(61);
    network_fails();
    for (const char* const id : {"handmade-1", "handmade-2"}) {
      plant(sim::Side::Buy, Px::of(61'000), id);
      ASSERT_EQ(at_venue(ClientOrderId(id))->status, sim::OrderStatus::Filled);
    }
    world->crash();
    network_is_back();
    run(60);
    expect_latched();
    run(70);
    world->unblock(Block::ForeignOrder);
    EXPECT_FALSE(blocked(Block::ForeignOrder)) << evidence();
    world->crash();
    run(130);
    EXPECT_FALSE(blocked(Block::ForeignOrder)) << "told of before: " << evidence();
  }
}

// Nobody knows where an account's past ends and the time of this directory begins.
TEST_F(ForeignOrderTest, WithoutWhatWasReadTheAccountsPastIsNotJudged) {
  up({.seed = 1, .keeps_baseline = false});
  network_fails();
  plant(sim::Side::Buy, Px::of(61'000));
  world->crash();
  network_is_back();
  run(60);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << evidence();
}

// A fresh venue at the same address begins its ids anew: what an earlier life read of the one
// before would hide every order until its ids passed that number.
TEST_F(ForeignOrderTest, WhereTheVenuesIdsBeganAnewItsListIsReadFromItsNewest) {
  up();
  hold_a_position();
  run(61);
  const std::int64_t read_to = world->listed_to.value();
  world->listed_to = 1'000;
  world->crash();
  run(30);
  EXPECT_NE(tail().find("BTCUSDT: the venue lists no order from 1000 on"), std::string::npos)
      << tail();
  EXPECT_EQ(world->listed_to, read_to) << tail();
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << "its past is not judged: " << evidence();
  network_fails();
  plant(sim::Side::Buy, Px::of(61'000));
  world->crash();
  network_is_back();
  run(60);
  expect_latched();
}

TEST_F(ForeignOrderTest, IdsMayBeginAnewWithinALifeToo) {
  up();
  hold_a_position();
  run(61);
  bool emptied = false;
  tamper = [&](std::string_view method, std::string& text) {
    if (method == "allOrders" && !std::exchange(emptied, true)) {
      text = text.substr(0, text.find(',')) + R"(,"status":200,"result":[]})";
    }
    return !method.empty();  // no event
  };
  run(61);
  EXPECT_NE(tail().find("its ids began anew"), std::string::npos) << tail();
  plant(sim::Side::Buy, Px::of(61'000));
  run(61);
  expect_latched();
}

TEST_F(ForeignOrderTest, TheNewestOrderThatWasReadIsNoSignOfANewBeginning) {
  up();
  hold_a_position();
  run(61);
  const std::int64_t read_to = world->listed_to.value();
  const auto anew = [&] { return tail().find("its ids began anew") != std::string::npos; };
  world->crash();
  run(61);
  EXPECT_FALSE(anew()) << tail();
  world->listed_to = read_to + 1;
  world->crash();
  run(61);
  EXPECT_TRUE(anew()) << tail();
  EXPECT_EQ(world->listed_to, read_to);
}

// All accounts share a symbol's ids: how far the list of another one was read is no word on this.
TEST_F(ForeignOrderTest, AKeyOfAnotherAccountBeginsItsListAnew) {
  up();
  run(61);
  ASSERT_TRUE(world->listed_account.has_value());
  network_fails();
  plant(sim::Side::Buy, Px::of(61'000));
  const std::int64_t other = *world->listed_account + 1;
  world->listed_account = other;
  world->crash();
  network_is_back();
  run(61);
  EXPECT_NE(tail().find("was read of account " + std::to_string(other)), std::string::npos)
      << tail();
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << evidence();
  EXPECT_EQ(world->listed_account, other - 1);
  network_fails();
  plant(sim::Side::Buy, Px::of(61'000), "handmade-2");
  world->crash();
  network_is_back();
  run(61);
  expect_latched();
}

// Gone while nobody listened: a comparison that does not list it any more is evidence enough.
TEST_F(ForeignOrderTest, OneThatEndedUnheardIsOverWithTheNextComparison) {
  up();
  hold_a_position();
  plant(sim::Side::Buy, Px::of(50'000));
  run(1);
  expect_latched();
  network_fails();
  cancel(kForeignId);
  run(5);
  world->unblock(Block::ForeignOrder);
  EXPECT_TRUE(blocked(Block::ForeignOrder)) << "nobody knows that it is over";
  world->crash();
  network_is_back();
  run(60);
  EXPECT_FALSE(blocked(Block::Reconciling)) << tail();
  world->unblock(Block::ForeignOrder);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << tail();
}

// What a stolen key trades is no matter of our symbols.
TEST_F(ForeignOrderTest, OneOnASymbolThatIsNotTradedLatchesAtOnce) {
  up();
  hold_a_position();
  const sim::SymbolId other = another_symbol();
  plant_on(other, sim::Side::Buy, Px::of(1'000));
  run(1);
  expect_latched();
  EXPECT_TRUE(evidence().starts_with("venue: ETHUSDT ")) << evidence();
  EXPECT_TRUE(evidence().ends_with(" handmade-1")) << evidence();
  EXPECT_EQ(trade().protection, ProtectionState::Live);

  // A decision ends the cause, not the order: the next comparison begins it again.
  world->unblock(Block::ForeignOrder);
  EXPECT_FALSE(blocked(Block::ForeignOrder));
  run(65);
  EXPECT_TRUE(blocked(Block::ForeignOrder)) << tail();
  cancel_on(other, kForeignId);
  run(1);
  world->unblock(Block::ForeignOrder);
  run(130);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << "it is over: " << evidence();
  market_falls_to_the_stop();
  run(5);
  EXPECT_TRUE(trade().closed) << tail();
}

TEST_F(ForeignOrderTest, OnesOnASymbolThatIsNotTradedAreFoundByAComparison) {
  up();
  hold_a_position();
  const sim::SymbolId other = another_symbol();
  tamper = [](std::string_view method, std::string&) { return !method.empty(); };  // no event
  plant_on(other, sim::Side::Buy, Px::of(1'000));
  plant_on(other, sim::Side::Buy, Px::of(1'001), "handmade-2");
  run(5);
  EXPECT_FALSE(blocked(Block::ForeignOrder)) << "nothing was said";
  run(65);
  expect_latched();
  EXPECT_TRUE(evidence().starts_with("venue: 2 orders, ETHUSDT ")) << evidence();
}

TEST_F(ForeignOrderTest, OneOnASymbolThatIsNotTradedIsFoundAtAStart) {
  up();
  const sim::SymbolId other = another_symbol();
  network_fails();
  plant_on(other, sim::Side::Buy, Px::of(1'000));
  world->crash();
  network_is_back();
  bool open = false;
  for (int i = 0; i < 600; ++i) {
    world->step(100 * kNanosPerMilli);
    open |= world->state().trading_state() == TradingState::Open;
  }
  EXPECT_FALSE(open) << "between RECONCILING and the cause";
  expect_latched();
}

// An id in our own form, of no order that was ever approved.
TEST_F(ForeignOrderTest, AnIdThatLooksLikeOursIsForeignAllTheSame) {
  up();
  hold_a_position();
  std::string id(id_of(LegRole::Entry).view());
  id[10] = id[10] == 'A' ? 'B' : 'A';
  plant(sim::Side::Buy, Px::of(50'000), id);
  run(1);
  expect_latched();
  EXPECT_NE(prove().second.find(id), std::string::npos);
}

}  // namespace
}  // namespace clawgate::world
