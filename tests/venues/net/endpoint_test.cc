// SPDX-License-Identifier: Apache-2.0
#include "venues/net/endpoint.h"

#include <gtest/gtest.h>

#include "venues/net/http_text.h"

namespace clawgate::venues::net {
namespace {

TEST(EndpointTest, UrlsComeApart) {
  struct Row {
    const char* url;
    bool tls;
    const char* host;
    int port;
    const char* path;
  };
  const Row rows[] = {
      {"https://api.binance.com", true, "api.binance.com", 443, ""},
      {"HTTPS://API.Binance.com/", true, "api.binance.com", 443, ""},
      {"https://testnet.binance.vision/api", true, "testnet.binance.vision", 443, "/api"},
      {"wss://stream.binance.com:9443/stream", true, "stream.binance.com", 9443, "/stream"},
      {"http://127.0.0.1:8080", false, "127.0.0.1", 8080, ""},
      {"ws://[::1]:65535/ws-api/v3", false, "::1", 65535, "/ws-api/v3"},
      {"ws://[::1]", false, "::1", 80, ""},
      {"http://localhost:1", false, "localhost", 1, ""},
  };
  for (const Row& row : rows) {
    const auto endpoint = parse_endpoint(row.url);
    ASSERT_TRUE(endpoint) << row.url;
    EXPECT_EQ(endpoint->tls, row.tls) << row.url;
    EXPECT_EQ(endpoint->host, row.host) << row.url;
    EXPECT_EQ(endpoint->port, row.port) << row.url;
    EXPECT_EQ(endpoint->path, row.path) << row.url;
  }
}

TEST(EndpointTest, BadUrlsAreRefusedWithoutRepeatingThem) {
  const std::string urls[] = {
      "",
      "api.binance.com",
      "ftp://api.binance.com",
      "https://",
      "https:///path",
      "https://user:secret@api.binance.com",
      "https://api.binance.com?key=secret",
      "https://api.binance.com/#secret",
      "https://api.binance.com:0",
      "https://api.binance.com:65536",
      "https://api.binance.com:",
      "https://api.binance.com:80a",
      "https://api.binance.com:-1",
      "https://api_secret.com",
      "https://.com",
      "https://-secret.com",
      "https://[::1",
      "https://[::1]x:80",
      "https://[]",
      "https://[secret]",
      "https://api.binance.com/a b",
      "https://api.binance.com/\n",
      "https://" + std::string(505, 'a'),
  };
  for (const std::string& url : urls) {
    const auto endpoint = parse_endpoint(url, "venue.rest");
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().field, "venue.rest");
    EXPECT_EQ(endpoint.error().seen.find("secret"), std::string::npos) << url;
  }
}

TEST(HostAllowlistTest, OnlyExactNames) {
  const HostAllowlist list({"API.binance.com"});
  EXPECT_TRUE(list.allows("api.binance.com"));
  EXPECT_TRUE(list.allows("Api.Binance.Com"));
  EXPECT_FALSE(list.allows("binance.com"));
  EXPECT_FALSE(list.allows("x.api.binance.com"));
  EXPECT_FALSE(list.allows("api.binance.com.evil.example"));
  EXPECT_FALSE(list.allows(""));
  EXPECT_FALSE(HostAllowlist().allows("api.binance.com"));
}

// What a URL could be dressed up as; whatever host it leads to, it is not the listed one.
TEST(HostAllowlistTest, NoTrickReachesAnotherHost) {
  const HostAllowlist list({"api.binance.com"});
  for (const std::string_view url :
       {"https://api.binance.com.evil.example", "https://api.binance.com.",
        "https://evilapi.binance.com", "https://api.binance.com@evil.example",
        "https://evil.example@api.binance.com", "https://api.binance.com%2eevil.example",
        "https://api..binance.com", "https://xn--api-binance-x0a.com",
        "https://api.b\xc4\xb1nance.com", "https://127.0.0.1", "https://2130706433",
        "https://0x7f.1", "https://[::1]", "https://[::ffff:127.0.0.1]",
        "https://evil.example\\@api.binance.com", "https://evil.example#api.binance.com",
        "https://evil.example?api.binance.com", "https://evil.example/api.binance.com"}) {
    const auto endpoint = parse_endpoint(url);
    EXPECT_TRUE(!endpoint || !list.allows(endpoint->host)) << url;
  }
}

HttpRequest a_request() {
  return {.method = "POST",
          .target = "/api/v3/order?signature=secret",
          .headers = {{"X-MBX-APIKEY", "key"}},
          .body = "a=1",
          .timeout_ns = 1};
}

TEST(HttpTextTest, TheWholeRequest) {
  const Endpoint endpoint{.tls = true, .host = "h", .port = 8443};
  EXPECT_EQ(refusal_of(a_request()), "");
  EXPECT_EQ(to_wire(a_request(), endpoint),
            "POST /api/v3/order?signature=secret HTTP/1.1\r\nHost: h:8443\r\n"
            "User-Agent: clawgate\r\nX-MBX-APIKEY: key\r\nContent-Length: 3\r\n\r\na=1");
}

TEST(HttpTextTest, TheHostHeaderNamesOnlyAPortOfItsOwn) {
  EXPECT_EQ(host_header({.tls = true, .host = "h", .port = 443}), "h");
  EXPECT_EQ(host_header({.tls = false, .host = "h", .port = 443}), "h:443");
  EXPECT_EQ(host_header({.tls = false, .host = "h", .port = 80}), "h");
  EXPECT_EQ(host_header({.tls = true, .host = "::1", .port = 80}), "[::1]:80");
}

TEST(HttpTextTest, NothingCanBeSmuggledIn) {
  const std::function<void(HttpRequest&)> changes[] = {
      [](HttpRequest& r) { r.method = "GET /x HTTP/1.1\r\n"; },
      [](HttpRequest& r) { r.method = "CONNECT"; },
      [](HttpRequest& r) { r.target = ""; },
      [](HttpRequest& r) { r.target = "secret"; },
      [](HttpRequest& r) { r.target += " HTTP/1.1"; },
      [](HttpRequest& r) { r.target += "\r\nX: y"; },
      [](HttpRequest& r) { r.target += "\x7f"; },
      [](HttpRequest& r) { r.target += std::string(32 * 1024, 'a'); },
      [](HttpRequest& r) {
        r.headers = {{"A\r\nB", "c"}};
      },
      [](HttpRequest& r) {
        r.headers = {{"", "c"}};
      },
      [](HttpRequest& r) {
        r.headers = {{"A", "secret\r\nB: c"}};
      },
      [](HttpRequest& r) {
        r.headers = {{"content-LENGTH", "1"}};
      },
      [](HttpRequest& r) {
        r.headers = {{"Host", "other"}};
      },
      [](HttpRequest& r) {
        r.headers = {{"Transfer-Encoding", "chunked"}};
      },
  };
  for (const auto& change : changes) {
    HttpRequest request = a_request();
    change(request);
    const std::string why = refusal_of(request);
    EXPECT_NE(why, "");
    EXPECT_EQ(why.find("secret"), std::string::npos) << why;
  }
}

}  // namespace
}  // namespace clawgate::venues::net
