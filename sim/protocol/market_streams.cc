// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/market_streams.h"

#include <algorithm>
#include <array>
#include <utility>

namespace clawgate::sim {
namespace {

constexpr std::int64_t kMilli = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMilli;

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

// How long a ticker looks back; 0 for a word that is no window.
std::int64_t window_ns(std::string_view window) {
  if (window.empty() || window == "1d") return 86'400 * kSecond;
  if (window == "4h") return 4 * 3'600 * kSecond;
  return window == "1h" ? 3'600 * kSecond : 0;
}

}  // namespace

MarketStreams::MarketStreams(Exchange& exchange, std::function<TimeNs()> clock,
                             std::function<std::int64_t()> skew_ns)
    : exchange_(exchange), clock_(std::move(clock)), skew_ns_(std::move(skew_ns)) {
  exchange_.listen(*this);
}

TimeNs MarketStreams::shown(TimeNs time) const {
  return skew_ns_ ? TimeNs(time.value() + skew_ns_()) : time;
}

std::unique_ptr<WsSession> MarketStreams::open(std::string_view target, WsPeer& peer) {
  auto session = std::make_unique<StreamSession>(*this, peer, target);
  sessions_.insert(session.get());
  return session;
}

MarketStreams::OfSymbol& MarketStreams::of(SymbolId symbol) {
  while (symbols_.size() <= symbol.value()) {
    const SymbolId next(static_cast<std::uint32_t>(symbols_.size()));
    symbols_.emplace_back().name = std::string(exchange_.rules(next).symbol.view());
  }
  return symbols_[symbol.value()];
}

// Who listens.

MarketStreams::Topic MarketStreams::topic_of(const std::string& name) const {
  struct Row {
    std::string_view suffix;
    Kind kind;
    std::int64_t period_ns;
    std::size_t levels = 0;
    std::string_view window = {};
  };
  static constexpr auto kRows = std::to_array<Row>({
      {"trade", Kind::Trade, 0},
      {"aggTrade", Kind::AggTrade, 0},
      {"bookTicker", Kind::BookTicker, 0},
      {"depth", Kind::Diff, kSecond},
      {"depth@100ms", Kind::Diff, 0},
      {"depth5", Kind::Partial, kSecond, 5},
      {"depth10", Kind::Partial, kSecond, 10},
      {"depth20", Kind::Partial, kSecond, 20},
      {"depth5@100ms", Kind::Partial, 100 * kMilli, 5},
      {"depth10@100ms", Kind::Partial, 100 * kMilli, 10},
      {"depth20@100ms", Kind::Partial, 100 * kMilli, 20},
      {"ticker", Kind::Ticker, kSecond},
      {"ticker_1h", Kind::Ticker, kSecond, 0, "1h"},
      {"ticker_4h", Kind::Ticker, kSecond, 0, "4h"},
      {"ticker_1d", Kind::Ticker, kSecond, 0, "1d"},
      {"miniTicker", Kind::MiniTicker, kSecond},
      {"avgPrice", Kind::AvgPrice, kSecond},
      {"!miniTicker@arr", Kind::AllMiniTickers, kSecond},
      {"!ticker_1h@arr", Kind::AllTickers, kSecond, 0, "1h"},
      {"!ticker_4h@arr", Kind::AllTickers, kSecond, 0, "4h"},
      {"!ticker_1d@arr", Kind::AllTickers, kSecond, 0, "1d"},
  });
  Topic topic;
  topic.name = name;
  std::string_view suffix = name;
  if (!suffix.starts_with('!')) {
    const std::size_t at = suffix.find('@');
    if (at == std::string_view::npos) return topic;
    for (std::uint32_t i = 0; i < exchange_.symbols(); ++i) {
      const SymbolId id(i);
      if (lower(exchange_.rules(id).symbol.view()) == suffix.substr(0, at)) topic.symbol = id;
    }
    if (!topic.symbol) return topic;
    suffix.remove_prefix(at + 1);
  }
  constexpr std::string_view kKline = "kline_";
  if (topic.symbol && suffix.starts_with(kKline)) {
    topic.interval = find_interval(suffix.substr(kKline.size()));
    if (topic.interval == nullptr) return topic;
    topic.kind = Kind::Kline;
    topic.period_ns = topic.interval->seconds == 1 ? kSecond : 2 * kSecond;
    return topic;
  }
  for (const Row& row : kRows) {
    if (row.suffix != suffix) continue;
    topic.kind = row.kind;
    topic.period_ns = row.period_ns;
    topic.levels = row.levels;
    topic.window = row.window;
  }
  return topic;
}

void MarketStreams::join(StreamSession& session, const std::string& name) {
  const auto known = topics_.find(name);
  Topic& topic = known == topics_.end() ? topics_[name] = topic_of(name) : known->second;
  topic.sessions.insert(&session);
}

void MarketStreams::leave(StreamSession& session, const std::string& name) {
  const auto topic = topics_.find(name);
  if (topic == topics_.end()) return;
  topic->second.sessions.erase(&session);
  if (topic->second.sessions.empty()) topics_.erase(topic);
}

void MarketStreams::gone(StreamSession& session) {
  sessions_.erase(&session);
  for (auto& [name, topic] : topics_) topic.sessions.erase(&session);
  std::erase_if(topics_, [](const auto& entry) { return entry.second.sessions.empty(); });
}

// Each unit is written once, however many listen.
void MarketStreams::send(const Topic& topic, const Make& make) {
  std::array<std::string, 2> texts;
  for (StreamSession* const session : topic.sessions) {
    std::string& text = texts[static_cast<std::size_t>(session->unit())];
    if (text.empty()) text = make(session->unit());
    session->deliver(topic.name, text);
  }
}

void MarketStreams::send_all(Kind kind, SymbolId symbol, std::int64_t period_ns, const Make& make) {
  for (const auto& [name, topic] : topics_) {
    const bool meant = topic.kind == kind && topic.symbol == symbol && topic.period_ns == period_ns;
    if (meant) send(topic, make);
  }
}

// What happens.

void MarketStreams::publish(const MarketEvent& event) {
  OfSymbol& symbol = of(event.symbol);
  if (event.kind == MarketKind::Snapshot || event.kind == MarketKind::Depth) {
    on_book(event, symbol);
    if (!symbol.has_tickers) on_top(event.symbol, symbol, event.last_id);
  }
  if (event.kind == MarketKind::BookTicker) {
    symbol.has_tickers = true;
    on_top(event.symbol, symbol, event.last_id);
  }
  flush();
}

void MarketStreams::on_book(const MarketEvent& event, OfSymbol& symbol) {
  auto diff = symbol.book.apply(event, exchange_.marks(event.symbol));
  if (!diff) return;
  diff->time = shown(event.exchange_time.value() != 0 ? event.exchange_time : exchange_.now());
  symbol.second.add(*diff);
  send_all(Kind::Diff, event.symbol, 0,
           [&](TimeUnit unit) { return depth_message(symbol.name, *diff, unit); });
}

void MarketStreams::on_top(SymbolId id, OfSymbol& symbol, std::int64_t update) {
  if (update <= symbol.ticker_id || update < symbol.book.last_id()) return;
  const DepthAnswer top = exchange_.depth(id, 1);
  if (top.bids.empty() || top.asks.empty()) return;
  symbol.ticker_id = update;
  symbol.bid = top.bids.front();
  symbol.ask = top.asks.front();
  send_all(Kind::BookTicker, id, 0, [&](TimeUnit) {
    return book_ticker_message(symbol.name, update, symbol.bid, symbol.ask);
  });
}

void MarketStreams::on_trade(const PublicTrade& trade) {
  tape_.on_trade(trade);
  OfSymbol& symbol = of(trade.symbol);
  TapeTrade print = tape_.trades(trade.symbol).back();
  print.trade.time = shown(trade.time);
  send_all(Kind::Trade, trade.symbol, 0,
           [&](TimeUnit unit) { return trade_message(symbol.name, print, unit); });
  if (symbol.aggregate && symbol.aggregate->id == print.aggregate) {
    symbol.aggregate->last = print.id;
    symbol.aggregate->quantity += trade.quantity.raw();
    return;
  }
  send_aggregate(trade.symbol, symbol);
  symbol.aggregate = {print.aggregate, print.id, print.id, trade.quantity.raw(), print.trade};
}

void MarketStreams::send_aggregate(SymbolId id, OfSymbol& symbol) {
  if (!symbol.aggregate) return;
  send_all(Kind::AggTrade, id, 0,
           [&](TimeUnit unit) { return agg_trade_message(symbol.name, *symbol.aggregate, unit); });
  symbol.aggregate.reset();
}

// What is due.

void MarketStreams::flush() {
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    send_aggregate(SymbolId(static_cast<std::uint32_t>(i)), symbols_[i]);
  }
  const TimeNs now = clock_();
  for (auto& [name, topic] : topics_) {
    if (topic.kind == Kind::None || topic.period_ns == 0 || now < topic.due) continue;
    topic.due = TimeNs(now.value() - now.value() % topic.period_ns + topic.period_ns);
    send_due(topic, now);
  }
  drop_unheard();
}

