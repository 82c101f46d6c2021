// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>

#include "tests/world/world.h"

// The process dies before, inside and after every system call that its journal makes, in ten
// scripted sessions; then it is started again and goes on. The exchange lives through it, and its
// ledger is the truth. World::run checks after every event that nothing is sent twice, that no
// position is without protection and, at the end, that both ledgers agree.

namespace clawgate::world {
namespace {

using Fault = testing::MemoryStore::Fault;

constexpr int kSteps = 120;
constexpr std::uint64_t kSessions = 10;

/// How often the session calls its store when nothing goes wrong; 0 for one that sends no order.
std::uint64_t calls_of(std::uint64_t seed) {
  World world(seed, testing::MemoryStore::Plan{});
  EXPECT_EQ(world.run(kSteps), std::nullopt);
  return world.counts().submitted == 0 ? 0 : world.store_calls();
}

/// Where inside a write the process dies: nothing, a few bytes, a sector, most of it.
constexpr std::size_t kBytes[] = {0, 7, 512, 1'500};

TEST(CrashPointsTest, DyingAtAnyJournalCallLosesAndDoublesNothing) {
  // The memory of one world serves the next: given back and asked for again, it would cost more
  // time than the worlds do.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::uint64_t points = 0;
  std::uint64_t sessions = 0;
  for (std::uint64_t seed = 1; sessions < kSessions; ++seed) {
    const std::uint64_t calls = calls_of(seed);
    if (calls != 0) ++sessions;
    for (std::uint64_t call = 1; call <= calls; ++call) {
      for (const Fault fault : {Fault::KillBefore, Fault::KillInside, Fault::KillAfter}) {
        testing::MemoryStore::Plan plan;
        plan.at_call = call;
        plan.fault = fault;
        plan.bytes = kBytes[call % 4];
        World world(seed, plan);
        const auto broken = world.run(kSteps);
        ASSERT_FALSE(broken.has_value())
            << *broken << ", call " << call << ", fault " << static_cast<int>(fault);
        ASSERT_EQ(world.counts().crashes, 1) << "the process did not die at call " << call;
        ++points;
      }
    }
  }
  std::printf("%llu crash points: nothing lost, nothing sent twice\n",
              static_cast<unsigned long long>(points));
}

}  // namespace
}  // namespace clawgate::world
