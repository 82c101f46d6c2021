// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/core/digest.h"
#include "schemas/signal.h"
#include "signals/date.h"
#include "signals/symbols.h"

// Intake: bytes from a signal engine become readings. Pure: no file, no clock, no randomness; the
// gateway and `clawgate signals read` run the same code. Any thread.
//
//   bytes ─ hash ─ size, UTF-8 ─ format ─ look for an order in it ─ the engine's reader ─▶ Reading
//
// A Reading is one of three things:
//   Signal      one clear opinion, as a SignalIntent;
//   Quarantine  it may be one, but a person must read it;
//   Reject      it is none: malformed, another kind of document, or an order in disguise.
//
// What is decided here stays decided by the bytes alone (and Options). Freshness, duplicates,
// conflicts and whether a symbol is enabled are the core's.

namespace clawgate::signals {

struct Options {
  std::vector<AllowedSymbol> symbols = default_symbols();
  std::vector<ReferencePrice> reference_prices;  // live, by venue symbol; none: coarse check only
  Rate price_tolerance = bps(2000);              // how far a stated price may be from the live one
  Rate stop_distance_max = bps(3000);            // a stop further from the price is not taken over
  std::optional<Date> today;                     // none: the trade date is not checked here
  int trade_date_days_max = 3;                   // either side of today
  bool signal_intents = true;                    // sources that may signal
  bool trading_agents = true;
  bool ai_trader_posts = true;
  bool agentic_trading = false;               // phase 2: read and shown until a decision enables it
  std::size_t document_bytes_max = 4U << 20;  // one JSON document, one text, one line of JSONL
  std::size_t file_bytes_max = 256U << 20;    // a whole JSONL file
};

struct Source {
  std::string_view name;    // a path: folders and file name may tell ticker, day and stage
  std::string_view bytes;   // as received
  std::string_view symbol;  // when the sender knows what the document does not say
  std::optional<Date> trade_date;
  std::optional<UnixNanos> received_at;  // by the wrapper; none: as_of is the start of trade_date
  std::string_view trace_id;             // by the wrapper; none: derived from intent_id
};

struct Reading {
  Disposition disposition = Disposition::Reject;
  Reason reason = Reason::None;  // None for a Signal
  std::string where;             // file:line or file#/json/pointer
  std::string seen;              // what stood there, printable, cut
  std::string engine;            // tradingagents, ai-trader, clawwork, agentictrading, or as sent
  std::string format;            // which of the engine's documents, e.g. full_states
  std::string symbol;            // the engine's spelling
  std::string asset_class;       // crypto_spot, or unlisted when no allow-list row has the symbol
  std::string trade_date;        // YYYY-MM-DD, or empty
  std::string rating;            // the engine's word
  std::string direction;         // buy, sell, hold, or empty when unread
  std::string thesis;            // cleaned; its SHA-256 is SignalIntent::thesis
  std::vector<std::string> notes;
  std::optional<SignalIntent> signal;  // set exactly for a Signal
  Digest payload;                      // SHA-256 of the line or document as received
};

/// What became of one source: one reading a document, a JSONL line, or an item of a list.
struct Intake {
  std::string name;
  std::string format;
  Digest payload;  // SHA-256 of the whole source
  std::vector<Reading> readings;

  // The file in one word: an order anywhere rejects it; else Signal, Quarantine, Reject in that
  // order of preference.
  Disposition disposition = Disposition::Reject;
  Reason reason = Reason::None;
  std::size_t signals = 0;
  std::size_t quarantined = 0;
  std::size_t rejected = 0;
  std::size_t direct_orders = 0;  // of the rejected
};

[[nodiscard]] Intake read(const Source& source, const Options& options = {});

/// One line or message of a stream (stdin, a webhook): JSON, or a text if it is none.
/// `line` is shown in Reading::where when above 0.
[[nodiscard]] std::vector<Reading> read_line(const Source& source, std::size_t line,
                                             const Options& options = {});

/// The journal's record of a reading that is no signal.
[[nodiscard]] SignalRefused refused_record(const Reading& reading);

/// One JSON object, one line: what `clawgate signals read --json` prints.
[[nodiscard]] std::string to_json(const Reading& reading);
[[nodiscard]] std::string to_json(const Intake& intake);
/// A few lines for a person.
[[nodiscard]] std::string to_text(const Intake& intake);

}  // namespace clawgate::signals
