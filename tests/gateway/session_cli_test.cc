// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schemas/record_json.h"
#include "tests/support/no_terminal.h"
#include "tests/support/temporary_directory.h"

// `clawgate paper`, `backtest`, `signals read` and their neighbours as a person types them.

namespace clawgate::gateway {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
const std::string kExample = CLAWGATE_SOURCE_DIR "/examples/signals.jsonl";

class SessionCliTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (temporary_.path() / name).string();
  }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  [[nodiscard]] static std::string text_of(const std::string& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  /// What it prints on both outputs; its exit code in `code_`. It has no terminal.
  std::string run(Words words) {
    words.insert(words.begin(), CLAWGATE_PROGRAM);
    return run_program(std::move(words));
  }
  std::string run_program(Words words) {
    auto ran = clawgate::testing::run_without_terminal(std::move(words));
    code_ = ran.first;
    return ran.second;
  }
  [[nodiscard]] Json report(const std::string& data) const {
    return Json::parse(text_of(path(data) + "/report/report.json"), nullptr, false);
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  /// A signal for the synthetic market's first minute.
  [[nodiscard]] static std::string signal(const std::string& more) {
    return R"({"schema_version":"1.0","intent_id":"i-1","source_engine":"tradingagents",)"
           R"("symbol":"BTCUSDT","side":"buy","confidence":0.6,"thesis":"a test",)"
           R"("time_horizon":"1d","as_of":"2026-01-05T09:00:40Z","trace_id":"t-1")" +
           more + "}\n";
  }

  clawgate::testing::TemporaryDirectory temporary_;
  int code_ = -1;
};

struct RefusedRow {
  const char* what;
  Words words;
  std::string says;
};

// Refused before anything starts: nothing is left of the data directory.
TEST_F(SessionCliTest, WhatCannotStartSaysWhyAndLeavesNothing) {
  const std::string folder = path("empty");
  std::filesystem::create_directories(folder);
  const std::string no_rule = write("none.jsonl", "\n");
  const std::string no_folder = write("file", "") + "/report";
  const RefusedRow rows[] = {
      {"a directory without a run", {"--signals", folder}, "without any file of a TradingAgents"},
      {"a directory as configuration", {"--config", folder}, "Is a directory"},
      {"a directory as script", {"--operator", "scripted:" + folder}, "Is a directory"},
      {"a script without a rule", {"--operator", "scripted:" + no_rule}, "no rule"},
      {"nobody at the terminal", {"--operator", "terminal"}, "standard input is no terminal"},
      {"no market", {"--market", ""}, "--market"},
      {"a seed below zero", {"--market", "synthetic:-1"}, "whole number from 0"},
      {"half a speed", {"--speed", "0.5"}, "whole number from 1 to 100000"},
      {"a report that cannot be", {"--report", no_folder}, "--report " + no_folder},
      {"no such signals", {"--signals", "/nowhere"}, "No such file"},
      {"no such fault", {"--faults", "nonsense"}, "nonsense"},
  };
  for (const RefusedRow& row : rows) {
    Words words = {"paper", "--operator", "scripted:approve"};
    words.insert(words.end(), row.words.begin(), row.words.end());
    if (row.words[0] == "--operator") words = {"paper", row.words[0], row.words[1]};
    words.insert(words.end(), {"--data", path("data")});
    const std::string text = run(words);
    EXPECT_EQ(code_, 2) << row.what << "\n" << text;
    EXPECT_TRUE(has(text, row.says)) << row.what << "\n" << text;
    EXPECT_FALSE(std::filesystem::exists(path("data"))) << row.what;
  }
}

TEST_F(SessionCliTest, ADirectoryIsNoFileAnywhere) {
  const std::string folder = path("empty");
  std::filesystem::create_directories(folder);
  for (const Words& words : {Words{"signals", "read", folder},
                             Words{"backtest", "--signals", folder, "--data", path("data")},
                             Words{"doctor", "--config", folder},
                             Words{"journal", "prove", folder, "--venue-export", folder}}) {
    const std::string text = run(words);
    EXPECT_EQ(code_, 2) << words[0] << "\n" << text;
    EXPECT_TRUE(has(text, "FILE_UNREADABLE")) << words[0] << "\n" << text;
  }
}

// The files of the tree are read, in order of their paths, and nothing else that lies there.
TEST_F(SessionCliTest, ADirectoryStandsForTheRunInIt) {
  const std::string run_of = "reports/BTCUSDT_20260105_090000/";
  static_cast<void>(
      write(run_of + "5_portfolio/decision.md", "**Rating**: Buy\n\n**Executive Summary**: Up.\n"));
  static_cast<void>(write(run_of + "3_trading/trader.md", "**Action**: Buy\n"));
  static_cast<void>(write(run_of + "complete_report.md",
                          "## V. Portfolio Manager Decision\n\n**Rating**: Buy\n"));
  static_cast<void>(write(run_of + "notes.md", "Buy everything\n"));
  static_cast<void>(write(run_of + "5_portfolio/decision.png", "no text"));
  const std::string text = run({"signals", "read", path("reports"), "--json"});
  EXPECT_EQ(code_, 0) << text;
  std::vector<std::string> files;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    files.push_back(Json::parse(line).at("file"));
  }
  EXPECT_EQ(files, (std::vector<std::string>{path(run_of + "3_trading/trader.md"),
                                             path(run_of + "5_portfolio/decision.md")}));
  EXPECT_TRUE(has(text, R"("disposition":"signal")")) << text;
  EXPECT_TRUE(has(run({"signals", "read", path("reports")}), "BTCUSDT buy")) << text;
  const std::string paper = run({"paper", "--signals", path("reports"), "--operator",
                                 "scripted:approve", "--data", path("data")});
  EXPECT_EQ(code_, 0) << paper;
  EXPECT_EQ(report("data").at("signals").size(), 1U) << paper;
}

