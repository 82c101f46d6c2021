// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/order_request.h"

#include "sim/exchange/request_rules.h"

namespace clawgate::sim {
namespace {

class Names {
 public:
  explicit Names(std::string_view prefix) : prefix_(prefix) {}

  [[nodiscard]] std::string operator()(std::string_view name) const {
    if (prefix_.empty()) return std::string(name);
    std::string text(prefix_);
    text += static_cast<char>(name.front() - 'a' + 'A');
    text += name.substr(1);
    return text;
  }
  [[nodiscard]] std::string client_id() const {
    return prefix_.empty() ? "newClientOrderId" : (*this)("clientOrderId");
  }

 private:
  std::string_view prefix_;
};

std::optional<std::int32_t> as_int(std::optional<std::int64_t> value) {
  if (!value) return std::nullopt;
  return static_cast<std::int32_t>(std::min<std::int64_t>(*value, INT32_MAX));
}

}  // namespace

OrderTerms read_terms(ParameterReader& in, std::string_view prefix, bool own_amount) {
  const Names names(prefix);
  OrderTerms terms;
  if (own_amount) {
    const std::string side = names("side");
    terms.side = in.needed(side, in.word(side, read_side));
  }
  const std::string type = names("type");
  terms.type = in.needed(type, in.word(type, read_order_type));
  terms.time_in_force = in.word(names("timeInForce"), read_time_in_force);
  if (own_amount) terms.quantity = in.decimal<Qty>(names("quantity"));
  terms.price = in.decimal<Px>(names("price"));
  terms.stop_price = in.decimal<Px>(names("stopPrice"));
  terms.client_id = in.client_id(names.client_id()).value_or(ClientId());
  terms.strategy_id = in.integer(names("strategyId"));
  terms.strategy_type = as_int(in.integer(names("strategyType")));
  terms.iceberg_qty = in.decimal<Qty>(names("icebergQty"));
  terms.trailing_delta = in.integer(names("trailingDelta"));
  if (in.text(names("pegPriceType"))) {
    in.fail(refuse::new_order("Pegged orders are not supported for this symbol."));
  }
  return terms;
}

NewOrder read_new_order(Call& call, ParameterReader& in) {
  NewOrder request;
  request.symbol = read_symbol(call, in);
  request.order = read_terms(in, "", true);
  request.order.quote_order_qty = in.decimal<Notional>("quoteOrderQty");
  request.stp = read_stp(in);
  if (in.fault()) return request;
  if (auto no = check_shape(request.order, "")) in.fail(*std::move(no));
  return request;
}

ReplyForm read_form(ParameterReader& in, ReplyForm standard) {
  const auto word = in.text("newOrderRespType");
  if (!word) return standard;
  const auto form = from_name<ReplyForm>(*word);
  if (!form) in.fail(refuse::illegal_characters("newOrderRespType", "^(ACK|RESULT|FULL)$"));
  return form.value_or(standard);
}

std::optional<StpMode> read_stp(ParameterReader& in) {
  return in.word("selfTradePreventionMode", read_stp_mode);
}

OrderRef read_order_ref(ParameterReader& in, SymbolId symbol, std::string_view id,
                        std::string_view client_id) {
  OrderRef ref;
  ref.symbol = symbol;
  if (const auto number = in.integer(id)) ref.order_id = OrderId(*number);
  ref.client_id = in.client_id(client_id);
  if (!ref.order_id && !ref.client_id) in.fail(refuse::mandatory_either(client_id, id));
  return ref;
}

namespace {

// How much an outside taker has to bring until `wanted` of the order is filled: all that trades
// before it, and that. nullopt for an order that does not rest on the book.
std::optional<Qty> volume_to_fill(const Exchange& exchange, const OrderRecord& order, Qty wanted) {
  constexpr std::int64_t kMost = INT64_MAX / 4;
  if (!is_open(order.status) || !order.working || !has_limit(order.type)) return std::nullopt;
  if (wanted.is_zero()) return std::nullopt;
  if (order.is_iceberg()) return std::nullopt;  // each of its parts queues anew
  std::int64_t volume = exchange.queue_ahead(order.symbol, order.id).raw();
  if (volume > kMost) return std::nullopt;  // unknown until the market was fed again
  for (std::size_t i = 0; i < exchange.accounts(); ++i) {
    const AccountId account(static_cast<std::uint32_t>(i));
    for (const OrderRecord& other : exchange.open_orders(account, order.symbol)) {
      if (other.side != order.side || !other.working || other.id == order.id) continue;
      const bool better =
          order.side == Side::Buy ? other.price > order.price : other.price < order.price;
      const bool earlier = other.price == order.price && other.priority < order.priority;
      if (better) volume += other.leaves().raw();
      if (earlier) volume += other.displayed().raw();
    }
  }
  return Qty::from_raw(volume + wanted.raw());
}

// All of it when half is less than a step.
Qty half_of(const Exchange& exchange, const OrderRecord& order) {
  const SymbolRules& rules = exchange.rules(order.symbol);
  const Qty half =
      floor_to(Qty::from_raw(order.leaves().raw() / 2), rules.lot ? rules.lot->step : Qty());
  return half.is_zero() ? order.leaves() : half;
}

}  // namespace

std::optional<FaultKind> fill_before_cancel(Call& call, const OrderRef& ref) {
  const auto order = call.exchange.order(ref);
  if (!order) return std::nullopt;
  call.about(order->client_id, order->id);
  if (!volume_to_fill(call.exchange, *order, order->leaves())) return std::nullopt;
  const bool replaces = call.params.find("cancelReplaceMode") != nullptr;
  const auto strike = call.core.faults.strike(replaces ? FaultPlace::Replace : FaultPlace::Cancel);
  if (!strike) return std::nullopt;
  if (strike->kind == FaultKind::ReplaceNewRefused) return strike->kind;

  const bool part = strike->kind == FaultKind::CancelOvertakesFill;
  const Qty wanted = part ? half_of(call.exchange, *order) : order->leaves();
  MarketEvent taker;
  taker.kind = MarketKind::Trade;
  taker.symbol = ref.symbol;
  taker.exchange_time =
      TimeNs(INT64_MAX);  // newer than any depth event: it tells of this trade not
  taker.price = order->price;
  taker.quantity = *volume_to_fill(call.exchange, *order, wanted);
  taker.buyer_is_maker = order->side == Side::Buy;
  call.exchange.apply(taker, call.now);
  call.events_newest_first = part;
  return strike->kind;
}

}  // namespace clawgate::sim
