// SPDX-License-Identifier: Apache-2.0
#include "signals/rating.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace clawgate::signals {
namespace {

struct Row {
  std::string text;
  Strength rating;
  Reason reason = Reason::None;
  Disposition disposition = Disposition::Signal;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const RatingReading read = read_rating(row.text);
    EXPECT_EQ(read.rating, row.rating) << row.text;
    EXPECT_EQ(info(read.reason).code, info(row.reason).code) << row.text;
    EXPECT_EQ(read.disposition, row.disposition) << row.text;
  }
}

Row quarantined(std::string text, Reason reason) {
  return {std::move(text), Strength::None, reason, Disposition::Quarantine};
}
Row rejected(std::string text, Reason reason) {
  return {std::move(text), Strength::None, reason, Disposition::Reject};
}

TEST(RatingTest, ALabelAndItsValueOnOneLine) {
  expect_rows({
      {"Rating: Buy", Strength::Buy},
      {"rating: overweight", Strength::Overweight},
      {"RATING: HOLD", Strength::Hold},
      {"Recommendation: Underweight", Strength::Underweight},
      {"Final Recommendation: Sell", Strength::Sell},
      {"Final Decision: Sell", Strength::Sell},
      {"Final Rating: Buy", Strength::Buy},
      {"Final Verdict: Buy", Strength::Buy},
      {"My Recommendation: Hold", Strength::Hold},
      {"Rating:Buy", Strength::Buy},
      {"Rating : Buy", Strength::Buy},
      {"Rating\xEF\xBC\x9A Buy", Strength::Buy},
      {"Some words first.\n\nRating: Sell\n\nMore words, buy nothing.", Strength::Sell},
      {"Rating: Sell\r\nNext\r\n", Strength::Sell},
  });
}

TEST(RatingTest, MarkdownAndNumberingAroundTheLabel) {
  expect_rows({
      {"**Rating**: Underweight", Strength::Underweight},
      {"**Rating:** Underweight", Strength::Underweight},
      {"**1. Rating**: Buy", Strength::Buy},
      {"## Rating: **Hold**", Strength::Hold},
      {"### **Recommendation: SELL**", Strength::Sell},
      {"2) RECOMMENDATION: BUY", Strength::Buy},
      {"(3) Rating: Buy", Strength::Buy},
      {"A) Rating: Buy", Strength::Buy},
      {"IV. Rating: Buy", Strength::Buy},
      {"> - Rating: `Buy`", Strength::Buy},
      {"\xE2\x80\xA2 Rating: Buy", Strength::Buy},
      {"__Rating__: _Buy_", Strength::Buy},
  });
}

TEST(RatingTest, AValueAloneOnTheNextLine) {
  expect_rows({
      {"## Rating\n\nBuy", Strength::Buy},
      {"Rating:\n\n**Sell**\n\nBecause.", Strength::Sell},
      {"Final Verdict\n> **SELL / REDUCE exposure now.**", Strength::Sell},
      // The heading of a section of prose is no position.
      quarantined("## Recommendation\n\nWe like it and would buy.", Reason::RatingMissing),
      quarantined("Rating:\n\nExecutive Summary: buy it", Reason::RatingMissing),
  });
}

TEST(RatingTest, OneJsonObjectWithOneRating) {
  expect_rows({
      {R"({"Rating":"Sell"})", Strength::Sell},
      {R"({"rating":" hold ","Executive Summary":"buy and sell"})", Strength::Hold},
      {"```json\n{\"Rating\": \"Buy\"}\n```", Strength::Buy},
      {"{\"Rating\":\"Buy\",\"Executive Summary\":\"two\nlines\"}", Strength::Buy},
      {"{\"x\":\"a \\\"quote\\\"\nin two lines\",\"Rating\":\"Buy\"}", Strength::Buy},
      {"{\"x\":\"ends in \\\\\",\"y\":\"two\nlines\",\"Rating\":\"Buy\"}", Strength::Buy},
      rejected(R"({"instrument":"BBAS3.SA"})", Reason::RatingMissing),
      rejected(R"({"Rating":5})", Reason::FieldType),
      rejected(R"({"Rating":"Buy/Hold"})", Reason::RatingConflict),
      quarantined(R"({"Rating":"Pass"})", Reason::RatingMissing),
      quarantined(R"({"Rating":"Buy","rating":"Buy"})", Reason::RatingConflict),
      quarantined(R"({"Rating":"Buy","Rating":"Sell"})", Reason::JsonDuplicateKey),
      quarantined(R"({"Rating":"Sell",)", Reason::JsonSyntax),
      quarantined(R"({"Rating":"Sell"} Rating: Buy)", Reason::JsonSyntax),
  });
}

TEST(RatingTest, ARatingAsTheFirstWordOfTheText) {
  expect_rows({
      {"OVERWEIGHT. Deploy capital in stages. Overweight (not Buy) reflects caution.",
       Strength::Overweight},
      {"Hold", Strength::Hold},
      {"**SELL**\n\nBecause the tape broke.", Strength::Sell},
      quarantined("Hold on to your hats, we buy.", Reason::RatingMissing),
      quarantined("Words.\n\nBuy.", Reason::RatingMissing),
  });
}

