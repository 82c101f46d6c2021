// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/governance_watch.h"

#include <filesystem>

#include "governance/ledger/office.h"
#include "schemas/contracts/words.h"

namespace clawgate::gateway {

std::optional<Error> refusal_of(const governance::StageMoved& standing, Stage stage) {
  if (stage == Stage::S0) return std::nullopt;
  if (stage > standing.stage) {
    return Error{Reason::StageNotGranted, "stage", std::string(contracts::word_of(stage))};
  }
  if (!standing.blocked) return std::nullopt;
  return Error{Reason::PromotionBlocked, "stage", standing.cause};
}

std::optional<Error> GovernanceWatch::refuse(Stage stage) const {
  const auto office = governance::Office::read(directory_);
  if (!office) return office.error();
  return refusal_of((*office)->ladder().standing(), stage);
}

Result<OfficeNews> GovernanceWatch::news() {
  OfficeNews news;
  std::error_code none;
  const auto size = std::filesystem::file_size(directory_ + "/ledger.jsonl", none);
  const std::uint64_t bytes = none ? 0 : static_cast<std::uint64_t>(size);
  if (bytes == seen_bytes_) return news;
  seen_bytes_ = bytes;
  const auto office = governance::Office::read(directory_);
  if (!office) return office.error();
  for (const auto& [id, row] : (*office)->decisions().all()) {
    const auto record = governance::record_of(row);
    if (record && told_.insert(id).second) news.decisions.push_back(*record);
  }
  news.standing = (*office)->ladder().standing();
  return news;
}

}  // namespace clawgate::gateway
