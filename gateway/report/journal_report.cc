// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/journal_report.h"

#include <utility>
#include <variant>

#include "gateway/report/report_builder.h"
#include "governance/journal/reader.h"
#include "governance/ledger/ledger.h"
#include "schemas/contracts/words.h"

namespace clawgate::report {

Result<SessionReport> report_of(journal::Store& store, SessionExtras extras) {
  using Step = journal::JournalReader::Step;
  journal::JournalReader reader(store);
  ReportBuilder builder;
  for (Step step = reader.next(); step != Step::End; step = reader.next()) {
    if (step == Step::Damage) return journal::to_error(reader.damage());
    const journal::RecordView& record = reader.record();
    builder.add(record.seq, record.time, record.type, record.payload);
  }
  return builder.finish(reader.chain().seq, reader.chain().hash, std::move(extras));
}

Result<std::vector<StageRow>> stages_of(std::string_view ledger) {
  const auto read = governance::read_ledger(ledger);
  if (!read) return read.error();
  std::vector<StageRow> rows;
  for (const governance::LedgerEntry& entry : read->entries) {
    StageRow row;
    row.time = entry.at;
    if (const auto* const moved = std::get_if<governance::StageMoved>(&entry.fact)) {
      row.stage = contracts::word_of(moved->stage);
      row.level = contracts::word_of(moved->level);
      row.blocked = moved->blocked;
      row.cause = moved->cause;
      row.decision_id = moved->decision_id.value_or("");
      rows.push_back(std::move(row));
    }
    if (const auto* const refused = std::get_if<governance::PromotionRefused>(&entry.fact)) {
      row.stage = refused->target;
      row.decision_id = refused->decision_id.value_or("");
      for (const governance::MissingRequirement& missing : refused->missing) {
        row.missing.push_back({missing.requirement, missing.code, missing.seen});
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace clawgate::report
