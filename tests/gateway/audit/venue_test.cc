// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/venue_export.h"

#include "tests/gateway/audit/forgery_fixture.h"

namespace clawgate::audit {
namespace {

TEST(VenueExportTest, ReadsNumbersExactlyAsTextOrAsNumbers) {
  const auto venue = read_venue_export(R"({"orders":[{"client_order_id":"a","order_id":12,
    "symbol":"BTCUSDT","side":"BUY","type":"LIMIT","orig_qty":"0.10000001","executed_qty":0.1,
    "status":"NEW","more":null}],"trades":[{"order_id":"12","trade_id":7,"price":"60000.01",
    "qty":"0.1","commission":"0","commission_asset":"BNB"}]})");
  ASSERT_TRUE(venue.has_value()) << to_text(venue.error());
  ASSERT_EQ(venue->orders.size(), 1U);
  EXPECT_EQ(venue->orders[0].order_id, "12");
  EXPECT_EQ(venue->orders[0].orig_qty, Qty::from_raw(10'000'001));
  EXPECT_EQ(venue->orders[0].executed_qty, Qty::from_raw(10'000'000));
  ASSERT_EQ(venue->trades.size(), 1U);
  EXPECT_EQ(venue->trades[0].trade_id, "7");
  EXPECT_EQ(venue->trades[0].price, Px::from_raw(6'000'001'000'000));
}

TEST(VenueExportTest, NamesTheFieldThatIsWrong) {
  struct Row {
    const char* json;
    Reason reason;
    const char* field;
  };
  const std::string good =
      R"({"client_order_id":"a","order_id":"1","symbol":"S","side":"BUY","type":"LIMIT",)";
  const std::string bad_qty = R"({"orders":[)" + good +
                              R"("orig_qty":"-1","executed_qty":"0","status":"NEW"}],"trades":[]})";
  const std::string no_status =
      R"({"orders":[)" + good + R"("orig_qty":"1","executed_qty":"0"}],"trades":[]})";
  const std::string exponent = R"({"orders":[)" + good +
                               R"("orig_qty":1e3,"executed_qty":"0","status":"NEW"}],"trades":[]})";
  const std::string bad_id = R"({"orders":[{"client_order_id":1.5}],"trades":[]})";
  const Row rows[] = {
      {"", Reason::EmptyInput, ""},
      {"{", Reason::JsonSyntax, ""},
      {"[]", Reason::FieldMissing, "/orders"},
      {R"({"orders":[]})", Reason::FieldMissing, "/trades"},
      {R"({"orders":{},"trades":[]})", Reason::FieldType, "/orders"},
      {R"({"orders":[1],"trades":[]})", Reason::FieldType, "/orders/0"},
      {R"({"orders":[],"trades":[{}]})", Reason::FieldMissing, "/trades/0/order_id"},
      {bad_qty.c_str(), Reason::FieldOutOfRange, "/orders/0/orig_qty"},
      {no_status.c_str(), Reason::FieldMissing, "/orders/0/status"},
      {exponent.c_str(), Reason::FieldValue, "/orders/0/orig_qty"},
      {bad_id.c_str(), Reason::FieldType, "/orders/0/client_order_id"},
  };
  for (const Row& row : rows) {
    const auto venue = read_venue_export(row.json);
    ASSERT_FALSE(venue.has_value()) << row.json;
    EXPECT_EQ(venue.error().reason, row.reason) << row.json;
    EXPECT_EQ(venue.error().field, row.field) << row.json;
  }
}

