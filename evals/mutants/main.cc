// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "evals/mutants/active.h"
#include "gateway/eval/suite.h"

// The trading evaluation around a gateway with one chosen fault. Stops at the first case that
// notices: exit 1. Prints which case runs before it runs, so that one that ends the process is
// known too. 0: nobody noticed. 2: the cases cannot be read.

namespace clawgate::mutants {
namespace {

int number = 0;

int run(const std::string& directory) {
  const auto suite = eval::read_suite(directory);
  if (!suite) {
    std::fprintf(stderr, "%s\n", to_text(suite.error()).c_str());
    return 2;
  }
  for (const eval::TradingCase& one : suite->cases) {
    std::printf("case %d %s\n", one.number, one.rule.c_str());
    std::fflush(stdout);
    const eval::CaseResult result = eval::run_case(one, suite->root);
    if (result.failures.empty()) continue;
    std::printf("FAIL %d %s\n", one.number, one.rule.c_str());
    for (const eval::Failure& failure : result.failures) {
      std::printf("     %s:%d expected %s; seen %s\n", failure.file.c_str(), failure.line,
                  failure.expected.c_str(), failure.seen.c_str());
    }
    return 1;
  }
  return 0;
}

}  // namespace

int chosen() {
  return number;
}

}  // namespace clawgate::mutants

int main(int argc, char** argv) {
  CLI::App app{"The trading evaluation around a gateway with one seeded fault."};
  std::string cases = "evals/trading";
  app.add_option("--mutant", clawgate::mutants::number, "Its number in mutants.table; 0: none");
  app.add_option("--cases", cases, "Directory of rulebook.table and *.cases");
  CLI11_PARSE(app, argc, argv);
  return clawgate::mutants::run(cases);
}