TEST_F(SessionCliTest, AnEngineOfPhaseTwoIsHeardOnceADecisionEnablesIt) {
  const std::string alphas =
      write("alpha_signals_output.json",
            R"({"status":"success","timestamp":"2026-01-05T09:01:00","alpha_signals":[)"
            R"({"instrument":"BTCUSDT","date":"2026-01-05","signal":1,"signal_type":"LONG",)"
            R"("confidence":1.0}]})");
  const std::string shown = run({"signals", "read", alphas});
  EXPECT_TRUE(has(shown, "BTCUSDT buy (LONG), 2026-01-05")) << shown;
  EXPECT_TRUE(has(shown, "SOURCE_DISABLED")) << shown;
  const struct {
    const char* name;
    std::string config;
    std::size_t signals;
  } rows[] = {
      {"neither", "symbol: BTCUSDT\n", 0},
      {"named", "engines: tradingagents,agentictrading\n", 0},
      {"decided", "engines: tradingagents\nlimits:\n  decision: DEC-7\n", 0},
      {"both", "engines: tradingagents,agentictrading\nlimits:\n  decision: DEC-7\n", 1},
  };
  for (const auto& row : rows) {
    const std::string config = write(std::string(row.name) + ".yaml", row.config);
    const std::string text =
        run({"backtest", "--signals", alphas, "--config", config, "--data", path(row.name)});
    ASSERT_EQ(code_, 0) << text;
    EXPECT_EQ(report(row.name).at("signals").size(), row.signals) << row.name << text;
  }
}

