// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/venue_export.h"

#include "gateway/audit/ledger.h"
#include "tests/gateway/audit/forgery_fixture.h"

namespace clawgate::audit {
namespace {

TEST(VenueExportTest, ReadsNumbersExactlyAsTextOrAsNumbers) {
  const auto venue = read_venue_export(R"({"orders":[{"client_order_id":"a","order_id":12,
    "symbol":"BTCUSDT","side":"BUY","type":"LIMIT","orig_qty":"0.10000001","executed_qty":0.1,
    "price":60000.01,"stop_price":"0","time_in_force":"GTC","status":"NEW","more":null}],"trades":[{"order_id":"12","trade_id":7,"symbol":"BTCUSDT","price":"60000.01",
    "qty":"0.1","commission":"0","commission_asset":"BNB"}]})");
  ASSERT_TRUE(venue.has_value()) << to_text(venue.error());
  ASSERT_EQ(venue->orders.size(), 1U);
  EXPECT_EQ(venue->orders[0].order_id, "12");
  EXPECT_EQ(venue->orders[0].orig_qty, Qty::from_raw(10'000'001));
  EXPECT_EQ(venue->orders[0].executed_qty, Qty::from_raw(10'000'000));
  EXPECT_EQ(venue->orders[0].price, Px::from_raw(6'000'001'000'000));
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
      R"({"orders":[)" + good + R"("orig_qty":"1","executed_qty":"0","price":"0","stop_price":"0",
      "time_in_force":"GTC"}],"trades":[]})";
  const std::string no_price =
      R"({"orders":[)" + good + R"("orig_qty":"1","executed_qty":"0"}],"trades":[]})";
  const std::string no_symbol =
      R"({"orders":[],"trades":[{"order_id":"1","trade_id":"7","price":"1"}]})";
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
      {no_price.c_str(), Reason::FieldMissing, "/orders/0/price"},
      {no_symbol.c_str(), Reason::FieldMissing, "/trades/0/symbol"},
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
  /// An order as the venue shows it when nothing of it has executed.
  static VenueExport::Order shown(const Leg& leg, std::string id) {
    VenueExport::Order row;
    row.client_order_id = std::string(leg.client_order_id.view());
    row.order_id = std::move(id);
    row.symbol = "BTCUSDT";
    row.side = leg.side == Side::Buy ? "BUY" : "SELL";
    row.type = std::string(clawgate::word(leg.type));
    row.orig_qty = leg.qty;
    row.price = leg.limit;
    row.stop_price = leg.trigger;
    row.time_in_force = std::string(clawgate::word(leg.tif));
    return row;
  }
  /// What an honest theirs says of everything that happened: an exit that sold.
  VenueExport an_honest_venue() {
    an_exit();
    VenueExport theirs;
    int number = 100;
    for (const gateway::TradeOrder& order : trade(entry).orders) {
      VenueExport::Order row = shown(order.leg, std::to_string(++number));
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
      theirs.trades.push_back({order->order_id, std::string(report.exec_id.view()), order->symbol,
                               report.last_px, report.last_qty, report.fee,
                               std::string(report.fee_asset.view())});
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
  found("I1", [](VenueExport::Order& row) { row.price = Px::from_raw(row.price.raw() + 1); });
  found("I1", [](VenueExport::Order& row) { row.price = Px{}; });
  found("I1", [](VenueExport::Order& row) { row.stop_price = Px::of(1); });
  found("I1", [](VenueExport::Order& row) {
    row.time_in_force = row.time_in_force == "GTC" ? "IOC" : "GTC";
  });
  found("I11", [&](VenueExport::Order& row) { row.executed_qty = one_more(row.executed_qty); });
  found("I11", [](VenueExport::Order& row) { row.executed_qty = {}; });
  VenueExport known = honest;
  known.orders[0].executed_qty = one_more(known.orders[0].executed_qty);
  EXPECT_EQ(proven(known).finding->seen, to_text(known.orders[0].executed_qty)) << "not unknown";
  found("I11", [](VenueExport::Order& row) { row.status = "CANCELED"; });
  found("I11", [](VenueExport::Order& row) { row.status = "NEW"; });
}

TEST_F(VenueCompareTest, AStopAtAnotherPriceIsFound) {
  VenueExport theirs = an_honest_venue();
  VenueExport::Order& stop = theirs.orders[1];
  ASSERT_FALSE(stop.stop_price.is_zero());
  const Px sent = stop.stop_price;
  stop.stop_price = Px::from_raw(sent.raw() - 1);
  expect_venue(theirs, "I1", "venue order " + stop.order_id);
  stop.stop_price = sent;
  EXPECT_TRUE(proven(theirs).ok());
}

/// Two orders of one lot each that filled, of different symbols.
Ledger two_symbols() {
  Ledger ledger;
  const char* const symbols[] = {"BTCUSDT", "ETHUSDT"};
  for (std::uint64_t i = 0; i < 2; ++i) {
    const HoldId hold(i + 1);
    ledger.holds[hold].order.symbol = Symbol(symbols[i]);
    LedgerOrder order;
    order.hold = hold;
    order.leg.qty = order.executed = Qty::of(1);
    order.leg.limit = Px::of(100);
    order.leg.client_order_id = ClientOrderId(symbols[i]);
    order.state = OrderState::Filled;
    order.fills.push_back({ExecId("1"), Qty::of(1), Px::of(100), Qty{}, Asset("USDT")});
    ledger.orders[order.leg.client_order_id] = order;
  }
  return ledger;
}

TEST_F(VenueCompareTest, TwoSymbolsMayHaveTheSameIds) {
  const Ledger ledger = two_symbols();
  VenueExport theirs;
  for (const auto& [id, order] : ledger.orders) {
    VenueExport::Order& row = theirs.orders.emplace_back(shown(order.leg, "1"));
    row.symbol = id.view();
    row.executed_qty = order.executed;
    row.status = "FILLED";
    theirs.trades.push_back({"1", "1", row.symbol, Px::of(100), Qty::of(1), Qty{}, "USDT"});
  }
  const auto found = compare(theirs, ledger);
  EXPECT_FALSE(found) << found->seen;
  theirs.trades[1].symbol = theirs.trades[0].symbol;
  EXPECT_TRUE(compare(theirs, ledger)) << "one of them twice, the other not at all";
}

// The venue counts the orders and the trades of each symbol from 1.
TEST_F(VenueCompareTest, AnOrderIdOfAnotherSymbolIsAnotherOrder) {
  VenueExport theirs = an_honest_venue();
  theirs.trades.push_back(theirs.trades[0]);
  theirs.trades.back().symbol = "ETHUSDT";
  expect_venue(theirs, "I1", "venue trade " + theirs.trades[0].trade_id);
  EXPECT_EQ(proven(theirs).finding->seen,
            "a foreign trade, order id " + theirs.orders[0].order_id + " of ETHUSDT");
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
  theirs.orders.push_back(shown(leg, "1"));
  theirs.orders[0].status = "EXPIRED";
  expect_venue(theirs, "I3", "venue order 1");
}

TEST_F(VenueCompareTest, AnUnknownOrderMayHaveEndedAtTheVenue) {
  an_unknown();
  const Leg leg = trade(entry).order.legs[0];
  VenueExport theirs;
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders.push_back(shown(leg, "1"));
  theirs.orders[0].status = "EXPIRED_IN_MATCH";
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders[0].executed_qty = leg.qty;  // the theirs has what our books do not
  expect_venue(theirs, "I11", "venue order 1");
  EXPECT_EQ(proven(theirs).finding->seen,
            to_text(leg.qty) +
                "; the journal itself says that the order is UNKNOWN: executions of "
                "it were not taken");
}

TEST_F(VenueCompareTest, AnOrderThatADecisionClosedMustBeOverAtTheVenue) {
  an_unknown();
  OperatorCommand close = a_command(CommandAction::CloseUnknown);
  close.order = id_of(LegRole::Entry);
  close.decision_id = a_decision(subject_of(close.order, subjects));
  ASSERT_EQ(command(close), Reason::None);
  VenueExport theirs;
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders.push_back(shown(trade(entry).order.legs[0], "1"));
  theirs.orders[0].status = "CANCELED";
  EXPECT_TRUE(proven(theirs).ok());
  theirs.orders[0].status = "NEW";
  expect_venue(theirs, "I11", "venue order 1");
}

}  // namespace
}  // namespace clawgate::audit
