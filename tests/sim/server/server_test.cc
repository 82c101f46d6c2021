// SPDX-License-Identifier: Apache-2.0
#include "sim/server/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>
#include <thread>

#include "sim/server/credentials.h"
#include "tests/fuzz/mutate.h"
#include "tests/sim/server/raw_client.h"

namespace clawgate::sim {
namespace {

using std::chrono::milliseconds;

/// Answers each text with itself; "close", "cut", "hold" and "turns" do that.
class Echo final : public WsSession {
 public:
  Echo(WsPeer& peer, std::atomic<int>& open) : peer_(peer), open_(open) { ++open_; }
  ~Echo() override { --open_; }
  void on_text(std::string_view text) override {
    if (text == "close") return peer_.close();
    if (text == "cut") return peer_.cut();
    if (text == "turns") {
      peer_.send_in_turn("first", 50'000'000);
      peer_.send_in_turn("second", 0);
      return peer_.send_in_turn("third", 20'000'000);
    }
    peer_.send(std::string(text), text == "hold" ? 50'000'000 : 0);
  }

 private:
  WsPeer& peer_;
  std::atomic<int>& open_;
};

class ServerTest : public ::testing::Test {
 protected:
  std::uint16_t start(Server::Options options = {}) {
    Server::Routes routes;
    routes.http = [](const HttpRequest& request) { return answer(request); };
    const auto echo = [this](std::string_view, WsPeer& peer, std::string_view address) {
      address_ = address;
      return std::make_unique<Echo>(peer, open_);
    };
    routes.ws_api = echo;
    routes.streams = echo;
    server_ = std::make_unique<Server>(std::move(options), std::move(routes));
    return server_->start().value().plain;
  }

  static HttpReply answer(const HttpRequest& request) {
    HttpReply reply;
    reply.headers = {{"x-seen", request.method}};
    reply.body = request.target + "|" + request.body + "|" + request.peer;
    for (const auto& [name, value] : request.headers) {
      if (name == "x-odd-case") reply.body += "|" + value;
    }
    if (request.target == "/api/held") reply.hold_ns = 60'000'000;
    if (request.target == "/api/cut") reply.cut = true;
    if (request.target == "/api/cut-late") {
      reply.cut = true;
      reply.hold_ns = 30'000'000;
    }
    return reply;
  }

