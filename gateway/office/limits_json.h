// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "schemas/core/result.h"
#include "schemas/limits.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {

/// A limits document as people write it and as `GET /v1/limits` shows it: every field of the record
/// by its name, decimals as text, enumerations as words. All of them must be there and no other;
/// an error names the field below `pointer`. What the values may be is risk/limits_change.h's.
[[nodiscard]] Result<Limits> limits_from(const Json& json, std::string_view pointer);

/// One field of a document as text, as it stands in its JSON; "" for a list, and for no field.
[[nodiscard]] std::string limits_field(const Limits& limits, std::string_view name);

}  // namespace clawgate::gateway
