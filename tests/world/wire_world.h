// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/journal_sink.h"
#include "gateway/runtime.h"
#include "sim/protocol/service.h"
#include "tests/support/loopback_transport.h"
#include "tests/support/memory_store.h"
#include "tests/world/world.h"
#include "venues/binance_spot/binance_spot.h"

// The gateway and the exchange with the whole protocol between them: the real engine, journal, door
// and adapter on one side, the real REST, WebSocket API and user data stream on the other. Time is
// simulated and the network's and the venue's faults are drawn from a seed.

namespace clawgate::world {

struct WireOptions {
  std::uint64_t seed = 1;
  bool orders_by_websocket = true;
  std::vector<sim::FaultRule> faults = {};  // while faults are on
  bool crashes = false;                     // of the gateway
  bool outages = false;                     // of the network
  bool partial_takers = false;              // who buys a part of a resting take-profit
  sim::RateLimits limits = {};              // of the venue
  Notional order_max = Notional::of(50);
  std::uint16_t trades_max = 1;
  bool keeps_baseline = true;  // what a life read of the venue's list, the next one knows
};

struct WireCounts {
  int signals = 0;
  int approvals = 0;
  int entries = 0;  // filled
  int closed = 0;
  int unknown = 0;
  int crashes = 0;
  int foreign = 0;
  std::size_t struck = 0;  // faults
  venues::binance_spot::BinanceSpot::Counts venue;
};

class WireWorld final : public gateway::Edges, public venues::VenueInbox {
 public:
  explicit WireWorld(const WireOptions& options);
  ~WireWorld() override;

  /// Comes up, lives through `steps` with faults and then quiet ones until all is settled. The
  /// first broken invariant, or nothing.
  [[nodiscard]] std::optional<std::string> run(int steps);
  [[nodiscard]] const WireCounts& counts() const { return counts_; }
  /// What the adapter signs with.
  [[nodiscard]] static std::string_view key();
  [[nodiscard]] static std::string_view secret();

  // For tests that tell one story.
  void come_up();
  void step(std::int64_t ns);
  /// Now, and not with the next step.
  void move_market();
  /// Somebody buys what rests before that order of ours, and that much of it.
  void taker_buys(const sim::OrderRecord& order, Qty part);
  void buy();
  void sell();
  void kill();
  /// The newest hold that waits, now, by alice.
  void approve();
  void clear_causes();
  void unblock(Block block);
  void close_unknown(const ClientOrderId& order);
  [[nodiscard]] const gateway::State& state() const { return *state_; }
  [[nodiscard]] sim::Exchange& exchange() { return exchange_; }
  [[nodiscard]] const testing::MemoryStore& store() const { return *store_; }
  [[nodiscard]] sim::Service& service() { return *service_; }
  [[nodiscard]] venues::binance_spot::BinanceSpot& venue() { return *venue_; }
  [[nodiscard]] testing::LoopbackTransport& net() { return net_; }
  [[nodiscard]] testing::MemoryStore& store() { return *store_; }
  [[nodiscard]] gateway::Runtime& runtime() { return *runtime_; }
  [[nodiscard]] gateway::TradingWord& word() { return *word_; }
  [[nodiscard]] sim::AccountId account() const { return account_; }
  [[nodiscard]] sim::SymbolId symbol() const { return symbol_; }
  [[nodiscard]] std::int64_t now() const { return net_.time(); }
  void crash(bool clean = false);
  void arm(const std::string& json);
  /// Ledgers equal to the last decimal, one order an approval, the journal proven against the
  /// venue's own export.
  void compare_ledgers();
  [[nodiscard]] const std::optional<std::string>& what_broke() const { return broken_; }
  bool approves = true;
  bool full = false;                       // the core takes nothing
  std::optional<std::int64_t> pinned_bid;  // in ticks, with 1 BTC a side; otherwise the bid walks
  std::optional<bool> take_profit;         // in every signal or in none; otherwise in half of them
  std::optional<std::int64_t> stop_per_mille;  // of the bid, in every signal
  std::vector<ExecutionReport> reports;        // all that the core took
  // Kept over crashes, as a gateway keeps it in its file.
  std::optional<std::int64_t> listed_to;
  std::optional<std::int64_t> listed_account;
  std::function<void()> after_sync;  // called once, when the next group is on the disk
  std::vector<std::string> log;

  void on(const gateway::AskApproval& what) override;
  void on(const gateway::HoldEnded&) override {}
  void on(const gateway::AnswerSignal&) override {}
  void on(const gateway::AnswerCommand&) override {}
  [[nodiscard]] bool put(const venues::VenueInput& input) override;
  void market(const MarketTop& top) override { runtime_->market(top, net_.now()); }

 private:
  struct Answer {
    std::int64_t at;
    OperatorCommand command;
  };

  void start(bool clean);
  void signal(SignalSide side);
  void operate();
  void buy_part_of_take_profit();
  template <class Input>
  void apply(const Input& input);
  void check();
  void broken(const std::string& what);
  [[nodiscard]] OperatorCommand a_command(CommandAction action);
  /// Under a decision over `subject`, approved by whoever commands.
  void apply_decided(OperatorCommand command, const Digest& subject);
  [[nodiscard]] bool settled() const;

  WireOptions options_;
  Random random_;
  testing::LoopbackTransport net_;
  std::unique_ptr<sim::Service> service_;
  sim::Exchange exchange_;
  sim::SymbolId symbol_;
  sim::AccountId account_;

  std::unique_ptr<testing::MemoryStore> store_;
  std::unique_ptr<journal::Journal> journal_;
  class Recorder;
  std::unique_ptr<gateway::DurableRecorder> recorder_;
  std::unique_ptr<gateway::State> state_;
  std::unique_ptr<gateway::Engine> engine_;
  std::unique_ptr<gateway::TradingWord> word_;
  venues::binance_spot::Credentials credentials_;
  std::unique_ptr<venues::binance_spot::BinanceSpot> venue_;
  std::unique_ptr<gateway::Door> door_;
  std::unique_ptr<gateway::Runtime> runtime_;

  std::int64_t bid_ = 6'000'000;  // in ticks of 0.01
  std::int64_t update_ = 1;
  std::int64_t trade_ = 0;
  std::uint64_t made_ = 0;
  std::vector<Answer> answers_;
  std::map<std::string, std::int64_t> unknown_since_;
  std::uint64_t decisions_ = 0;
  bool faults_ = true;
  std::optional<std::string> broken_;
  WireCounts counts_;
};

}  // namespace clawgate::world
