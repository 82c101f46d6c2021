// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/report/session_report.h"
#include "schemas/core/assert.h"

// A journal written by hand: four hours of one symbol in which every kind of thing happens that a
// report has to tell. Prices, fills and fees are computed here, apart from the product's own code.

namespace clawgate::report {

struct Recorded {
  Seq seq;
  UnixNanos time;
  std::uint16_t type = 0;
  std::vector<std::uint8_t> bytes;
};

/// Takes records as a journal would: numbered, their times never running backwards.
class Tape {
 public:
  template <class Row>
  void put(UnixNanos at, const Row& row) {
    std::vector<std::uint8_t> room(4096);
    Writer writer(room);
    writer.put(row);
    CLAWGATE_ASSERT(writer.ok());
    put(at, Row::kType, writer.written());
  }
  void put(UnixNanos at, std::uint16_t type, Bytes bytes);

  [[nodiscard]] const std::vector<Recorded>& records() const { return records_; }

 private:
  std::vector<Recorded> records_;
};

/// 2024-08-08T12:00:00Z and so many milliseconds.
[[nodiscard]] UnixNanos at_ms(std::int64_t ms);
[[nodiscard]] inline UnixNanos at_minute(std::int64_t minute, std::int64_t second = 0) {
  return at_ms((minute * 60 + second) * 1000);
}

[[nodiscard]] Px px(std::string_view text);
[[nodiscard]] Qty qty(std::string_view text);
[[nodiscard]] Notional money(std::string_view text);

/// The pieces that most tests start from.
[[nodiscard]] Instrument btcusdt();
[[nodiscard]] SessionOpened paper_session();
[[nodiscard]] OperatorCommand command_of(std::string_view id, CommandAction action, HoldId hold);

/// The four hours.
[[nodiscard]] Tape sample_session();
/// What such a session knows beside its journal: a price every five seconds, and the rest.
[[nodiscard]] SessionExtras sample_extras();
/// SHA-256 of the last record's bytes: stands in for the head of the chain.
[[nodiscard]] SessionReport report_of(const Tape& tape, SessionExtras extras = {});

}  // namespace clawgate::report
