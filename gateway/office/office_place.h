// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "gateway/serve/principals.h"
#include "governance/gates/checklist.h"
#include "schemas/command.h"

// Where the office of a data directory is, who decides there, and the evidence beside it.

namespace clawgate::gateway {

struct OfficePlace {
  std::string data = "data";  // the gateway's data directory; the office is in its governance/
  std::string root = ".";     // where evidence references begin
  std::string checklists = "artifacts/trading/pre_live_checklist";  // where they are kept
  std::chrono::milliseconds lock_patience{2'000};                   // for another process's write

  [[nodiscard]] std::string directory() const { return data + "/governance"; }
};

/// Those of the principals who may decide, over the one channel that they are asked on here.
[[nodiscard]] std::vector<Operator> operators_among(const std::vector<PrincipalName>& principals,
                                                    OperatorChannel channel);

/// A reference is a file below the root, or a blob `sha256:<hex>` of the data directory.
[[nodiscard]] governance::EvidenceExists evidence_in(const OfficePlace& place);

}  // namespace clawgate::gateway
