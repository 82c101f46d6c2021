// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "gateway/engine.h"
#include "gateway/engine_detail.h"
#include "gateway/reconciliation_words.h"

// What the account holds against what we executed. Both ledgers hear of an execution in messages of
// their own, so a difference is held against the venue only where nothing on its way can explain
// it.

namespace clawgate::gateway {
namespace {

// Balances and reports of one execution are this close together.
constexpr std::int64_t kTogetherNs = 5 * kNanosPerSecond;
// By then two comparisons have asked the venue for all that it executed.
constexpr std::int64_t kGapMaxNs = 90 * kNanosPerSecond;

Text<96> joined(std::initializer_list<std::string_view> parts) {
  std::array<char, 160> room{};
  char* at = room.data();
  for (const std::string_view part : parts) at = std::copy(part.begin(), part.end(), at);
  return Text<96>(std::string_view(room.data(), static_cast<std::size_t>(at - room.data())));
}

/// Nothing where the venue told none of it.
std::optional<Qty> total_of(const BalanceReported* told) {
  if (told == nullptr) return std::nullopt;
  return Qty::from_raw(told->free.raw() + told->locked.raw());
}

/// What it executed, if anything, is not known to the last unit.
bool is_uncertain(const TradeOrder& order) {
  return order.state == OrderState::Unknown || order.misses_executions();
}

/// A purchase that may have executed more than we know, or any order that no comparison knows yet.
bool may_have_executed(const TradeOrder& order) {
  if (is_uncertain(order)) return true;
  const bool early = order.state == OrderState::Released || order.state == OrderState::Sent;
  const bool doubtful = !is_final(order.state) || order.state == OrderState::ClosedByDecision;
  return early || (order.leg.side == Side::Buy && doubtful);
}

}  // namespace

// By orders whose executions may be on their way: all that are not over, or only those of which
// nobody can say what they executed.
bool Engine::is_explained(const BalanceGap& row, bool by_uncertain_only) const {
  Wide more = 0;
  Wide less = 0;
  for (const Trade& trade : state_.trades) {
    const Instrument* const instrument = state_.instrument(trade.order.instrument);
    if (instrument == nullptr || instrument->base != row.asset) continue;
    for (const TradeOrder& order : trade.orders) {
      const bool uncertain = is_uncertain(order);
      if (by_uncertain_only ? !uncertain : is_final(order.state) && !uncertain) continue;
      const Wide left = Wide{order.leg.qty.raw()} - order.cum_qty.raw();
      (order.leg.side == Side::Buy ? more : less) += left;
    }
  }
  return row.gap.raw() <= more && row.gap.raw() >= -less;
}

// A surplus only, where none of our orders nor anybody else's can be its source: less than we
// believe to hold is never explained.
bool Engine::came_unheard(const BalanceGap& row) const {
  if (row.gap.raw() <= 0 || row.gap != row.unheard) return false;
  constexpr std::uint32_t kInDoubt =
      bit_of(Block::VenueContradiction) | bit_of(Block::ForeignOrder);
  if ((state_.blocks & kInDoubt) != 0) return false;
  return std::none_of(state_.trades.begin(), state_.trades.end(), [&](const Trade& trade) {
    const Instrument* const instrument = state_.instrument(trade.order.instrument);
    return instrument != nullptr && instrument->base == row.asset &&
           std::any_of(trade.orders.begin(), trade.orders.end(), may_have_executed);
  });
}

void Engine::find_movement(const BalanceGap& row) {
  const auto there = total_of(state_.balance(state_.session.account, row.asset));
  if (there) emit(MovementFound{state_.session.account, row.asset, row.gap, *there, row.since});
}

/// "BTC: 1 there, 0.4 expected (+0.6)"
void Engine::contradict_balance(const BalanceGap& row) {
  const auto there = total_of(state_.balance(state_.session.account, row.asset));
  if (!there) return;
  const Qty expected = Qty::from_raw(there->raw() - row.gap.raw());
  const auto words =
      joined({row.asset.view(), ": ", to_text(*there), " there, ", to_text(expected),
              row.gap.raw() > 0 ? " expected (+" : " expected (", to_text(row.gap), ")"});
  set_block(Block::VenueContradiction, true, words.view());
}

// The balances come again with every comparison. What an announcement would explain is not taken
// before a late one had its time.
void Engine::watch_gap(const Asset& asset) {
  for (const BalanceGap& row : state_.gaps) {
    if (row.asset != asset || row.gap.is_zero()) continue;
    const std::int64_t age = now_.value() - row.since.value();
    const bool compared = !state_.blocked_by(Block::Reconciling);
    if (compared && age >= kTogetherNs && came_unheard(row)) return find_movement(row);
    if (age < kGapMaxNs || is_explained(row, true)) return;
    return contradict_balance(row);
  }
}

// Announced, and still not to be overlooked: what was withdrawn was to be sold by a stop.
void Engine::watch_taken(const Asset& asset) {
  const BalanceReported* const told = state_.balance(state_.session.account, asset);
  if (told == nullptr) return;
  Wide left = Wide{told->free.raw()} + told->locked.raw();  // without what only one message told
  for (const BalanceGap& row : state_.gaps) left -= row.asset == asset ? row.gap.raw() : 0;
  Wide held = 0;
  for (const Trade& trade : state_.trades) {
    const Instrument* const instrument = state_.instrument(trade.order.instrument);
    if (trade.closed || instrument == nullptr || instrument->base != asset) continue;
    held += trade.position.qty.raw();
  }
  const auto there = narrow(left);
  const auto ours = narrow(held);
  if (left >= held || !there || !ours) return;
  const auto words =
      joined({asset.view(), ": ", to_text(Qty::from_raw(*there)), " left by a withdrawal, ",
              to_text(Qty::from_raw(*ours)), " held by trades"});
  set_block(Block::VenueContradiction, true, words.view());
}

bool Engine::balances_agree() const {
  return std::all_of(state_.gaps.begin(), state_.gaps.end(),
                     [](const BalanceGap& row) { return row.gap.is_zero(); });
}

// The venue's side was read as a whole, and all of it was applied: what is different now is
// different.
void Engine::end_reconciling(std::string_view evidence) {
  const bool just_filled = now_.value() - state_.books.last_fill.value() < kTogetherNs;
  for (const BalanceGap& row : state_.gaps) {
    if (just_filled || row.gap.is_zero() || is_explained(row, false)) continue;
    if (!came_unheard(row)) {
      contradict_balance(row);
    } else if (now_.value() - row.since.value() >= kTogetherNs) {
      find_movement(row);
    }
  }
  if (!balances_agree()) evidence = kBalancesDiffer;
  if (anything_unknown()) evidence = kOutcomeUnknown;
  set_block(Block::Reconciling, false, evidence);
}

}  // namespace clawgate::gateway
