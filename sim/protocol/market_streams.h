// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/exchange/exchange.h"
#include "sim/market/event.h"
#include "sim/protocol/http.h"
#include "sim/protocol/stream_book.h"
#include "sim/protocol/stream_messages.h"
#include "sim/protocol/stream_session.h"
#include "sim/protocol/tape.h"

// Market data streams, raw and combined, with SUBSCRIBE and its kin:
//
//   <s>@trade  <s>@aggTrade       every trade, ours and the outside market's
//   <s>@bookTicker                as the market states it, our orders counted in
//   <s>@depth[@100ms]             diffs with the market's own update ids; see StreamBook
//   <s>@depth5|10|20[@100ms]      the best levels
//   <s>@kline_<i>  <s>@ticker  <s>@ticker_1h|4h|1d  <s>@miniTicker  <s>@avgPrice
//   !miniTicker@arr  !ticker_1h|4h|1d@arr
//
// Other names are taken and never send. The caller tells of every market event after the exchange
// had it, and calls flush() after anything else that may have traded.

namespace clawgate::sim {

/// One thread: the exchange's.
class MarketStreams final : public TapeSink, public StreamHub {
 public:
  /// Hears of the exchange's trades from here on: make it before the first one, so that its trade
  /// ids are those of the REST API. `exchange` outlives this. `skew_ns`: how far the clock that
  /// events are stamped with is ahead; empty: not at all.
  MarketStreams(Exchange& exchange, std::function<TimeNs()> clock,
                std::function<std::int64_t()> skew_ns = {});

  /// A WebSocket to /ws.. or /stream... `peer` outlives the session, and this both.
  [[nodiscard]] std::unique_ptr<WsSession> open(std::string_view target, WsPeer& peer);

  /// `event` is one that Exchange::apply() had just now.
  void publish(const MarketEvent& event);
  /// Sends what is complete and what is due by the clock.
  void flush();
  /// serverShutdown to every WebSocket. Closing them is the caller's.
  void announce_shutdown();

  /// The book as the depth stream tells it, for GET /api/v3/depth.
  [[nodiscard]] DepthAnswer depth(SymbolId symbol, std::size_t limit) const;

  void on_trade(const PublicTrade& trade) override;

 private:
  enum class Kind : std::uint8_t {
    None,
    Trade,
    AggTrade,
    BookTicker,
    Diff,
    Partial,
    Kline,
    Ticker,
    MiniTicker,
    AvgPrice,
    AllTickers,
    AllMiniTickers
  };
  struct Topic {
    std::string name;
    Kind kind = Kind::None;
    std::optional<SymbolId> symbol;
    std::int64_t period_ns = 0;  // 0: as it happens
    std::size_t levels = 0;      // Partial
    const KlineInterval* interval = nullptr;
    std::string_view window;  // tickers; empty: 24 hours
    std::set<StreamSession*> sessions;
    TimeNs due;
    std::int64_t told = 0;  // the newest trade or update id that it told of
    TimeNs bar;             // Kline: open time of the bar last told
  };
  struct OfSymbol {
    std::string name;
    StreamBook book;
    DiffSum second;
    std::optional<AggregateTrade> aggregate;
    std::int64_t ticker_id = 0;
    bool has_tickers = false;  // the market states best prices by themselves
    BookLevel bid;
    BookLevel ask;
  };
  using Make = std::function<std::string(TimeUnit)>;

  void join(StreamSession& session, const std::string& name) override;
  void leave(StreamSession& session, const std::string& name) override;
  void gone(StreamSession& session) override;

  /// As the server's clock tells it.
  [[nodiscard]] TimeNs shown(TimeNs time) const;
  [[nodiscard]] Topic topic_of(const std::string& name) const;
  [[nodiscard]] OfSymbol& of(SymbolId symbol);
  void send(const Topic& topic, const Make& make);
  void send_all(Kind kind, SymbolId symbol, std::int64_t period_ns, const Make& make);
  void on_book(const MarketEvent& event, OfSymbol& symbol);
  void on_top(SymbolId id, OfSymbol& symbol, std::int64_t update);
  void send_aggregate(SymbolId id, OfSymbol& symbol);
  void drop_unheard();
  void send_due(Topic& topic, TimeNs now);
  void send_partial(Topic& topic);
  void send_diff(Topic& topic);
  void send_klines(Topic& topic, TimeNs now);
  void send_ticker(Topic& topic, TimeNs now);
  void send_average(Topic& topic, TimeNs now);
  void send_all_tickers(Topic& topic, TimeNs now);
  [[nodiscard]] std::string ticker_of(const Topic& topic, SymbolId symbol, TimeNs now,
                                      TimeUnit unit) const;
  /// Whether the symbol traded since the topic last told.
  [[nodiscard]] bool has_news(Topic& topic, SymbolId symbol);

  Exchange& exchange_;
  std::function<TimeNs()> clock_;
  std::function<std::int64_t()> skew_ns_;
  Tape tape_;
  std::vector<OfSymbol> symbols_;  // by id
  std::map<std::string, Topic> topics_;
  std::set<StreamSession*> sessions_;
};

}  // namespace clawgate::sim
