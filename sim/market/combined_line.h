// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "schemas/reason.h"
#include "sim/market/event.h"

namespace clawgate::sim {

/// What one line of a combined stream turned out to be.
struct LineReading {
  enum class Kind : std::uint8_t {
    Event,    // the reader's event holds it
    Passed,   // depth or snapshot, and the caller wanted neither
    Unknown,  // a stream of the symbol, or of all symbols, that is no market event of ours
    Bad       // reason, field, seen
  };
  Kind kind = Kind::Event;
  Reason reason = Reason::None;
  std::string_view field{};  // as the line calls it: "stream", "data.p"
  std::string_view seen{};   // inside the line; may be long and unprintable
};

/// Reads the JSON of combined-stream lines: `{"stream":..,"data":..}`, or a REST depth snapshot.
/// Allocates only for the longest line so far. One thread at a time.
class CombinedLine {
 public:
  CombinedLine(SymbolId symbol, std::string_view expected_symbol);
  CombinedLine(const CombinedLine&) = delete;
  CombinedLine& operator=(const CombinedLine&) = delete;
  ~CombinedLine();

  /// FileText::kPadding bytes behind `json` must be readable. Without `with_depth`, depth and
  /// snapshot lines are Passed unread.
  LineReading read(std::string_view json, bool with_depth);

  /// What the last Event was, without its receive_time. Lives until the next read().
  [[nodiscard]] MarketEvent& event();

 private:
  struct Impl;  // keeps simdjson out of this header
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawgate::sim
