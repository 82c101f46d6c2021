// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/strong.h"
#include "schemas/core/text.h"

// Who and where, as small integers, and the ids that others gave or that we give.

namespace clawgate {

/// UTC nanoseconds. Stamped once per input by the runtime; never runs backwards inside the core.
using UnixNanos = Strong<struct UnixNanosTag, std::int64_t>;
inline constexpr std::int64_t kNanosPerMilli = 1'000'000;
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

using Seq = Strong<struct SeqTag>;  // a record's place in the journal, from 1
using AccountId = Strong<struct AccountTag, std::uint16_t>;
using InstrumentId = Strong<struct InstrumentTag, std::uint16_t>;
using HoldId = Strong<struct HoldTag>;  // counts accepted signals, from 1
using LimitsVersion = Strong<struct LimitsVersionTag, std::uint32_t>;
using KillEpoch = Strong<struct KillEpochTag, std::uint32_t>;
using Ticket = Strong<struct TicketTag>;  // counts the records of this run; 0 is before the first

using Symbol = Text<20>;
using Asset = Text<12>;
using EngineName = Text<24>;
using OperatorId = Text<32>;
using IntentId = Text<64>;
using TraceId = Text<64>;
using CommandId = Text<64>;
using DecisionId = Text<32>;     // DEC-YYYYMMDD-XXX
using ClientOrderId = Text<36>;  // what the venue allows (FIX 11): [a-zA-Z0-9-_]{1,36}
using VenueOrderId = Text<24>;   // FIX 37
using ExecId = Text<24>;         // FIX 17, unique per instrument at the venue

}  // namespace clawgate
