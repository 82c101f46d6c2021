// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/journal_tail.h"

namespace clawgate::gateway {

std::optional<Error> JournalTail::poll() {
  const auto add = [this](const journal::RecordView& record, const journal::Chain& chain) {
    projection_.add(record, chain);
  };
  const auto done = follower_.follow_to(durable_(), add);
  if (!done) return done.error();
  return std::nullopt;
}

}  // namespace clawgate::gateway
