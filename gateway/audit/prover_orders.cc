// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/audit/prover.h"
#include "risk/dust.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

std::string id_text(const ClientOrderId& id) {
  return "order " + std::string(id.view());
}

/// Whether two client order ids are of one approval: all but role and attempt are equal.
bool same_family(const ClientOrderId& a, const ClientOrderId& b) {
  if (a.size() != b.size() || a.size() < 3) return false;
  return a.view().substr(0, a.size() - 2) == b.view().substr(0, b.size() - 2);
}

/// Base and quote that a fill moved; nullopt when a sum does not fit.
struct Moves {
  Qty base;        // signed
  Notional quote;  // signed
  Notional fees;
  bool fee_elsewhere = false;
};
/// A fee in base beyond what is left of `held` behind a sale is paid by other base of the account.
std::optional<Moves> moves_of(const FillApplied& fill, const Instrument& instrument, Qty held) {
  const bool in_base = fill.fee_asset == instrument.base;
  const bool in_quote = fill.fee_asset == instrument.quote;
  const Qty fee_base = in_base ? fill.fee : Qty{};
  const Notional fee_quote = Notional::from_raw(in_quote ? fill.fee.raw() : 0);
  const bool buys = fill.side == Side::Buy;
  const auto worth = notional(fill.px, fill.qty, buys ? Round::Up : Round::Down);
  const auto fee_worth = notional(fill.px, fee_base, Round::Up);
  const std::int64_t left = std::max<std::int64_t>(0, held.raw() - fill.qty.raw());
  const Qty beyond = Qty::from_raw(buys ? 0 : std::max<std::int64_t>(0, fee_base.raw() - left));
  const auto beyond_worth = notional(fill.px, beyond, Round::Up);
  if (!worth || !fee_worth || !beyond_worth) return std::nullopt;
  const auto base = subtract(buys ? fill.qty : Qty::from_raw(-fill.qty.raw()),
                             Qty::from_raw(fee_base.raw() - beyond.raw()));
  const auto paid = add(fee_quote, *beyond_worth);
  const auto quote =
      paid ? subtract(buys ? Notional::from_raw(-worth->raw()) : *worth, *paid) : std::nullopt;
  const auto fees = add(*fee_worth, fee_quote);
  if (!base || !quote || !fees) return std::nullopt;
  return Moves{*base, *quote, *fees, !in_base && !in_quote && !fill.fee.is_zero()};
}

}  // namespace

void Prover::add_order(HoldId hold, const Leg& leg, bool in_list) {
  LedgerOrder order;
  order.hold = hold;
  order.leg = leg;
  order.leave = seq_;
  order.in_list = in_list;
  ledger_.find(hold)->orders.push_back(leg.client_order_id);
  if (ledger_.orders.try_emplace(leg.client_order_id, std::move(order)).second) return;
  fail("I3", "a client order id used once", id_text(leg.client_order_id) + " again");
}

void Prover::on(const HandedOff& input) {
  input_ = input;
  if (input.outcome != HandOff::Sent && input.outcome != HandOff::Unknown) return;
  LedgerOrder* const order = ledger_.find(input.client_order_id);
  if (order == nullptr) {
    return fail("I1", "an order_intent or a ProtectiveIssued",
                "none before it for " + id_text(input.client_order_id));
  }
  // The venue's thread first says that it left, and then that no answer came; a query may have
  // come between.
  const bool answer_lost = input.told_later && input.outcome == HandOff::Unknown;
  if (answer_lost && order->hand_overs == 1) return;
  hand_over(input.client_order_id, *order);
}

void Prover::on(const KillAcknowledged& input) {
  input_ = input;
  if (input.epoch > kill_epoch_) {
    return fail("I4", "a kill that was recorded", "epoch " + std::to_string(input.epoch.value()));
  }
  kill_acknowledged_ = std::max(kill_acknowledged_, input.epoch);
}

