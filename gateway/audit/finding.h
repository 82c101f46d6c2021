// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "governance/journal/reader.h"
#include "schemas/ids.h"
#include "schemas/reason.h"

namespace clawgate::audit {

/// One thing in a journal that is not as it must be.
struct Finding {
  Reason reason = Reason::JournalInvariant;
  Seq seq;             // of the record that shows it; for a fact that is absent, of the one behind
  std::string record;  // its name
  std::string rule;    // the invariant, "I1" to "I14"; empty where the bytes themselves are wrong
  std::string expected;  // what had to stand there
  std::string seen;      // what stands there
};

/// What the reader found: the bytes are damaged.
[[nodiscard]] inline Finding from_damage(const journal::Finding& damage) {
  return {.reason = damage.reason,
          .seq = damage.seq,
          .record = "?",
          .rule = {},
          .expected = "undamaged bytes",
          .seen = damage.file + " offset " + std::to_string(damage.offset) + ": " + damage.text};
}

}  // namespace clawgate::audit