// The journal goes on: what was refused is not refused again, no violation is counted twice, and
// what an earlier session told is neither lost nor undelivered.
TEST_F(SessionCliTest, TheSameSignalsAgainAreNoSecondOffence) {
  const Words words = {"paper",  "--signals", kExample, "--operator", "scripted:approve",
                       "--data", path("data")};
  static_cast<void>(run(words));
  const Json first = report("data");
  const std::string text = run(words);
  EXPECT_EQ(code_, 0) << text;
  const Json second = report("data");
  EXPECT_FALSE(has(text, "POLICY_VIOLATION")) << text;
  EXPECT_EQ(second.at("refused").size(), 2U);
  EXPECT_FALSE(has(text, "never delivered")) << text;
  ASSERT_EQ(second.at("approvals").size(), first.at("approvals").size());
  for (std::size_t i = 0; i < first.at("approvals").size(); ++i) {
    const std::string code = second.at("approvals").at(i).at("check_code");
    EXPECT_EQ(code.size(), 6U);
    EXPECT_EQ(code, first.at("approvals").at(i).at("check_code"));
  }
}

// A second order is an offence, and what it blocks is named in the next session and its report.
TEST_F(SessionCliTest, ALatchedCauseIsNamed) {
  const std::string orders =
      write("orders.jsonl",
            "{\"this_action\":{\"action\":\"buy\",\"symbol\":\"BTC\",\"amount\":1}}\n"
            "{\"this_action\":{\"action\":\"buy\",\"symbol\":\"BTC\",\"amount\":2}}\n");
  const std::string good = write("good.jsonl", signal(R"(,"stop_loss":59400)"));
  const std::string text = run({"paper", "--signals", orders + "," + good, "--operator",
                                "scripted:approve", "--data", path("data")});
  EXPECT_EQ(code_, 0) << text;
  EXPECT_TRUE(has(text_of(path("data") + "/report/report.json"), "POLICY_VIOLATION"));
  EXPECT_TRUE(has(text_of(path("data") + "/report/report.html"), "By POLICY_VIOLATION.")) << text;
  const std::string again =
      run({"paper", "--signals", good, "--operator", "scripted:approve", "--data", path("data")});
  EXPECT_TRUE(has(again, "--unblock POLICY_VIOLATION=ID")) << again;
}

TEST_F(SessionCliTest, AStopThatIsNoPriceIsNamed) {
  const std::string text =
      run({"signals", "read", write("minus.jsonl", signal(R"(,"stop_loss":-1)"))});
  EXPECT_TRUE(has(text, "#/stop_loss")) << text;
  EXPECT_TRUE(has(text, "-1, not a price")) << text;
  EXPECT_TRUE(has(text, "FIELD_OUT_OF_RANGE")) << text;
}

TEST_F(SessionCliTest, ASignalOfLaterThanTheMarketIsToldWithItsTime) {
  std::string late = signal(R"(,"stop_loss":59400)");
  late.replace(late.find("09:00:40Z"), 9, "10:00:40Z");
  static_cast<void>(
      run({"backtest", "--signals", write("late.jsonl", late), "--data", path("data")}));
  ASSERT_EQ(code_, 0);
  EXPECT_EQ(report("data").at("run").at("undelivered").at(0).at("reason"),
            "its time, 2026-01-05T10:00:40Z, lies after the end of the market data");
}

// A directory goes on where its last session ended: what lies before that is told from what lies
// behind the market.
TEST_F(SessionCliTest, ASignalOfBeforeADirectorysLastEndIsToldSo) {
  const Words words = {"paper", "--operator", "scripted:approve", "--data", path("data")};
  static_cast<void>(run(words));
  ASSERT_EQ(code_, 0);
  std::string late = signal(R"(,"stop_loss":59400)");
  late.replace(late.find("09:00:40Z"), 9, "10:00:40Z");
  late.replace(late.find("i-1"), 3, "i-2");
  const std::string both = write("both.jsonl", signal(R"(,"stop_loss":59400)") + late);
  Words again = words;
  again.insert(again.end(), {"--signals", both});
  const std::string text = run(again);
  ASSERT_EQ(code_, 0) << text;
  const Json left = report("data").at("run").at("undelivered");
  ASSERT_EQ(left.size(), 2U) << left;
  const std::string early = left.at(0).at("reason");
  EXPECT_TRUE(early.starts_with("its time, 2026-01-05T09:00:40Z, lies before 2026-01-05T09:30:0"))
      << early;
  EXPECT_TRUE(early.ends_with("Z, where this directory's session goes on: take a new --data"))
      << early;
  EXPECT_EQ(left.at(1).at("reason"),
            "its time, 2026-01-05T10:00:40Z, lies after the end of the market data");
  EXPECT_TRUE(has(text, "2 signals were never delivered")) << text;
  EXPECT_FALSE(has(text, "…")) << "what to do is not cut off: " << text;
}

