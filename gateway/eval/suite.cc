// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/suite.h"
#include "schemas/core/read_file.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace clawgate::eval {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json json_of(const Suite& suite, const TradingCase& one, const CaseResult& result) {
  const fs::path file = fs::path(one.file).lexically_relative(suite.root);
  return {{"case", one.number},
          {"rule", one.rule},
          {"where", file.string() + ":" + std::to_string(one.line)},
          {"passed", result.failures.empty()},
          {"limits_version", result.limits_version},
          {"journal_head", result.journal_head}};
}

}  // namespace

Result<Suite> read_suite(const std::string& directory, bool complete) {
  std::error_code error;
  const fs::path folder = fs::weakly_canonical(directory, error);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  }
  if (error || files.empty())
    return Error{Reason::FileUnreadable, directory,
                 "no *.cases file; --cases names the folder evals/trading of the source"};
  std::sort(files.begin(), files.end());

  Suite suite;
  suite.root = folder.parent_path().parent_path().string();
  for (const fs::path& file : files) {
    const auto text = read_whole_file(file.string());
    if (!text) return text.error();
    auto cases = parse_cases(file.string(), *text);
    if (!cases) return cases.error();
    std::move(cases->begin(), cases->end(), std::back_inserter(suite.cases));
  }
  std::stable_sort(suite.cases.begin(), suite.cases.end(),
                   [](const auto& a, const auto& b) { return a.number < b.number; });
  if (!complete) return suite;

  const std::string table = (folder / "rulebook.table").string();
  const auto text = read_whole_file(table);
  if (!text) return text.error();
  auto rulebook = parse_rulebook(table, *text);
  if (!rulebook) return rulebook.error();
  suite.rulebook = std::move(*rulebook);
  if (auto gap = uncovered(table, suite.rulebook, suite.cases)) return *gap;
  return suite;
}

void keep_only(Suite& suite, int number) {
  std::erase_if(suite.cases, [&](const TradingCase& one) { return one.number != number; });
}

std::size_t SuiteResult::failed() const {
  return static_cast<std::size_t>(std::count_if(
      cases.begin(), cases.end(), [](const CaseResult& one) { return !one.failures.empty(); }));
}

std::optional<Error> SuiteResult::malformed(const Suite& suite) const {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (const Failure& failure : cases[i].failures) {
      if (!failure.malformed) continue;
      return Error{Reason::ConfigSyntax, failure.file + ":" + std::to_string(failure.line),
                   failure.expected + "; seen: " + failure.seen + " (case " +
                       std::to_string(suite.cases[i].number) + " " + suite.cases[i].rule + ")"};
    }
  }
  return std::nullopt;
}

SuiteResult run_suite(const Suite& suite, unsigned threads, const CaseDone& done) {
  const auto begin = std::chrono::steady_clock::now();
  SuiteResult result;
  result.cases.resize(suite.cases.size());
  std::atomic<std::size_t> next{0};
  std::size_t finished = 0;
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < suite.cases.size(); i = next++) {
      result.cases[i] = run_case(suite.cases[i], suite.root);
      const std::lock_guard lock(mutex);
      ++finished;
      if (done) done(finished, suite.cases.size());
    }
  };
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> pool;
  for (unsigned i = 1; i < (threads == 0 ? cores : threads); ++i) pool.emplace_back(work);
  work();
  pool.clear();
  result.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - begin)
                           .count();
  return result;
}

std::string summary_json(const Suite& suite, const SuiteResult& result,
                         const std::string& git_commit) {
  Json not_yet = Json::array();
  std::uint32_t limits_version = 0;
  for (const Rule& rule : suite.rulebook) {
    if (rule.not_yet.empty()) continue;
    not_yet.push_back({{"case", rule.number}, {"rule", rule.title}, {"why", rule.not_yet}});
  }
  Json rows = Json::array();
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    rows.push_back(json_of(suite, suite.cases[i], result.cases[i]));
    limits_version = std::max(limits_version, result.cases[i].limits_version);
  }
  const Json summary = {{"schema_version", "1.0"},
                        {"cases", suite.cases.size()},
                        {"passed", suite.cases.size() - result.failed()},
                        {"failed", result.failed()},
                        {"rules", suite.rulebook.size()},
                        {"rules_proved", suite.rulebook.size() - not_yet.size()},
                        {"not_yet", not_yet},
                        {"duration_ms", result.duration_ms},
                        {"git_commit", git_commit},
                        {"limits_version", limits_version},
                        {"results", rows}};
  return summary.dump(1) + "\n";
}

std::string failures_jsonl(const Suite& suite, const SuiteResult& result) {
  std::string text;
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    for (const Failure& failure : result.cases[i].failures) {
      const fs::path file = fs::path(failure.file).lexically_relative(suite.root);
      text += Json{{"case", suite.cases[i].number},
                   {"rule", suite.cases[i].rule},
                   {"where", file.string() + ":" + std::to_string(failure.line)},
                   {"expected", failure.expected},
                   {"seen", failure.seen}}
                  .dump() +
              "\n";
    }
  }
  return text;
}

}  // namespace clawgate::eval
