// SPDX-License-Identifier: Apache-2.0
#include "gateway/human_action.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

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
  const std::string text = human_action_text(what);
  const std::string fresh = path + ".new";
  const int file =
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  const bool kept = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                    ::fsync(file) == 0;
  ::close(file);
  return kept && std::rename(fresh.c_str(), path.c_str()) == 0;
}

}  // namespace clawgate::gateway
