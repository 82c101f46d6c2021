// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/journal_ids.h"

#include "governance/journal/posix_store.h"
#include "governance/journal/reader.h"
#include "schemas/fact.h"
#include "schemas/governed.h"

namespace clawgate::gateway {
namespace {

DecisionId named_by(const journal::RecordView& record) {
  if (record.type == DecisionRecorded::kType) {
    const auto input = decode<DecisionRecorded>(record.payload);
    return input ? input->id : DecisionId();
  }
  if (record.type != LimitsDecided::kType) return {};
  const auto fact = decode<LimitsDecided>(record.payload);
  return fact && fact->reason == Reason::None ? fact->document.decision : DecisionId();
}

}  // namespace

governance::DecisionIds ids_in_journal(const std::string& data) {
  governance::DecisionIds ids;
  const auto store = journal::PosixStore::open_existing(data + "/journal");
  if (!store) return ids;
  journal::JournalReader reader(**store);
  while (reader.next() == journal::JournalReader::Step::Record) {
    const DecisionId id = named_by(reader.record());
    if (!id.empty()) ids.emplace(id.view());
  }
  return ids;
}

}  // namespace clawgate::gateway
