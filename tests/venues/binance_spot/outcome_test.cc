// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/outcome.h"

#include <gtest/gtest.h>

#include <map>

#include "venues/binance_spot/call.h"
#include "venues/binance_spot/retry.h"

namespace clawgate::venues::binance_spot {
namespace {

using net::Fate;

// The documented error codes, written down once more and code by code: whatever is not among these
// two sets is one that the venue does not document.
const std::map<Outcome, std::vector<std::int32_t>> kDocumented = {
    {Outcome::Unknown, {-1000, -1001, -1006, -1007, -1016}},
    {Outcome::Partial, {-2021, -2022}},
    {Outcome::NotExecuted,
     {-1002, -1003, -1008, -1010, -1013, -1014, -1015, -1020, -1021, -1022, -1033, -1034,
      -1035, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1107, -1108, -1111, -1112,
      -1114, -1115, -1116, -1117, -1118, -1119, -1120, -1121, -1122, -1125, -1127, -1128,
      -1130, -1134, -1135, -1139, -1145, -1151, -1152, -1153, -1154, -1155, -1158, -1160,
      -1161, -1165, -1166, -1168, -1169, -1175, -1179, -1181, -1191, -1194, -1196, -1197,
      -1198, -1199, -1210, -1211, -1220, -1221, -1222, -1223, -1224, -1225, -2010, -2011,
      -2013, -2014, -2015, -2016, -2026, -2035, -2036, -2038, -2039, -2042, -2043}},
};

TEST(OutcomeTest, EveryDocumentedCodeHasItsOutcome) {
  for (const auto& [outcome, codes] : kDocumented) {
    for (const std::int32_t code : codes) {
      EXPECT_EQ(outcome_of_write(Fate::Answered, 400, code), outcome) << code;
    }
  }
}

TEST(OutcomeTest, EveryUndocumentedCodeIsUnknown) {
  for (const std::int32_t code :
       {-999,  -1004, -1005, -1009, -1017, -1036, -1099, -1109, -1110, -1113, -1126,
        -1129, -1156, -1157, -1200, -1226, -2009, -2012, -2044, -3000, 1}) {
    EXPECT_EQ(outcome_of_write(Fate::Answered, 400, code), Outcome::Unknown) << code;
  }
}

// A range may only widen over codes that no one uses: it begins and ends on documented ones.
TEST(OutcomeTest, EveryRowBeginsAndEndsOnADocumentedCode) {
  for (const CodeRow& row : code_rows()) {
    const auto& codes = kDocumented.at(row.outcome);
    for (const std::int32_t code : {row.first, row.last}) {
      const bool beside_own_rows = code == -1180 || code == -1182;  // -1181 stands alone
      EXPECT_TRUE(beside_own_rows || std::find(codes.begin(), codes.end(), code) != codes.end())
          << code;
    }
  }
}

TEST(OutcomeTest, WhatTheServerCouldNotFinishIsUnknownWhateverItSays) {
  EXPECT_EQ(outcome_of_write(Fate::Answered, 500, -2010), Outcome::Unknown);
  EXPECT_EQ(outcome_of_write(Fate::Answered, 503, -1008), Outcome::Unknown);
  EXPECT_EQ(outcome_of_write(Fate::Answered, 499, -1008), Outcome::NotExecuted);
  EXPECT_EQ(outcome_of_write(Fate::Answered, 502, std::nullopt), Outcome::Unknown);
}

TEST(OutcomeTest, FateComesFirst) {
  EXPECT_EQ(outcome_of_write(Fate::NotSent, 0, std::nullopt), Outcome::NotExecuted);
  EXPECT_EQ(outcome_of_write(Fate::Unknown, 0, std::nullopt), Outcome::Unknown);
  EXPECT_EQ(outcome_of_write(Fate::Unknown, 400, -2010), Outcome::Unknown);
}

TEST(OutcomeTest, StatusesWithoutACode) {
  const std::pair<int, Outcome> rows[] = {{200, Outcome::Executed},    {401, Outcome::NotExecuted},
                                          {403, Outcome::NotExecuted}, {404, Outcome::NotExecuted},
                                          {409, Outcome::Partial},     {418, Outcome::NotExecuted},
                                          {429, Outcome::NotExecuted}, {400, Outcome::Unknown},
                                          {302, Outcome::Unknown},     {202, Outcome::Unknown}};
  for (const auto& [status, outcome] : rows) {
    EXPECT_EQ(outcome_of_write(Fate::Answered, status, std::nullopt), outcome) << status;
    if (status != 200) {
      EXPECT_EQ(outcome_of_write(Fate::Answered, status, 0), outcome) << status;
    }
  }
  EXPECT_EQ(outcome_of_write(Fate::Answered, 200, -2010), Outcome::Unknown);
}

TEST(OutcomeTest, ADuplicateMeansThatTheOrderExists) {
  EXPECT_EQ(outcome_of_write(Fate::Answered, 400, -2010, "Duplicate order sent."),
            Outcome::Unknown);
  EXPECT_EQ(outcome_of_write(Fate::Answered, 400, -2010, "Market is closed."),
            Outcome::NotExecuted);
}

TEST(OutcomeTest, AdviceFollowsTheCodeAndThenTheStatus) {
  EXPECT_EQ(advice_of(400, -1021), Advice::ResyncClock);
  EXPECT_EQ(advice_of(401, -2015), Advice::StopTrading);
  EXPECT_EQ(advice_of(429, -1003), Advice::BackOff);
  EXPECT_EQ(advice_of(429, std::nullopt), Advice::BackOff);
  EXPECT_EQ(advice_of(400, -2011), Advice::Query);
  EXPECT_EQ(advice_of(503, std::nullopt), Advice::Query);
  EXPECT_EQ(advice_of(400, -1121), Advice::None);
}

TEST(RetryTest, OnlyQueriesAndCancelsAreTriedAgain) {
  const Symbol symbol("BTCUSDT");
  const CallInfo& query = *query_order(symbol, "E0").info;
  const CallInfo& take_back = *cancel(symbol, "E0", false).info;
  Legs legs;
  ASSERT_TRUE(legs.push_back(Leg{}));
  const CallInfo& entry = *place(symbol, legs, "").info;
  struct Row {
    Fate fate;
    int status;
    std::optional<std::int32_t> code;
    bool query, cancel;
  };
  const Row rows[] = {
      {Fate::NotSent, 0, {}, true, true},         {Fate::Unknown, 0, {}, true, true},
      {Fate::Answered, 500, {}, true, true},      {Fate::Answered, 429, -1003, true, true},
      {Fate::Answered, 400, -1021, true, true},   {Fate::Answered, 400, -2013, true, false},
      {Fate::Answered, 400, -2011, true, false},  {Fate::Answered, 400, -1121, false, false},
      {Fate::Answered, 401, -2015, false, false}, {Fate::Answered, 200, {}, false, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(may_retry(query, row.fate, row.status, row.code), row.query) << row.status;
    EXPECT_EQ(may_retry(take_back, row.fate, row.status, row.code), row.cancel) << row.status;
    EXPECT_FALSE(may_retry(entry, row.fate, row.status, row.code)) << row.status;
  }
}

TEST(RetryTest, DelaysDoubleUpToTheCapAndEnd) {
  const Backoff backoff{.first_ns = 100, .cap_ns = 500, .attempts_max = 6};
  const std::int64_t whole[] = {100, 200, 400, 500, 500};
  for (std::uint32_t attempts = 1; attempts <= 5; ++attempts) {
    const std::int64_t most = whole[attempts - 1];
    EXPECT_EQ(delay_ns(backoff, attempts, 0), most / 2);
    const auto longest = delay_ns(backoff, attempts, ~std::uint64_t{0});
    ASSERT_TRUE(longest.has_value());
    EXPECT_LE(*longest, most);
    EXPECT_GE(*longest, most - 1);
    const auto middle = delay_ns(backoff, attempts, std::uint64_t{1} << 63U);
    EXPECT_EQ(middle, most / 2 + most / 4);
  }
  EXPECT_EQ(delay_ns(backoff, 6, 0), std::nullopt);
  EXPECT_EQ(delay_ns(backoff, 0, 0), 0);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
