// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sim/protocol/core.h"

namespace clawgate::sim {

/// The control API of the simulator, everything under /sim; service.h lists it. Bad input is 400
/// and `{"error":"<field>: <rule>, not <what was seen>"}`.
[[nodiscard]] HttpReply control(Core& core, std::string_view method, std::string_view path,
                                std::string_view query, std::string_view body);

/// Why a command was refused, out of the body of its reply.
[[nodiscard]] std::string refusal_text(std::string_view body);

}  // namespace clawgate::sim
