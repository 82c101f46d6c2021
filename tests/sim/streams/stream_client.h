// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "schemas/strict_json.h"
#include "sim/protocol/market_streams.h"

namespace clawgate::sim {

/// What arrives at the client's end of a stream socket.
class StreamClient final : public WsPeer {
 public:
  StreamClient(MarketStreams& streams, std::string_view target)
      : session_(streams.open(target, *this)) {}

  void send(std::string text, std::int64_t) override {
    auto read = read_json(text);
    ASSERT_TRUE(read) << text;
    texts.push_back(std::move(text));
    if (on_message) {
      on_message(*read);
    } else {
      messages.push_back(std::move(*read));
    }
  }
  void close() override {}
  void cut(std::int64_t) override {}

  void say(std::string_view text) { session_->on_text(text); }
  [[nodiscard]] std::vector<std::string> take() { return std::exchange(texts, {}); }

  std::vector<std::string> texts;
  std::vector<Json> messages;
  std::function<void(const Json&)> on_message;  // in place of `messages`

 private:
  std::unique_ptr<WsSession> session_;
};

inline std::int64_t number_of(const Json& object, std::string_view name) {
  const Json* const value = object.find(name);
  return value == nullptr ? -1 : std::stoll(value->text);
}
inline std::string text_of(const Json& object, std::string_view name) {
  const Json* const value = object.find(name);
  return value == nullptr ? "" : value->text;
}

/// A client's book, kept by Binance's published rule and nothing else.
class ClientBook {
 public:
  using Bids = std::map<Px, Qty, std::greater<>>;
  using Asks = std::map<Px, Qty>;

  void snapshot(const DepthAnswer& depth) {
    for (const BookLevel& level : depth.bids) bids[level.price] = level.quantity;
    for (const BookLevel& level : depth.asks) asks[level.price] = level.quantity;
    last = depth.last_update_id;
  }
  void apply(const Json& event) {
    const std::int64_t first = number_of(event, "U");
    const std::int64_t until = number_of(event, "u");
    if (until <= last) return;
    ASSERT_LE(first, last + 1) << "a gap";
    change(*event.find("b"), bids);
    change(*event.find("a"), asks);
    last = until;
  }
  void expect_same(const DepthAnswer& depth) const {
    ASSERT_EQ(last, depth.last_update_id);
    expect_same(bids, depth.bids);
    expect_same(asks, depth.asks);
  }

  Bids bids;
  Asks asks;
  std::int64_t last = 0;

 private:
  template <class Side>
  static void change(const Json& levels, Side& side) {
    for (const Json& level : levels.items) {
      const Px price = decimal_from<PxTag>(level.items[0].text).value();
      const Qty size = decimal_from<QtyTag>(level.items[1].text).value();
      if (size.is_zero()) {
        side.erase(price);
      } else {
        side[price] = size;
      }
    }
  }
  template <class Side>
  static void expect_same(const Side& side, const std::vector<BookLevel>& levels) {
    ASSERT_EQ(side.size(), levels.size());
    std::size_t i = 0;
    for (const auto& [price, size] : side) {
      ASSERT_EQ(price, levels[i].price);
      ASSERT_EQ(size, levels[i].quantity);
      ++i;
    }
  }
};

}  // namespace clawgate::sim
