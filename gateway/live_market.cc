// SPDX-License-Identifier: Apache-2.0
#include "gateway/live_market.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "governance/policy/domains.h"
#include "sim/market/file_text.h"
#include "venues/binance_spot/market_feed.h"
#include "venues/binance_spot/retry.h"
#include "venues/binance_spot/retry_after.h"
#include "venues/net/endpoint.h"

namespace clawgate::gateway {
namespace {

namespace net = venues::net;
namespace binance = venues::binance_spot;

constexpr std::string_view kLive = "live";
constexpr std::string_view kPublicRest = "https://data-api.binance.vision";
constexpr std::string_view kPublicStream = "wss://stream.binance.com:9443";
constexpr std::string_view kBookLevels = "1000";
constexpr std::size_t kWaitingMax = 4096;                   // seven minutes of depth@100ms
constexpr std::int64_t kSilenceNs = 60 * kNanosPerSecond;   // then another connection
constexpr std::int64_t kLookEveryNs = 5 * kNanosPerSecond;  // at the silence
constexpr binance::Backoff kBackoff{.first_ns = 500 * kNanosPerMilli,
                                    .cap_ns = 30 * kNanosPerSecond,
                                    .attempts_max = std::numeric_limits<std::uint32_t>::max()};

Result<net::Endpoint> read_place(std::string_view url) {
  auto endpoint = net::parse_endpoint(url, "--market");
  if (!endpoint || net::is_loopback(endpoint->host)) return endpoint;
  const auto listed = governance::check_domain({url, governance::Caller::MarketData, false});
  if (!listed) return Error{listed.error().reason, "--market", listed.error().seen};
  return endpoint;
}

}  // namespace

Result<std::optional<LivePlace>> live_place(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(':'));
  if (word != kLive) return std::optional<LivePlace>();
  const std::string_view url = text.substr(std::min(text.size(), kLive.size() + 1));
  if (url.empty() && text.size() > kLive.size()) {
    return Error{Reason::UsageOption, "--market", std::string(text) + ", without an address"};
  }
  auto rest = read_place(url.empty() ? kPublicRest : url);
  if (!rest) return rest.error();
  auto stream = read_place(url.empty() ? kPublicStream : url);
  if (!stream) return stream.error();
  return std::optional<LivePlace>({std::move(*rest), std::move(*stream)});
}

LiveMarket::LiveMarket(net::Transport& transport, Options options)
    : transport_(transport),
      options_(std::move(options)),
      stream_path_(binance::stream_path({{options_.symbol, InstrumentId{}}})),
      http_(transport.http(options_.place.rest)),
      reader_(options_.id, options_.symbol.view()) {
  if (!options_.recording.empty()) recording_.open(options_.recording);
  connect();
  look();
}

LiveMarket::~LiveMarket() {
  for (const auto& timer : {look_again_, reconnect_, ask_again_}) {
    if (timer) transport_.cancel(*timer);
  }
}

// --- the connection ----------------------------------------------------------------------------

void LiveMarket::connect() {
  reconnect_.reset();
  heard_ = transport_.now();
  socket_ = transport_.web_socket(options_.place.stream, stream_path_, *this);
}

void LiveMarket::look() {
  look_again_ = transport_.at(in(kLookEveryNs), [this] { look(); });
  if (socket_ && transport_.now().value() - heard_.value() > kSilenceNs) on_closed("silent");
}

void LiveMarket::on_open() {
  ++connects_;
  lose_book();
}

// What was said in between is missing from the book.
void LiveMarket::on_closed(std::string_view why) {
  trouble_ = why;
  const std::unique_ptr<net::WebSocket> gone = std::move(socket_);
  whole_ = false;
  waiting_.clear();
  reconnect_ = transport_.at(in(wait_ns(failed_connects_++)), [this] { connect(); });
}

void LiveMarket::on_text(std::string_view text) {
  heard_ = transport_.now();
  failed_connects_ = 0;
  auto kept = read(text);
  if (!kept) return;
  switch (kept->event.kind) {
    case sim::MarketKind::Depth:
      return take_depth(std::move(*kept));
    case sim::MarketKind::BookTicker:
      return book_.started() ? release(std::move(*kept), counts_.book_tickers) : pass();
    case sim::MarketKind::Trade:
      return book_.started() ? release(std::move(*kept), counts_.trades) : pass();
    case sim::MarketKind::Snapshot:
      break;  // no stream says one
  }
  ++unreadable_;
}

std::optional<LiveMarket::Kept> LiveMarket::read(std::string_view text) {
  Kept kept;
  kept.line = text;
  // Blanks, where JSON has line ends: one line a message.
  std::replace(kept.line.begin(), kept.line.end(), '\n', ' ');
  padded_.reserve(text.size() + sim::FileText::kPadding);
  padded_ = kept.line;
  const sim::LineReading reading = reader_.read(padded_, true);
  if (reading.kind != sim::LineReading::Kind::Event) {
    if (reading.kind == sim::LineReading::Kind::Bad) ++unreadable_;
    return std::nullopt;
  }
  kept.event = reader_.event();
  kept.bids.assign(kept.event.bids.begin(), kept.event.bids.end());
  kept.asks.assign(kept.event.asks.begin(), kept.event.asks.end());
  return kept;
}

