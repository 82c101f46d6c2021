// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "governance/journal/posix_store.h"
#include "governance/journal/verify.h"
#include "tests/gateway/serve/daemon_fixture.h"
#include "tests/gateway/serve/raw_http.h"

namespace clawgate::gateway {
namespace {

class DaemonTest : public DaemonFixture {};

/// This machine's clock, whose wall side a test steps.
class SteppedClock final : public Clock {
 public:
  [[nodiscard]] UnixNanos wall() const override {
    return UnixNanos(system_.wall().value() + off_.load());
  }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return system_.monotonic_ns(); }
  void step(std::int64_t nanos) { off_ += nanos; }

 private:
  SystemClock system_;
  std::atomic<std::int64_t> off_{0};
};

TEST_F(DaemonTest, AnOrderFromSignalToPositionByTheCommandLine) {
  start();
  EXPECT_EQ(signal("a").first, 202);
  const auto [code, text] = run("holds");
  EXPECT_EQ(code, 0);
  EXPECT_NE(text.find("ORDER 1  check code "), std::string::npos) << text;
  const auto asked = run("approve 1 --json");
  EXPECT_EQ(asked.first, 2) << "a program is not asked: " << asked.second;
  EXPECT_NE(asked.second.find("--yes or --digest"), std::string::npos) << asked.second;
  EXPECT_EQ(asked.second.find("ORDER 1"), std::string::npos) << asked.second;
  const auto no = run("approve 1", "n\n");
  EXPECT_EQ(no.first, 1);
  EXPECT_NE(no.second.find("? [y/N]"), std::string::npos);
  EXPECT_EQ(holds().size(), 1U);
  EXPECT_EQ(run("approve 1 --digest " + std::string(64, 'a')).first, 1);
  const auto yes = run("approve 1", "y\n");
  EXPECT_EQ(yes.first, 0) << yes.second;
  ASSERT_TRUE(eventually([&] {
    const json rows = request("reader", "GET", "/v1/positions").second["positions"];
    return rows.size() == 1 && rows[0]["protection"] == "LIVE";
  }));
  const auto watched = run("watch --after 1 --count 3 --json");
  EXPECT_EQ(watched.first, 0) << watched.second;
  EXPECT_NE(watched.second.find("\"record\":\"DayTurned\""), std::string::npos);
  const auto told = run("watch --after 1 --count 8");
  EXPECT_NE(told.second.find("order 1 waits: BUY "), std::string::npos) << told.second;
  const auto over = run("approve 1 --yes");
  EXPECT_EQ(over.first, 1) << "it waits no longer";
  EXPECT_NE(over.second.find("HOLD_NOT_PENDING"), std::string::npos) << over.second;
  EXPECT_NE(over.second.find("1, RELEASED"), std::string::npos) << over.second;
  const auto gap = run("watch --after 99999");
  EXPECT_EQ(gap.first, 1) << gap.second;
  EXPECT_NE(gap.second.find("STREAM_GAP"), std::string::npos) << gap.second;
  stop();
  const auto store = journal::PosixStore::open_existing(options.data + "/journal").value();
  const auto verdict = journal::verify(*store);
  EXPECT_TRUE(verdict.findings.empty());
}

TEST_F(DaemonTest, RejectKillAndUnblock) {
  start();
  signal("a");
  EXPECT_EQ(run("reject 1 --note 'not today'").first, 0);
  EXPECT_TRUE(holds().empty());
  const auto killed = run("kill --note test");
  EXPECT_EQ(killed.first, 0);
  EXPECT_NE(killed.second.find("KILLED"), std::string::npos);
  const auto status = run("status");
  EXPECT_NE(status.second.find("cause  KILL since "), std::string::npos) << status.second;
  EXPECT_EQ(run("unblock BACKLOG --decision DEC-20260105-AAA").first, 1);
  EXPECT_EQ(run("unblock KILL").first, 2) << "a decision has an id";
  EXPECT_EQ(run("unblock KILL --decision DEC-20260105-AAA").first, 1) << "nobody recorded it";
  EXPECT_EQ(run("unblock KILL --decision " + lift("FOREIGN_ORDER")).first, 1);
  EXPECT_EQ(run("unblock KILL --decision " + lift("KILL")).first, 0);
  EXPECT_EQ(json::parse(run("status --json").second)["trading_state"], "OPEN");
  EXPECT_EQ(run("holds --as reader").first, 0);
  EXPECT_EQ(run("kill --as reader").first, 1) << "a reader decides nothing";
  const auto nobody = run("kill --as nobody");
  EXPECT_EQ(nobody.first, 2);
  EXPECT_NE(nobody.second.find("nobody; it has tokens for"), std::string::npos) << nobody.second;
  const auto help = run("unblock --help");
  for (const BlockInfo& row : kBlocks) {
    EXPECT_EQ(help.second.find("\n  " + std::string(row.code) + " ") != std::string::npos,
              row.latches)
        << row.code;
  }
  stop();
  EXPECT_EQ(run("status").first, 2) << "no gateway";
}

// A second life: the position is known, the hold still waits and can be approved, and the commands
// of before are no-ops.
TEST_F(DaemonTest, ARestartKeepsThePositionAndTheHold) {
  options.config.limits.open_trades_max = 2;
  options.config.limits.decision = DecisionId("DEC-20260105-AAA");
  start();
  signal("a");
  const json first = holds()[0];
  const std::string approve =
      json({{"action", "approve"}, {"command_id", "c1"}, {"hold", 1}, {"digest", first["digest"]}})
          .dump();
  EXPECT_EQ(request("operator", "POST", "/v1/hitl/commands", approve).first, 200);
  ASSERT_TRUE(eventually([&] {
    const json rows = request("reader", "GET", "/v1/positions").second["positions"];
    return rows.size() == 1 && rows[0]["protection"] == "LIVE";
  }));
  const auto second = signal("b");
  ASSERT_EQ(second.second["outcome"], "held") << second.second;
  const json position = request("reader", "GET", "/v1/positions").second["positions"][0];
  const json head = request("reader", "GET", "/v1/journal/head").second;
  stop();

  start();
  EXPECT_GT(request("reader", "GET", "/v1/journal/head").second["seq"], head["seq"]);
  const json after = request("reader", "GET", "/v1/positions").second["positions"];
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0]["quantity"], position["quantity"]);
  const json waiting = holds();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0]["hold"], 2);
  EXPECT_EQ(request("operator", "POST", "/v1/hitl/commands", approve).second["replay_disposition"],
            "no_op");
  EXPECT_EQ(signal("b").second["replay_disposition"], "no_op");
  EXPECT_EQ(run("reject 2").first, 0);
  stop();
}

