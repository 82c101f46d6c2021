// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "gateway/report/format.h"
#include "gateway/report/html_report.h"
#include "gateway/report/json_report.h"
#include "gateway/report/reasons_doc.h"
#include "gateway/report/text_report.h"
#include "tests/gateway/report/hostile.h"
#include "tests/gateway/report/sample_session.h"
#include "tests/gateway/report/short_tape.h"

namespace clawgate::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Lines that were broken between words, joined again.
std::string one_line(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string piece; in >> piece;) out += (out.empty() ? "" : " ") + piece;
  return out;
}

SessionReport small_session() {
  ShortTape tape;
  tape.entry_released().filled(LegRole::Entry, qty("0.5"), px("101.5"));
  tape.filled(LegRole::TakeProfit, qty("0.5"), px("121"), money("9.65")).closed(money("9.65"));
  tape.hold = HoldId(2);
  tape.signal(SignalOutcome::Denied, ReasonSet::of(Reason::StopMissing));
  tape.hold = HoldId(3);
  tape.signal(SignalOutcome::Duplicate, ReasonSet::of(Reason::DuplicateIntent), HoldId(2));
  return tape.report();
}

/// One unit bought at 100 with 0.4 of fees and, if `half`, half of it sold at 110 with 0.1 more;
/// the last bid is 98.
SessionReport with_open_trade(bool half) {
  ShortTape tape;
  BalanceReported cash;
  cash.asset = Asset("USDT");
  cash.free = qty("900");
  tape.put(cash).put(top("100", "101")).entry_released();
  FillApplied fill;
  fill.hold = tape.hold;
  fill.client_order_id = ShortTape::id_of(LegRole::Entry);
  fill.qty = qty("1");
  fill.px = px("100");
  fill.held = qty("1");
  fill.cost = money("100.4");
  fill.fees = money("0.4");
  tape.put(fill);
  if (half) {
    fill.client_order_id = ShortTape::id_of(LegRole::TakeProfit);
    fill.role = LegRole::TakeProfit;
    fill.side = Side::Sell;
    fill.qty = fill.held = qty("0.5");
    fill.px = px("110");
    fill.cost = money("50.2");
    fill.fees = money("0.5");
    fill.realised = money("4.7");
    tape.put(fill);
  }
  return tape.put(top("98", "99")).report();
}

