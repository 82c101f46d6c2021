// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "venues/binance_spot/call.h"
#include "venues/binance_spot/market_events.h"
#include "venues/binance_spot/rate_limits.h"
#include "venues/binance_spot/symbol_feed.h"
#include "venues/net/transport.h"
#include "venues/venue.h"

namespace clawgate::venues::binance_spot {

struct MarketFeedOptions {
  struct Listed {
    Symbol symbol;  // "BTCUSDT"
    InstrumentId instrument;
  };

  net::Endpoint stream;  // wss://stream.binance.com:9443
  net::Endpoint rest;    // https://api.binance.com/api
  std::vector<Listed> symbols;
  std::function<std::uint64_t()> random_bits;  // for the jitter of waits

  /// The venue's clock minus ours, as measured elsewhere. Empty: not known, and an event counts as
  /// said when it came.
  std::function<std::int64_t()> clock_offset_ns = {};

  std::int64_t connection_silence_ns = 10 * kNanosPerSecond;  // then it is taken for dead
  std::int64_t symbol_silence_ns = 60 * kNanosPerSecond;  // then an alarm, and another connection
  std::int64_t connection_life_ns = (23 * 60 + 30) * 60 * kNanosPerSecond;  // cut at 24 h
  std::int64_t overlap_max_ns = 30 * kNanosPerSecond;  // with a symbol that says nothing
  std::int64_t reorder_patience_ns = kNanosPerSecond;  // while connections overlap
  std::int64_t wait_first_ns = 500 * kNanosPerMilli;   // doubling, half of it random
  std::int64_t wait_max_ns = 30 * kNanosPerSecond;
  std::int64_t healthy_ns = 60 * kNanosPerSecond;  // of a book or connection; then waits are short
  std::int64_t average_every_ns = 60 * kNanosPerSecond;
  std::int64_t average_age_max_ns = 300 * kNanosPerSecond;  // then no tops
  int snapshot_levels = 5000;
};

/// The target of one connection that tells depth, best prices and trades of all of them.
[[nodiscard]] std::string stream_path(const std::vector<MarketFeedOptions::Listed>& symbols);

/// Something a person should know; `holds` false says that it is over.
struct MarketAlarm {
  enum class Kind : std::uint8_t {
    ConnectionSilent,
    SymbolSilent,
    Disconnected,  // no connection is open
    Unreadable,    // a frame or an answer that is not what the venue documents
    RestHeldBack,  // no request leaves: the venue asks to wait, or its budget is used up
  };
  Kind kind = Kind::ConnectionSilent;
  bool holds = true;
  std::optional<InstrumentId> instrument;
  std::string words;
};

struct MarketFeedCounts {
  std::uint64_t frames = 0;
  std::uint64_t others = 0;      // frames of kinds or symbols that nobody asked for
  std::uint64_t unreadable = 0;  // frames and answers
  std::uint64_t connects = 0;
  std::uint64_t resyncs = 0;  // books lost
  std::uint64_t snapshots = 0;
  std::uint64_t stale_snapshots = 0;  // older than what had to follow on them
  std::uint64_t tops = 0;
};

/// The market data of one venue: keeps a connection (two where one replaces the other), a book for
/// each symbol, and tells the inbox each new top. Its requests count among `limits`, which are of
/// the address and so of the adapter's requests too. The transport's thread only.
class MarketFeed {
 public:
  MarketFeed(net::Transport& transport, VenueInbox& inbox, RateLimits& limits,
             MarketFeedOptions options, std::function<void(const MarketAlarm&)> on_alarm);
  ~MarketFeed();
  MarketFeed(const MarketFeed&) = delete;
  MarketFeed& operator=(const MarketFeed&) = delete;

  void start();
  [[nodiscard]] const MarketFeedCounts& counts() const { return counts_; }
  /// The book's top is known, and nothing is missing from it.
  [[nodiscard]] bool is_sure(InstrumentId instrument) const;

 private:
  class Link;
  // Asks one thing by HTTP again and again: when next, and after how many failures.
  struct Asking {
    bool in_flight = false;
    std::optional<UnixNanos> due;
    UnixNanos asked;
    std::uint32_t failures = 0;
  };
  struct Listed {
    Listed(const Symbol& symbol_, InstrumentId id) : symbol(symbol_), instrument(id), feed(id) {}

    Symbol symbol;
    InstrumentId instrument;
    SymbolFeed feed;
    Asking snapshot;
    Asking average;
    std::optional<UnixNanos> sure_since;  // the book, without a break
    UnixNanos watched_since;
    bool silent = false;
  };

  void on_open(Link& link);
  void on_text(Link& link, std::string_view text);
  void on_closed(Link& link, std::string_view why);

  void on_event(Link& link, const DepthUpdate& event);
  void on_event(Link& link, const BookTicker& event);
  void on_event(Link& link, const TradeEvent& event);
  void on_event(Link& link, const ServerShutdown& event);
  void on_event(Link& link, const OtherEvent& event);

  void measure_lag(Link& link, std::int64_t event_ms) const;
  [[nodiscard]] UnixNanos said(const Link& link) const;

  void watch();
  void watch_links();
  void watch_symbol(Listed& listed);
  void watch_budget();
  [[nodiscard]] bool is_silent(const Listed& listed) const;
  void connect_if_due();
  void replace_all();
  void drop_leaving();
  void forget(const Link& link);
  [[nodiscard]] std::size_t open_links() const;
  [[nodiscard]] bool has_successor() const;

  void ask(Listed& listed, Asking& asking, const Call& call,
           void (MarketFeed::*take)(Listed&, const std::string&));
  [[nodiscard]] bool may_ask(const CallInfo& call);
  void ask_what_is_due(Listed& listed);
  void want_snapshot(Listed& listed) const;
  void take_snapshot(Listed& listed, const std::string& body);
  void take_average(Listed& listed, const std::string& body);
  void again(Asking& asking);

  void settle(Listed& listed, SymbolFeed::Outcome outcome);
  void alarm(MarketAlarm::Kind kind, bool holds, std::optional<InstrumentId> instrument,
             std::string words);
  void unreadable(std::optional<InstrumentId> instrument, const Error& error);
  [[nodiscard]] Listed* find(std::string_view symbol);
  [[nodiscard]] std::int64_t wait_ns(std::uint32_t failures) const;
  [[nodiscard]] UnixNanos in(std::int64_t ns) const {
    return UnixNanos{transport_.now().value() + ns};
  }
  [[nodiscard]] UnixNanos venue_now() const {
    return in(options_.clock_offset_ns ? options_.clock_offset_ns() : 0);
  }

  net::Transport& transport_;
  VenueInbox& inbox_;
  RateLimits& limits_;
  MarketFeedOptions options_;
  std::function<void(const MarketAlarm&)> on_alarm_;
  MarketDecoder decoder_;
  MarketFeedCounts counts_;
  std::string path_;
  std::vector<std::unique_ptr<Listed>> symbols_;
  std::unique_ptr<net::HttpClient> http_;
  std::vector<std::unique_ptr<Link>> links_;  // the newest at the back
  std::uint32_t connect_failures_ = 0;
  UnixNanos connect_due_;
  UnixNanos unreadable_due_;
  bool denied_ = false;     // a request that was due, since the watch before
  bool held_back_ = false;  // the same, at the watch before
  bool disconnected_ = false;
  net::TimerId timer_ = 0;
};

}  // namespace clawgate::venues::binance_spot
