// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/audit/prover.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

std::string hold_text(HoldId hold) {
  return "hold " + std::to_string(hold.value());
}

std::string wrong_with_entry(const Leg& entry) {
  if (entry.type != OrdType::Limit) return "an entry of type " + std::string(word(entry.type));
  if (entry.tif != TimeInForce::Fok) return "an entry " + std::string(word(entry.tif));
  if (entry.qty.raw() <= 0) return "an entry of " + to_text(entry.qty);
  if (entry.limit.raw() <= 0) return "an entry with the limit " + to_text(entry.limit);
  if (entry.trigger != Px{}) return "an entry with a trigger";
  return "";
}

std::string wrong_with_stop(const Leg& stop, const Leg& entry) {
  const bool limited = stop.type == OrdType::StopLossLimit;
  if (stop.role != LegRole::Stop || (!limited && stop.type != OrdType::StopLoss)) {
    return "an entry without a stop";
  }
  if (stop.tif != TimeInForce::Gtc) return "a stop " + std::string(word(stop.tif));
  if (stop.qty.raw() <= 0 || stop.qty > entry.qty) return "a stop of " + to_text(stop.qty);
  if (stop.trigger.raw() <= 0 || stop.trigger >= entry.limit) {
    return "a stop at " + to_text(stop.trigger);
  }
  if (limited != (stop.limit.raw() > 0) || stop.limit > stop.trigger) {
    return "a stop with the limit " + to_text(stop.limit);
  }
  return "";
}

std::string wrong_with_profit(const Leg& profit, const Leg& stop, const Leg& entry) {
  if (profit.role != LegRole::TakeProfit || profit.type != OrdType::LimitMaker ||
      profit.tif != TimeInForce::Gtc || profit.trigger != Px{}) {
    return "a third leg that is no take-profit";
  }
  if (profit.qty != stop.qty) return "a take-profit of " + to_text(profit.qty);
  if (profit.limit <= entry.limit) return "a take-profit at " + to_text(profit.limit);
  return "";
}

/// Of what `leg` buys, the whole steps that are left once the venue took its highest fee from it.
Qty kept_of(const Leg& leg, const Instrument& instrument) {
  const auto fee = scaled(leg.qty, std::max(instrument.maker_fee, instrument.taker_fee), Round::Up);
  const auto kept = fee ? subtract(leg.qty, *fee) : std::nullopt;
  return kept ? floor_to(*kept, instrument.filters.step) : Qty{};
}

/// The least that it costs to buy `leg`; nullopt when that does not fit.
std::optional<Notional> cost_of(const Leg& leg, Rate fee) {
  const auto worth = notional(leg.limit, leg.qty, Round::Down);
  const auto fees = worth ? scaled(*worth, fee, Round::Down) : std::nullopt;
  return fees ? add(*worth, *fees) : std::nullopt;
}

/// Empty where the legs are one entry guarded by sells, or one exit.
std::string wrong_with(const Legs& legs) {
  if (legs.empty()) return "no leg";
  const bool entry = increases_exposure(legs[0].role);
  if (entry && legs[0].side != Side::Buy) return "an entry that sells";
  if (!entry && (legs.size() != 1 || legs[0].role != LegRole::Exit)) return "no entry and no exit";
  for (std::size_t i = entry ? 1 : 0; i < legs.size(); ++i) {
    if (increases_exposure(legs[i].role)) return "a second entry";
    if (legs[i].side != Side::Sell) return "a leg that buys beside the entry";
  }
  if (!entry) return "";
  if (std::string wrong = wrong_with_entry(legs[0]); !wrong.empty()) return wrong;
  if (legs.size() < 2) return "an entry without a stop";
  if (std::string wrong = wrong_with_stop(legs[1], legs[0]); !wrong.empty()) return wrong;
  return legs.size() < 3 ? "" : wrong_with_profit(legs[2], legs[1], legs[0]);
}

}  // namespace

void Prover::on(const SignalIntent& input) {
  input_ = input;
  ++report_.signals;
  repeated_ =
      intents_.contains({input.source_engine, input.intent_id}) || traces_.contains(input.trace_id);
}

