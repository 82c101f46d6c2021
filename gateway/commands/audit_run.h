// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/audit/directory.h"
#include "gateway/audit/records.h"
#include "gateway/audit/report_text.h"

// What the offline commands have in common.

namespace clawgate::gateway {

inline constexpr int kExitFinding = 1;
inline constexpr int kExitUsage = 2;

struct AuditArguments {
  std::string directory;
  bool json = false;
};

/// Says what is wrong with the command line on stderr and answers its exit code.
[[nodiscard]] int wrong_usage(const Error& error);

/// A line on stderr that says how far it is, where a person looks on; nothing elsewhere.
[[nodiscard]] audit::Progress progress_on_terminal(std::string what);

/// Opens the journal, runs `audit` on it and prints its report.
template <class Audit>
[[nodiscard]] int run_audit(const AuditArguments& arguments, Audit audit) {
  const auto store = audit::open_journal(arguments.directory);
  if (!store) return wrong_usage(store.error());
  const auto begun = std::chrono::steady_clock::now();
  const auto report = audit(**store);
  const std::int64_t elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::steady_clock::now() - begun)
                                      .count();
  std::cout << (arguments.json ? audit::to_json(report, elapsed_ms)
                               : audit::to_text(report, elapsed_ms))
            << std::flush;
  return audit::in_order(report) ? 0 : kExitFinding;
}

}  // namespace clawgate::gateway
