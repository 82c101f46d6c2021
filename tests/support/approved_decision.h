// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "schemas/governed.h"

namespace clawgate::testing {

/// The record of a decision that was approved; `number` from 1 tells it from the others of a test.
inline DecisionRecorded approved_decision(std::uint64_t number, const Digest& subject,
                                          const OperatorId& by) {
  DecisionRecorded decision;
  decision.id = DecisionId("DEC-20260105-" + std::to_string(100 + number));
  decision.end = DecisionEnd::Approved;
  decision.subject = subject;
  decision.operator_id = by;
  return decision;
}

}  // namespace clawgate::testing
