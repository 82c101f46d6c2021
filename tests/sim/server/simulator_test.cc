// SPDX-License-Identifier: Apache-2.0
#include "sim/server/simulator.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/sim/exchange/desk.h"
#include "tests/sim/server/raw_client.h"

// The parts together, behind sockets, with a clock that the test owns.

namespace clawgate::sim {
namespace {

class SimulatorTest : public ::testing::Test {
 protected:
  SimulatorTest() {
    Simulator::Options options;
    options.clock = [this] { return TimeNs(now_.load()); };
    simulator_ = std::make_unique<Simulator>(options);
    symbol_ = simulator_->exchange().add_symbol(*find_built_in("BTCUSDT"));
    port_ = simulator_->start().value().plain;
  }
  void book(std::int64_t first, std::int64_t last, std::string_view bid, std::string_view ask) {
    const std::array<BookLevel, 1> bids = {BookLevel{px(bid), qty("1")}};
    const std::array<BookLevel, 1> asks = {BookLevel{px(ask), qty("1")}};
    MarketEvent event;
    event.kind = first == 0 ? MarketKind::Snapshot : MarketKind::Depth;
    event.symbol = symbol_;
    event.first_id = first;
    event.last_id = last;
    event.bids = bids;
    event.asks = asks;
    simulator_->call([&] { simulator_->apply(event, TimeNs(now_.load())); });
  }

  std::atomic<std::int64_t> now_{at_ms(0).value()};
  std::unique_ptr<Simulator> simulator_;
  SymbolId symbol_;
  std::uint16_t port_ = 0;
};

TEST_F(SimulatorTest, RestAndStreamsTellTheSameBookAndTime) {
  book(0, 100, "50000", "50001");
  RawClient stream(port_);
  ASSERT_TRUE(stream.upgrade("/ws/btcusdt@depth@100ms"));
  while (simulator_->activity().sockets == 0) {
  }
  book(101, 105, "50000.5", "50001");
  EXPECT_EQ(stream.next_of(RawClient::kText)->payload,
            R"({"e":"depthUpdate","E":1700000000000,"s":"BTCUSDT","U":101,"u":105,)"
            R"("b":[["50000.50000000","1.00000000"]],"a":[["50001.00000000","1.00000000"]]})");
  RawClient rest(port_);
  rest.get("/api/v3/depth?symbol=BTCUSDT&limit=1");
  EXPECT_NE(rest.read_until("]]}").find(
                R"({"lastUpdateId":105,"bids":[["50000.50000000","1.00000000"]])"),
            std::string::npos)
      << rest.seen();
  rest.get("/api/v3/time");
  EXPECT_NE(rest.read_until("serverTime").find(R"({"serverTime":1700000000000})"),
            std::string::npos);
  EXPECT_EQ(simulator_->activity().frames_out, 1U);
}

TEST_F(SimulatorTest, StopsWithAnAnnouncementOnEveryWebSocket) {
  RawClient api(port_);
  RawClient stream(port_);
  ASSERT_TRUE(api.upgrade("/ws-api/v3"));
  ASSERT_TRUE(stream.upgrade("/stream"));
  while (simulator_->activity().sockets < 2) {
  }
  simulator_->stop();
  for (RawClient* const client : {&api, &stream}) {
    const auto told = client->next_of(RawClient::kText);
    ASSERT_TRUE(told);
    EXPECT_NE(told->payload.find("serverShutdown"), std::string::npos);
    EXPECT_EQ(client->next_of(RawClient::kClose)->code(), 1001);
  }
}

}  // namespace
}  // namespace clawgate::sim
