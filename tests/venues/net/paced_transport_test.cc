// SPDX-License-Identifier: Apache-2.0
#include "venues/net/paced_transport.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/loopback_transport.h"

namespace clawgate::venues::net {
namespace {

constexpr std::int64_t kBegin = 1'767'603'600 * kNanosPerSecond;
const Endpoint kServer{false, "127.0.0.1", 80};

class PacedTransportTest : public ::testing::Test, public WebSocketEvents {
 protected:
  PacedTransportTest() {
    sim::Service::Options options;
    options.clock = [this] { return sim::TimeNs(inner_.time()); };
    service_ = std::make_unique<sim::Service>(options);
    service_->connect(exchange_);
    inner_.serve(service_.get());
  }
  void note(const std::string& what) { seen_ += what + " "; }
  [[nodiscard]] static UnixNanos at_ms(std::int64_t ms) {
    return UnixNanos(kBegin + ms * kNanosPerMilli);
  }
  void network() { inner_.run_until(inner_.time() + kNanosPerSecond); }

  void on_open() override { note("open"); }
  void on_text(std::string_view) override { note("text"); }
  void on_closed(std::string_view) override { note("closed"); }

  testing::LoopbackTransport inner_{kBegin};
  std::unique_ptr<sim::Service> service_;
  sim::Exchange exchange_{nullptr};
  PacedTransport paced_{inner_, UnixNanos(kBegin)};
  std::string seen_;
};

TEST_F(PacedTransportTest, TimersRunInOrderAndOnlyWhenTheOwnerSaysSo) {
  paced_.at(at_ms(20), [this] { note("20"); });
  paced_.at(at_ms(10), [this] {
    note("10");
    paced_.at(at_ms(5), [this] { note("late"); });
  });
  const TimerId gone = paced_.at(at_ms(10), [this] { note("gone"); });
  paced_.at(at_ms(10), [this] { note("10b"); });
  paced_.cancel(gone);
  paced_.cancel(gone);
  EXPECT_EQ(paced_.next_due(), at_ms(10));
  EXPECT_EQ(paced_.run_due(), 0U);
  paced_.advance(at_ms(9));
  EXPECT_EQ(paced_.run_due(), 0U);
  paced_.advance(at_ms(10));
  EXPECT_EQ(seen_, "");
  EXPECT_EQ(paced_.run_due(), 3U);
  EXPECT_EQ(seen_, "10 10b late ");
  EXPECT_EQ(paced_.next_due(), at_ms(20));
  paced_.advance(at_ms(30));
  EXPECT_EQ(paced_.run_due(), 1U);
  EXPECT_FALSE(paced_.next_due().has_value());
  paced_.advance(at_ms(29));
  EXPECT_EQ(paced_.now(), at_ms(30)) << "never back";
}

TEST_F(PacedTransportTest, ARequestIsUnderWayUntilItsAnswerCame) {
  const auto client = paced_.http(kServer);
  client->send({.method = "GET", .target = "/api/v3/time"}, [this](const HttpAnswer& answer) {
    EXPECT_EQ(answer.fate, Fate::Answered);
    note(std::to_string(answer.status));
  });
  EXPECT_EQ(paced_.activity().requests_open, 1U);
  EXPECT_EQ(paced_.next_due(), at_ms(10'000)) << "its own limit";
  network();
  EXPECT_EQ(seen_, "200 ");
  EXPECT_EQ(paced_.activity().requests_open, 0U);
  EXPECT_FALSE(paced_.next_due().has_value());
}

TEST_F(PacedTransportTest, ItsTimeLimitIsOfThePacedClock) {
  const auto client = paced_.http(kServer);
  client->send({.method = "GET", .target = "/api/v3/time", .timeout_ns = 1'000'000'000},
               [this](const HttpAnswer& answer) {
                 EXPECT_EQ(answer.fate, Fate::Unknown);
                 note("unknown");
               });
  paced_.advance(at_ms(999));
  EXPECT_EQ(paced_.run_due(), 0U);
  paced_.advance(at_ms(1'000));
  EXPECT_EQ(paced_.run_due(), 1U);
  EXPECT_EQ(seen_, "unknown ");
  EXPECT_EQ(paced_.activity().requests_open, 1U) << "the network still carries it";
  network();
  EXPECT_EQ(seen_, "unknown ") << "told once";
  EXPECT_EQ(paced_.activity().requests_open, 0U);
}

// However long the owner's time stands still, the inner one's does not end it.
TEST_F(PacedTransportTest, TheInnerClockEndsNoRequest) {
  inner_.latency_ns = 24 * 3'600 * kNanosPerSecond;
  const auto client = paced_.http(kServer);
  client->send({.method = "GET", .target = "/api/v3/time"},
               [this](const HttpAnswer& answer) { note(std::to_string(answer.status)); });
  inner_.run_until(kBegin + 3 * inner_.latency_ns);
  EXPECT_EQ(seen_, "200 ");
}

TEST_F(PacedTransportTest, AClientThatIsGoneCallsNobodyAndCountsNothing) {
  auto client = paced_.http(kServer);
  client->send({.method = "GET", .target = "/api/v3/time"},
               [this](const HttpAnswer&) { note("called"); });
  client.reset();
  EXPECT_EQ(paced_.activity().requests_open, 0U);
  EXPECT_FALSE(paced_.next_due().has_value());
  network();
  EXPECT_EQ(seen_, "");
}

TEST_F(PacedTransportTest, SocketsAndTheirFramesAreCounted) {
  auto socket = paced_.web_socket(kServer, "/ws-api/v3", *this);
  EXPECT_EQ(paced_.activity().connecting, 1U);
  EXPECT_FALSE(socket->send("too early"));
  network();
  EXPECT_EQ(paced_.activity().connecting, 0U);
  EXPECT_EQ(paced_.activity().frames_sent, 0U);
  EXPECT_TRUE(socket->send(R"({"id":1,"method":"time"})"));
  EXPECT_EQ(paced_.activity().frames_sent, 1U);
  EXPECT_EQ(paced_.activity().frames_read, 0U);
  network();
  EXPECT_EQ(paced_.activity().frames_read, 1U);
  EXPECT_EQ(paced_.activity().sockets_ended, 0U);
  socket->close();
  network();
  EXPECT_EQ(seen_, "open text closed ");
  EXPECT_EQ(paced_.activity().sockets_ended, 1U);
  socket.reset();
  EXPECT_EQ(paced_.activity().sockets_ended, 1U) << "once";

  socket = paced_.web_socket(kServer, "/ws-api/v3", *this);
  socket.reset();
  EXPECT_EQ(paced_.activity().connecting, 0U);
  EXPECT_EQ(paced_.activity().sockets_ended, 2U);
}

}  // namespace
}  // namespace clawgate::venues::net
