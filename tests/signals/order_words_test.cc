// SPDX-License-Identifier: Apache-2.0
#include "signals/order_words.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace clawgate::signals {
namespace {

// Everything that is asked of a look.
std::string said_of(std::string_view text) {
  const Look look(text);
  std::string said;
  for (std::uint32_t i = 0; i < 22; ++i) said += look.is(static_cast<Meaning>(1U << i)) ? '1' : '0';
  const bool more[] = {look.is_action(Look("")), look.is_action(Look("time_horizon")),
                       look.is_action_name(),    look.is_strong_size(),
                       look.is_weak_size(),      look.is_trading_tool(),
                       look.is_bare_tool()};
  for (const bool answer : more) said += answer ? '1' : '0';
  return said;
}

// A thread of its own has seen no text before.
std::string said_when_first_seen(const std::string& text) {
  std::string said;
  std::thread([&] { said = said_of(text); }).join();
  return said;
}

// Up to and beyond what is remembered, and far more than there are places.
std::vector<std::string> texts() {
  const std::vector<std::string> words = {"",
                                          "buy",
                                          "sell",
                                          "short",
                                          "amount",
                                          "qty",
                                          "weight",
                                          "buy_crypto",
                                          "place_order",
                                          "symbol",
                                          "time_horizon",
                                          "long",
                                          "trade.buy",
                                          "\xEF\xBC\xA2uy",
                                          "price"};
  std::vector<std::string> all;
  for (const std::string& first : words) {
    for (const std::string& second : words) {
      all.push_back(first + second);
      all.push_back(first + "_" + second);
      all.push_back(first + std::string(32 - std::min<std::size_t>(32, first.size()), '.') +
                    second);
    }
  }
  return all;
}

TEST(LookTest, ATextThatWasSeenBeforeLooksAsItDidAtFirst) {
  const std::vector<std::string> all = texts();
  std::vector<std::string> expected;
  for (const std::string& text : all) expected.push_back(said_when_first_seen(text));
  for (int pass = 0; pass < 3; ++pass) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      // Forwards, backwards, and each twice: what stood in a text's place differs.
      const std::size_t at = pass == 1 ? all.size() - 1 - i : i;
      ASSERT_EQ(said_of(all[at]), expected[at]) << all[at];
      if (pass == 2) ASSERT_EQ(said_of(all[at]), expected[at]) << all[at];
    }
  }
}

TEST(LookTest, ZerosBehindATextAreNoPartOfIt) {
  const std::string with_zeros("buy\0\0", 5);
  EXPECT_EQ(said_of("buy"), said_when_first_seen("buy"));
  EXPECT_EQ(said_of(with_zeros), said_when_first_seen(with_zeros));
  EXPECT_EQ(said_of("buy"), said_when_first_seen("buy"));
}

}  // namespace
}  // namespace clawgate::signals
