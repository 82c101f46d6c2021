// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "gateway/build_commit.h"
#include "gateway/commands/commands.h"
#include "gateway/eval/asset_class_suite.h"
#include "gateway/eval/suite.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::string cases = "evals/trading";
  std::string out;          // empty: artifacts/evals/<suite>
  std::string asset_class;  // empty: the rulebook of crypto_spot; `all`: every other class
  eval::ClassPlaces places;
  int only = 0;  // a number of the rulebook; 0: all
  unsigned jobs = 0;
  bool list = false;
  bool json = false;
};

// A bar on a terminal; elsewhere a line each quarter of the way.
void show_progress(std::size_t done, std::size_t all) {
  constexpr std::size_t kWidth = 32;
  if (::isatty(STDERR_FILENO) == 1) {
    const std::string bar(done * kWidth / all, '#');
    std::fprintf(stderr, "\r  [%-32s] %zu of %zu%s", bar.c_str(), done, all,
                 done == all ? "\n" : "");
  } else if (done * 4 / all != (done - 1) * 4 / all) {
    std::fprintf(stderr, "eval trading: %zu of %zu cases\n", done, all);
  }
}

void print_list(const eval::Suite& suite) {
  for (const eval::Rule& rule : suite.rulebook) {
    const auto cases =
        std::count_if(suite.cases.begin(), suite.cases.end(),
                      [&](const eval::TradingCase& one) { return one.number == rule.number; });
    std::printf("  %2d  %2lld cases  %s\n", rule.number, static_cast<long long>(cases),
                rule.title.c_str());
    for (const eval::TradingCase& one : suite.cases) {
      if (one.number == rule.number) std::printf("                  %s\n", one.rule.c_str());
    }
    if (!rule.not_yet.empty()) std::printf("                  not yet: %s\n", rule.not_yet.c_str());
  }
}

void print_results(const eval::Suite& suite, const eval::SuiteResult& result,
                   const std::string& out) {
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    const eval::TradingCase& one = suite.cases[i];
    const eval::CaseResult& came = result.cases[i];
    std::printf("  %s  %2d  %s\n", came.failures.empty() ? "pass" : "FAIL", one.number,
                one.rule.c_str());
    for (const eval::Failure& failure : came.failures) {
      std::printf("            %s:%d\n            expected  %s\n            seen      %s\n",
                  failure.file.c_str(), failure.line, failure.expected.c_str(),
                  failure.seen.c_str());
    }
  }
  const auto open = static_cast<std::size_t>(
      std::count_if(suite.rulebook.begin(), suite.rulebook.end(),
                    [](const eval::Rule& rule) { return !rule.not_yet.empty(); }));
  std::printf("\n  %zu cases, %zu passed, %zu failed in %lld ms; %s/summary.json\n",
              suite.cases.size(), suite.cases.size() - result.failed(), result.failed(),
              static_cast<long long>(result.duration_ms), out.c_str());
  std::printf("  %zu of %zu rules have cases", suite.rulebook.size() - open, suite.rulebook.size());
  if (open > 0) std::printf("; not yet:");
  for (const eval::Rule& rule : suite.rulebook) {
    if (!rule.not_yet.empty()) std::printf(" %d", rule.number);
  }
  std::printf("\n");
}

int run_trading(Arguments arguments) {
  if (arguments.out.empty()) arguments.out = "artifacts/evals/trading";
  auto suite = eval::read_suite(arguments.cases);
  if (!suite) return usage_error(suite.error());
  if (arguments.only != 0) {
    eval::keep_only(*suite, arguments.only);
    if (suite->cases.empty()) {
      return usage_error({Reason::ConfigValueRange, "--case",
                          "no case " + std::to_string(arguments.only) + "; see --list"});
    }
  }
  if (arguments.list) {
    print_list(*suite);
    return 0;
  }
  const eval::SuiteResult result = eval::run_suite(*suite, arguments.jobs, show_progress);
  if (const auto malformed = result.malformed(*suite)) return usage_error(*malformed);

  const std::string summary = summary_json(*suite, result, std::string(build_commit()));
  std::error_code error;
  std::filesystem::create_directories(arguments.out, error);
  std::ofstream summary_file(arguments.out + "/summary.json");
  std::ofstream failures_file(arguments.out + "/failures.jsonl");
  summary_file << summary << std::flush;
  failures_file << failures_jsonl(*suite, result) << std::flush;
  if (!summary_file || !failures_file || error) {
    return usage_error({Reason::DataDirectoryUnwritable, arguments.out, error.message()});
  }
  if (arguments.json) {
    std::cout << summary;
  } else {
    print_results(*suite, result, arguments.out);
  }
  return result.failed() == 0 ? 0 : 1;
}

