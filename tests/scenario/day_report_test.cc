// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gateway/report/html_report.h"
#include "gateway/report/json_report.h"
#include "gateway/report/text_report.h"
#include "tests/scenario/day_in_s0.h"
#include "tests/support/temporary_directory.h"

// What a person can read of the day: each of its episodes stands in every form of the report.
// CLAWGATE_KEEP_DAY=DIR keeps the pages there, to be looked at.

namespace clawgate::scenario {
namespace {

TEST(DayReport, Keep) {
  const clawgate::testing::TemporaryDirectory folder;
  const report::SessionReport report = report_of_day(play_day((folder.path() / "day").string()));
  const char* const keep = std::getenv("CLAWGATE_KEEP_DAY");
  if (keep == nullptr) GTEST_SKIP();
  std::filesystem::create_directories(keep);
  std::ofstream(std::string(keep) + "/report.html") << to_html(report);
  std::ofstream(std::string(keep) + "/report.json") << to_json(report);
  std::ofstream(std::string(keep) + "/report.txt") << to_text(report);
}

}  // namespace
}  // namespace clawgate::scenario
