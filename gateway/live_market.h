// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"
#include "schemas/ids.h"
#include "sim/market/book_rule.h"
#include "sim/market/combined_line.h"
#include "sim/market/source.h"
#include "venues/net/transport.h"

namespace clawgate::gateway {

/// Where a live market is heard.
struct LivePlace {
  venues::net::Endpoint rest;
  venues::net::Endpoint stream;
};

/// `live`: Binance's public market data. `live:URL`: a server that has both REST and streams there,
/// on this machine, as `clawgate sim` is. nullopt: no live market is meant. Errors are about
/// `--market`.
[[nodiscard]] Result<std::optional<LivePlace>> live_place(std::string_view text);

/// A symbol's market as its venue publishes it, for anyone and without a key: depth, best prices
/// and trades. What it tells is a recording too: a book without a gap, so that after one the whole
/// book comes first, and times that never run backwards. It connects again by itself. One thread,
/// the transport's.
class LiveMarket final : public sim::MarketSource, private venues::net::WebSocketEvents {
 public:
  struct Options {
    LivePlace place;
    Symbol symbol;
    sim::SymbolId id;
    std::string recording;  // file that keeps all of it, to be read by open_recording(); or empty
  };

  /// Begins to connect.
  LiveMarket(venues::net::Transport& transport, Options options);
  ~LiveMarket() override;

  /// nullptr: nothing yet. An Error only where the recording cannot be kept.
  Result<const sim::MarketEvent*> next() override;
  [[nodiscard]] Rate progress() const override { return {}; }
  [[nodiscard]] sim::MarketCounts counts() const override { return counts_; }

  /// What was in the way last, in words; empty: nothing yet.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] std::uint64_t connects() const { return connects_; }
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }

 private:
  struct Kept {
    std::string line;  // as it came
    sim::MarketEvent event;
    std::vector<sim::BookLevel> bids;
    std::vector<sim::BookLevel> asks;
  };

  void on_open() override;
  void on_text(std::string_view text) override;
  void on_closed(std::string_view why) override;

  void connect();
  void look();
  [[nodiscard]] std::optional<Kept> read(std::string_view text);
  void lose_book();
  void ask_book();
  void ask_book_in(std::int64_t ns);
  void take_book(const venues::net::HttpAnswer& answer);
  void refuse_book(const venues::net::HttpAnswer& answer);
  void take_depth(Kept kept);
  void pass() { ++counts_.before_snapshot; }
  void release(Kept kept, std::int64_t& count);
  [[nodiscard]] std::int64_t wait_ns(std::uint32_t failures) const;
  [[nodiscard]] UnixNanos in(std::int64_t ns) const {
    return UnixNanos(transport_.now().value() + ns);
  }

  venues::net::Transport& transport_;
  Options options_;
  std::string stream_path_;
  std::unique_ptr<venues::net::HttpClient> http_;
  std::unique_ptr<venues::net::WebSocket> socket_;
  UnixNanos heard_;
  std::optional<venues::net::TimerId> look_again_;
  std::optional<venues::net::TimerId> reconnect_;
  std::optional<venues::net::TimerId> ask_again_;
  bool asking_ = false;
  std::uint32_t failed_connects_ = 0;
  std::uint32_t failed_asks_ = 0;

  sim::CombinedLine reader_;
  std::string padded_;  // what the reader reads
  sim::BookRule book_;
  bool whole_ = false;        // nothing is missing from the book
  std::deque<Kept> waiting_;  // depth that came while something was
  std::deque<Kept> ready_;
  Kept given_;
  std::int64_t last_stamp_ = 0;
  sim::MarketCounts counts_;
  std::uint64_t connects_ = 0;
  std::uint64_t unreadable_ = 0;
  std::string trouble_;
  std::ofstream recording_;
};

}  // namespace clawgate::gateway
