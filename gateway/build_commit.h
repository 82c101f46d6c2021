// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clawgate::gateway {

/// The commit that this binary was built from, "-dirty" behind it where the tree was changed;
/// "unknown" where it was built outside a repository.
[[nodiscard]] std::string_view build_commit();

}  // namespace clawgate::gateway
