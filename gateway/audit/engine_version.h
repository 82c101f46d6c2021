// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clawgate::audit {

/// Major, minor and patch of a released engine.
using EngineVersion = std::array<std::uint32_t, 3>;

/// Of "1.2.3"; nullopt for the name of a build that is no release.
[[nodiscard]] std::optional<EngineVersion> release_of(std::string_view text);
[[nodiscard]] std::string version_text(const EngineVersion& version);

/// Whether a session that a released engine opened stands in a segment of that very engine, as
/// every gateway writes them.
[[nodiscard]] bool is_of_its_segment(std::string_view session, std::string_view segment);

}  // namespace clawgate::audit
