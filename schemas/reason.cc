// SPDX-License-Identifier: Apache-2.0
#include "schemas/reason.h"

#include "schemas/core/result.h"

namespace clawgate {

std::string to_text(const Error& error) {
  const ReasonInfo& row = info(error.reason);
  std::string text;
  if (!error.field.empty()) text += error.field + ": ";
  text += std::string(row.meaning);
  if (!error.seen.empty() && error.seen != row.meaning) {
    text += " Seen: " + error.seen + (error.seen.ends_with('.') ? "" : ".");
  }
  text += " " + std::string(row.next) + " [" + std::string(row.code) + "]";
  return text;
}

}  // namespace clawgate
