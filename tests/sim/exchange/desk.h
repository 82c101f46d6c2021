// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/exchange/exchange.h"

// One account at one practice exchange, for tests: BTCUSDT with Binance's rules, 0.1 % commission,
// 100000 USDT and 1 BTC; outside bid 50000.00 x 1, ask 50001.00 x 1, last price 50000.00.

namespace clawgate::sim {

inline Px px(std::string_view text) {
  return decimal_from<PxTag>(text).value();
}
inline Qty qty(std::string_view text) {
  return decimal_from<QtyTag>(text).value();
}
inline Notional quote(std::string_view text) {
  return decimal_from<NotionalTag>(text).value();
}
inline TimeNs at_ms(std::int64_t ms) {
  return TimeNs(1'700'000'000'000'000'000 + ms * 1'000'000);
}

class Desk {
 public:
  explicit Desk(const SymbolRules& rules = *find_built_in("BTCUSDT")) : exchange(&events) {
    symbol = exchange.add_symbol(rules);
    account = open("100000", "1");
    quote_book("50000", "1", "50001", "1");
    outside_trade("50000", "0.00001", false);
    drain();
  }

  AccountId open(std::string_view usdt, std::string_view btc) {
    const AccountId id = exchange.open_account({});
    EXPECT_TRUE(exchange.deposit(id, exchange.quote(symbol), qty(usdt).raw(), now));
    EXPECT_TRUE(exchange.deposit(id, exchange.base(symbol), qty(btc).raw(), now));
    return id;
  }

  // The outside market.
  void quote_book(std::string_view bid, std::string_view bid_size, std::string_view ask,
                  std::string_view ask_size) {
    const std::array<BookLevel, 1> bids = {BookLevel{px(bid), qty(bid_size)}};
    const std::array<BookLevel, 1> asks = {BookLevel{px(ask), qty(ask_size)}};
    snapshot(bids, asks);
  }
  void snapshot(std::span<const BookLevel> bids, std::span<const BookLevel> asks) {
    MarketEvent event;
    event.kind = MarketKind::Snapshot;
    event.symbol = symbol;
    event.exchange_time = now;
    event.last_id = ++update_id;
    event.bids = bids;
    event.asks = asks;
    exchange.apply(event, now);
  }
  void level(Side side, std::string_view price, std::string_view size) {
    const std::array<BookLevel, 1> levels = {BookLevel{px(price), qty(size)}};
    MarketEvent event;
    event.kind = MarketKind::Depth;
    event.symbol = symbol;
    event.exchange_time = now;
    event.first_id = ++update_id;
    event.last_id = update_id;
    (side == Side::Buy ? event.bids : event.asks) = levels;
    exchange.apply(event, now);
  }
  void ticker(std::string_view bid, std::string_view bid_size, std::string_view ask,
              std::string_view ask_size) {
    MarketEvent event;
    event.kind = MarketKind::BookTicker;
    event.symbol = symbol;
    event.last_id = ++update_id;
    event.bid = {px(bid), qty(bid_size)};
    event.ask = {px(ask), qty(ask_size)};
    exchange.apply(event, now);
  }
  /// `seller_takes`: the trade hits bids.
  void outside_trade(std::string_view price, std::string_view quantity, bool seller_takes) {
    MarketEvent event;
    event.kind = MarketKind::Trade;
    event.symbol = symbol;
    event.exchange_time = now;
    event.price = px(price);
    event.quantity = qty(quantity);
    event.buyer_is_maker = seller_takes;
    exchange.apply(event, now);
  }

