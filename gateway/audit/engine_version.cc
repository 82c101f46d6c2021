// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/engine_version.h"

#include <charconv>

namespace clawgate::audit {

std::optional<EngineVersion> release_of(std::string_view text) {
  EngineVersion parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional(parts) : std::nullopt;
}

std::string version_text(const EngineVersion& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." +
         std::to_string(version[2]);
}

bool is_of_its_segment(std::string_view session, std::string_view segment) {
  return session == segment || !release_of(session);
}

}  // namespace clawgate::audit
