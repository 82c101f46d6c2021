// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "schemas/strict_json.h"

namespace clawgate::signals {

/// A run of `name=value&name=value`, as URLs, form bodies and curl's data options write it.
struct Form {
  std::size_t begin = 0;
  std::size_t end = 0;
  Json members;  // an Object of Strings, decoded; names may repeat
};

/// The first run at or after `from` with two members or more. Takes no longer than its bytes,
/// however often it is asked from the end of the last one.
[[nodiscard]] std::optional<Form> next_form(std::string_view text, std::size_t from);

}  // namespace clawgate::signals
