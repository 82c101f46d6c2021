// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "sim/protocol/service.h"

namespace clawgate::sim {

/// One permission under the name that the wallet tells it by.
struct PermissionRow {
  std::string_view name;
  bool KeyPermissions::*flag;
};

inline constexpr auto kPermissions = std::to_array<PermissionRow>({
    {"ipRestrict", &KeyPermissions::ip_restrict},
    {"enableWithdrawals", &KeyPermissions::withdrawals},
    {"enableInternalTransfer", &KeyPermissions::internal_transfer},
    {"permitsUniversalTransfer", &KeyPermissions::universal_transfer},
    {"enableMargin", &KeyPermissions::margin},
    {"enableFutures", &KeyPermissions::futures},
    {"enableVanillaOptions", &KeyPermissions::vanilla_options},
    {"enablePortfolioMarginTrading", &KeyPermissions::portfolio_margin},
    {"enableFixApiTrade", &KeyPermissions::fix_trade},
    {"enableFixReadOnly", &KeyPermissions::fix_read_only},
});

}  // namespace clawgate::sim
