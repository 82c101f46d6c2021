// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/config.h"
#include "gateway/serve/clock.h"
#include "gateway/serve/log.h"
#include "gateway/serve/venue_baseline.h"
#include "gateway/state.h"
#include "governance/policy/posture.h"
#include "venues/venue.h"

namespace clawgate::gateway {

/// The venue's own word on the trading key, and what the policy makes of it.
struct KeyWord {
  std::string reply;  // as it came; it holds no secret
  governance::Posture posture;
};

/// What a venue is made with, beside the inbox and the gate. `state` is what the journal told; it
/// may be read only while the venue is made.
struct VenueContext {
  const Config& config;
  const AnchoredClock& clock;  // the core's; outlives the venue
  const State& state;
  Log& log;                                           // outlives the venue
  std::function<void(const KeyWord&)> key_told = {};  // called on the venue's thread
  VenueBaseline* baseline = nullptr;                  // outlives the venue; nullptr: none is kept
};
/// Makes the venue, which starts its own threads and tells everything through the inbox: its
/// instruments, balances, reports, and (with evidence) that RECONCILING no longer holds.
using VenueFactory = std::function<Result<std::unique_ptr<venues::Venue>>(
    venues::VenueInbox&, const venues::SendGate&, const VenueContext&)>;

}  // namespace clawgate::gateway
