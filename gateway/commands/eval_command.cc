// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "gateway/commands/commands.h"
#include "gateway/eval/asset_class_suite.h"
#include "gateway/eval/trading_case.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::string cases = "evals/trading";
  std::string out;          // empty: artifacts/evals/<suite>
  std::string asset_class;  // empty: the rulebook of crypto_spot; `all`: every other class
  eval::ClassPlaces places;
  bool json = false;
};

Result<std::vector<eval::TradingCase>> read_cases(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path().string());
  }
  if (error || files.empty()) return Error{Reason::FileUnreadable, directory, "no *.cases file"};
  std::sort(files.begin(), files.end());
  std::vector<eval::TradingCase> all;
  for (const std::string& name : files) {
    std::ifstream file(name);
    auto cases = eval::parse_cases(name, std::string(std::istreambuf_iterator<char>(file), {}));
    if (!cases) return cases.error();
    all.insert(all.end(), cases->begin(), cases->end());
  }
  return all;
}

std::string git_commit() {
  std::ifstream head(".git/HEAD");
  std::string line;
  if (!std::getline(head, line)) return "";
  if (!line.starts_with("ref: ")) return line;
  std::ifstream ref(".git/" + line.substr(5));
  std::getline(ref, line);
  return ref ? line : "";
}

int run_trading(Arguments arguments) {
  if (arguments.out.empty()) arguments.out = "artifacts/evals/trading";
  const auto cases = read_cases(arguments.cases);
  if (!cases) return usage_error(cases.error());
  const auto begin = std::chrono::steady_clock::now();
  const bool progress = ::isatty(STDERR_FILENO) == 1;
  std::error_code error;
  std::filesystem::create_directories(arguments.out, error);
  std::ofstream failures(arguments.out + "/failures.jsonl");
  std::string rows;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < cases->size(); ++i) {
    const eval::TradingCase& one = (*cases)[i];
    const eval::CaseResult result = eval::run_case(one);
    const bool ok = result.failures.empty();
    failed += ok ? 0 : 1;
    if (progress) std::fprintf(stderr, "\r  %zu of %zu", i + 1, cases->size());
    rows += (rows.empty() ? "" : ",") + std::string("{\"case\":") + std::to_string(one.number) +
            ",\"rule\":" + json_quote(one.rule) + ",\"passed\":" + (ok ? "true" : "false") +
            ",\"limits_version\":" + std::to_string(result.limits_version) +
            ",\"journal_head\":" + json_quote(result.journal_head) + "}";
    if (!arguments.json) {
      std::printf("  %s  %2d  %s\n", ok ? "pass" : "FAIL", one.number, one.rule.c_str());
    }
    for (const eval::Failure& failure : result.failures) {
      const std::string where = failure.file + ":" + std::to_string(failure.line);
      failures << "{\"case\":" << one.number << ",\"rule\":" << json_quote(one.rule)
               << ",\"where\":" << json_quote(where)
               << ",\"expected\":" << json_quote(failure.expected)
               << ",\"seen\":" << json_quote(failure.seen) << "}\n";
      if (!arguments.json) {
        std::printf("            %s\n            expected  %s\n            seen      %s\n",
                    where.c_str(), failure.expected.c_str(), failure.seen.c_str());
      }
    }
  }
  if (progress) std::fprintf(stderr, "\r              \r");
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::steady_clock::now() - begin)
                      .count();
  const std::string summary =
      "{\"schema_version\":\"1.0\",\"cases\":" + std::to_string(cases->size()) +
      ",\"passed\":" + std::to_string(cases->size() - failed) +
      ",\"failed\":" + std::to_string(failed) + ",\"duration_ms\":" + std::to_string(ms) +
      ",\"git_commit\":" + json_quote(git_commit()) + ",\"results\":[" + rows + "]}\n";
  std::ofstream(arguments.out + "/summary.json") << summary;
  if (!failures.good() || error)
    return usage_error({Reason::DataDirectoryUnwritable, arguments.out, ""});
  if (arguments.json) {
    std::cout << summary;
  } else {
    std::printf("\n  %zu cases, %zu passed, %zu failed in %lld ms; %s/summary.json\n",
                cases->size(), cases->size() - failed, failed, static_cast<long long>(ms),
                arguments.out.c_str());
  }
  return failed == 0 ? 0 : 1;
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
      ",\"failed\":" + std::to_string(failed) + ",\"git_commit\":" + json_quote(git_commit()) +
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
      "trading", "The trading rulebook, case by case, against the real gateway");
  const auto arguments = std::make_shared<Arguments>();
  trading->add_option("--cases", arguments->cases, "Directory of *.cases files");
  trading->add_option("--out", arguments->out, "Directory for summary.json and failures.jsonl");
  trading->add_flag("--json", arguments->json, "Print the summary as JSON");
  trading
      ->add_option("--asset-class", arguments->asset_class,
                   "The suite of a class that is not enabled yet; all: each of them")
      ->check(CLI::IsMember({"equities_br", "fii_br", "fixed_income_br", "all"}));
  trading->add_option("--class-cases", arguments->places.cases, "Directory of their cases");
  trading->add_option("--contracts", arguments->places.contracts,
                      "Directory of their profiles, validators, adapters and shadow reviews");
  trading->callback([&exit_code, arguments] {
    exit_code = arguments->asset_class.empty() ? run_trading(*arguments) : run_classes(*arguments);
  });
}

}  // namespace clawgate::gateway
