// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/user_events.h"

#include <gtest/gtest.h>

#include "tests/venues/binance_spot/resources.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr Ours kOurs{AccountId(9), 250 * kNanosPerMilli};

OrderEventRow order_event(std::string_view name) {
  return std::get<OrderEventRow>(
      read_user_event(fixture("execution_report", name), kOurs, any_instrument).value());
}

TEST(UserEventsTest, ATrade) {
  const OrderEventRow row = order_event("trade");
  EXPECT_TRUE(row.listed);
  EXPECT_EQ(row.symbol, "BTCUSDT");
  EXPECT_EQ(row.order_list_id, -1);
  EXPECT_EQ(row.execution_id, 8641984);
  const ExecutionReport& report = row.report;
  EXPECT_EQ(report.account, AccountId(9));
  EXPECT_EQ(report.instrument, InstrumentId(3));
  EXPECT_EQ(report.client_order_id, "cg7F2K0001E0");
  EXPECT_EQ(report.venue_order_id, "4293153");
  EXPECT_EQ(report.exec_id, "77");
  EXPECT_EQ(report.exec_type, ExecType::Trade);
  EXPECT_EQ(report.ord_status, OrdStatus::Filled);
  EXPECT_EQ(report.side, Side::Buy);
  EXPECT_EQ(report.last_qty, Qty::from_raw(1'000'000));
  EXPECT_EQ(report.last_px, Px::from_raw(5'199'950'000'000));
  EXPECT_EQ(report.cum_qty, Qty::from_raw(1'000'000));
  EXPECT_EQ(report.cum_quote, Notional::from_raw(51'999'500'000));
  EXPECT_EQ(report.fee, Qty::from_raw(1000));
  EXPECT_EQ(report.fee_asset, "BTC");
  EXPECT_TRUE(report.text.empty());
  EXPECT_EQ(report.event_time, UnixNanos((1'499'405'658'657 - 250) * kNanosPerMilli));
}

TEST(UserEventsTest, ACancelIsReportedUnderTheOrdersOwnId) {
  const ExecutionReport report = order_event("cancelled").report;
  EXPECT_EQ(report.client_order_id, "cg7F2K0001E0");
  EXPECT_EQ(report.exec_type, ExecType::Canceled);
  EXPECT_EQ(report.ord_status, OrdStatus::Canceled);
  EXPECT_TRUE(report.exec_id.empty());
  EXPECT_TRUE(report.fee_asset.empty());
}

TEST(UserEventsTest, WhatEndsAnOrderIsInItsText) {
  struct Row {
    std::string_view name;
    ExecType exec;
    OrdStatus status;
    std::string_view text;
  };
  const Row rows[] = {
      {"expired", ExecType::Expired, OrdStatus::Expired, "UNFILLED_FOK_ORDER_EXPIRED"},
      {"rejected", ExecType::Rejected, OrdStatus::Rejected, "INSUFFICIENT_BALANCES"},
      {"pending", ExecType::New, OrdStatus::PendingNew, ""},
      {"prevented", ExecType::Expired, OrdStatus::Expired, "UNFILLED_FOK_ORDER_EXPIRED"},
      {"decremented", ExecType::Status, OrdStatus::New, "UNFILLED_FOK_ORDER_EXPIRED"},
  };
  for (const Row& row : rows) {
    const ExecutionReport report = order_event(row.name).report;
    EXPECT_EQ(report.exec_type, row.exec) << row.name;
    EXPECT_EQ(report.ord_status, row.status) << row.name;
    EXPECT_EQ(report.text, row.text) << row.name;
  }
}

TEST(UserEventsTest, AnOrderInASymbolThatIsNotOursSaysSo) {
  const auto none = [](std::string_view) { return std::optional<InstrumentId>(); };
  std::string text = fixture("execution_report", "trade");
  text.replace(text.find("BTCUSDT"), 7, "A_SYMBOL_OF_MORE_THAN_20_BYTES");
  const auto row = std::get<OrderEventRow>(read_user_event(text, kOurs, none).value());
  EXPECT_FALSE(row.listed);
  EXPECT_EQ(row.report.client_order_id, "cg7F2K0001E0");
}

TEST(UserEventsTest, ASymbolThatWasCutIsNotOurs) {
  std::string text = fixture("execution_report", "trade");
  const std::string name = "LONGERTHANANYOFOURSUSDT";
  text.replace(text.find("BTCUSDT"), 7, name);
  const auto row = std::get<OrderEventRow>(read_user_event(text, kOurs, any_instrument).value());
  EXPECT_FALSE(row.listed);
  EXPECT_EQ(row.symbol, name.substr(0, Symbol::kMax));
}

// Believed, it would hide every order after it.
TEST(UserEventsTest, AnOrderIdNearTheEndOfTheRangeIsMalformed) {
  const auto error_with = [](const std::string& id) {
    std::string text = fixture("execution_report", "trade");
    text.replace(text.find("4293153"), 7, id);
    const auto event = read_user_event(text, kOurs, any_instrument);
    return event ? std::string() : event.error().field;
  };
  EXPECT_EQ(error_with("4611686018427387904"), "");
  EXPECT_EQ(error_with("4611686018427387905"), "/i");
}

TEST(UserEventsTest, BalancesAndLists) {
  const auto balances = std::get<BalancesEvent>(
      read_user_event(fixture("account_position", "two"), kOurs, any_instrument).value());
  ASSERT_EQ(balances.balances.size(), 2U);
  EXPECT_EQ(balances.balances[0].account, AccountId(9));
  EXPECT_EQ(balances.balances[0].asset, "BTC");
  EXPECT_EQ(balances.balances[0].free, Qty::from_raw(999'000));
  EXPECT_EQ(balances.balances[1].event_time, UnixNanos((1'564'034'571'073 - 250) * kNanosPerMilli));

  const auto list = std::get<ListEvent>(
      read_user_event(fixture("list_status", "rejected"), kOurs, any_instrument).value());
  EXPECT_EQ(list.order_list_id, 2);
  EXPECT_EQ(list.list_client_order_id, "cg7F2K0001L0");
  EXPECT_EQ(list.status, ListStatus::Reject);
  EXPECT_EQ(list.reject_reason, "OCO_BAD_PRICES");
}

TEST(UserEventsTest, AMovementByItsAmountAndBothTimes) {
  const auto read = [](std::string_view name) {
    const auto event = read_user_event(fixture("balance_update", name), kOurs, any_instrument);
    return std::get<MovementRow>(event.value());
  };
  const MovementRow in = read("deposit");
  EXPECT_EQ(in.moved.account, kOurs.account);
  EXPECT_EQ(in.moved.asset.view(), "BTC");
  EXPECT_EQ(in.moved.delta, Qty::of(100));
  EXPECT_EQ(in.moved.event_time.value(), 1'573'200'697'068 * kNanosPerMilli - kOurs.venue_ahead_ns);
  EXPECT_EQ(in.told_ms, 1'573'200'697'110);
  EXPECT_EQ(read("withdrawal").moved.delta, Qty::from_raw(-1));
}

TEST(UserEventsTest, OthersByTheirName) {
  const auto read = [](std::string_view name) {
    const std::string text = R"({"e":")" + std::string(name) + R"(","E":1})";
    return read_user_event(text, kOurs, any_instrument).value();
  };
  EXPECT_EQ(std::get<OutsideMovement>(read("externalLockUpdate")).name, "externalLockUpdate");
  EXPECT_TRUE(std::holds_alternative<StreamTerminated>(read("eventStreamTerminated")));
  EXPECT_EQ(std::get<UnknownEvent>(read("somethingNew")).name, "somethingNew");
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
