// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/crash/crash_run.h"
#include "tests/support/temporary_directory.h"

// Drills with the gateway as a program and sockets to a simulator: a journal that hangs, a disk
// that is full.

namespace clawgate::testing {
namespace {

using std::chrono::milliseconds;

/// From the failed write to the end of the process, and what a busy machine needs to notice.
constexpr milliseconds kEndMax{2'000};
constexpr milliseconds kBusy{1'000};

class WireDrillTest : public ::testing::Test {
 protected:
  WireDrillTest()
      : sim(CLAWGATE_PROGRAM, (folder.path() / "sim").string()),
        death((folder.path() / "death").string()) {}
  void SetUp() override {
    sim.start();
    if (HasFatalFailure()) return;
    death.arm({}, sim.port());
    run = std::make_unique<CrashRun>(sim, 0, folder.path().string(), death);
    ASSERT_TRUE(run->start());
  }
  void TearDown() override {
    death.disarm();
    if (run) run->end();
  }
  void enter() {
    ASSERT_TRUE(run->signal("a") && run->approve("approve-a") && run->wait_protected());
    ASSERT_EQ(sim.orders_of("NEW"), 1U) << "its stop";
  }
  void arm(CallKind kind, Moment moment) { death.arm({kind, 1, moment}, sim.port()); }
  template <class Done>
  [[nodiscard]] static bool eventually(Done done) {
    for (int i = 0; i < 1'000; ++i) {
      if (done()) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
  }
  void recovers() {
    const auto wrong = run->recover();
    EXPECT_FALSE(wrong.has_value()) << *wrong;
  }

  TemporaryDirectory folder;
  SimProcess sim;
  DeathFile death;
  std::unique_ptr<CrashRun> run;
};

// The disk does not answer: the word is stored and obeyed all the same, and nothing that was
// approved meanwhile leaves, then or when the disk is back.
TEST_F(WireDrillTest, AKillWhileTheJournalHangs) {
  ASSERT_TRUE(run->signal("a"));
  arm(CallKind::FileSync, Moment::Stall);
  auto approval = run->approve_meanwhile("approve-a");
  ASSERT_TRUE(eventually([&] { return death.calls(CallKind::FileSync) > 0; }));
  auto kill = run->kill_meanwhile("kill");
  ASSERT_TRUE(eventually([&] { return run->status("trading_state") == "KILLED"; }));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(run->status("kill_complete"), false);
  EXPECT_EQ(sim.orders().size(), 0U);
  death.disarm();
  EXPECT_TRUE(approval.get());
  EXPECT_TRUE(kill.get());
  EXPECT_TRUE(eventually([&] { return run->status("kill_complete") == true; }));
  EXPECT_EQ(sim.orders().size(), 0U);
  recovers();
  EXPECT_EQ(sim.orders().size(), 0U);
}

TEST_F(WireDrillTest, AKillWhileTheJournalHangsLeavesTheStop) {
  enter();
  arm(CallKind::FileSync, Moment::Stall);
  ASSERT_TRUE(eventually([&] { return death.calls(CallKind::FileSync) > 0; }));
  auto kill = run->kill_meanwhile("kill");
  ASSERT_TRUE(eventually([&] { return run->status("trading_state") == "KILLED"; }));
  EXPECT_EQ(run->status("kill_complete"), false);
  EXPECT_EQ(sim.orders_of("NEW"), 1U);
  death.disarm();
  EXPECT_TRUE(kill.get());
  EXPECT_TRUE(eventually([&] { return run->status("kill_complete") == true; }));
  EXPECT_EQ(sim.orders_of("NEW"), 1U);
  recovers();
}

// Engines wait until their evidence is on the disk; nobody else does.
TEST_F(WireDrillTest, AKillWhileTheEvidenceOfSignalsHangs) {
  arm(CallKind::EvidenceSync, Moment::Stall);
  std::vector<std::future<bool>> signals;
  for (const char* const id : {"a", "b", "c"}) {
    signals.push_back(std::async(std::launch::async, [this, id] { return run->signal(id); }));
  }
  ASSERT_TRUE(eventually([&] { return death.calls(CallKind::EvidenceSync) > 0; }));
  std::this_thread::sleep_for(milliseconds(200));  // all of them were asked
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(run->kill("kill"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kBusy);
  EXPECT_EQ(run->status("kill_complete"), true);
  death.disarm();
  for (auto& signal : signals) EXPECT_TRUE(signal.get());
  recovers();
  EXPECT_EQ(sim.orders().size(), 0U);
}

TEST_F(WireDrillTest, AFullDiskEndsTheProcessAndLeavesTheStop) {
  enter();
  arm(CallKind::FileWrite, Moment::Fail);
  ASSERT_TRUE(eventually([&] { return death.calls(CallKind::FileWrite) > 0; }));
  EXPECT_EQ(run->ended_within(kEndMax + kBusy), 1);
  EXPECT_NE(run->emergency_text().find("journal failed: "), std::string::npos);
  EXPECT_EQ(sim.orders_of("NEW"), 1U);
  EXPECT_EQ(sim.orders().size(), 2U);
  recovers();
}

// The venue owes an answer for twelve seconds: the process does not wait for it.
TEST_F(WireDrillTest, AFullDiskWhileAnEntryIsUnanswered) {
  ASSERT_TRUE(run->arm_fault("late_events"));
  ASSERT_TRUE(run->arm_fault("late_reply"));
  ASSERT_TRUE(run->signal("a") && run->approve("approve-a"));
  ASSERT_TRUE(eventually([&] { return sim.orders_of("FILLED") == 1; }));
  arm(CallKind::FileWrite, Moment::Fail);
  ASSERT_TRUE(eventually([&] { return death.calls(CallKind::FileWrite) > 0; }));
  EXPECT_EQ(run->ended_within(kEndMax + kBusy), 1);
  EXPECT_NE(run->emergency_text().find("journal failed: "), std::string::npos);
  EXPECT_EQ(sim.orders_of("NEW"), 1U) << "its stop";
  recovers();
  EXPECT_EQ(sim.orders().size(), 2U) << "the entry and its stop, once";
}

}  // namespace
}  // namespace clawgate::testing
