// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/prover.h"

#include <algorithm>
#include <array>

#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

using TakeBytes = void (*)(Prover&, Bytes);
struct Row {
  std::uint16_t type;
  TakeBytes take;
};

/// The types that no rule looks at.
constexpr std::array kPassedOver = {
    BalanceReported::kType,   MarketTop::kType,    TimePassed::kType,      ClockStepped::kType,
    CancelIssued::kType,      QueryIssued::kType,  EngineHeartbeat::kType, CauseReported::kType,
    EngineModeChanged::kType, BalanceMoved::kType, MovementFound::kType};

/// Versions in which the limits document itself was the input that put it in force.
constexpr auto kOwnLimits = std::to_array<std::string_view>({"0.1.0", "0.2.0"});
/// Versions in which the operator's own command was the record of its decision: in S0 where it
/// ended a cause; in every stage where it closed an unknown order.
constexpr auto kOwnRecord = std::to_array<std::string_view>({"0.1.0", "0.2.0", "0.3.0"});
constexpr auto kOwnClosing = std::to_array<std::string_view>({"0.1.0", "0.2.0", "0.3.0", "0.4.0"});
/// Versions in which a kill under another command's id was refused, and did not stop.
constexpr auto kOneCommandAnId =
    std::to_array<std::string_view>({"0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0"});

/// Versions whose restart asked about what a crash left unknown, and did not latch it anew.
constexpr auto kLeavesUnknown = std::to_array<std::string_view>(
    {"0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0"});

template <class T, std::size_t N>
bool has(const std::array<T, N>& rows, T row) {
  return std::find(rows.begin(), rows.end(), row) != rows.end();
}

}  // namespace

template <class T>
void take_as(Prover& prover, Bytes payload) {
  const auto row = decode<T>(payload);
  if (row) return prover.on(*row);
  prover.report_.finding = {.reason = Reason::JournalRecord,
                            .seq = prover.seq_,
                            .record = std::string(record_name(prover.type_)),
                            .rule = {},
                            .expected = "bytes of such a record",
                            .seen = to_hex(payload)};
}

namespace {

template <class... Rows>
constexpr auto take_table() {
  return std::to_array<Row>({{Rows::kType, &take_as<Rows>}...});
}
constexpr auto kRows =
    take_table<SessionOpened, Limits, LimitsProposed, DecisionRecorded, LedgerAnchored,
               LimitsDecided, Instrument, Operator, SignalIntent, SignalRefused, OperatorCommand,
               ExecutionReport, HandedOff, KillAcknowledged, ConditionReported, SignalDecided,
               RiskVerdict, CandidateHeld, ViolationRecorded, HoldMoved, OrderIntent,
               CommandDecided, BlockChanged, OrderMoved, FillApplied, ProtectionMoved,
               ProtectiveIssued, TradeClosed, DayTurned, DayBased, PeakMoved, IncidentOpened,
               PositionSnapshotTaken, OpenOrdersSnapshotTaken, ProtectiveActionTaken,
               ReductionMoved, UnknownClosed>();

}  // namespace

std::vector<std::uint8_t> encoded(const OrderCandidate& order) {
  constexpr std::size_t kCandidateBytesMax = 1024;  // as approval_digest() makes room for
  std::vector<std::uint8_t> bytes(kCandidateBytesMax);
  Writer writer(bytes);
  writer.put(order);
  bytes.resize(writer.size());
  return bytes;
}

void Prover::take(const journal::RecordView& record, std::string_view engine_version) {
  own_limits_ = has(kOwnLimits, engine_version);
  own_record_ = has(kOwnRecord, engine_version);
  own_closing_ = has(kOwnClosing, engine_version);
  one_command_an_id_ = has(kOneCommandAnId, engine_version);
  segment_ = engine_version;
  seq_ = record.seq;
  time_ = record.time;
  type_ = record.type;
  judge_version(engine_version);
  if (failed()) return;
  if (is_input(type_)) begin_input(record);
  if (is_fact(type_)) begin_fact();
  if (failed()) return;
  const auto* const row =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& at) { return at.type == type_; });
  if (row != kRows.end()) row->take(*this, record.payload);
  last_fact_ = type_;
  if (row != kRows.end()) return;
  if (!has(kPassedOver, type_)) ++report_.unknown_types;
}

