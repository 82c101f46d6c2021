// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "gateway/data_directory.h"
#include "schemas/core/result.h"
#include "signals/signals.h"

namespace clawgate::gateway {

/// One thing an engine said, and when the gateway hears it.
struct Delivery {
  UnixNanos at;
  std::variant<SignalIntent, SignalRefused> what;
  std::string name;  // file and place in it
};

/// Everything that the files say, in order of time and never before `begin`. The bytes and the
/// theses are kept as evidence in `directory`.
[[nodiscard]] Result<std::vector<Delivery>> read_deliveries(const std::vector<std::string>& files,
                                                            UnixNanos begin,
                                                            DataDirectory& directory);

}  // namespace clawgate::gateway
