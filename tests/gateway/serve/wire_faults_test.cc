// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/gateway/serve/wire_fixture.h"

// One order under each fault that needs a real socket, a real clock, or a reply in its own time:
// whatever the venue says or does not say, both end with the same ledger. The rest of them, and
// thousands of mixtures: tests/world/wire_test.cc.

namespace clawgate::gateway {
namespace {

/// What becomes of an entry that is approved while the fault is armed.
enum class Entry : std::uint8_t {
  Filled,
  Rejected,
  Unknown,   // until a person decides
  Compared,  // filled, but only a comparison finds its stop
  NotYet,    // what the fault does comes before the signal
};

struct FaultRow {
  const char* name;
  Entry entry;
  const char* more = "";  // of the order to the simulator
  bool websocket = true;
};

// How long they last is short here, so that the whole row is.
constexpr FaultRow kRows[] = {
    {"bus_error_executed", Entry::Filled},
    {"bus_error_executed", Entry::Filled, "", false},
    {"bus_error_not_executed", Entry::Unknown},
    {"bus_error_not_executed", Entry::Unknown, "", false},
    {"query_lag", Entry::Filled, R"(,"ms":500)"},
    {"events_first", Entry::Filled, R"(,"ms":100)"},
    {"events_first", Entry::Filled, R"(,"ms":100)", false},
    {"reply_first", Entry::Filled, R"(,"ms":100)"},
    {"reply_first", Entry::Filled, R"(,"ms":100)", false},
    {"rate_limited", Entry::Rejected, R"(,"ms":1000)"},
    {"ip_banned", Entry::Rejected, R"(,"ms":1000)"},
    {"clock_skew", Entry::Rejected, R"(,"ms":-6000)"},
    {"server_shutdown", Entry::NotYet},
    {"day_cut", Entry::NotYet},
    {"missing_pings", Entry::Filled, R"(,"count":-1)"},
    {"stream_silent", Entry::Compared},
    {"stream_lost", Entry::Compared},
};

class WireFaultTest : public WireFixture, public ::testing::WithParamInterface<FaultRow> {
 protected:
  void SetUp() override {
    if (GetParam().name == std::string("missing_pings")) sim.more = {"--ping-ms", "250"};
    WireFixture::SetUp();
  }
  void arm() {
    const FaultRow& row = GetParam();
    const std::string body = std::string(R"({"fault":")") + row.name + "\"" + row.more + "}";
    ASSERT_NE(sim.call("POST", "/sim/faults", body).find(row.name), std::string::npos);
  }
  [[nodiscard]] bool has_struck() const {
    const json told = json::parse(sim.call("GET", "/sim/faults"), nullptr, false);
    const json& rows = told["injected"];
    return std::any_of(rows.begin(), rows.end(),
                       [](const json& row) { return row["fault"] == GetParam().name; });
  }
  /// The first order's state, as the gateway has it.
  [[nodiscard]] std::string entry_state() {
    const json rows = request("reader", "GET", "/v1/orders").second["orders"];
    return rows.empty() ? "" : rows[0]["state"].get<std::string>();
  }
  [[nodiscard]] bool is_open() { return status()["trading_state"] == "OPEN"; }
  /// A decision is told to the core within a moment.
  void takes(const std::string& words) {
    std::string said;
    EXPECT_TRUE(eventually(
        [&] {
          const auto ran = run(words);
          said = ran.second;
          return ran.first == 0;
        },
        1))
        << words << "\n"
        << said;
  }
  void close_what_is_unknown() {
    for (std::size_t i = 0; i < 2; ++i) {  // the entry and its stop
      const json rows = request("reader", "GET", "/v1/orders").second["orders"];
      if (rows.size() <= i || rows[i]["state"] != "UNKNOWN") continue;
      const std::string id = rows[i]["client_order_id"];
      takes("close-unknown " + id + " --decision " + decided_over(id));
    }
  }
  void end_what_latches() {
    if (status()["blocks"].dump().find("UNKNOWN_OUTCOME") == std::string::npos) return;
    takes("unblock UNKNOWN_OUTCOME --decision " + lift("UNKNOWN_OUTCOME"));
  }
};

TEST_P(WireFaultTest, OneOrderEndsInAgreement) {
  const FaultRow& row = GetParam();
  options.config.venue.orders_by_websocket = row.websocket;
  start();
  arm();
  if (row.entry == Entry::NotYet) {
    ASSERT_TRUE(eventually([&] { return has_struck() && ready() == 200 && has_market(); }));
    ASSERT_TRUE(eventually([&] { return is_open(); })) << status()["blocks"];
  }
  ASSERT_EQ(signal("a").second["outcome"], "held");
  ASSERT_EQ(approve("c1").first, 200);
  switch (row.entry) {
    case Entry::Compared:
      ASSERT_TRUE(eventually([&] { return sim.orders_of("FILLED") == 1; }));
      EXPECT_TRUE(eventually([&] { return run("reconcile --wait 10").first == 0; }));
      [[fallthrough]];
    case Entry::Filled:
    case Entry::NotYet:
      ASSERT_TRUE(eventually([&] { return is_protected(); })) << positions();
      EXPECT_EQ(entry_state(), "FILLED");
      EXPECT_EQ(sim.orders_of("NEW"), 1U) << "its stop";
      break;
    case Entry::Rejected:
      ASSERT_TRUE(eventually([&] { return entry_state() == "REJECTED"; })) << entry_state();
      EXPECT_TRUE(sim.orders().empty());
      break;
    case Entry::Unknown:
      ASSERT_TRUE(eventually([&] { return entry_state() == "UNKNOWN"; })) << entry_state();
      EXPECT_TRUE(sim.orders().empty());
      close_what_is_unknown();
      break;
  }
  EXPECT_TRUE(eventually([&] { return has_struck(); })) << row.name << " met nothing";
  static_cast<void>(sim.call("DELETE", "/sim/faults"));
  end_what_latches();
  EXPECT_TRUE(eventually([&] { return ready() == 200 && is_open(); })) << status()["blocks"];
  EXPECT_EQ(run("reconcile --wait 10").first, 0) << status()["reconciliation"];
  EXPECT_EQ(status()["reconciliation"]["agrees"], true) << status();
  EXPECT_LE(sim.orders().size(), 2U) << "nothing was sent twice";
  stop();
  prove();
}

INSTANTIATE_TEST_SUITE_P(Wire, WireFaultTest, ::testing::ValuesIn(kRows), [](const auto& at) {
  return std::string(at.param.name) + (at.param.websocket ? "" : "_by_rest");
});

}  // namespace
}  // namespace clawgate::gateway
