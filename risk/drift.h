// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schemas/core/decimal.h"

namespace clawgate::risk {

/// True when `now` lies further from `reference` than `band` of it, on either side. At the band
/// itself it has not drifted.
[[nodiscard]] constexpr bool drifted(Px reference, Px now, Rate band) {
  const Wide distance = static_cast<Wide>(now.raw()) - reference.raw();
  const Wide allowed = static_cast<Wide>(reference.raw()) * band.raw();
  return (distance < 0 ? -distance : distance) * Rate::kScale > allowed;
}

}  // namespace clawgate::risk
