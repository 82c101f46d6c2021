// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "tests/gateway/audit/support.h"

// Every story that the engine's own tests tell is written into a journal and audited.

namespace clawgate::gateway {

class AuditedEngineTest : public EngineTest {
 protected:
  void TearDown() override {
    const auto store = audit::journal_of(recorder.records);
    const auto replayed = audit::replay(
        *store, {.engine_version = audit::kVersion, .keys = std::size_t{1} << 10U, .progress = {}});
    EXPECT_TRUE(replayed.ok()) << text_of(*replayed.finding);
    EXPECT_EQ(replayed.inputs + replayed.facts, recorder.records.size());
    EXPECT_EQ(replayed.state, state->hash());
    const auto proven = audit::prove(*store);
    EXPECT_TRUE(proven.ok()) << text_of(*proven.finding);
    EXPECT_EQ(proven.unknown_types, 0U);
  }

  static std::string text_of(const audit::Finding& finding) {
    return finding.rule + " at " + std::to_string(finding.seq.value()) + " " + finding.record +
           "\n  expected " + finding.expected + "\n  seen " + finding.seen;
  }
};

}  // namespace clawgate::gateway

#define EngineTest AuditedEngineTest
// NOLINTBEGIN(bugprone-suspicious-include): their stories
#include "tests/gateway/balances_test.cc"
#include "tests/gateway/blocks_test.cc"
#include "tests/gateway/capacity_test.cc"
#include "tests/gateway/degraded_test.cc"
#include "tests/gateway/engine_test.cc"
#include "tests/gateway/limits_test.cc"
#include "tests/gateway/missing_executions_test.cc"
#include "tests/gateway/over_time_test.cc"
#include "tests/gateway/reappearing_test.cc"
#include "tests/gateway/restart_test.cc"
#include "tests/gateway/upheld_test.cc"
// NOLINTEND(bugprone-suspicious-include)
