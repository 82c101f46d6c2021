// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/audit/command_fixture.h"

#include <fstream>

#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::audit {
namespace {

TEST_F(JournalCommandTest, EveryCommandIsInOrderOnAnHonestJournalAndChangesNothing) {
  write(an_exit().records());
  const std::vector<std::string> before = listing();
  for (const char* command : {"verify", "show", "head", "replay", "prove"}) {
    for (const bool json : {false, true}) {
      const Ran ran = on_journal(
          command, json ? std::vector<std::string>{"--json"} : std::vector<std::string>{});
      EXPECT_EQ(ran.exit_code, 0) << command << ran.out << ran.err;
      EXPECT_EQ(ran.err, "");
      EXPECT_FALSE(ran.out.empty());
      if (!json) continue;
      const auto first = read_json(ran.out.substr(0, ran.out.find('\n')));
      EXPECT_TRUE(first.has_value()) << ran.out;
    }
    EXPECT_EQ(run({"journal", command, "--help"}).exit_code, 0);
  }
  EXPECT_EQ(run({"upgrade-check", directory_.string()}).exit_code, 0);
  EXPECT_EQ(run({"upgrade-check", directory_.string(), "--json"}).exit_code, 0);
  EXPECT_EQ(run({"upgrade-check", "--help"}).exit_code, 0);
  EXPECT_EQ(listing(), before);
}

TEST_F(JournalCommandTest, TakesADataDirectoryOrTheJournalInIt) {
  write(an_entry().records());
  const Ran data = on_journal("head");
  const Ran inside = run({"journal", "head", (directory_ / "journal").string()});
  EXPECT_EQ(inside.exit_code, 0);
  EXPECT_EQ(data.out, inside.out);
}

TEST_F(JournalCommandTest, WithoutAJournalTheUsageIsWrongAndNothingIsMade) {
  Ran ran = on_journal("verify");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find("JOURNAL_MISSING"), std::string::npos) << ran.err;
  EXPECT_FALSE(fs::exists(directory_));
  fs::create_directories(directory_ / "journal");
  for (const char* command : {"verify", "show", "head", "replay", "prove"}) {
    EXPECT_EQ(on_journal(command).exit_code, 2) << command;
  }
  EXPECT_EQ(run({"upgrade-check", directory_.string()}).exit_code, 2);
  EXPECT_TRUE(fs::is_empty(directory_ / "journal"));
  EXPECT_EQ(run({"journal", "verify"}).exit_code, 2);
  EXPECT_EQ(run({"journal"}).exit_code, 2);
}

TEST_F(JournalCommandTest, AJournalThatLostItsSegmentsIsAFindingNotWrongUsage) {
  write(an_entry().records());
  fs::remove(segment());
  for (const char* command : {"verify", "show", "head", "replay", "prove"}) {
    const Ran ran = on_journal(command);
    EXPECT_EQ(ran.exit_code, 1) << command;
    EXPECT_NE((ran.out + ran.err).find("JOURNAL_TAIL_LOST"), std::string::npos)
        << command << ran.out << ran.err;
  }
}

