// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/reports.h"

#include <gtest/gtest.h>

#include "tests/venues/binance_spot/resources.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr Ours kOurs{AccountId(9), 250 * kNanosPerMilli};
constexpr InstrumentId kBtc(3);

TEST(ReportsTest, AQueryIsAStatusWithTotals) {
  const OrderRow order = read_order(fixture("order", "partly")).value();
  const ExecutionReport report = status_report(order, kBtc, kOurs);
  EXPECT_EQ(report.account, AccountId(9));
  EXPECT_EQ(report.instrument, kBtc);
  EXPECT_EQ(report.exec_type, ExecType::Status);
  EXPECT_EQ(report.ord_status, OrdStatus::PartiallyFilled);
  EXPECT_EQ(report.venue_order_id, "28");
  EXPECT_EQ(report.cum_qty, Qty::from_raw(400'000));
  EXPECT_EQ(report.cum_quote, Notional::from_raw(20'760'000'000));
  EXPECT_EQ(report.event_time, UnixNanos((1'660'801'717'945 - 250) * kNanosPerMilli));
  EXPECT_TRUE(report.exec_id.empty());
}

TEST(ReportsTest, ATradeCarriesItsIdAndNoTotals) {
  const auto trades = read_trades(fixture("my_trades", "two")).value();
  const ExecutionReport report = trade_report(trades[0], ClientOrderId("E0"), kBtc, kOurs);
  EXPECT_EQ(report.exec_type, ExecType::Trade);
  EXPECT_EQ(report.exec_id, "28457");
  EXPECT_EQ(report.client_order_id, "E0");
  EXPECT_EQ(report.venue_order_id, "100234");
  EXPECT_EQ(report.side, Side::Buy);
  EXPECT_EQ(report.last_qty, Qty::from_raw(1'200'000));
  EXPECT_EQ(report.fee_asset, "BTC");
  EXPECT_TRUE(report.cum_qty.is_zero());
  EXPECT_EQ(trade_report(trades[1], ClientOrderId("E0"), kBtc, kOurs).side, Side::Sell);
}

TEST(ReportsTest, APlacementTellsItsFillsAndThenItsStatus) {
  const OrderReply reply = read_order_reply(fixture("order_reply", "full")).value();
  std::vector<ExecutionReport> reports;
  append_reports(reply, Side::Buy, kBtc, kOurs, reports);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].exec_type, ExecType::Trade);
  EXPECT_EQ(reports[0].exec_id, "56");
  EXPECT_EQ(reports[0].last_px, Px::of(52'000));
  EXPECT_EQ(reports[0].fee, Qty::from_raw(1000));
  EXPECT_EQ(reports[1].exec_type, ExecType::Status);
  EXPECT_EQ(reports[1].ord_status, OrdStatus::Filled);
  EXPECT_EQ(reports[1].cum_qty, Qty::from_raw(1'000'000));
}

TEST(ReportsTest, ABareAcknowledgementIsNew) {
  std::vector<ExecutionReport> reports;
  append_reports(read_order_reply(fixture("order_reply", "ack")).value(), Side::Sell, kBtc, kOurs,
                 reports);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].exec_type, ExecType::New);
  EXPECT_EQ(reports[0].ord_status, OrdStatus::New);
  EXPECT_EQ(reports[0].side, Side::Sell);
}

TEST(ReportsTest, EveryLegOfAList) {
  std::vector<ExecutionReport> reports;
  for (const OrderReply& reply : read_order_replies(fixture("list_reply", "otoco")).value()) {
    append_reports(reply, Side::Buy, kBtc, kOurs, reports);
  }
  ASSERT_EQ(reports.size(), 4U);
  EXPECT_EQ(reports[2].client_order_id, "cg7F2K0001S0");
  EXPECT_EQ(reports[2].ord_status, OrdStatus::PendingNew);
  EXPECT_EQ(reports[2].exec_type, ExecType::New);
  EXPECT_EQ(reports[2].side, Side::Sell);
}

TEST(ReportsTest, EndsAreToldAsWhatTheyAre) {
  const std::pair<std::string_view, ExecType> rows[] = {{"cancelled", ExecType::Canceled},
                                                        {"expired", ExecType::Expired}};
  for (const auto& [name, exec] : rows) {
    std::vector<ExecutionReport> reports;
    append_reports(read_order_reply(fixture("order_reply", name)).value(), Side::Buy, kBtc, kOurs,
                   reports);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].exec_type, exec);
  }
}

TEST(ReportsTest, AbsenceAndRefusal) {
  const ExecutionReport absent =
      not_found_report(ClientOrderId("E0"), kBtc, AccountId(9), UnixNanos(5));
  EXPECT_EQ(absent.exec_type, ExecType::NotFound);
  EXPECT_EQ(absent.client_order_id, "E0");
  EXPECT_EQ(absent.event_time, UnixNanos(5));

  Leg leg;
  leg.side = Side::Sell;
  leg.client_order_id = ClientOrderId("S0");
  VenueError error;
  error.code = -2010;
  error.message = Text<64>("Market is closed.");
  const ExecutionReport refused = rejected_report(leg, error, kBtc, AccountId(9), UnixNanos(5));
  EXPECT_EQ(refused.exec_type, ExecType::Rejected);
  EXPECT_EQ(refused.ord_status, OrdStatus::Rejected);
  EXPECT_EQ(refused.venue_code, -2010);
  EXPECT_EQ(refused.text, "Market is closed.");
  EXPECT_EQ(refused.side, Side::Sell);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