// The fees of what is open are in no net result.
TEST(PrintedReportTest, WhatIsOpenHasNoResultYet) {
  const SessionReport report = with_open_trade(false);
  const std::string text = one_line(to_text(report, Colour::Off));
  EXPECT_NE(text.find("No net result: nothing was sold. 1 trade is open, -2.4000 USDT at the last "
                      "bid; fees so far 0.4000."),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("Net result"), std::string::npos) << text;
  EXPECT_NE(text.find("net result none 0 closed (0 won, 0 lost), 1 open, -2.4000 USDT at the last"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("0.4000 of it in what is open"), std::string::npos) << text;
  const std::string html = to_html(report);
  EXPECT_NE(html.find("<dt>Net result</dt><dd>none<small>nothing was sold</small>"),
            std::string::npos);
  const auto totals = nlohmann::json::parse(to_json(report))["totals"];
  EXPECT_EQ(totals["unrealised"], "-2.4");
  EXPECT_EQ(totals["fees_open"], "0.4");
}

TEST(PrintedReportTest, WhatWasSoldOfAnOpenTradeIsAResult) {
  const SessionReport report = with_open_trade(true);
  const std::string text = one_line(to_text(report, Colour::Off));
  EXPECT_NE(text.find("Net result +4.700 USDT of what was sold, after its fees. 1 trade is open, "
                      "-1.200 USDT at the last bid; fees so far 0.500."),
            std::string::npos)
      << text;
  EXPECT_NE(to_html(report).find("of what was sold, after its fees</small>"), std::string::npos);
}

TEST(PrintedReportTest, AResultWithNothingOpenIsAfterAllFees) {
  ShortTape tape;
  tape.entry_released().filled(LegRole::Entry, qty("0.5"), px("101.5"));
  tape.filled(LegRole::TakeProfit, qty("0.5"), px("121"), money("9.65")).closed(money("9.65"));
  const auto totals = tape.report().totals;
  EXPECT_TRUE(totals.settled());
  EXPECT_EQ(totals.unrealised, std::nullopt);
  EXPECT_EQ(totals.fees_open, Notional{});
  EXPECT_NE(one_line(to_text(tape.report(), Colour::Off)).find("of fees."), std::string::npos);
}

// Without a price nobody knows what it would add.
TEST(PrintedReportTest, WhatIsOpenAtNoPriceIsToldSo) {
  ShortTape tape;
  tape.entry_released().filled(LegRole::Entry, qty("1"), px("100"), {}, qty("1"), money("100"));
  EXPECT_EQ(tape.report().totals.unrealised, std::nullopt);
  EXPECT_NE(one_line(to_text(tape.report(), Colour::Off)).find("at a price that is not known"),
            std::string::npos);
}

// Every form prints the word of every value that can reach it, and never "?".
template <class Enum, class Put>
void expect_words(Put put, std::size_t from = 0) {
  for (std::size_t i = from; i < kWords<Enum>.size(); ++i) {
    ShortTape tape;
    tape.entry_released();
    put(tape, static_cast<Enum>(i));
    const std::string json = to_json(tape.report());
    EXPECT_NE(json.find("\"" + std::string(kWords<Enum>[i]) + "\""), std::string::npos)
        << kWords<Enum>[i];
    EXPECT_EQ(json.find("\"?\""), std::string::npos) << kWords<Enum>[i];
    EXPECT_NE(to_html(tape.report()).find(kWords<Enum>[i]), std::string::npos) << kWords<Enum>[i];
  }
}

TEST(PrintedReportTest, EveryWordOfEveryEnumerationIsPrinted) {
  expect_words<Disposition>([](ShortTape& tape, Disposition value) {
    SignalRefused row;
    row.disposition = value;
    row.reason = Reason::JsonSyntax;
    tape.put(row);
  });
  expect_words<OrderState>([](ShortTape& tape, OrderState value) {
    tape.moved(LegRole::Stop, OrderEvent::Send, value);
  });
  expect_words<HoldState>([](ShortTape& tape, HoldState value) {
    tape.hold_moved(HoldEvent::Void, value, Reason::PriceDrift);
  });
  expect_words<SignalSide>([](ShortTape& tape, SignalSide value) {
    SignalIntent row;
    row.side = value;
    tape.put(row);
  });
  expect_words<OperatorChannel>([](ShortTape& tape, OperatorChannel value) {
    OperatorCommand command = command_of("c", CommandAction::Kill, {});
    command.channel = value;
    tape.put(command);
  });
  expect_words<CommandAction>([](ShortTape& tape, CommandAction value) {
    tape.put(command_of("c", value, {}));
    CommandDecided decided;
    decided.command_id = CommandId("c");
    decided.reason = Reason::OperatorUnknown;
    tape.put(decided);
  });
  expect_words<OrdType>([](ShortTape& tape, OrdType value) {
    Leg leg;
    leg.type = value;
    leg.client_order_id = ClientOrderId("further");
    tape.put(ProtectiveIssued{HoldId(1), {}, leg, {}});
  });
  expect_words<TimeInForce>([](ShortTape& tape, TimeInForce value) {
    Leg leg;
    leg.tif = value;
    leg.client_order_id = ClientOrderId("further");
    tape.put(ProtectiveIssued{HoldId(1), {}, leg, {}});
  });
  expect_words<RampLevel>([](ShortTape& tape, RampLevel value) {
    Limits limits;
    limits.level = value;
    tape.put(limits);
  });
}

TEST(PrintedReportTest, EveryBlockAndItsTradingStateIsPrinted) {
  for (const BlockInfo& info : kBlocks) {
    ShortTape tape;
    BlockChanged fact;
    fact.block = info.block;
    fact.active = true;
    fact.blocks = bit_of(info.block);
    tape.put(fact);
    for (const std::string& text : {to_json(tape.report()), to_html(tape.report())}) {
      EXPECT_NE(text.find(info.code), std::string::npos) << info.code;
      EXPECT_NE(text.find(word(info.state)), std::string::npos) << info.code;
    }
    EXPECT_NE(to_text(tape.report()).find(info.code), std::string::npos) << info.code;
  }
}

TEST(PrintedReportTest, EveryReasonOfADenialIsToldWithWhatToDo) {
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Risk) continue;
    ShortTape tape;
    tape.signal(SignalOutcome::Denied, ReasonSet::of(row.reason));
    const std::string text = to_text(tape.report());
    EXPECT_NE(text.find(row.code), std::string::npos) << row.code;
    EXPECT_NE(one_line(text).find(std::string(row.meaning)), std::string::npos) << row.code;
    const auto json = nlohmann::json::parse(to_json(tape.report()));
    EXPECT_EQ(json["signals"][0]["reasons"][0]["next"], std::string(row.next));
    const std::string html = to_html(tape.report());
    EXPECT_NE(html.find(">" + std::string(row.code) + "<"), std::string::npos) << row.code;
  }
}