// --- the book ----------------------------------------------------------------------------------

void LiveMarket::lose_book() {
  whole_ = false;
  waiting_.clear();
  ask_book();
}

void LiveMarket::ask_book() {
  if (asking_ || ask_again_) return;
  asking_ = true;
  std::string target = "/api/v3/depth?symbol=" + std::string(options_.symbol.view());
  target.append("&limit=").append(kBookLevels);
  http_->send({.method = "GET", .target = std::move(target)},
              [this](const net::HttpAnswer& answer) {
                asking_ = false;
                take_book(answer);
              });
}

void LiveMarket::ask_book_in(std::int64_t ns) {
  ask_again_ = transport_.at(in(ns), [this] {
    ask_again_.reset();
    if (!whole_ && socket_) ask_book();
  });
}

// https://developers.binance.com, "How to manage a local order book correctly".
void LiveMarket::take_book(const net::HttpAnswer& answer) {
  if (answer.fate != net::Fate::Answered || answer.status != 200) return refuse_book(answer);
  auto kept = read(answer.body);
  if (!kept || kept->event.kind != sim::MarketKind::Snapshot) {
    trouble_ = "the book at " + options_.place.rest.host + " cannot be read";
    return ask_book_in(wait_ns(failed_asks_++));
  }
  failed_asks_ = 0;
  const bool too_old =
      kept->event.last_id + 1 < book_.wanted() ||
      (!waiting_.empty() && waiting_.front().event.first_id > kept->event.last_id + 1);
  if (too_old) return ask_book_in(kBackoff.first_ns);
  whole_ = true;
  if (book_.on_snapshot(kept->event.last_id) == sim::BookRule::Step::Apply) {
    release(std::move(*kept), counts_.snapshots);
  }
  for (std::deque<Kept> waiting = std::exchange(waiting_, {}); !waiting.empty();
       waiting.pop_front()) {
    take_depth(std::move(waiting.front()));
  }
}

// 429 and 418 say how long: going on would lengthen a ban.
void LiveMarket::refuse_book(const net::HttpAnswer& answer) {
  const bool limited = answer.status == 429 || answer.status == 418;
  trouble_ =
      answer.fate == net::Fate::Answered ? "status " + std::to_string(answer.status) : answer.why;
  std::int64_t wait = wait_ns(failed_asks_++);
  if (limited) {
    const auto told = binance::retry_after_s(answer);
    wait = std::max(wait, told.value_or(binance::kRetryAfterDefaultS) * kNanosPerSecond);
  }
  ask_book_in(wait);
}

void LiveMarket::take_depth(Kept kept) {
  if (!whole_) {
    if (waiting_.size() == kWaitingMax) waiting_.clear();  // then a newer book is asked for
    waiting_.push_back(std::move(kept));
    return ask_book();
  }
  switch (book_.on_depth(kept.event.first_id, kept.event.last_id)) {
    case sim::BookRule::Step::Apply:
      return release(std::move(kept), counts_.depths);
    case sim::BookRule::Step::Stale:
      ++counts_.stale;
      return;
    case sim::BookRule::Step::Wait:
    case sim::BookRule::Step::Gap:
      break;
  }
  lose_book();
  waiting_.push_back(std::move(kept));
}

// --- what it tells -----------------------------------------------------------------------------

void LiveMarket::release(Kept kept, std::int64_t& count) {
  ++count;
  last_stamp_ = std::max(last_stamp_, transport_.now().value());
  kept.event.receive_time = sim::TimeNs(last_stamp_);
  if (recording_.is_open()) recording_ << last_stamp_ << ' ' << kept.line << '\n';
  ready_.push_back(std::move(kept));
}

Result<const sim::MarketEvent*> LiveMarket::next() {
  if (recording_.fail()) {
    return Error{Reason::DataDirectoryUnwritable, "--record", options_.recording};
  }
  if (ready_.empty()) {
    recording_.flush();
    return nullptr;
  }
  given_ = std::move(ready_.front());
  ready_.pop_front();
  given_.event.bids = given_.bids;
  given_.event.asks = given_.asks;
  return &given_.event;
}

std::int64_t LiveMarket::wait_ns(std::uint32_t failures) const {
  // Not to come back at the same instant as everybody else.
  const auto bits = static_cast<std::uint64_t>(transport_.now().value()) * 0x9E3779B97F4A7C15;
  return binance::delay_ns(kBackoff, failures + 1, bits).value_or(kBackoff.cap_ns);
}

}  // namespace clawgate::gateway
