// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/audit/finding.h"
#include "schemas/core/digest.h"
#include "schemas/core/result.h"
#include "schemas/governed.h"

namespace clawgate::audit {

/// The governance ledger beside a journal, as far as an audit needs it.
struct OfficeLedger {
  /// One that ended, over something that the core knows.
  struct Ended {
    DecisionRecorded record;
    std::uint64_t seq = 0;  // of the entry that ended it
  };
  std::vector<Digest> hashes;  // of its entries, oldest first
  std::map<DecisionId, Ended> decisions;
  std::optional<Error> broken;  // its own chain does not hold, or it cannot be read
};

/// Of the data directory `directory`; one that has none reads as an empty ledger. Of a journal that
/// is named itself, the ledger beside it; nullopt where none is.
[[nodiscard]] std::optional<OfficeLedger> read_office_ledger(const std::string& directory);

/// Why the ledger does not say what the record `seq` of the journal says of a decision; nullopt
/// where it does.
[[nodiscard]] std::optional<Finding> contradiction(const OfficeLedger& ledger,
                                                   const DecisionRecorded& decision, Seq seq);

/// Why that ledger is not the one that the record `seq` of the journal is anchored to.
[[nodiscard]] std::optional<Finding> contradiction(const OfficeLedger& ledger,
                                                   const LedgerAnchored& anchor, Seq seq);

}  // namespace clawgate::audit
