// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "schemas/core/result.h"
#include "schemas/limits.h"

// A limits document as `limits` shows and changes it. For its .cc file.

namespace clawgate::gateway {

using CallJson = nlohmann::ordered_json;

/// A value as a person reads it, a duration as 6 h; of a list its JSON.
[[nodiscard]] std::string limit_text(const std::string& name, const CallJson& value);

/// NAME=VALUE in the kind of value that stands there; a duration also as 6h or 60s. An error says
/// what fits.
[[nodiscard]] std::optional<Error> set_field(CallJson& document, const std::string& text);

/// "order_notional_max 50 -> 80, ..."
[[nodiscard]] std::string changes(const CallJson& from, const CallJson& to);

/// "; 0 s to 30 d fits", where the field has a range.
[[nodiscard]] std::string what_fits(const std::string& name, const Limits& limits);

}  // namespace clawgate::gateway
