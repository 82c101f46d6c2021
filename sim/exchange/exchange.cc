// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/exchange.h"

#include <algorithm>

#include "schemas/core/assert.h"
#include "sim/exchange/made_ids.h"

namespace clawgate::sim {
namespace {

// 0..100 %: a fee is cut from what the order receives.
bool is_possible(const CommissionRates& rates) {
  constexpr Rate kWhole = Rate::of(1);
  return rates.maker >= Rate() && rates.maker <= kWhole && rates.taker >= Rate() &&
         rates.taker <= kWhole;
}

}  // namespace

SymbolId Exchange::add_symbol(const SymbolRules& rules) {
  CLAWGATE_ASSERT(!find_symbol(rules.symbol.view()));
  const SymbolId id(static_cast<std::uint32_t>(symbols_.size()));
  const AssetId base = ledger_.asset(rules.base);
  const AssetId quote = ledger_.asset(rules.quote);
  symbols_.push_back(std::make_unique<SymbolState>(id, rules, base, quote));
  symbols_.back()->accounts.resize(accounts_.size());
  symbols_.back()->touched = true;
  commit_facts();
  return id;
}

void Exchange::set_rules(SymbolId symbol, const SymbolRules& rules) {
  SymbolState& s = state(symbol);
  CLAWGATE_ASSERT(s.rules.base == rules.base && s.rules.quote == rules.quote);
  s.rules = rules;
  s.average.set_minutes(rules.avg_price_mins);
}

AccountId Exchange::open_account(const AccountOptions& options) {
  CLAWGATE_ASSERT(is_possible(options.rates));
  const AccountId id = ledger_.open_account();
  accounts_.push_back({.options = options, .updated = now_});
  for (auto& symbol : symbols_) symbol->accounts.emplace_back();
  touched_accounts_.push_back(id);
  commit_facts();
  return id;
}

void Exchange::set_rates(AccountId account, SymbolId symbol, const CommissionRates& rates) {
  CLAWGATE_ASSERT(is_possible(rates));
  state(symbol).of(account).rates = rates;
  touched_rates_.emplace_back(account, symbol);
  commit_facts();
}

bool Exchange::deposit(AccountId account, AssetId asset, std::int64_t amount, TimeNs now) {
  begin(now);
  if (!ledger_.deposit(account, asset, amount)) return false;
  if (events_ != nullptr) {
    events_->on(account, BalanceUpdate{account, asset, amount, now_});
  }
  finish();
  return true;
}

// Every call that may change something starts here...
void Exchange::begin(TimeNs now) {
  now_ = std::max(now_, now);
  ++call_;
}

// ...and ends here once it did: one position event an account, one batch of facts.
void Exchange::finish() {
  for (const auto& [account, asset] : ledger_.touched()) {
    static_cast<void>(asset);
    AccountState& owner = accounts_[account.value()];
    if (owner.updated == now_) continue;
    owner.updated = now_;
    if (facts_ != nullptr) touched_accounts_.push_back(account);
  }
  if (events_ != nullptr) report_positions();
  commit_facts();
  ledger_.clear_touched();
}

void Exchange::touch(OrderNode& order) {
  order.updated = now_;
  if (facts_ == nullptr || order.touched == call_) return;
  order.touched = call_;
  touched_orders_.push_back(&order);
}

void Exchange::touch(ListRecord& list) {
  list.updated = now_;
  if (facts_ == nullptr) return;
  const auto known = std::find(touched_lists_.begin(), touched_lists_.end(), list.id);
  if (known == touched_lists_.end()) touched_lists_.push_back(list.id);
}

// For lists and cancels.
ClientId Exchange::next_client_id() {
  return made_id(++made_ids_ | std::uint64_t{1} << 63U);
}

}  // namespace clawgate::sim