// It could neither be watched nor sold there.
TEST_F(DaemonTest, AnOpenPositionIsNotTakenToAnotherVenue) {
  start();
  enter("a");
  stop();
  options.config.session.venue = VenueKind::BinanceSpot;
  const auto started = Daemon::start(options);
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().reason, Reason::ConfigConflict);
  EXPECT_EQ(started.error().seen,
            "binance_spot, and trade 1 in BTCUSDT is open at simulator: close it there first, or "
            "take another data directory");
  options.config.session.venue = VenueKind::Simulator;
  start();
  EXPECT_TRUE(is_protected());
  stop();
}

// The first document of a journal has none before it that could stay.
TEST_F(DaemonTest, AGatewayWhoseLimitsAreRefusedSaysThatNoneAreInForce) {
  ASSERT_TRUE(options.config.limits.engines.push_back(EngineName("tradingagents")));
  start_only();
  EXPECT_TRUE(daemon->limits_note().starts_with(
      "no limits are in force, so every signal is denied: the configuration's were refused, "
      "LIMITS_OUT_OF_RANGE: "))
      << daemon->limits_note();
  EXPECT_TRUE(logged("WARN", daemon->limits_note()));
  EXPECT_TRUE(request("reader", "GET", "/v1/limits").second["limits"].is_null());
  stop();
}

