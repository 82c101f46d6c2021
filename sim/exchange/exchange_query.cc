// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "sim/exchange/exchange.h"
#include "sim/exchange/ladder.h"

namespace clawgate::sim {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// The best `limit` prices of both books together.
std::vector<BookLevel> merged(const SymbolState& symbol, Side side, std::size_t limit) {
  std::vector<BookLevel> levels;
  std::size_t depth = 0;
  std::size_t place = symbol.outside.next_available(side, 0);
  while (levels.size() < limit) {
    const OwnLevel* const own = symbol.own.nth(side, depth);
    if (own == nullptr && place == kNone) break;
    const OutsideLevel* const outside =
        place == kNone ? nullptr : &symbol.outside.entry(side, place);
    const bool take_own =
        outside == nullptr || (own != nullptr && as_good(side, own->price, outside->price));
    const bool take_outside =
        own == nullptr || (outside != nullptr && as_good(side, outside->price, own->price));
    BookLevel level{take_own ? own->price : outside->price, Qty()};
    Wide quantity = 0;
    if (take_own) quantity += own->total;
    if (take_outside) quantity += outside->available();
    level.quantity = Qty::from_raw(narrow(quantity).value_or(INT64_MAX));
    levels.push_back(level);
    if (take_own) ++depth;
    if (take_outside) place = symbol.outside.next_available(side, place + 1);
  }
  return levels;
}

}  // namespace

std::optional<SymbolId> Exchange::find_symbol(std::string_view name) const {
  for (const auto& symbol : symbols_) {
    if (symbol->rules.symbol == name) return symbol->id;
  }
  return std::nullopt;
}

std::optional<AssetId> Exchange::find_asset(std::string_view name) const {
  for (std::size_t i = 0; i < ledger_.assets(); ++i) {
    const AssetId asset(static_cast<std::uint32_t>(i));
    if (ledger_.name_of(asset) == name) return asset;
  }
  return std::nullopt;
}

// By id, which must carry the client id if one is given; else the newest with the client id.
Answer<const OrderRecord*> Exchange::find(const SymbolState& symbol, const OrderRef& ref) const {
  if (!ref.order_id) {
    const OrderNode* const order = symbol.client_ids.find(ref.account, *ref.client_id);
    if (order == nullptr) return refuse::no_such_order();
    return static_cast<const OrderRecord*>(order);
  }
  const std::int64_t number = ref.order_id->value();
  if (number < 1 || number > static_cast<std::int64_t>(symbol.orders.size())) {
    return refuse::no_such_order();
  }
  const OrderNode& order = symbol.order(*ref.order_id);
  if (order.account != ref.account) return refuse::no_such_order();
  if (ref.client_id && order.client_id != *ref.client_id) return refuse::client_id_mismatch();
  return static_cast<const OrderRecord*>(&order);
}

Answer<OrderRecord> Exchange::order(const OrderRef& ref) const {
  if (!ref.order_id && !ref.client_id) {
    return refuse::mandatory_either("origClientOrderId", "orderId");
  }
  const auto found = find(state(ref.symbol), ref);
  if (!found) return found.error();
  return **found;
}

std::vector<OrderRecord> Exchange::open_orders(AccountId account, SymbolId symbol) const {
  std::vector<OrderRecord> orders;
  const OrderNode* order = state(symbol).of(account).first_open;
  for (; order != nullptr; order = order->next_open) orders.push_back(*order);
  return orders;
}

std::vector<OrderRecord> Exchange::all_orders(AccountId account, SymbolId symbol, OrderId from,
                                              std::size_t limit) const {
  std::vector<OrderRecord> orders;
  const SymbolState& s = state(symbol);
  const auto& ids = s.of(account).orders;
  auto id = std::lower_bound(ids.begin(), ids.end(), from);
  for (; id != ids.end() && orders.size() < limit; ++id) orders.push_back(s.order(*id));
  return orders;
}

