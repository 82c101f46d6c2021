// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "gateway/day_risk.h"
#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "risk/account.h"
#include "risk/calendar.h"
#include "risk/position.h"

// Risk over time: the day's turn, what the day and the best equity are measured by, and the blocks
// that follow from it. The basis is written down in risk/account.h.

namespace clawgate::gateway {
namespace {

// Balances reach us in messages of their own, asset by asset. This long after the last fill they
// are taken to be all there.
constexpr std::int64_t kBalancesSettleNs = 5 * kNanosPerSecond;

}  // namespace

// Quote as it is, every other asset at its bid. Not known where a held asset has no usable mark:
// nothing is sized on a guess.
std::optional<Notional> Engine::equity_in(const Asset& quote) const {
  std::array<risk::Holding, State::kBalancesMax> holdings;
  std::size_t count = 0;
  Notional cash;
  for (const BalanceReported& row : state_.balances) {
    if (row.account != state_.session.account) continue;
    const auto total = add(row.free, row.locked);
    if (!total) return std::nullopt;
    if (row.asset == quote) {
      cash = Notional::from_raw(total->raw());
      continue;
    }
    if (total->is_zero()) continue;
    holdings[count].qty = *total;
    for (const auto& instrument : state_.instruments) {
      if (!instrument || instrument->base != row.asset || instrument->quote != quote) continue;
      holdings[count].mark = mark_of(state_.market(instrument->id));
    }
    ++count;
  }
  return risk::equity_of(cash, std::span(holdings).first(count));
}

std::optional<Notional> Engine::result() const {
  return result_of(state_);
}

bool Engine::marks_are_fresh() const {
  for (const Trade& trade : state_.live()) {
    if (!holds_position(trade)) continue;
    const MarketTop* const top = state_.market(trade.order.instrument);
    const bool fresh = top != nullptr &&
                       now_.value() - top->event_time.value() <= state_.session.market_age_max_ns;
    if (!fresh) return false;
  }
  return true;
}

// Nothing at the venue can move a balance that we have not been told of yet.
bool Engine::balances_are_settled() const {
  if (now_.value() - state_.books.last_fill.value() < kBalancesSettleNs) return false;
  for (const Trade& trade : state_.live()) {
    for (const TradeOrder& order : trade.orders) {
      const bool resting = is_final(order.state) || order.state == OrderState::Working ||
                           order.state == OrderState::Pending;
      if (!resting || (increases_exposure(order.leg.role) && !is_final(order.state))) return false;
    }
  }
  return true;
}

std::optional<risk::DayRisk> Engine::day_risk() const {
  return day_risk_of(state_);
}

void Engine::turn_day() {
  const auto today = static_cast<std::int32_t>(risk::trading_day(now_).value());
  if (today == state_.day) return;
  const Instrument* const first = state_.instrument(InstrumentId{0});
  const auto worth = first == nullptr ? std::nullopt : equity_in(first->quote);
  const auto total = marks_are_fresh() ? result() : std::nullopt;
  emit(DayTurned{today, worth.value_or(Notional{}), total.has_value(), total.value_or(Notional{})});
  set_block(Block::DailyStop, false, "a new day");
}

// The equity at the day's start, told as soon as balances and marks say it; from then on results
// alone count. Balances come asset by asset: what pays must be among them, and while the ledgers
// are compared they may be of yesterday.
void Engine::base_day() {
  const Instrument* const first = state_.instrument(InstrumentId{0});
  if (first == nullptr || !balances_are_settled() || !marks_are_fresh()) return;
  if (state_.blocked_by(Block::Reconciling)) return;
  if (state_.balance(state_.session.account, first->quote) == nullptr) return;
  const auto found = equity_in(first->quote);
  const auto total = result();
  if (!found || found->raw() <= 0 || !total) return;
  const AccountBooks& books = state_.books;
  DayBased fact;
  fact.day = state_.day;
  fact.result = books.turn_known ? books.turn_result : *total;
  const auto since = subtract(*total, fact.result);
  const auto start = since ? subtract(*found, *since) : std::nullopt;
  if (!start || start->raw() <= 0) return;
  fact.equity = *start;
  fact.peak = std::max(*start, *found);
  if (!books.peak.is_zero()) {
    const auto moved = subtract(*total, books.start_result);
    const auto expected = moved ? add(books.start, *moved) : std::nullopt;
    if (!expected) return;
    fact.peak = risk::peak_after(books.peak, *expected, *found);
  }
  emit(fact);
}

void Engine::watch_account() {
  if (!state_.opened || !state_.limits) return;
  if (!state_.books.based) base_day();
  const auto day = day_risk();
  if (!day) return;
  if (day->peak > state_.books.peak) emit(PeakMoved{day->peak});
  if (risk::day_stopped(*day, state_.limits->day_loss_max)) {
    set_block(Block::DailyStop, true, "loss at the daily stop");
  }
  if (risk::drawn_down(*day, state_.limits->drawdown_max)) {
    set_block(Block::Drawdown, true, "equity at the drawdown guard");
  }
}

}  // namespace clawgate::gateway