// Who lowers a limit in the configuration must not believe that it is in force, in either
// direction.
TEST_F(DaemonTest, LimitsThatStayWhatTheyWereAreTold) {
  start_only();
  EXPECT_EQ(daemon->limits_note(), "");
  stop();
  start_only();
  EXPECT_EQ(daemon->limits_note(), "") << "the same document again";
  stop();

  options.config.limits.order_notional_max = Notional::of(20);
  start_only();
  EXPECT_EQ(request("reader", "GET", "/v1/limits").second["limits"]["order_notional_max"], "50");
  const std::string lower = "limits propose --set order_notional_max=20";
  EXPECT_EQ(daemon->limits_note(),
            "the configuration's limits are not in force, LIMITS_VERSION_OLD: The limits "
            "document's version is not above the one in force. Version 1 of the journal stays, "
            "without: order_notional_max 50 -> 20. Next: clawgate " +
                lower + " --data " + options.data + " brings it into force");
  EXPECT_TRUE(logged("WARN", daemon->limits_note()));
  EXPECT_EQ(run(lower).first, 0) << "what it says works";
  stop();
  start_only();
  EXPECT_EQ(daemon->limits_note(), "") << "only the version is another";
  stop();

  options.config.limits.version = LimitsVersion(9);
  options.config.limits.order_notional_max = Notional::of(30);
  ASSERT_TRUE(options.config.limits.engines.push_back(EngineName("agentictrading")));
  start_only();
  EXPECT_NE(daemon->limits_note().find("LIMITS_NEED_DECISION"), std::string::npos);
  EXPECT_NE(daemon->limits_note().find("order_notional_max 20 -> 30; engines "), std::string::npos);
  EXPECT_NE(daemon->limits_note().find("propose FILE"), std::string::npos) << "a list needs one";
  EXPECT_NE(daemon->limits_note().find("opens the decision"), std::string::npos);
  stop();
}

TEST_F(DaemonTest, WithoutAnEndInOrderWhatWaitedIsVoid) {
  start();
  signal("a");
  EXPECT_EQ(holds().size(), 1U);
  daemon.reset();
  start();
  EXPECT_TRUE(holds().empty());
  // Whoever comes back is told, by the log, by status, and by what they try.
  EXPECT_TRUE(eventually([&] { return logged("WARN", "VOIDED_BY_RESTART"); }));
  const auto status = run("status");
  EXPECT_NE(status.second.find("order 1   VOIDED, VOIDED_BY_RESTART"), std::string::npos)
      << status.second;
  const auto late = run("approve 1 --yes");
  EXPECT_EQ(late.first, 1);
  EXPECT_NE(late.second.find("1, VOIDED, VOIDED_BY_RESTART"), std::string::npos) << late.second;
  EXPECT_NE(run("approve 77 --yes").second.find("HOLD_UNKNOWN"), std::string::npos);
  stop();
}

// I4: by the command line, with hundreds of half-open connections and an engine that holds all of
// its seats.
TEST_F(DaemonTest, NothingKeepsTheKillOut) {
  start();
  const std::uint16_t port = endpoint_from(daemon->url()).value().port;
  const std::string engine = read_secret(options.data + "/tokens/engine.token").value();
  const std::string head = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port);
  std::vector<std::unique_ptr<RawSocket>> open;
  for (int i = 0; i < 64; ++i) {
    open.push_back(std::make_unique<RawSocket>(port));
    open.back()->send(head + "\r\nAuthorization: Bearer " + engine + "\r\n\r\n");
    EXPECT_NE(open.back()->receive("ok").find(" 200 "), std::string::npos) << i;
  }
  RawSocket above(port);
  above.send(head + "\r\nAuthorization: Bearer " + engine + "\r\n\r\n");
  EXPECT_NE(above.receive().find("CONNECTION_LIMIT"), std::string::npos);
  for (int i = 0; i < 300; ++i) {
    open.push_back(std::make_unique<RawSocket>(port));
    open.back()->send("POST /v1/hitl/commands HTTP/1.1\r\nHost: h\r\n");
  }
  const auto killed = run("kill --note drill");
  EXPECT_EQ(killed.first, 0) << killed.second;
  EXPECT_EQ(request("operator", "GET", "/v1/status").second["trading_state"], "KILLED");
  stop();
}

