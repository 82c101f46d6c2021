// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/office/office_desk.h"

// What `clawgate stage` and `clawgate decisions` share: the office of a data directory, its
// operators, the evidence beside it.

namespace clawgate::gateway {

struct GovernancePlace {
  OfficePlace office;
  std::string config;  // of the gateway: who its operators are
  std::string principal = "operator";
  bool json = false;
};

void add_place(CLI::App& command, GovernancePlace& place);

/// An Error where there is no data directory: what only reads or answers makes none.
[[nodiscard]] std::optional<Error> check_place(const GovernancePlace& place);

/// As a shell takes it for one word.
[[nodiscard]] std::string shell_word(const std::string& text);
/// The options that name this place, for a command that is printed: " --data d --as bob".
[[nodiscard]] std::string place_words(const GovernancePlace& place);

[[nodiscard]] UnixNanos wall_now();

/// For those who decide over this command line: they prove themselves by reaching the data
/// directory, so the terminal is all they have. It works beside a running gateway and without one.
[[nodiscard]] Result<OfficeDesk> desk_of(const GovernancePlace& place);

/// Whether the gateway's own causes block, by its journal; what its core found on the way is
/// recorded first. No journal: nothing ran, nothing blocks. One that cannot be read blocks.
[[nodiscard]] Result<bool> take_journal(const OfficeDesk& desk, UnixNanos now);

[[nodiscard]] Result<std::string> read_text(const std::string& path);

/// One line each: code, field, what was seen, the rule. Answers the exit code of a finding.
int print_findings(const std::vector<Error>& findings, bool json);

}  // namespace clawgate::gateway
