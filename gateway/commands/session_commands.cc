// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/commands/commands.h"
#include "gateway/commands/page.h"
#include "gateway/commands/report_files.h"
#include "gateway/commands/stop_signal.h"
#include "gateway/entropy.h"
#include "gateway/live_market.h"
#include "gateway/report/json_report.h"
#include "gateway/report/text_report.h"
#include "gateway/session.h"
#include "governance/journal/posix_store.h"
#include "schemas/core/read_file.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

/// What the command line said; turned into SessionOptions once it is complete.
struct Arguments {
  std::vector<std::string> signals;
  std::string market = "synthetic:1";
  std::string record;
  std::string speed;
  std::string operators;
  std::string data;
  std::string report;
  std::string config;
  std::vector<std::string> unblock;
  std::vector<std::string> faults;
  bool json = false;
};

constexpr std::string_view kScript =
    "FILE holds a rule a line, the first that fits counts: {\"trace_id\":\"of the signal; left "
    "out: "
    "any\",\"answer\":\"approve|reject|ignore|kill\",\"pause_ms\":2000}";

void add_options(CLI::App& command, Arguments& arguments, bool paper) {
  command
      .add_option("--signals", arguments.signals,
                  "Files of signals (JSONL, TradingAgents, AI-Trader, ...), commas between; a "
                  "directory stands for the TradingAgents run in it; - is standard input, on a "
                  "live market line by line as it comes")
      ->delimiter(',');
  command.add_option("--market", arguments.market,
                     paper ? "synthetic:SEED (default: synthetic:1); recordings with commas "
                             "between them; live: Binance's public market data as it comes, by the "
                             "wall clock, until Ctrl-C; live:URL: the same of a server on this "
                             "machine, such as clawgate sim"
                           : "synthetic:SEED (default: synthetic:1), or recordings with commas "
                             "between them");
  command.add_option("--operator", arguments.operators,
                     paper ? "terminal (default at a terminal), or scripted:approve|reject|FILE "
                             "(default elsewhere: scripted:approve; S0 and simulator only). " +
                                 std::string(kScript)
                           : "scripted:approve|reject|FILE (default: scripted:approve), or "
                             "terminal. " +
                                 std::string(kScript));
  command.add_option("--data", arguments.data,
                     paper ? "Data directory: journal, evidence, the exchange's ledger and export "
                             "(default: artifacts/paper/N, the first N that is free)"
                           : "Data directory: journal, evidence, the exchange's ledger (default: "
                             "artifacts/backtest/N, the first N that is free)");
  command.add_option("--report", arguments.report,
                     "Directory for report.html and report.json (default: report in the data "
                     "directory)");
  command.add_option("--config", arguments.config, "Configuration (YAML); see clawgate doctor");
  command.add_flag("--json", arguments.json, "Print the report as JSON");
  if (!paper) return;
  command.add_option("--record", arguments.record,
                     "File that keeps a live market, for --market of a later backtest");
  command.add_option("--speed", arguments.speed,
                     "Times real time, a whole number from 1 to 100000, or max (default: max; of a "
                     "live market 1)");
  command.add_option(
      "--unblock", arguments.unblock,
      "CAUSE=DECISION_ID: clear a latched cause at the start by a recorded decision");
  command
      .add_option("--faults", arguments.faults,
                  "What goes wrong at the exchange: a fault's name, or JSON as for clawgate sim; "
                  "repeatable")
      ->take_all();
}

/// artifacts/paper/7 when 1 to 6 exist.
std::string next_directory(const std::string& under) {
  int number = 1;
  while (std::filesystem::exists(under + "/" + std::to_string(number))) ++number;
  return under + "/" + std::to_string(number);
}

