// SPDX-License-Identifier: Apache-2.0
#include "gateway/session_office.h"

#include "governance/ledger/ledger.h"
#include "governance/ledger/office.h"

namespace clawgate::gateway {
namespace {

auto office_of(const std::string& data) {
  return governance::Office::read(data + "/governance");
}

}  // namespace

Result<LedgerAnchored> ledger_head(const std::string& data, const LedgerAnchored& known) {
  const auto office = office_of(data);
  if (!office && known.seq != 0) return office.error();
  if (!office) return LedgerAnchored{};
  if (auto error = governance::contradiction((*office)->hashes(), known)) return *error;
  return LedgerAnchored{(*office)->head().seq, (*office)->head().hash};
}

std::optional<DecisionRecorded> decision_or(const std::string& data, const DecisionRecorded& own) {
  const auto office = office_of(data);
  if (!office) return std::nullopt;
  if (const auto* const row = (*office)->decisions().find(own.id.view())) {
    return governance::record_of(*row);
  }
  return own;
}

}  // namespace clawgate::gateway