// Nothing is known of a symbol without rules, not even the asset that equity would be counted in:
// each check that needs one of these answers for itself, and says so.
TEST_F(SessionCliTest, ASymbolWithoutRulesIsDeniedByAllThatIsUnknownOfIt) {
  std::string other = signal(R"(,"stop_loss":2400)");
  other.replace(other.find("BTCUSDT"), 7, "ETHUSDT");
  const std::string text =
      run({"backtest", "--signals", write("eth.jsonl", other), "--data", path("data")});
  ASSERT_EQ(code_, 0) << text;
  const Json told = report("data");
  std::vector<std::string> codes;
  for (const Json& row : told.at("signals").at(0).at("reasons")) {
    codes.push_back(row.at("code"));
    if (codes.back() != "EQUITY_MISSING") continue;
    EXPECT_TRUE(has(row.at("meaning"), "symbol's quote asset")) << row;
    EXPECT_TRUE(has(row.at("next"), "symbol's rules")) << row;
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"SYMBOL_NOT_ENABLED", "INSTRUMENT_RULES_MISSING",
                                             "MARKET_MISSING", "EQUITY_MISSING"}));
}

// The worst price that the report tells is the limit of the order that a person was asked about.
TEST_F(SessionCliTest, ATargetBelowTheWorstPriceIsToldBesideIt) {
  std::string second = signal(R"(,"stop_loss":59400)");
  second.replace(second.find("i-1"), 3, "i-2");
  second.replace(second.find("t-1"), 3, "t-2");
  const std::string signals =
      write("two.jsonl", signal(R"(,"stop_loss":59400,"take_profit":60000)") + second);
  const std::string text = run({"backtest", "--signals", signals, "--data", path("data")});
  ASSERT_EQ(code_, 0) << text;
  const Json told = report("data");
  ASSERT_EQ(told.at("approvals").size(), 1U) << text;
  const Json worst = told.at("approvals").at(0).at("legs").at(0).at("limit");
  ASSERT_TRUE(worst.is_string());
  EXPECT_EQ(told.at("signals").at(0).at("worst_price"), worst);
  EXPECT_EQ(told.at("signals").at(1).at("worst_price"), worst);
  EXPECT_TRUE(has(text, "not strictly above the entry's worst price")) << text;
  EXPECT_TRUE(has(text_of(path("data") + "/report/report.html"),
                  "Seen: take_profit 60,000.00, worst price "));
}

TEST_F(SessionCliTest, WhatWasSeenIsQuoted) {
  const std::string text =
      run({"signals", "read",
           write("p.jsonl",
                 "{\"date\":\"2025-11-02\",\"id\":0,\"positions\":{\"CASH\":1.0}}\n"
                 "{\"date\":\"2025-11-02\",\"id\":1,\"this_action\":{\"action\":\"buy_crypto\","
                 "\"amount\":0.1352,\"symbol\":\"BTC-USDT\"},\"positions\":{\"CASH\":1.0}}\n")});
  EXPECT_TRUE(has(text, "...\". An engine may only signal.")) << text;
  EXPECT_TRUE(has(text, "Seen: \"the opening book\". [CONTEXT_ONLY]")) << text;
  const std::string unknown =
      run({"signals", "read", write("q.jsonl", signal(R"(,"execute":true)"))});
  EXPECT_TRUE(has(unknown, "Seen: \"execute\".")) << unknown;
}

