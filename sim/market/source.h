// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/core/result.h"
#include "sim/market/event.h"

namespace clawgate::sim {

/// What a source has read so far. The first four are the events that next() gave.
struct MarketCounts {
  std::int64_t snapshots = 0;
  std::int64_t depths = 0;
  std::int64_t book_tickers = 0;
  std::int64_t trades = 0;
  std::int64_t unknown_streams = 0;  // lines of streams that are not market events of ours
  std::int64_t before_snapshot = 0;  // bookTicker and trade lines ahead of the first snapshot
  std::int64_t stale = 0;  // depth and snapshot lines whose changes the book already contains

  [[nodiscard]] constexpr std::int64_t events() const {
    return snapshots + depths + book_tickers + trades;
  }
};

/// The market outside: what happened, one event at a time. One thread at a time.
class MarketSource {
 public:
  MarketSource() = default;
  MarketSource(const MarketSource&) = delete;
  MarketSource& operator=(const MarketSource&) = delete;
  virtual ~MarketSource() = default;

  /// The next event in order of receive_time; nullptr at the end. The event and its spans live
  /// until the next call. An Error names file:line and the field; after one, every call repeats it.
  virtual Result<const MarketEvent*> next() = 0;

  /// How much of the input is behind next(), 0..1. Never falls.
  [[nodiscard]] virtual Rate progress() const = 0;

  [[nodiscard]] virtual MarketCounts counts() const = 0;
};

struct RecordingOptions {
  /// False: a Snapshot is the first event, depth changes follow it by Binance's local-book rule,
  /// and a recording without a usable snapshot is an Error. True: bookTicker and trades only; depth
  /// and snapshot lines are passed over (counted as stale). For recordings without a snapshot.
  bool top_only = false;

  // Recordings of trades alone carry no book. Ahead of each trade comes a Snapshot of one level a
  // side: the trade's price on the side it hit, the other side one spread away.
  Rate spread = bps(1);       // of the trade's price, up to whole ticks, at least one tick
  Px tick = Px::from_raw(1);  // the symbol's price step
  Qty size = Qty::of(1);      // of each of the two levels
};

/// Opens recordings of one symbol; several files in a row are one stream. Each file may be plain or
/// gzip; its format is found from its first bytes:
///   combined stream  `<local ns> <json>` lines: depth, bookTicker, trade, and a REST snapshot
///   aggTrades CSV    Binance's public dumps, with or without their header, ms or us stamps
///   aggTrades JSON   an array of REST aggTrades, or of ccxt trades with those under "info"
/// `expected_symbol` is written as Binance does: "BTCUSDT". CSV and plain JSON name no symbol.
[[nodiscard]] Result<std::unique_ptr<MarketSource>> open_recording(
    std::vector<std::string> files, SymbolId symbol, std::string_view expected_symbol,
    const RecordingOptions& options = {});

enum class PhaseKind : std::uint8_t { Calm, Rise, Fall, Gap };

/// A stretch of a synthetic market. Rise and Fall go in a straight line under the noise; Gap jumps
/// at once, up or down, and takes no time.
struct MarketPhase {
  PhaseKind kind = PhaseKind::Calm;
  std::int64_t move_bps = 0;  // of the price at its start; Rise, Fall: >= 0; Gap: signed; Calm: 0
  std::int64_t duration_ms = 0;  // a multiple of 100; Gap: 0
};

/// About 30 minutes: calm, a rise of 1.3 %, calm, a fall of 2.2 % with a gap in it, a recovery.
[[nodiscard]] std::vector<MarketPhase> default_phases();

struct SyntheticOptions {
  std::uint64_t seed = 1;
  SymbolId symbol{};
  TimeNs start{1'767'603'600'000'000'000};  // 2026-01-05T09:00:00Z
  Px start_price = Px::of(60'000);          // the first best bid, a multiple of tick
  Px tick = Px::from_raw(1'000'000);        // 0.01
  std::int64_t spread_ticks = 1;            // between best bid and best ask, >= 1
  std::int64_t levels = 20;                 // a side, 1..1000
  std::int64_t level_ticks = 50;            // distance of the levels behind the best, >= 1
  Qty lot = Qty::from_raw(1'000);           // step of every size: 0.00001
  std::int64_t level_lots = 100'000;        // mean size of a level, >= 16
  std::int64_t noise_ticks = 40;            // largest single step of the noise, >= 0
  std::int64_t trades_max = 3;              // per 100 ms, 0..100
  std::vector<MarketPhase> phases = default_phases();
};

/// A market drawn from a seed with integers only: the same options give the same events on every
/// machine and compiler. A Snapshot, then every 100 ms a Depth with contiguous ids, a BookTicker
/// with the same last_id, and 0..trades_max Trades at the best price of the side they hit.
[[nodiscard]] Result<std::unique_ptr<MarketSource>> make_synthetic(const SyntheticOptions& options);

}  // namespace clawgate::sim
