// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "governance/ledger/office.h"
#include "tests/gateway/serve/daemon_fixture.h"

// What the edges of a running gateway raise and end: a venue that cannot be reached, a key that may
// too much, strangers, a reconciliation that a person asks for.

namespace clawgate::gateway {
namespace {

class EdgesTest : public DaemonFixture {
 protected:
  [[nodiscard]] bool is_blocked_by(const std::string& code) {
    const json blocks = status()["blocks"];
    return std::any_of(blocks.begin(), blocks.end(),
                       [&](const json& row) { return row["code"] == code; });
  }
  [[nodiscard]] std::string evidence_of(const std::string& code) {
    const json blocks = status()["blocks"];
    for (const json& row : blocks) {
      if (row["code"] == code) return row["evidence"];
    }
    return "";
  }
  /// What the simulator lets every key of its account do.
  void permit(const std::string& name, bool on) {
    for (const char* const key : {"api_key", "ed25519_api_key"}) {
      const json body = {{"key", sim.secret(key)}, {name, on}};
      const std::string answer = sim.call("POST", "/sim/keys", body.dump());
      EXPECT_EQ(answer.find("\"code\""), std::string::npos) << answer;
    }
  }
  [[nodiscard]] std::string asked_for() const { return options.data + "/human_action_required.md"; }
  [[nodiscard]] std::string done() const { return options.data + "/human_action_done-1.md"; }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] bool unblock(const std::string& cause) {
    return run("unblock " + cause + " --decision " + lift(cause)).first == 0;
  }
};

TEST_F(EdgesTest, OverTlsWithTheSimulatorsOwnAuthority) {
  sim.end(SIGTERM);
  sim.with_tls = true;
  sim.start();
  options.config.venue = sim.tls_settings();
  ASSERT_TRUE(options.config.venue.rest_url.starts_with("https://"));
  ASSERT_TRUE(options.config.venue.stream_url.starts_with("wss://"));
  start();
  enter("a");
  stop();
  // Nobody else's word for it: without its authority the simulator is a stranger.
  options.config.venue.ca_file = "";
  start_only();
  ASSERT_TRUE(eventually([&] { return evidence_of("RECONCILING").starts_with("no clock"); }))
      << status()["blocks"];
  EXPECT_EQ(ready(), 503);
  stop();
}

TEST_F(EdgesTest, TheConfigurationNamesTheAuthority) {
  const auto file = folder.path() / "gateway.yaml";
  options.config.venue.ca_file = "/etc/venue.pem";
  options.config.venue.unreachable_after_ns = 7 * kNanosPerSecond;
  options.config.venue.live_credentials = true;
  options.config.serve.principals = "engine:engine,operator:operator,bob:operator";
  options.config.serve.backup_operator = "bob";
  std::ofstream(file) << to_yaml(options.config);
  const auto read = read_config(file.string());
  ASSERT_TRUE(read.has_value()) << to_text(read.error());
  EXPECT_EQ(read->venue.ca_file, "/etc/venue.pem");
  EXPECT_EQ(read->venue.unreachable_after_ns, 7 * kNanosPerSecond);
  EXPECT_TRUE(read->venue.live_credentials);
  EXPECT_EQ(read->serve.backup_operator, "bob");
  options.config.serve.backup_operator = "engine";
  std::ofstream(file) << to_yaml(options.config);
  EXPECT_EQ(read_config(file.string()).error().reason, Reason::ConfigConflict);
  // And such a key does not sign in S0, not even for this machine.
  options.config.serve.backup_operator = "";
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::VenueCredentialType);
  options.config.venue.live_credentials = false;
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::FileUnreadable) << "no such authority";
}

