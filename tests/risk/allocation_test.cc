// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "risk/position.h"
#include "risk/throttle.h"
#include "tests/risk/world.h"
#include "tests/schemas/allocations.h"

namespace clawgate::risk {
namespace {

TEST(AllocationTest, NothingIsAllocatedToPlanCheckAndKeepAPosition) {
  const World entry = a_world();
  const World exit = an_exit();
  Throttle throttle({.orders_per_minute = 6, .burst = 3});
  Position position;
  Fill fill;
  fill.px = Px::of(100);
  fill.qty = Qty::of(1);

  const std::size_t before = allocations_so_far();
  const bool planned = entry.plan().has_order() && exit.plan().has_order();
  const bool checked = entry.check().empty() && exit.check().empty();
  const bool named = check_surroundings(true, CheckContext{}).size() > 0 && checks_count(true) > 0;
  const bool taken = throttle.try_take(entry.facts.now);
  const bool applied = position.apply(fill) == FillOutcome::Applied;
  const std::size_t after = allocations_so_far();

  EXPECT_TRUE(planned && checked && named && taken && applied);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace clawgate::risk