Result<std::int64_t> speed_of(const std::string& text) {
  const RawDecimal speed = parse_decimal(text);
  const bool whole = speed.error == DecimalError::None && speed.raw % Px::kScale == 0;
  if (!whole || speed.raw < Px::kScale || speed.raw > Px::of(100'000).raw()) {
    return Error{Reason::UsageOption, "--speed",
                 text + ", neither a whole number from 1 to 100000 nor max"};
  }
  return speed.raw / Px::kScale;
}

// A live market goes at its own speed, and a backtest repeats what was recorded.
std::optional<Error> check_live(const Arguments& arguments, bool paper, SessionOptions& options) {
  const auto place = live_place(arguments.market);
  if (!place) return place.error();
  if (!*place) return std::nullopt;
  if (!paper) {
    return Error{Reason::UsageOption, "--market " + arguments.market,
                 "a backtest; record a live market by clawgate paper --record FILE"};
  }
  if (!arguments.speed.empty() && arguments.speed != "1") {
    return Error{Reason::ConfigConflict, "--market " + arguments.market + " and --speed",
                 arguments.speed + "; a live market goes at speed 1"};
  }
  options.speed = 1;
  return std::nullopt;
}

std::optional<Error> add_unblock(const std::string& text, SessionOptions& options) {
  const std::size_t at = text.find('=');
  const std::string cause = text.substr(0, at);
  if (find_cause(cause) == nullptr) return Error{Reason::CauseUnknown, "--unblock", text};
  const auto decision = at == std::string::npos
                            ? std::nullopt
                            : DecisionId::from(std::string_view(text).substr(at + 1));
  if (!decision || decision->empty()) return Error{Reason::DecisionIdMissing, "--unblock", text};
  options.unblock.emplace_back(cause, *decision);
  return std::nullopt;
}

Result<SessionOptions> options_of(const Arguments& arguments, bool paper) {
  SessionOptions options;
  options.backtest = !paper;
  options.signal_files = arguments.signals;
  options.market = arguments.market;
  options.record = arguments.record;
  options.progress = ::isatty(STDERR_FILENO) == 1;
  const bool person = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  options.operators = arguments.operators;
  if (options.operators.empty()) {
    options.operators = paper && person ? "terminal" : "scripted:approve";
    if (paper && !person) {
      std::fprintf(stderr, "No terminal: the scripted operator approves. (--operator to choose)\n");
    }
  }
  if (options.operators == "terminal" && ::isatty(STDIN_FILENO) != 1) {
    return Error{Reason::UsageOption, "--operator terminal", "standard input is no terminal"};
  }
  const bool reads_stdin =
      std::find(arguments.signals.begin(), arguments.signals.end(), "-") != arguments.signals.end();
  if (reads_stdin && options.operators == "terminal") {
    return Error{Reason::ConfigConflict, "--signals - and --operator terminal",
                 "both read standard input"};
  }
  if (!arguments.speed.empty() && arguments.speed != "max") {
    const auto speed = speed_of(arguments.speed);
    if (!speed) return speed.error();
    options.speed = *speed;
  }
  if (auto error = check_live(arguments, paper, options)) return *error;
  if (!arguments.config.empty()) {
    auto config = read_config(arguments.config);
    if (!config) return config.error();
    options.config = *config;
  }
  for (const std::string& text : arguments.unblock) {
    if (auto error = add_unblock(text, options)) return *error;
  }
  options.faults = arguments.faults;
  options.data = arguments.data;
  if (options.data.empty())
    options.data = next_directory(paper ? "artifacts/paper" : "artifacts/backtest");
  return options;
}

report::SessionExtras extras_of(const SessionOutcome& outcome, const SessionOptions& options) {
  report::SessionExtras extras;
  extras.title = options.backtest ? "Backtest" : "Paper session";
  if (outcome.failure) extras.title += ", cut short: its journal failed";
  report::PriceSeries series{options.config.symbol, {}, false};
  for (const PricePoint& point : outcome.prices) series.points.push_back({point.time, point.mid});
  extras.prices.push_back(std::move(series));
  extras.end = {outcome.end, outcome.last_top};
  for (const Undelivered& row : outcome.undelivered)
    extras.undelivered.push_back({row.name, row.why});
  extras.sources = outcome.sources;
  extras.command_line = options.command_line;
  extras.data_directory = options.data;
  extras.wall_ns = outcome.wall_ms * kNanosPerMilli;
  extras.conservation = {outcome.conserved, outcome.conserved
                                                ? "every asset at the exchange sums to zero"
                                                : "the exchange's ledger does not sum to zero"};
  return extras;
}

Result<report::SessionReport> report_of(const SessionOutcome& outcome,
                                        const SessionOptions& options) {
  auto store = journal::PosixStore::open_existing(outcome.journal);
  if (!store) return store.error();
  report::SessionExtras extras = extras_of(outcome, options);
  extras.check_codes = check_codes_in(**store, outcome.check_key);
  auto stages = stages_in(options.data);
  if (!stages) return stages.error();
  extras.stages = std::move(*stages);
  return report::report_of(**store, std::move(extras));
}

/// The whole command line as it was typed, as words.
std::string command_line() {
  const auto raw = read_whole_file("/proc/self/cmdline");
  std::string text = "clawgate";
  std::size_t at = raw ? raw->find('\0') : std::string::npos;
  while (at != std::string::npos && at + 1 < raw->size()) {
    const std::size_t end = raw->find('\0', at + 1);
    const std::string word = raw->substr(at + 1, end - at - 1);
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$*?|&;<>(){}") == word.npos;
    text += plain ? " " + word : " '" + word + "'";
    at = end;
  }
  return text;
}

/// Where the report goes, made and writable before the session starts; inside a data directory of
/// the session's own it comes later.
std::optional<Error> open_report(const std::string& directory) {
  if (directory.empty()) return std::nullopt;
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error && ::access(directory.c_str(), W_OK) != 0) {
    error = std::error_code(errno, std::generic_category());
  }
  if (!error) return std::nullopt;
  return Error{Reason::UsageOption, "--report " + directory,
               "a directory that cannot be written: " + error.message()};
}