// The whole way down and back without a restart.
TEST_F(EdgesTest, AVenueThatIsGoneWithAPositionOpenDegradesAndComesBack) {
  options.config.venue.unreachable_after_ns = kNanosPerSecond;
  start();
  enter("a");
  sim.end(SIGKILL);
  ASSERT_TRUE(eventually([&] { return is_blocked_by("UNMANAGED_EXPOSURE"); })) << status();
  EXPECT_TRUE(is_blocked_by("VENUE_UNREACHABLE"));
  EXPECT_TRUE(is_blocked_by("SYSTEM_DEGRADED"));
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(asked_for()); }));
  EXPECT_EQ(run("reconcile --wait 1").first, 1) << "there is nobody to compare with";
  EXPECT_FALSE(unblock("SYSTEM_DEGRADED")) << "it is still the case";

  sim.start();
  ASSERT_TRUE(eventually([&] { return !is_blocked_by("VENUE_UNREACHABLE"); }, 60));
  ASSERT_TRUE(eventually([&] { return !is_blocked_by("RECONCILING"); }, 60)) << status();
  EXPECT_TRUE(is_blocked_by("SYSTEM_DEGRADED")) << "reconciled, and not yet approved";
  const auto asked = run("reconcile --wait 30");
  EXPECT_EQ(asked.first, 0) << asked.second;
  ASSERT_TRUE(eventually([&] { return is_protected() || positions().empty(); })) << positions();
  EXPECT_TRUE(std::filesystem::exists(asked_for())) << "it is not over yet";
  EXPECT_TRUE(unblock("UNMANAGED_EXPOSURE"));
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(asked_for()); }));
  EXPECT_TRUE(eventually([&] { return text_of(done()).starts_with("# Over by 20"); }))
      << text_of(done());
  EXPECT_NE(text_of(done()).find("acoes_imediatas"), std::string::npos) << "and what it was";
  EXPECT_TRUE(unblock("SYSTEM_DEGRADED"));
  EXPECT_TRUE(eventually([&] { return status()["trading_state"] == "OPEN"; }))
      << status()["blocks"];
  stop();
}

// A disk that hangs holds up the file, and nothing else; in force, it outlives a start.
TEST_F(EdgesTest, AFileThatCannotBeWrittenYetHoldsUpNoRequest) {
  options.config.venue.unreachable_after_ns = kNanosPerSecond;
  start();
  enter("a");
  const std::string fresh = asked_for() + ".new";
  ASSERT_EQ(::mkfifo(fresh.c_str(), 0600), 0);  // who opens it to write waits for a reader
  sim.end(SIGKILL);
  EXPECT_TRUE(eventually([&] { return is_blocked_by("UNMANAGED_EXPOSURE"); }));
  EXPECT_TRUE(eventually([&] { return logged("ERROR", "HUMAN ACTION REQUIRED"); }));
  EXPECT_EQ(
      request("operator", "POST", "/v1/hitl/commands", R"({"action":"kill","command_id":"k1"})")
          .first,
      200);
  EXPECT_FALSE(std::filesystem::exists(asked_for()));
  const int reader = ::open(fresh.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  std::filesystem::remove(fresh);
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(asked_for()); })) << "tried again";
  ::close(reader);
  stop();
  start_only();
  EXPECT_TRUE(std::filesystem::exists(asked_for())) << "it is still the case";
  stop();
}

// A crash between the end of the cause and the file's leaves it.
TEST_F(EdgesTest, AStartWithdrawsAFileOfWhatIsOver) {
  start_only();
  stop();
  std::ofstream(asked_for()) << "# Human action required\n\nIncident 1, SEV-1\n";
  start_only();
  EXPECT_FALSE(std::filesystem::exists(asked_for()));
  EXPECT_TRUE(text_of(done()).starts_with("# Over by 20")) << text_of(done());
  stop();
}

// The condition may end while no gateway runs.
TEST_F(EdgesTest, ACallThatIsAnsweredEndsTheConditionAfterARestartToo) {
  options.config.venue.unreachable_after_ns = kNanosPerSecond;
  sim.end(SIGTERM);
  start_only();
  ASSERT_TRUE(eventually([&] { return is_blocked_by("VENUE_UNREACHABLE"); }));
  EXPECT_FALSE(is_blocked_by("SYSTEM_DEGRADED")) << "nothing is held";
  stop();
  sim.start();
  start();
  EXPECT_EQ(status()["trading_state"], "OPEN") << status()["blocks"];
  stop();
}

