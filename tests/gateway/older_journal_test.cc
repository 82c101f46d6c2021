// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "tests/gateway/engine_fixture.h"

// Journals as this engine would not write them: older ones did.

namespace clawgate::gateway {
namespace {

class OlderJournalTest : public EngineTest {};

// What stayed closed for a reason, in this life or under an older engine, is not opened by a start.
TEST_F(OlderJournalTest, OnlyTheCutItselfOpensATradeAtAStart) {
  const HoldId hold = a_closed_unknown();
  const std::size_t before = recorder.records.size();
  says(a_fill(hold, LegRole::Entry, Px::of(60'001), "1"));
  while (recorder.records.back().type != FillApplied::kType) recorder.records.pop_back();
  ASSERT_GT(recorder.records.size(), before);
  KeptRecord later = recorder.records.front();  // any input that came behind it
  const TimePassed passed;
  std::array<std::uint8_t, 64> room;
  Writer writer(room);
  writer.put(passed);
  later.type = TimePassed::kType;
  later.time = UnixNanos(recorder.records.back().time.value() + 1);
  later.payload.assign(writer.written().begin(), writer.written().end());
  recorder.records.push_back(later);
  crash_behind<TimePassed>(recorder.records.size() - 1);
  EXPECT_TRUE(trade(hold).closed);
  EXPECT_TRUE(venue.protective.empty());
}

}  // namespace
}  // namespace clawgate::gateway
