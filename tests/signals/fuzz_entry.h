// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/core/digest.h"

namespace clawgate::signals {

/// Reads `input` as every kind of source and stops the process when a reading breaks what intake
/// promises: one disposition, a reason unless it is a signal, bounded texts, confidence in 0..1.
void fuzz_intake(Bytes input);

}  // namespace clawgate::signals
