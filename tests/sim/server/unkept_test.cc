// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "schemas/core/digest.h"
#include "sim/exchange/ledger_log.h"
#include "sim/server/simulator.h"
#include "tests/sim/server/raw_client.h"
#include "tests/support/temporary_directory.h"

// A disk that is full: what the exchange's file could not take, nobody hears of.

namespace clawgate::sim {
namespace {

constexpr std::string_view kKey = "key";
constexpr std::string_view kSecret = "secret";

/// No file of this process grows beyond `bytes` while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) {
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_ = nullptr;
};

class UnkeptTest : public ::testing::Test {
 protected:
  UnkeptTest() {
    Simulator::Options options;
    options.kept = [this] { return ledger_->ok(); };
    simulator_ = std::make_unique<Simulator>(options);
    Exchange& exchange = simulator_->exchange();
    exchange.add_symbol(*find_built_in("BTCUSDT"));
    ledger_ = LedgerLog::open(path()).value();
    EXPECT_TRUE(ledger_->attach(exchange));
    const AccountId account = exchange.open_account({});
    simulator_->service().add_key(
        {.key = std::string(kKey), .secret = std::string(kSecret), .account = account});
    port_ = simulator_->start().value().plain;
  }
  ~UnkeptTest() override { simulator_->stop(); }

  [[nodiscard]] std::string path() const { return (directory_.path() / "exchange.log").string(); }
  [[nodiscard]] std::uintmax_t size() const { return std::filesystem::file_size(path()); }
  static void deposit(RawClient& client) {
    const std::string body = R"({"account":0,"asset":"USDT","amount":"7"})";
    client.send("POST /sim/deposit HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  /// A user data stream of the account.
  void subscribe(RawClient& client) {
    ASSERT_TRUE(client.upgrade("/ws-api/v3"));
    const std::string stamp = std::to_string(machine_time().value() / 1'000'000);
    const std::string payload = "apiKey=key&timestamp=" + stamp;
    const std::string sign = to_hex(hmac_sha256(bytes_of(kSecret), bytes_of(payload)));
    client.frame(
        RawClient::kText,
        R"({"id":1,"method":"userDataStream.subscribe.signature","params":{"apiKey":"key",)"
        R"("timestamp":)" +
            stamp + R"(,"signature":")" + sign + R"("}})");
    const auto answer = client.next_of(RawClient::kText);
    ASSERT_TRUE(answer);
    ASSERT_NE(answer->payload.find(R"("status":200)"), std::string::npos) << answer->payload;
  }

  clawgate::testing::TemporaryDirectory directory_;
  std::unique_ptr<LedgerLog> ledger_;
  std::unique_ptr<Simulator> simulator_;
  std::uint16_t port_ = 0;
};

TEST_F(UnkeptTest, WhatIsKeptIsAnsweredAndTold) {
  RawClient stream(port_);
  ASSERT_NO_FATAL_FAILURE(subscribe(stream));
  RawClient rest(port_);
  const FileSizeLimit limit(size() + 4'096);
  deposit(rest);
  EXPECT_NE(rest.read_until("\"free\":\"7.00000000\"").find("200 OK"), std::string::npos);
  const auto event = stream.next_of(RawClient::kText);
  ASSERT_TRUE(event);
  EXPECT_NE(event->payload.find("balanceUpdate"), std::string::npos) << event->payload;
}

TEST_F(UnkeptTest, WhatIsNotKeptIsNeitherAnsweredNorTold) {
  RawClient stream(port_);
  ASSERT_NO_FATAL_FAILURE(subscribe(stream));
  RawClient idle(port_);
  RawClient rest(port_);
  {
    const FileSizeLimit limit(size() + 20);  // a part of the frame finds room
    deposit(rest);
    EXPECT_TRUE(rest.closed_within(3'000));
    EXPECT_TRUE(stream.closed_within(3'000));
    EXPECT_TRUE(idle.closed_within(3'000));
  }
  EXPECT_FALSE(ledger_->ok());
  EXPECT_EQ(rest.seen(), "");
  EXPECT_EQ(stream.seen(), "") << "an event goes out before the call's facts are written";
  RawClient late(port_);
  late.get("/sim/export?account=0");
  EXPECT_TRUE(late.closed_within(3'000));
  EXPECT_EQ(late.seen(), "") << "what a restart does not know is not shown either";
  simulator_->stop();
  ledger_.reset();
  ledger_ = LedgerLog::open(path()).value();
  EXPECT_GT(ledger_->dropped(), 0U);
}

}  // namespace
}  // namespace clawgate::sim
