// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "governance/gates/checklist.h"
#include "governance/ledger/office.h"

// What `clawgate stage` and `clawgate decisions` share: the office of a data directory, its
// operators, the evidence beside it.

namespace clawgate::gateway {

struct GovernancePlace {
  std::string data = "data";  // the gateway's data directory; the office is in its governance/
  std::string root = ".";     // where evidence references begin
  std::string config;         // of the gateway: who its operators are
  std::string principal = "operator";
  bool json = false;

  [[nodiscard]] std::string directory() const { return data + "/governance"; }
};

void add_place(CLI::App& command, GovernancePlace& place);

[[nodiscard]] UnixNanos wall_now();

/// For writing, with what was due in the meantime recorded.
[[nodiscard]] Result<std::unique_ptr<governance::Office>> open_office(const GovernancePlace& place,
                                                                      UnixNanos now);

/// Those who decide over this command line: they prove themselves by reaching the data directory,
/// so the terminal is all they have.
[[nodiscard]] Result<std::vector<Operator>> operators_of(const GovernancePlace& place);

/// A reference is a file below the root, or a blob `sha256:<hex>` of the data directory.
[[nodiscard]] governance::EvidenceExists evidence_in(const GovernancePlace& place);

[[nodiscard]] Result<std::string> read_text(const std::string& path);

/// One line each: code, field, what was seen, the rule. Answers the exit code of a finding.
int print_findings(const std::vector<Error>& findings, bool json);

}  // namespace clawgate::gateway