// The adapter has nothing to note of an exchange on which nothing was traded yet.
TEST_F(SessionCliTest, ASessionStartsWithoutAFalseAlarm) {
  static_cast<void>(run({"paper", "--operator", "scripted:approve", "--data", path("data")}));
  EXPECT_EQ(code_, 0);
  EXPECT_FALSE(has(text_of(path("data") + "/venue.log"), "outside its range"))
      << text_of(path("data") + "/venue.log");
}

// A disk that takes no more: the report tells what is on it and that the journal failed.
TEST_F(SessionCliTest, AJournalThatFailedIsReportedByWhatItHolds) {
  const std::string text = run_program(
      {"sh", "-c", "trap '' XFSZ; ulimit -f 40; exec \"$@\"", "sh", CLAWGATE_PROGRAM, "paper",
       "--signals", kExample, "--operator", "scripted:approve", "--data", path("data"), "--json"});
  EXPECT_EQ(code_, 1);
  const std::size_t begin = text.find("{\n");
  ASSERT_NE(begin, std::string::npos) << text;
  const Json json = Json::parse(text.substr(begin, text.rfind("}\n") + 1 - begin), nullptr, false);
  ASSERT_TRUE(json.is_object()) << text;
  const std::string verified = run({"journal", "verify", path("data")});
  EXPECT_TRUE(has(verified, "records     " + json.at("head").at("seq").dump() + "\n"))
      << verified << "\n"
      << json.at("head");
  EXPECT_TRUE(has(json.dump(), "its journal failed")) << json.dump();
  EXPECT_FALSE(has(json.dump(), "after the end of the market data"));
}

TEST_F(SessionCliTest, TheReportTellsTheCommandLine) {
  static_cast<void>(run(
      {"backtest", "--signals", kExample, "--market", "synthetic:3", "--data", path("data dir")}));
  ASSERT_EQ(code_, 0);
  const std::string told = report("data dir").at("run").at("command_line");
  EXPECT_EQ(told, "clawgate backtest --signals " + kExample + " --market synthetic:3 --data '" +
                      path("data dir") + "'");
}

// The synthetic market lasts half an hour; the last record of this journal is of the minute that
// the last signal came in.
TEST_F(SessionCliTest, TheReportEndsWithTheMarketAndNotWithTheJournal) {
  const std::string text = run({"backtest", "--signals", kExample, "--data", path("data")});
  ASSERT_EQ(code_, 0) << text;
  const Json told = report("data");
  EXPECT_TRUE(has(text, "09:00:00 to 09:30:00 UTC (30 min 00 s)")) << text;
  EXPECT_EQ(told.at("equity").at("points").back().at("time"), told.at("last_time"));
  EXPECT_EQ(told.at("run").at("prices").at(0).at("points").back().at("time"), told.at("last_time"));
  const Json alone = Json::parse(run({"report", path("data"), "--json"}), nullptr, false);
  ASSERT_TRUE(alone.is_object());
  EXPECT_LT(alone.at("last_time").get<std::string>(), told.at("last_time").get<std::string>());
  EXPECT_EQ(alone.at("head"), told.at("head"));

  // Where the files cannot be kept it tells the same, and then what it could not do.
  const std::string shown = run({"report", path("data"), "--out", "/proc/none"});
  EXPECT_EQ(code_, 2);
  EXPECT_TRUE(has(shown, "Report")) << shown;
  EXPECT_TRUE(has(shown, told.at("head").at("hash").get<std::string>().substr(0, 8))) << shown;
  EXPECT_TRUE(has(shown, "/proc/none")) << shown;
}