  template <class Condition>
  static bool soon(Condition condition) {
    for (int i = 0; i < 600; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return false;
  }

  std::atomic<int> open_{0};
  std::string address_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, ListensOnLoopbackOnly) {
  for (const char* const bind : {"0.0.0.0", "192.168.1.1", "::", "8.8.8.8", "localhost", ""}) {
    Server::Options options;
    options.bind = bind;
    Server server(options, {});
    const auto ports = server.start();
    ASSERT_FALSE(ports) << bind;
    EXPECT_EQ(ports.error().field, "bind");
  }
  const std::uint16_t taken = start();
  Server::Options options;
  options.port = taken;
  const auto ports = Server(options, {}).start();
  ASSERT_FALSE(ports);
  EXPECT_EQ(ports.error().reason, Reason::BindFailed);
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.1.2.3"));
  EXPECT_TRUE(is_loopback("::1"));
}

TEST_F(ServerTest, ARequestGetsItsAnswerWithPeerHeadersAndBody) {
  RawClient client(start());
  client.send(
      "POST /api/v3/x?a=1 HTTP/1.1\r\nHost: x\r\nX-Odd-Case: yes\r\n"
      "Content-Length: 3\r\n\r\nb=2");
  const std::string& reply = client.read_until("127.0.0.1|yes");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
  EXPECT_NE(reply.find("x-seen: POST\r\n"), std::string::npos);
  EXPECT_NE(reply.find("\r\n\r\n/api/v3/x?a=1|b=2|127.0.0.1|yes"), std::string::npos) << reply;
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInTheirOrder) {
  RawClient client(start());
  client.send("GET /api/held HTTP/1.1\r\nHost: x\r\n\r\nGET /api/two HTTP/1.1\r\nHost: x\r\n\r\n");
  client.get("/api/three");
  const std::string& all = client.read_until("/api/three|");
  const std::size_t first = all.find("/api/held|");
  const std::size_t second = all.find("/api/two|");
  EXPECT_LT(first, second);
  EXPECT_LT(second, all.find("/api/three|"));
}

TEST_F(ServerTest, OnlyTheListedPathsAreServed) {
  RawClient client(start());
  for (const char* const target : {"/", "/api", "/apix", "/index.html", "/wsx", "/ws-api/v2"}) {
    client.seen().clear();
    client.get(target);
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 404")) << target;
  }
  EXPECT_FALSE(RawClient(start()).upgrade("/api/v3/order"));
}

TEST_F(ServerTest, OversizedAndBrokenRequestsAreRefused) {
  Server::Options options;
  options.header_max = 1'024;
  options.body_max = 100;
  const std::uint16_t port = start(options);
  RawClient header(port);
  header.send("GET /api/x HTTP/1.1\r\nX-Long: " + std::string(2'000, 'a') + "\r\n\r\n");
  EXPECT_TRUE(header.closed_within(2'000));
  EXPECT_TRUE(header.seen().starts_with("HTTP/1.1 431")) << header.seen();
  RawClient body(port);
  body.send("POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n");
  EXPECT_TRUE(body.closed_within(2'000));
  EXPECT_TRUE(body.seen().starts_with("HTTP/1.1 413")) << body.seen();
  RawClient fits(port);
  fits.send("POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" +
            std::string(100, 'b'));
  EXPECT_TRUE(fits.read_until("bbb|127").starts_with("HTTP/1.1 200")) << fits.seen();
  RawClient garbage(port);
  garbage.send("\x16\x03\x01 this is not HTTP\r\n\r\n");
  EXPECT_TRUE(garbage.closed_within(2'000));
  EXPECT_TRUE(garbage.seen().starts_with("HTTP/1.1 400")) << garbage.seen();
}

// Whatever arrives is answered or closed, and whoever asks next is served.
TEST_F(ServerTest, AnyBytesLeaveItServing) {
  Server::Options options;
  options.request = milliseconds(100);
  options.idle = milliseconds(100);
  const std::uint16_t port = start(options);
  const std::vector<std::string> seeds = {
      "GET /api/v3/time HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST /api/v3/order?symbol=BTCUSDT HTTP/1.1\r\nHost: h\r\nX-MBX-APIKEY: k\r\n"
      "Content-Length: 8\r\n\r\nside=BUY",
      "DELETE /api/v3/order HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\na=b\r\n0\r\n\r\n",
      "GET /ws-api/v3 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
      "\x81\x85\x01\x02\x03\x04hello"};
  std::mt19937_64 random(20261121);
  for (std::size_t i = 0; i < 200; ++i) {
    RawClient client(port);
    ASSERT_TRUE(client.connected());
    client.send(fuzz::mutated(seeds[i % seeds.size()], seeds, random));
    static_cast<void>(client.closed_within(20));
    EXPECT_TRUE(client.seen().empty() || client.seen().starts_with("HTTP/1.1 ")) << i;
  }
  RawClient after(port);
  after.get("/api/after");
  EXPECT_NE(after.read_until("/api/after|").find("/api/after|"), std::string::npos);
}

TEST_F(ServerTest, SlowAndSilentClientsAreDroppedAndHoldUpNobody) {
  Server::Options options;
  options.request = milliseconds(150);
  options.idle = milliseconds(1'500);
  const std::uint16_t port = start(options);
  RawClient slow(port);
  slow.send("GET /api/x HTTP/1.1\r\nHo");
  RawClient silent(port);
  RawClient fast(port);
  fast.get("/api/fast");
  EXPECT_NE(fast.read_until("/api/fast|").find("/api/fast|"), std::string::npos);
  EXPECT_TRUE(slow.closed_within(1'000));
  EXPECT_TRUE(slow.seen().empty());
  EXPECT_FALSE(silent.closed_within(1));
  EXPECT_TRUE(silent.closed_within(4'000));
}

TEST_F(ServerTest, ACutReplySendsNothing) {
  const std::uint16_t port = start();
  for (const char* const target : {"/api/cut", "/api/cut-late"}) {
    RawClient client(port);
    client.get(target);
    EXPECT_TRUE(client.closed_within(2'000));
    EXPECT_TRUE(client.seen().empty());
  }
  EXPECT_EQ(server_->activity().in_progress, 0U);
}

TEST_F(ServerTest, ConnectionsAreLimited) {
  Server::Options options;
  options.connections_max = 2;
  const std::uint16_t port = start(options);
  RawClient a(port);
  RawClient b(port);
  a.get("/api/a");
  b.get("/api/b");
  a.read_until("/api/a|");
  b.read_until("/api/b|");
  RawClient c(port);
  EXPECT_TRUE(c.closed_within(2'000));
}

// However many say nothing: whoever asks is answered, and whoever has a WebSocket keeps it.
TEST_F(ServerTest, HalfOpenConnectionsKeepNobodyOut) {
  Server::Options options;
  options.connections_max = 8;
  const std::uint16_t port = start(options);
  RawClient socket(port);
  ASSERT_TRUE(socket.upgrade("/ws-api/v3"));
  std::vector<std::unique_ptr<RawClient>> half_open;
  for (int i = 0; i < 100; ++i) {
    half_open.push_back(std::make_unique<RawClient>(port));
    half_open.back()->send("GET /api/x HTTP/1.1\r\nHo");
  }
  for (int i = 0; i < 5; ++i) {
    RawClient asks(port);
    asks.get("/api/asks");
    EXPECT_NE(asks.read_until("/api/asks|").find("/api/asks|"), std::string::npos) << i;
  }
  socket.frame(RawClient::kText, "still here");
  EXPECT_EQ(socket.next_of(RawClient::kText)->payload, "still here");
}

TEST_F(ServerTest, WithFewDescriptorsWhoAsksIsAnswered) {
  const std::uint16_t port = start();
  std::vector<std::unique_ptr<RawClient>> half_open;
  for (int i = 0; i < 40; ++i) half_open.push_back(std::make_unique<RawClient>(port));
  RawClient asks(port);
  asks.get("/api/first");  // those before it are accepted too, then
  ASSERT_NE(asks.read_until("/api/first|").find("/api/first|"), std::string::npos);
  const int extra = ::socket(AF_INET, SOCK_STREAM, 0);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  const rlimit few{static_cast<rlim_t>(next), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(extra, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::string text = "GET /api/x HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(::send(extra, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  pollfd wait{extra, POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 3'000), 1) << "no answer";
  ::setrlimit(RLIMIT_NOFILE, &before);
  ::close(extra);
}

TEST_F(ServerTest, AWebSocketTalksAndEndsItsSession) {
  const std::uint16_t port = start();
  {
    RawClient client(port);
    ASSERT_TRUE(client.upgrade("/ws-api/v3?x=1"));
    client.frame(RawClient::kText, "hold");
    client.frame(RawClient::kText, "hello");
    EXPECT_EQ(client.next_of(RawClient::kText)->payload, "hello");  // overtakes what is held
    EXPECT_EQ(client.next_of(RawClient::kText)->payload, "hold");
    client.frame(RawClient::kPing, "abc");
    EXPECT_EQ(client.next_of(RawClient::kPong)->payload, "abc");
    EXPECT_EQ(server_->activity().sockets, 1U);
    EXPECT_EQ(server_->activity().frames_in, 2U);
    EXPECT_EQ(server_->activity().frames_out, 2U);
    EXPECT_EQ(open_, 1);
  }
  EXPECT_TRUE(soon([&] { return open_ == 0 && server_->activity().sockets == 0; }));
  EXPECT_EQ(address_, "127.0.0.1");
}

TEST_F(ServerTest, WhatHasItsTurnOvertakesNothing) {
  RawClient client(start());
  ASSERT_TRUE(client.upgrade("/ws-api/v3"));
  client.frame(RawClient::kText, "turns");
  for (const char* const expected : {"first", "second", "third"}) {
    EXPECT_EQ(client.next_of(RawClient::kText)->payload, expected);
  }
}

TEST_F(ServerTest, ASessionClosesOrCutsItsConnection) {
  const std::uint16_t port = start();
  RawClient closed(port);
  ASSERT_TRUE(closed.upgrade("/ws-api/v3"));
  closed.frame(RawClient::kText, "close");
  EXPECT_EQ(closed.next_of(RawClient::kClose)->code(), 1000);
  RawClient cut(port);
  ASSERT_TRUE(cut.upgrade("/ws-api/v3"));
  cut.frame(RawClient::kText, "cut");
  EXPECT_TRUE(cut.closed_within(2'000));
  EXPECT_TRUE(cut.seen().empty());
  EXPECT_TRUE(soon([&] { return server_->activity().unsent == 0; }));
}

TEST_F(ServerTest, ATooLargeOrBinaryFrameClosesTheWebSocket) {
  Server::Options options;
  options.frame_max = 1'000;
  const std::uint16_t port = start(options);
  RawClient client(port);
  ASSERT_TRUE(client.upgrade("/ws-api/v3"));
  client.frame(RawClient::kText, std::string(1'000, 'a'));
  EXPECT_EQ(client.next_of(RawClient::kText)->payload.size(), 1'000U);
  client.frame(RawClient::kText, std::string(1'001, 'a'));
  EXPECT_EQ(client.next_of(RawClient::kClose)->code(), 1009);
  RawClient binary(port);
  ASSERT_TRUE(binary.upgrade("/ws-api/v3"));
  binary.frame(2, "x");
  EXPECT_EQ(binary.next_of(RawClient::kClose)->code(), 1003);
}

TEST_F(ServerTest, FiveMessagesASecondOnStreamsAndNotSix) {
  const std::uint16_t port = start();
  RawClient client(port);
  ASSERT_TRUE(client.upgrade("/ws/btcusdt@trade"));
  for (int i = 0; i < 4; ++i) client.frame(RawClient::kText, "x");
  client.frame(RawClient::kPong, "");  // counts too
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(client.next_of(RawClient::kText));
  EXPECT_FALSE(client.next_of(RawClient::kClose, 100));
  client.frame(RawClient::kText, "x");
  EXPECT_EQ(client.next_of(RawClient::kClose)->code(), 1008);
  RawClient api(port);
  ASSERT_TRUE(api.upgrade("/ws-api/v3"));
  for (int i = 0; i < 20; ++i) api.frame(RawClient::kText, "x");
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(api.next_of(RawClient::kText));
}

TEST_F(ServerTest, APingWantsItsOwnPong) {
  Server::Options options;
  options.ping = milliseconds(100);
  options.pong_limit = milliseconds(400);
  const std::uint16_t port = start(options);
  RawClient good(port);
  RawClient wrong(port);
  RawClient mute(port);
  for (RawClient* const client : {&good, &wrong, &mute}) {
    ASSERT_TRUE(client->upgrade("/ws-api/v3"));
  }
  for (int i = 0; i < 9; ++i) {
    const auto ping = good.next_of(RawClient::kPing, 1'000);
    ASSERT_TRUE(ping) << i;
    good.frame(RawClient::kPong, ping->payload);
    wrong.frame(RawClient::kPong, "not yours");
  }
  EXPECT_FALSE(good.closed_within(20));
  EXPECT_TRUE(wrong.closed_within(60));
  EXPECT_TRUE(mute.closed_within(60));
}

TEST_F(ServerTest, AWebSocketLivesNoLongerThanItMay) {
  Server::Options options;
  options.ping = milliseconds(30);
  options.life = milliseconds(120);
  RawClient client(start(options));
  ASSERT_TRUE(client.upgrade("/ws-api/v3"));
  EXPECT_EQ(client.next_of(RawClient::kClose)->code(), 1001);
}

TEST_F(ServerTest, AnOwnedClockDecidesWhatIsDue) {
  std::atomic<std::int64_t> now{1'000};
  Server::Options options;
  options.clock = [&] { return TimeNs(now); };
  RawClient client(start(options));
  client.get("/api/held");
  ASSERT_TRUE(soon([&] { return server_->activity().held == 1; }));
  EXPECT_EQ(server_->activity().requests, 1U);
  EXPECT_EQ(server_->activity().in_progress, 1U);
  EXPECT_EQ(server_->next_due(), TimeNs(60'001'000));
  now = 60'000'999;
  server_->release_due();
  EXPECT_EQ(server_->activity().held, 1U);
  now = 60'001'000;
  server_->release_due();
  EXPECT_EQ(server_->activity().held, 0U);
  EXPECT_NE(client.read_until("/api/held|").find("/api/held|"), std::string::npos);
  EXPECT_TRUE(soon([&] { return server_->activity().in_progress == 0; }));
}

TEST_F(ServerTest, StoppingClosesWebSocketsInGoodOrder) {
  const std::uint16_t port = start();
  RawClient client(port);
  ASSERT_TRUE(client.upgrade("/stream"));
  std::thread stopper([&] { server_->stop(); });
  const auto close = client.next_of(RawClient::kClose);
  ASSERT_TRUE(close);
  EXPECT_EQ(close->code(), 1001);
  client.frame(RawClient::kClose, close->payload);
  stopper.join();
  EXPECT_EQ(open_, 0);
  EXPECT_FALSE(RawClient(port).connected());
  EXPECT_FALSE(server_->call([] { FAIL(); }));
}

// A handshake may be under way at that moment, and a close frame must not cross it.
TEST_F(ServerTest, StoppingDuringAHandshakeWaitsForIt) {
  for (int round = 0; round < 60; ++round) {
    RawClient client(start());
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(round * 10));
      server_->stop();
    });
    if (client.upgrade("/stream")) {
      const auto close = client.next_of(RawClient::kClose);
      ASSERT_TRUE(close) << round;
      EXPECT_EQ(close->code(), 1001) << round;
      client.frame(RawClient::kClose, close->payload);
    }
    stopper.join();
  }
}

TEST_F(ServerTest, TlsNeedsACertificateWithItsKey) {
  const TestCertificate one = make_test_certificate();
  const TestCertificate other = make_test_certificate();
  Server::Options options;
  options.tls = Server::Tls{0, one.certificate_pem, other.key_pem};
  EXPECT_FALSE(Server(options, {}).start());
  options.tls->certificate = "nonsense";
  EXPECT_FALSE(Server(options, {}).start());
  options.tls = Server::Tls{0, one.certificate_pem, one.key_pem};
  Server good(options, {});
  const auto ports = good.start();
  ASSERT_TRUE(ports);
  RawClient plain_to_tls(ports->tls);
  plain_to_tls.get("/api/x");
  EXPECT_TRUE(plain_to_tls.closed_within(2'000));
  EXPECT_EQ(plain_to_tls.seen().find("HTTP"), std::string::npos);
}

}  // namespace
}  // namespace clawgate::sim
