// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schemas/strict_json.h"
#include "sim/market/book_rule.h"
#include "sim/market/combined_line.h"
#include "sim/market/digits.h"
#include "sim/market/formats.h"

namespace clawgate::sim {
namespace {

constexpr std::size_t kHeldMax = 4096;  // depth events ahead of the snapshot: seven minutes

// A depth event that came before the snapshot that it may follow on.
struct HeldDepth {
  LinePlace place;
  MarketEvent event;
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
};

// <local ns> <json>, a line.
struct StampedLine {
  std::int64_t stamp = -1;  // negative: there was none
  std::string_view json;
};

StampedLine split(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return {};
  return {read_whole(line.substr(0, space)), line.substr(space + 1)};
}

class CombinedStream final : public MarketSource {
 public:
  CombinedStream(RecordingFiles files, SymbolId symbol, std::string_view expected_symbol,
                 const RecordingOptions& options)
      : files_(std::move(files)), line_(symbol, expected_symbol), top_only_(options.top_only) {}

  Result<const MarketEvent*> next() override;
  [[nodiscard]] Rate progress() const override { return files_.progress(); }
  [[nodiscard]] MarketCounts counts() const override { return counts_; }

 private:
  // nullptr: the line gives no event.
  Result<const MarketEvent*> read_line();
  Result<const MarketEvent*> take(MarketEvent& event);
  Result<const MarketEvent*> take_depth(MarketEvent& event, LinePlace place);
  Result<const MarketEvent*> take_held();
  Result<const MarketEvent*> hold(const MarketEvent& event);
  Result<const MarketEvent*> end();
  const MarketEvent* give(const MarketEvent& event, std::int64_t& count);
  Error fail(Reason reason, LinePlace place, std::string_view field, std::string_view seen);

  RecordingFiles files_;
  CombinedLine line_;
  BookRule book_;
  bool top_only_;
  TimeNs last_time_;
  std::vector<HeldDepth> held_;  // until the snapshot, and then until given
  std::size_t held_given_ = 0;
  MarketCounts counts_;
  std::optional<Error> failed_;
};

Error CombinedStream::fail(Reason reason, LinePlace place, std::string_view field,
                           std::string_view seen) {
  failed_ = Error{reason, files_.where(place) + ": " + std::string(field), printable(seen)};
  return *failed_;
}

const MarketEvent* CombinedStream::give(const MarketEvent& event, std::int64_t& count) {
  ++count;
  return &event;
}

Result<const MarketEvent*> CombinedStream::next() {
  if (failed_) return *failed_;
  while (book_.started() && held_given_ < held_.size()) {
    Result<const MarketEvent*> event = take_held();
    if (!event || *event != nullptr) return event;
  }
  while (true) {
    const Result<bool> more = files_.next_line();
    if (!more) {
      failed_ = more.error();
      return *failed_;
    }
    if (!*more) return end();
    Result<const MarketEvent*> event = read_line();
    if (!event || *event != nullptr) return event;
  }
}

Result<const MarketEvent*> CombinedStream::end() {
  const MarketCounts& c = counts_;
  if (c.events() > 0) return nullptr;
  const bool saw_market = !held_.empty() || c.before_snapshot > 0;
  failed_ =
      Error{saw_market ? Reason::RecordingNoSnapshot : Reason::RecordingEmpty, files_.path(),
            std::to_string(held_.size()) + " depth, " + std::to_string(c.before_snapshot) +
                " bookTicker and trade, " + std::to_string(c.unknown_streams) + " unknown lines"};
  return *failed_;
}

Result<const MarketEvent*> CombinedStream::read_line() {
  const StampedLine line = split(files_.line());
  if (line.stamp < 0) {
    return fail(Reason::RecordingLine, files_.place(), "local time", files_.line());
  }
  if (line.stamp < last_time_.value()) {
    return fail(Reason::RecordingTimeBackwards, files_.place(), "local time",
                std::to_string(line.stamp) + " after " + std::to_string(last_time_.value()));
  }
  last_time_ = TimeNs{line.stamp};
  const LineReading reading = line_.read(line.json, !top_only_);
  switch (reading.kind) {
    case LineReading::Kind::Event:
      line_.event().receive_time = last_time_;
      return take(line_.event());
    case LineReading::Kind::Passed:
      ++counts_.stale;
      return nullptr;
    case LineReading::Kind::Unknown:
      ++counts_.unknown_streams;
      return nullptr;
    case LineReading::Kind::Bad:
      break;
  }
  return fail(reading.reason, files_.place(), reading.field, reading.seen);
}

Result<const MarketEvent*> CombinedStream::take(MarketEvent& event) {
  const bool waiting = !book_.started() && !top_only_;
  switch (event.kind) {
    case MarketKind::Snapshot:
      if (book_.on_snapshot(event.last_id) == BookRule::Step::Apply) {
        return give(event, counts_.snapshots);
      }
      ++counts_.stale;
      return nullptr;
    case MarketKind::Depth:
      return take_depth(event, files_.place());
    case MarketKind::BookTicker:
      if (!waiting) return give(event, counts_.book_tickers);
      break;
    case MarketKind::Trade:
      if (!waiting) return give(event, counts_.trades);
      break;
  }
  ++counts_.before_snapshot;
  return nullptr;
}

Result<const MarketEvent*> CombinedStream::take_depth(MarketEvent& event, LinePlace place) {
  switch (book_.on_depth(event.first_id, event.last_id)) {
    case BookRule::Step::Apply:
      return give(event, counts_.depths);
    case BookRule::Step::Wait:
      return hold(event);
    case BookRule::Step::Stale:
      ++counts_.stale;
      return nullptr;
    case BookRule::Step::Gap:
      break;
  }
  return fail(Reason::RecordingGap, place, "data.U",
              std::to_string(event.first_id) + " instead of " + std::to_string(book_.wanted()));
}

Result<const MarketEvent*> CombinedStream::hold(const MarketEvent& event) {
  if (held_.size() == kHeldMax) {
    return fail(Reason::RecordingNoSnapshot, files_.place(), "data",
                std::to_string(kHeldMax) + " depth events before any snapshot");
  }
  held_.push_back({.place = files_.place(),
                   .event = event,
                   .bids = {event.bids.begin(), event.bids.end()},
                   .asks = {event.asks.begin(), event.asks.end()}});
  return nullptr;
}

// The book can only take it now, after the snapshot: so that is its time.
Result<const MarketEvent*> CombinedStream::take_held() {
  HeldDepth& held = held_[held_given_++];
  held.event.receive_time = last_time_;
  held.event.bids = held.bids;
  held.event.asks = held.asks;
  return take_depth(held.event, held.place);
}

}  // namespace

std::unique_ptr<MarketSource> open_combined_stream(RecordingFiles files, SymbolId symbol,
                                                   std::string_view expected_symbol,
                                                   const RecordingOptions& options) {
  return std::make_unique<CombinedStream>(std::move(files), symbol, expected_symbol, options);
}

}  // namespace clawgate::sim
