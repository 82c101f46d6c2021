// SPDX-License-Identifier: Apache-2.0
#include "signals/fold.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "signals/order_words.h"

namespace clawgate::signals {
namespace {

std::string skeleton(std::string_view text) {
  return std::string(Skeleton(text).whole());
}

TEST(FoldTest, SpellingTricksLookAlike) {
  const std::string buy = skeleton("buy");
  for (const char* const trick :
       {"BUY", "b u y", "b-u-y", "b\xE2\x80\x8Buy", "\xEF\xBC\xA2\xEF\xBC\xB5\xEF\xBC\xB9",
        "\xD0\xB2\xCF\x85\xD1\x83", "8uy", "b\xC3\xBAy", "\xF0\x9D\x90\x81uy", "\xE2\x93\x91uy",
        "bu\xCC\x81y", "\xCA\x99\xE1\xB4\x9C\xCA\x8F", "b_u_y", "\"buy\""}) {
    EXPECT_EQ(skeleton(trick), buy) << trick;
  }
  EXPECT_EQ(skeleton("5e11"), skeleton("SELL"));
  EXPECT_EQ(skeleton("seII"), skeleton("sell"));
  EXPECT_EQ(skeleton("orderTyp\xD0\xB5"), skeleton("order_type"));
}

TEST(FoldTest, OtherWordsStayOther) {
  EXPECT_NE(skeleton("buy"), skeleton("buys"));
  EXPECT_NE(skeleton("hold"), skeleton("sold"));
  EXPECT_NE(skeleton("\xE8\xB2\xB7"), skeleton("buy"));
  EXPECT_EQ(skeleton(""), "");
}

TEST(FoldTest, WordsArePartedBySpacesPunctuationAndCase) {
  const Skeleton words("buy_crypto");
  ASSERT_EQ(words.words(), 2U);
  EXPECT_EQ(words.word(0), skeleton("buy"));
  EXPECT_EQ(words.word(1), skeleton("crypto"));
  EXPECT_EQ(words.last(1), words.word(1));
  EXPECT_EQ(words.last(2), words.whole());
  for (const char* const spelling : {"Buy crypto", "buy-crypto", "buyCrypto", "BUY.CRYPTO"}) {
    EXPECT_EQ(skeleton(spelling), words.whole()) << spelling;
    ASSERT_EQ(Skeleton(spelling).words(), 2U) << spelling;
    EXPECT_EQ(Skeleton(spelling).word(1), words.word(1)) << spelling;
  }
  EXPECT_EQ(Skeleton("").words(), 0U);
  EXPECT_EQ(Skeleton(" - ").words(), 0U);
  EXPECT_EQ(Skeleton("buycrypto").words(), 1U);
}

TEST(FoldTest, ProseIsCutSoon) {
  EXPECT_LE(skeleton(std::string(100'000, 'x')).size(), kSkeletonMax + 4);
  // The gaps count: 32 letters with 31 of them are a word, one letter more is prose.
  std::string spaced;
  for (int i = 0; i < 32; ++i) spaced += "x ";
  EXPECT_FALSE(Skeleton(spaced).is_prose());
  EXPECT_TRUE(Skeleton(spaced + "xx").is_prose());
  std::string wide;  // letters of four bytes that resemble none
  for (int i = 0; i < 100; ++i) wide += "\xF0\x9F\x90\xB1 ";
  EXPECT_TRUE(Skeleton(wide).is_prose());
  std::string padded;
  for (int i = 0; i < 1000; ++i) padded += "\xE2\x80\x8B";
  EXPECT_EQ(skeleton("b" + padded + "uy"), skeleton("buy"));  // padding does not make it prose
}

TEST(FoldTest, BrokenBytesAreHarmless) {
  for (int byte = 0x80; byte < 0x100; ++byte) {
    EXPECT_LE(skeleton(std::string(1, static_cast<char>(byte))).size(), 4U);
  }
}

bool is_action(std::string_view value, std::string_view name) {
  return Look(value).is_action(Look(name));
}

TEST(OrderWordsTest, SizesComeStrongAndWeak) {
  for (const char* const name :
       {"amount", "Quantity", "QTY", "order_qty", "amount_usd", "shares"}) {
    EXPECT_TRUE(Look(name).is_strong_size()) << name;
  }
  for (const char* const name : {"size", "units", "weight", "position_size"}) {
    EXPECT_TRUE(Look(name).is_weak_size()) << name;
    EXPECT_FALSE(Look(name).is_strong_size()) << name;
  }
  for (const char* const name : {"sample_size", "resize", "price", "quantitative_score", ""}) {
    EXPECT_FALSE(Look(name).is_weak_size() || Look(name).is_strong_size()) << name;
  }
}

TEST(OrderWordsTest, LongAndShortMayBeTimes) {
  EXPECT_TRUE(is_action("long", "side"));
  EXPECT_TRUE(is_action("short", "x"));
  EXPECT_FALSE(is_action("long", "horizon"));
  EXPECT_FALSE(is_action("long term", "style"));
  EXPECT_TRUE(is_action("buy", "horizon"));
  EXPECT_FALSE(is_action("hold", "side"));
  EXPECT_FALSE(is_action("buyer", "side"));
  EXPECT_TRUE(is_action("we should buy this", "side"));
  EXPECT_FALSE(is_action("we should buy this soon", "side"));
}

TEST(OrderWordsTest, ABareVerbIsAToolOnlyBehindAPrefix) {
  EXPECT_TRUE(Look("buy").is_bare_tool());
  EXPECT_TRUE(Look("mcp__trade__buy").is_bare_tool());
  EXPECT_FALSE(Look("a good buy").is_bare_tool());
  EXPECT_TRUE(Look("functions.placeOrder").is_trading_tool());
  EXPECT_TRUE(Look("mcp__x__cancel_all_orders").is_trading_tool());
  EXPECT_TRUE(Look("placeorder").is_trading_tool());
  EXPECT_FALSE(Look("get_order").is_trading_tool());
  EXPECT_FALSE(Look("").is_trading_tool());
}

}  // namespace
}  // namespace clawgate::signals