// What a venue's own thread says happened before it was recorded: the trading state of then is not
// that of now. But it never happened behind its own acknowledgement of a kill.
bool Prover::told_by_venue() const {
  const HandedOff* const handed = input<HandedOff>();
  return handed == nullptr ? input<ExecutionReport>() != nullptr : handed->told_later;
}

void Prover::hand_over(const ClientOrderId& id, LedgerOrder& order) {
  if (order.was_unknown) {
    return fail("I3", "no submission once the outcome is unknown", id_text(id) + " again");
  }
  if (++order.hand_overs > 1) return fail("I3", "one submission", id_text(id) + " again");
  const LedgerHold& hold = *ledger_.find(order.hold);
  if (!increases_exposure(order.leg.role)) {
    if (order.in_list) return fail("I3", "a list that goes out as one", id_text(id) + " alone");
    ++report_.protective_sent;
    return;
  }
  may_enter(hold);
  ++report_.entries_sent;
}

void Prover::may_enter(const LedgerHold& hold) {
  if (hold.state != HoldState::Released) {
    return fail("I1", "a released hold", "one that is " + std::string(word(hold.state)));
  }
  if (!hold.decided) {
    return fail("I1", "an approval that was answered as done", "one that was not");
  }
  if (told_by_venue()) {
    if (hold.released_under >= kill_acknowledged_) return;
    return fail("I4", "no kill acknowledged since the release", "one that was");
  }
  judge_open();
  if (hold.released_under != kill_epoch_) {
    fail("I1", "no kill since the release, in epoch " + std::to_string(hold.released_under.value()),
         "epoch " + std::to_string(kill_epoch_.value()));
  }
}

void Prover::on(const OrderMoved& fact) {
  LedgerOrder* const order = ledger_.find(fact.client_order_id);
  if (order == nullptr || order->hold != fact.hold || order->leg.role != fact.role) {
    return fail("I1", "an order_intent or a ProtectiveIssued",
                "none before it for " + id_text(fact.client_order_id));
  }
  const auto next = next_state(kOrderTransitions, order->state, fact.event);
  if (!next || *next != fact.to) {
    return fail("I3", "a step that leads on from " + std::string(word(order->state)),
                std::string(word(fact.event)) + " to " + std::string(word(fact.to)));
  }
  judge_cause(fact);
  const LedgerHold& hold = *ledger_.find(fact.hold);
  if (fact.event != OrderEvent::RefuseAtDoor && hold.state != HoldState::Released) {
    return fail("I1", "a released hold", "one that is " + std::string(word(hold.state)));
  }
  if (fact.event == OrderEvent::Send && increases_exposure(fact.role)) may_enter(hold);
  order->state = *next;
  order->was_unknown = order->was_unknown || *next == OrderState::Unknown;
  lost_track_ = lost_track_ || fact.event == OrderEvent::LoseTrack;
}

bool Prover::share_list(const ClientOrderId& one, const ClientOrderId& other) const {
  const auto a = ledger_.orders.find(one);
  const auto b = ledger_.orders.find(other);
  return a != ledger_.orders.end() && b != ledger_.orders.end() && a->second.in_list &&
         b->second.in_list && a->second.hold == b->second.hold;
}

// A list stands or falls with its entry.
bool Prover::speaks_for(const ClientOrderId& said, const OrderMoved& fact) const {
  if (said == fact.client_order_id) return true;
  return share_list(said, fact.client_order_id) &&
         increases_exposure(ledger_.orders.find(said)->second.leg.role);
}

// What was executed of an order or of its list, it had.
bool Prover::list_executed(const ClientOrderId& id) const {
  return std::any_of(ledger_.orders.begin(), ledger_.orders.end(), [&](const auto& row) {
    return !row.second.executed.is_zero() && (row.first == id || share_list(row.first, id));
  });
}

