// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "schemas/core/decimal.h"
#include "sim/exchange/types.h"

namespace clawgate::sim {

/// What the world outside the accounts holds of one asset, in 1e-8 units.
struct HouseTotals {
  Wide outside = 0;  // the outside market and all who deposit; negative once it gave
  Wide fees = 0;     // commission the exchange earned
};

/// Who owns what. Every movement has two ends, so for each asset
/// sum(free + locked) + outside + fees is 0 at all times. Amounts are 1e-8 units, never negative.
class Ledger {
 public:
  struct Balance {
    std::int64_t free = 0;
    std::int64_t locked = 0;
    bool touched = false;  // since the last clear_touched()
  };
  struct Touched {
    AccountId account;
    AssetId asset;
  };

  [[nodiscard]] AssetId asset(const AssetName& name);  // made on first use
  [[nodiscard]] const AssetName& name_of(AssetId asset) const { return names_[asset.value()]; }
  [[nodiscard]] std::size_t assets() const { return names_.size(); }
  AccountId open_account();
  [[nodiscard]] std::size_t accounts() const { return rows_.size(); }

  [[nodiscard]] const Balance& balance(AccountId account, AssetId asset) const {
    return rows_[account.value()][asset.value()];
  }
  [[nodiscard]] const HouseTotals& house(AssetId asset) const { return house_[asset.value()]; }
  /// sum(free + locked) + outside + fees == 0 for every asset, and no balance is negative.
  [[nodiscard]] bool conserved() const;

  /// From outside into free; negative takes out. False changes nothing: too little is free, or
  /// too much to hold.
  [[nodiscard]] bool deposit(AccountId account, AssetId asset, std::int64_t amount);
  /// From free to locked. False changes nothing.
  [[nodiscard]] bool lock(AccountId account, AssetId asset, std::int64_t amount);
  void unlock(AccountId account, AssetId asset, std::int64_t amount);
  /// Locked funds leave the account, to be handed on by receive() or to_outside().
  void spend(AccountId account, AssetId asset, std::int64_t amount);
  /// `amount` arrives; `fee` of it stays with the exchange.
  void receive(AccountId account, AssetId asset, std::int64_t amount, std::int64_t fee);
  void to_outside(AssetId asset, std::int64_t amount) { house_[asset.value()].outside += amount; }
  void from_outside(AssetId asset, std::int64_t amount) { house_[asset.value()].outside -= amount; }

  [[nodiscard]] const std::vector<Touched>& touched() const { return touched_; }
  void clear_touched();
  void touch(AccountId account, AssetId asset) { static_cast<void>(row(account, asset)); }

  /// For a restore only.
  void set(AccountId account, AssetId asset, std::int64_t free, std::int64_t locked);
  void set(AssetId asset, const HouseTotals& totals) { house_[asset.value()] = totals; }

 private:
  [[nodiscard]] Balance& row(AccountId account, AssetId asset);

  std::vector<AssetName> names_;
  std::vector<HouseTotals> house_;
  std::vector<std::vector<Balance>> rows_;  // by account, then asset
  std::vector<Touched> touched_;
};

}  // namespace clawgate::sim
