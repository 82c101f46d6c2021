// SPDX-License-Identifier: Apache-2.0
#include "tests/signals/fuzz_entry.h"

#include <string_view>

#include "schemas/core/assert.h"
#include "signals/signals.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

void check(const Reading& reading) {
  CLAWGATE_ASSERT((reading.disposition == Disposition::Signal) == reading.signal.has_value());
  CLAWGATE_ASSERT((reading.reason == Reason::None) == reading.signal.has_value());
  CLAWGATE_ASSERT(!reading.where.empty() && reading.seen.size() <= 64);
  CLAWGATE_ASSERT(reading.thesis.size() <= 8192 && is_utf8(reading.thesis));
  if (!reading.signal) return;
  const SignalIntent& signal = *reading.signal;
  CLAWGATE_ASSERT(signal.confidence >= Rate() && signal.confidence <= Rate::of(1));
  CLAWGATE_ASSERT(!signal.symbol.empty() && !signal.intent_id.empty());
  CLAWGATE_ASSERT(!signal.trace_id.empty() && !signal.time_horizon.empty());
  CLAWGATE_ASSERT(signal.side != SignalSide::Sell || signal.reduce_only);
  CLAWGATE_ASSERT(signal.thesis == sha256(bytes_of(reading.thesis)));
}

}  // namespace

void fuzz_intake(Bytes input) {
  const std::string_view bytes(reinterpret_cast<const char*>(input.data()), input.size());
  Options options;
  options.agentic_trading = true;
  for (const std::string_view name :
       {"-", "x.json", "x.jsonl", "x.md", "BTC-USD_20260323_101010/5_portfolio/decision.md",
        "ETHUSDT_20260323_101010/complete_report.md"}) {
    Source source;
    source.name = name;
    source.bytes = bytes;
    const Intake intake = read(source, options);
    CLAWGATE_ASSERT(intake.signals + intake.quarantined + intake.rejected ==
                    intake.readings.size());
    CLAWGATE_ASSERT(!intake.readings.empty());
    for (const Reading& reading : intake.readings) check(reading);
    CLAWGATE_ASSERT(is_utf8(to_json(intake)));
  }
}

}  // namespace clawgate::signals