// What is shown of a disk that fills up is how it is now.
TEST_F(DaemonTest, TheDisksEvidenceStaysCurrent) {
  options.config.serve.disk_min_mib = 1'000'000'000;
  start_only();
  const auto evidence = [&]() -> std::string {
    const json now = status();
    for (const json& block : now["blocks"]) {
      if (block["code"] == "DISK_LOW") return block["evidence"];
    }
    return "";
  };
  ASSERT_TRUE(eventually([&] { return !evidence().empty(); }));
  const std::string first = evidence();
  std::ofstream(folder.path() / "ballast") << std::string(std::size_t{64} << 20U, 'b');
  EXPECT_TRUE(eventually([&] { return evidence() != first; })) << first;
  std::filesystem::remove(folder.path() / "ballast");
  stop();
  // The next start has room enough: the block of the last one ends.
  options.config.serve.disk_min_mib = 1;
  start_only();
  EXPECT_TRUE(eventually([&] { return evidence().empty(); })) << evidence();
  stop();
}

TEST_F(DaemonTest, ALostConnectionIsAWarning) {
  start();
  EXPECT_FALSE(logged("WARN", "no user data stream"));
  EXPECT_TRUE(logged("INFO", "ready"));
  EXPECT_TRUE(eventually([&] { return logged("INFO", "RECONCILING ended"); }));
  EXPECT_EQ(sim.end(SIGKILL), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return logged("WARN", "no user data stream"); }));
  EXPECT_TRUE(eventually([&] { return logged("WARN", "RECONCILING began: no user data stream"); }));
  stop();
  EXPECT_TRUE(logged("INFO", "stopped in order"));
}

// The core and the venue's side live in one time, whatever this machine's clock does: a market that
// flows stays fresh, and what waits for a moment goes on waiting for it, over a restart too.
TEST_F(DaemonTest, AClockThatStepsBackStopsNothing) {
  SteppedClock clock;
  options.clock = &clock;
  start();
  clock.step(-20 * kNanosPerSecond);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(status()["trading_state"], "OPEN") << status();
  EXPECT_EQ(signal("a").second["outcome"], "held");
  EXPECT_EQ(run("reject 1").first, 0);
  stop();
  EXPECT_FALSE(logged("WARN", "behind the newest record"));
  start();
  EXPECT_TRUE(logged("WARN", "s behind the newest record"));
  EXPECT_EQ(signal("b").second["outcome"], "held");
  stop();
}

TEST_F(DaemonTest, ATokenFileThatOthersReadIsRefused) {
  start();
  stop();
  const std::string file = options.data + "/tokens/operator.token";
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  for (const mode_t mode : {0640U, 0604U, 0601U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto refused = Daemon::start(options);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().reason, Reason::TokenFileMode);
  }
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  start();
  stop();
}

// Whatever waits for its other end would hold up the start, and the signal that ends it.
TEST_F(DaemonTest, APipeInPlaceOfAFileIsRefusedAtOnce) {
  start();
  stop();
  const auto refused_with_a_pipe_at = [&](const std::string& path) {
    const bool was_there = std::filesystem::exists(path);
    if (was_there) std::filesystem::rename(path, path + ".kept");
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const auto refused = Daemon::start(options);
    std::filesystem::remove(path);
    if (was_there) std::filesystem::rename(path + ".kept", path);
    return refused ? "started" : to_text(refused.error());
  };
  for (const std::string& path :
       {options.data + "/tokens/operator.token", options.config.venue.api_key_file,
        options.config.venue.private_key_file}) {
    const std::string words = refused_with_a_pipe_at(path);
    EXPECT_NE(words.find(path), std::string::npos) << words;
    EXPECT_NE(words.find("not a regular file"), std::string::npos) << words;
  }
  EXPECT_NE(refused_with_a_pipe_at(options.data + "/check.key").find("check.key"),
            std::string::npos);
  const std::string key = options.data + "/check.key";
  std::filesystem::remove(key);
  const std::string words = refused_with_a_pipe_at(key + ".new");
  EXPECT_NE(words.find("not a regular file"), std::string::npos) << words;
  start();
  stop();
}