// Rules are softer on what an older version wrote: nobody may go back to one. Segments and sessions
// both say who wrote them.
void Prover::judge_version(std::string_view stated) {
  if (stated == stated_) return;
  stated_ = stated;
  const auto version = release_of(stated);
  if (!version) return;
  if (*version < newest_version_) {
    return fail("I7", "an engine of at least version " + version_text(newest_version_),
                version_text(*version));
  }
  newest_version_ = *version;
}

void Prover::begin_input(const journal::RecordView& record) {
  const bool opens = type_ == SessionOpened::kType;
  const auto session = opens ? decode<SessionOpened>(record.payload) : std::nullopt;
  end_input(session && !session->clean_start);
  input_ = std::monostate{};
  input_type_ = type_;
  input_bytes_ = {};
  facts_ = 0;
  answered_ = false;
  repeated_ = false;
  booked_ = false;
  snapshot_before_ = false;
  close_decided_ = false;
  human_called_for_ = false;
  lost_track_ = false;
  declined_ = {};
  const bool kept = type_ == SignalIntent::kType || type_ == OperatorCommand::kType;
  if (kept) input_bytes_ = sha256(record.payload);
}

void Prover::begin_fact() {
  ++facts_;
  if (input_type_ == 0) {
    return fail("I7", "an input that the fact came from", "no input before it");
  }
  const bool answer = type_ == SignalDecided::kType || type_ == CommandDecided::kType;
  if (repeated_ && (answered_ || !answer) && !kills_under_a_known_id()) {
    return fail("I14", "nothing but the answer to what was answered before", "a further fact");
  }
  const SignalRefused* const refused = input<SignalRefused>();
  const bool violation = refused != nullptr && is_direct_order(refused->reason);
  if (violation && facts_ == 1 && type_ != ViolationRecorded::kType) {
    return fail("I13", "the ViolationRecorded of the direct order before it", "another fact");
  }
}

// `cut`: a session ended here without closing, so a crash may have taken the facts that are absent.
void Prover::end_input(bool cut) {
  if (cut) return;
  if (human_called_for_) {
    return fail("I5", "the SEV-1 incident of UNMANAGED_EXPOSURE", "the next input");
  }
  if (lost_track_ && (blocks_ & bit_of(Block::UnknownOutcome)) == 0) {
    return fail("I5", "a latched UNKNOWN_OUTCOME of an order that nobody knows of",
                "the next input");
  }
  if (answered_) return end_of_kill();
  const SignalRefused* const refused = input<SignalRefused>();
  if (refused != nullptr && is_direct_order(refused->reason)) {
    return fail("I13", "the ViolationRecorded of the direct order before it", "the next input");
  }
  if (input<OperatorCommand>() != nullptr) {
    return fail("I14", "the CommandDecided of the command before it", "the next input");
  }
  if (input<SignalIntent>() != nullptr) {
    return fail("I14", "the SignalDecided of the signal before it", "the next input");
  }
  if (const auto* const report = input<ExecutionReport>()) end_of_report(*report);
}

// A sale of more than is held is not booked before the purchase it must be out of.
bool Prover::waits_for_purchase(const ExecutionReport& sale) {
  const LedgerHold& hold = *ledger_.find(ledger_.find(sale.client_order_id)->hold);
  if (sale.side != Side::Sell || sale.last_qty <= hold.held) return false;
  return std::any_of(hold.orders.begin(), hold.orders.end(), [&](const ClientOrderId& id) {
    const LedgerOrder& order = *ledger_.find(id);
    return increases_exposure(order.leg.role) && !is_final(order.state);
  });
}

