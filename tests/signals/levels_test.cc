// SPDX-License-Identifier: Apache-2.0
#include "signals/levels.h"

#include <gtest/gtest.h>

#include <string>

namespace clawgate::signals {
namespace {

std::string text_of(std::optional<Px> price) {
  return price ? to_text(*price) : "none";
}

std::string all_of(std::string_view text) {
  std::string out;
  for (const Px price : prices_in(text)) out += to_text(price) + " ";
  return out;
}

TEST(LevelsTest, DollarAmountsThatCanBePrices) {
  EXPECT_EQ(all_of("the 50-day SMA ($69,176) and $92,373.50, near $71k"), "69176 92373.5 71000 ");
  EXPECT_EQ(all_of("$200-$212, $200/$206/$212"), "200 212 200 206 212 ");
  EXPECT_EQ(all_of("~$0.00001234."), "0.00001234 ");
  EXPECT_EQ(all_of("$395."), "395 ");
}

TEST(LevelsTest, MoneyAndRatiosAreNoPrices) {
  EXPECT_EQ(all_of("$4.07 billion, $740M, $10.7B, $2 trillion, $5bn, $3x, $7%"), "");
  EXPECT_EQ(all_of("$, $x, $-5, $0, 69176, 1.2.3"), "");
  EXPECT_EQ(all_of("$99999999999999999999"), "");
  EXPECT_EQ(all_of("$92233720k"), "92233720000 ");
  EXPECT_EQ(all_of("$92233721k"), "");  // does not fit a Px
}

TEST(LevelsTest, TheStatedPriceIsTheOneSaidToBeNow) {
  EXPECT_EQ(text_of(stated_price("target $400; trading at $312 after $280")), "312");
  EXPECT_EQ(text_of(stated_price("the current price of $60,000 and $1")), "60000");
}

TEST(LevelsTest, ElseItIsTheMiddleOne) {
  EXPECT_EQ(text_of(stated_price("$1 then $30 then $32 then $35 then $900")), "32");
  EXPECT_EQ(text_of(stated_price("$30 and $40")), "30");
  EXPECT_EQ(text_of(stated_price("$30")), "30");
  EXPECT_EQ(text_of(stated_price("no price")), "none");
}

TEST(LevelsTest, ALevelIsOneNumberAlone) {
  EXPECT_EQ(text_of(level_of("170.0")), "170");
  EXPECT_EQ(text_of(level_of(" $5,800 ")), "5800");
  EXPECT_EQ(text_of(level_of("~$69176 USDT")), "69176");
  for (const char* const text :
       {"", "395-410", "about 5", "5 or 6", "-5", "0", "1e5", "5%", "N/A"}) {
    EXPECT_EQ(text_of(level_of(text)), "none") << text;
  }
}

}  // namespace
}  // namespace clawgate::signals
