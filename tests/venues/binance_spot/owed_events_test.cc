// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/owed_events.h"

#include <gtest/gtest.h>

namespace clawgate::venues::binance_spot {
namespace {

constexpr UnixNanos kNow{1'000};

class OwedEventsTest : public ::testing::Test {
 protected:
  static ExecutionReport status(std::string_view id, OrdStatus status) {
    ExecutionReport report;
    report.client_order_id = ClientOrderId(id);
    report.exec_type = ExecType::Status;
    report.ord_status = status;
    return report;
  }
  static ExecutionReport trade(std::string_view id, std::string_view exec_id,
                               std::uint16_t instrument = 0) {
    ExecutionReport report = status(id, OrdStatus::PartiallyFilled);
    report.exec_type = ExecType::Trade;
    report.exec_id = ExecId(exec_id);
    report.instrument = InstrumentId(instrument);
    return report;
  }

  OwedEvents owed_;
};

TEST_F(OwedEventsTest, AnExecutionIsOwedUntilItIsTold) {
  owed_.owe(trade("E0", "7"), kNow);
  owed_.told(status("E0", OrdStatus::New));
  owed_.told(trade("E0", "8"));
  owed_.told(trade("X0", "7", 1));
  owed_.heard();
  EXPECT_EQ(owed_.since(), kNow) << "no other event is a word on it";
  owed_.told(trade("E0", "7"));
  EXPECT_FALSE(owed_.since());
}

TEST_F(OwedEventsTest, WhatWasToldBeforeTheAnswerIsNotOwed) {
  owed_.told(trade("E0", "7"));
  owed_.owe(trade("E0", "7"), kNow);
  owed_.owe(status("E0", OrdStatus::New), kNow);
  EXPECT_FALSE(owed_.since());
}

// That it lives is no word on its end.
TEST_F(OwedEventsTest, TheEndOfAnOrderIsOwedToo) {
  owed_.told(status("E0", OrdStatus::New));
  owed_.owe(status("E0", OrdStatus::Canceled), kNow);
  EXPECT_EQ(owed_.since(), kNow);
  owed_.told(status("E0", OrdStatus::PartiallyFilled));
  EXPECT_EQ(owed_.since(), kNow);
  owed_.told(status("E0", OrdStatus::Canceled));
  EXPECT_FALSE(owed_.since());
}

TEST_F(OwedEventsTest, TheOldestDebtCounts) {
  owed_.owe(trade("E0", "7"), kNow);
  owed_.owe(trade("E0", "8"), UnixNanos(2'000));
  owed_.owe(trade("E0", "7"), UnixNanos(3'000));
  EXPECT_EQ(owed_.since(), kNow);
  owed_.told(trade("E0", "7"));
  EXPECT_EQ(owed_.since(), UnixNanos(2'000));
  owed_.owe_any(UnixNanos(1'500));
  EXPECT_EQ(owed_.since(), UnixNanos(1'500));
  owed_.heard();
  EXPECT_EQ(owed_.since(), UnixNanos(2'000));
  owed_.clear();
  EXPECT_FALSE(owed_.since());
}

// An event overtakes its answer by seconds, not by a thousand others.
TEST_F(OwedEventsTest, WhatWasToldIsKeptWithinABound) {
  owed_.told(trade("E0", "7"));
  for (int i = 0; i < 2'000; ++i) owed_.told(trade("E0", std::to_string(100 + i)));
  owed_.owe(trade("E0", "2099"), kNow);
  EXPECT_FALSE(owed_.since());
  owed_.owe(trade("E0", "7"), kNow);
  EXPECT_EQ(owed_.since(), kNow);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
