// SPDX-License-Identifier: Apache-2.0
#include "tests/venues/net/net_support.h"

// WebSockets against the npm package ws.

namespace clawgate::venues::net {
namespace {

class WebSocketTest : public NetTest {
 protected:
  // What a socket tells until it is closed.
  std::vector<std::string> whole_life(const std::string& path) {
    Told told;
    const auto socket = transport_->web_socket(plain(), path, told);
    EXPECT_TRUE(until([&] { return told.has("closed"); })) << path;
    return told.lines;
  }
};

using Lines = std::vector<std::string>;

TEST_F(WebSocketTest, TextGoesBothWaysInOrder) {
  for (const Endpoint& endpoint : {plain(), tls()}) {
    Told told;
    const auto socket = transport_->web_socket(endpoint, "/ws/echo?key=1", told);
    EXPECT_FALSE(socket->send("too early"));
    ASSERT_TRUE(until([&] { return told.has("open"); }));
    Lines wanted = {"open"};
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(socket->send(std::to_string(i)));
      wanted.push_back("text " + std::to_string(i));
    }
    ASSERT_TRUE(until([&] { return told.lines.size() >= wanted.size(); }));
    EXPECT_EQ(told.lines, wanted);
  }
}

TEST_F(WebSocketTest, PingsAreAnsweredWithTheirPayload) {
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/ping", told);
  EXPECT_TRUE(until([&] { return told.has("text pong 20 s"); }));
}

TEST_F(WebSocketTest, EveryEndSaysWhy) {
  EXPECT_EQ(whole_life("/ws/close"), (Lines{"open", "closed closed by the peer, code 1001"}));
  EXPECT_EQ(whole_life("/ws/binary"), (Lines{"open", "closed a binary message"}));
  EXPECT_EQ(whole_life("/ws/none"),
            (Lines{"closed the server answered 429 instead of opening a WebSocket"}));
  EXPECT_EQ(whole_life("no path"), (Lines{"closed path: not one"}));
  const Lines cut = whole_life("/ws/cut");
  ASSERT_EQ(cut.size(), 2U);
  EXPECT_TRUE(cut[1].starts_with("closed connection lost")) << cut[1];
}

TEST_F(WebSocketTest, MessagesHaveALargestSize) {
  open({.message_bytes_max = 1000});
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/big?bytes=1000", told);
  EXPECT_TRUE(until([&] { return told.has("text xxx"); }));
  const Lines over = whole_life("/ws/big?bytes=1001");
  EXPECT_EQ(over.size(), 2U);
  EXPECT_TRUE(over.back().starts_with("closed")) << over.back();
}

TEST_F(WebSocketTest, APeerThatIsGoneWithoutAWordIsFound) {
  open({.socket_silence_ns = 300 * kNanosPerMilli});
  EXPECT_EQ(whole_life("/ws/deaf"), (Lines{"open", "closed silent for too long"}));
}

TEST_F(WebSocketTest, AQuietPeerThatAnswersPingsStays) {
  open({.socket_silence_ns = 200 * kNanosPerMilli});
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/echo", told);
  ASSERT_TRUE(until([&] { return told.has("open"); }));
  pass_ms(1000);
  EXPECT_FALSE(told.has("closed"));
}

TEST_F(WebSocketTest, CloseSendsWhatWasQueuedThenEndsOnce) {
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/echo", told);
  ASSERT_TRUE(until([&] { return told.has("open"); }));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(socket->send(std::to_string(i)));
  const std::size_t before = told.lines.size();
  socket->close();
  socket->close();
  EXPECT_EQ(told.lines.size(), before) << "called inside close()";
  EXPECT_FALSE(socket->send("too late"));
  ASSERT_TRUE(until([&] { return told.has("closed"); }));
  EXPECT_EQ(told.lines.back(), "closed closed by us");
  socket->close();
  pass_ms(50);
  EXPECT_EQ(told.lines.back(), "closed closed by us");
}

TEST_F(WebSocketTest, ClosingBeforeItOpensNeverOpens) {
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/echo", told);
  socket->close();
  EXPECT_TRUE(told.lines.empty());
  pass_ms(100);
  EXPECT_EQ(told.lines, (Lines{"closed closed before it opened"}));
}

TEST_F(WebSocketTest, APeerThatDoesNotAnswerTheCloseIsLeft) {
  open({.socket_close_timeout_ns = 100 * kNanosPerMilli});
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/deaf", told);
  ASSERT_TRUE(until([&] { return told.has("open"); }));
  socket->close();
  ASSERT_TRUE(until([&] { return told.has("closed"); }));
  EXPECT_EQ(told.lines.back(), "closed closed; the peer did not answer the close");
}

TEST_F(WebSocketTest, WhatCannotBeWrittenYetHasALargestSize) {
  open({.socket_queue_bytes_max = 1000});
  Told told;
  const auto socket = transport_->web_socket(plain(), "/ws/echo", told);
  ASSERT_TRUE(until([&] { return told.has("open"); }));
  EXPECT_TRUE(socket->send(std::string(1000, 'a')));
  EXPECT_FALSE(socket->send("b"));
  ASSERT_TRUE(until([&] { return told.has("text aaa"); }));
  EXPECT_TRUE(socket->send("b"));
}

TEST_F(WebSocketTest, ItMayGoInsideEachOfItsCallbacks) {
  for (const std::string last : {"open", "text 0", "text 5", "closed"}) {
    Told told;
    std::unique_ptr<WebSocket> socket;
    told.then = [&](const std::string& line) {
      if (line.starts_with(last)) socket = nullptr;
    };
    socket = transport_->web_socket(plain(), last == "closed" ? "/ws/close" : "/ws/flood", told);
    ASSERT_TRUE(until([&] { return socket == nullptr; })) << last;
    const std::size_t lines = told.lines.size();
    pass_ms(50);
    EXPECT_EQ(told.lines.size(), lines) << last;
  }
}

TEST_F(WebSocketTest, ItMayGoWhileItConnects) {
  Told told;
  for (const Endpoint& endpoint : {plain(), tls(), plain("deaf")}) {
    auto socket = transport_->web_socket(endpoint, "/ws/echo", told);
    transport_->poll();
    socket = nullptr;
  }
  pass_ms(50);
  EXPECT_TRUE(told.lines.empty());
}

TEST_F(WebSocketTest, TlsAndTheAllowlistHoldHereToo) {
  Told wrong_name;
  const auto a = transport_->web_socket(tls("127.0.0.1"), "/ws/echo", wrong_name);
  Told not_listed;
  const auto b = transport_->web_socket({.tls = true, .host = "stream.binance.com", .port = 9443},
                                        "/ws", not_listed);
  EXPECT_TRUE(not_listed.lines.empty());
  ASSERT_TRUE(until([&] { return wrong_name.has("closed") && not_listed.has("closed"); }));
  EXPECT_NE(wrong_name.lines[0].find("certificate refused"), std::string::npos);
  EXPECT_EQ(not_listed.lines[0], "closed host stream.binance.com is not on the allowlist");
}

class TransportTest : public NetTest {};

TEST_F(TransportTest, TimersFireInOrderUnlessCancelled) {
  std::string fired;
  const auto in_ms = [this](int ms) {
    return UnixNanos{transport_->now().value() + ms * kNanosPerMilli};
  };
  transport_->at(in_ms(30), [&] { fired += 'c'; });
  const TimerId cancelled = transport_->at(in_ms(20), [&] { fired += 'b'; });
  transport_->at(in_ms(10), [&] {
    fired += 'a';
    transport_->cancel(cancelled);
  });
  transport_->at(in_ms(-5), [&] { fired += '0'; });
  EXPECT_EQ(fired, "");
  ASSERT_TRUE(until([&] { return fired.size() >= 3; }));
  transport_->cancel(cancelled);
  pass_ms(20);
  EXPECT_EQ(fired, "0ac");
}

TEST_F(TransportTest, RunWorksUntilStoppedFromAnotherThread) {
  int posted = 0;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) transport_->post([&] { ++posted; });
    transport_->post([&] { transport_->stop(); });
  });
  transport_->run();
  other.join();
  EXPECT_EQ(posted, 100);
  EXPECT_EQ(transport_->poll(), 0U);
}

TEST_F(TransportTest, AnUnreadableAuthorityFileIsRefused) {
  const auto transport = AsioTransport::open({.allowed = {}, .ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().reason, Reason::FileUnreadable);
  EXPECT_EQ(transport.error().field, "ca_file /nowhere/ca.pem");
}

}  // namespace
}  // namespace clawgate::venues::net
