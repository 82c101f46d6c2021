// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/venues/net/net_support.h"

// The HTTP client against node's own servers.

namespace clawgate::venues::net {
namespace {

constexpr char kSecret[] = "signature=5ecre7";

class HttpClientTest : public NetTest {};

std::string header(const HttpAnswer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST_F(HttpClientTest, ARoundTripCarriesEverything) {
  const auto client = transport_->http(plain());
  const HttpAnswer answer = ask(*client, {.method = "POST",
                                          .target = "/echo?a=1&b=%20",
                                          .headers = {{"X-MBX-APIKEY", "key"}},
                                          .body = "the body"});
  EXPECT_EQ(answer.fate, Fate::Answered) << answer.why;
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.why, "");
  EXPECT_EQ(header(answer, "x-seen"), "Yes");
  EXPECT_NE(answer.body.find(R"("method":"POST")"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find(R"("url":"/echo?a=1&b=%20")"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find(R"("x-mbx-apikey":"key")"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find(R"("body":"the body")"), std::string::npos) << answer.body;
}

TEST_F(HttpClientTest, EveryStatusIsAnAnswer) {
  const auto client = transport_->http(plain());
  for (const int status : {200, 204, 400, 418, 429, 503}) {
    const HttpAnswer answer = get(*client, "/status?code=" + std::to_string(status));
    EXPECT_EQ(answer.fate, Fate::Answered);
    EXPECT_EQ(answer.status, status);
  }
}

TEST_F(HttpClientTest, BodiesInChunksAndUpToTheEndAreWhole) {
  const auto client = transport_->http(plain());
  EXPECT_EQ(get(*client, "/chunked").body, "one,two");
  EXPECT_EQ(get(*client, "/no_length").body, "to the end");
}

TEST_F(HttpClientTest, OneConnectionServesRequestsInARow) {
  const auto client = transport_->http(plain());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(*client, "/connections").body, "1");
}

TEST_F(HttpClientTest, AHundredOverlappingRequestsEachGetTheirOwnAnswer) {
  const auto client = transport_->http(plain());
  std::vector<std::string> bodies(100);
  int done = 0;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const std::string id = std::to_string(i);
    client->send(
        {.method = "GET", .target = "/slow?ms=" + std::to_string((i * 7) % 20) + "&id=" + id},
        [&bodies, &done, i](const HttpAnswer& answer) {
          bodies[i] = answer.body;
          ++done;
        });
  }
  ASSERT_TRUE(until([&] { return done == 100; })) << done;
  for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(bodies[i], std::to_string(i));
  EXPECT_EQ(get(*client, "/connections").body, "4");
}

TEST_F(HttpClientTest, FatesAreExact) {
  struct Row {
    const char* path;
    Fate fate;
    const char* body;
  };
  const Row rows[] = {
      {"/cut_before", Fate::Unknown, ""},     {"/cut_inside_head", Fate::Unknown, ""},
      {"/cut_inside", Fate::Unknown, ""},     {"/cut_after", Fate::Answered, "12345"},
      {"/garbage", Fate::Unknown, ""},        {"/interim", Fate::Unknown, ""},
      {"/two_answers", Fate::Answered, "ok"},
  };
  for (const Row& row : rows) {
    const auto client = transport_->http(plain());
    const HttpAnswer answer = get(*client, std::string(row.path) + "?" + kSecret);
    EXPECT_EQ(answer.fate, row.fate) << row.path << ": " << answer.why;
    EXPECT_EQ(answer.body, row.body) << row.path;
    EXPECT_EQ(answer.why.empty(), row.fate == Fate::Answered) << row.path;
    EXPECT_EQ(answer.why.find(kSecret), std::string::npos) << answer.why;
    pass_ms(50);  // a request that meets the end on its way is Unknown, and rightly so
    EXPECT_EQ(get(*client, "/echo").fate, Fate::Answered) << "after " << row.path;
  }
}

TEST_F(HttpClientTest, AnIdleConnectionThatTheServerClosedIsReplacedUnseen) {
  const auto client = transport_->http(plain("brief"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(get(*client, "/echo").fate, Fate::Answered);
    // No poll in between: the end waits in the kernel when the next request starts.
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  }
}

TEST_F(HttpClientTest, NoConnectionIsNotSent) {
  std::uint16_t nobody = 0;
  {
    const clawgate::testing::NodeServer gone;
    nobody = gone.port("plain");
  }
  const auto refused = transport_->http({.tls = false, .host = "127.0.0.1", .port = nobody});
  const auto unnamed = transport_->http({.tls = false, .host = "no-such-host.invalid", .port = 80});
  for (HttpClient* const client : {refused.get(), unnamed.get()}) {
    const HttpAnswer answer = get(*client, std::string("/x?") + kSecret);
    EXPECT_EQ(answer.fate, Fate::NotSent) << answer.why;
    EXPECT_NE(answer.why, "");
    EXPECT_EQ(answer.why.find(kSecret), std::string::npos) << answer.why;
  }
}

TEST_F(HttpClientTest, AHostThatIsNotListedIsNotEvenLookedUp) {
  const auto client = transport_->http({.tls = true, .host = "api.binance.com", .port = 443});
  const HttpAnswer answer = get(*client, "/x");
  EXPECT_EQ(answer.fate, Fate::NotSent);
  EXPECT_EQ(answer.why, "host api.binance.com is not on the allowlist");
}

TEST_F(HttpClientTest, ARedirectIsAnAnswerThatNobodyFollows) {
  const auto client = transport_->http(plain());
  const HttpAnswer answer = get(*client, "/redirect");
  EXPECT_EQ(answer.fate, Fate::Answered);
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.body, "");
}

TEST_F(HttpClientTest, ARequestThatCannotBeWrittenIsNotSent) {
  const auto client = transport_->http(plain());
  const HttpAnswer answer = get(*client, "/x\r\nX: y");
  EXPECT_EQ(answer.fate, Fate::NotSent);
  EXPECT_EQ(answer.why, "target: a space or a control character");
}

TEST_F(HttpClientTest, ATimeoutAfterSendingIsUnknownAndBeforeItNotSent) {
  open({.connections_max = 1});
  const auto client = transport_->http(plain());
  std::optional<HttpAnswer> first;
  client->send({.method = "GET", .target = "/silent", .timeout_ns = 200 * kNanosPerMilli},
               [&](const HttpAnswer& answer) { first = answer; });
  const HttpAnswer second = get(*client, "/echo", 100);
  EXPECT_EQ(second.fate, Fate::NotSent) << second.why;
  EXPECT_FALSE(first);
  ASSERT_TRUE(until([&] { return first.has_value(); }));
  EXPECT_EQ(first->fate, Fate::Unknown);
  EXPECT_EQ(first->why, "timed out waiting for the answer");
  EXPECT_EQ(get(*client, "/connections").body, "2");  // a late answer finds nobody
}

TEST_F(HttpClientTest, ARequestWaitingBehindATimeoutIsThenSent) {
  open({.connections_max = 1});
  const auto client = transport_->http(plain());
  client->send({.method = "GET", .target = "/silent", .timeout_ns = 100 * kNanosPerMilli},
               [](const HttpAnswer&) {});
  EXPECT_EQ(get(*client, "/echo").fate, Fate::Answered);
}

TEST_F(HttpClientTest, AHandshakeWithAPeerThatSaysNothingIsNotSent) {
  open({.connect_timeout_ns = 100 * kNanosPerMilli});
  Endpoint deaf = plain("deaf");
  deaf.tls = true;
  const auto client = transport_->http(deaf);
  const HttpAnswer answer = get(*client, "/echo");
  EXPECT_EQ(answer.fate, Fate::NotSent);
  EXPECT_EQ(answer.why, "127.0.0.1: timed out while connecting");
}

TEST_F(HttpClientTest, AHalfOpenPeerIsUnknown) {
  const auto client = transport_->http(plain("deaf"));
  const HttpAnswer answer = get(*client, "/echo", 100);
  EXPECT_EQ(answer.fate, Fate::Unknown);
}

TEST_F(HttpClientTest, AnswersHaveALargestSize) {
  open({.answer_header_bytes_max = 2000, .answer_body_bytes_max = 1000});
  const auto client = transport_->http(plain());
  EXPECT_EQ(get(*client, "/big?bytes=1000").body.size(), 1000U);
  EXPECT_EQ(get(*client, "/big?bytes=1001").fate, Fate::Unknown);
  EXPECT_EQ(get(*client, "/big_header?bytes=1500").fate, Fate::Answered);
  EXPECT_EQ(get(*client, "/big_header?bytes=2000").fate, Fate::Unknown);
}

TEST_F(HttpClientTest, TooManyWaitingAreNotSent) {
  open({.connections_max = 1, .waiting_max = 2});
  const auto client = transport_->http(plain());
  std::vector<Fate> fates;
  for (int i = 0; i < 3; ++i) {
    client->send({.method = "GET", .target = "/echo"},
                 [&](const HttpAnswer& answer) { fates.push_back(answer.fate); });
  }
  ASSERT_TRUE(until([&] { return fates.size() == 3; }));
  EXPECT_EQ(std::count(fates.begin(), fates.end(), Fate::NotSent), 1);
}

TEST_F(HttpClientTest, TlsReachesTheNamedHostAndTellsItsName) {
  const auto client = transport_->http(tls());
  EXPECT_EQ(get(*client, "/echo").fate, Fate::Answered);
  EXPECT_EQ(get(*client, "/names").body, "localhost");
  const HttpAnswer cut = get(*client, "/cut_inside");
  EXPECT_EQ(cut.fate, Fate::Unknown) << cut.why;
}

TEST_F(HttpClientTest, TlsRefusesAnotherName) {
  const auto client = transport_->http(tls("127.0.0.1"));
  const HttpAnswer answer = get(*client, std::string("/echo?") + kSecret);
  EXPECT_EQ(answer.fate, Fate::NotSent);
  EXPECT_NE(answer.why.find("certificate refused"), std::string::npos) << answer.why;
}

TEST_F(HttpClientTest, TlsRefusesAnUnknownAuthority) {
  open({.ca_file = server_->other_ca_file()});
  const auto client = transport_->http(tls());
  const HttpAnswer answer = get(*client, "/echo");
  EXPECT_EQ(answer.fate, Fate::NotSent);
  EXPECT_NE(answer.why.find("certificate refused"), std::string::npos) << answer.why;
}

TEST_F(HttpClientTest, TlsToAPlainPortIsNotSent) {
  Endpoint wrong = plain();
  wrong.tls = true;
  const auto client = transport_->http(wrong);
  EXPECT_EQ(get(*client, "/echo").fate, Fate::NotSent);
}

TEST_F(HttpClientTest, AClientMayGoInsideItsCallback) {
  auto client = transport_->http(plain());
  int calls = 0;
  for (const char* path : {"/echo", "/slow?ms=20&id=1", "/silent"}) {
    client->send({.method = "GET", .target = path, .timeout_ns = 300 * kNanosPerMilli},
                 [&](const HttpAnswer&) {
                   ++calls;
                   client = nullptr;
                 });
  }
  ASSERT_TRUE(until([&] { return client == nullptr; }));
  pass_ms(400);
  EXPECT_EQ(calls, 1);
}

TEST_F(HttpClientTest, AClientMayGoWhileItConnects) {
  auto client =
      transport_->http({.tls = false, .host = "localhost", .port = server_->port("plain")});
  int calls = 0;
  client->send({.method = "GET", .target = "/echo"}, [&](const HttpAnswer&) { ++calls; });
  client = nullptr;
  pass_ms(50);
  EXPECT_EQ(calls, 0);
}

TEST_F(HttpClientTest, ACallbackMaySendAgain) {
  const auto client = transport_->http(plain());
  int left = 20;
  std::function<void(const HttpAnswer&)> again = [&](const HttpAnswer& answer) {
    EXPECT_EQ(answer.fate, Fate::Answered) << answer.why;
    if (--left > 0) client->send({.method = "GET", .target = "/echo"}, again);
  };
  client->send({.method = "GET", .target = "/echo"}, again);
  EXPECT_TRUE(until([&] { return left == 0; }));
}

}  // namespace
}  // namespace clawgate::venues::net
