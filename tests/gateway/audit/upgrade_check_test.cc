// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/upgrade_check.h"

#include "tests/gateway/audit/forgery_fixture.h"

namespace clawgate::audit {
namespace {

class UpgradeCheckTest : public ForgeryTest {
 protected:
  [[nodiscard]] static UpgradeReport checked(const std::vector<KeptRecord>& records) {
    return upgrade_check(*journal_of(records, journal_options("any")));
  }
};

TEST_F(UpgradeCheckTest, SaysWhatItWouldStartWith) {
  entry = an_open_trade();
  send(a_signal(SignalSide::Sell));
  exit = edges.signals.back().hold;
  EXPECT_EQ(command(a_command(CommandAction::Kill)), Reason::None);  // voids the exit
  const UpgradeReport report = checked(recorder.records);
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report.open_trades.size(), 1U);
  EXPECT_EQ(report.open_trades[0].hold, entry);
  EXPECT_EQ(report.open_trades[0].held, trade(entry).position.qty);
  EXPECT_EQ(report.open_trades[0].protection, ProtectionState::Live);
  EXPECT_TRUE(report.pending.empty());
  EXPECT_TRUE(report.unknown.empty());
  EXPECT_EQ(report.blocks, std::vector{Block::Kill});
  EXPECT_EQ(report.state, state->hash());
}

TEST_F(UpgradeCheckTest, SaysWhatWaitsAndWhatIsUnknown) {
  an_unknown();
  UpgradeReport report = checked(recorder.records);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report.unknown.size(), 2U);  // the entry and its stop
  EXPECT_EQ(report.unknown[0].client_order_id, id_of(LegRole::Entry));
  EXPECT_TRUE(report.pending.empty());
}

TEST_F(UpgradeCheckTest, SaysWhatIsPending) {
  entry = a_hold();
  const UpgradeReport report = checked(recorder.records);
  ASSERT_EQ(report.pending.size(), 1U);
  EXPECT_EQ(report.pending[0].hold, entry);
  EXPECT_EQ(report.pending[0].expires_at, trade(entry).order.expires_at);
  EXPECT_TRUE(report.open_trades.empty());
}

TEST_F(UpgradeCheckTest, RecordsOfUnknownTypesAreCountedAndChangeNothing) {
  a_hold();
  std::vector<KeptRecord> records = recorder.records;
  records.push_back({98, records.back().time, {1, 2, 3}});
  records.push_back({98, records.back().time, {}});
  records.push_back({48, records.back().time, {}});
  const UpgradeReport report = checked(records);
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.unknown_types, (std::map<std::uint16_t, std::uint64_t>{{48, 1}, {98, 2}}));
  EXPECT_EQ(report.state, state->hash());
}

// Whatever stands in a journal, the answer is a finding and never an abort.
TEST_F(UpgradeCheckTest, RecordsThatCannotBeFoldedAreFindings) {
  const Forgery honest = an_exit();
  const auto found = [&](std::size_t at, const Forgery& forged) {
    const UpgradeReport report = checked(forged.records());
    ASSERT_FALSE(report.ok()) << record_name(forged.records()[at].type);
    EXPECT_EQ(report.finding->reason, Reason::JournalRecord);
    EXPECT_EQ(report.finding->seq, Forgery::seq_of(at)) << report.finding->seen;
    EXPECT_FALSE(report.finding->seen.empty());
  };
  const auto changed = [&]<class Row>(auto change, Row) {
    Forgery forged = honest;
    const std::size_t at = forged.find<Row>();
    forged.change<Row>(at, change);
    found(at, forged);
  };
  changed([](auto& row) { row.instrument = InstrumentId{32}; }, MarketTop{});
  changed([](auto& row) { row.hold = HoldId{9}; }, HoldMoved{});
  changed([](auto& row) { row.event = HoldEvent::Release; }, HoldMoved{});
  changed([](auto& row) { row.to = HoldState::Voided; }, HoldMoved{});
  changed([](auto& row) { row.order.hold = HoldId{9}; }, OrderIntent{});
  changed([](auto& row) { row.client_order_id = ClientOrderId("x"); }, OrderMoved{});
  changed([](auto& row) { row.event = OrderEvent::Fill; }, OrderMoved{});
  changed([](auto& row) { row.client_order_id = ClientOrderId("x"); }, FillApplied{});
  changed([](auto& row) { row.event = ProtectionEvent::Armed; }, ProtectionMoved{});
  changed([](auto& row) { row.hold = HoldId{9}; }, ProtectiveIssued{});
  changed([](auto& row) { row.hold = HoldId{9}; }, TradeClosed{});

  Forgery forged = honest;
  const std::size_t intent = forged.find<OrderIntent>();
  forged.insert(intent + 1, *decode<OrderIntent>(forged.records()[intent].payload));
  found(intent + 1, forged);

  // Another order than the candidate's: whoever tells of it looks for it there.
  const auto first = [&](auto change) {
    forged = honest;
    forged.change<OrderIntent>(intent, change);
    found(intent, forged);
  };
  first([](OrderIntent& row) { row.order.legs[0].client_order_id = ClientOrderId("other"); });
  first([](OrderIntent& row) { row.order.legs[1].client_order_id = ClientOrderId("other"); });
  first([](OrderIntent& row) { row.order.legs[0].qty = Qty::of(1); });
  first([](OrderIntent& row) { row.order.legs.clear(); });

  forged = honest;
  const std::size_t issued = forged.find<ProtectiveIssued>();
  const ClientOrderId sale =
      decode<ProtectiveIssued>(honest.records()[issued].payload)->leg.client_order_id;
  forged.rename(sale.view(), std::string(sale.size(), 'x'));
  found(forged.find<OrderMoved>([&](const OrderMoved& row) {
    return row.client_order_id.view() == std::string(sale.size(), 'x');
  }),
        forged);

  forged = honest;
  forged.change<FillApplied>(forged.find<FillApplied>(), [](FillApplied& row) {
    row.qty = Qty::from_raw(std::numeric_limits<std::int64_t>::max());
  });
  const std::size_t fill = forged.find<FillApplied>();
  forged.insert(fill + 1, *decode<FillApplied>(forged.records()[fill].payload));
  found(fill + 1, forged);

  std::vector<KeptRecord> cut = honest.records();
  const std::size_t at = honest.find<CandidateHeld>();
  cut[at].payload.pop_back();
  const UpgradeReport report = checked(cut);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->seq, Forgery::seq_of(at));
}

TEST_F(UpgradeCheckTest, TablesThatWouldOverflowAreFindings) {
  const auto fills = [&](std::size_t room, auto add_one) {
    Forgery forged(recorder.records);
    for (std::size_t i = 0; i < room; ++i) add_one(forged, i);
    EXPECT_TRUE(checked(forged.records()).ok());
    add_one(forged, room);
    const UpgradeReport report = checked(forged.records());
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.finding->seq, Forgery::seq_of(forged.records().size() - 1));
  };
  fills(256, [&](Forgery& forged, std::size_t i) {
    CandidateHeld row;
    row.order.hold = HoldId(i + 100);
    forged.add(row);
  });
}

TEST_F(UpgradeCheckTest, ADamagedJournalIsAFinding) {
  an_entry();
  const auto store = journal_of(recorder.records);
  std::vector<std::uint8_t> bytes = store->file("00000001.cgj");
  bytes[bytes.size() / 2] ^= 1;
  store->set_file("00000001.cgj", bytes);
  const UpgradeReport report = upgrade_check(*store);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.finding->reason, Reason::JournalCrc);
}

}  // namespace
}  // namespace clawgate::audit