TEST_F(DaemonTest, AWiderBindOrASecondGatewayDoesNotStart) {
  options.config.serve.address = "0.0.0.0";
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::BindNotLoopback);
  EXPECT_FALSE(std::filesystem::exists(options.data)) << "nothing was touched";
  options.config.serve.address = "127.0.0.1";
  start();
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::DataDirectoryLocked);
  // Nor does its port hide whose directory it is.
  options.config.serve.port = endpoint_from(daemon->url()).value().port;
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::DataDirectoryLocked);
  Daemon::Options other = options;
  other.data = (folder.path() / "other").string();
  EXPECT_EQ(Daemon::start(other).error().reason, Reason::BindFailed);
  stop();
}

// A violation in the core is a violation in the ledger, which fells the ladder, which blocks this
// very session; and the next one of its stage does not start.
TEST_F(DaemonTest, ALadderThatFallsBlocksTheSessionThatRuns) {
  grant(Stage::S1);
  options.config.session.stage = Stage::S1;
  start_only();
  if (HasFatalFailure()) return;
  const auto blocked_by = [&](const std::string& code) {
    const json blocks = status()["blocks"];
    return std::any_of(blocks.begin(), blocks.end(),
                       [&](const json& row) { return row["code"] == code; });
  };
  ASSERT_TRUE(eventually([&] { return blocked_by("LIVE_LOCKED"); })) << status();
  EXPECT_FALSE(blocked_by("STAGE_WITHDRAWN"));
  EXPECT_EQ(request("engine", "POST", "/v1/stage/promote", "{}").second["code"],
            "DECISION_BY_ENGINE");
  EXPECT_TRUE(eventually([&] { return blocked_by("STAGE_WITHDRAWN"); })) << status();
  EXPECT_EQ(request("reader", "GET", "/v1/stage").second["blocked"], true);
  stop();
  const auto refused = Daemon::start(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().reason, Reason::PromotionBlocked);
}

// The command line beside a running gateway, and after it: one office.
TEST_F(DaemonTest, DecisionsAndStageWorkWhetherAGatewayRunsOrNot) {
  start();
  EXPECT_EQ(run("kill").first, 0);
  const std::string id = lift("KILL");
  EXPECT_NE(run("decisions show " + id).second.find("answered  by operator"), std::string::npos);
  const auto status = run("stage status --json");
  EXPECT_EQ(status.first, 0) << status.second;
  EXPECT_NE(status.second.find("the gateway is blocked"), std::string::npos) << status.second;
  stop();
  EXPECT_NE(run("decisions list").second.find(id + "  APPROVED"), std::string::npos);
  start_only();
  EXPECT_EQ(run("unblock KILL --decision " + id).first, 0) << "it was not spent";
  stop();
}

TEST_F(DaemonTest, AnOperatorTakenOutOfTheConfigurationMayNoLongerDecide) {
  options.config.serve.principals = "operator:operator,reader:reader,engine:engine,bob:operator";
  start();
  EXPECT_EQ(run("kill --as bob").first, 0);
  stop();
  options.config.serve.principals = "operator:operator,reader:reader,engine:engine,bob:reader";
  start();
  const std::string decision = lift("KILL");
  EXPECT_EQ(run("unblock KILL --decision " + decision + " --as bob").first, 1);
  EXPECT_EQ(run("unblock KILL --decision " + decision).first, 0);
  stop();
}

}  // namespace
}  // namespace clawgate::gateway
