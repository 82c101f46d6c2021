// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "gateway/config.h"
#include "gateway/data_directory.h"
#include "gateway/entropy.h"
#include "gateway/state.h"
#include "governance/journal/journal.h"
#include "governance/journal/posix_store.h"

namespace clawgate::gateway {

/// The journal of a data directory and the store it writes through.
struct OpenJournal {
  std::unique_ptr<journal::PosixStore> store;
  std::unique_ptr<journal::Journal> journal;
};

using RecordSeen = std::function<void(const journal::RecordView&)>;

/// Recovery: `state` becomes what the records fold to. A new journal takes its id from `ids`. A
/// torn tail is cut: words_of_recovery() says so. A record that does not fold is an Error that
/// names it, and so are trades that are open at another venue or in another account. `seen` is told
/// each record that was there.
[[nodiscard]] Result<OpenJournal> open_journal(const DataDirectory& directory, const Config& config,
                                               Entropy& ids, State& state,
                                               std::optional<std::size_t> group_bytes = {},
                                               const RecordSeen& seen = {});

/// What a recovery had to mend, for a person; empty: nothing.
[[nodiscard]] std::string words_of_recovery(const journal::Journal& journal);

/// Why the journal has no checkpoint of its newest records, for a person; empty: it has.
[[nodiscard]] std::string words_of_unsigned(const journal::Journal& journal);

/// The first input of a start, before the limits.
[[nodiscard]] SessionOpened session_opened(const DataDirectory& directory, const Config& config,
                                           const journal::Journal& journal);

}  // namespace clawgate::gateway