TEST_F(JournalCommandTest, DamageIsAFindingOfEveryCommand) {
  write(an_entry().records());
  std::fstream file(segment(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(600);
  file.put('?');
  file.close();
  for (const char* command : {"verify", "show", "head", "replay", "prove"}) {
    EXPECT_EQ(on_journal(command).exit_code, 1) << command;
    EXPECT_EQ(on_journal(command, {"--json"}).exit_code, 1) << command;
  }
  EXPECT_EQ(run({"upgrade-check", directory_.string()}).exit_code, 1);
}

TEST_F(JournalCommandTest, VerifyTakesTheAnchorThatHeadPrints) {
  write(an_entry().records());
  std::string anchor = on_journal("head").out;
  anchor.pop_back();
  Ran ran = on_journal("verify", {"--anchor", anchor});
  EXPECT_EQ(ran.exit_code, 0) << ran.out;
  EXPECT_NE(ran.out.find("given"), std::string::npos) << ran.out;
  anchor.back() = anchor.back() == '0' ? '1' : '0';
  EXPECT_EQ(on_journal("verify", {"--anchor", anchor}).exit_code, 1);
  ran = on_journal("verify", {"--anchor", "12"});
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_NE(ran.err.find("--anchor"), std::string::npos) << ran.err;
}

TEST_F(JournalCommandTest, ReplayAndProveSayWhatTheyFound) {
  Forgery forged = an_entry();
  const std::size_t at = forged.find<OrderIntent>();
  forged.change<OrderIntent>(at, [](OrderIntent& row) { row.scripted = true; });
  write(forged.records());
  const Ran replayed = on_journal("replay", {"--json"});
  EXPECT_EQ(replayed.exit_code, 1);
  auto report = read_json(replayed.out);
  ASSERT_TRUE(report.has_value()) << replayed.out;
  EXPECT_FALSE(report->find("ok")->boolean);
  EXPECT_EQ(report->find("finding")->find("reason")->text, "JOURNAL_REPLAY_DIFFERS");
  EXPECT_EQ(report->find("finding")->find("seq")->text,
            std::to_string(Forgery::seq_of(at).value()));
  const Ran proven = on_journal("prove", {"--json"});
  EXPECT_EQ(proven.exit_code, 1);
  report = read_json(proven.out);
  EXPECT_EQ(report->find("finding")->find("reason")->text, "JOURNAL_INVARIANT");
  EXPECT_EQ(report->find("finding")->find("invariant")->text, "I1");
  EXPECT_EQ(report->find("finding")->find("record")->text, "OrderIntent");
  const Ran text = on_journal("prove");
  EXPECT_NE(text.out.find("FOUND"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("I1"), std::string::npos) << text.out;
}

TEST_F(JournalCommandTest, ProveComparesAVenueExport) {
  write(an_entry().records());
  const std::string path = (directory_ / "venue.json").string();
  std::ofstream(path) << R"({"orders":[],"trades":[]})";
  EXPECT_EQ(on_journal("prove", {"--venue-export", path}).exit_code, 0);
  std::ofstream(path) << R"({"orders":[{"client_order_id":"by-hand","order_id":"1",
    "symbol":"BTCUSDT","side":"BUY","type":"LIMIT","orig_qty":"1","executed_qty":"0",
    "price":"1","stop_price":"0","time_in_force":"GTC","status":"NEW"}],"trades":[]})";
  const Ran foreign = on_journal("prove", {"--venue-export", path});
  EXPECT_EQ(foreign.exit_code, 1);
  EXPECT_NE(foreign.out.find("by-hand"), std::string::npos) << foreign.out;
  std::ofstream(path) << R"({"orders":[{}],"trades":[]})";
  const Ran wrong = on_journal("prove", {"--venue-export", path});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find(path + ": /orders/0/client_order_id: "), std::string::npos) << wrong.err;
  EXPECT_EQ(on_journal("prove", {"--venue-export", path + ".none"}).exit_code, 2);
  const Ran empty = on_journal("prove", {"--venue-export", "/dev/null"});
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_NE(empty.err.find("/dev/null"), std::string::npos) << empty.err;
  EXPECT_NE(empty.err.find("empty"), std::string::npos) << empty.err;
}

// ---- show --------------------------------------------------------------------------------------

TEST_F(JournalCommandTest, ShowPrintsOneRecordALine) {
  const Forgery honest = an_entry();
  write(honest.records());
  const Ran text = on_journal("show");
  EXPECT_EQ(lines_of(text.out), honest.records().size() + 1);
  const Ran json = on_journal("show", {"--json"});
  EXPECT_EQ(lines_of(json.out), honest.records().size() + 1);
  const std::size_t at = honest.find<HoldMoved>();
  const Ran one = on_journal("show", {"--json", "--from", "9", "--to", "9"});
  ASSERT_EQ(lines_of(one.out), 1U);
  const auto line = read_json(one.out);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->find("seq")->text, "9");
  EXPECT_EQ(line->find("hash")->text.size(), 64U);
  EXPECT_EQ(line->find("time")->text, time_text(honest.records()[7].time.value()));
  EXPECT_EQ(line->find("record")->text, record_name(honest.records()[7].type));
  const Ran moved = on_journal("show", {"--type", "HoldMoved"});
  EXPECT_EQ(lines_of(moved.out), 2U);
  EXPECT_NE(moved.out.find(" " + std::to_string(Forgery::seq_of(at).value()) +
                           " HoldMoved hold=1 event=approve to=APPROVED"),
            std::string::npos)
      << moved.out;
  EXPECT_EQ(on_journal("show", {"--type", "Nothing"}).exit_code, 2);
  EXPECT_EQ(lines_of(on_journal("show", {"--from", "9000"}).out), 0U);
}

TEST_F(JournalCommandTest, ShowOfAHoldIsWhatNamesItOrItsOrdersAndTheirCauses) {
  an_entry();
  says(a_fill(entry, LegRole::Entry, Px::of(60'001), "1"));
  send(a_signal());  // another one, denied
  write(recorder.records);
  const Ran ran = on_journal("show", {"--hold", "1"});
  for (const char* record : {"SignalIntent", "SignalDecided", "RiskVerdict", "CandidateHeld",
                             "OperatorCommand", "OrderIntent", "CommandDecided", "HandedOff",
                             "OrderMoved", "ExecutionReport", "FillApplied"}) {
    EXPECT_NE(ran.out.find(record), std::string::npos) << record;
  }
  for (const char* record : {"Limits", "Instrument", "MarketTop", "SegmentOpen", "intent-2"}) {
    EXPECT_EQ(ran.out.find(record), std::string::npos) << record;
  }
  EXPECT_EQ(lines_of(on_journal("show", {"--hold", "1", "--type", "SignalIntent"}).out), 1U);
  EXPECT_EQ(lines_of(on_journal("show", {"--hold", "2", "--type", "SignalIntent"}).out), 1U);
  EXPECT_EQ(lines_of(on_journal("show", {"--hold", "3"}).out), 0U);
}

}  // namespace
}  // namespace clawgate::audit
