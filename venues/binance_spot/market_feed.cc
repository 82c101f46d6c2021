// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/market_feed.h"

#include <algorithm>
#include <utility>

#include "schemas/core/assert.h"
#include "schemas/core/result.h"
#include "venues/binance_spot/replies.h"
#include "venues/binance_spot/venue_error.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::int64_t kWatchEveryNs = 100 * kNanosPerMilli;
constexpr std::int64_t kUnreadableEveryNs = 60 * kNanosPerSecond;
// Each lost book costs 250 of the 6000 that all symbols and orders of one address share.
constexpr std::uint32_t kResyncCounts = 2;
constexpr std::size_t kStreamsMax = 1024;  // of one connection

bool is_name(std::string_view symbol) {
  return !symbol.empty() && std::all_of(symbol.begin(), symbol.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

std::string lower_case(std::string_view symbol) {
  std::string lower(symbol);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace

std::string stream_path(const std::vector<MarketFeedOptions::Listed>& symbols) {
  std::string path = "/stream?streams=";
  for (const auto& listed : symbols) {
    const std::string name = lower_case(listed.symbol.view());
    if (path.back() != '=') path += '/';
    path += name + "@depth@100ms/" + name + "@bookTicker/" + name + "@trade";
  }
  return path;
}

/// One connection of the feed.
class MarketFeed::Link final : public net::WebSocketEvents {
 public:
  explicit Link(MarketFeed& feed) : feed_(feed) {}

  void on_open() override { feed_.on_open(*this); }
  void on_text(std::string_view text) override { feed_.on_text(*this, text); }
  void on_closed(std::string_view why) override { feed_.on_closed(*this, why); }

  std::unique_ptr<net::WebSocket> socket;
  bool open = false;
  bool leaving = false;  // another one replaces it
  UnixNanos opened;
  UnixNanos heard;
  std::int64_t lag_ns = 0;          // of its last event that carried a time
  std::vector<const Listed*> told;  // symbols whose depth it brought

 private:
  MarketFeed& feed_;
};

MarketFeed::MarketFeed(net::Transport& transport, VenueInbox& inbox, RateLimits& limits,
                       MarketFeedOptions options, std::function<void(const MarketAlarm&)> on_alarm)
    : transport_(transport),
      inbox_(inbox),
      limits_(limits),
      options_(std::move(options)),
      on_alarm_(std::move(on_alarm)),
      path_(stream_path(options_.symbols)) {
  CLAWGATE_ASSERT(!options_.symbols.empty() && options_.symbols.size() * 3 <= kStreamsMax);
  CLAWGATE_ASSERT(options_.random_bits);
  for (const auto& listed : options_.symbols) {
    CLAWGATE_ASSERT(is_name(listed.symbol.view()));
    symbols_.push_back(std::make_unique<Listed>(listed.symbol, listed.instrument));
  }
}

MarketFeed::~MarketFeed() {
  transport_.cancel(timer_);
}

void MarketFeed::start() {
  http_ = transport_.http(options_.rest);
  for (const auto& listed : symbols_) {
    listed->watched_since = transport_.now();
    listed->average.due = transport_.now();
  }
  connect_due_ = transport_.now();
  watch();
}

bool MarketFeed::is_sure(InstrumentId instrument) const {
  return std::any_of(symbols_.begin(), symbols_.end(), [&](const auto& listed) {
    return listed->instrument == instrument && listed->feed.is_sure();
  });
}

MarketFeed::Listed* MarketFeed::find(std::string_view symbol) {
  for (const auto& listed : symbols_) {
    if (listed->symbol.view() == symbol) return listed.get();
  }
  return nullptr;
}

// Half of the wait is random, so that many gateways do not come back at the same instant.
std::int64_t MarketFeed::wait_ns(std::uint32_t failures) const {
  const std::uint32_t doublings = std::min(failures, 20U);
  const std::int64_t wait = std::min(options_.wait_max_ns, options_.wait_first_ns << doublings);
  const auto half = static_cast<std::uint64_t>(wait / 2);
  return wait / 2 + static_cast<std::int64_t>(options_.random_bits() % (half + 1));
}

void MarketFeed::alarm(MarketAlarm::Kind kind, bool holds, std::optional<InstrumentId> instrument,
                       std::string words) {
  if (on_alarm_) on_alarm_({kind, holds, instrument, std::move(words)});
}

// Counted each time, told once a minute.
void MarketFeed::unreadable(std::optional<InstrumentId> instrument, const Error& error) {
  ++counts_.unreadable;
  if (transport_.now() < unreadable_due_) return;
  unreadable_due_ = in(kUnreadableEveryNs);
  alarm(MarketAlarm::Kind::Unreadable, true, instrument, to_text(error));
}

// Everything that is due, on one timer.
void MarketFeed::watch() {
  timer_ = transport_.at(in(kWatchEveryNs), [this] { watch(); });
  watch_links();
  for (const auto& listed : symbols_) watch_symbol(*listed);
  watch_budget();
}

// --- connections -------------------------------------------------------------------------------

std::size_t MarketFeed::open_links() const {
  return static_cast<std::size_t>(
      std::count_if(links_.begin(), links_.end(), [](const auto& link) { return link->open; }));
}

bool MarketFeed::has_successor() const {
  return std::any_of(links_.begin(), links_.end(), [](const auto& link) { return !link->leaving; });
}

void MarketFeed::watch_links() {
  const UnixNanos now = transport_.now();
  for (std::size_t i = links_.size(); i-- > 0;) {
    Link& link = *links_[i];
    if (!link.open) continue;
    if (now.value() - link.heard.value() > options_.connection_silence_ns) {
      alarm(MarketAlarm::Kind::ConnectionSilent, true, std::nullopt, "no frame; connecting anew");
      on_closed(link, "silent");
      continue;
    }
    const std::int64_t age = now.value() - link.opened.value();
    if (age >= options_.healthy_ns && !link.told.empty()) connect_failures_ = 0;
    if (age >= options_.connection_life_ns) link.leaving = true;
  }
  drop_leaving();
  connect_if_due();
}

void MarketFeed::connect_if_due() {
  if (has_successor() || transport_.now() < connect_due_) return;
  ++counts_.connects;
  connect_due_ = in(wait_ns(connect_failures_));
  ++connect_failures_;  // until one has lived for a while
  Link& link = *links_.emplace_back(std::make_unique<Link>(*this));
  link.socket = transport_.web_socket(options_.stream, path_, link);
}

void MarketFeed::replace_all() {
  for (const auto& link : links_) {
    if (link->open) link->leaving = true;
  }
  connect_if_due();
}

// A connection goes only after its successor brought what it brought.
void MarketFeed::drop_leaving() {
  const UnixNanos now = transport_.now();
  const bool carried = std::any_of(links_.begin(), links_.end(), [&](const auto& link) {
    return link->open && !link->leaving &&
           (link->told.size() == symbols_.size() ||
            now.value() - link->opened.value() >= options_.overlap_max_ns);
  });
  if (carried) std::erase_if(links_, [](const auto& link) { return link->leaving; });
}

void MarketFeed::forget(const Link& link) {
  std::erase_if(links_, [&](const auto& row) { return row.get() == &link; });
}

void MarketFeed::on_open(Link& link) {
  link.open = true;
  link.opened = transport_.now();
  link.heard = link.opened;
  if (std::exchange(disconnected_, false)) {
    alarm(MarketAlarm::Kind::Disconnected, false, std::nullopt, "connected");
  }
  for (const auto& listed : symbols_) {
    if (!listed->feed.is_sure()) want_snapshot(*listed);
    ask_what_is_due(*listed);
  }
}

void MarketFeed::on_closed(Link& link, std::string_view why) {
  const bool was_open = link.open;
  const std::string words(why);
  forget(link);
  if (open_links() > 0) return;
  for (const auto& listed : symbols_) listed->feed.doubt();
  if (!was_open && disconnected_) return;
  disconnected_ = true;
  alarm(MarketAlarm::Kind::Disconnected, true, std::nullopt, words);
}

void MarketFeed::on_text(Link& link, std::string_view text) {
  ++counts_.frames;
  link.heard = transport_.now();
  const Result<StreamEvent> event = decoder_.read(text);
  if (!event) return unreadable(std::nullopt, event.error());
  std::visit([&](const auto& it) { on_event(link, it); }, *event);
}

// --- events ------------------------------------------------------------------------------------

// A connection can be alive and late. bookTicker carries no time, so the lag of the events around
// it, ten a second, stands for its own.
void MarketFeed::measure_lag(Link& link, std::int64_t event_ms) const {
  if (!options_.clock_offset_ns) return;
  const std::int64_t said_ns = event_ms * kNanosPerMilli - options_.clock_offset_ns();
  link.lag_ns = std::max<std::int64_t>(0, transport_.now().value() - said_ns);
}

UnixNanos MarketFeed::said(const Link& link) const {
  return UnixNanos{transport_.now().value() - link.lag_ns};
}

void MarketFeed::on_event(Link& link, const DepthUpdate& event) {
  Listed* const listed = find(event.symbol);
  if (listed == nullptr) {
    ++counts_.others;
    return;
  }
  measure_lag(link, event.event_ms);
  if (std::find(link.told.begin(), link.told.end(), listed) == link.told.end()) {
    link.told.push_back(listed);
  }
  settle(*listed, listed->feed.on_depth(event, open_links() > 1, said(link)));
}

void MarketFeed::on_event(Link& link, const BookTicker& event) {
  Listed* const listed = find(event.symbol);
  if (listed == nullptr) {
    ++counts_.others;
    return;
  }
  settle(*listed, listed->feed.on_ticker(event, said(link)));
}

void MarketFeed::on_event(Link& link, const TradeEvent& event) {
  Listed* const listed = find(event.symbol);
  if (listed == nullptr || event.aggregate) {
    ++counts_.others;
    return;
  }
  measure_lag(link, event.event_ms);
  settle(*listed, listed->feed.on_trade(event));
}

void MarketFeed::on_event(Link& link, const ServerShutdown&) {
  link.leaving = true;
  connect_if_due();  // at once, as the venue asks, unless it asks that of each new connection
}

void MarketFeed::on_event(Link&, const OtherEvent&) {
  ++counts_.others;
}

void MarketFeed::settle(Listed& listed, SymbolFeed::Outcome outcome) {
  if (outcome == SymbolFeed::Outcome::Nothing) return;
  if (outcome != SymbolFeed::Outcome::Useful) {
    listed.sure_since.reset();
    want_snapshot(listed);
    if (outcome == SymbolFeed::Outcome::Resync) {
      ++counts_.resyncs;
      listed.snapshot.failures += kResyncCounts;  // until a book has stood for a while
    }
    return ask_what_is_due(listed);
  }
  if (listed.silent && !is_silent(listed)) {
    listed.silent = false;
    alarm(MarketAlarm::Kind::SymbolSilent, false, listed.instrument,
          std::string(listed.symbol.view()) + " is back");
  }
  const auto top = listed.feed.top(transport_.now(), options_.average_age_max_ns);
  if (!top) return;
  ++counts_.tops;
  inbox_.market(*top);
}

// The age of the last quote, not of the connection: one stream can die inside a live one, and
// trades go on beside a depth that is dead.
bool MarketFeed::is_silent(const Listed& listed) const {
  const UnixNanos heard = std::max(listed.feed.last_useful(), listed.watched_since);
  return transport_.now().value() - heard.value() > options_.symbol_silence_ns;
}

void MarketFeed::watch_symbol(Listed& listed) {
  const UnixNanos now = transport_.now();
  settle(listed, listed.feed.on_time(now, options_.reorder_patience_ns));
  ask_what_is_due(listed);
  if (!listed.feed.is_sure()) listed.sure_since.reset();
  if (listed.feed.is_sure() && !listed.sure_since) listed.sure_since = now;
  const bool healthy =
      listed.sure_since && now.value() - listed.sure_since->value() >= options_.healthy_ns;
  if (healthy) listed.snapshot.failures = 0;
  if (listed.silent || !is_silent(listed)) return;
  listed.silent = true;
  alarm(MarketAlarm::Kind::SymbolSilent, true, listed.instrument,
        std::string(listed.symbol.view()) + ": nothing useful for too long");
  replace_all();
}

void MarketFeed::watch_budget() {
  const bool denied = std::exchange(denied_, false);
  if (denied == std::exchange(held_back_, denied)) return;
  const auto until = limits_.open_until(transport_.now());
  const std::string why = until ? wait_words(*until) : "the request budget is used up";
  alarm(MarketAlarm::Kind::RestHeldBack, denied, std::nullopt, denied ? why : "requests leave");
}

// --- requests ----------------------------------------------------------------------------------

void MarketFeed::ask_what_is_due(Listed& listed) {
  ask(listed, listed.snapshot, depth(listed.symbol, options_.snapshot_levels),
      &MarketFeed::take_snapshot);
  ask(listed, listed.average, avg_price(listed.symbol), &MarketFeed::take_average);
}

void MarketFeed::ask(Listed& listed, Asking& asking, const Call& call,
                     void (MarketFeed::*take)(Listed&, const std::string&)) {
  const UnixNanos now = transport_.now();
  if (asking.in_flight || !asking.due || now < *asking.due || !may_ask(*call.info)) return;
  asking.in_flight = true;
  asking.asked = now;
  asking.due.reset();
  http_->send(rest_request(call, options_.rest.path, nullptr, venue_now(), 0),
              [this, &listed, &asking, info = call.info, take](const net::HttpAnswer& answer) {
                asking.in_flight = false;
                limits_.settle(*info, counts_in_headers(answer), venue_now());
                if (answer.fate != net::Fate::Answered) return again(asking);
                if (answer.status != 200) {
                  limits_.on_error(read_rest_error(answer), transport_.now());
                  return again(asking);
                }
                (this->*take)(listed, answer.body);
              });
}

// What may not be asked now stays due, and is tried with each watch.
bool MarketFeed::may_ask(const CallInfo& call) {
  const bool may = limits_.try_take(call, {transport_.now(), venue_now()});
  denied_ = denied_ || !may;
  return may;
}

void MarketFeed::again(Asking& asking) {
  asking.due = in(wait_ns(asking.failures));
  ++asking.failures;
}

// At once, unless one was wanted a short while ago: a stream with gaps must not use up the weight
// that orders need, nor the address's good name.
void MarketFeed::want_snapshot(Listed& listed) const {
  Asking& asking = listed.snapshot;
  if (asking.in_flight || asking.due) return;
  asking.due = asking.failures == 0 ? transport_.now() : in(wait_ns(asking.failures - 1));
}

void MarketFeed::take_snapshot(Listed& listed, const std::string& body) {
  const Result<DepthSnapshot> snapshot = decoder_.read_snapshot(body);
  if (!snapshot) {
    unreadable(listed.instrument, snapshot.error());
    return again(listed.snapshot);
  }
  ++counts_.snapshots;
  const SymbolFeed::Outcome outcome = listed.feed.on_snapshot(*snapshot, listed.snapshot.asked);
  if (outcome == SymbolFeed::Outcome::Again) {
    ++counts_.stale_snapshots;
    return again(listed.snapshot);
  }
  settle(listed, outcome);
}

void MarketFeed::take_average(Listed& listed, const std::string& body) {
  const Result<AvgPrice> average = read_avg_price(body);
  if (!average) {
    unreadable(listed.instrument, average.error());
    return again(listed.average);
  }
  if (average->price.is_zero()) return again(listed.average);  // nothing was traded yet
  listed.average.failures = 0;
  listed.average.due = in(options_.average_every_ns);
  listed.feed.on_average(average->price, transport_.now());
}

}  // namespace clawgate::venues::binance_spot