// A session knows more than its journal: what it left is not written over by what the journal alone
// tells, which shows the same check codes.
TEST_F(SessionCliTest, AReportOfTheJournalLeavesThatOfTheSession) {
  static_cast<void>(run({"backtest", "--signals", kExample, "--data", path("data")}));
  ASSERT_EQ(code_, 0);
  const std::string html = text_of(path("data") + "/report/report.html");
  const std::string json = text_of(path("data") + "/report/report.json");
  const std::string shown = run({"report", path("data")});
  EXPECT_EQ(code_, 0) << shown;
  EXPECT_EQ(text_of(path("data") + "/report/report.html"), html);
  EXPECT_EQ(text_of(path("data") + "/report/report.json"), json);
  EXPECT_TRUE(has(shown, path("data") + "/report-journal/report.html")) << shown;
  EXPECT_TRUE(has(shown, "Session  " + path("data") + "/report/report.html")) << shown;
  EXPECT_FALSE(text_of(path("data") + "/report-journal/report.html").empty());

  const Json told = report("data");
  const Json alone =
      Json::parse(text_of(path("data") + "/report-journal/report.json"), nullptr, false);
  ASSERT_TRUE(alone.is_object());
  ASSERT_EQ(alone.at("approvals").size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string code = alone.at("approvals").at(i).at("check_code");
    EXPECT_EQ(code.size(), 6U);
    EXPECT_EQ(code, told.at("approvals").at(i).at("check_code"));
  }
}

// Codes by half a key would be those of no card; without the key the rest is told all the same.
TEST_F(SessionCliTest, WithoutItsKeyAJournalIsToldWithoutCheckCodes) {
  static_cast<void>(run({"backtest", "--signals", kExample, "--data", path("data")}));
  ASSERT_EQ(code_, 0);
  std::filesystem::resize_file(path("data") + "/check.key", 31);
  for (const bool there : {true, false}) {
    if (!there) std::filesystem::remove(path("data") + "/check.key");
    const std::string shown = run({"report", path("data")});
    EXPECT_EQ(code_, 0) << shown;
    EXPECT_EQ(has(shown, "check.key: not 32 bytes"), there) << shown;
    const Json alone =
        Json::parse(text_of(path("data") + "/report-journal/report.json"), nullptr, false);
    EXPECT_EQ(alone.at("approvals").at(0).at("check_code"), "");
  }
}

TEST_F(SessionCliTest, AWordThatIsNoCommandIsNamed) {
  EXPECT_TRUE(has(run({"bogus"}), "There is no command bogus")) << code_;
  EXPECT_EQ(code_, 2);
  EXPECT_TRUE(has(run({"journal", "bogus"}), "There is no command bogus"));
  EXPECT_EQ(code_, 2);
  EXPECT_TRUE(has(run({}), "subcommand is required"));
  EXPECT_EQ(code_, 2);
}

// A number that wraps would name another order than the one that was typed.
TEST_F(SessionCliTest, ANumberIsDigitsThatFit) {
  for (const char* const number :
       {"-1", "-18446744073709551613", "18446744073709551616", "1.0", "0x1", "+1"}) {
    for (const Words& command :
         {Words{"approve", "--data", path("data"), "--yes", "--", number},
          Words{"reject", "--data", path("data"), "--", number},
          Words{"journal", "show", path("data"), "--from=" + std::string(number)}}) {
      const std::string text = run(command);
      EXPECT_EQ(code_, 2) << number << ": " << text;
      EXPECT_TRUE(has(text, "whole number")) << number << ": " << text;
    }
  }
  const std::string text =
      run({"approve", "--data", path("data"), "--yes", "--", "18446744073709551615"});
  EXPECT_FALSE(has(text, "whole number")) << text;
}

TEST_F(SessionCliTest, HelpTellsDefaultsAndForms) {
  const std::string paper = run({"paper", "--help"});
  for (const char* const part : {"synthetic:1", "scripted:approve", "whole number", "default: max",
                                 "artifacts/paper/N", "pause_ms", "commas between", "live"}) {
    EXPECT_TRUE(has(paper, part)) << part << "\n" << paper;
  }
  EXPECT_TRUE(has(run({"backtest", "--help"}), "artifacts/backtest/N"));
}

