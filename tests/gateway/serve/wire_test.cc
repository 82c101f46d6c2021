// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "governance/journal/reader.h"
#include "tests/gateway/serve/wire_fixture.h"

namespace clawgate::gateway {
namespace {

using std::chrono::seconds;
using testing::ChildProcess;

constexpr std::size_t npos = std::string::npos;

void write_key(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::trunc) << text;
  ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The lanes as the venue's thread sees them, where a test can hold that thread up.
class HeldInbox final : public venues::VenueInbox {
 public:
  explicit HeldInbox(venues::VenueInbox& inbox) : inbox_(inbox) {}
  [[nodiscard]] bool put(const venues::VenueInput& input) override {
    if (refuse_) refused_ = true;
    return !refuse_ && inbox_.put(input);
  }
  void market(const MarketTop& top) override {
    holding_ = hold_.load();
    while (hold_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    holding_ = false;
    inbox_.market(top);
  }

  std::atomic<bool> hold_{false};
  std::atomic<bool> holding_{false};
  std::atomic<bool> refuse_{false};
  std::atomic<bool> refused_{false};

 private:
  venues::VenueInbox& inbox_;
};

class WireTest : public WireFixture {
 protected:
  /// Waits for a serve of its own process, speaks to it with each principal's token and with
  /// nobody's, in routes that are recorded and in those that are refused. The principals' tokens.
  [[nodiscard]] std::vector<std::string> use_tokens(const std::string& nobodys) {
    std::vector<std::string> tokens;
    const std::string published = options.data + "/serve.json";
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(published); }));
    std::ifstream file(published);
    const json place = json::parse(file, nullptr, false);
    Endpoint endpoint = endpoint_from(place["url"].get<std::string>()).value();
    for (const auto& [name, path] : place["tokens"].items()) {
      tokens.push_back(read_secret(path.get<std::string>()).value());
      endpoint.token = tokens.back();
      for (const char* const body : {"{}", R"({"action":"reject","command_id":"seen","hold":9})"}) {
        static_cast<void>(clawgate::gateway::call(endpoint, "POST", "/v1/hitl/commands", body));
        static_cast<void>(clawgate::gateway::call(endpoint, "POST", "/v1/signals", body));
      }
      const auto refused = clawgate::gateway::call(endpoint, "POST", "/v1/nothing", "");
      EXPECT_TRUE(refused && refused->body.find(endpoint.token) == std::string::npos);
    }
    endpoint.token = nobodys;
    const auto unknown = clawgate::gateway::call(endpoint, "GET", "/v1/status", "");
    EXPECT_TRUE(unknown && unknown->status == 401 &&
                unknown->body.find(nobodys) == std::string::npos);
    return tokens;
  }
  void hold_up_the_venue() {
    options.venue = [this](venues::VenueInbox& lanes, const venues::SendGate& gate,
                           const VenueContext& context) {
      inbox = std::make_unique<HeldInbox>(lanes);
      return binance_venue()(*inbox, gate, context);
    };
  }
  /// Ours, free and locked, and what the simulator said when it last started.
  [[nodiscard]] ::testing::AssertionResult balances_agree() {
    const json ours = request("reader", "GET", "/v1/positions").second["balances"];
    std::size_t compared = 0;
    const json venue = sim.balances();
    for (const auto& [asset, total] : venue.items()) {
      for (const json& row : ours) {
        if (row["asset"] != asset) continue;
        const auto raw = [&](const char* name) {
          return parse_decimal(row[name].get<std::string>()).raw;
        };
        ++compared;
        if (raw("free") + raw("locked") == parse_decimal(total.get<std::string>()).raw) continue;
        return ::testing::AssertionFailure() << row << " and at the venue " << total;
      }
    }
    if (compared == 2) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << compared << " assets compared";
  }
  [[nodiscard]] Error refusal() {
    const auto started = Daemon::start(options);
    EXPECT_FALSE(started.has_value());
    return started ? Error{} : started.error();
  }

  std::unique_ptr<HeldInbox> inbox;
};