TEST_F(EdgesTest, AReconciliationIsAskedForAndEnds) {
  start();
  enter("a");
  const std::string body = R"({"command_id":"r1","note":"to be sure"})";
  EXPECT_EQ(request("reader", "POST", "/v1/reconcile", body).first, 403);
  EXPECT_EQ(request("engine", "POST", "/v1/reconcile", body).second["code"], "DECISION_BY_ENGINE");
  EXPECT_EQ(
      request("operator", "POST", "/v1/reconcile", R"({"command_id":"r","action":"kill"})").first,
      400);
  const auto asked = request("operator", "POST", "/v1/reconcile", body);
  EXPECT_EQ(asked.first, 200) << asked.second;
  EXPECT_EQ(asked.second["replay_disposition"], "accepted");
  ASSERT_TRUE(eventually([&] { return !is_blocked_by("RECONCILING"); }));
  EXPECT_EQ(request("operator", "POST", "/v1/reconcile", body).second["replay_disposition"],
            "no_op");
  for (int i = 0; i < 3; ++i) {
    const auto again = run("reconcile");
    EXPECT_EQ(again.first, 0) << again.second;
    EXPECT_NE(again.second.find("the ledgers agree; trading is OPEN"), std::string::npos)
        << again.second;
    EXPECT_EQ(status()["reconciliation"]["agrees"], true) << status();
  }
  EXPECT_TRUE(is_protected());
  EXPECT_TRUE(status()["blocks"].empty()) << status()["blocks"];
  stop();
}

