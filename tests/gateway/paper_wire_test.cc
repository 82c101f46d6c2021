// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "gateway/audit/prove.h"
#include "gateway/audit/venue_export.h"
#include "gateway/office/office_desk.h"
#include "gateway/report/json_report.h"
#include "gateway/report/report_builder.h"
#include "gateway/session.h"
#include "gateway/state.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/reader.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

// A paper session speaks Binance's protocol over sockets; a backtest calls the exchange. What comes
// of the same inputs is the same.

namespace clawgate::gateway {
namespace {

using Json = nlohmann::json;

/// What a journal says at its end.
struct Told {
  Json report;
  std::unique_ptr<State> state = std::make_unique<State>();
};

class PaperWireTest : public ::testing::Test {
 protected:
  [[nodiscard]] SessionOptions options(const std::string& data) const {
    SessionOptions options;
    options.signal_files = {CLAWGATE_SOURCE_DIR "/examples/signals.jsonl"};
    options.operators = "scripted:approve";
    options.data = folder_ + "/" + data;
    return options;
  }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  [[nodiscard]] static SessionOutcome run(const SessionOptions& options) {
    auto outcome = run_session(options);
    EXPECT_TRUE(outcome.has_value()) << to_text(outcome.error());
    if (!outcome) return {};
    EXPECT_FALSE(outcome->failure.has_value());
    EXPECT_TRUE(outcome->conserved);
    return std::move(*outcome);
  }
  [[nodiscard]] static Told told(const SessionOutcome& outcome) {
    Told told;
    auto store = journal::PosixStore::open_existing(outcome.journal).value();
    journal::JournalReader reader(*store);
    report::ReportBuilder builder;
    while (reader.next() == journal::JournalReader::Step::Record) {
      const journal::RecordView& record = reader.record();
      builder.add(record.seq, record.time, record.type, record.payload);
      EXPECT_TRUE(told.state->fold(record.type, record.payload, record.time));
    }
    const auto report = builder.finish(outcome.head, outcome.head_hash, {});
    told.report = Json::parse(report::to_json(report));
    return told;
  }
  static void prove(const SessionOutcome& outcome, std::uint64_t orders, std::uint64_t trades) {
    std::ifstream file(outcome.venue_export, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto venue = audit::read_venue_export(text);
    ASSERT_TRUE(venue.has_value()) << to_text(venue.error());
    auto store = journal::PosixStore::open_existing(outcome.journal).value();
    const audit::ProveReport proven = audit::prove(*store, {.venue = &*venue, .progress = {}});
    EXPECT_TRUE(proven.ok()) << proven.finding->rule << ": " << proven.finding->expected
                             << ", seen " << proven.finding->seen;
    EXPECT_EQ(proven.venue_orders, orders);
    EXPECT_EQ(proven.venue_trades, trades);
  }
  void same_as_in_process(SessionOptions options);

  clawgate::testing::TemporaryDirectory temporary_;
  const std::string folder_ = temporary_.path().string();
};

// Of each row what does not hang on nonces, on how many words the venue used, or on nanoseconds.
Json rows_of(const Json& report, const char* name, const std::vector<const char*>& fields) {
  Json rows = Json::array();
  for (const Json& row : report.at(name)) {
    Json kept = Json::array();
    for (const char* const field : fields) kept.push_back(row.at(Json::json_pointer(field)));
    rows.push_back(std::move(kept));
  }
  return rows;
}

Json outcomes_of(const Json& report) {
  Json out;
  out["totals"] = report.at("totals");
  for (const char* const name : {"decision_max_ns", "decision_median_ns"})
    out["totals"].erase(name);
  out["signals"] = rows_of(report, "signals",
                           {"/intent_id", "/outcome", "/fate", "/reasons", "/ended", "/recheck",
                            "/checks", "/hold", "/bid", "/ask"});
  out["refused"] = rows_of(report, "refused", {"/disposition", "/reason/code", "/where"});
  out["orders"] =
      rows_of(report, "orders",
              {"/hold", "/leg/role", "/leg/type", "/leg/qty", "/leg/limit", "/leg/trigger",
               "/state", "/venue_order_id", "/venue_code", "/filled", "/value", "/average"});
  out["fills"] = rows_of(report, "fills",
                         {"/hold", "/role", "/exec_id", "/side", "/qty", "/px", "/fee",
                          "/fee_asset", "/held", "/realised"});
  out["trades"] =
      rows_of(report, "trades",
              {"/hold", "/closed_by", "/entry_qty", "/entry_average", "/exit_qty", "/exit_average",
               "/realised", "/fees", "/dust", "/stop", "/take_profit", "/stop_derived"});
  out["fees"] = report.at("fees_by_asset");
  out["denied"] = report.at("denied_by");
  out["equity"] = {report.at("equity").at("start"), report.at("equity").at("end")};
  return out;
}

std::map<std::string, std::pair<std::string, std::string>> balances_of(const State& state) {
  std::map<std::string, std::pair<std::string, std::string>> rows;
  for (const BalanceReported& row : state.balances) {
    if (row.free.is_zero() && row.locked.is_zero()) continue;
    rows[std::string(row.asset.view())] = {to_text(row.free), to_text(row.locked)};
  }
  return rows;
}

void PaperWireTest::same_as_in_process(SessionOptions options) {
  options.data = folder_ + "/backtest";
  options.backtest = true;
  const SessionOutcome in_process = run(options);
  options.data = folder_ + "/paper";
  options.backtest = false;
  const SessionOutcome wire = run(options);
  EXPECT_TRUE(in_process.venue_export.empty());
  EXPECT_EQ(wire.market_events, in_process.market_events);
  const Told there = told(in_process);
  const Told here = told(wire);
  const Json expected = outcomes_of(there.report);
  const Json seen = outcomes_of(here.report);
  for (const auto& [name, rows] : expected.items()) EXPECT_EQ(seen.at(name), rows) << name;
  EXPECT_EQ(balances_of(*here.state), balances_of(*there.state));
  EXPECT_FALSE(balances_of(*here.state).empty());
}

// Entries, a take-profit, a stop, an exit, denials and refusals, to the last decimal.
TEST_F(PaperWireTest, TheExampleComesOutAsInProcess) {
  same_as_in_process(options(""));
  SessionOutcome again = run(options("proof"));
  prove(again, 9, 6);
  EXPECT_GT(again.prices.size(), 1'000U) << "the chart's points";
}

TEST_F(PaperWireTest, AnotherMarketAndARefusingOperatorToo) {
  SessionOptions no = options("");
  no.market = "synthetic:7";
  no.operators = "scripted:reject";
  same_as_in_process(no);
}

TEST_F(PaperWireTest, AKillIsCompleteOnlyWhenTheAdapterSaysSo) {
  const std::string script =
      write("script.jsonl",
            "{\"trace_id\":\"trace-example-02\",\"answer\":\"approve\",\"pause_ms\":2000}\n"
            "{\"trace_id\":\"trace-example-07\",\"answer\":\"kill\",\"pause_ms\":1000}\n"
            "{\"answer\":\"approve\"}\n");
  SessionOptions killed = options("");
  killed.operators = "scripted:" + script;
  same_as_in_process(killed);
  SessionOptions again = options("again");
  again.operators = "scripted:" + script;
  const Told ended = told(run(again));
  EXPECT_EQ(ended.state->trading_state(), TradingState::Killed);
  EXPECT_EQ(ended.state->kill_acknowledged, ended.state->kill_epoch);
}

/// Whether a kill is in the journal of a session that may still be running.
bool has_kill(const std::string& journal) {
  const auto store = journal::PosixStore::open_existing(journal);
  if (!store) return false;
  journal::JournalReader reader(**store);
  while (reader.next() == journal::JournalReader::Step::Record) {
    const journal::RecordView& record = reader.record();
    if (record.type != BlockChanged::kType) continue;
    const auto fact = decode<BlockChanged>(record.payload);
    if (fact && fact->block == Block::Kill) return true;
  }
  return false;
}

// What the office has on a decision counts; of one that it has not, the operator's word at the
// start is recorded first.
TEST_F(PaperWireTest, ACauseEndsByTheDecisionThatTheStartNames) {
  const std::string script = write("kill.jsonl", "{\"answer\":\"kill\"}\n");
  SessionOptions killed = options("lift");
  killed.operators = "scripted:" + script;
  killed.speed = 1'000;
  std::atomic<bool> stop{false};
  killed.stop = &stop;
  std::thread person([&stop, journal = killed.data + "/journal"] {
    for (int i = 0; i < 3'000 && !has_kill(journal); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    stop = true;  // the market goes on in the sessions behind this one
  });
  const SessionOutcome stopped = run(killed);
  person.join();
  EXPECT_EQ(told(stopped).state->trading_state(), TradingState::Killed);

  const OfficePlace place{.data = killed.data};
  const OfficeDesk desk(place, {{"operator", Role::Operator}}, OperatorChannel::Terminal);
  DecisionDraft draft;
  draft.request.purpose = contracts::DecisionPurpose::Unblock;
  draft.request.decision_key = "cause:KILL:1";
  draft.request.title = "Go on";
  draft.request.proposal = "It was a drill.";
  draft.request.side_effect_class = contracts::SideEffectClass::None;
  draft.request.requested_by = "operator";
  draft.request.rollback_plan = "Kill again.";
  draft.cause = "KILL";
  const UnixNanos now{1'767'614'400'000'000'000};
  governance::DecisionCommand reject;
  reject.decision_id = desk.open(draft, now)->row->decision.decision_id;
  reject.command_id = "reject";
  reject.operator_id = "operator";
  ASSERT_TRUE(desk.answer(reject, now)->refusals.empty());

  SessionOptions again = options("lift");
  again.signal_files.clear();
  again.unblock = {{"KILL", DecisionId(reject.decision_id)},
                   {"KILL", DecisionId("DEC-20260105-777")}};
  const Told lifted = told(run(again));
  const DecisionRecorded* const refused = lifted.state->decision(DecisionId(reject.decision_id));
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->end, DecisionEnd::Rejected);
  EXPECT_FALSE(lifted.state->is_spent(refused->id));
  EXPECT_EQ(lifted.state->trading_state(), TradingState::Open);
  ASSERT_NE(lifted.state->decision(DecisionId("DEC-20260105-777")), nullptr);
  EXPECT_TRUE(lifted.state->is_spent(DecisionId("DEC-20260105-777")));

  EXPECT_GT(lifted.state->anchor.seq, 0U) << "the office's ledger is anchored in the journal";
  std::filesystem::resize_file(place.directory() + "/ledger.jsonl", 0);
  const auto cut = run_session(again);
  ASSERT_FALSE(cut.has_value()) << "a session began on a ledger that was cut";
  EXPECT_EQ(cut.error().reason, Reason::LedgerCut);
}

/// Until the exchange has written more than `size` bytes to its log.
void wait_beyond(const std::string& log, std::uintmax_t size) {
  for (int i = 0; i < 3'000; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::error_code none;
    const std::uintmax_t now = std::filesystem::file_size(log, none);
    if (!none && now > size) return;
  }
}

// What came of the first session's orders while nobody listened is found in the second one.
TEST_F(PaperWireTest, AStoppedSessionGoesOnWhereItWas) {
  const std::atomic<bool> at_once{true};
  SessionOptions none = options("none");
  none.stop = &at_once;
  static_cast<void>(run(none));
  const std::uintmax_t empty = std::filesystem::file_size(none.data + "/exchange.log");

  SessionOptions first = options("a");
  std::atomic<bool> stop{false};
  first.stop = &stop;
  first.speed = 100;
  std::thread person([&stop, empty, log = first.data + "/exchange.log"] {
    wait_beyond(log, empty);  // the first order
    stop = true;
  });
  const SessionOutcome stopped = run(first);
  person.join();
  ASSERT_FALSE(stopped.undelivered.empty());
  EXPECT_NE(stopped.undelivered.back().why.find("after the session was stopped"),
            std::string::npos);
  const Told before = told(stopped);
  EXPECT_EQ(before.report.at("totals").at("trades_open"), 1);
  prove(stopped, 3, 1);

  const SessionOutcome second = run(options("a"));
  const Told after = told(second);
  EXPECT_EQ(after.report.at("totals").at("trades_open"), 0);
  EXPECT_EQ(after.report.at("trades").at(0).at("closed_by"), "take_profit");
  EXPECT_GT(second.head, stopped.head);
}

TEST_F(PaperWireTest, ASessionStoppedAtOnceEndsInOrder) {
  SessionOptions first = options("a");
  const std::atomic<bool> stop{true};
  first.stop = &stop;
  const SessionOutcome stopped = run(first);
  EXPECT_EQ(stopped.undelivered.size(), 10U);
  EXPECT_EQ(stopped.market_events, 0U);
  prove(stopped, 0, 0);
}

struct FaultRow {
  const char* fault;
  std::uint64_t orders;  // at the venue, all told
  std::uint64_t trades;
  const char* fate;  // of the first buy
  const char* noted;
};

// A connection that ends takes frames with it: what became of the order is found out, nothing is
// sent twice, and the session goes on.
TEST_F(PaperWireTest, BrokenConnectionsAreSurvived) {
  const FaultRow rows[] = {
      {"cut_executed", 9, 6, "took_profit", "connection lost before the answer"},
      {"cut_not_executed", 0, 0, "unknown", "connection lost before the answer"},
      {"stream_cut", 3, 2, "took_profit", "frames lost with a connection"},
      {R"({"fault":"duplicate_events","count":-1})", 9, 6, "took_profit", "ready"},
  };
  for (const FaultRow& row : rows) {
    SCOPED_TRACE(row.fault);
    SessionOptions faulty = options("f" + std::to_string(&row - rows));
    faulty.faults = {row.fault};
    const SessionOutcome outcome = run(faulty);
    prove(outcome, row.orders, row.trades);
    EXPECT_EQ(told(outcome).report.at("signals").at(1).at("fate"), row.fate);
    std::ifstream log(faulty.data + "/venue.log");
    const std::string text((std::istreambuf_iterator<char>(log)), {});
    EXPECT_NE(text.find(row.noted), std::string::npos) << text;
  }
}

TEST_F(PaperWireTest, AFaultThatIsNoneIsNamed) {
  SessionOptions wrong = options("wrong");
  wrong.faults = {"duplicate_events", "nonsense"};
  const auto refused = run_session(wrong);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().field, "--faults");
  EXPECT_TRUE(refused.error().seen.starts_with("nonsense; fault: one of ")) << refused.error().seen;
}

// At a pace, the wall clock decides, also while answers are pending.
TEST_F(PaperWireTest, APaceIsKept) {
  SessionOptions paced = options("a");
  paced.speed = 1'000;  // half an hour in 1.8 s
  const SessionOutcome outcome = run(paced);
  EXPECT_GE(outcome.wall_ms, 1'700);
  EXPECT_EQ(told(outcome).report.at("totals").at("trades_closed"), 3);
}

// Ten minutes of BTCUSDT as recorded, over midnight UTC.
TEST_F(PaperWireTest, ARecordedMarketComesOutAsInProcess) {
  const std::filesystem::path root = clawgate::testing::shared_data();
  const std::string day = (root / "market/btcusdt_20240808.gz").string();
  if (!std::filesystem::exists(day)) GTEST_SKIP() << "no recording at " << day;
  const auto signal = [](const std::string& id, const std::string& side, const std::string& time,
                         const std::string& more) {
    return "{\"schema_version\":\"1.0\",\"intent_id\":\"" + id +
           "\",\"source_engine\":\"tradingagents\",\"symbol\":\"BTCUSDT\",\"side\":\"" + side +
           "\",\"confidence\":0.6,\"thesis\":\"a test\",\"time_horizon\":\"1d\",\"as_of\":\"" +
           time + "\",\"trace_id\":\"" + id + "\"" + more + "}\n";
  };
  SessionOptions recorded = options("");
  recorded.market = day + "," + (root / "market/btcusdt_20240809.gz").string();
  recorded.signal_files = {
      write("recorded.jsonl", signal("r1", "buy", "2024-08-08T23:55:00Z", ",\"stop_loss\":61500") +
                                  signal("r2", "sell", "2024-08-08T23:57:30Z", "") +
                                  signal("r3", "buy", "2024-08-09T00:00:30Z", "") +
                                  signal("r4", "buy", "2024-08-09T00:02:00Z", ""))};
  same_as_in_process(recorded);
}

}  // namespace
}  // namespace clawgate::gateway
