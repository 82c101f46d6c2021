// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/scenario/paper_day.h"

namespace clawgate::scenario {

/// One of the questions that the day asked the gateway, and what it answered.
struct Asked {
  std::string what;
  std::string answer;
};

/// What a day was, for those who look at it afterwards.
struct DayOutcome {
  std::string directory;
  Digest head;
  std::vector<Asked> asked;
  std::vector<governance::Missing> missing;  // for S1
  std::vector<report::PricePoint> prices;
  UnixNanos blocked_at;      // the primary engine was lost
  int day_orders = 0;        // entries that count when the day ends
  int day_orders_new = 0;    // and when the next one has begun
  UnixNanos silent_since;    // its last heartbeat
  std::string human_action;  // the file that called a person
  int humans_called = 0;
  bool conserved = false;

  [[nodiscard]] std::string answer(std::string_view what) const;
};

/// From noon to noon UTC, 2026-01-05 and -06, three engines:
///
///   12:10  a win: the target is reached
///   13:30  limits lowered while an order waits: it is void at once
///   14:00  promotion to S1 refused
///   14:30  a secondary engine is silent: single_engine_mode, the primary one trades on
///   14:50  the primary one is silent too: entries blocked, the stop at the venue does its work
///   15:16  back by its heartbeat and a decision; six hours of cooldown after that loss
///   20:00  limits raised: refused, then by decision
///   21:30  degraded with a position open: snapshots, reduced, stop back
///   21:36  the venue is away: unmanaged exposure, a person is called; back by reconciliation
///   22:10  the market falls through the stop: daily stop
///   23:30  the process dies and comes again
///   27:00  the day turns in Sao Paulo: counters start again, the cooldown goes on
///   28:30  a win; a direct order of an engine; an order nobody decides on; one that is declined
[[nodiscard]] DayOutcome play_day(const std::string& directory);

/// What a person is shown of it: journal, ledger and prices together.
[[nodiscard]] report::SessionReport report_of_day(const DayOutcome& day);

}  // namespace clawgate::scenario
