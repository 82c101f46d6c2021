// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/venue_error.h"

#include <gtest/gtest.h>

#include "tests/venues/binance_spot/resources.h"

namespace clawgate::venues::binance_spot {
namespace {

VenueError read(int status, const std::string& body,
                std::vector<std::pair<std::string, std::string>> headers = {}) {
  net::HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  answer.headers = std::move(headers);
  return read_rest_error(answer);
}

TEST(VenueErrorTest, CodeWordsAndStatusOfARestError) {
  const VenueError error = read(400, fixture("error", "invalid_symbol"));
  EXPECT_EQ(error.status, 400);
  EXPECT_EQ(error.code, -1121);
  EXPECT_EQ(error.message, "Invalid symbol.");
  EXPECT_EQ(error.wait_ns, std::nullopt);
}

TEST(VenueErrorTest, RetryAfterCountsFromTheAnswer) {
  const std::string body = fixture("error", "throttled");
  EXPECT_EQ(read(429, body, {{"retry-after", "30"}}).wait_ns, 30 * kNanosPerSecond);
  EXPECT_EQ(read(429, body, {{"retry-after", "soon"}}).wait_ns, std::nullopt);
  EXPECT_EQ(read(429, body, {{"retry-after", "-1"}}).wait_ns, std::nullopt);
  const auto longest = read(418, body, {{"retry-after", "9223372036854775807"}}).wait_ns;
  EXPECT_EQ(longest, 4 * 86'400 * kNanosPerSecond);
}

TEST(VenueErrorTest, ABodyThatIsNoErrorStillIsOne) {
  for (const std::string& body :
       {std::string("<html>502</html>"), std::string(), std::string("[]"),
        std::string(R"({"code":"-1","msg":"x"})"), std::string(R"({"code":7,"msg":"x"})")}) {
    const VenueError error = read(502, body);
    EXPECT_EQ(error.status, 502);
    EXPECT_EQ(error.code, 0) << body;
  }
}

TEST(VenueErrorTest, WordsAreScrubbed) {
  const std::pair<std::string, std::string> rows[] = {
      {"Order would trigger immediately.", "Order would trigger immediately."},
      {"request ip: 203.0.113.7", "request ip: [ip]"},
      {"ip:203.0.113.7, retry", "ip:[ip], retry"},
      {"request ip: 2001:db8::1", "request ip: [ip]"},
      {"12.5 is above 1.2.3", "12.5 is above 1.2.3"},
      {"key " + std::string(32, 'a') + " bad", "key [key] bad"},
      {"key " + std::string(31, 'z') + " bad", "key " + std::string(31, 'z') + " bad"},
      {"sig Ab+/9=" + std::string(40, 'x'), "sig [key]"},
      {"line\nend \xC3\xA9", "line?end ??"},
  };
  for (const auto& [message, expected] : rows) EXPECT_EQ(scrubbed(message).view(), expected);
  EXPECT_LE(scrubbed(std::string(5000, ' ')).size(), 64U);
}

TEST(VenueErrorTest, TheCallersAddressIsNotInTheErrorOfAKey) {
  const VenueError error = read(401, fixture("error", "key_with_ip"));
  EXPECT_EQ(error.code, -2015);
  EXPECT_EQ(error.message.view().find("203.0"), std::string_view::npos) << error.message.view();
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
