// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/desk_records.h"
#include "gateway/version.h"

#include <algorithm>

#include "gateway/audit/prover.h"
#include "schemas/core/assert.h"
#include "schemas/record_json.h"

namespace clawgate::eval {

Ticket DeskRecords::append(std::uint16_t type, std::uint16_t version, UnixNanos time,
                           Bytes payload) {
  rows_.push_back({type, version, time, {payload.begin(), payload.end()}});
  return Ticket(rows_.size());
}

Result<Ticket> DeskRecords::sync() {
  if (fails) return Error{Reason::JournalWrite, "sync", "EIO"};
  return Ticket(rows_.size());
}

bool DeskRecords::cut_before(std::string_view name) {
  const auto newest = std::find_if(rows_.rbegin(), rows_.rend(),
                                   [&](const Row& row) { return record_name(row.type) == name; });
  if (newest == rows_.rend()) return false;
  rows_.erase(newest.base() - 1, rows_.end());
  return true;
}

const DeskRecords::Row* DeskRecords::newest(std::uint16_t type) const {
  const auto row =
      std::find_if(rows_.rbegin(), rows_.rend(), [&](const Row& at) { return at.type == type; });
  return row == rows_.rend() ? nullptr : &*row;
}

std::size_t DeskRecords::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      rows_.begin(), rows_.end(), [&](const Row& row) { return record_name(row.type) == name; }));
}

Digest DeskRecords::head() const {
  Digest head;
  for (const Row& row : rows_) head = Sha256().update(head.bytes).update(row.payload).finish();
  return head;
}

std::optional<std::string> DeskRecords::contradiction(const gateway::State& state) const {
  audit::ProveReport report;
  audit::Prover prover(report);
  gateway::State folded(kKeys);
  Seq seq;
  for (const Row& row : rows_) {
    seq = Seq(seq.value() + 1);
    if (report.ok()) {
      prover.take({seq, row.time, row.type, row.version, row.payload}, gateway::kVersion);
    }
    CLAWGATE_ASSERT(folded.fold(row.type, row.payload, row.time));
  }
  if (!report.ok()) {
    return report.finding->rule + ": " + report.finding->record + ": expected " +
           report.finding->expected + ", seen " + report.finding->seen;
  }
  if (folded.hash() != state.hash()) return "I7: the fold of the records is another state";
  return std::nullopt;
}

}  // namespace clawgate::eval
