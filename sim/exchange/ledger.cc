// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/ledger.h"

#include "schemas/core/assert.h"

namespace clawgate::sim {

AssetId Ledger::asset(const AssetName& name) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return AssetId(static_cast<std::uint32_t>(i));
  }
  names_.push_back(name);
  house_.emplace_back();
  for (auto& balances : rows_) balances.emplace_back();
  return AssetId(static_cast<std::uint32_t>(names_.size() - 1));
}

AccountId Ledger::open_account() {
  rows_.emplace_back(names_.size());
  return AccountId(static_cast<std::uint32_t>(rows_.size() - 1));
}

bool Ledger::conserved() const {
  for (std::size_t asset = 0; asset < names_.size(); ++asset) {
    Wide sum = house_[asset].outside + house_[asset].fees;
    for (const auto& balances : rows_) {
      const Balance& balance = balances[asset];
      if (balance.free < 0 || balance.locked < 0) return false;
      sum += static_cast<Wide>(balance.free) + balance.locked;
    }
    if (sum != 0 || house_[asset].fees < 0) return false;
  }
  return true;
}

// Every change goes through here, so it is also where a row becomes news.
Ledger::Balance& Ledger::row(AccountId account, AssetId asset) {
  Balance& balance = rows_[account.value()][asset.value()];
  if (!balance.touched) {
    balance.touched = true;
    touched_.push_back({account, asset});
  }
  return balance;
}

void Ledger::clear_touched() {
  for (const auto& [account, asset] : touched_) {
    rows_[account.value()][asset.value()].touched = false;
  }
  touched_.clear();
}

bool Ledger::deposit(AccountId account, AssetId asset, std::int64_t amount) {
  std::int64_t after = 0;
  std::int64_t total = 0;
  const Balance& now = balance(account, asset);
  if (__builtin_add_overflow(now.free, amount, &after) || after < 0) return false;
  if (__builtin_add_overflow(after, now.locked, &total)) return false;
  row(account, asset).free = after;
  from_outside(asset, amount);
  return true;
}

bool Ledger::lock(AccountId account, AssetId asset, std::int64_t amount) {
  if (balance(account, asset).free < amount) return false;
  Balance& balance = row(account, asset);
  balance.free -= amount;
  balance.locked += amount;
  return true;
}

void Ledger::unlock(AccountId account, AssetId asset, std::int64_t amount) {
  if (amount == 0) return;
  Balance& balance = row(account, asset);
  CLAWGATE_ASSERT(amount > 0 && balance.locked >= amount);
  balance.locked -= amount;
  balance.free += amount;
}

void Ledger::spend(AccountId account, AssetId asset, std::int64_t amount) {
  Balance& balance = row(account, asset);
  CLAWGATE_ASSERT(amount >= 0 && balance.locked >= amount);
  balance.locked -= amount;
}

void Ledger::receive(AccountId account, AssetId asset, std::int64_t amount, std::int64_t fee) {
  CLAWGATE_ASSERT(fee >= 0 && fee <= amount);
  Balance& balance = row(account, asset);
  const bool fits = !__builtin_add_overflow(balance.free, amount - fee, &balance.free);
  CLAWGATE_ASSERT(fits);
  house_[asset.value()].fees += fee;
}

void Ledger::set(AccountId account, AssetId asset, std::int64_t free, std::int64_t locked) {
  Balance& balance = rows_[account.value()][asset.value()];
  balance.free = free;
  balance.locked = locked;
}

}  // namespace clawgate::sim