TEST(PrintedReportTest, EqualJournalsGiveEqualBytes) {
  const SessionReport a = report_of(sample_session(), sample_extras());
  const SessionReport b = report_of(sample_session(), sample_extras());
  EXPECT_EQ(to_text(a), to_text(b));
  EXPECT_EQ(to_json(a), to_json(b));
  EXPECT_EQ(to_html(a), to_html(b));
}

// Nothing is asserted about what a journal holds: the largest amounts there are print like any.
TEST(PrintedReportTest, AmountsAtTheEndsOfTheirRangePrint) {
  for (const std::int64_t raw : {INT64_MAX, INT64_MIN, std::int64_t{1}}) {
    ShortTape tape;
    BalanceReported balance;
    balance.asset = Asset("USDT");
    balance.free = Qty::from_raw(raw);
    MarketTop top;
    top.bid = Px::from_raw(INT64_MAX - 1);
    top.ask = Px::from_raw(INT64_MAX);
    tape.put(balance).put(top).entry_released();
    tape.filled(LegRole::Entry, qty("1"), Px::from_raw(raw), Notional::from_raw(raw),
                Qty::from_raw(raw), Notional::from_raw(raw));
    tape.filled(LegRole::Stop, Qty::from_raw(raw), px("1"), Notional::from_raw(raw));
    tape.closed(Notional::from_raw(raw));
    const SessionReport report = tape.report();
    EXPECT_FALSE(to_text(report).empty());
    EXPECT_TRUE(nlohmann::json::accept(to_json(report)));
    EXPECT_NE(to_html(report).find("</html>"), std::string::npos);
  }
}

// By the limits of its verdict: a band of 0.5 % above an ask of 101, down to the tick.
TEST(PrintedReportTest, WhatCameAndWentByItselfStandsInItsTimeWithItsSign) {
  Tape tape;
  tape.put(at_minute(0), paper_session());
  tape.put(at_minute(7), BalanceMoved{AccountId{}, Asset("BTC"), qty("0.5"), {}});
  tape.put(at_minute(8), BalanceMoved{AccountId{}, Asset("USDT"), qty("-12000"), {}});
  tape.put(at_minute(9), MovementFound{AccountId{}, Asset("BTC"), qty("0.25"), qty("1.75"), {}});
  const SessionReport report = report_of(tape);
  const std::string text = to_text(report, Colour::Off);
  const std::string page = to_html(report);
  const std::string json = to_json(report);
  struct Row {
    std::string_view time;
    std::string_view what;
    std::string_view why;
    std::string_view by;
  };
  for (const Row& row :
       {Row{"12:07", "+0.5 BTC", "It came without an order.", "announcement"},
        Row{"12:08", "-12000 USDT", "It left the account without an order.", "announcement"},
        Row{"12:09", "+0.25 BTC", "The account holds 1.75 BTC: more than was",
            "two comparisons"}}) {
    const std::size_t line = text.find(row.what);
    ASSERT_NE(line, std::string::npos) << text;
    const std::size_t begin = text.rfind('\n', line) + 1;
    EXPECT_EQ(text.compare(begin, 7, "  " + std::string(row.time)), 0) << text.substr(begin, 80);
    EXPECT_NE(text.find(row.why.substr(0, 12), line), std::string::npos) << text;
    for (const std::string_view part : {row.what, row.why, row.by}) {
      EXPECT_NE(page.find(part), std::string::npos) << part;
    }
  }
  EXPECT_NE(json.find(R"("delta": "-12000")"), std::string::npos);
  EXPECT_NE(json.find(R"("source": "compared")"), std::string::npos);
}

