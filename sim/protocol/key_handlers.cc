// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/handlers.h"
#include "sim/protocol/key_permissions.h"

namespace clawgate::sim::handlers {
namespace {

constexpr std::int64_t kCreatedMs = 1'767'225'600'000;  // keys of this exchange: 2026-01-01

}  // namespace

Reply api_restrictions(Call& call) {
  const auto account = call.admit();
  if (!account) return fail(account.error());
  const ApiKey& key = call.key->key;
  JsonWriter w(call.unit);
  w.object();
  for (const PermissionRow& row : kPermissions) w.flag(row.name, key.permissions.*row.flag);
  w.integer("createTime", kCreatedMs)
      .flag("enableReading", key.can_read)
      .flag("enableSpotAndMarginTrading", key.can_trade)
      .end_object();
  return ok(w);
}

}  // namespace clawgate::sim::handlers