std::vector<contracts::BrazilianClass> classes_of(const std::string& name) {
  using contracts::BrazilianClass;
  if (name == "all") {
    return {BrazilianClass::EquitiesBr, BrazilianClass::FiiBr, BrazilianClass::FixedIncomeBr};
  }
  return {*contracts::value_of<BrazilianClass>(name)};
}

// The suites of the classes beside crypto_spot. They run without a gateway: those classes have no
// way to a venue.
int run_classes(const Arguments& arguments) {
  const bool all = arguments.asset_class == "all";
  const std::string suite = all ? "trading-multiasset" : "trading-" + arguments.asset_class;
  std::string out = arguments.out;
  if (out.empty()) out = "artifacts/evals/" + suite;
  std::string rows;
  std::string failures;
  std::size_t count = 0;
  std::size_t failed = 0;
  for (const contracts::BrazilianClass which : classes_of(arguments.asset_class)) {
    const std::string name(contracts::word_of(which));
    const auto checks = eval::run_asset_class(which, arguments.places);
    if (!checks) return usage_error(checks.error());
    for (const eval::ClassCheck& check : *checks) {
      const std::string id = name + "/" + check.id;
      ++count;
      failed += check.passed() ? 0U : 1U;
      rows += (rows.empty() ? "" : ",") + std::string("{\"check\":") + json_quote(id) +
              ",\"passed\":" + (check.passed() ? "true" : "false") + "}";
      if (!arguments.json) {
        std::printf("  %s  %s\n", check.passed() ? "pass" : "FAIL", id.c_str());
      }
      if (check.passed()) continue;
      failures += "{\"check\":" + json_quote(id) + ",\"expected\":" + json_quote(check.expected) +
                  ",\"seen\":" + json_quote(check.seen) + "}\n";
      if (!arguments.json) {
        std::printf("            expected  %s\n            seen      %s\n", check.expected.c_str(),
                    check.seen.c_str());
      }
    }
  }
  const std::string summary =
      "{\"schema_version\":\"1.0\",\"suite\":" + json_quote("eval-" + suite) +
      ",\"cases\":" + std::to_string(count) + ",\"passed\":" + std::to_string(count - failed) +
      ",\"failed\":" + std::to_string(failed) + ",\"git_commit\":" + json_quote(build_commit()) +
      ",\"results\":[" + rows + "]}\n";
  std::error_code error;
  std::filesystem::create_directories(out, error);
  std::ofstream failures_file(out + "/failures.jsonl");
  std::ofstream summary_file(out + "/summary.json");
  failures_file << failures;
  summary_file << summary;
  if (error || !failures_file.flush() || !summary_file.flush()) {
    return usage_error({Reason::DataDirectoryUnwritable, out, ""});
  }
  if (arguments.json) {
    std::cout << summary;
  } else {
    std::printf("\n  %zu checks, %zu passed, %zu failed; %s/summary.json\n", count, count - failed,
                failed, out.c_str());
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace

void add_eval_command(CLI::App& app, int& exit_code) {
  CLI::App* const eval = app.add_subcommand("eval", "The suites that guard a release");
  eval->require_subcommand(1);
  CLI::App* const trading = eval->add_subcommand(
      "trading", "The trading rulebook, case by case, against the real gateway and exchange");
  const auto arguments = std::make_shared<Arguments>();
  trading->add_option("--cases", arguments->cases, "Directory of rulebook.table and *.cases")
      ->capture_default_str();
  trading->add_option("--out", arguments->out,
                      "Directory for summary.json and failures.jsonl [artifacts/evals/trading]");
  trading->add_option("--case", arguments->only, "Only the cases of this number of the rulebook")
      ->check(CLI::Range(1, eval::kRulesMax));
  trading->add_option("--jobs", arguments->jobs, "Cases side by side; one a core when left out");
  trading->add_flag("--list", arguments->list, "Print the rulebook and its cases, run nothing");
  trading->add_flag("--json", arguments->json, "Print the summary as JSON");
  trading
      ->add_option("--asset-class", arguments->asset_class,
                   "The suite of a class that is not enabled yet; all: each of them")
      ->check(CLI::IsMember({"equities_br", "fii_br", "fixed_income_br", "all"}));
  trading->add_option("--class-cases", arguments->places.cases, "Directory of their cases");
  trading->add_option("--contracts", arguments->places.contracts,
                      "Directory of their profiles, validators, adapters and shadow reviews");
  trading->footer(
      "Exit: 0 every case holds, 1 a case fails, 2 a case or the table cannot be read.\n"
      "docs/eval-trading.md lists the words of a case.");
  trading->callback([&exit_code, arguments] {
    exit_code = arguments->asset_class.empty() ? run_trading(*arguments) : run_classes(*arguments);
  });
}

}  // namespace clawgate::gateway
