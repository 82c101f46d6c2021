// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/office_ledger.h"

#include <filesystem>

#include "governance/ledger/ledger.h"
#include "schemas/core/read_file.h"

namespace clawgate::audit {

std::optional<OfficeLedger> read_office_ledger(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const bool data = fs::is_directory(fs::path(directory) / "journal", ignored);
  const fs::path root =
      data ? fs::path(directory) : fs::weakly_canonical(fs::path(directory), ignored).parent_path();
  const fs::path file = root / "governance" / "ledger.jsonl";
  OfficeLedger ledger;
  if (!fs::exists(file, ignored)) {
    if (data || fs::is_directory(root / "governance", ignored)) return ledger;
    return std::nullopt;
  }
  const auto text = read_whole_file(file.string());
  if (!text) {
    ledger.broken = text.error();
    return ledger;
  }
  const auto read = governance::read_ledger(*text);
  if (!read) {
    ledger.broken = read.error();
    return ledger;
  }
  for (const governance::LedgerEntry& entry : read->entries) ledger.hashes.push_back(entry.hash);
  return ledger;
}

std::optional<Finding> contradiction(const OfficeLedger& ledger, const LedgerAnchored& anchor,
                                     Seq seq) {
  const std::optional<Error> wrong =
      ledger.broken ? ledger.broken : governance::contradiction(ledger.hashes, anchor);
  if (!wrong) return std::nullopt;
  return Finding{.reason = wrong->reason,
                 .seq = seq,
                 .record = "LedgerAnchored",
                 .rule = {},
                 .expected = "governance ledger entry " + std::to_string(anchor.seq) + " " +
                             to_hex(anchor.hash),
                 .seen = wrong->field + (wrong->seen.empty() ? "" : ": " + wrong->seen)};
}

}  // namespace clawgate::audit
