// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>

#include "schemas/core/digest.h"
#include "schemas/ids.h"

namespace clawgate::audit {

/// Tells the records of one hold: those that name it, and those that name an order which such a
/// record named before.
class HoldTouch {
 public:
  explicit HoldTouch(HoldId hold) : hold_(hold) {}

  [[nodiscard]] bool operator()(std::uint16_t type, Bytes payload);

 private:
  HoldId hold_;
  std::set<ClientOrderId> orders_;
};

}  // namespace clawgate::audit
