// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "governance/journal/store.h"
#include "schemas/core/result.h"

namespace clawgate::audit {

/// The journal in `directory`, which is a data directory (it holds `journal/`) or the journal
/// itself. Opens for reading, creates nothing. Reason::JournalMissing where there is none.
[[nodiscard]] Result<std::unique_ptr<journal::Store>> open_journal(const std::string& directory);

}  // namespace clawgate::audit
