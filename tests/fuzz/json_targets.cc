// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/json_targets.h"

#include "schemas/contracts/signal_intent.h"
#include "schemas/core/assert.h"
#include "schemas/strict_json.h"

namespace clawgate::fuzz {

void strict_json(std::string_view bytes) {
  const Result<Json> value = read_json(bytes);
  if (!value) {
    CLAWGATE_ASSERT(value.error().reason != Reason::None);
    return;
  }
  const std::string canonical = to_canonical_json(*value);
  // Its control characters are escapes, so it can be longer than what it was read from.
  const Result<Json> again = read_json(canonical, {.bytes_max = canonical.size()});
  CLAWGATE_ASSERT(again.has_value());
  CLAWGATE_ASSERT(to_canonical_json(*again) == canonical);
}

void signal_intent(std::string_view bytes) {
  static contracts::SignalDecoder decoder;  // reused, as on the hot path
  const Result<const contracts::SignalDocument*> document = decoder.decode(bytes);
  if (!document) {
    CLAWGATE_ASSERT(document.error().reason != Reason::None);
    return;
  }
  CLAWGATE_ASSERT(read_json(bytes).has_value());
  const SignalIntent intent = (*document)->intent;
  const std::string thesis((*document)->thesis);
  const std::string written = contracts::encode(intent, thesis);
  const Result<const contracts::SignalDocument*> again = decoder.decode(written);
  CLAWGATE_ASSERT(again.has_value());
  CLAWGATE_ASSERT((*again)->thesis == thesis);
  CLAWGATE_ASSERT(contracts::encode((*again)->intent, (*again)->thesis) == written);
}

}  // namespace clawgate::fuzz