TEST_F(WireTest, AnApprovedOrderIsFilledWithItsStopAndTheVenuesRecordsAgree) {
  start();
  EXPECT_EQ(sim.orders().size(), 0U);
  ASSERT_EQ(signal("a").second["outcome"], "held");
  EXPECT_EQ(sim.orders().size(), 0U) << "nothing leaves before the approval";
  ASSERT_EQ(approve("c1").first, 200);
  ASSERT_TRUE(eventually([&] { return is_protected(); })) << positions();
  EXPECT_EQ(sim.orders_of("FILLED"), 1U);
  EXPECT_EQ(sim.orders_of("NEW"), 1U) << "its stop";
  EXPECT_EQ(signal("a").second["replay_disposition"], "no_op");
  stop();
  EXPECT_EQ(sim.orders().size(), 2U);
  prove();
}

TEST_F(WireTest, OrdersGoByRestWhereTheConfigurationSaysSo) {
  options.config.venue.orders_by_websocket = false;
  start();
  enter("a");
  ASSERT_EQ(signal("b", "sell").second["outcome"], "held");
  ASSERT_EQ(approve("approve-b").first, 200);
  ASSERT_TRUE(eventually([&] { return positions().empty(); })) << positions();
  stop();
  prove();
}

// The simulator's state is lost with a position in it: nobody says that the ledgers agree.
TEST_F(WireTest, AVenueThatLostItsStateIsNoAgreement) {
  start();
  enter("a");
  sim.end(SIGKILL);
  ASSERT_TRUE(eventually([&] { return ready() == 503; }));
  const std::filesystem::path state = folder.path() / "sim" / "exchange.log";
  ASSERT_TRUE(std::filesystem::remove(state));
  sim.start();
  const auto is_told = [&] { return status()["blocks"].dump().find("UNKNOWN_OUTCOME") != npos; };
  ASSERT_TRUE(eventually([&] { return is_told() && ready() == 200; }, 60)) << status();
  EXPECT_NE(status()["trading_state"], "OPEN");
  const auto asked = run("reconcile --wait 30");
  EXPECT_EQ(asked.first, 1);
  EXPECT_NE(asked.second.find("the ledgers do not agree: "), npos) << asked.second;
  EXPECT_NE(asked.second.find("; trading is BLOCKED"), npos) << asked.second;
  EXPECT_EQ(status()["reconciliation"]["agrees"], false) << status();
  EXPECT_EQ(run("reconcile --wait 30 --json").first, 1);
  stop();
  const auto store = journal::PosixStore::open_existing(options.data + "/journal").value();
  journal::JournalReader reader(*store);
  std::string said;
  while (reader.next() == journal::JournalReader::Step::Record) {
    if (reader.record().type != BlockChanged::kType) continue;
    const auto fact = decode<BlockChanged>(reader.record().payload);
    if (fact->block == Block::Reconciling && !fact->active) said = fact->evidence.view();
  }
  EXPECT_EQ(said, "compared; the outcome of an order is not known");
}

TEST_F(WireTest, AVenueThatIsAwayBlocksEntriesUntilItComes) {
  sim.end(SIGTERM);
  start_only();
  ASSERT_TRUE(eventually([&] { return why_not_ready().starts_with("no clock: "); }))
      << why_not_ready();
  EXPECT_EQ(ready(), 503);
  EXPECT_EQ(status()["trading_state"], "BLOCKED");
  EXPECT_NE(signal("a").second["outcome"], "held");
  sim.start();
  ASSERT_TRUE(eventually([&] { return ready() == 200 && has_market(); }, 60)) << why_not_ready();
  EXPECT_EQ(signal("b").second["outcome"], "held");
  stop();
}

TEST_F(WireTest, TheVenueDiesAndReturnsWithOrdersAndPosition) {
  start();
  enter("a");
  const json before = positions();
  const json orders = sim.orders();
  sim.end(SIGKILL);
  ASSERT_TRUE(eventually([&] { return ready() == 503; }));
  EXPECT_NE(signal("b").second["outcome"], "held");
  sim.start();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }, 60)) << why_not_ready();
  EXPECT_TRUE(is_protected());
  EXPECT_EQ(positions()[0]["quantity"], before[0]["quantity"]);
  EXPECT_EQ(sim.orders(), orders);
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  stop();
  prove();
}

