// SPDX-License-Identifier: Apache-2.0
#include "schemas/record_json.h"

#include <gtest/gtest.h>

#include <array>

#include "schemas/fact.h"

namespace clawgate {
namespace {

template <class Row>
std::string told(const Row& row) {
  std::array<std::uint8_t, 4096> room;
  Writer writer(room);
  writer.put(row);
  return record_json(Row::kType, writer.written());
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(RecordJsonTest, ReasonsAreToldByTheirCodes) {
  RiskVerdict verdict;
  EXPECT_TRUE(has(told(verdict), R"("reasons":[],)")) << told(verdict);
  ReasonSet reasons = ReasonSet::of(Reason::CooldownActive);
  reasons.add(Reason::StopMissing);
  verdict.reasons = reasons.bits();
  EXPECT_TRUE(has(told(verdict), R"("reasons":["STOP_MISSING","COOLDOWN_ACTIVE"],)"))
      << told(verdict);
  SignalDecided decided;
  decided.reasons = reasons.bits();
  EXPECT_TRUE(has(told(decided), R"("reasons":["STOP_MISSING","COOLDOWN_ACTIVE"],)"));
}

TEST(RecordJsonTest, BlocksAreToldByTheirCodes) {
  BlockChanged fact;
  EXPECT_TRUE(has(told(fact), R"("blocks":[],)")) << told(fact);
  fact.blocks = bit_of(Block::Kill) | bit_of(Block::DiskLow);
  EXPECT_TRUE(has(told(fact), R"("blocks":["DISK_LOW","KILL"],)")) << told(fact);
}

// A later version may have more of them; none is lost, and each stays what it is.
TEST(RecordJsonTest, ABitWithoutARowIsToldByItsNumber) {
  RiskVerdict verdict;
  verdict.reasons = std::uint64_t{1} << 63U;
  EXPECT_TRUE(has(told(verdict), R"("reasons":["UNKNOWN_63"])")) << told(verdict);
  BlockChanged fact;
  fact.blocks = std::uint32_t{1} << 31U;
  EXPECT_TRUE(has(told(fact), R"("blocks":["UNKNOWN_31"])")) << told(fact);
}

TEST(RecordJsonTest, OtherNumbersStayNumbers) {
  EXPECT_TRUE(has(told(BlockChanged{}), R"("kill_epoch":0)"));
  EXPECT_TRUE(has(told(FillApplied{}), R"("fees_elsewhere":0)"));
}

}  // namespace
}  // namespace clawgate
