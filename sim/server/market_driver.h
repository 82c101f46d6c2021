// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"
#include "sim/exchange/symbol_rules.h"
#include "sim/market/source.h"

namespace clawgate::sim {

/// What one symbol's market is made of.
struct MarketChoice {
  std::string symbol;
  bool synthetic = false;
  std::uint64_t seed = 0;          // synthetic
  std::vector<std::string> files;  // recordings, one stream
};

/// `[SYMBOL=]synthetic:SEED` or `[SYMBOL=]FILE[,FILE...]`. `symbol` is the one meant without
/// SYMBOL=. Errors are about `--market`.
[[nodiscard]] Result<MarketChoice> parse_market(std::string_view text, std::string_view symbol);

/// Plays the markets of one or several symbols in the order of their times. It says when the next
/// event happens; the caller waits, or moves its clock, and takes the event. One thread at a time.
///
/// Markets start together, at Options::start. A synthetic market goes on for ever if it may loop:
/// after its last phase it is drawn anew from the next seed and the last price. A recording that
/// loops starts again with update ids that go on from its last.
class MarketDriver {
 public:
  struct Options {
    /// The time of the first event. nullopt: events keep the times of their recording.
    std::optional<TimeNs> start;
    std::int64_t speed = 1;  // times real time; 0: everything is due at once, at the time of take()
    bool loop_recordings = false;
    bool loop_synthetic = true;
  };

  explicit MarketDriver(const Options& options) : options_(options) {}

  /// Opens the market of `rules.symbol`, which is `symbol` in the exchange, and reads ahead one
  /// event. Its update ids go on after `last_id`, where that is not 0.
  [[nodiscard]] std::optional<Error> add(const MarketChoice& choice, SymbolId symbol,
                                         const SymbolRules& rules, std::int64_t last_id = 0);

  /// nullopt: all markets have ended.
  [[nodiscard]] std::optional<TimeNs> next_due() const;

  /// Hands the next event to `what`, with times of the caller's clock, and reads on. An Error names
  /// the recording and its line; that market ends there.
  [[nodiscard]] std::optional<Error> take(TimeNs now,
                                          const std::function<void(const MarketEvent&)>& what);

  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  struct Track {
    MarketChoice choice;
    SymbolId symbol;
    SymbolRules rules;
    std::unique_ptr<MarketSource> source;
    const MarketEvent* next = nullptr;  // nullptr: ended
    TimeNs base;                        // of this round's first event, by the caller's clock
    TimeNs first;                       // the same, by the recording's
    std::int64_t id_shift = 0;          // of this round's update ids
    std::int64_t last_id = 0;           // the newest told, shifted
    Px last_price;
  };

  [[nodiscard]] std::optional<Error> open(Track& track, TimeNs base);
  [[nodiscard]] std::optional<Error> advance(Track& track);
  [[nodiscard]] TimeNs mapped(const Track& track, TimeNs time) const;
  [[nodiscard]] Track* earliest();
  [[nodiscard]] MarketEvent told(Track& track, TimeNs now) const;

  Options options_;
  std::vector<Track> tracks_;
  std::uint64_t taken_ = 0;
};

}  // namespace clawgate::sim
