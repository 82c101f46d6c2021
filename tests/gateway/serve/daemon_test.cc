// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "governance/journal/posix_store.h"
#include "governance/journal/verify.h"
#include "tests/gateway/serve/daemon_fixture.h"

namespace clawgate::gateway {
namespace {

class DaemonTest : public DaemonFixture {};

TEST_F(DaemonTest, AnOrderFromSignalToPositionByTheCommandLine) {
  start();
  EXPECT_EQ(signal("a").first, 202);
  const auto [code, text] = run("holds");
  EXPECT_EQ(code, 0);
  EXPECT_NE(text.find("ORDER 1  check code "), std::string::npos) << text;
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
  EXPECT_EQ(run("approve 1 --yes").first, 1) << "it waits no longer";
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
  EXPECT_NE(status.second.find("KILL: "), std::string::npos) << status.second;
  EXPECT_EQ(run("unblock BACKLOG --decision DEC-20260105-AAA").first, 1);
  EXPECT_EQ(run("unblock KILL").first, 2) << "a decision has an id";
  EXPECT_EQ(run("unblock KILL --decision DEC-20260105-AAA").first, 1) << "nobody recorded it";
  EXPECT_EQ(run("unblock KILL --decision " + lift("FOREIGN_ORDER")).first, 1);
  EXPECT_EQ(run("unblock KILL --decision " + lift("KILL")).first, 0);
  EXPECT_EQ(json::parse(run("status --json").second)["trading_state"], "OPEN");
  EXPECT_EQ(run("holds --as reader").first, 0);
  EXPECT_EQ(run("kill --as reader").first, 1) << "a reader decides nothing";
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

TEST_F(DaemonTest, WithoutAnEndInOrderWhatWaitedIsVoid) {
  start();
  signal("a");
  EXPECT_EQ(holds().size(), 1U);
  daemon.reset();
  start();
  EXPECT_TRUE(holds().empty());
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

TEST_F(DaemonTest, AWiderBindOrASecondGatewayDoesNotStart) {
  options.config.serve.address = "0.0.0.0";
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::BindNotLoopback);
  EXPECT_FALSE(std::filesystem::exists(options.data)) << "nothing was touched";
  options.config.serve.address = "127.0.0.1";
  start();
  EXPECT_EQ(Daemon::start(options).error().reason, Reason::DataDirectoryLocked);
  stop();
}

// A violation in the core is a violation in the ledger, which fells the ladder, which blocks this
// very session; and the next one of its stage does not start.
TEST_F(DaemonTest, ALadderThatFallsBlocksTheSessionThatRuns) {
  {
    const UnixNanos now = SystemClock().wall();
    const auto office = governance::Office::open(options.data + "/governance", now).value();
    governance::StageMoved granted;
    granted.stage = Stage::S1;
    granted.cause = "a test";
    ASSERT_FALSE(office->record(governance::LedgerFact(granted), now));
  }
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
