// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "schemas/core/assert.h"
#include "tests/fuzz/mutate.h"
#include "tests/venues/binance_spot/resources.h"
#include "venues/binance_spot/reports.h"

// What must hold for any bytes a venue sends: no crash, no hang, an answer or an Error with a rule.

namespace clawgate::venues::binance_spot {
namespace {

constexpr int kIterations = 20'000;

std::vector<std::string> seeds() {
  std::vector<std::string> texts;
  for (const ResourceRow& row : resources()) {
    for (const std::string_view kind : {"good", "bad"}) {
      for (Fixture& fixture : fixtures_of(row, kind)) texts.push_back(std::move(fixture.text));
    }
  }
  return texts;
}

void read_all(std::string_view text) {
  for (const ResourceRow& row : resources()) {
    const Error error = row.read(text);
    CLAWGATE_ASSERT(error.seen.size() <= 4096);
  }
  if (const auto frame = read_ws_frame(text)) {
    // What lies inside a frame is inside its text.
    std::string_view inner;
    if (const auto* const reply = std::get_if<WsReply>(&*frame)) inner = reply->result;
    if (const auto* const event = std::get_if<UserFrame>(&*frame)) inner = event->event;
    if (!inner.empty()) {
      CLAWGATE_ASSERT(inner.data() >= text.data());
      CLAWGATE_ASSERT(inner.data() + inner.size() <= text.data() + text.size());
    }
  }
  if (const auto orders = read_orders(text)) {
    for (const OrderRow& order : *orders) {
      static_cast<void>(status_report(order, InstrumentId(1), Ours{AccountId(1), 0}));
    }
  }
  if (const auto replies = read_order_replies(text)) {
    std::vector<ExecutionReport> reports;
    for (const OrderReply& reply : *replies) {
      append_reports(reply, Side::Buy, InstrumentId(1), Ours{AccountId(1), 0}, reports);
    }
    CLAWGATE_ASSERT(reports.size() >= replies->size());
  }
  static_cast<void>(scrubbed(text));
}

TEST(BinanceFuzzTest, EveryReaderHoldsOnMutatedFixtures) {
  const std::vector<std::string> all = seeds();
  ASSERT_GT(all.size(), 150U);
  for (const std::string& text : all) read_all(text);
  std::mt19937_64 random(20260721);
  for (int i = 0; i < kIterations; ++i) {
    read_all(fuzz::mutated(all[static_cast<std::size_t>(i) % all.size()], all, random));
  }
}

TEST(BinanceFuzzTest, DepthSizeAndMembersHaveBounds) {
  const auto reason = [](const std::string& text) {
    const auto row = read_order(text);
    return row ? Reason::None : row.error().reason;
  };
  EXPECT_EQ(reason(std::string(17, '[') + std::string(17, ']')), Reason::JsonTooDeep);
  EXPECT_EQ(reason(std::string(15, '[') + std::string(15, ']')), Reason::FieldType);
  EXPECT_EQ(reason(std::string((8U << 20) + 1, ' ')), Reason::InputTooLarge);
  std::string wide = "{";
  for (int i = 0; i < 97; ++i) wide += "\"k" + std::to_string(i) + "\":0,";
  wide.back() = '}';
  EXPECT_EQ(reason(wide), Reason::InputTooLarge);
}

}  // namespace
}  // namespace clawgate::venues::binance_spot
