// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/upgrade_check.h"

#include <memory>

#include "gateway/audit/soundness.h"
#include "gateway/engine_detail.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

using gateway::State;
using gateway::Trade;

void describe(const State& state, UpgradeReport& report) {
  for (const Trade& trade : state.trades) {
    const auto& order = trade.order;
    if (trade.waiting()) {
      report.pending.push_back({trade.id(), order.symbol, trade.hold, order.expires_at});
    }
    if (order.is_entry() && trade.hold == HoldState::Released && !trade.closed) {
      report.open_trades.push_back(
          {trade.id(), order.symbol, trade.position.qty, trade.protection});
    }
    for (const auto& row : trade.orders) {
      if (row.state != OrderState::Unknown) continue;
      report.unknown.push_back({trade.id(), row.leg.client_order_id});
    }
  }
  for (const BlockInfo& row : kBlocks) {
    if (state.blocked_by(row.block)) report.blocks.push_back(row.block);
  }
}

}  // namespace

UpgradeReport upgrade_check(journal::Store& store, const Progress& progress,
                            const OfficeLedger* office) {
  UpgradeReport report;
  const auto state = std::make_unique<State>();
  Records records(store, progress);
  Seq anchored;
  while (records.next()) {
    const journal::RecordView& record = records.record();
    const std::string wrong = fold_objection(*state, record.type, record.payload);
    if (!wrong.empty() || !state->fold(record.type, record.payload, record.time)) {
      report.finding = {.reason = Reason::JournalRecord,
                        .seq = record.seq,
                        .record = std::string(record_name(record.type)),
                        .rule = {},
                        .expected = "a record that this version can fold",
                        .seen = wrong};
      break;
    }
    if (record.type == LedgerAnchored::kType) anchored = record.seq;
    if (record_name(record.type) == "?") ++report.unknown_types[record.type];
    if (record.type_version > gateway::kRecordVersion) ++report.newer_records;
  }
  records.drain();
  if (report.ok()) report.finding = records.damage();
  if (report.ok() && office != nullptr && anchored != Seq{}) {
    report.finding = contradiction(*office, state->anchor, anchored);
  }
  report.extent = records.extent();
  if (!report.ok()) return report;
  describe(*state, report);
  report.state = state->hash();
  return report;
}

}  // namespace clawgate::audit
