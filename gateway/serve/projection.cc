// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/projection.h"

#include <algorithm>

#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::uint16_t kFirstFact = 60;
constexpr std::uint16_t kLastFact = 99;

template <class Row>
void keep(std::deque<Row>& rows, Row row, std::size_t most) {
  rows.push_back(std::move(row));
  if (rows.size() > most) rows.pop_front();
}

std::string event_text(const journal::RecordView& record) {
  return "{\"seq\":" + std::to_string(record.seq.value()) + ",\"time\":\"" +
         time_text(record.time.value()) + "\"," +
         record_json(record.type, record.payload).substr(1);
}

}  // namespace

void Projection::add(const journal::RecordView& record, const journal::Chain& chain) {
  head_ = chain;
  if (record.type == journal::kTypeSegmentOpen) return;
  if (on_record) on_record(record);
  // A record of an unknown type changes nothing; one that cannot be read was already refused when
  // the journal was opened.
  static_cast<void>(state_.fold(record.type, record.payload, record.time));
  note(record);
  if (record.type < kFirstFact || record.type > kLastFact) return;
  const StreamEvent event{record.seq, std::make_shared<const std::string>(event_text(record))};
  if (events_.size() == kEventsKept) forgotten_ = events_.front().seq;
  keep(events_, event, kEventsKept);
  if (on_event) on_event(event);
}

void Projection::note(const journal::RecordView& record) {
  switch (record.type) {
    case BlockChanged::kType: {
      const auto fact = decode<BlockChanged>(record.payload);
      if (!fact) return;
      blocks_.erase(fact->block);
      if (fact->active) blocks_[fact->block] = {record.seq, record.time, *fact};
      if (fact->block == Block::Reconciling && !fact->active) {
        reconciliation_ = {record.seq, record.time, fact->evidence};
      }
      return;
    }
    // A block that holds on for another reason is the same block: the newest reason is shown.
    case ConditionReported::kType: {
      const auto input = decode<ConditionReported>(record.payload);
      if (!input || !input->holds) return;
      const auto row = blocks_.find(input->condition);
      if (row != blocks_.end()) row->second.fact.evidence = Text<96>(input->evidence.view());
      return;
    }
    case HoldMoved::kType: {
      const auto fact = decode<HoldMoved>(record.payload);
      if (fact) keep(hold_moves_, {record.seq, record.time, *fact}, kRowsKept);
      return;
    }
    case CommandDecided::kType: {
      const auto fact = decode<CommandDecided>(record.payload);
      if (!fact) return;
      if (fact->reason != Reason::None) ++refusals_[fact->reason];
      keep(commands_, {record.seq, record.time, *fact}, kRowsKept);
      return;
    }
    case SignalDecided::kType: {
      const auto fact = decode<SignalDecided>(record.payload);
      if (!fact) return;
      const auto reasons = ReasonSet::from_bits(fact->reasons);
      for (const ReasonInfo& row : kReasons) {
        if (row.surface == Surface::Risk && reasons.has(row.reason)) ++refusals_[row.reason];
      }
      keep(signals_, {record.seq, record.time, *fact}, kRowsKept);
      return;
    }
    case RiskVerdict::kType: {
      const auto fact = decode<RiskVerdict>(record.payload);
      const bool voids = fact && fact->phase == RiskPhase::Release && fact->reasons != 0;
      if (voids) keep(rechecks_, *fact, kRowsKept);
      return;
    }
    case SignalRefused::kType: {
      const auto input = decode<SignalRefused>(record.payload);
      if (input) ++refusals_[input->reason];
      return;
    }
    default:
      return;
  }
}

Result<const StreamEvent*> Projection::event_after(Seq after) const {
  if (after < forgotten_) {
    return Error{Reason::StreamGap, "?after", std::to_string(after.value())};
  }
  const auto at = std::upper_bound(events_.begin(), events_.end(), after,
                                   [](Seq seq, const auto& row) { return seq < row.seq; });
  return at == events_.end() ? nullptr : &*at;
}

const SignalDecided* Projection::signal(HoldId hold) const {
  const auto at = std::find_if(signals_.rbegin(), signals_.rend(),
                               [&](const auto& row) { return row.fact.hold == hold; });
  return at == signals_.rend() ? nullptr : &at->fact;
}

ReasonSet Projection::recheck_of(HoldId hold) const {
  const auto at = std::find_if(rechecks_.rbegin(), rechecks_.rend(),
                               [&](const RiskVerdict& row) { return row.hold == hold; });
  return at == rechecks_.rend() ? ReasonSet() : ReasonSet::from_bits(at->reasons);
}

}  // namespace clawgate::gateway