// The simulator dies with a working stop, comes back from its own log, and both go on to the end of
// the trade: every balance agrees to the last decimal.
TEST_F(WireTest, AVenueThatDiedKeepsEveryDecimal) {
  start();
  enter("a");
  const std::string before = sim.export_text();
  for (int death = 0; death < 3; ++death) {
    sim.end(SIGKILL);
    ASSERT_TRUE(eventually([&] { return ready() == 503; }));
    sim.start();
    ASSERT_TRUE(eventually([&] { return ready() == 200; }, 60)) << why_not_ready();
    EXPECT_EQ(sim.export_text(), before);
    EXPECT_TRUE(balances_agree());
    EXPECT_TRUE(is_protected());
  }
  ASSERT_EQ(signal("b", "sell").second["outcome"], "held");
  ASSERT_EQ(approve("approve-b").first, 200);
  ASSERT_TRUE(eventually([&] { return positions().empty(); })) << positions();
  EXPECT_EQ(sim.orders_of("NEW"), 0U);
  sim.end(SIGKILL);
  ASSERT_TRUE(eventually([&] { return ready() == 503; }));
  sim.start();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }, 60)) << why_not_ready();
  EXPECT_TRUE(balances_agree());
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  stop();
  prove();
}

/// Microseconds from the approval to the venue's death: before the order, on its way, answered.
class VenueDiesTest : public WireTest, public ::testing::WithParamInterface<int> {};

TEST_P(VenueDiesTest, WithAnOrderOnItsWayThereIsOneOrNoneAndEverythingOfItIsFound) {
  start();
  ASSERT_EQ(signal("a").second["outcome"], "held");
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::microseconds(GetParam()));
    sim.end(SIGKILL);
  });
  static_cast<void>(approve("c1"));
  killer.join();
  ASSERT_TRUE(eventually([&] { return ready() == 503; }));
  sim.start();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }, 60)) << why_not_ready();
  const std::size_t arrived = sim.orders().size();
  EXPECT_TRUE(arrived == 0 || arrived == 2) << sim.orders();
  if (arrived == 2) {
    EXPECT_TRUE(eventually([&] { return is_protected(); }, 60)) << positions() << status();
    EXPECT_TRUE(balances_agree());
  } else {
    // That it is not there is no evidence that it never was: it may stay unknown, and holds
    // nothing.
    for (const json& row : positions()) EXPECT_EQ(row["quantity"], "0") << row;
  }
  EXPECT_EQ(sim.orders().size(), arrived) << "nothing was sent again";
  EXPECT_EQ(status()["blocks"].dump().find("VENUE_CONTRADICTION"), npos) << status()["blocks"];
  stop();
  prove();
}

