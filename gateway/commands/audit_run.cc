// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/audit_run.h"

#include <unistd.h>

namespace clawgate::gateway {

int wrong_usage(const Error& error) {
  std::cerr << to_text(error) << '\n';
  return kExitUsage;
}

audit::Progress progress_on_terminal(std::string what) {
  if (::isatty(STDERR_FILENO) == 0) return {};
  return [what = std::move(what)](Seq seq) {
    std::cerr << '\r' << what << ": record " << seq.value() << '\r' << std::flush;
  };
}

}  // namespace clawgate::gateway