void Prover::on(const SignalDecided& fact) {
  const SignalIntent* const signal = input<SignalIntent>();
  if (signal == nullptr) return fail("I1", "a signal_intent that it decides", "none before it");
  if (answered_) return fail("I1", "one decision of one signal", "a second");
  if (fact.source_engine != signal->source_engine || fact.intent_id != signal->intent_id ||
      fact.payload != signal->payload || fact.symbol != signal->symbol ||
      fact.side != signal->side) {
    return fail("I1", "the engine, intent, payload, symbol and side of its signal", "others");
  }
  if (fact.hold <= last_hold_) {
    return fail("I3", "a hold id above " + std::to_string(last_hold_.value()),
                std::to_string(fact.hold.value()));
  }
  last_hold_ = fact.hold;
  answered_ = true;
  judge_repeat(fact);
  if (failed()) return;
  if (fact.outcome == SignalOutcome::Held) {
    LedgerHold& hold = ledger_.holds[fact.hold];
    hold.engine = signal->source_engine;
    hold.trace_id = signal->trace_id;
    hold.signal_record = input_bytes_;
  }
  if (fact.outcome == SignalOutcome::Duplicate) return;
  intents_.try_emplace({fact.source_engine, fact.intent_id}, SeenIntent{fact.payload, fact.hold});
  traces_.try_emplace(signal->trace_id, fact.hold);
}

void Prover::judge_repeat(const SignalDecided& fact) {
  const SignalIntent& signal = *input<SignalIntent>();
  const auto intent = intents_.find({signal.source_engine, signal.intent_id});
  const auto trace = traces_.find(signal.trace_id);
  if (!repeated_) {
    if (fact.outcome != SignalOutcome::Duplicate) return;
    return fail("I14", "a decision: neither its intent id nor its trace was seen before",
                "duplicate");
  }
  // A table that is full remembers no more: then it is denied.
  const bool full = (blocks_ & bit_of(Block::CapacityExhausted)) != 0;
  if (full && fact.outcome == SignalOutcome::Denied) return;
  const bool same = intent == intents_.end() || intent->second.payload == signal.payload;
  const SignalOutcome expected = same ? SignalOutcome::Duplicate : SignalOutcome::Conflict;
  const HoldId first = intent == intents_.end() ? trace->second : intent->second.hold;
  if (fact.outcome != expected) {
    return fail("I14",
                std::string(word(expected)) + ": it was answered before, as " + hold_text(first),
                std::string(word(fact.outcome)));
  }
  if (fact.first != first) return fail("I14", hold_text(first), hold_text(fact.first));
}

void Prover::on(const RiskVerdict& fact) {
  LedgerHold* const hold = ledger_.find(fact.hold);
  if (hold == nullptr) return;  // of a signal that was denied
  const bool pass = fact.reasons == 0 && fact.checks > 0;
  if (pass && (!limits_ || fact.limits_version != limits_->version)) {
    return fail("I5", "a PASS under the limits in force",
                "limits version " + std::to_string(fact.limits_version.value()));
  }
  if (fact.phase == RiskPhase::Hold) {
    if (!hold->has_candidate) hold->pass_at_hold = pass && input<SignalIntent>() != nullptr;
    return;
  }
  hold->pass_at_release = pass && hold->state == HoldState::Approved;
}

// The order_intent is held to the limits version of its candidate, and so to this very document.
void Prover::judge_subject(const EngineName& engine, const OrderCandidate& order) {
  if (!limits_ || order.limits_version != limits_->version) {
    return fail("I5", "an entry planned under the limits in force",
                "limits version " + std::to_string(order.limits_version.value()));
  }
  const auto& engines = limits_->engines;
  if (std::find(engines.begin(), engines.end(), engine) == engines.end()) {
    return fail("I5", "an engine that the limits name", std::string(engine.view()));
  }
  const auto& symbols = limits_->symbols;
  const auto enabled = [&](const SymbolPolicy& row) { return row.symbol == order.symbol; };
  if (std::none_of(symbols.begin(), symbols.end(), enabled)) {
    return fail("I5", "a symbol that the limits name", std::string(order.symbol.view()));
  }
  const auto instrument = ledger_.instruments.find(order.instrument);
  if (instrument == ledger_.instruments.end() || instrument->second.symbol != order.symbol) {
    return fail("I5", "the instrument of " + std::string(order.symbol.view()), "none or another");
  }
}

