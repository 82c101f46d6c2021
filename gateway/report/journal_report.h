// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/report/session_report.h"
#include "governance/journal/store.h"
#include "schemas/core/result.h"

namespace clawgate::report {

/// The report of a whole journal. An Error where its bytes are damaged.
[[nodiscard]] Result<SessionReport> report_of(journal::Store& store, SessionExtras extras);

/// Stages and refused promotions, from the text of a governance ledger (ledger.jsonl). An Error
/// where its chain is broken.
[[nodiscard]] Result<std::vector<StageRow>> stages_of(std::string_view ledger);

}  // namespace clawgate::report