  // Terms.
  static OrderTerms limit(Side side, std::string_view quantity, std::string_view price,
                          TimeInForce time_in_force = TimeInForce::Gtc) {
    OrderTerms terms = maker(side, quantity, price);
    terms.type = OrderType::Limit;
    terms.time_in_force = time_in_force;
    return terms;
  }
  static OrderTerms maker(Side side, std::string_view quantity, std::string_view price) {
    OrderTerms terms;
    terms.side = side;
    terms.type = OrderType::LimitMaker;
    terms.quantity = qty(quantity);
    terms.price = px(price);
    return terms;
  }
  static OrderTerms market(Side side, std::string_view quantity) {
    OrderTerms terms;
    terms.side = side;
    terms.type = OrderType::Market;
    terms.quantity = qty(quantity);
    return terms;
  }
  static OrderTerms market_quote(Side side, std::string_view amount) {
    OrderTerms terms;
    terms.side = side;
    terms.type = OrderType::Market;
    terms.quote_order_qty = quote(amount);
    return terms;
  }
  static OrderTerms stop(OrderType type, Side side, std::string_view quantity,
                         std::string_view stop_price, std::string_view price = "",
                         TimeInForce time_in_force = TimeInForce::Gtc) {
    OrderTerms terms;
    terms.side = side;
    terms.type = type;
    terms.quantity = qty(quantity);
    terms.stop_price = px(stop_price);
    if (!price.empty()) {
      terms.price = px(price);
      terms.time_in_force = time_in_force;
    }
    return terms;
  }
  static OrderTerms named(OrderTerms terms, std::string_view id) {
    terms.client_id = ClientId(id);
    return terms;
  }

  // Orders of the desk's account.
  Answer<OrderAnswer> place(const OrderTerms& terms, std::optional<StpMode> stp = std::nullopt) {
    return place_as(account, terms, stp);
  }
  Answer<OrderAnswer> place_as(AccountId owner, const OrderTerms& terms,
                               std::optional<StpMode> stp = std::nullopt) {
    return exchange.place(NewOrder{owner, symbol, terms, stp}, now);
  }
  /// For orders that must be taken.
  OrderAnswer placed(const OrderTerms& terms) { return place(terms).value(); }
  /// For orders that must be refused: "code text".
  std::string refused(const OrderTerms& terms, std::optional<StpMode> stp = std::nullopt) {
    const auto answer = place(terms, stp);
    return answer ? "taken" : told(answer.error());
  }
  static std::string told(const Refusal& refusal) {
    return std::to_string(refusal.code) + " " + refusal.text;
  }
  Answer<CancelAnswer> cancel(OrderId id, CancelRestriction restriction = CancelRestriction::None) {
    CancelOrder request;
    request.order = {account, symbol, id, std::nullopt};
    request.restriction = restriction;
    return exchange.cancel(request, now);
  }
  OrderRecord order(OrderId id) {
    return exchange.order({account, symbol, id, std::nullopt}).value();
  }

  // Balances as text.
  std::string free(AssetId asset) { return amount(exchange.ledger().balance(account, asset).free); }
  std::string locked(AssetId asset) {
    return amount(exchange.ledger().balance(account, asset).locked);
  }
  std::string free_usdt() { return free(exchange.quote(symbol)); }
  std::string locked_usdt() { return locked(exchange.quote(symbol)); }
  std::string free_btc() { return free(exchange.base(symbol)); }
  std::string locked_btc() { return locked(exchange.base(symbol)); }
  static std::string amount(std::int64_t raw) { return to_short_text(raw); }

  // Events.
  std::vector<UserEvent> drain() { return events.drain(account); }
  /// Each event of the account in a few words, since the last drain.
  std::vector<std::string> story() {
    std::vector<std::string> words;
    for (const UserEvent& event : drain()) words.push_back(describe(event));
    return words;
  }
  static std::string describe(const UserEvent& event) {
    if (const auto* report = std::get_if<ExecutionReport>(&event)) {
      std::string text(name(report->exec_type));
      text += " #" + std::to_string(report->order.id.value()) + " ";
      text += name(report->order.status);
      if (report->exec_type == ExecType::Trade) {
        text += " " + to_text(report->last_quantity) + "@" + to_text(report->last_price);
      }
      if (report->order.expiry_reason != ExpiryReason::None) {
        text += " " + std::string(name(report->order.expiry_reason));
      }
      return text;
    }
    if (const auto* list = std::get_if<ListStatusEvent>(&event)) {
      return "LIST " + std::string(name(list->list.status_type)) + " " +
             std::string(name(list->list.order_status));
    }
    if (std::holds_alternative<AccountPosition>(event)) return "POSITION";
    return "BALANCE";
  }

  EventQueue events;
  Exchange exchange;
  SymbolId symbol;
  AccountId account;
  TimeNs now = at_ms(0);
  std::int64_t update_id = 1000;
};

using Story = std::vector<std::string>;

}  // namespace clawgate::sim