INSTANTIATE_TEST_SUITE_P(Wire, VenueDiesTest,
                         ::testing::Values(0, 500, 1'000, 2'000, 4'000, 8'000, 16'000));

TEST_F(WireTest, ARestartKeepsPositionAndHoldAndSendsNothingTwice) {
  options.config.limits.open_trades_max = 2;
  options.config.limits.decision = DecisionId("DEC-20260105-AAA");
  start();
  enter("a");
  ASSERT_EQ(signal("b").second["outcome"], "held");
  const json orders = sim.orders();
  stop();
  // A start that is refused leaves the clean end as it was.
  const std::string url = std::exchange(options.config.venue.stream_url, "");
  EXPECT_EQ(refusal().reason, Reason::VenueNotConfigured);
  options.config.venue.stream_url = url;
  start();
  EXPECT_TRUE(is_protected());
  EXPECT_EQ(holds().size(), 1U);
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  EXPECT_EQ(sim.orders(), orders);
  // And like a crash: what waited is void, what was sent is known.
  daemon.reset();
  start();
  EXPECT_TRUE(holds().empty());
  EXPECT_TRUE(is_protected());
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  EXPECT_EQ(sim.orders(), orders);
  stop();
  prove();
}

// Nobody announces it to a gateway that does not run; two comparisons find it.
TEST_F(WireTest, ADepositWhileNoGatewayRanIsFoundAndOneThatIsHeardIsAnnounced) {
  start();
  enter("a");
  stop();
  const auto deposit = [&](const std::string& amount) {
    return sim.call("POST", "/sim/deposit",
                    R"({"account":0,"asset":"BTC","amount":")" + amount + R"("})");
  };
  ASSERT_NE(deposit("0.5").find(R"("asset":"BTC")"), npos);
  start();
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  std::this_thread::sleep_for(seconds(5));  // an announcement may be late
  ASSERT_EQ(run("reconcile").first, 0);
  EXPECT_TRUE(eventually([&] { return logged("WARN", "+0.5 BTC without an order: found, 0.5"); }));
  EXPECT_FALSE(logged("WARN", "announced by the venue"));
  ASSERT_NE(deposit("-0.5").find(R"("asset":"BTC")"), npos);
  EXPECT_TRUE(eventually([&] { return logged("WARN", "-0.5 BTC without an order: announced"); }));
  EXPECT_EQ(run("reconcile").first, 0);
  EXPECT_TRUE(is_protected());
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  stop();
  prove();
}

TEST_F(WireTest, AKillIsCompleteOnlyOnceTheVenuesThreadSaysSo) {
  hold_up_the_venue();
  start();
  ASSERT_EQ(signal("a").second["outcome"], "held");
  inbox->hold_ = true;
  ASSERT_TRUE(eventually([&] { return inbox->holding_.load(); }));
  ASSERT_EQ(approve("c1").first, 200);  // the entry waits for the venue's thread
  EXPECT_EQ(kill().first, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(status()["trading_state"], "KILLED");
  EXPECT_EQ(status()["kill_complete"], false);
  inbox->hold_ = false;
  ASSERT_TRUE(eventually([&] { return status()["kill_complete"] == true; }));
  EXPECT_EQ(sim.orders().size(), 0U) << "it met a closed gate";
  EXPECT_EQ(positions().size(), 0U);
  stop();
  prove();
}

TEST_F(WireTest, AKillLeavesTheStopAtTheVenue) {
  start();
  enter("a");
  EXPECT_EQ(kill().first, 200);
  ASSERT_TRUE(eventually([&] { return status()["kill_complete"] == true; }));
  EXPECT_TRUE(is_protected());
  EXPECT_EQ(sim.orders_of("NEW"), 1U);
  stop();
  start_only();
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  EXPECT_EQ(status()["trading_state"], "KILLED");
  EXPECT_EQ(status()["kill_complete"], true);
  stop();
  prove();
}

// Whatever the venue says while the core takes nothing, waits; the venue's side comes to a halt.
TEST_F(WireTest, ACoreThatTakesNothingLosesNothing) {
  hold_up_the_venue();
  start();
  ASSERT_EQ(signal("a").second["outcome"], "held");
  inbox->refuse_ = true;
  ASSERT_EQ(approve("c1").first, 200);
  ASSERT_TRUE(eventually([&] { return sim.orders_of("FILLED") == 1; }));
  EXPECT_FALSE(is_protected()) << "nobody told the core";
  EXPECT_TRUE(inbox->refused_.load());
  inbox->refuse_ = false;
  ASSERT_TRUE(eventually([&] { return is_protected(); })) << positions();
  stop();
  prove();
}

TEST_F(WireTest, AddressesAndKeyFilesAreCheckedAtTheStart) {
  const VenueSettings good = options.config.venue;
  struct Row {
    std::string VenueSettings::*key;
    std::string value;
    Reason reason;
  };
  const std::string open_file = (folder.path() / "open").string();
  const std::string empty_file = (folder.path() / "empty").string();
  write_key(open_file, "key", 0640);
  write_key(empty_file, "");
  const Row rows[] = {
      {&VenueSettings::rest_url, "", Reason::VenueNotConfigured},
      {&VenueSettings::rest_url, "https://api.binance.com/api", Reason::VenueHostNotAllowed},
      {&VenueSettings::rest_url, "http://127.0.0.1:1/fapi", Reason::ConfigValueRange},
      {&VenueSettings::ws_api_url, "wss://ws-api.binance.com:443/ws-api/v3",
       Reason::VenueHostNotAllowed},
      {&VenueSettings::stream_url, "wss://stream.binance.com:9443", Reason::VenueHostNotAllowed},
      {&VenueSettings::stream_url, "wss://127.0.0.2:9443", Reason::VenueHostNotAllowed},
      {&VenueSettings::api_key_file, "", Reason::VenueNotConfigured},
      {&VenueSettings::api_key_file, open_file, Reason::TokenFileMode},
      {&VenueSettings::private_key_file, open_file, Reason::TokenFileMode},
      {&VenueSettings::private_key_file, open_file + "-not", Reason::FileUnreadable},
  };
  for (const Row& row : rows) {
    options.config.venue = good;
    options.config.venue.*row.key = row.value;
    EXPECT_EQ(info(refusal().reason).code, info(row.reason).code) << row.value;
  }
  for (const auto key : {&VenueSettings::api_key_file, &VenueSettings::private_key_file}) {
    options.config.venue = good;
    options.config.venue.*key = empty_file;
    EXPECT_NE(refusal().reason, Reason::None);
  }
  options.config.venue = good;
  start();
  stop();
}

TEST_F(WireTest, AnHmacSecretWorksToo) {
  const std::string key = (folder.path() / "key").string();
  const std::string secret = (folder.path() / "secret").string();
  write_key(key, sim.secret("api_key") + "\n");
  write_key(secret, sim.secret("secret") + "\n");
  options.config.venue.api_key_file = key;
  options.config.venue.private_key_file = secret;
  start();
  enter("a");
  stop();
  prove();
}

TEST_F(WireTest, AWrongKeyOrSecretIsSaid) {
  const std::string key = (folder.path() / "key").string();
  const std::string secret = (folder.path() / "secret").string();
  options.config.venue.api_key_file = key;
  options.config.venue.private_key_file = secret;
  const std::pair<std::string, std::string> rows[] = {
      {std::string(64, 'k'), sim.secret("secret")},
      {sim.secret("api_key"), std::string(64, 's')},
  };
  const std::string_view codes[] = {"-2015", "-1022"};
  for (std::size_t i = 0; i < 2; ++i) {
    write_key(key, rows[i].first);
    write_key(secret, rows[i].second);
    start_only();
    EXPECT_TRUE(eventually([&] { return why_not_ready().find(codes[i]) != std::string::npos; }))
        << why_not_ready();
    EXPECT_EQ(ready(), 503);
    stop();
  }
}

// As a program: what it prints and all that it keeps are searched for the account's secrets and for
// the bearer tokens, those of principals and one of nobody's.
TEST_F(WireTest, SecretsAreNowhereToBeFound) {
  const std::string config = (folder.path() / "gateway.yaml").string();
  options.config.venue.private_key_file = (folder.path() / "secret").string();
  const std::string pem = sim.secret("ed25519_private_key");
  const std::string wrong(64, 'w');
  const std::string nobodys(64, 'n');  // a bearer that is no principal's
  std::vector<std::string> canaries = {sim.secret("api_key"),
                                       sim.secret("secret"),
                                       sim.secret("ed25519_api_key"),
                                       wrong,
                                       pem.substr(28, 48),
                                       nobodys};
  for (const std::string& secret : {pem, sim.secret("secret"), wrong}) {
    write_key(options.config.venue.private_key_file, secret);
    std::ofstream(config, std::ios::trunc) << to_yaml(options.config);
    ChildProcess serve({CLAWGATE_PROGRAM, "serve", "--config", config, "--data", options.data}, {},
                       true);
    std::string printed;
    const std::vector<std::string> tokens = use_tokens(nobodys);
    canaries.insert(canaries.end(), tokens.begin(), tokens.end());
    for (int i = 0; i < 8; ++i) {  // the venue comes up, or is refused
      const auto line = serve.read_line(seconds(3));
      if (!line) break;
      printed += *line + "\n";
    }
    EXPECT_EQ(serve.end(SIGTERM), 0);
    printed += serve.read_all(seconds(5));
    EXPECT_NE(printed.find(R"("level":"INFO","component":"venue")"), std::string::npos) << printed;
    EXPECT_NE(printed.find(R"("component":"command","correlation":"seen")"), std::string::npos)
        << printed;
    for (const std::string& canary : canaries) {
      EXPECT_EQ(printed.find(canary), std::string::npos) << printed;
    }
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options.data)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string text = text_of(entry.path());
    const bool token = entry.path().extension() == ".token";
    for (const std::string& canary : canaries) {
      EXPECT_EQ(text.find(canary), token && text == canary + "\n" ? 0U : std::string::npos)
          << entry.path();
    }
  }
  EXPECT_GT(files, 3U);
}

}  // namespace
}  // namespace clawgate::gateway
