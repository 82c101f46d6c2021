// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/text_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "gateway/report/format.h"

namespace clawgate::report {
namespace {

const std::string kWords = "A trade ended at a loss and the cooldown is not over.";

std::vector<std::string> lines_of(std::size_t width, TextPage::Long last) {
  TextPage page(Colour::Off, width);
  page.table({{{"09:00:40"}, {"tradingagents"}, {"buy BTCUSDT"}, {"took profit"}, {kWords}}}, last);
  std::istringstream text(page.take());
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::size_t widest(const std::vector<std::string>& lines) {
  std::size_t most = 0;
  for (const std::string& line : lines) most = std::max(most, columns(line));
  return most;
}

TEST(TextPageTest, ARowFitsEveryTerminalAndBreaksNoWord) {
  for (std::size_t width = TextPage::kLeastWidth; width <= 130; ++width) {
    const auto lines = lines_of(width, TextPage::Long::Wrap);
    EXPECT_LE(widest(lines), width) << width;
    std::string words;
    for (const std::string& line : lines) {
      std::istringstream text(line);
      for (std::string word; text >> word;) words += (words.empty() ? "" : " ") + word;
    }
    EXPECT_EQ(words, "09:00:40 tradingagents buy BTCUSDT took profit " + kWords) << width;
  }
}

TEST(TextPageTest, WhereThereIsRoomARowIsOneLine) {
  EXPECT_EQ(lines_of(kUsualWidth, TextPage::Long::Wrap).size(), 1U);
  EXPECT_GT(lines_of(60, TextPage::Long::Wrap).size(), 2U);
}

TEST(TextPageTest, ACutCellFitsTooAndANarrowTerminalHidesNoMore) {
  for (const std::size_t width : {40U, 60U, 118U}) {
    const auto lines = lines_of(width, TextPage::Long::Cut);
    EXPECT_LE(widest(lines), width);
    EXPECT_TRUE(lines.back().ends_with("over.")) << width << lines.back();
  }
  TextPage page(Colour::Off, 60);
  page.table({{{"a"}, {std::string(500, 'x')}}});
  EXPECT_NE(page.take().find("…"), std::string::npos) << "what is cut there is cut here";
}

TEST(TextPageTest, AParagraphIsAsWideAsThePage) {
  TextPage page(Colour::Off, 60);
  page.paragraph(kWords + " " + kWords);
  std::istringstream text(page.take());
  for (std::string line; std::getline(text, line);) EXPECT_LE(columns(line), 60U);
}

TEST(TextPageTest, ATerminalTooNarrowForAnythingIsOverflown) {
  EXPECT_EQ(lines_of(5, TextPage::Long::Wrap), lines_of(40, TextPage::Long::Wrap));
}

}  // namespace
}  // namespace clawgate::report
