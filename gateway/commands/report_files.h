// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/report/journal_report.h"

namespace clawgate::gateway {

/// report.html and report.json in `directory`, which is made.
[[nodiscard]] std::optional<Error> write_report(const report::SessionReport& report,
                                                const std::string& directory);

/// What the governance ledger of a data directory says of stages; nothing where there is none.
[[nodiscard]] Result<std::vector<report::StageRow>> stages_in(const std::string& data_directory);

/// The check codes of every order that this journal held, by the key of its data directory.
[[nodiscard]] std::vector<report::CheckCode> check_codes_in(journal::Store& store, Bytes check_key);

}  // namespace clawgate::gateway
