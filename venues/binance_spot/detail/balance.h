// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "venues/binance_spot/detail/json_reader.h"
#include "venues/binance_spot/replies.h"

namespace clawgate::venues::binance_spot::detail {

struct BalanceNames {
  std::string_view asset, free, locked;
};

/// False leaves it out: a name or an amount that does not fit our types, or a failure.
[[nodiscard]] bool read_balance(const Object& from, const BalanceNames& names, BalanceRow& to);

}  // namespace clawgate::venues::binance_spot::detail