// A session goes on with the limits of its journal, and says so where the configuration's are
// others.
TEST_F(SessionCliTest, LimitsThatStayWhatTheyWereAreTold) {
  const std::string market = write("minute.jsonl", signal(""));
  const auto play = [&](const char* command, const std::string& yaml) {
    return run({command, "--signals", market, "--market", "synthetic:1", "--operator",
                "scripted:reject", "--config", write("c.yaml", yaml), "--data", path(command)});
  };
  for (const char* const command : {"paper", "backtest"}) {
    std::string text = play(command, "symbol: BTCUSDT\n");
    ASSERT_EQ(code_, 0) << text;
    EXPECT_FALSE(has(text, "not in force")) << text;
    text = play(command, "limits:\n  order_notional_max: 20\n");
    ASSERT_EQ(code_, 0) << text;
    EXPECT_TRUE(has(text, "not in force, LIMITS_VERSION_OLD")) << text;
    EXPECT_TRUE(has(text, "order_notional_max 50 -> 20. Next: limits.version: 2 in the")) << text;
    text = play(command, "limits:\n  order_notional_max: 20\n  version: 2\n");
    EXPECT_FALSE(has(text, "not in force")) << "what it says works" << text;
    text = play(command, "limits:\n  order_notional_max: 40\n  version: 3\n");
    EXPECT_TRUE(has(text, "not in force, LIMITS_NEED_DECISION")) << text;
  }
}

// A start makes the directory: what matters is where it would be.
TEST_F(SessionCliTest, TheDoctorLooksWhereADataDirectoryWillBe) {
  const auto disk = [&](const std::string& data) {
    const Json checks = Json::parse(run({"doctor", "--json", "--data", data}))["checks"];
    return *std::find_if(checks.begin(), checks.end(),
                         [](const Json& row) { return row["check"] == "disk"; });
  };
  const std::string later = path("a/b/new");
  EXPECT_TRUE(disk(later)["ok"]) << disk(later);
  EXPECT_TRUE(has(disk(later)["seen"], ", where " + later + " will be made")) << disk(later);
  EXPECT_FALSE(std::filesystem::exists(path("a"))) << "the doctor makes nothing";
  EXPECT_TRUE(disk(path("."))["ok"]);
  EXPECT_FALSE(has(disk(path("."))["seen"], "will be made"));
  EXPECT_FALSE(disk(write("file", ""))["ok"]);
  EXPECT_FALSE(disk(path("file/below"))["ok"]);
}

// In S0 the configuration's word is enough. What it names is not opened a second time for
// something else.
TEST_F(SessionCliTest, ADecisionThatOnlyTheConfigurationNamesIsToldAndItsIdLeftOut) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::string day = time_text(std::chrono::nanoseconds(now).count()).substr(0, 10);
  std::erase(day, '-');
  const std::string first = "DEC-" + day + "-001";
  const std::string yaml = "limits:\n  order_notional_max: 60\n  decision: " + first + "\n";
  const std::string played = run({"paper", "--signals", write("minute.jsonl", signal("")),
                                  "--market", "synthetic:1", "--operator", "scripted:reject",
                                  "--config", write("c.yaml", yaml), "--data", path("data")});
  ASSERT_EQ(code_, 0) << played;
  const std::string shown = run({"limits", "show", "--data", path("data")});
  EXPECT_TRUE(has(shown, first + "  (named by the configuration only")) << shown;

  const std::string request = write(
      "request.json",
      R"({"schema_version": "1.0", "purpose": "general", "decision_key": "gateway:a:2026-01-05",
          "title": "t", "proposal": "p", "risk_class": "baixo", "risk_tier": "R1",
          "data_sensitivity": "internal", "side_effect_class": "none",
          "requested_by": "operator", "rollback_plan": "r", "evidence_refs": []})");
  const std::string opened = run({"decisions", "open", request, "--data", path("data")});
  EXPECT_EQ(code_, 0) << opened;
  EXPECT_TRUE(has(opened, "-002 is PENDING")) << opened;
  EXPECT_FALSE(has(opened, "-001")) << opened;
}

}  // namespace
}  // namespace clawgate::gateway
