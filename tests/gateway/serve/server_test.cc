// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/api_server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <deque>
#include <future>
#include <random>
#include <thread>
#include <vector>

#include "gateway/serve/http_client.h"
#include "tests/fuzz/mutate.h"
#include "tests/gateway/serve/raw_http.h"

namespace clawgate::gateway {
namespace {

/// The real server with handlers that say what they were asked.
class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    ApiServer::Options options;
    options.seats = {.strangers = 8, .members = 4, .deciders = 2, .streams = 3};
    options.request_max_ms = 300;
    server = ApiServer::bind(options).value();
    server->start(handlers());
  }
  ~ServerTest() override {
    if (server) server->stop();
  }

  [[nodiscard]] ApiServer::Handlers handlers() {
    ApiServer::Handlers handlers;
    handlers.handle = [this](const HttpRequest& request, HttpReply reply) {
      ++requests;
      HttpResponse response;
      response.body = request.method + " " + request.target + " " + request.host + " " +
                      std::to_string(request.body.size());
      reply(std::move(response));
    };
    handlers.standing = [](const HttpRequest& request) {
      if (request.authorization == "Bearer t") return Standing::Decider;
      return request.authorization == "Bearer engine" ? Standing::Member : Standing::Stranger;
    };
    handlers.is_command = [](const HttpRequest& request) { return request.target == "/kill"; };
    handlers.refuse_stream = [](const HttpRequest& request, Seq&) -> std::optional<HttpResponse> {
      if (request.target == "/v1/stream") return std::nullopt;
      return error_response({Reason::RouteUnknown, request.target, ""});
    };
    handlers.next_event = [this](Seq after) -> Result<const StreamEvent*> {
      if (after < forgotten) return Error{Reason::StreamGap, "", ""};
      for (const StreamEvent& event : events) {
        if (event.seq > after) return &event;
      }
      return nullptr;
    };
    handlers.tick = [] {};
    return handlers;
  }

  [[nodiscard]] std::string exchange(const std::string& bytes) {
    RawSocket socket(server->port());
    EXPECT_TRUE(socket.connected());
    socket.send(bytes);
    return socket.receive();
  }
  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", server->port(), "t"}; }
  [[nodiscard]] ApiServer::Numbers numbers() {
    std::promise<ApiServer::Numbers> told;
    server->post([&] { told.set_value(server->numbers()); });
    return told.get_future().get();
  }

  /// One event more, of which only the newest are kept.
  void publish(std::uint64_t seq, const std::shared_ptr<const std::string>& text) {
    server->post([this, seq, text] {
      events.push_back({Seq(seq), text});
      if (events.size() > kEventsKept) {
        forgotten = events.front().seq;
        events.pop_front();
      }
      server->publish();
    });
  }
  [[nodiscard]] static std::string upgrade_to(const std::string& target) {
    return "GET " + target +
           " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  static constexpr std::size_t kEventsKept = 2'000;
  std::deque<StreamEvent> events;  // the API's thread
  Seq forgotten;
  std::atomic<int> requests{0};
  std::unique_ptr<ApiServer> server;
};

TEST(BindTest, OnlyLoopbackIsBound) {
  for (const std::string address :
       {"0.0.0.0", "::", "192.168.1.1", "10.0.0.1", "", "localhost", "example.org", "127.0.0.1 "}) {
    const auto refused = ApiServer::bind({.address = address});
    ASSERT_FALSE(refused.has_value()) << address;
    EXPECT_EQ(refused.error().reason, Reason::BindNotLoopback) << address;
  }
  const auto bound = ApiServer::bind({.address = "127.0.0.1"});
  ASSERT_TRUE(bound.has_value());
  EXPECT_NE((*bound)->port(), 0);
  const auto taken = ApiServer::bind({.address = "127.0.0.1", .port = (*bound)->port()});
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().reason, Reason::BindFailed);
}

TEST_F(ServerTest, AnswersOneAfterAnotherOnOneConnection) {
  RawSocket socket(server->port());
  for (int i = 0; i < 3; ++i) {
    socket.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string got = socket.receive("GET /a h 0");
    EXPECT_NE(got.find("HTTP/1.1 200 OK"), std::string::npos) << got;
    EXPECT_NE(got.find("Cache-Control: no-store"), std::string::npos);
  }
  EXPECT_EQ(requests.load(), 3);
}

TEST_F(ServerTest, WhatIsNoRequestIsRefusedAndClosed) {
  EXPECT_NE(exchange("HELLO\r\n\r\n").find(" 400 "), std::string::npos);
  EXPECT_NE(exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").find("HTTP_SYNTAX"),
            std::string::npos);
  EXPECT_NE(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n").find(" 400 "),
            std::string::npos);
  EXPECT_EQ(requests.load(), 0);
}