void Prover::judge_size(const OrderCandidate& order) {
  const Instrument& instrument = ledger_.instruments.at(order.instrument);
  const Leg& entry = order.legs[0];
  const auto worth = notional(entry.limit, entry.qty, Round::Up);
  if (!worth || *worth > limits_->order_notional_max) {
    return fail("I5", "an entry of at most " + to_text(limits_->order_notional_max),
                worth ? to_text(*worth) : "more than fits");
  }
  const auto cost = cost_of(entry, instrument.taker_fee);
  if (!cost || order.worst_cost < *cost) {
    return fail("I5", "a worst cost of at least " + (cost ? to_text(*cost) : "more than fits"),
                to_text(order.worst_cost));
  }
  const Qty kept = kept_of(entry, instrument);
  if (order.legs[1].qty < kept) {
    return fail("I5", "a stop of " + to_text(kept), to_text(order.legs[1].qty));
  }
}

// The venue's records carry the approval: each id is of this very order.
void Prover::judge_ids(const OrderCandidate& order) {
  if (session_.id_epoch.size() != 4) {
    return fail("I1", "an id epoch of four symbols", std::string(session_.id_epoch.view()));
  }
  OrderCandidate assigned = order;
  Sha256 hasher;
  assign_client_order_ids(assigned, session_.id_epoch.view(), hasher);
  for (std::size_t i = 0; i < order.legs.size(); ++i) {
    const ClientOrderId& expected = assigned.legs[i].client_order_id;
    const ClientOrderId& seen = order.legs[i].client_order_id;
    if (seen == expected) continue;
    return fail("I1", "the client order id " + std::string(expected.view()),
                std::string(seen.view()));
  }
}

void Prover::on(const CandidateHeld& fact) {
  LedgerHold* const hold = ledger_.find(fact.order.hold);
  if (hold == nullptr || input<SignalIntent>() == nullptr || fact.order.hold != last_hold_) {
    return fail("I1", "a SignalDecided that holds it",
                "none before it for " + hold_text(fact.order.hold));
  }
  if (hold->has_candidate) return fail("I3", "one candidate of one signal", "a second");
  if (!hold->pass_at_hold) return fail("I1", "a RiskVerdict PASS at hold", "none before it");
  Sha256 hasher;
  const Digest digest = approval_digest(fact.order, hasher);
  if (fact.digest != digest) return fail("I1", "digest " + to_hex(digest), to_hex(fact.digest));
  if (fact.order.intent != hold->signal_record) {
    return fail("I1", "the hash of its signal_intent " + to_hex(hold->signal_record),
                to_hex(fact.order.intent));
  }
  if (fact.source_engine != hold->engine || fact.trace_id != hold->trace_id) {
    return fail("I1", "the engine and trace of its signal", "others");
  }
  judge_place(fact.order);
  if (failed()) return;
  if (std::string wrong = wrong_with(fact.order.legs); !wrong.empty()) {
    return fail("I1", "an entry with its protection, or an exit", std::move(wrong));
  }
  const SignalIntent& signal = *input<SignalIntent>();
  const bool enters = signal.side == SignalSide::Buy;
  if (fact.order.is_entry() != enters || fact.order.symbol != signal.symbol ||
      fact.order.thesis != signal.thesis || fact.order.nonce != signal.nonce) {
    return fail("I1", "the side, symbol, thesis and nonce of its signal", "others");
  }
  if (fact.order.is_entry()) judge_subject(hold->engine, fact.order);
  if (fact.order.is_entry() && !failed()) judge_size(fact.order);
  judge_ids(fact.order);
  hold->has_candidate = true;
  hold->order = fact.order;
  hold->digest = digest;
  hold->bytes = encoded(fact.order);
  hold->held_under = kill_epoch_;
  count_open(fact.order.hold, *hold);
  ++report_.holds;
}

}  // namespace clawgate::audit
