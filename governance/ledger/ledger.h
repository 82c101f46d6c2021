// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "governance/decisions/facts.h"
#include "governance/gates/stage_facts.h"
#include "schemas/core/digest.h"
#include "schemas/core/result.h"
#include "schemas/governed.h"

// The governance ledger as text: one entry a line, each with the hash of the one before it.
//
//   {"at":"...","body":{...},"entry_hash":"<64 hex>","kind":"...","prev_hash":"<64 hex>","seq":1}
//
// entry_hash is SHA-256 of the same line without entry_hash; prev_hash of the first is zeros.

namespace clawgate::governance {

using LedgerFact = std::variant<DecisionOpened, DecisionMoved, DecisionEscalated, CommandAnswered,
                                ChallengeIssued, ChallengeMoved, EvalRecorded, KillExercised,
                                PostureRecorded, ReconciliationRecorded, ViolationRecorded,
                                ChecklistRecorded, StageMoved, PromotionRefused>;

struct LedgerEntry {
  std::uint64_t seq = 0;
  UnixNanos at;
  LedgerFact fact;
  Digest hash;
};

/// Where a ledger ends.
struct LedgerHead {
  std::uint64_t seq = 0;
  Digest hash;
  UnixNanos at;
};

/// The next line, with its newline, and the head after it. An Error when the fact could not be
/// read back: then nothing may be written. Time never runs backwards in it.
struct LedgerLine {
  std::string text;
  LedgerHead head;
};
[[nodiscard]] Result<LedgerLine> next_line(const LedgerHead& head, const LedgerFact& fact,
                                           UnixNanos at);

struct LedgerText {
  std::vector<LedgerEntry> entries;
  LedgerHead head;
  std::size_t whole_bytes = 0;  // up to the last newline; what follows was never acknowledged
};
/// Reads every line and its hash. LedgerChain names the line that is broken.
[[nodiscard]] Result<LedgerText> read_ledger(std::string_view text);

/// Why a ledger with these entry hashes is none that `anchor` is on the chain of: LedgerCut when it
/// ends before, LedgerRewritten when another entry stands there.
[[nodiscard]] std::optional<Error> contradiction(std::span<const Digest> hashes,
                                                 const LedgerAnchored& anchor);

}  // namespace clawgate::governance