// The venue counted executions that it never told, and that latched.
bool Prover::misses_executions(const ClientOrderId& id) const {
  const LedgerOrder& order = ledger_.orders.find(id)->second;
  const bool asked = input_type_ == TimePassed::kType || input_type_ == ExecutionReport::kType;
  return asked && order.told > order.executed && (blocks_ & bit_of(Block::VenueContradiction)) != 0;
}

// What the door said moves what was just released; a restart, what a crash left behind; a decision,
// what is unknown. Everything else is the venue's to say.
void Prover::judge_cause(const OrderMoved& fact) {
  const HandedOff* const handed = input<HandedOff>();
  const bool at_door = handed != nullptr && speaks_for(handed->client_order_id, fact);
  const ExecutionReport* const report = input<ExecutionReport>();
  const bool about = report != nullptr && report->client_order_id == fact.client_order_id;
  const bool reported = about && report->exec_type != ExecType::NotFound;
  const bool missing = about && report->exec_type == ExecType::NotFound;
  const bool restarted = input<SessionOpened>() != nullptr;
  const OperatorCommand* const command = input<OperatorCommand>();
  const bool decided = command != nullptr && command->action == CommandAction::CloseUnknown &&
                       (own_closing_ || close_decided_) && !command->decision_id.empty() &&
                       may_not(*command).empty() && speaks_for(command->order, fact);
  switch (fact.event) {
    case OrderEvent::Send:
      if (reported || (at_door && handed->outcome == HandOff::Sent)) return;
      return fail("I3", "a hand-over or a report that it was sent", "none before it");
    case OrderEvent::RefuseAtDoor:
      if (restarted || (at_door && (handed->outcome == HandOff::Refused ||
                                    handed->outcome == HandOff::NotSent))) {
        return;
      }
      return fail("I3", "a refusal at the door", "none before it");
    case OrderEvent::LoseTrack:
      if (restarted || missing || (at_door && handed->outcome == HandOff::Unknown)) return;
      if (misses_executions(fact.client_order_id)) return;
      return fail("I3", "a hand-over or a query whose outcome is unknown", "none before it");
    case OrderEvent::CloseByDecision:
      if (decided) return;
      return fail("I3", "a command to close it by a recorded decision", "none before it");
    case OrderEvent::Reappear:
      if (report != nullptr && report->exec_type != ExecType::NotFound &&
          (about || share_list(report->client_order_id, fact.client_order_id))) {
        return;
      }
      if (restarted && list_executed(fact.client_order_id)) return;  // a crash cut what followed
      return fail("I3", "a report of the venue that shows it or its list", "none before it");
    case OrderEvent::AckPending:
    case OrderEvent::Ack:
    case OrderEvent::PartialFill:
    case OrderEvent::Fill:
    case OrderEvent::Cancel:
    case OrderEvent::Reject:
    case OrderEvent::Expire:
      if (reported) return;
      return fail("I3", "a report of the venue about " + id_text(fact.client_order_id),
                  "none before it");
  }
}

void Prover::on(const FillApplied& fact) {
  LedgerOrder* const order = ledger_.find(fact.client_order_id);
  if (order == nullptr || order->hold != fact.hold || order->leg.role != fact.role) {
    return fail("I1", "an order_intent or a ProtectiveIssued",
                "none before it for " + id_text(fact.client_order_id));
  }
  if (order->state == OrderState::Released) {
    return fail("I3", "an order that was sent", id_text(fact.client_order_id) + " RELEASED");
  }
  const ExecutionReport* const report = input<ExecutionReport>();
  if (report == nullptr || report->exec_type != ExecType::Trade ||
      report->client_order_id != fact.client_order_id || report->exec_id != fact.exec_id ||
      report->last_qty != fact.qty || report->last_px != fact.px || report->fee != fact.fee ||
      report->fee_asset != fact.fee_asset || fact.side != order->leg.side) {
    return fail("I11", "a report of that very execution", "none before it");
  }
  if (!executions_.insert({report->instrument, fact.exec_id}).second) {
    return fail("I11", "each execution once", std::string(fact.exec_id.view()) + " again");
  }
  const auto executed = add(order->executed, fact.qty);
  if (fact.qty.raw() <= 0 || !executed || *executed > order->leg.qty) {
    return fail("I11", "at most " + to_text(order->leg.qty) + " executed",
                to_text(order->executed) + " and " + to_text(fact.qty));
  }
  order->executed = *executed;
  order->fills.push_back({fact.exec_id, fact.qty, fact.px, fact.fee, fact.fee_asset});
  ++report_.fills;
  book(*ledger_.find(fact.hold), fact);
}

