// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/world/wire_world.h"

namespace clawgate::world {

constexpr std::int64_t kCalmBid = 6'000'000;  // 60000.00, in ticks

/// What went wrong for others (numbered as in the project's survey of them), told over the wire:
/// the gateway and the exchange in a calm market, with every byte between them seen, and changed or
/// lost where a test says so.
class PeersTest : public ::testing::Test {
 public:
  struct Frame {
    std::int64_t at = 0;
    std::string method;  // of the WebSocket API, or REST's request line
    std::string text;
  };
  /// `method`: of the request that is answered; empty for an event. False: lost on the way.
  using Tamper = std::function<bool(std::string_view method, std::string& text)>;

 protected:
  /// A world that is ready. One a test, unless it calls this again.
  void up(const WireOptions& options = {.seed = 1});
  void run(std::int64_t seconds, std::int64_t step_ms = 1'000);
  /// A trade whose entry filled and whose stop works.
  void hold_a_position();
  void fault(const std::string& name, std::optional<std::int64_t> ms = std::nullopt, int count = 1);
  void network_fails();
  void network_is_back();

  [[nodiscard]] const gateway::Trade& trade(std::size_t i = 0) const;
  [[nodiscard]] const gateway::TradeOrder& order(LegRole role, std::size_t i = 0) const;
  [[nodiscard]] OrderState state_of(LegRole role, std::size_t i = 0) const;
  [[nodiscard]] ClientOrderId id_of(LegRole role, std::size_t i = 0) const;
  [[nodiscard]] bool blocked(Block block) const { return world->state().blocked_by(block); }
  [[nodiscard]] std::optional<sim::OrderRecord> at_venue(const ClientOrderId& id) const;
  /// Another program of the account's owner cancels it.
  void cancelled_elsewhere(const ClientOrderId& id);
  void market_falls_to_the_stop();

  /// Frames of the client, by method and maybe a text inside, from the `from`th on.
  [[nodiscard]] int count(std::string_view method, std::string_view inside = "",
                          std::size_t from = 0) const;
  [[nodiscard]] int placements(const ClientOrderId& id) const;
  /// Nothing broke, and ledgers, venue and journal agree.
  void expect_agreement();
  [[nodiscard]] std::string tail() const;

  std::unique_ptr<WireWorld> world;
  std::vector<Frame> sent;
  std::vector<std::string> events;  // of the user data stream, that arrived
  Tamper tamper;
  std::function<void(const Frame&)> watch;

 private:
  void on_leaving(std::string_view text);
  [[nodiscard]] bool on_arriving(std::string& text);

  std::vector<std::string> methods_;  // by request id
};

}  // namespace clawgate::world