TEST_F(EdgesTest, TheKeysPermissionsAreFetchedShownAndRecorded) {
  start();
  ASSERT_TRUE(eventually([&] { return status()["trading_key"].is_object(); }));
  EXPECT_EQ(status()["trading_key"]["passes"], true);
  EXPECT_NE(run("status").second.find("may trade and no more"), std::string::npos);
  EXPECT_EQ(run("stage record posture").first, 0);
  stop();
  permit("enableWithdrawals", true);
  std::filesystem::remove(options.data + "/key_permissions.json");
  start();
  ASSERT_TRUE(eventually([&] { return status()["trading_key"].is_object(); }));
  const json key = status()["trading_key"];
  EXPECT_EQ(key["passes"], false);
  EXPECT_EQ(key["findings"][0]["code"], "CREDENTIAL_WITHDRAW");
  EXPECT_EQ(key["findings"][0]["field"], "/enableWithdrawals");
  EXPECT_EQ(status()["trading_state"], "OPEN") << "S0: told, and no cause";
  EXPECT_NE(run("status").second.find("ON HOLD; CREDENTIAL_WITHDRAW"), std::string::npos);
  EXPECT_EQ(run("stage record posture").first, 1);
  stop();
  std::filesystem::last_write_time(
      options.data + "/key_permissions.json",
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
  EXPECT_NE(run("stage record posture").second.find("EVIDENCE_MISSING"), std::string::npos);
}

// A stage with real money, opened past the ledger's gate: against the simulator the venue's side
// can be looked at alone.
class LiveKeyTest : public EdgesTest {
 protected:
  void open(const std::function<void(const KeyWord&)>& told) {
    Lanes::Options room;
    lanes = std::make_unique<Lanes>(room);
    BinanceVenue::Options wanted;
    wanted.stage = Stage::S1;
    wanted.venue = sim.settings();
    wanted.symbols = {{InstrumentId{0}, Symbol("BTCUSDT"), 0}};
    wanted.key_told = told;
    auto opened = BinanceVenue::open(wanted, *lanes, word);
    ASSERT_TRUE(opened.has_value()) << to_text(opened.error());
    venue = std::move(*opened);
  }
  /// Everything told until the ledgers agree.
  [[nodiscard]] std::vector<venues::VenueInput> told_until_ready() {
    std::vector<venues::VenueInput> rows;
    bool agreed = false;
    EXPECT_TRUE(eventually([&] {
      while (lanes->take_venue([&](const venues::VenueInput& input) {
        const auto* const row = std::get_if<ConditionReported>(&input);
        agreed = agreed || (row != nullptr && row->condition == Block::Reconciling && !row->holds);
        rows.push_back(input);
      })) {
      }
      return agreed;
    }));
    return rows;
  }

  TradingWord word;
  std::unique_ptr<Lanes> lanes;
  std::unique_ptr<BinanceVenue> venue;
};

TEST_F(LiveKeyTest, WithRealMoneyTheKeyIsJudgedBeforeEntriesMayLeave) {
  permit("ipRestrict", false);
  std::atomic<int> words{0};
  open([&](const KeyWord& said) { words += said.posture.passes() ? 100 : 1; });
  const auto rows = told_until_ready();
  ASSERT_GE(rows.size(), 2U);
  const auto cause = std::find_if(rows.begin(), rows.end(), [](const auto& row) {
    return std::holds_alternative<CauseReported>(row);
  });
  ASSERT_NE(cause, rows.end()) << "told before RECONCILING ended";
  EXPECT_EQ(std::get<CauseReported>(*cause).cause, Block::ChecklistFailed);
  EXPECT_EQ(std::get<CauseReported>(*cause).evidence.view(), "CREDENTIAL_IP /ipRestrict");
  EXPECT_EQ(words, 1);
}

TEST_F(LiveKeyTest, AKeyThatPassesIsNoCause) {
  std::atomic<int> words{0};
  open([&](const KeyWord& said) { words += said.posture.passes() ? 100 : 1; });
  for (const auto& row : told_until_ready()) {
    EXPECT_FALSE(std::holds_alternative<CauseReported>(row));
  }
  EXPECT_EQ(words, 100) << "known before RECONCILING ended";
}

// Granted by the ledger and no more: everything that real money needs is missing, and said.
TEST_F(EdgesTest, AStageWithRealMoneyStartsBlockedByAllThatIsMissing) {
  grant(Stage::S1);
  options.config.session.stage = Stage::S1;
  options.config.serve.principals =
      "engine:engine,operator:operator,bob:operator,reader:reader,admin:admin";
  options.config.serve.backup_operator = "bob";
  start_only();
  ASSERT_TRUE(eventually([&] { return status()["trading_key"].is_object(); }));
  for (const char* const cause :
       {"LIVE_LOCKED", "CHANNEL_LOST", "EVAL_MISSING", "CHECKLIST_FAILED", "SYSTEM_DEGRADED"}) {
    EXPECT_TRUE(is_blocked_by(cause)) << cause;
  }
  EXPECT_NE(signal("a").second["outcome"], "held");
  EXPECT_FALSE(is_blocked_by("BACKUP_OPERATOR_MISSING")) << "bob stands in";
  EXPECT_EQ(run("unblock CHANNEL_LOST --decision DEC-20260105-AAA").first, 1);
  stop();
  options.config.serve.backup_operator = "";
  start_only();
  EXPECT_TRUE(is_blocked_by("BACKUP_OPERATOR_MISSING"));
  stop();
}

// Nothing is held up by a stranger but the stranger.
TEST_F(EdgesTest, StrangersWhereOrdersAreDecidedAreACause) {
  start();
  const auto knock = [&](const std::string& token) {
    Endpoint endpoint = endpoint_from(daemon->url()).value();
    endpoint.token = token;
    const auto got = clawgate::gateway::call(endpoint, "POST", "/v1/hitl/commands", "{}");
    return got ? got->status : 0;
  };
  const std::string wrong(64, 'a');
  EXPECT_EQ(knock(wrong), 401);
  EXPECT_EQ(knock(wrong), 401);
  EXPECT_EQ(run("reject 7").first, 1);  // a known one comes in between
  EXPECT_EQ(knock(wrong), 401);
  EXPECT_EQ(knock(wrong), 401);
  EXPECT_FALSE(is_blocked_by("BYPASS_DETECTED"));
  EXPECT_EQ(knock(wrong), 401);
  ASSERT_TRUE(eventually([&] { return is_blocked_by("BYPASS_DETECTED"); }));
  EXPECT_EQ(evidence_of("BYPASS_DETECTED"), "api: TOKEN_UNKNOWN 3 times at /v1/hitl/commands");
  EXPECT_TRUE(unblock("BYPASS_DETECTED"));
  EXPECT_EQ(status()["trading_state"], "OPEN");
  stop();
}

TEST_F(EdgesTest, EvidenceThatCannotBeKeptDegrades) {
  start();
  std::filesystem::remove_all(options.data + "/blobs");
  EXPECT_EQ(signal("a").first, 503);
  ASSERT_TRUE(eventually([&] { return is_blocked_by("SYSTEM_DEGRADED"); }));
  stop();
  start_only();  // makes the directory again
  EXPECT_EQ(run("reconcile").first, 0);
  EXPECT_TRUE(unblock("SYSTEM_DEGRADED"));
  EXPECT_EQ(signal("b").second["outcome"], "held");
  stop();
}

// I4: neither who watches nor what the note says.
TEST_F(EdgesTest, AKillGoesThroughWhoeverWatchesAndWhateverItsNote) {
  start();
  const Endpoint operators = [&] {
    Endpoint endpoint = endpoint_from(daemon->url()).value();
    endpoint.token = read_secret(options.data + "/tokens/operator.token").value();
    return endpoint;
  }();
  std::atomic<bool> over{false};
  std::atomic<int> heard{0};
  std::vector<std::thread> watchers;
  for (int i = 0; i < 20; ++i) {
    watchers.emplace_back([&] {
      bool first = true;
      const auto ended = follow_stream(operators, "/v1/stream?after=1", [&](const std::string&) {
        heard += std::exchange(first, false) ? 1 : 0;
        return !over;
      });
      EXPECT_TRUE(ended.has_value());
    });
  }
  EXPECT_TRUE(eventually([&] { return heard == 20; })) << heard;
  const auto killed =
      run("kill --note 'posi\xC3\xA7\xC3\xA3o \xFF " + std::string(3'000, 'n') + "'");
  over = true;
  EXPECT_EQ(killed.first, 0) << killed.second;
  EXPECT_NE(killed.second.find("trading is KILLED"), std::string::npos) << killed.second;
  EXPECT_EQ(run("kill").first, 0);  // something to tell: each watcher ends
  for (std::thread& watcher : watchers) watcher.join();
  const auto refused = run("reject 1 --note 'posi\xC3\xA7\xC3\xA3o'");
  EXPECT_EQ(refused.first, 1);
  EXPECT_NE(refused.second.find("printable ASCII, at most 96 bytes"), std::string::npos)
      << refused.second;
  EXPECT_NE(run("reject --help").second.find("printable ASCII, at most 96 bytes"),
            std::string::npos);
  stop();
}

TEST_F(EdgesTest, AnOrderIsClosedByDecisionOnlyWhenItIsUnknown) {
  start();
  enter("a");
  const json orders = request("reader", "GET", "/v1/orders").second["orders"];
  const std::string order = orders[0]["client_order_id"];
  const auto refused = run("close-unknown " + order + " --decision DEC-20260105-AAA");
  EXPECT_EQ(refused.first, 1);
  EXPECT_NE(refused.second.find("UNKNOWN_NOT_OPEN"), std::string::npos) << refused.second;
  EXPECT_EQ(run("close-unknown " + order).first, 2) << "a decision has an id";
  EXPECT_TRUE(is_protected());
  stop();
}

TEST_F(EdgesTest, LimitsGoDownAtOnceAndUpByADecisionOverTheCommandLine) {
  const auto says = [](const std::pair<int, std::string>& ran, const std::string& words) {
    return ran.second.find(words) != std::string::npos;
  };
  EXPECT_EQ(run("limits show").first, 2) << "neither a gateway nor a journal";
  start();
  auto ran = run("limits show");
  EXPECT_EQ(ran.first, 0) << ran.second;
  EXPECT_TRUE(says(ran, "limits version 1, in force")) << ran.second;
  EXPECT_TRUE(says(ran, "  cooldown_ns               6 h\n")) << ran.second;
  EXPECT_TRUE(says(ran, "  engine_silence_max_ns     60 s\n")) << ran.second;
  ran = run("limits propose --set order_notional_max=20 --set day_orders_max=5");
  EXPECT_EQ(ran.first, 0) << ran.second;
  EXPECT_TRUE(says(ran, "version 2 is in force")) << ran.second;
  EXPECT_TRUE(says(ran, "day_orders_max 6 -> 5")) << ran.second;
  EXPECT_FALSE(says(ran, "is void")) << "nothing waited" << ran.second;
  ran = run("limits propose --set cooldown_ns=6h");
  EXPECT_TRUE(says(ran, "nothing to change")) << ran.second;

  for (const std::string words : {"propose", "apply --decision DEC-20260105-AAA"}) {
    ran = run("limits " + words + " --set order_notional_max=20");
    EXPECT_EQ(ran.first, 0) << ran.second;
    EXPECT_TRUE(says(ran, "nothing to change")) << ran.second;
  }
  EXPECT_EQ(json::parse(run("limits propose --set day_orders_max=5 --json").second)["changed"],
            false);
  EXPECT_TRUE(says(run("limits show"), "limits version 2, in force"));

  ran = run("limits propose --set order_notional_max=30 --why drill");
  EXPECT_EQ(ran.first, 0) << ran.second;
  EXPECT_TRUE(says(ran, "allows more (order_notional_max)")) << ran.second;
  const std::string id = ran.second.substr(ran.second.find("DEC-"), 16);
  EXPECT_TRUE(says(ran, "clawgate decisions approve " + id + " --data " + options.data + "\n"))
      << ran.second;
  EXPECT_TRUE(says(ran, " --decision " + id + " --data " + options.data + "\n")) << ran.second;
  EXPECT_TRUE(says(run("limits show"), "limits version 2, in force"));
  const std::string apply = "limits apply --set order_notional_max=30 --decision ";
  ran = run(apply + id);
  EXPECT_EQ(ran.first, 1);
  EXPECT_TRUE(says(ran, "DECISION_NOT_APPROVED")) << ran.second;
  EXPECT_EQ(run("decisions approve " + id).first, 0);
  EXPECT_TRUE(says(run("limits apply --set order_notional_max=31 --decision " + id),
                   "DECISION_OTHER_SUBJECT"));
  ran = run(apply + id + " --json");
  EXPECT_EQ(ran.first, 0) << ran.second;
  ran = run("limits show --json");
  const json shown = json::parse(ran.second);
  EXPECT_EQ(shown["version"], 3);
  EXPECT_EQ(shown["decision"], id);
  EXPECT_FALSE(says(run("limits show"), "named by the configuration only"));

  const auto wrong = [&](const std::string& words, const std::string& code,
                         const std::string& field) {
    const auto refused = run("limits propose " + words);
    EXPECT_EQ(refused.first, 2) << refused.second;
    EXPECT_TRUE(says(refused, code) && says(refused, field)) << refused.second;
  };
  wrong("--set drawdown_max=0.5", "LIMITS_OUT_OF_RANGE", "/drawdown_max");
  wrong("--set drawdown_max=0.5", "0.08 to 0.12 fits", "0.5");
  wrong("--set cooldown_ns=31d", "LIMITS_OUT_OF_RANGE", "Seen: 31 d; 0 s to 30 d fits.");
  wrong("--set cooldown_ns=soon", "USAGE_OPTION", "a duration, e.g. 6h");
  wrong("--set day_orders_max=many", "USAGE_OPTION", "a whole number");
  wrong("--set single_engine=1", "USAGE_OPTION", "true or false");
  wrong("--set nothing=1", "USAGE_OPTION", "NAME is one of level, risk_per_trade");
  wrong("--set order_notional_max=much", "USAGE_OPTION", "much; a decimal such as 0.01");
  wrong("--set version=9", "USAGE_OPTION", "--set");
  wrong("", "USAGE_OPTION", "FILE or --set");
  const std::string file = (folder.path() / "limits.json").string();
  std::ofstream(file) << ran.second;
  EXPECT_TRUE(says(run("limits propose " + file), "nothing to change"));
  json lower = shown;
  lower["day_orders_max"] = 4;
  std::ofstream(file) << lower.dump();
  wrong(file, "LIMITS_VERSION_OLD", "/version");
  EXPECT_TRUE(says(run("limits show"), "limits version 3, in force")) << "none of them counts";
  stop();

  ran = run("limits show");
  EXPECT_TRUE(says(ran, "limits version 3, as the journal ends; no gateway runs")) << ran.second;
  ran = run("limits propose --set order_notional_max=10");
  EXPECT_EQ(ran.first, 1);
  EXPECT_TRUE(says(ran, "GATEWAY_UNREACHABLE")) << ran.second;
  ran = run("limits propose --set order_notional_max=40");
  EXPECT_EQ(ran.first, 0) << ran.second;
  EXPECT_TRUE(says(ran, "is PENDING")) << ran.second;
  const std::string later = ran.second.substr(ran.second.find("DEC-"), 16);
  EXPECT_EQ(run("decisions approve " + later).first, 0);
  EXPECT_EQ(run("limits apply --set order_notional_max=40 --decision " + later).first, 1);
  start();
  ASSERT_EQ(signal("waits").second["outcome"], "held");
  ran = run("limits apply --set order_notional_max=40 --decision " + later);
  EXPECT_EQ(ran.first, 0) << ran.second;
  EXPECT_TRUE(says(ran, "what was waiting for an approval is void")) << ran.second;
  stop();
}

TEST_F(EdgesTest, AnUnknownOrderIsClosedByTheDecisionOverIt) {
  start();
  ASSERT_FALSE(
      sim.call("POST", "/sim/faults", R"({"fault":"timeout_not_executed","count":1})").empty());
  ASSERT_EQ(signal("a").second["outcome"], "held");
  approve("approve-a");
  const auto orders = [&] { return request("reader", "GET", "/v1/orders").second["orders"]; };
  ASSERT_TRUE(eventually([&] {
    const json rows = orders();
    return !rows.empty() && rows[0]["state"] == "UNKNOWN";
  }));
  const std::string order = orders()[0]["client_order_id"];
  const auto decided = [&](const std::string& over, const std::string& key) {
    const json draft = clawgate::testing::decision_draft("general", "order:" + key)["request"];
    const std::string file = (folder.path() / (key + ".json")).string();
    std::ofstream(file) << draft.dump();
    const auto opened = run("decisions open " + file + " --order " + over);
    EXPECT_EQ(opened.first, 0) << opened.second;
    const std::string id = opened.second.substr(opened.second.find("DEC-"), 16);
    EXPECT_EQ(run("decisions approve " + id).first, 0);
    return id;
  };
  const auto close = [&](const std::string& id) {
    return run("close-unknown " + order + " --decision " + id);
  };
  EXPECT_NE(close("DEC-20260105-AAA").second.find("DECISION_NOT_APPROVED"), std::string::npos);
  const std::string other = decided("anotherOrder", "k1");
  std::string said;
  // Which process decides is told to the core within a moment.
  EXPECT_TRUE(eventually([&] {
    said = close(other).second;
    return said.find("DECISION_OTHER_SUBJECT") != std::string::npos;
  })) << said;
  EXPECT_EQ(orders()[0]["state"], "UNKNOWN");
  const std::string id = decided(order, "k2");
  EXPECT_TRUE(eventually([&] {
    const auto answer = close(id);
    said = answer.second;
    return answer.first == 0;
  })) << said;
  EXPECT_TRUE(eventually([&] { return positions().empty(); }));
  EXPECT_EQ(run("decisions open nowhere.json --order " + order).first, 2);
  stop();
}

}  // namespace
}  // namespace clawgate::gateway