TEST_F(ServerTest, SizesAreBounded) {
  EXPECT_NE(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 131073\r\n\r\n").find(" 413 "),
            std::string::npos);
  const std::string header(9'000, 'x');
  EXPECT_NE(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + header + "\r\n\r\n").find(" 413 "),
            std::string::npos);
  EXPECT_EQ(requests.load(), 0);
  const std::string body(131'072, 'x');
  const std::string fits = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body;
  EXPECT_NE(exchange(fits).find("POST / a 131072"), std::string::npos);
}

// Whatever arrives is answered or closed, and whoever asks next is served.
TEST_F(ServerTest, AnyBytesLeaveItServing) {
  const std::vector<std::string> seeds = {
      "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST /v1/signals HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Authorization: Bearer t\r\nContent-Length: 11\r\n\r\n{\"a\":[1,2]}",
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "GET /v1/stream HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"};
  std::mt19937_64 random(20261121);
  for (std::size_t i = 0; i < 400; ++i) {
    RawSocket socket(server->port());
    ASSERT_TRUE(socket.connected());
    socket.send(fuzz::mutated(seeds[i % seeds.size()], seeds, random));
    socket.half_close();
    const std::string got = socket.receive("", 2'000);
    EXPECT_TRUE(got.empty() || got.starts_with("HTTP/1.1 ")) << i << ": " << got.substr(0, 80);
    EXPECT_EQ(got.find("<silence>"), std::string::npos) << i;
  }
  const std::string after = exchange("GET /after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(after.find(" 200 "), std::string::npos) << after;
}

// A byte now and then does not keep a connection: the whole request has one deadline.
TEST_F(ServerTest, ASlowRequestIsCutOff) {
  RawSocket socket(server->port());
  const auto begin = std::chrono::steady_clock::now();
  std::thread drip([&] {
    for (const char c : std::string("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: yes")) {
      if (!socket.send(std::string(1, c))) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(40));
    }
  });
  const std::string got = socket.receive();
  const auto took = std::chrono::steady_clock::now() - begin;
  drip.join();
  EXPECT_NE(got.find("REQUEST_TIMEOUT"), std::string::npos) << got;
  EXPECT_LT(took, std::chrono::seconds(2));
  EXPECT_EQ(requests.load(), 0);
}

TEST_F(ServerTest, SilentAndHalfOpenConnectionsAreClosed) {
  RawSocket silent(server->port());
  EXPECT_EQ(silent.receive(), "");
  RawSocket half(server->port());
  half.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  half.half_close();
  EXPECT_EQ(half.receive(), "");
  EXPECT_EQ(requests.load(), 0);
}

TEST_F(ServerTest, ConnectionsOfThoseWhoAreKnownAreCapped) {
  const std::string request = "GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer engine\r\n\r\n";
  std::vector<std::unique_ptr<RawSocket>> open;
  for (int i = 0; i < 4; ++i) {
    open.push_back(std::make_unique<RawSocket>(server->port()));
    open.back()->send(request);
    EXPECT_NE(open.back()->receive("GET /x").find(" 200 "), std::string::npos);
  }
  RawSocket above(server->port());
  above.send(request);
  EXPECT_NE(above.receive().find("CONNECTION_LIMIT"), std::string::npos);
  open.clear();
  for (int i = 0; i < 50 && numbers().connections > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_NE(
      exchange(request.substr(0, request.size() - 2) + "Connection: close\r\n\r\n").find(" 200 "),
      std::string::npos);
}

// I4: neither those who never say who they are nor an engine that holds all its seats.
TEST_F(ServerTest, NobodyKeepsOutWhoDecides) {
  std::vector<std::unique_ptr<RawSocket>> open;
  for (int i = 0; i < 4; ++i) {
    open.push_back(std::make_unique<RawSocket>(server->port()));
    open.back()->send("GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer engine\r\n\r\n");
    EXPECT_NE(open.back()->receive("GET /x").find(" 200 "), std::string::npos);
  }
  for (int i = 0; i < 100; ++i) {
    open.push_back(std::make_unique<RawSocket>(server->port()));
    open.back()->send("POST /v1/hitl/commands HTTP/1.1\r\nHost: h\r\n");
  }
  for (int i = 0; i < 5; ++i) {
    const auto answer = call(endpoint(), "GET", "/kill");
    ASSERT_TRUE(answer.has_value()) << to_text(answer.error());
    EXPECT_EQ(answer->status, 200) << answer->body;
  }
  EXPECT_GE(numbers().connections_refused, 92U) << "the oldest strangers gave way";
  EXPECT_LE(numbers().connections, 16U);
}

// I4: streams have seats of their own, and a command needs none at all.
TEST_F(ServerTest, NoNumberOfStreamsKeepsACommandOut) {
  const std::string upgrade =
      "GET /v1/stream HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  std::vector<std::unique_ptr<RawSocket>> streams;
  for (int i = 0; i < 3; ++i) {
    streams.push_back(std::make_unique<RawSocket>(server->port()));
    streams.back()->send(upgrade);
    EXPECT_NE(streams.back()->receive("\r\n\r\n").find(" 101 "), std::string::npos);
  }
  EXPECT_EQ(call(endpoint(), "GET", "/x")->status, 200) << "no stream has a decider's seat";
  const std::string fourth = exchange(upgrade);
  EXPECT_NE(fourth.find(" 503 "), std::string::npos) << fourth;
  EXPECT_NE(fourth.find("CONNECTION_LIMIT"), std::string::npos) << fourth;
  streams.pop_back();
  std::string again;
  for (int i = 0; i < 100 && again.find(" 101 ") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    streams.push_back(std::make_unique<RawSocket>(server->port()));
    streams.back()->send(upgrade);
    again = streams.back()->receive("\r\n\r\n");
  }
  EXPECT_NE(again.find(" 101 "), std::string::npos) << "its seat came back: " << again;
}

TEST_F(ServerTest, ACommandIsReadWhereNoSeatIsLeft) {
  const auto asked = [](const std::string& target) {
    return "POST " + target +
           " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\nContent-Length: 0\r\n\r\n";
  };
  std::vector<std::unique_ptr<RawSocket>> open;
  for (int i = 0; i < 2; ++i) {
    open.push_back(std::make_unique<RawSocket>(server->port()));
    open.back()->send(asked("/x"));
    EXPECT_NE(open.back()->receive("POST /x").find(" 200 "), std::string::npos);
  }
  EXPECT_NE(exchange(asked("/x")).find("CONNECTION_LIMIT"), std::string::npos);
  for (int i = 0; i < 4; ++i) {
    const std::string got = exchange(asked("/kill"));  // to its end: no keep-alive
    EXPECT_NE(got.find(" 200 "), std::string::npos) << got;
    EXPECT_NE(got.find("Connection: close"), std::string::npos) << got;
  }
}

TEST_F(ServerTest, HeadIsAnsweredWithoutABody) {
  RawSocket socket(server->port());
  for (int i = 0; i < 2; ++i) {
    socket.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string head = socket.receive("\r\n\r\n");
    EXPECT_NE(head.find("HTTP/1.1 200 OK"), std::string::npos) << head;
    EXPECT_NE(head.find("Content-Length: 11\r\n"), std::string::npos) << head;
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
    socket.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string got = socket.receive("GET /a h 0");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK")) << got;
    EXPECT_TRUE(got.ends_with("\r\n\r\nGET /a h 0")) << got;
  }
  socket.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(socket.receive("\r\n\r\n").find(" 200 "), std::string::npos);
  socket.send("HELLO\r\n\r\n");
  EXPECT_NE(socket.receive().find("HTTP_SYNTAX"), std::string::npos) << "the next one is no HEAD";
}

/// For as long as it lives the process may open `more` descriptors, no matter how many it has.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(STDERR_FILENO);  // the lowest that is free
    ::close(next);
    const rlimit few{static_cast<rlim_t>(next) + more, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST_F(ServerTest, WithoutADescriptorItWaits) {
  const auto processor_ms = [] {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * 1'000 + used.tv_nsec / 1'000'000;
  };
  RawSocket waits(server->port());
  ASSERT_TRUE(waits.connected());
  waits.send("GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\n\r\n");
  EXPECT_NE(waits.receive("GET /a").find(" 200 "), std::string::npos);
  const int idle = ::socket(AF_INET, SOCK_STREAM, 0);
  {
    const FewDescriptors few(0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(server->port());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(idle, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    const auto before = processor_ms();
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
    EXPECT_LT(processor_ms() - before, 200);
  }
  EXPECT_TRUE(call(endpoint(), "GET", "/again").has_value());
  ::close(idle);
}

// A stranger's descriptor is taken for whoever comes next.
TEST_F(ServerTest, WithFewDescriptorsWhoDecidesGetsIn) {
  ApiServer::Options options;
  options.request_max_ms = 60'000;
  const auto other = ApiServer::bind(options).value();
  std::vector<std::unique_ptr<RawSocket>> idle;
  for (int i = 0; i < 60; ++i) idle.push_back(std::make_unique<RawSocket>(other->port()));
  RawSocket decider(other->port());
  decider.send("GET /kill HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\n\r\n");
  const FewDescriptors few(10);
  other->start(handlers());
  EXPECT_NE(decider.receive("GET /kill").find(" 200 "), std::string::npos);
  other->stop();
}

TEST_F(ServerTest, TheStreamTellsAndItsRefusalIsAnAnswer) {
  std::thread teller([this] {
    for (int i = 0; i < 100 && numbers().streams == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (std::uint64_t i = 1; i <= 3; ++i) {
      const auto text = std::make_shared<const std::string>("event " + std::to_string(i));
      publish(i, text);
    }
  });
  std::vector<std::string> seen;
  const auto ended = follow_stream(endpoint(), "/v1/stream", [&](const std::string& event) {
    seen.push_back(event);
    return seen.size() < 3;
  });
  teller.join();
  ASSERT_TRUE(ended.has_value());
  EXPECT_FALSE(ended->refused);
  EXPECT_EQ(ended->why, "") << "we ended it";
  EXPECT_EQ(seen, (std::vector<std::string>{"event 1", "event 2", "event 3"}));
  const auto refused = follow_stream(endpoint(), "/other", [](const auto&) { return true; });
  ASSERT_TRUE(refused.has_value()) << to_text(refused.error());
  ASSERT_TRUE(refused->refused);
  EXPECT_EQ(refused->refused->status, 404);
  EXPECT_NE(refused->refused->body.find("ROUTE_UNKNOWN"), std::string::npos)
      << refused->refused->body;
  const Endpoint nobody{"127.0.0.1", 1, "t"};
  const auto unreachable = follow_stream(nobody, "/v1/stream", [](const auto&) { return true; });
  ASSERT_FALSE(unreachable.has_value());
  EXPECT_EQ(unreachable.error().reason, Reason::GatewayUnreachable);
}

// However many there are before it: each is written when the one before it is.
TEST_F(ServerTest, WhoeverComesBackIsToldAllThatIsKept) {
  const auto text = std::make_shared<const std::string>(1'000, 'e');
  for (std::uint64_t i = 1; i <= kEventsKept; ++i) publish(i, text);
  std::size_t told = 0;
  const auto ended = follow_stream(endpoint(), "/v1/stream",
                                   [&](const std::string&) { return ++told < kEventsKept; });
  ASSERT_TRUE(ended.has_value()) << to_text(ended.error());
  EXPECT_EQ(ended->why, "");
  EXPECT_EQ(told, kEventsKept);
}

// It reads nothing while events pile up: it is dropped, nobody waited for it, and it can read why.
TEST_F(ServerTest, ASlowReaderOfTheStreamIsDropped) {
  RawSocket slow(server->port());
  slow.send(upgrade_to("/v1/stream"));
  EXPECT_NE(slow.receive("\r\n\r\n").find(" 101 "), std::string::npos);
  for (int i = 0; i < 100 && numbers().streams == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const auto big = std::make_shared<const std::string>(64 * 1024, 'e');
  for (std::uint64_t i = 1; i <= kEventsKept; ++i) publish(i, big);
  EXPECT_EQ(numbers().streams_dropped, 0U) << "all of it is still there for it";
  for (std::uint64_t i = 1; i <= 400; ++i) publish(kEventsKept + i, big);
  const ApiServer::Numbers after = numbers();
  EXPECT_EQ(after.streams, 0U);
  EXPECT_EQ(after.streams_dropped, 1U);
  const std::string got = slow.receive("STREAM_GAP");
  EXPECT_TRUE(got.ends_with(std::string("\x88\x0c\x03\xf5", 4) + "STREAM_GAP"))
      << "a close frame, 1013";
}

TEST_F(ServerTest, AnEndedStreamIsNoGatewayThatIsGone) {
  const auto ended_by = [&](const std::function<void()>& what) {
    std::thread ends([&] {
      for (int i = 0; i < 100 && numbers().streams == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      what();
    });
    const auto ended =
        follow_stream(endpoint(), "/v1/stream", [](const std::string&) { return true; });
    ends.join();
    return ended ? ended->why : "unreachable";
  };
  EXPECT_EQ(ended_by([&] { server->post([&] { server->end_streams(); }); }), "GATEWAY_STOPPING");
  const std::string cut = ended_by([&] { server.reset(); });
  EXPECT_FALSE(cut.empty());
  EXPECT_NE(cut, "unreachable");
}

TEST(EndpointTest, ATokenGoesToThisMachineOnly) {
  EXPECT_EQ(endpoint_from("http://127.0.0.1:8420")->port, 8420);
  EXPECT_EQ(endpoint_from("http://localhost:1/")->host, "127.0.0.1");
  EXPECT_EQ(endpoint_from("http://[::1]:2")->host, "::1");
  for (const std::string url :
       {"https://127.0.0.1:1", "http://10.0.0.1:1", "http://127.0.0.1", "http://evil.example:80",
        "127.0.0.1:1", "http://127.0.0.1:99999"}) {
    EXPECT_FALSE(endpoint_from(url).has_value()) << url;
  }
}

}  // namespace
}  // namespace clawgate::gateway
