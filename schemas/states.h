// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "schemas/core/transition.h"

// The three tables of an order's life. Each is moved in one place (gateway/state.cc); everything
// else only decides whether an event happened.
//
//   hold        HELD ─▶ APPROVED ─▶ RELEASED, or DECLINED, EXPIRED, VOIDED
//   order       RELEASED ─▶ SENT ─▶ what the venue says; UNKNOWN where nobody can say
//   protection  NONE ─▶ PENDING_AT_VENUE ─▶ LIVE ─▶ DONE; MISSING and REPLACING in between

namespace clawgate {

enum class HoldState : std::uint8_t { Held, Approved, Declined, Expired, Voided, Released };
enum class HoldEvent : std::uint8_t { Approve, Decline, Expire, Void, Release };

inline constexpr auto kHoldTransitions = std::to_array<Transition<HoldState, HoldEvent>>({
    {HoldState::Held, HoldEvent::Approve, HoldState::Approved},
    {HoldState::Held, HoldEvent::Decline, HoldState::Declined},
    {HoldState::Held, HoldEvent::Expire, HoldState::Expired},
    {HoldState::Held, HoldEvent::Void, HoldState::Voided},
    {HoldState::Approved, HoldEvent::Release, HoldState::Released},
    {HoldState::Approved, HoldEvent::Expire, HoldState::Expired},
    {HoldState::Approved, HoldEvent::Void, HoldState::Voided},
});
static_assert(is_deterministic(kHoldTransitions));

/// One order at the venue: a leg. A leg of a list starts Released with its entry.
enum class OrderState : std::uint8_t {
  Released,  // leave was given; nothing was handed over yet
  NotSent,   // certainly no byte left
  Sent,
  Unknown,  // nobody knows whether the venue has it; its funds stay reserved
  Pending,  // the venue has it, as a leg that is not armed
  Working,
  PartiallyFilled,
  Filled,
  Canceled,
  Rejected,
  Expired,
  ClosedByDecision,
};
enum class OrderEvent : std::uint8_t {
  Send,
  RefuseAtDoor,
  LoseTrack,
  AckPending,
  Ack,
  PartialFill,
  Fill,
  Cancel,
  Reject,
  Expire,
  CloseByDecision,
  Reappear,  // the venue shows what had ended here
};

// A fill after a cancel or an expiry is legal: venues report them in either order. An order that
// the venue had and does not know any more is unknown, not gone. One that the venue shows although
// it had ended is unknown again, whoever said that it ended. For a venue's report a missing row is
// a contradiction to look into, never an assertion.
inline constexpr auto kOrderTransitions = std::to_array<Transition<OrderState, OrderEvent>>({
    {OrderState::Released, OrderEvent::Send, OrderState::Sent},
    {OrderState::Released, OrderEvent::RefuseAtDoor, OrderState::NotSent},
    {OrderState::Released, OrderEvent::LoseTrack, OrderState::Unknown},
    {OrderState::Sent, OrderEvent::LoseTrack, OrderState::Unknown},
    {OrderState::Sent, OrderEvent::AckPending, OrderState::Pending},
    {OrderState::Sent, OrderEvent::Ack, OrderState::Working},
    {OrderState::Sent, OrderEvent::PartialFill, OrderState::PartiallyFilled},
    {OrderState::Sent, OrderEvent::Fill, OrderState::Filled},
    {OrderState::Sent, OrderEvent::Cancel, OrderState::Canceled},
    {OrderState::Sent, OrderEvent::Reject, OrderState::Rejected},
    {OrderState::Sent, OrderEvent::Expire, OrderState::Expired},
    {OrderState::Unknown, OrderEvent::AckPending, OrderState::Pending},
    {OrderState::Unknown, OrderEvent::Ack, OrderState::Working},
    {OrderState::Unknown, OrderEvent::PartialFill, OrderState::PartiallyFilled},
    {OrderState::Unknown, OrderEvent::Fill, OrderState::Filled},
    {OrderState::Unknown, OrderEvent::Cancel, OrderState::Canceled},
    {OrderState::Unknown, OrderEvent::Reject, OrderState::Rejected},
    {OrderState::Unknown, OrderEvent::Expire, OrderState::Expired},
    {OrderState::Unknown, OrderEvent::CloseByDecision, OrderState::ClosedByDecision},
    {OrderState::Pending, OrderEvent::LoseTrack, OrderState::Unknown},
    {OrderState::Pending, OrderEvent::Ack, OrderState::Working},
    {OrderState::Pending, OrderEvent::PartialFill, OrderState::PartiallyFilled},
    {OrderState::Pending, OrderEvent::Fill, OrderState::Filled},
    {OrderState::Pending, OrderEvent::Cancel, OrderState::Canceled},
    {OrderState::Pending, OrderEvent::Reject, OrderState::Rejected},
    {OrderState::Pending, OrderEvent::Expire, OrderState::Expired},
    {OrderState::Working, OrderEvent::LoseTrack, OrderState::Unknown},
    {OrderState::Working, OrderEvent::PartialFill, OrderState::PartiallyFilled},
    {OrderState::Working, OrderEvent::Fill, OrderState::Filled},
    {OrderState::Working, OrderEvent::Cancel, OrderState::Canceled},
    {OrderState::Working, OrderEvent::Reject, OrderState::Rejected},
    {OrderState::Working, OrderEvent::Expire, OrderState::Expired},
    {OrderState::PartiallyFilled, OrderEvent::LoseTrack, OrderState::Unknown},
    {OrderState::PartiallyFilled, OrderEvent::PartialFill, OrderState::PartiallyFilled},
    {OrderState::PartiallyFilled, OrderEvent::Fill, OrderState::Filled},
    {OrderState::PartiallyFilled, OrderEvent::Cancel, OrderState::Canceled},
    {OrderState::PartiallyFilled, OrderEvent::Expire, OrderState::Expired},
    {OrderState::Canceled, OrderEvent::PartialFill, OrderState::Canceled},
    {OrderState::Canceled, OrderEvent::Fill, OrderState::Filled},
    {OrderState::Expired, OrderEvent::PartialFill, OrderState::Expired},
    {OrderState::Expired, OrderEvent::Fill, OrderState::Filled},
    {OrderState::NotSent, OrderEvent::Reappear, OrderState::Unknown},
    {OrderState::Canceled, OrderEvent::Reappear, OrderState::Unknown},
    {OrderState::Rejected, OrderEvent::Reappear, OrderState::Unknown},
    {OrderState::Expired, OrderEvent::Reappear, OrderState::Unknown},
    {OrderState::ClosedByDecision, OrderEvent::Reappear, OrderState::Unknown},
});
static_assert(is_deterministic(kOrderTransitions));

/// Nothing more is expected of it.
[[nodiscard]] constexpr bool is_final(OrderState state) {
  switch (state) {
    case OrderState::NotSent:
    case OrderState::Filled:
    case OrderState::Canceled:
    case OrderState::Rejected:
    case OrderState::Expired:
    case OrderState::ClosedByDecision:
      return true;
    case OrderState::Released:
    case OrderState::Sent:
    case OrderState::Unknown:
    case OrderState::Pending:
    case OrderState::Working:
    case OrderState::PartiallyFilled:
      return false;
  }
  return false;
}

enum class ProtectionState : std::uint8_t { None, PendingAtVenue, Live, Missing, Replacing, Done };
enum class ProtectionEvent : std::uint8_t {
  SentWithEntry,  // the stop went out inside the entry's list
  Armed,          // the venue shows the stop working
  Lost,           // the stop is gone, or never came, while a position is held
  TakenDown,      // we cancel it to make way for an approved exit
  PutBack,        // a new stop is on its way
  Closed,         // no position is left (or none ever was)
  Reopened,       // an execution came after the end: a position is held again
};

inline constexpr auto kProtectionTransitions =
    std::to_array<Transition<ProtectionState, ProtectionEvent>>({
        {ProtectionState::None, ProtectionEvent::SentWithEntry, ProtectionState::PendingAtVenue},
        {ProtectionState::None, ProtectionEvent::Closed, ProtectionState::Done},
        {ProtectionState::PendingAtVenue, ProtectionEvent::Armed, ProtectionState::Live},
        {ProtectionState::PendingAtVenue, ProtectionEvent::Lost, ProtectionState::Missing},
        {ProtectionState::PendingAtVenue, ProtectionEvent::Closed, ProtectionState::Done},
        {ProtectionState::Live, ProtectionEvent::Lost, ProtectionState::Missing},
        {ProtectionState::Live, ProtectionEvent::TakenDown, ProtectionState::Replacing},
        {ProtectionState::Live, ProtectionEvent::Closed, ProtectionState::Done},
        {ProtectionState::Missing, ProtectionEvent::Armed, ProtectionState::Live},
        {ProtectionState::Missing, ProtectionEvent::PutBack, ProtectionState::Replacing},
        {ProtectionState::Missing, ProtectionEvent::Closed, ProtectionState::Done},
        {ProtectionState::Replacing, ProtectionEvent::Armed, ProtectionState::Live},
        {ProtectionState::Replacing, ProtectionEvent::PutBack, ProtectionState::Replacing},
        {ProtectionState::Replacing, ProtectionEvent::Lost, ProtectionState::Missing},
        {ProtectionState::Replacing, ProtectionEvent::Closed, ProtectionState::Done},
        {ProtectionState::Done, ProtectionEvent::Reopened, ProtectionState::Missing},
    });
static_assert(is_deterministic(kProtectionTransitions));

}  // namespace clawgate
