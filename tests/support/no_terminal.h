// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/child_process.h"

namespace clawgate::testing {

/// Runs a program that has no terminal: its exit code, and what it printed on both outputs.
inline std::pair<int, std::string> run_without_terminal(std::vector<std::string> words) {
  const std::vector<std::string> shell = {"sh", "-c", "exec \"$@\" </dev/null", "sh"};
  words.insert(words.begin(), shell.begin(), shell.end());
  ChildProcess child(words, {}, true);
  std::string text = child.read_all(std::chrono::seconds(120));
  return {child.end(0), std::move(text)};
}

}  // namespace clawgate::testing