std::vector<TradeRecord> Exchange::trades(AccountId account, SymbolId symbol, TradeId from,
                                          std::size_t limit) const {
  const Slab<TradeRecord>& all = state(symbol).of(account).trades;
  std::size_t first = 0;
  for (std::size_t end = all.size(); first < end;) {
    const std::size_t middle = (first + end) / 2;
    if (all[middle].id < from) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  std::vector<TradeRecord> trades;
  for (; first < all.size() && trades.size() < limit; ++first) trades.push_back(all[first]);
  return trades;
}

const ListRecord* Exchange::find(const ListRef& ref) const {
  std::optional<ListId> id = ref.list_id;
  if (!id) {
    const auto known = list_ids_.find({ref.account, *ref.client_id});
    if (known == list_ids_.end()) return nullptr;
    id = known->second;
  }
  if (id->value() < 0 || id->value() >= static_cast<std::int64_t>(lists_.size())) return nullptr;
  const ListRecord& list = lists_[static_cast<std::size_t>(id->value())];
  if (list.account != ref.account) return nullptr;
  if (ref.client_id && list.client_id != *ref.client_id) return nullptr;
  return &list;
}

Answer<ListRecord> Exchange::list(const ListRef& ref) const {
  if (!ref.list_id && !ref.client_id) {
    return refuse::mandatory_either("orderListId", "origClientOrderId");
  }
  const ListRecord* const found = find(ref);
  if (found == nullptr) return refuse::no_such_list();
  return *found;
}

std::vector<ListRecord> Exchange::lists(AccountId account, bool only_open) const {
  std::vector<ListRecord> found;
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    if (lists_[i].account != account) continue;
    if (only_open && lists_[i].order_status != ListOrderStatus::Executing) continue;
    found.push_back(lists_[i]);
  }
  return found;
}

AccountAnswer Exchange::account(AccountId account) const {
  const AccountState& owner = accounts_[account.value()];
  AccountAnswer answer;
  answer.account = account;
  answer.uid = owner.options.uid;
  answer.maker = owner.options.rates.maker;
  answer.taker = owner.options.rates.taker;
  answer.can_trade = owner.options.can_trade;
  answer.updated = owner.updated;
  for (std::size_t i = 0; i < ledger_.assets(); ++i) {
    const AssetId asset(static_cast<std::uint32_t>(i));
    const Ledger::Balance& balance = ledger_.balance(account, asset);
    answer.balances.push_back({asset, balance.free, balance.locked});
  }
  return answer;
}

CommissionRates Exchange::rates(AccountId account, SymbolId symbol) const {
  return state(symbol).of(account).rates.value_or(accounts_[account.value()].options.rates);
}

DepthAnswer Exchange::depth(SymbolId symbol, std::size_t limit) const {
  const SymbolState& s = state(symbol);
  return {.last_update_id = s.depth_id,
          .bids = merged(s, Side::Buy, limit),
          .asks = merged(s, Side::Sell, limit)};
}

std::vector<BookMark> Exchange::marks(SymbolId symbol) const {
  const SymbolState& s = state(symbol);
  std::vector<BookMark> marks;
  for (const Side side : {Side::Buy, Side::Sell}) {
    for (std::size_t i = 0; const OwnLevel* const own = s.own.nth(side, i); ++i) {
      marks.push_back({side, own->price, narrow(own->total).value_or(INT64_MAX)});
    }
    for (std::size_t i = 0; i < s.outside.entries(side); ++i) {
      const OutsideLevel& level = s.outside.entry(side, i);
      if (level.taken != 0) marks.push_back({side, level.price, -level.taken});
    }
  }
  return marks;
}

Qty Exchange::queue_ahead(SymbolId symbol, OrderId order) const {
  const OrderNode& node = state(symbol).order(order);
  return Qty::from_raw(node.parked == Parked::Book ? node.ahead : 0);
}

}  // namespace clawgate::sim