// Whatever way the cost of a position is divided among its sales, realised less cost is what came
// in less what went out.
void Prover::book(LedgerHold& hold, const FillApplied& fact) {
  booked_ = true;
  const auto instrument = ledger_.instruments.find(hold.order.instrument);
  if (instrument == ledger_.instruments.end()) {
    return fail("I11", "an instrument that is known", "none");
  }
  const auto moves = moves_of(fact, instrument->second, hold.held);
  const auto held = moves ? add(hold.held, moves->base) : std::nullopt;
  const auto cash = moves ? add(hold.cash, moves->quote) : std::nullopt;
  const auto fees = moves ? add(hold.fees, moves->fees) : std::nullopt;
  if (!held || !cash || !fees) return fail("I11", "sums that fit", "an overflow");
  if (held->raw() < 0) {
    return fail("I11", "a sale of at most " + to_text(hold.held), to_text(fact.qty));
  }
  hold.held = *held;
  hold.cash = *cash;
  hold.fees = *fees;
  hold.fees_elsewhere += moves->fee_elsewhere ? 1U : 0U;
  hold.realised = fact.realised;
  if (fact.held != hold.held) {
    return fail("I11", "a position of " + to_text(hold.held), to_text(fact.held));
  }
  const auto net = subtract(fact.realised, fact.cost);
  if (!net || *net != hold.cash) {
    return fail("I11", "realised less cost of " + to_text(hold.cash),
                to_text(fact.realised) + " less " + to_text(fact.cost));
  }
  if (fact.fees != hold.fees || fact.fees_elsewhere != hold.fees_elsewhere) {
    return fail("I11", "fees of " + to_text(hold.fees), to_text(fact.fees));
  }
}

void Prover::on(const ProtectiveIssued& fact) {
  const LedgerHold* const hold = ledger_.find(fact.hold);
  if (hold == nullptr || hold->state != HoldState::Released || !hold->order.is_entry()) {
    return fail("I1", "an entry that was approved and released",
                "hold " + std::to_string(fact.hold.value()) + ", which was not");
  }
  judge_protective(*hold, fact);
  if (LedgerHold* const exit = ledger_.find(fact.exit)) {
    if (exit->sold) return fail("I3", "one sale of one approved exit", "a second");
    exit->sold = true;
  }
  if (watched_ && !snapshot_before_) {
    return fail("I5", "snapshots before a protective action", "none before it");
  }
  add_order(fact.hold, fact.leg, false);
}

