// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/audit/prove.h"
#include "gateway/audit/replay.h"
#include "gateway/audit/upgrade_check.h"
#include "governance/journal/verify.h"

// What an audit found, for a person and as one JSON object. `elapsed_ms` is what it took.

namespace clawgate::audit {

[[nodiscard]] std::string to_text(const journal::VerifyReport& report, std::int64_t elapsed_ms);
[[nodiscard]] std::string to_text(const ReplayReport& report, std::int64_t elapsed_ms);
[[nodiscard]] std::string to_text(const ProveReport& report, std::int64_t elapsed_ms);
[[nodiscard]] std::string to_text(const UpgradeReport& report, std::int64_t elapsed_ms);

[[nodiscard]] std::string to_json(const journal::VerifyReport& report, std::int64_t elapsed_ms);
[[nodiscard]] std::string to_json(const ReplayReport& report, std::int64_t elapsed_ms);
[[nodiscard]] std::string to_json(const ProveReport& report, std::int64_t elapsed_ms);
[[nodiscard]] std::string to_json(const UpgradeReport& report, std::int64_t elapsed_ms);

[[nodiscard]] std::string to_text(const Finding& finding);

[[nodiscard]] inline bool in_order(const journal::VerifyReport& report) {
  return report.ok;
}
template <class Report>
[[nodiscard]] bool in_order(const Report& report) {
  return report.ok();
}

/// "SEQ:HASH", as verify takes an anchor.
[[nodiscard]] std::string anchor_text(const journal::Chain& head);

}  // namespace clawgate::audit
