// SPDX-License-Identifier: Apache-2.0
#include "gateway/signal_files.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "schemas/core/read_file.h"
#include "signals/origin.h"

namespace clawgate::gateway {
namespace {

namespace fs = std::filesystem;

bool is_of_a_run(const fs::directory_entry& entry) {
  std::error_code failed;
  const fs::path kind = entry.path().extension();
  return entry.is_regular_file(failed) && (kind == ".md" || kind == ".json") &&
         signals::origin_of(entry.path().string()).stage != signals::Stage::Unknown;
}

// The complete report tells the decision once more: with both, one opinion would come twice.
bool repeats_a_decision(const fs::path& file) {
  std::error_code failed;
  return file.filename() == "complete_report.md" &&
         fs::exists(file.parent_path() / "5_portfolio" / "decision.md", failed);
}

// Links to directories are not followed.
Result<std::vector<std::string>> tree(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code failed;
  fs::recursive_directory_iterator at(directory, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    if (is_of_a_run(*at) && !repeats_a_decision(at->path())) files.push_back(at->path().string());
  }
  if (failed) return Error{Reason::FileUnreadable, directory, failed.message()};
  if (files.empty()) {
    return Error{Reason::FileUnreadable, directory,
                 "a directory without any file of a TradingAgents run"};
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::vector<std::string>> signal_files(const std::vector<std::string>& named) {
  std::vector<std::string> files;
  for (const std::string& name : named) {
    std::error_code failed;
    if (name == "-" || !fs::is_directory(name, failed)) {
      files.push_back(name);
      continue;
    }
    const auto found = tree(name);
    if (!found) return found.error();
    files.insert(files.end(), found->begin(), found->end());
  }
  return files;
}

Result<std::string> read_signal_file(const std::string& path) {
  if (path == "-") return read_to_end(STDIN_FILENO, "standard input");
  return read_whole_file(path);
}

}  // namespace clawgate::gateway