class VenueCompareTest : public ForgeryTest {
 protected:
  /// What an honest theirs says of everything that happened: an exit that sold.
  VenueExport an_honest_venue() {
    an_exit();
    VenueExport theirs;
    int number = 100;
    for (const gateway::TradeOrder& order : trade(entry).orders) {
      VenueExport::Order row;
      row.client_order_id = std::string(order.leg.client_order_id.view());
      row.order_id = std::to_string(++number);
      row.symbol = "BTCUSDT";
      row.side = order.leg.side == Side::Buy ? "BUY" : "SELL";
      row.type = std::string(clawgate::word(order.leg.type));
      row.orig_qty = order.leg.qty;
      row.executed_qty = order.cum_qty;
      row.status = std::string(clawgate::word(order.state));
      theirs.orders.push_back(row);
    }
    for (const KeptRecord& record : recorder.records) {
      if (record.type != ExecutionReport::kType) continue;
      const auto report = *decode<ExecutionReport>(record.payload);
      if (report.exec_type != ExecType::Trade) continue;
      const auto order = std::find_if(theirs.orders.begin(), theirs.orders.end(), [&](auto& row) {
        return row.client_order_id == report.client_order_id.view();
      });
      theirs.trades.push_back({order->order_id, std::string(report.exec_id.view()), report.last_px,
                               report.last_qty, report.fee, std::string(report.fee_asset.view())});
    }
    return theirs;
  }
  [[nodiscard]] ProveReport proven(const VenueExport& theirs) const {
    return prove(*journal_of(recorder.records), {.venue = &theirs, .progress = {}});
  }
  void expect_venue(const VenueExport& theirs, std::string_view rule, std::string_view record) {
    const ProveReport report = proven(theirs);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.finding->rule, rule) << text_of(report);
    EXPECT_EQ(report.finding->record, record) << text_of(report);
  }
};

TEST_F(VenueCompareTest, EachOrderAndTradeIsOneOfOurs) {
  const VenueExport theirs = an_honest_venue();
  EXPECT_EQ(theirs.orders.size(), 3U);  // entry, stop, exit
  EXPECT_EQ(theirs.trades.size(), 2U);
  const ProveReport report = proven(theirs);
  EXPECT_TRUE(report.ok()) << text_of(report);
  EXPECT_EQ(report.venue_orders, 3U);
  EXPECT_EQ(report.venue_trades, 2U);
}

TEST_F(VenueCompareTest, AForeignOrderIsNamed) {
  VenueExport theirs = an_honest_venue();
  theirs.orders.push_back(theirs.orders[0]);
  theirs.orders.back().client_order_id = "by-hand";
  theirs.orders.back().order_id = "900";
  expect_venue(theirs, "I1", "venue order 900");
  EXPECT_NE(proven(theirs).finding->seen.find("by-hand"), std::string::npos);
  theirs.orders.back().client_order_id = std::string(40, 'x');  // longer than any id of ours
  expect_venue(theirs, "I1", "venue order 900");
}

TEST_F(VenueCompareTest, EveryDifferenceOfAnOrderIsFound) {
  const VenueExport honest = an_honest_venue();
  const auto found = [&](std::string_view rule, auto change) {
    VenueExport theirs = honest;
    change(theirs.orders[0]);
    expect_venue(theirs, rule, "venue order " + theirs.orders[0].order_id);
  };
  const auto one_more = [](Qty qty) { return Qty::from_raw(qty.raw() + 1); };
  found("I1", [](VenueExport::Order& row) { row.symbol = "ETHUSDT"; });
  found("I1", [](VenueExport::Order& row) { row.side = "SELL"; });
  found("I1", [](VenueExport::Order& row) { row.type = "MARKET"; });
  found("I1", [&](VenueExport::Order& row) { row.orig_qty = one_more(row.orig_qty); });
  found("I11", [&](VenueExport::Order& row) { row.executed_qty = one_more(row.executed_qty); });
  found("I11", [](VenueExport::Order& row) { row.executed_qty = {}; });
  found("I11", [](VenueExport::Order& row) { row.status = "CANCELED"; });
  found("I11", [](VenueExport::Order& row) { row.status = "NEW"; });
}