// A sum that nobody takes must not grow.
void MarketStreams::drop_unheard() {
  for (std::uint32_t i = 0; i < symbols_.size(); ++i) {
    const bool heard = std::any_of(topics_.begin(), topics_.end(), [i](const auto& entry) {
      const Topic& topic = entry.second;
      return topic.kind == Kind::Diff && topic.period_ns != 0 && topic.symbol == SymbolId(i);
    });
    if (!heard) symbols_[i].second = DiffSum();
  }
}

void MarketStreams::send_due(Topic& topic, TimeNs now) {
  switch (topic.kind) {
    case Kind::Diff:
      return send_diff(topic);
    case Kind::Partial:
      return send_partial(topic);
    case Kind::Kline:
      return send_klines(topic, now);
    case Kind::Ticker:
    case Kind::MiniTicker:
      return send_ticker(topic, now);
    case Kind::AvgPrice:
      return send_average(topic, now);
    case Kind::AllTickers:
    case Kind::AllMiniTickers:
      return send_all_tickers(topic, now);
    case Kind::None:
    case Kind::Trade:
    case Kind::AggTrade:
    case Kind::BookTicker:
      return;
  }
}

void MarketStreams::send_diff(Topic& topic) {
  OfSymbol& symbol = of(*topic.symbol);
  if (symbol.second.empty()) return;
  const DepthDiff diff = symbol.second.take();
  send(topic, [&](TimeUnit unit) { return depth_message(symbol.name, diff, unit); });
}