int run(const Arguments& arguments, bool paper) {
  auto options = options_of(arguments, paper);
  if (!options) return usage_error(options.error());
  options->command_line = command_line();
  if (const auto error = open_report(arguments.report)) return usage_error(*error);
  const StopSignal stop;
  options->stop = &stop.asked();
  const auto outcome = run_session(*options);
  if (!outcome) return usage_error(outcome.error());
  if (stop.asked()) std::fprintf(stderr, "Stopped; the session ended in order.\n");
  const auto report = report_of(*outcome, *options);
  if (!report) return usage_error(report.error());

  const std::string directory =
      arguments.report.empty() ? options->data + "/report" : arguments.report;
  const auto unwritten = write_report(*report, directory);
  if (arguments.json) {
    std::cout << report::to_json(*report);
  } else {
    const Page page = page_of_stdout();
    std::cout << report::to_text(*report, page.colour, page.width) << "\n  Report   " << directory
              << "/report.html\n  Journal  " << outcome->journal << "   (clawgate journal verify "
              << options->data << ")\n";
    if (!outcome->venue_export.empty()) {
      std::cout << "  Venue    " << outcome->venue_export << "   (clawgate journal prove "
                << options->data << " --venue-export " << outcome->venue_export << ")\n";
    }
  }
  std::cout << std::flush;
  if (outcome->venue_export_unwritten) {
    std::fprintf(stderr, "%s\n", to_text(*outcome->venue_export_unwritten).c_str());
    return 1;
  }
  if (outcome->failure) {
    std::fprintf(stderr, "%s\n", to_text(*outcome->failure).c_str());
    return 1;
  }
  if (unwritten) return usage_error(*unwritten);
  return 0;
}

void add(CLI::App& app, int& exit_code, bool paper) {
  CLI::App* const command =
      paper ? app.add_subcommand(
                  "paper",
                  "An S0 session in one process: practice exchange, gateway and approvals. The two "
                  "speak Binance's protocol over loopback sockets; Ctrl-C ends it with a report")
            : app.add_subcommand("backtest",
                                 "The same engine over recorded data, calling the exchange in "
                                 "process, as fast as it goes; the same inputs give the same head "
                                 "hash");
  const auto arguments = std::make_shared<Arguments>();
  add_options(*command, *arguments, paper);
  command->callback([&exit_code, arguments, paper] { exit_code = run(*arguments, paper); });
}

}  // namespace

std::string command_id_of(const std::string& given) {
  return given.empty() ? "cli-" + to_hex(Bytes(SystemEntropy().nonce().bytes)) : given;
}

int usage_error(const Error& error) {
  std::fprintf(stderr, "%s\n", to_text(error).c_str());
  return 2;
}

void add_session_commands(CLI::App& app, int& exit_code) {
  add(app, exit_code, true);
  add(app, exit_code, false);
}

}  // namespace clawgate::gateway
