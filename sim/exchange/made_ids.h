// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/exchange/types.h"

namespace clawgate::sim {

/// Client ids that the exchange makes itself: 22 letters and digits, as Binance's, that look
/// random and carry a number, so that finding the order behind one needs no index.
[[nodiscard]] ClientId made_id(std::uint64_t number);

/// nullopt for an id that made_id() never makes.
[[nodiscard]] std::optional<std::uint64_t> number_of(const ClientId& id);

}  // namespace clawgate::sim
