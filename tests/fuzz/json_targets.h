// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What must hold for any bytes at all. Each stops the process when it does not; libFuzzer drives
// them from *_fuzz.cc, an ordinary test over the fixtures.

namespace clawgate::fuzz {

/// What read_json accepts, it reads back from its own canonical form, unchanged.
void strict_json(std::string_view bytes);

/// What SignalDecoder accepts is strict JSON, and reads back from what encode() makes of it.
void signal_intent(std::string_view bytes);

}  // namespace clawgate::fuzz