// What the venue said is in the books, or it contradicts them and that latched.
void Prover::end_of_report(const ExecutionReport& report) {
  if (report.exec_type == ExecType::NotFound) return;
  if (const LedgerOrder* const order = ledger_.find(report.client_order_id)) {
    const LedgerHold& hold = *ledger_.find(order->hold);
    if (booked_ && hold.closed && hold.has_intent && !is_dust(hold)) {
      return fail("I11", "a trade that is open again, for it holds " + to_text(hold.held),
                  "one that is over");
    }
  }
  const std::uint32_t excuses = bit_of(Block::ForeignOrder) | bit_of(Block::VenueContradiction) |
                                bit_of(Block::CapacityExhausted);
  if ((blocks_ & excuses) != 0) return;
  if (ledger_.find(report.client_order_id) == nullptr) {
    return fail("I5", "a latched FOREIGN_ORDER",
                "a report about " + std::string(report.client_order_id.view()) +
                    ", which is no order of ours");
  }
  if (report.exec_type != ExecType::Trade || waits_for_purchase(report)) return;
  if (!executions_.contains({report.instrument, report.exec_id})) {
    return fail("I11", "the FillApplied of execution " + std::string(report.exec_id.view()),
                "the next input");
  }
  const Leg& leg = ledger_.find(report.client_order_id)->leg;
  if (is_worse_than_limit(leg, report.last_px)) {
    fail("I5", "a latched VENUE_CONTRADICTION",
         "an execution at " + to_text(report.last_px) + " of an order with the limit " +
             to_text(leg.limit));
  }
}

void Prover::fail(std::string_view rule, std::string expected, std::string seen) {
  if (failed()) return;
  report_.finding = {.reason = Reason::JournalInvariant,
                     .seq = seq_,
                     .record = std::string(record_name(type_)),
                     .rule = std::string(rule),
                     .expected = std::move(expected),
                     .seen = std::move(seen)};
}

void Prover::on(const SessionOpened& input) {
  judge_version(input.engine_version.view());
  if (!is_of_its_segment(input.engine_version.view(), segment_)) {
    return fail("I7", "a session of the engine of its segment, " + segment_,
                std::string(input.engine_version.view()));
  }
  input_ = input;
  session_ = input;
  lost_track_ = !has(kLeavesUnknown, input.engine_version.view()) && ledger_.has_unknown();
}

void Prover::on(const Instrument& input) {
  ledger_.instruments[input.id] = input;
}

// As many as a core keeps: whoever may do nothing any more makes room for somebody new.
void Prover::on(const Operator& input) {
  constexpr std::size_t kOperatorsMax = 16;
  if (operators_.size() == kOperatorsMax && !operators_.contains(input.id)) {
    const auto disabled = std::find_if(operators_.begin(), operators_.end(),
                                       [](const auto& row) { return !row.second.enabled; });
    if (disabled == operators_.end()) return;
    operators_.erase(disabled);
  }
  operators_[input.id] = input;
}

void Prover::on(const ExecutionReport& input) {
  input_ = input;
  LedgerOrder* const order = ledger_.find(input.client_order_id);
  if (order == nullptr || input.exec_type == ExecType::NotFound) return;
  const OrderCandidate& entry = ledger_.find(order->hold)->order;
  const bool ours = input.instrument == entry.instrument && input.account == entry.account;
  if (ours && input.cum_qty <= order->leg.qty) order->told = std::max(order->told, input.cum_qty);
}

void Prover::on(const SignalRefused& input) {
  input_ = input;
}

void Prover::on(const ViolationRecorded& fact) {
  const SignalRefused* const refused = input<SignalRefused>();
  if (refused == nullptr || !is_direct_order(refused->reason) || answered_) {
    return fail("I13", "a direct order that it records", "none before it");
  }
  if (fact.source != refused->source || fact.reason != refused->reason ||
      fact.payload != refused->payload) {
    return fail("I13", "the source, reason and payload of the direct order", "others");
  }
  if (fact.count != violations_ + 1) {
    return fail("I13", "violation number " + std::to_string(violations_ + 1),
                std::to_string(fact.count));
  }
  violations_ = fact.count;
  answered_ = true;
  ++report_.violations;
}

}  // namespace clawgate::audit