TEST(RatingTest, ARemarkBehindTheValueMayNotNameAnotherRating) {
  expect_rows({
      {"Rating: Buy (with refined risk controls)", Strength::Buy},
      {"Recommendation: SELL / REDUCE", Strength::Sell},
      {"Rating: HOLD (Dynamic Strategy)", Strength::Hold},
      {"Rating: Buy, buy and buy", Strength::Buy},
      {"Rating: OVERWEIGHT. Reserve 60% on confirmed band hold.", Strength::Overweight},
      rejected("Rating: Buy/Hold", Reason::RatingConflict),
      rejected("Rating: BUY/HOLD. It is strong.", Reason::RatingConflict),
      rejected("Final Verdict\nBUY/HOLD. It is strong.", Reason::RatingConflict),
      rejected("Rating: Buy (was Sell)", Reason::RatingConflict),
      rejected("Rating: Buy, then trim", Reason::RatingConflict),
      rejected("Rating: Sell, or accumulate", Reason::RatingConflict),
      rejected("Rating: neither Buy nor Sell", Reason::RatingConflict),
      rejected("Rating: Buy\xE6\x88\x96Hold", Reason::RatingConflict),
  });
}

TEST(RatingTest, AValueThatRunsOnIsNotClear) {
  expect_rows({
      quarantined("Rating: Strong Buy", Reason::RatingMissing),
      quarantined("Rating: Do not buy", Reason::RatingMissing),
      quarantined("Rating: Buy nothing", Reason::RatingMissing),
      quarantined("Rating: Buyback", Reason::RatingMissing),
      quarantined("Rating: Buy?", Reason::RatingMissing),
      quarantined("Rating: PASS", Reason::RatingMissing),
      quarantined("Rating: 4/5", Reason::RatingMissing),
      quarantined("Rating: PASS\nRecommendation: Buy", Reason::RatingMissing),
      quarantined("Rating: Buy (\xEB\xB3\xB4\xEC\x9C\xA0)", Reason::RatingMissing),
  });
}

TEST(RatingTest, AConditionMakesItNoRating) {
  expect_rows({
      quarantined("Rating: Buy, only if it closes above 70k", Reason::RatingConditional),
      quarantined("Rating: Buy (conditioned on approval)", Reason::RatingConditional),
      quarantined("Rating: Buy - once it closes above 70k", Reason::RatingConditional),
      quarantined("Rating: Buy once it closes above 70k", Reason::RatingConditional),
      quarantined("Rating: Buy; only if it closes above 70k", Reason::RatingConditional),
      quarantined("Rating: Buy. Only if it closes above 70k.", Reason::RatingConditional),
      quarantined("Rating: Buy\n\n(Only if it closes above 70k)", Reason::RatingConditional),
      quarantined("Rating:\nBuy\nUnless it falls.", Reason::RatingConditional),
      // What speaks of the size, not of the direction, is no condition of the rating.
      {"Recommendation: **Sell** (reduce now; keep a toe-hold only if you must)", Strength::Sell},
      {"Rating: Buy\n\nAdd more only if it closes above 70k.", Strength::Buy},
  });
}

TEST(RatingTest, TwoPositionsMustAgree) {
  expect_rows({
      {"Rating: Buy\n\nFinal Recommendation: BUY", Strength::Buy},
      quarantined("Rating: Buy\n\nFinal Recommendation: Hold", Reason::RatingConflict),
      quarantined("Rating: Buy\n\nFinal Recommendation: Overweight", Reason::RatingConflict),
      quarantined("SELL.\n\nRating: Buy", Reason::RatingConflict),
      quarantined("Rating: Sell, only if it falls\nVerdict: Buy", Reason::RatingConflict),
  });
}

TEST(RatingTest, ProseSaysNothing) {
  expect_rows({
      quarantined("We would buy this. It is a buy.", Reason::RatingMissing),
      quarantined("This isn't a \"Hold.\" This is an aggressive \"Buy.\"", Reason::RatingMissing),
      quarantined("Therefore, my definitive recommendation is Sell.", Reason::RatingMissing),
      quarantined("Portfolio Manager's Final Decision: Buy", Reason::RatingMissing),
      quarantined("R\xD0\xB0ting: Buy", Reason::RatingMissing),  // a Cyrillic letter
      quarantined("", Reason::RatingMissing),
  });
}

TEST(RatingTest, ReasoningIsDroppedUpToItsClosingTag) {
  expect_rows({
      {"<think>Rating: Buy?\nRating: Sell</think>\nRating: Hold", Strength::Hold},
      {"no opening tag, Rating: Buy </THINK> \nRating: Hold", Strength::Hold},
      quarantined("<think>Rating: Buy", Reason::RatingMissing),
      quarantined("Rating: Sell\n<reasoning>\nRating: Sell", Reason::RatingMissing),
      quarantined("Rating: Buy</think>", Reason::RatingMissing),
  });
}

TEST(RatingTest, LinesAreCountedFromTheStartOfTheText) {
  EXPECT_EQ(read_rating("<think>\nx\n</think>\n\nRating: Hold").line, 5U);
  EXPECT_EQ(read_rating("a\nb\nRating: Buy/Hold").line, 3U);
}

TEST(RatingTest, StructuredMeansTheEnginesOwnLabels) {
  EXPECT_TRUE(read_rating("**Rating**: Buy\n\n**Executive Summary**: a\n\n"
                          "**Investment Thesis**: b")
                  .structured);
  EXPECT_FALSE(read_rating("**Rating**: Buy\n\n**Executive Summary**: a").structured);
  EXPECT_FALSE(read_rating("**Recommendation: Buy**").structured);
}

TEST(RatingTest, SellAndUnderweightSpeakOfAnExistingLong) {
  EXPECT_EQ(side_of(Strength::Buy), SignalSide::Buy);
  EXPECT_EQ(side_of(Strength::Overweight), SignalSide::Buy);
  EXPECT_EQ(side_of(Strength::Hold), SignalSide::Hold);
  EXPECT_EQ(side_of(Strength::Underweight), SignalSide::Sell);
  EXPECT_EQ(side_of(Strength::Sell), SignalSide::Sell);
}

}  // namespace
}  // namespace clawgate::signals
