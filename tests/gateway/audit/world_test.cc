// SPDX-License-Identifier: Apache-2.0
#include "tests/world/world.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "gateway/audit/upgrade_check.h"

// The journals of the deterministic simulation, with its crashes, power failures, lost orders and
// kills, are honest ones: each is audited.

namespace clawgate::audit {
namespace {

constexpr int kSteps = 1'500;

/// CLAWGATE_WORLD_SEEDS runs that many instead of 25.
std::uint64_t seeds() {
  const char* const text = std::getenv("CLAWGATE_WORLD_SEEDS");
  return text == nullptr ? 25 : std::strtoull(text, nullptr, 10);
}

std::string text_of(const Finding& finding) {
  return finding.rule + " at " + std::to_string(finding.seq.value()) + " " + finding.record +
         "\n  expected " + finding.expected + "\n  seen " + finding.seen;
}

TEST(WorldAuditTest, EveryWorldReplaysAndIsProven) {
  std::uint64_t cuts = 0;
  std::uint64_t sent = 0;
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    SCOPED_TRACE(seed);
    world::World world(seed);
    ASSERT_FALSE(world.run(kSteps).has_value());
    const ReplayReport replayed =
        replay(world.store(), {.engine_version = "world", .progress = {}});
    EXPECT_TRUE(replayed.ok()) << text_of(*replayed.finding);
    EXPECT_EQ(replayed.folded, 0U);
    const UpgradeReport checked = upgrade_check(world.store());
    EXPECT_TRUE(checked.ok()) << text_of(*checked.finding);
    EXPECT_EQ(checked.state, replayed.state);
    const ProveReport proven = prove(world.store());
    EXPECT_TRUE(proven.ok()) << text_of(*proven.finding);
    cuts += replayed.cuts;
    sent += proven.entries_sent + proven.protective_sent;
  }
  EXPECT_GT(cuts, 0U);
  EXPECT_GT(sent, seeds());
}

}  // namespace
}  // namespace clawgate::audit