void Prover::judge_protective(const LedgerHold& hold, const ProtectiveIssued& fact) {
  const Leg& leg = fact.leg;
  if (increases_exposure(leg.role) || leg.side != Side::Sell) {
    return fail(
        "I1", "a protective order, which sells",
        std::string(word(leg.role)) + " that " + (leg.side == Side::Sell ? "sells" : "buys"));
  }
  if (fact.held != hold.held) {
    return fail("I1", "a position of " + to_text(hold.held), to_text(fact.held));
  }
  if (leg.qty.raw() <= 0 || leg.qty > hold.held) {
    return fail("I1", "at most the position of " + to_text(hold.held), to_text(leg.qty));
  }
  if (!same_family(leg.client_order_id, hold.order.legs[0].client_order_id)) {
    return fail("I1", "a client order id of its entry", id_text(leg.client_order_id));
  }
  if ((leg.role == LegRole::Exit) != (fact.exit != HoldId{})) {
    return fail("I1", "an approved exit beside each order that exits", "one without the other");
  }
  if (leg.role != LegRole::Exit) return;
  const LedgerHold* const exit = ledger_.find(fact.exit);
  if (exit == nullptr || exit->state != HoldState::Released || exit->order.is_entry()) {
    return fail("I1", "an exit that was approved and released",
                "hold " + std::to_string(fact.exit.value()) + ", which was not");
  }
  if (exit->order.instrument != hold.order.instrument || exit->order.symbol != hold.order.symbol) {
    return fail("I1", "an exit approved in " + std::string(hold.order.symbol.view()),
                "one in " + std::string(exit->order.symbol.view()) + " or another instrument");
  }
  const Leg& approved = exit->order.legs[0];
  if (leg.qty > approved.qty || leg.type != approved.type || leg.tif != approved.tif ||
      leg.limit != approved.limit || leg.trigger != approved.trigger) {
    return fail("I1", "the exit that was approved, or less of it", "another order");
  }
}

// Protection is judged by what becomes of it; a trade that comes back has something to guard.
void Prover::on(const ProtectionMoved& fact) {
  if (fact.event != ProtectionEvent::Reopened) return;
  LedgerHold* const hold = ledger_.find(fact.hold);
  if (hold == nullptr || !hold->closed || sellable(*hold).is_zero()) {
    return fail("I11", "an execution after the end of the trade", "none that leaves a position");
  }
  hold->closed = false;
  count_open(fact.hold, *hold);
}

Qty Prover::sellable(const LedgerHold& hold) const {
  const auto instrument = ledger_.instruments.find(hold.order.instrument);
  if (instrument == ledger_.instruments.end()) return hold.held;
  return floor_to(hold.held, instrument->second.filters.step);
}

// Less than the venue's least sale by what it cost, whatever the market said.
bool Prover::is_dust(const LedgerHold& hold) const {
  const Qty whole = sellable(hold);
  if (whole.is_zero()) return true;
  const auto instrument = ledger_.instruments.find(hold.order.instrument);
  if (instrument == ledger_.instruments.end()) return false;
  const Filters& filters = instrument->second.filters;
  if (whole < filters.min_qty) return true;
  const auto cost = subtract(hold.realised, hold.cash);
  const auto of_whole =
      cost ? mul_div(cost->raw(), whole.raw(), hold.held.raw(), Round::Down) : std::nullopt;
  return of_whole && *of_whole < risk::least_market_worth(filters).raw();
}

void Prover::on(const TradeClosed& fact) {
  LedgerHold* const hold = ledger_.find(fact.hold);
  if (hold == nullptr || !hold->has_intent) {
    return fail("I11", "a trade", "hold " + std::to_string(fact.hold.value()) + ", which is none");
  }
  hold->closed = true;
  count_open(fact.hold, *hold);
  if (fact.realised.raw() < 0) last_loss_ = time_;
  if (fact.dust != hold->held || fact.realised != hold->realised || fact.fees != hold->fees) {
    return fail("I11",
                to_text(hold->held) + " left, realised " + to_text(hold->realised) + ", fees " +
                    to_text(hold->fees),
                to_text(fact.dust) + " left, realised " + to_text(fact.realised) + ", fees " +
                    to_text(fact.fees));
  }
  if (!is_dust(*hold)) return fail("I11", "no more than dust left", to_text(hold->held));
  for (const ClientOrderId& id : hold->orders) {
    const LedgerOrder& order = *ledger_.find(id);
    if (is_final(order.state)) continue;
    return fail("I11", "no order at work", id_text(id) + " " + std::string(word(order.state)));
  }
}

}  // namespace clawgate::audit