TEST_F(VenueCompareTest, AnOrderTwiceIsFound) {
  VenueExport theirs = an_honest_venue();
  theirs.orders.push_back(theirs.orders[0]);
  theirs.orders.back().order_id = "900";
  expect_venue(theirs, "I3", "venue order 900");
  theirs.orders.back() = theirs.orders[1];
  theirs.orders.erase(theirs.orders.begin() + 1);
  theirs.orders.back().order_id = theirs.orders[0].order_id;
  expect_venue(theirs, "I3", "venue order " + theirs.orders[0].order_id);
}

TEST_F(VenueCompareTest, EveryDifferenceOfATradeIsFound) {
  const VenueExport honest = an_honest_venue();
  const auto found = [&](std::string_view rule, auto change) {
    VenueExport theirs = honest;
    change(theirs.trades[0]);
    expect_venue(theirs, rule, "venue trade " + theirs.trades[0].trade_id);
  };
  found("I11", [](VenueExport::Trade& row) { row.price = Px::of(1); });
  found("I11", [](VenueExport::Trade& row) { row.qty = Qty::from_raw(row.qty.raw() - 1); });
  found("I11", [](VenueExport::Trade& row) { row.commission = Qty{}; });
  found("I11", [](VenueExport::Trade& row) { row.commission_asset = "BNB"; });
  found("I11", [](VenueExport::Trade& row) { row.trade_id = "77"; });
  found("I1", [](VenueExport::Trade& row) { row.order_id = "77"; });
}

TEST_F(VenueCompareTest, ATradeTwiceOrNotAtAllIsFound) {
  VenueExport theirs = an_honest_venue();
  theirs.trades.push_back(theirs.trades[0]);
  expect_venue(theirs, "I11", "venue trade " + theirs.trades[0].trade_id);
  theirs.trades.pop_back();
  theirs.trades.erase(theirs.trades.begin());
  expect_venue(theirs, "I11", "order " + theirs.orders[0].client_order_id);
}

TEST_F(VenueCompareTest, AnOrderThatExecutedOrWorksMustBeThere) {
  VenueExport theirs = an_honest_venue();
  const std::string id = theirs.orders[0].client_order_id;
  theirs.orders.erase(theirs.orders.begin());
  theirs.trades.erase(theirs.trades.begin());
  expect_venue(theirs, "I11", "order " + id);
}

TEST_F(VenueCompareTest, AWorkingStopMustBeThereAndACancelledOneNeedNot) {
  VenueExport theirs = an_honest_venue();
  ASSERT_EQ(theirs.orders[1].status, "CANCELED");
  theirs.orders.erase(theirs.orders.begin() + 1);
  EXPECT_TRUE(proven(theirs).ok()) << text_of(proven(theirs));

  balance("BTC", {}, {});
  after_cooldown();
  entry = a_hold();
  EXPECT_EQ(approve(entry), Reason::None);
  says(a_report(entry, LegRole::Entry, ExecType::New, OrdStatus::New));
  expect_venue(theirs, "I11", "order " + std::string(id_of(LegRole::Entry).view()));
}

TEST_F(VenueCompareTest, AnOrderThatNeverLeftMustNotBeThere) {
  entry = a_hold();
  venue.next = HandOff::NotSent;
  EXPECT_EQ(approve(entry), Reason::None);
  const Leg leg = trade(entry).order.legs[0];
  VenueExport theirs;
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders.push_back({std::string(leg.client_order_id.view()), "1", "BTCUSDT", "BUY", "LIMIT",
                           leg.qty, Qty{}, "EXPIRED"});
  expect_venue(theirs, "I3", "venue order 1");
}

TEST_F(VenueCompareTest, AnUnknownOrderMayHaveEndedAtTheVenue) {
  an_unknown();
  const Leg leg = trade(entry).order.legs[0];
  VenueExport theirs;
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders.push_back({std::string(leg.client_order_id.view()), "1", "BTCUSDT", "BUY", "LIMIT",
                           leg.qty, Qty{}, "EXPIRED_IN_MATCH"});
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders[0].executed_qty = leg.qty;  // the theirs has what our books do not
  expect_venue(theirs, "I11", "venue order 1");
}

}  // namespace
}  // namespace clawgate::audit
