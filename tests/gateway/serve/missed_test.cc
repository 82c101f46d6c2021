// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gateway/audit/prove.h"
#include "gateway/audit/venue_export.h"
#include "governance/journal/posix_store.h"
#include "tests/gateway/serve/cut_proxy.h"
#include "tests/gateway/serve/daemon_fixture.h"
#include "tests/gateway/serve/raw_http.h"
#include "venues/binance_spot/call.h"

// What the venue executed while no gateway ran, or after nobody believed in it any more.

namespace clawgate::gateway {
namespace {

constexpr std::size_t npos = std::string::npos;

class MissedTest : public DaemonFixture {
 protected:
  [[nodiscard]] std::string baseline_file() const { return options.data + "/venue-baseline.json"; }
  [[nodiscard]] bool has_cause(const std::string& cause) {
    return status()["blocks"].dump().find(cause) != npos;
  }
  [[nodiscard]] json orders() { return request("reader", "GET", "/v1/orders").second["orders"]; }
  /// By another program with the account's key: bought at once.
  void buy_elsewhere(const std::string& id) {
    namespace binance = venues::binance_spot;
    const auto keys = binance::credentials_from(
        read_secret(options.config.venue.api_key_file).value(),
        read_secret(options.config.venue.private_key_file).value() + "\n");
    ASSERT_TRUE(keys.has_value());
    Leg leg;
    leg.side = Side::Buy;
    leg.type = OrdType::Market;
    leg.qty = Qty::from_raw(100'000);
    leg.client_order_id = ClientOrderId(id);
    Legs legs;
    ASSERT_TRUE(legs.push_back(leg));
    const auto request = binance::rest_request(binance::place(Symbol("BTCUSDT"), legs, ""), "/api",
                                               &*keys, SystemClock().wall(), 5'000);
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    RawSocket socket(sim.port());
    ASSERT_TRUE(socket.send(text + "Content-Length: 0\r\nConnection: close\r\n\r\n"));
    const std::string answer = socket.receive("\"FILLED\"");
    ASSERT_NE(answer.find("\"FILLED\""), npos) << answer;
  }
  void close_unknown(const std::string& order) {
    const json draft = clawgate::testing::close_draft(order, "close");
    const auto opened = request("operator", "POST", "/v1/decisions", draft.dump());
    ASSERT_EQ(opened.first, 200) << opened.second;
    const std::string id = opened.second["decision"]["decision"]["decision_id"];
    const json body = {{"action", "approve"}, {"command_id", "d-" + order}, {"decision_id", id}};
    ASSERT_EQ(request("operator", "POST", "/v1/decisions/answer", body.dump()).first, 200);
    std::string said;
    EXPECT_TRUE(eventually([&] {
      const auto answer = run("close-unknown " + order + " --decision " + id);
      said = answer.second;
      return answer.first == 0;
    })) << said;
  }
};

TEST_F(MissedTest, WhatExecutedAfterItWasClosedIsBookedAtTheNextStart) {
  start();
  for (const char* const fault : {"cut_executed", "query_lag", "late_events"}) {
    const json body = {{"fault", fault}, {"count", 1}};
    ASSERT_FALSE(sim.call("POST", "/sim/faults", body.dump()).empty());
  }
  ASSERT_EQ(signal("a").second["outcome"], "held");
  approve("approve-a");
  ASSERT_TRUE(eventually([&] { return sim.orders().size() == 2; }));
  sim.end(SIGKILL);
  ASSERT_TRUE(eventually(
      [&] {
        const json rows = orders();
        return rows.size() == 2 && rows[0]["state"] == "UNKNOWN" && rows[1]["state"] == "UNKNOWN";
      },
      60))
      << orders();
  const std::string entry = orders()[0]["client_order_id"];
  {
    const std::lock_guard lock(logging_);
    EXPECT_TRUE(std::any_of(log_.begin(), log_.end(), [&](const json& line) {
      return line["component"] == "venue" && line["correlation"] == entry;
    })) << "a line about an order names it";
  }
  close_unknown(entry);
  for (const json& row : orders()) {
    if (row["state"] == "UNKNOWN") close_unknown(row["client_order_id"]);
  }
  for (const json& row : orders()) EXPECT_EQ(row["state"], "CLOSED_BY_DECISION") << row;
  daemon.reset();
  std::filesystem::remove(baseline_file());  // one that never had it
  sim.start();
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }, 60));
  EXPECT_TRUE(eventually([&] { return has_cause("VENUE_CONTRADICTION") && is_protected(); }))
      << status() << positions();
  EXPECT_EQ(run("reconcile").first, 1) << "a person has to look";
  stop();
  const auto venue = audit::read_venue_export(sim.export_text());
  const auto store = journal::PosixStore::open_existing(options.data + "/journal").value();
  const auto proven = audit::prove(*store, {.venue = &*venue, .progress = {}});
  EXPECT_TRUE(proven.ok()) << proven.finding->rule << ": expected " << proven.finding->expected
                           << ", seen " << proven.finding->seen;
}

TEST_F(MissedTest, ForeignTradesAreNamedThoughThisGatewayHadNoOrderYet) {
  start();
  stop();
  struct stat file {};
  ASSERT_EQ(::stat(baseline_file().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  for (const char* const id : {"handmade-1", "handmade-2", "handmade-3"}) buy_elsewhere(id);
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  EXPECT_TRUE(has_cause("FOREIGN_ORDER")) << status();
  // And like a crash: what was told is not told again once a decision ended it.
  ASSERT_TRUE(eventually([&] {
    const auto seen = json::parse(std::ifstream(baseline_file()), nullptr, false);
    return seen.is_object() && seen["symbols"]["BTCUSDT"] > 0;
  }));
  const std::string id = lift("FOREIGN_ORDER");
  EXPECT_TRUE(eventually([&] { return run("unblock FOREIGN_ORDER --decision " + id).first == 0; }));
  daemon.reset();
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  EXPECT_FALSE(has_cause("FOREIGN_ORDER")) << status();
  stop();
}

// As before there was one: it is told, and what is wrong with the file keeps nobody from trading.
TEST_F(MissedTest, ADamagedBaselineCountsAsNone) {
  start();
  stop();
  buy_elsewhere("handmade-1");
  std::ofstream(baseline_file(), std::ios::trunc) << R"({"venue":")";
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  EXPECT_FALSE(has_cause("FOREIGN_ORDER")) << status();
  EXPECT_TRUE(logged("WARN", baseline_file()));
  stop();
}

// A fresh venue at the same address: its ids began anew, and what was read of the one before would
// hide what happens on it.
TEST_F(MissedTest, ABaselineBeyondTheVenuesListHidesNothingForLong) {
  start();
  stop();
  json file = json::parse(std::ifstream(baseline_file()));
  EXPECT_EQ(file["stage"], "S0") << file;
  EXPECT_TRUE(file["account"].is_number()) << file;
  file["symbols"]["BTCUSDT"] = 1'000;
  std::ofstream(baseline_file(), std::ios::trunc) << file;
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  EXPECT_TRUE(logged("WARN", "BTCUSDT: the venue lists no order from 1000 on"));
  stop();
  buy_elsewhere("handmade-1");
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  EXPECT_TRUE(has_cause("FOREIGN_ORDER")) << status();
  stop();
}

// The user data stream lives: the adapter is ready all the time.
TEST_F(MissedTest, EveryLossOfTheMarketIsLoggedAndEveryReturn) {
  CutProxy proxy(sim.port());
  options.config.venue.stream_url = "ws://127.0.0.1:" + std::to_string(proxy.port());
  start();
  const auto count = [&](const std::string& level) {
    const std::lock_guard lock(logging_);
    return std::count_if(log_.begin(), log_.end(), [&](const json& line) {
      return line["component"] == "market" && line["level"] == level &&
             line["message"].get<std::string>().find("disconnected") != npos;
    });
  };
  const auto before = count("INFO");
  for (int time = 1; time <= 2; ++time) {
    proxy.cut();
    EXPECT_TRUE(eventually([&] { return count("WARN") == time && count("INFO") == before + time; }))
        << count("WARN") << " " << count("INFO");
  }
  EXPECT_EQ(ready(), 200);
  stop();
}

}  // namespace
}  // namespace clawgate::gateway
