// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "schemas/strict_json.h"

namespace clawgate::signals {

inline constexpr std::size_t kDepthMax = 32;  // of any JSON read here

/// Where a piece of a text may be JSON: `{...}` or `[...]` to its matching end; without one, to the
/// end of the paragraph. Half-open.
struct Fragment {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t scanned = 0;  // bytes that were looked at to find its end
};

/// The first fragment at or after `from`. A `[` counts only before a `{`, `[` or quote.
[[nodiscard]] std::optional<Fragment> next_fragment(std::string_view text, std::size_t from);

/// A JSON object that a model wrote by hand: read_json, and if that fails once more with the line
/// breaks and tabs inside its strings escaped. Nothing else is mended.
[[nodiscard]] Result<Json> read_model_json(std::string_view text);

/// What can be made out of a fragment that is no JSON: Python literals, single or curly quotes,
/// escaped quotes, bare names, trailing commas, doubled names. Every `name: value` at any depth
/// becomes a member of one flat object, in order; a nested container becomes an empty Object. Names
/// may repeat, so the result is only for looking, never for reading.
[[nodiscard]] Json loosely_read(std::string_view fragment);

}  // namespace clawgate::signals
