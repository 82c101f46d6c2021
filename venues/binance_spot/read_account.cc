// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/detail/balance.h"
#include "venues/binance_spot/detail/json_reader.h"
#include "venues/binance_spot/replies.h"

namespace clawgate::venues::binance_spot {
namespace {

using detail::Failure;
using detail::Object;

constexpr std::size_t kBalancesMax = 10'000;

/// The layers of a commission: what each adds for a maker or taker, and for the side, of which the
/// dearer is taken. The last two are absent where they do not apply.
constexpr auto kLayers =
    std::to_array<std::string_view>({"standardCommission", "taxCommission", "specialCommission"});

void add_layer(const Object& from, CommissionRow& row) {
  const Rate side = std::max(from.decimal<Rate>("buyer"), from.decimal<Rate>("seller"));
  const auto sum = [&](Rate so_far, std::string_view name) {
    const auto both = add(from.decimal<Rate>(name), side);
    const auto total = both ? add(so_far, *both) : std::nullopt;
    if (total) return *total;
    from.fail(Reason::NumberOutOfRange, name, "");
    return so_far;
  };
  row.maker = sum(row.maker, "maker");
  row.taker = sum(row.taker, "taker");
}

}  // namespace

namespace detail {

bool read_balance(const Object& from, const BalanceNames& names, BalanceRow& to) {
  const std::string_view asset = from.text(names.asset, 256);
  if (!from.failed() && asset.empty()) from.fail(Reason::FieldEmpty, names.asset, "");
  const auto too_large = [&](std::string_view name) {
    const std::string_view text = from.text(name, 64);
    return !text.starts_with('-') && parse_decimal(text).error == DecimalError::OutOfRange;
  };
  const auto free_qty = too_large(names.free) ? Qty() : from.decimal<Qty>(names.free);
  const auto locked_qty = too_large(names.locked) ? Qty() : from.decimal<Qty>(names.locked);
  const auto known = Asset::from(asset);
  if (from.failed() || !known || too_large(names.free) || too_large(names.locked)) return false;
  to = {*known, free_qty, locked_qty};
  return true;
}

}  // namespace detail

Result<AccountRow> read_account(std::string_view json) {
  Failure failure;
  AccountRow row;
  read_object(json, detail::kReplyBytesMax, failure, [&](const Object& from) {
    row.can_trade = from.boolean("canTrade");
    row.uid = from.integer("uid", 0);
    row.update_time = from.millis("updateTime");
    from.each("balances", kBalancesMax, [&](const Object& item) {
      BalanceRow balance;
      if (detail::read_balance(item, {"asset", "free", "locked"}, balance)) {
        row.balances.push_back(balance);
      } else {
        ++row.left_out;
      }
    });
  });
  if (failure.any()) return failure.error();
  return row;
}

Result<CommissionRow> read_commission(std::string_view json) {
  Failure failure;
  CommissionRow row;
  read_object(json, detail::kReplyBytesMax, failure, [&](const Object& from) {
    row.symbol = from.id_text<Symbol>("symbol");
    for (const std::string_view layer : kLayers) {
      if (layer != kLayers[0] && !from.has(layer)) continue;
      from.object(layer, [&](const Object& rates) { add_layer(rates, row); });
    }
  });
  if (failure.any()) return failure.error();
  return row;
}

}  // namespace clawgate::venues::binance_spot