TEST(PrintedReportTest, ATargetOnTheWrongSideIsShownBesideThePriceItIsMeasuredBy) {
  const auto report_with = [](LimitsVersion judged_by, Reason reason) {
    ShortTape tape;
    Limits limits;
    limits.version = LimitsVersion(7);
    SymbolPolicy policy;
    policy.symbol = Symbol("BTCUSDT");
    policy.band = bps(50);
    CLAWGATE_ASSERT(limits.symbols.push_back(policy));
    tape.put(limits);
    SignalIntent intent;
    intent.symbol = Symbol("BTCUSDT");
    intent.side = SignalSide::Buy;
    intent.take_profit = px("101.50");
    SignalDecided decided;
    decided.hold = HoldId(1);
    decided.outcome = SignalOutcome::Denied;
    decided.reasons = ReasonSet::of(reason).bits();
    RiskVerdict verdict;
    verdict.hold = HoldId(1);
    verdict.reasons = decided.reasons;
    verdict.limits_version = judged_by;
    verdict.bid = px("100");
    verdict.ask = px("101");
    return tape.put(intent).put(decided).put(verdict).report();
  };
  constexpr std::string_view kSeen = "Seen: take_profit 101.50, worst price 101.50.";
  const SessionReport report = report_with(LimitsVersion(7), Reason::TakeProfitWrongSide);
  EXPECT_EQ(report.signals[0].worst_price, px("101.50"));
  EXPECT_NE(one_line(to_text(report)).find(kSeen), std::string::npos) << to_text(report);
  EXPECT_NE(to_html(report).find("<div class=\"why\">" + std::string(kSeen)), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["signals"][0]["worst_price"], "101.5");

  const SessionReport other_limits = report_with(LimitsVersion(6), Reason::TakeProfitWrongSide);
  EXPECT_TRUE(other_limits.signals[0].worst_price.is_zero()) << "nothing is guessed";
  EXPECT_EQ(to_text(other_limits).find("Seen:"), std::string::npos);
  const SessionReport other_rule = report_with(LimitsVersion(7), Reason::StopMissing);
  EXPECT_EQ(to_text(other_rule).find("Seen:"), std::string::npos);
}

// A time of another day than the session's has its date.
TEST(PrintedReportTest, ACooldownThatEndsTomorrowSaysSo) {
  for (const auto& [hours, said] : std::vector<std::pair<std::int64_t, std::string>>{
           {1, "time, at 13:00:"}, {13, "time, at 08-09 01:00:"}}) {
    ShortTape tape;
    Limits limits;
    limits.cooldown_ns = hours * 3600 * kNanosPerSecond;
    tape.put(limits).entry_released().filled(LegRole::Entry, qty("1"), px("101"));
    tape.closed(money("-1"));
    const SessionReport report = tape.report();
    ASSERT_FALSE(report.timeline.empty());
    EXPECT_EQ(report.timeline.back().ended.substr(0, said.size()), said);
  }
}

