// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <utility>

#include "sim/exchange/exchange.h"
#include "sim/exchange/restorer.h"

// The exchange as facts, and back.

namespace clawgate::sim {
namespace {

HouseFact house_fact(AssetId asset, const HouseTotals& totals) {
  const auto low = [](Wide value) { return static_cast<std::uint64_t>(value); };
  const auto high = [](Wide value) { return static_cast<std::int64_t>(value >> 64); };
  return {.asset = asset,
          .outside_high = high(totals.outside),
          .outside_low = low(totals.outside),
          .fees_high = high(totals.fees),
          .fees_low = low(totals.fees)};
}

Wide join(std::int64_t high, std::uint64_t low) {
  return static_cast<Wide>(high) * (static_cast<Wide>(1) << 64) + static_cast<Wide>(low);
}

SymbolFact symbol_fact(const SymbolState& symbol) {
  return {.id = symbol.id,
          .name = symbol.rules.symbol,
          .base = symbol.rules.base,
          .quote = symbol.rules.quote,
          .trades = symbol.trades,
          .prevented_matches = symbol.prevented_matches,
          .priority = symbol.priority,
          .last_price = symbol.last_price};
}

template <class Enum>
bool is_named(Enum value) {
  return static_cast<std::size_t>(value) < kNames<Enum>.size();
}

bool words_are_known(const OrderRecord& order) {
  return is_named(order.side) && is_named(order.type) && is_named(order.time_in_force) &&
         is_named(order.stp) && is_named(order.status) && is_named(order.expiry_reason);
}

bool words_are_known(const ListRecord& list) {
  return list.kind <= ListKind::Otoco && is_named(list.status_type) && is_named(list.order_status);
}

Error wrong(std::string field) {
  return {Reason::JournalRecord, std::move(field), ""};
}

}  // namespace

void Exchange::commit_facts() {
  if (facts_ == nullptr) return;
  const bool any = !touched_orders_.empty() || !touched_lists_.empty() ||
                   !touched_accounts_.empty() || !touched_rates_.empty() ||
                   !ledger_.touched().empty() ||
                   std::any_of(symbols_.begin(), symbols_.end(),
                               [](const auto& symbol) { return symbol->touched; });
  if (!any) return;
  for (const auto& symbol : symbols_) {
    if (!std::exchange(symbol->touched, false)) continue;
    facts_->add(symbol_fact(*symbol));
    for (const AssetId asset : {symbol->base, symbol->quote}) {
      facts_->add(house_fact(asset, ledger_.house(asset)));
    }
  }
  for (const AccountId id : touched_accounts_) {
    const AccountState& account = accounts_[id.value()];
    facts_->add(AccountFact{.id = id,
                            .uid = account.options.uid,
                            .maker = account.options.rates.maker,
                            .taker = account.options.rates.taker,
                            .can_trade = account.options.can_trade,
                            .updated = account.updated});
  }
  for (const auto& [account, symbol] : touched_rates_) {
    const CommissionRates rates = this->rates(account, symbol);
    facts_->add(RatesFact{account, symbol, rates.maker, rates.taker});
  }
  for (const auto& [account, asset] : ledger_.touched()) {
    const Ledger::Balance& balance = ledger_.balance(account, asset);
    facts_->add(BalanceFact{account, asset, balance.free, balance.locked});
    facts_->add(house_fact(asset, ledger_.house(asset)));
  }
  for (const ListId id : touched_lists_) {
    facts_->add(lists_[static_cast<std::size_t>(id.value())]);
  }
  for (const OrderNode* order : touched_orders_) {
    facts_->add(static_cast<const OrderRecord&>(*order));
  }
  for (const TradeRecord& trade : touched_trades_) facts_->add(trade);
  facts_->add(CountersFact{now_, executions_, made_ids_});
  facts_->commit();
  touched_accounts_.clear();
  touched_rates_.clear();
  touched_lists_.clear();
  touched_orders_.clear();
  touched_trades_.clear();
}

void Restorer::attach(Exchange& exchange, FactSink& sink, bool known) {
  exchange.facts_ = &sink;
  exchange.touched_accounts_.clear();
  exchange.touched_rates_.clear();
  if (known) return;
  for (const auto& symbol : exchange.symbols_) {
    symbol->touched = true;
    for (std::size_t i = 0; i < symbol->orders.size(); ++i) {
      exchange.touched_orders_.push_back(&symbol->orders[i]);
    }
    for (std::size_t i = 0; i < symbol->accounts.size(); ++i) {
      const AccountOnSymbol& owner = symbol->accounts[i];
      const AccountId account(static_cast<std::uint32_t>(i));
      if (owner.rates) exchange.touched_rates_.emplace_back(account, symbol->id);
      for (std::size_t j = 0; j < owner.trades.size(); ++j) {
        exchange.touched_trades_.push_back(owner.trades[j]);
      }
    }
  }
  for (std::size_t i = 0; i < exchange.lists_.size(); ++i) {
    exchange.touched_lists_.push_back(ListId(static_cast<std::int64_t>(i)));
  }
  for (std::size_t i = 0; i < exchange.accounts_.size(); ++i) {
    const AccountId account(static_cast<std::uint32_t>(i));
    exchange.touched_accounts_.push_back(account);
    for (std::size_t asset = 0; asset < exchange.ledger_.assets(); ++asset) {
      exchange.ledger_.touch(account, AssetId(static_cast<std::uint32_t>(asset)));
    }
  }
  exchange.commit_facts();
  exchange.ledger_.clear_touched();
}

Result<bool> Restorer::add(const SymbolFact& fact) {
  if (fact.id.value() >= exchange_.symbols_.size()) return wrong("symbol.id");
  SymbolState& symbol = exchange_.state(fact.id);
  if (symbol.rules.symbol != fact.name) return wrong("symbol.name");
  if (symbol.rules.base != fact.base) return wrong("symbol.base");
  if (symbol.rules.quote != fact.quote) return wrong("symbol.quote");
  symbol.trades = fact.trades;
  symbol.prevented_matches = fact.prevented_matches;
  symbol.priority = fact.priority;
  symbol.last_price = fact.last_price;
  return true;
}

Result<bool> Restorer::add(const AccountFact& fact) {
  if (fact.id.value() > exchange_.accounts_.size()) return wrong("account.id");
  const AccountOptions options{.uid = fact.uid,
                               .rates = {.maker = fact.maker, .taker = fact.taker},
                               .can_trade = fact.can_trade};
  if (fact.id.value() == exchange_.accounts_.size()) exchange_.open_account(options);
  exchange_.accounts_[fact.id.value()] = {.options = options, .updated = fact.updated};
  return true;
}

Result<bool> Restorer::add(const RatesFact& fact) {
  if (fact.account.value() >= exchange_.accounts_.size()) return wrong("rates.account");
  if (fact.symbol.value() >= exchange_.symbols_.size()) return wrong("rates.symbol");
  exchange_.state(fact.symbol).of(fact.account).rates =
      CommissionRates{.maker = fact.maker, .taker = fact.taker};
  return true;
}

Result<bool> Restorer::add(const BalanceFact& fact) {
  if (fact.account.value() >= exchange_.accounts_.size()) return wrong("balance.account");
  if (fact.asset.value() >= exchange_.ledger_.assets()) return wrong("balance.asset");
  exchange_.ledger_.set(fact.account, fact.asset, fact.free, fact.locked);
  return true;
}

Result<bool> Restorer::add(const HouseFact& fact) {
  if (fact.asset.value() >= exchange_.ledger_.assets()) return wrong("house.asset");
  exchange_.ledger_.set(fact.asset, {.outside = join(fact.outside_high, fact.outside_low),
                                     .fees = join(fact.fees_high, fact.fees_low)});
  return true;
}

Result<bool> Restorer::add(const OrderRecord& fact) {
  if (fact.symbol.value() >= exchange_.symbols_.size()) return wrong("order.symbol");
  if (fact.account.value() >= exchange_.accounts_.size()) return wrong("order.account");
  if (!words_are_known(fact)) return wrong("order.words");
  SymbolState& symbol = exchange_.state(fact.symbol);
  const auto known = static_cast<std::int64_t>(symbol.orders.size());
  if (fact.id.value() < 1 || fact.id.value() > known + 1) return wrong("order.id");
  OrderNode& order = fact.id.value() > known ? symbol.orders.add() : symbol.order(fact.id);
  static_cast<OrderRecord&>(order) = fact;
  return true;
}

Result<bool> Restorer::add(const ListRecord& fact) {
  if (fact.symbol.value() >= exchange_.symbols_.size()) return wrong("list.symbol");
  if (fact.account.value() >= exchange_.accounts_.size()) return wrong("list.account");
  if (!words_are_known(fact)) return wrong("list.words");
  const auto known = static_cast<std::int64_t>(exchange_.lists_.size());
  if (fact.id.value() < 0 || fact.id.value() > known) return wrong("list.id");
  ListRecord& list = fact.id.value() == known
                         ? exchange_.lists_.add()
                         : exchange_.lists_[static_cast<std::size_t>(fact.id.value())];
  list = fact;
  return true;
}

Result<bool> Restorer::add(const TradeRecord& fact) {
  if (fact.symbol.value() >= exchange_.symbols_.size()) return wrong("trade.symbol");
  if (fact.account.value() >= exchange_.accounts_.size()) return wrong("trade.account");
  exchange_.state(fact.symbol).of(fact.account).trades.add(fact);
  return true;
}

Result<bool> Restorer::add(const CountersFact& fact) {
  exchange_.now_ = fact.now;
  exchange_.executions_ = fact.executions;
  exchange_.made_ids_ = fact.made_ids;
  return true;
}

// The indexes: who has what open, by which ids it is found, where it waits.
void Restorer::finish() {
  for (std::size_t i = 0; i < exchange_.lists_.size(); ++i) {
    const ListRecord& list = exchange_.lists_[i];
    exchange_.list_ids_[{list.account, list.client_id}] = list.id;
    if (list.order_status != ListOrderStatus::Executing) continue;
    ++exchange_.state(list.symbol).of(list.account).load.lists;
  }
  for (const auto& symbol : exchange_.symbols_) {
    std::vector<OrderNode*> open;
    for (std::size_t i = 0; i < symbol->orders.size(); ++i) {
      OrderNode& order = symbol->orders[i];
      symbol->client_ids.set(order);
      symbol->of(order.account).orders.push_back(order.id);
      if (!is_open(order.status)) continue;
      exchange_.open(*symbol, order);
      open.push_back(&order);
    }
    std::sort(open.begin(), open.end(),
              [](const OrderNode* a, const OrderNode* b) { return a->priority < b->priority; });
    for (OrderNode* order : open) park(*symbol, *order);
  }
}

void Restorer::park(SymbolState& symbol, OrderNode& order) {
  if (order.status == OrderStatus::PendingNew) return;
  if (is_algo(order.type) && !order.working) {
    symbol.triggers.insert(order);
    return;
  }
  order.ahead = kQueueUnknown;
  symbol.own.insert(order);
}

}  // namespace clawgate::sim
