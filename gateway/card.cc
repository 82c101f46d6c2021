// SPDX-License-Identifier: Apache-2.0
#include "gateway/card.h"

#include "risk/check.h"
#include "schemas/names.h"

namespace clawgate::gateway {
namespace {

// A ratio in percent: 0.000066 is "0.0066 %".
// Of a large account a risk is less than the digits shown, and not nothing.
std::string percent(Rate rate) {
  if (rate.raw() > 0 && rate.raw() < 100) return "< 0.0001 %";
  return to_short_text(Rate::from_raw(rate.raw() / 100 * 10'000).raw()) + " %";
}

Rate ratio(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return {};
  return Rate::from_raw(mul_div(part, Rate::kScale, whole, Round::Up).value_or(0));
}

std::string line(std::string_view name, const std::string& value) {
  std::string text = "    " + std::string(name);
  text.append(name.size() < 14 ? 14 - name.size() : 1, ' ');
  return text + value + "\n";
}

}  // namespace

std::string check_code(Bytes key, const Digest& digest) {
  return crockford(hmac_sha256(key, digest.bytes).bytes, 6);
}

Card card_of(const Trade& trade, const State& state, Bytes key, UnixNanos now) {
  const OrderCandidate& order = trade.order;
  Card card;
  card.hold = trade.id();
  card.digest = trade.digest;
  card.check_code = check_code(key, trade.digest);
  card.engine = trade.source_engine.view();
  card.symbol = order.symbol.view();
  card.entry = order.is_entry();
  card.qty = order.legs[0].qty;
  card.worst_px = order.legs[0].limit;
  card.notional = notional(card.worst_px, card.qty).value_or(Notional{});
  card.worst_cost = order.worst_cost;
  for (const Leg& leg : order.legs) {
    if (leg.role == LegRole::Stop) card.stop = leg.trigger;
    if (leg.role == LegRole::TakeProfit) card.take_profit = leg.limit;
  }
  card.stop_derived = order.stop_derived;
  card.risk = order.risk;
  card.reference = order.reference;
  card.checks = risk::checks_count(card.entry);
  card.left_ns = order.expires_at.value() - now.value();
  card.limits = order.limits_version;
  card.stage = order.stage;
  if (const MarketTop* top = state.market(order.instrument); top != nullptr && top->usable()) {
    card.now = top->mid();
  }
  if (const Instrument* instrument = state.instrument(order.instrument)) {
    card.base = instrument->base.view();
    card.quote = instrument->quote.view();
    if (const BalanceReported* row = state.balance(order.account, instrument->quote)) {
      card.risk_of_equity = ratio(order.risk.raw(), row->free.raw() + row->locked.raw());
    }
  }
  return card;
}

std::string to_text(const Card& card) {
  std::string text = "\n  ORDER " + std::to_string(card.hold.value()) + "  check code " +
                     card.check_code + "  stage " + std::string(word(card.stage)) + "  limits v" +
                     std::to_string(card.limits.value()) + "\n";
  text += line(card.entry ? "BUY" : "SELL", to_text(card.qty) + " " + card.base + "  (" +
                                                card.symbol + ", asked by " + card.engine + ")");
  text += line("worst price", to_text(card.worst_px) + " " + card.quote + ", all or nothing");
  text += line("notional", to_text(card.notional) + " " + card.quote + " at the worst price");
  text += line(card.entry ? "costs at most" : "gives at least",
               to_text(card.worst_cost) + " " + card.quote + " with fees");
  if (card.entry) {
    text += line("stop", to_text(card.stop) + (card.stop_derived ? "  (derived by policy)" : ""));
    if (!card.take_profit.is_zero()) text += line("take profit", to_text(card.take_profit));
    text += line("risk", to_text(card.risk) + " " + card.quote + "  (" +
                             percent(card.risk_of_equity) + " of the account)");
  }
  std::string price = card.now.is_zero() ? "unknown" : to_text(card.now);
  price += "  (" + to_text(card.reference) + " at the signal)";
  text += line("price now", price);
  text += line("checks",
               std::to_string(card.checks) + " of " + std::to_string(card.checks) + " passed");
  text += line("time left",
               std::to_string((card.left_ns + kNanosPerSecond - 1) / kNanosPerSecond) + " s");
  text += line("digest", to_hex(card.digest));
  return text;
}

}  // namespace clawgate::gateway
