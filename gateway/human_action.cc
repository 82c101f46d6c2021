// SPDX-License-Identifier: Apache-2.0
#include "gateway/human_action.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include "gateway/whole_file.h"
#include "schemas/core/read_file.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

std::string line_of(const HeldPosition& row) {
  std::string text = "- " + std::string(row.symbol.view()) + ": " + to_text(row.qty) +
                     " held, cost " + to_text(row.cost) + ", last bid " + to_text(row.mark) + "; ";
  if (row.stop.empty()) return text + "no stop at the venue\n";
  return text + "stop " + std::string(row.stop.view()) + " for " + to_text(row.stop_qty) + " at " +
         to_text(row.stop_trigger) +
         (row.stop_live ? ", working when last heard of\n" : ", not confirmed\n");
}

/// human_action_required.md of incident 3 becomes human_action_done-3.md.
std::string done_path(const std::string& path, const std::string& text) {
  constexpr std::string_view kIncident = "\nIncident ";
  const std::size_t at = text.find(kIncident);
  const std::size_t digits = at == std::string::npos ? text.size() : at + kIncident.size();
  const std::size_t end = std::min(text.find_first_not_of("0123456789", digits), text.size());
  const std::string incident = text.substr(digits, std::min<std::size_t>(end - digits, 10));
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  return folder + "human_action_done" + (incident.empty() ? "" : "-" + incident) + ".md";
}

}  // namespace

std::string human_action_text(const HumanActionRequired& what) {
  std::string text = "# Human action required\n\n";
  text += "Incident " + std::to_string(what.incident) + ", SEV-1, " +
          std::string(word(what.cause)) + ", " + time_text(what.at.value()) + "\n\n";
  text += "## dependencia_falha\n\nThe venue (combinado): " + std::string(what.summary.view()) +
          ".\n\n";
  text += "## impacto\n\nThe gateway cannot see or protect what is held. Entries are blocked.\n\n";
  for (const HeldPosition& row : what.positions) text += line_of(row);
  text +=
      "\n## acoes_imediatas\n\n"
      "1. Open the venue's own web page or application with your personal login.\n"
      "2. For each position above see that its stop is working there; place one if it is not.\n"
      "3. Where that is not possible, sell the position by hand.\n"
      "4. Do not place entries by hand, and do not cancel a working stop.\n"
      "5. Write down what you did, with its time, in the incident.\n\n"
      "## validacao_pos_fix\n\n"
      "1. `clawgate status` shows neither VENUE_UNREACHABLE nor RECONCILING.\n"
      "2. Every position has a live stop, and no order is UNKNOWN.\n"
      "3. An approved decision clears each of UNMANAGED_EXPOSURE and SYSTEM_DEGRADED:\n"
      "   `clawgate decisions open FILE --cause CAUSE`, `clawgate decisions approve ID`,\n"
      "   `clawgate unblock CAUSE --decision ID`.\n";
  return text;
}

bool write_human_action(const std::string& path, const HumanActionRequired& what) {
  return write_whole_file(path, bytes_of(human_action_text(what)));
}

// The name first: that needs no room on the disk.
bool withdraw_human_action(const std::string& path, UnixNanos by) {
  struct stat seen {};
  if (::lstat(path.c_str(), &seen) != 0) return errno == ENOENT;
  const auto asked = read_whole_file(path);
  const std::string text = asked ? *asked : "";
  const std::string done = done_path(path, text);
  if (std::rename(path.c_str(), done.c_str()) != 0) return false;
  return write_whole_file(done, bytes_of("# Over by " + time_text(by.value()) +
                                         ": do nothing by this page\n\n"
                                         "UNMANAGED_EXPOSURE is lifted. What was asked for "
                                         "before that:\n\n" +
                                         text));
}

void HumanActionFile::require(const HumanActionRequired& what) {
  const std::lock_guard lock(mutex_);
  if (ended_ && what.at <= *ended_) return;
  required_ = what;
  ended_.reset();
  due_ = true;
}

void HumanActionFile::end(UnixNanos at) {
  const std::lock_guard lock(mutex_);
  ended_ = at;
  due_ = true;
}

bool HumanActionFile::write() {
  std::optional<HumanActionRequired> required;
  std::optional<UnixNanos> ended;
  {
    const std::lock_guard lock(mutex_);
    if (!due_) return true;
    due_ = false;
    required = required_;
    ended = ended_;
  }
  const bool written =
      ended ? withdraw_human_action(path_, *ended) : write_human_action(path_, *required);
  if (written) return true;
  const std::lock_guard lock(mutex_);
  due_ = true;
  return false;
}

}  // namespace clawgate::gateway
