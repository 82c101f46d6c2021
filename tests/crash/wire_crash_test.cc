// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "tests/crash/crash_run.h"
#include "tests/support/temporary_directory.h"

// The gateway as a program dies before, inside and after the system calls that it makes on its
// files and sockets, in ten scripted sessions against a simulator that lives on. Started again, it
// must hold what it acknowledged, know what became of every order, guard what is held, and agree
// with the venue's own records.
//
// CLAWGATE_CRASH_POINTS: how many points of each session, or "all".

namespace clawgate::testing {
namespace {

using Script = std::function<bool(CrashRun&)>;

bool entry(CrashRun& run, const std::string& id) {
  return run.signal(id) && run.approve("approve-" + id) && run.wait_protected();
}

bool exit(CrashRun& run, const std::string& id) {
  return run.signal(id, {{"side", "sell"}}) && run.approve("approve-" + id) && run.wait_flat();
}

struct Session {
  const char* name;
  Script script;
};

// Every script begins at the first start, so that making the journal is a part of it.
const Session kSessions[] = {
    {"Entry", [](CrashRun& run) { return run.start() && entry(run, "a"); }},
    {"RejectedThenEntry",
     [](CrashRun& run) {
       return run.start() && run.signal("a") && run.reject("no") && entry(run, "b");
     }},
    {"RoundTrip", [](CrashRun& run) { return run.start() && entry(run, "a") && exit(run, "b"); }},
    {"TakeProfit",
     [](CrashRun& run) {
       return run.start() && run.signal("a", {{"take_profit", 90'000}}) && run.approve("yes") &&
              run.wait_protected() && exit(run, "b");
     }},
    {"KilledWhileHeld",
     [](CrashRun& run) {
       return run.start() && run.signal("a") && run.kill("kill") && run.unblock("KILL") &&
              entry(run, "b");
     }},
    {"KilledWithPosition",
     [](CrashRun& run) { return run.start() && entry(run, "a") && run.kill("kill"); }},
    {"AnswerLostButExecuted",
     [](CrashRun& run) {
       return run.start() && run.arm_fault("timeout_executed") && entry(run, "a");
     }},
    {"AnswerLostAndNotExecuted",
     [](CrashRun& run) {
       return run.start() && run.arm_fault("timeout_not_executed") && run.signal("a") &&
              run.approve("yes") && run.wait_order("UNKNOWN") && run.close_unknown() &&
              run.wait_flat() && run.unblock("UNKNOWN_OUTCOME") && entry(run, "b");
     }},
    {"ConnectionCutAfterExecuting",
     [](CrashRun& run) { return run.start() && run.arm_fault("cut_executed") && entry(run, "a"); }},
    {"StoppedInOrderAndStarted",
     [](CrashRun& run) {
       return run.start() && entry(run, "a") && run.stop() && run.start() && exit(run, "b");
     }},
};

/// Which moments of a kind of call are points, and how many of its calls at most: a market never
/// ends, and who waits asks again and again.
struct KindRow {
  CallKind kind;
  std::vector<Moment> moments;
  std::uint64_t most = UINT64_MAX;
};

const std::vector<KindRow>& kinds() {
  using enum CallKind;
  using enum Moment;
  static const std::vector<KindRow> kRows = {
      {FileWrite, {Before, Inside, After}},
      {FileSync, {Before, After}},
      {EvidenceSync, {Before, After}},
      {FileName, {Before, After}},
      {VenueConnect, {Before, After}},
      {VenueSend, {Before, Inside, After}},
      {VenueReceive, {After}},
      {MarketSend, {Before, After}},
      {MarketReceive, {After}, 3},
      {ClientSend, {Before, Inside, After}, 20},
      {ClientReceive, {After}, 20},
  };
  return kRows;
}

std::string text_of(const DeathPoint& point) {
  static constexpr const char* kMoments[] = {"before", "inside", "after"};
  return std::string(kMoments[static_cast<std::size_t>(point.moment)]) + " " +
         std::string(kCallKindWords[static_cast<std::size_t>(point.kind)]) + " " +
         std::to_string(point.call);
}

/// 0: all.
std::size_t points_wanted() {
  const char* const asked = std::getenv("CLAWGATE_CRASH_POINTS");
  if (asked == nullptr) return 6;
  return std::string(asked) == "all" ? 0 : std::strtoul(asked, nullptr, 10);
}

class WireCrashTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kAccountsOfAll = 900;
  /// Each start of a gateway costs hundreds of the 6000 that an address may ask for in a minute. A
  /// simulator that starts again begins to count again, and knows its orders.
  static constexpr std::size_t kPointsOfOneLife = 3;

  /// Evenly over all of them, in another place for each session.
  static std::vector<DeathPoint> chosen(const std::vector<DeathPoint>& all, std::size_t session) {
    const std::size_t wanted = points_wanted();
    if (wanted == 0 || wanted >= all.size()) return all;
    std::vector<DeathPoint> some;
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::size_t shift = all.size() * session / (wanted * std::size(kSessions));
      some.push_back(all[(i * all.size() / wanted + shift) % all.size()]);
    }
    return some;
  }
};

TEST_P(WireCrashTest, DyingAtAnySystemCallLosesAndDoublesNothing) {
  const Session& session = kSessions[GetParam()];
  TemporaryDirectory folder;
  const std::size_t wanted = points_wanted();
  const std::size_t accounts = wanted == 0 ? kAccountsOfAll : 2 * wanted + 1;
  SimProcess sim(CLAWGATE_PROGRAM, (folder.path() / "sim").string(), accounts);
  sim.start();
  if (HasFatalFailure()) return;
  DeathFile death((folder.path() / "death").string());

  // Once to its end, to know its calls.
  death.arm({}, sim.port());
  CrashRun first(sim, 0, folder.path().string(), death);
  ASSERT_TRUE(session.script(first)) << "the script itself fails: " << first.at_work();
  first.end();
  std::vector<DeathPoint> all;
  for (const KindRow& row : kinds()) {
    EXPECT_GT(death.calls(row.kind), 0U) << kCallKindWords[static_cast<std::size_t>(row.kind)];
    for (std::uint64_t call = 1; call <= std::min(death.calls(row.kind), row.most); ++call) {
      for (const Moment moment : row.moments) all.push_back({row.kind, call, moment});
    }
  }
  const auto broken = first.recover();
  ASSERT_FALSE(broken.has_value()) << *broken;
  std::vector<DeathPoint> points = chosen(all, GetParam());
  const std::size_t sampled = points.size();
  std::size_t died = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i + 1 >= accounts) break;
    if (i % kPointsOfOneLife == 0) {
      sim.end(SIGKILL);
      sim.start();
    }
    death.arm(points[i], sim.port());
    CrashRun run(sim, i + 1, folder.path().string(), death);
    const bool ended = session.script(run);
    EXPECT_TRUE(ended || death.died())
        << text_of(points[i]) << ": the script fails: " << run.at_work();
    died += death.died() ? 1U : 0U;
    // No two runs make the same number of calls. A sampled point beyond this run's is tried
    // earlier.
    if (!death.died() && wanted != 0 && i < sampled && points[i].call > 1) {
      points.push_back({points[i].kind, points[i].call / 2, points[i].moment});
    }
    const auto wrong = run.recover();
    ASSERT_FALSE(wrong.has_value()) << text_of(points[i]) << ": " << *wrong;
    run.remove_data();
  }
  std::printf("%s: %zu of %zu points, %zu deaths\n", session.name, points.size(), all.size(), died);
  EXPECT_GT(died * 2, sampled) << "most points must be reached";
}

INSTANTIATE_TEST_SUITE_P(Sessions, WireCrashTest,
                         ::testing::Range<std::size_t>(0, std::size(kSessions)),
                         [](const auto& at) { return std::string(kSessions[at.param].name); });

}  // namespace
}  // namespace clawgate::testing
