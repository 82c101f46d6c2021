// SPDX-License-Identifier: Apache-2.0
#include "sim/server/simulator.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <thread>

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

TEST_F(SimulatorTest, RestAndStreamsTellTheSameTimeOfASkewedClock) {
  book(0, 100, "50000", "50001");
  RawClient stream(port_);
  ASSERT_TRUE(stream.upgrade("/ws/btcusdt@depth@100ms"));
  while (simulator_->activity().sockets == 0) {
  }
  simulator_->call([&] {
    const std::string fault = R"({"fault":"clock_skew","ms":-6000,"count":-1})";
    EXPECT_EQ(simulator_->service().http({"POST", "/sim/faults", {}, fault, ""}).status, 200);
    const HttpReply time = simulator_->service().http({"GET", "/api/v3/time", {}, "", ""});
    EXPECT_EQ(time.body, R"({"serverTime":1699999994000})");
  });
  book(101, 105, "50000.5", "50001");
  EXPECT_NE(stream.next_of(RawClient::kText)->payload.find(R"("E":1699999994000,)"),
            std::string::npos);
  simulator_->call([&] {
    EXPECT_EQ(simulator_->service().http({"DELETE", "/sim/faults", {}, "", ""}).status, 200);
  });
  book(106, 106, "50000.4", "50001");
  EXPECT_NE(stream.next_of(RawClient::kText)->payload.find(R"("E":1700000000000,)"),
            std::string::npos);
}

/// The same without a thread of its own and 10 ms away.
class DistantSimulatorTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kLatency = 10'000'000;

  DistantSimulatorTest() {
    Simulator::Options options;
    options.clock = [this] { return TimeNs(now_); };
    options.server.latency_ns = kLatency;
    options.server.own_thread = false;
    simulator_ = std::make_unique<Simulator>(options);
    symbol_ = simulator_->exchange().add_symbol(*find_built_in("BTCUSDT"));
    port_ = simulator_->start().value().plain;
  }
  template <class Until>
  [[nodiscard]] bool polled(Until until) {
    for (int i = 0; i < 3'000; ++i) {
      while (simulator_->poll() > 0) {
      }
      if (until(simulator_->activity())) return true;
      ::usleep(1'000);
    }
    return false;
  }
  [[nodiscard]] bool open(RawClient& client, std::string_view target, std::uint64_t sockets) {
    std::thread asker([&] { EXPECT_TRUE(client.upgrade(target)); });
    const bool open = polled([&](const auto& seen) { return seen.sockets == sockets; });
    asker.join();
    return open;
  }
  [[nodiscard]] static bool is_quiet(const Server::Activity& seen) {
    return seen.in_progress == seen.held_http && seen.unsent == 0;
  }

  std::int64_t now_ = at_ms(0).value();
  std::unique_ptr<Simulator> simulator_;
  SymbolId symbol_;
  std::uint16_t port_ = 0;
};

TEST_F(DistantSimulatorTest, ARequestAndItsReplyTakeOneLatencyEach) {
  RawClient rest(port_);
  rest.get("/api/v3/time");
  ASSERT_TRUE(polled([](const auto& seen) { return seen.held_http == 1; }));
  EXPECT_EQ(simulator_->activity().in_progress, 1U);
  EXPECT_EQ(simulator_->next_due(), TimeNs(now_ + kLatency));
  now_ += kLatency - 1;
  simulator_->release_due();
  EXPECT_EQ(simulator_->next_due(), TimeNs(now_ + 1)) << "too early";
  now_ += 1;
  simulator_->release_due();
  EXPECT_EQ(simulator_->next_due(), TimeNs(now_ + kLatency)) << "the reply, on its way back";
  EXPECT_EQ(rest.seen(), "");
  now_ += kLatency;
  simulator_->release_due();
  ASSERT_TRUE(polled([](const auto& seen) { return seen.in_progress == 0; }));
  EXPECT_EQ(simulator_->activity().held_http, 0U);
  // Answered when it arrived there.
  EXPECT_NE(rest.read_until("serverTime").find(R"({"serverTime":1700000000010})"),
            std::string::npos)
      << rest.seen();
}

TEST_F(DistantSimulatorTest, FramesOfTheWebSocketApiToo) {
  RawClient api(port_);
  ASSERT_TRUE(open(api, "/ws-api/v3", 1));
  api.frame(RawClient::kText, R"({"id":1,"method":"time"})");
  ASSERT_TRUE(polled([](const auto& seen) { return seen.frames_in == 1; }));
  EXPECT_EQ(simulator_->next_due(), TimeNs(now_ + kLatency));
  for (const std::uint64_t held : {1U, 0U}) {
    EXPECT_EQ(simulator_->activity().frames_out, 0U);
    now_ += kLatency;
    simulator_->release_due();
    EXPECT_EQ(simulator_->activity().held, held);
  }
  ASSERT_TRUE(polled(is_quiet));
  EXPECT_EQ(simulator_->activity().frames_out, 1U);
  EXPECT_NE(api.next_of(RawClient::kText)->payload.find("\"serverTime\":1700000000010"),
            std::string::npos);
}

TEST_F(DistantSimulatorTest, StreamsAreNotDelayedAndItStopsInGoodOrder) {
  RawClient stream(port_);
  ASSERT_TRUE(open(stream, "/ws/btcusdt@bookTicker", 1));
  const std::array<BookLevel, 1> bids = {BookLevel{px("50000"), qty("1")}};
  const std::array<BookLevel, 1> asks = {BookLevel{px("50001"), qty("1")}};
  MarketEvent event;
  event.kind = MarketKind::Snapshot;
  event.symbol = symbol_;
  event.last_id = 100;
  event.bids = bids;
  event.asks = asks;
  bool here = false;
  EXPECT_TRUE(simulator_->call([&] {
    here = true;
    simulator_->apply(event, TimeNs(now_));
  }));
  EXPECT_TRUE(here) << "on the caller's thread";
  EXPECT_EQ(simulator_->activity().held, 0U);
  ASSERT_TRUE(polled(is_quiet));
  EXPECT_NE(stream.next_of(RawClient::kText)->payload.find("\"b\":\"50000.00000000\""),
            std::string::npos);
  std::thread reader([&] { EXPECT_EQ(stream.next_of(RawClient::kClose)->code(), 1001); });
  simulator_->stop();
  reader.join();
  EXPECT_FALSE(simulator_->call([] {}));
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
