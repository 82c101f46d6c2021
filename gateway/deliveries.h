// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/data_directory.h"
#include "schemas/core/result.h"
#include "schemas/limits.h"
#include "signals/signals.h"

namespace clawgate::gateway {

/// One thing an engine said, and when the gateway hears it.
struct Delivery {
  UnixNanos at;
  std::variant<SignalIntent, SignalRefused> what;
  std::string name;  // file and place in it

  /// What tells it from any other: the same in every session that reads the same bytes.
  [[nodiscard]] std::string key() const;
};

[[nodiscard]] std::string key_of(const SignalIntent& signal);
[[nodiscard]] std::string key_of(const SignalRefused& refused);

/// Everything that the files say, in order of time and never before `begin`. The bytes and the
/// theses are kept as evidence in `directory`. An engine of phase 2 is heard only where `limits`
/// name it and the decision that enabled it.
[[nodiscard]] Result<std::vector<Delivery>> read_deliveries(const std::vector<std::string>& files,
                                                            UnixNanos begin, const Limits& limits,
                                                            DataDirectory& directory);

/// The same of a line that came on standard input while the session runs; `number` from 1.
[[nodiscard]] Result<std::vector<Delivery>> read_delivery_line(std::string_view line,
                                                               std::size_t number, UnixNanos now,
                                                               const Limits& limits,
                                                               DataDirectory& directory);

}  // namespace clawgate::gateway
