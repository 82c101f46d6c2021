// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "tests/risk/world.h"

namespace clawgate::risk {

/// Markets, venues, accounts and signals by seed: most are tradable, and the numbers of each are of
/// one scale, from coins of a millionth to coins of a million.
class RandomWorlds {
 public:
  explicit RandomWorlds(std::uint64_t seed) : random_(seed) {}

  std::int64_t below(std::int64_t n) {  // 0..n-1
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  std::int64_t nudge() { return below(3) - 1; }  // -1, 0, 1
  std::int64_t power_of_ten(int from, int to) {
    std::int64_t value = 1;
    for (std::int64_t i = from + below(to - from + 1); i > 0; --i) value *= 10;
    return value;
  }
  /// Any value, with a liking for the ends of the range.
  std::int64_t extreme() {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    switch (below(6)) {
      case 0:
        return kMost - below(3);
      case 1:
        return -kMost - 1 + below(3);
      case 2:
        return below(5) - 2;
      case 3:
        return below(1'000'000'000'000);
      default:
        return static_cast<std::int64_t>(random_());
    }
  }

  World entry() {
    World w = base();
    w.signal.side = SignalSide::Buy;
    w.signal.strength = one_in(4) ? Strength::Overweight : Strength::Buy;
    if (!one_in(3)) w.signal.stop_loss = part(w.market.bid, 80, 101);
    if (one_in(2)) w.signal.take_profit = part(w.market.ask, 99, 130);
    if (one_in(3)) {
      w.instrument.order_types =
          static_cast<std::uint16_t>(w.instrument.order_types & ~unsigned(OrderTypeBit::StopLoss));
    }
    return w;
  }

  World exit() {
    World w = base();
    w.signal.side = SignalSide::Sell;
    w.facts.position = Qty::from_raw(below(w.instrument.filters.step.raw() * 3'000 + 1'000));
    w.facts.free_base = Qty::from_raw(below(w.facts.position.raw() + 2));
    w.facts.locked_base =
        Qty::from_raw(w.facts.position.raw() - w.facts.free_base.raw() + nudge() * below(2));
    return w;
  }

 private:
  Px part(Px px, std::int64_t from_percent, std::int64_t to_percent) {
    const std::int64_t percent = from_percent * 1'000 + below((to_percent - from_percent) * 1'000);
    return Px::from_raw(px.raw() / 100'000 * percent + below(1'000));
  }

  World base() {
    World w = a_world();
    w.signal.stop_loss.reset();
    w.signal.take_profit.reset();
    Filters& f = w.instrument.filters;
    f = Filters{};
    const std::int64_t scale = power_of_ten(3, 13);  // raw price
    f.tick = Px::from_raw(std::max<std::int64_t>(scale / power_of_ten(3, 6), one_in(9) ? 0 : 1));
    const std::int64_t tick = std::max<std::int64_t>(f.tick.raw(), 1);
    w.market.bid = Px::from_raw((scale + below(scale * 9)) / tick * tick);
    w.market.ask = Px::from_raw(w.market.bid.raw() + tick * (1 + below(20)));
    w.market.average = Px::from_raw(w.market.bid.raw() + tick * (below(41) - 20));
    if (w.market.average.raw() <= 0) w.market.average = w.market.bid;

    // A lot step worth between a ten-thousandth and a hundredth of a unit of quote.
    const std::int64_t worth = power_of_ten(4, 6);
    f.step = Qty::from_raw(
        std::max<std::int64_t>(worth * 100'000'000 / w.market.bid.raw(), one_in(9) ? 0 : 1));
    if (one_in(2)) f.step = Qty::from_raw(decade(f.step.raw()));
    f.min_qty = f.step;
    f.max_qty =
        one_in(2) ? Qty{} : Qty::from_raw(std::max<std::int64_t>(f.step.raw(), 1) * 900'000);
    f.market_max_qty = one_in(2) ? Qty{} : f.max_qty;
    f.notional_min = Notional::from_raw(one_in(2) ? 0 : below(1'000'000'000));
    f.min_notional = Notional::from_raw(one_in(2) ? 0 : below(1'000'000'000));
    if (one_in(2)) {
      f.bid_percent_up = f.ask_percent_up = Rate::from_raw(110'000'000 + below(400'000'000));
      f.bid_percent_down = f.ask_percent_down = Rate::from_raw(10'000'000 + below(70'000'000));
    }
    if (one_in(3))
      f.max_position = Qty::from_raw(std::max<std::int64_t>(f.step.raw(), 1) * 1'000'000);
    f.max_num_orders = static_cast<std::uint16_t>(below(3) * 100);
    f.max_num_algo_orders = static_cast<std::uint16_t>(below(3) * 5);

    w.instrument.taker_fee = Rate::from_raw(below(400'000));
    w.instrument.maker_fee = Rate::from_raw(below(400'000));
    w.policy.band = Rate::from_raw(below(2'000'000));
    w.policy.stop = Rate::from_raw(one_in(9) ? 0 : below(12'000'000));
    w.limits.slippage = Rate::from_raw(below(300'000));
    w.limits.risk_per_trade = Rate::from_raw(1 + below(2'000'000));
    w.limits.open_trades_max = static_cast<std::uint16_t>(1 + below(3));
    if (one_in(2)) {
      w.limits.order_notional_max = Notional::from_raw(power_of_ten(8, 13) + below(1'000'000));
      w.limits.day_notional_max = Notional::from_raw(w.limits.order_notional_max.raw() * 6);
    }
    w.facts.equity = Notional::from_raw(1 + power_of_ten(9, 14) + below(1'000'000'000));
    w.facts.free_quote = Notional::from_raw(below(w.facts.equity->raw()));
    w.facts.day_notional = Notional::from_raw(below(w.limits.day_notional_max.raw() + 1));
    w.facts.engine_weight = one_in(2) ? Rate::of(1) : Rate::from_raw(1 + below(Rate::kScale));
    w.limits.day_loss_max = Rate::from_raw(1 + below(10'000'000));
    w.limits.drawdown_max = Rate::from_raw(8'000'000 + below(4'000'001));
    w.facts.day->start = *w.facts.equity;
    w.facts.day->peak =
        Notional::from_raw(w.facts.equity->raw() + below(w.facts.equity->raw()) / 16);
    w.facts.day->result = Notional::from_raw(below(w.facts.equity->raw()) / 50 * (1 - below(3)));
    w.facts.day->equity =
        Notional::from_raw(w.facts.equity->raw() - below(w.facts.equity->raw()) / 40);
    if (one_in(6)) w.facts.cooldown_until = UnixNanos(w.facts.now.value() + nudge());
    w.facts.day_orders = static_cast<std::uint32_t>(below(7));
    w.facts.open_trades = one_in(4) ? 1 : 0;
    w.facts.open_orders = static_cast<std::uint32_t>(one_in(5) ? 95 + below(10) : below(9));
    w.facts.open_algo_orders = static_cast<std::uint32_t>(below(5));
    w.facts.free_base = Qty::from_raw(below(std::max<std::int64_t>(f.step.raw(), 1) * 3));
    return w;
  }

  static std::int64_t decade(std::int64_t value) {
    std::int64_t ten = 1;
    while (ten <= value / 10) ten *= 10;
    return ten;
  }

  std::mt19937_64 random_;
};

}  // namespace clawgate::risk