void MarketStreams::send_partial(Topic& topic) {
  const DepthAnswer best = depth(*topic.symbol, topic.levels);
  if (best.last_update_id == topic.told) return;
  topic.told = best.last_update_id;
  send(topic, [&](TimeUnit) { return partial_depth_message(best); });
}

bool MarketStreams::has_news(Topic& topic, SymbolId symbol) {
  const auto& trades = tape_.trades(symbol);
  if (trades.empty() || trades.back().id <= topic.told) return false;
  topic.told = trades.back().id;
  return true;
}

// A bar that closed since is told once more, closed.
void MarketStreams::send_klines(Topic& topic, TimeNs now) {
  const std::string& symbol = of(*topic.symbol).name;
  const auto bars = tape_.bars(*topic.symbol, *topic.interval, {}, {}, 2, now);
  if (bars.empty()) return;
  const TapeBar& open = bars.back();
  const bool turned = topic.bar != TimeNs() && topic.bar != open.open_time;
  if (turned && bars.size() == 2) {
    send(topic, [&](TimeUnit unit) {
      return kline_message(symbol, bars.front(), topic.interval->name, true, shown(now), unit);
    });
  }
  if (!has_news(topic, *topic.symbol) && !turned) return;
  topic.bar = open.open_time;
  send(topic, [&](TimeUnit unit) {
    return kline_message(symbol, open, topic.interval->name, false, shown(now), unit);
  });
}

std::string MarketStreams::ticker_of(const Topic& topic, SymbolId symbol, TimeNs now,
                                     TimeUnit unit) const {
  const OfSymbol& row = symbols_[symbol.value()];
  const TapeBar bar = tape_.bar(symbol, TimeNs(now.value() - window_ns(topic.window)), now);
  if (topic.kind == Kind::MiniTicker || topic.kind == Kind::AllMiniTickers) {
    return mini_ticker_message(row.name, bar, shown(now), unit);
  }
  TickerExtras extras;
  extras.last = exchange_.last_price(symbol);
  extras.last_quantity = tape_.trades(symbol).back().trade.quantity;
  extras.bid = row.bid;
  extras.ask = row.ask;
  return ticker_message(row.name, topic.window, bar, extras, shown(now), unit);
}

void MarketStreams::send_ticker(Topic& topic, TimeNs now) {
  if (!has_news(topic, *topic.symbol)) return;
  send(topic, [&](TimeUnit unit) { return ticker_of(topic, *topic.symbol, now, unit); });
}

void MarketStreams::send_average(Topic& topic, TimeNs now) {
  if (!has_news(topic, *topic.symbol)) return;
  const Px average = exchange_.average_price(*topic.symbol);
  const int minutes = exchange_.rules(*topic.symbol).avg_price_mins;
  const TimeNs last = tape_.trades(*topic.symbol).back().trade.time;
  send(topic, [&](TimeUnit unit) {
    return avg_price_message(of(*topic.symbol).name, average, minutes, shown(last), shown(now),
                             unit);
  });
}

void MarketStreams::send_all_tickers(Topic& topic, TimeNs now) {
  std::vector<SymbolId> traded;
  for (std::uint32_t i = 0; i < symbols_.size(); ++i) {
    const auto& trades = tape_.trades(SymbolId(i));
    const bool news = !trades.empty() && now.value() - trades.back().trade.time.value() <= kSecond;
    if (news) traded.push_back(SymbolId(i));
  }
  if (traded.empty()) return;
  send(topic, [&](TimeUnit unit) {
    JsonWriter w(unit);
    w.array();
    for (const SymbolId symbol : traded) w.raw_item(ticker_of(topic, symbol, now, unit));
    w.end_array();
    return w.take();
  });
}

void MarketStreams::announce_shutdown() {
  const TimeNs now = shown(clock_());
  for (StreamSession* const session : sessions_) {
    session->deliver("!serverShutdown", server_shutdown_message(now, session->unit()));
  }
}

DepthAnswer MarketStreams::depth(SymbolId symbol, std::size_t limit) const {
  const auto marks = exchange_.marks(symbol);
  if (symbol.value() >= symbols_.size()) return StreamBook().snapshot(marks, limit);
  return symbols_[symbol.value()].book.snapshot(marks, limit);
}

}  // namespace clawgate::sim
