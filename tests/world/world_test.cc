// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/world/world.h"

namespace clawgate::world {
namespace {

constexpr int kSteps = 1'500;

/// CLAWGATE_WORLD_SEEDS runs that many instead of 500; CLAWGATE_WORLD_SEED runs that one alone.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(WorldTest, NoSeedBreaksAnInvariant) {
  const std::uint64_t only = from_environment("CLAWGATE_WORLD_SEED", 0);
  const std::uint64_t first = only == 0 ? 1 : only;
  const std::uint64_t last = only == 0 ? from_environment("CLAWGATE_WORLD_SEEDS", 500) : only;
  Counts all;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    World world(seed);
    const auto broken = world.run(kSteps);
    EXPECT_FALSE(broken.has_value()) << *broken << "\n  again with CLAWGATE_WORLD_SEED=" << seed;
    const Counts& one = world.counts();
    all.signals += one.signals;
    all.held += one.held;
    all.submitted += one.submitted;
    all.filled += one.filled;
    all.lost += one.lost;
    all.crashes += one.crashes;
    all.kills += one.kills;
    all.unknown += one.unknown;
    all.closed += one.closed;
  }
  std::printf(
      "worlds %llu: signals %d, held %d, submitted %d, fills %d, lost %d, unknown %d, "
      "kills %d, crashes %d, trades closed %d\n",
      static_cast<unsigned long long>(last - first + 1), all.signals, all.held, all.submitted,
      all.filled, all.lost, all.unknown, all.kills, all.crashes, all.closed);
  if (only != 0) return;
  // A simulation in which nothing happens proves nothing.
  EXPECT_GT(all.filled, static_cast<int>(last));
  EXPECT_GT(all.crashes, 0);
  EXPECT_GT(all.unknown, 0);
  EXPECT_GT(all.kills, 0);
}

TEST(WorldTest, TheSameSeedLivesTheSameLife) {
  for (const std::uint64_t seed : {3U, 17U, 99U}) {
    World one(seed);
    World two(seed);
    EXPECT_EQ(one.run(kSteps), two.run(kSteps));
    EXPECT_EQ(one.head(), two.head());
  }
}

}  // namespace
}  // namespace clawgate::world