TEST(TextReportTest, SmallSessionFitsOnAScreenAndTellsTheWhole) {
  const std::string text = to_text(small_session());
  EXPECT_LT(lines_of(text).size(), 40U);
  for (const std::string_view part :
       {"+9.650 USDT", "took profit", "STOP_MISSING: The order has no initial stop", "duplicate",
        "0.50000 bought at 101.50, take-profit at 121.00", "+0.97", "3 signals arrived",
        "what came of signal 2 stands", "clawgate journal verify DIR"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(TextReportTest, LinesKeepToTheWidthOfTheirTable) {
  for (const SessionReport& report : {report_of(sample_session(), sample_extras()),
                                      report_of(hostile_session(), hostile_extras())}) {
    for (const std::string& line : lines_of(to_text(report))) {
      EXPECT_EQ(line.find_first_of("\r\t"), std::string::npos);
    }
  }
  for (const std::string& line : lines_of(to_text(report_of(sample_session(), sample_extras())))) {
    EXPECT_LE(columns(line), 118U) << line;
  }
}

TEST(TextReportTest, WhyASignalWentAsItDidIsNeverCut) {
  ShortTape tape;
  ReasonSet all;
  std::string codes;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Risk || row.reason == Reason::None) continue;
    all.add(row.reason);
    codes += (codes.empty() ? "" : ", ") + std::string(row.code);
  }
  tape.signal(SignalOutcome::Denied, all);
  const std::string text = to_text(tape.report());
  EXPECT_NE(one_line(text).find(codes), std::string::npos) << text;
  for (const std::string& line : lines_of(text)) EXPECT_LE(columns(line), 118U) << line;
}

TEST(TextReportTest, AWordLongerThanItsColumnIsBroken) {
  OperatorCommand command = command_of("c", CommandAction::Reject, HoldId(1));
  command.note = Text<96>(std::string(96, 'x'));
  HoldMoved moved;
  moved.hold = HoldId(1);
  moved.event = HoldEvent::Decline;
  moved.to = HoldState::Declined;
  moved.operator_id = OperatorId("ana");
  moved.command_id = CommandId("c");
  ShortTape tape;
  tape.signal(SignalOutcome::Held).held().put(command).put(moved);
  std::string text = to_text(tape.report());
  for (const std::string& line : lines_of(text)) EXPECT_LE(columns(line), 118U) << line;
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  EXPECT_NE(text.find(std::string(96, 'x')), std::string::npos) << text;
}

TEST(TextReportTest, ColourAddsNothingButColour) {
  const SessionReport report = report_of(sample_session(), sample_extras());
  const std::string plain = to_text(report, Colour::Off);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  std::string painted = to_text(report, Colour::On);
  EXPECT_NE(painted.find("\x1b[32m"), std::string::npos);
  for (auto at = painted.find('\x1b'); at != std::string::npos; at = painted.find('\x1b')) {
    painted.erase(at, painted.find('m', at) - at + 1);
  }
  EXPECT_EQ(painted, plain);
}

TEST(TextReportTest, HostileTextCannotSteerTheTerminal) {
  const std::string text = to_text(report_of(hostile_session(), hostile_extras()));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(text.find("<U+001B>"), std::string::npos);
}

TEST(TextReportTest, LongTablesAreCutAndSaySo) {
  ShortTape tape;
  for (std::uint64_t i = 1; i <= 30; ++i) {
    tape.hold = HoldId(i);
    tape.signal(SignalOutcome::NoAction);
  }
  const std::string text = to_text(tape.report());
  EXPECT_EQ(count_of(text, "no action  "), 24U);
  EXPECT_NE(text.find("… and 6 more"), std::string::npos);
}

TEST(TextReportTest, WhatRepeatsIsToldOnceWithItsNumber) {
  ShortTape tape;
  for (std::uint32_t i = 1; i <= 30; ++i) {
    tape.put(SignalRefused{}).put(ViolationRecorded{{}, Reason::DirectOrderSized, {}, i});
  }
  const std::string text = to_text(tape.report());
  EXPECT_NE(text.find("and 27 more like these"), std::string::npos) << text;
  EXPECT_NE(text.find("violations 1 to 30"), std::string::npos);
}

// The venue fills a field that has nothing to say.
TEST(TextReportTest, VenueWordsAreQuotedUnlessTheySayNothing) {
  for (const auto& [text, said] : std::vector<std::pair<std::string, bool>>{
           {"NONE", false}, {"", false}, {"Insufficient balance", true}}) {
    ShortTape tape;
    tape.entry_released().moved(LegRole::Entry, OrderEvent::Reject, OrderState::Rejected, text);
    EXPECT_EQ(to_text(tape.report()).find("The venue: " + text) != std::string::npos, said) << text;
  }
}

TEST(TextReportTest, EmptySessionSaysSo) {
  const std::string text = to_text(report_of({}));
  for (const std::string_view part : {"No signal arrived.", "No order was filled.", "0 records"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

// No number of ours is ever a float: amounts are strings, counts are integers.
void expect_no_float(const nlohmann::json& value, const std::string& path) {
  EXPECT_FALSE(value.is_number_float()) << path;
  if (!value.is_structured()) return;
  for (const auto& [key, item] : value.items()) expect_no_float(item, path + "/" + key);
}

TEST(JsonReportTest, HoldsTheNumbersOfTheReport) {
  const SessionReport report = report_of(sample_session(), sample_extras());
  const auto json = nlohmann::json::parse(to_json(report));
  expect_no_float(json, "");
  EXPECT_EQ(json["totals"]["realised"], to_text(report.totals.realised));
  EXPECT_EQ(json["totals"]["fees"], to_text(report.totals.fees));
  EXPECT_EQ(json["totals"]["signals_by_fate"]["denied"], 5);
  EXPECT_EQ(json["equity"]["drawdown_max"], to_text(report.equity.drawdown_max));
  EXPECT_EQ(json["equity"]["points"].size(), report.equity.points.size());
  EXPECT_EQ(json["signals"].size(), report.signals.size());
  EXPECT_EQ(json["orders"].size(), report.orders.size());
  EXPECT_EQ(json["fills"][0]["px"], to_text(report.fills[0].px));
  EXPECT_EQ(json["approvals"][0]["decision_ns"], 41'640'000'000);
  EXPECT_EQ(json["head"]["seq"], report.head_seq.value());
  EXPECT_EQ(json["head"]["hash"], to_hex(report.head_hash));
  EXPECT_EQ(json["run"]["prices"][0]["points"].size(), report.extras.prices[0].points.size());
}

TEST(JsonReportTest, KeysAreStable) {
  const auto keys = [](const nlohmann::ordered_json& object) {
    std::string text;
    for (const auto& [key, value] : object.items()) text += key + " ";
    return text;
  };
  const auto json = nlohmann::ordered_json::parse(to_json(small_session()));
  EXPECT_EQ(
      keys(json),
      "schema_version run session sessions first_time last_time instruments limits days "
      "totals signals refused approvals orders fills trades blocks commands violations "
      "entries_blocked_ns timeline engine_modes cooldowns limits_decided incidents snapshots "
      "protective_actions reductions decisions movements stages denied_by refused_by ended_by "
      "fees_by_asset equity records records_total "
      "records_undecodable facts_unmatched head ");
  EXPECT_EQ(keys(json["signals"][0]),
            "time engine intent_id trace_id symbol side confidence confidence_derived strength "
            "as_of stop_loss take_profit payload outcome fate reasons ended recheck checks bid ask "
            "worst_price hold first ");
  EXPECT_EQ(keys(json["trades"][0]),
            "hold symbol engine released_at opened_at closed_at closed_by entry_qty entry_value "
            "entry_average exit_qty exit_value exit_average exit_roles held cost realised "
            "unrealised profit_rate profit_in_risks fees fees_elsewhere dust stop take_profit "
            "stop_derived reference risk entry_vs_reference entry_vs_touch exit_vs_benchmark "
            "protection protection_moves ");
}

TEST(JsonReportTest, HostileTextStaysText) {
  const auto json = nlohmann::json::parse(to_json(report_of(hostile_session(), hostile_extras())));
  EXPECT_EQ(json["signals"].size(), 17U);
  EXPECT_EQ(json["signals"][0]["intent_id"].get<std::string>().substr(0, 8), "<script>");
}

TEST(JsonReportTest, EmptySessionHasEveryKeyAndNoTime) {
  const auto json = nlohmann::json::parse(to_json(report_of({})));
  EXPECT_TRUE(json["session"].is_null());
  EXPECT_TRUE(json["first_time"].is_null());
  EXPECT_TRUE(json["signals"].is_array());
  EXPECT_TRUE(json["equity"]["start"].is_null());
}

TEST(ReasonsDocTest, CommittedPageIsCurrent) {
  std::ifstream file(CLAWGATE_SOURCE_DIR "/docs/reasons.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), reasons_markdown())
      << "print it again: clawgate doctor --reasons > docs/reasons.md";
}

TEST(ReasonsDocTest, EveryReasonAndBlockHasOneRow) {
  const std::string text = reasons_markdown();
  for (const ReasonInfo& row : kReasons) {
    if (row.reason == Reason::None) continue;
    EXPECT_EQ(count_of(text, "| `" + std::string(row.code) + "` |"), 1U) << row.code;
  }
  for (const BlockInfo& row : kBlocks) {
    EXPECT_EQ(count_of(text, "| `" + std::string(row.code) + "` |"), 1U) << row.code;
  }
}

}  // namespace
}  // namespace clawgate::report
