// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "schemas/fact.h"
#include "schemas/venue.h"

namespace clawgate::gateway {

struct SendEntry {
  OrderIntent intent;
  SendPermit permit;
};
struct SendProtective {
  ProtectiveOrder order;
  ProtectPermit permit;
};
/// A hold waits: show it to the operators.
struct AskApproval {
  HoldId hold;
};
/// A hold came to its end without an order, or with one (Released).
struct HoldEnded {
  HoldId hold;
  HoldState state;
  Reason reason;
};
struct AnswerSignal {
  HoldId hold;
  SignalOutcome outcome;
  ReasonSet reasons;
};
/// A kill is in force: the venue is to say when nothing released before it can leave any more.
struct ConfirmKill {
  KillEpoch epoch;
};
/// The venue is to compare its ledger with ours and to tell when they agree.
struct AskReconciliation {};
/// A person has to act at the venue: the core cannot. The edge writes human_action_required.md.
struct HumanActionRequired {
  std::uint32_t incident = 0;
  UnixNanos at;
  Block cause = Block::UnmanagedExposure;
  Text<96> summary;
  List<HeldPosition, 4> positions;
};
struct AnswerCommand {
  CommandId command_id;
  Reason reason;
  bool no_op;
};

/// What the core wants done in the world. Cancels, queries and a kill are carried out at once;
/// everything else waits until the record of ticket `durable` is on disk (I1, I6).
struct Effect {
  Ticket durable;
  std::variant<SendEntry, SendProtective, CancelRequest, QueryRequest, ConfirmKill, AskApproval,
               HoldEnded, AnswerSignal, AnswerCommand, HumanActionRequired, AskReconciliation>
      what;
};

}  // namespace clawgate::gateway
