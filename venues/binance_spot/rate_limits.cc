// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/rate_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "schemas/contracts/date_time.h"
#include "venues/binance_spot/retry_after.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::int64_t kUnitSeconds[] = {1, 60, 3600, 86'400};
constexpr std::int64_t kBreakerDefault = kRetryAfterDefaultS * kNanosPerSecond;
constexpr std::int64_t kBreakerMax = 4 * 86'400 * kNanosPerSecond;  // bans last up to 3 days
constexpr std::uint16_t kConnectWeight = 2;
constexpr std::int32_t kTooManyOrders = -1015;
constexpr std::int64_t kClockPause = 60 * kNanosPerSecond;  // while the breaker is open

std::int64_t interval_ns(const RateLimit& limit) {
  return kUnitSeconds[static_cast<std::size_t>(limit.unit)] * kNanosPerSecond *
         std::max<std::int64_t>(limit.units, 1);
}

std::int64_t interval_of(const RateLimit& limit, UnixNanos venue_now) {
  return venue_now.value() / interval_ns(limit);
}

/// How many hundredths of a budget each class may use.
std::uint64_t share_percent(Priority priority) {
  constexpr std::uint64_t kShares[] = {100, 90, 80, 100, 100, 70};
  return kShares[static_cast<std::size_t>(priority)];
}

std::uint32_t cost_of(const CallInfo& call, RateKind kind) {
  switch (kind) {
    case RateKind::RequestWeight:
      return call.weight;
    case RateKind::Orders:
      return call.orders;
    case RateKind::RawRequests:
      return 1;
    case RateKind::Connections:
      return 0;
  }
  return 0;
}

bool same_budget(const RateLimit& limit, const RateCount& count) {
  return limit.kind == count.kind && limit.unit == count.unit && limit.units == count.units;
}

}  // namespace

void RateLimits::set_limits(std::span<const RateLimit> limits) {
  std::vector<Budget> budgets;
  for (const RateLimit& limit : limits) {
    Budget budget;
    for (const Budget& old : budgets_) {
      const bool same = old.limit.kind == limit.kind && old.limit.unit == limit.unit &&
                        old.limit.units == limit.units;
      if (same) budget = old;
    }
    budget.limit = limit;
    budgets.push_back(budget);
  }
  budgets_ = std::move(budgets);
}

std::uint32_t RateLimits::count_at(const Budget& budget, UnixNanos venue_now) {
  // One of the future is no more this one than one of the past: the venue's clock went back.
  const bool current = budget.interval == interval_of(budget.limit, venue_now);
  return (current ? budget.count : 0) + budget.in_flight;
}

bool RateLimits::has_room(const Budget& budget, std::uint32_t cost, Priority priority,
                          UnixNanos venue_now) {
  if (cost == 0 || always_passes(priority) || priority == Priority::Clock) return true;
  const std::uint64_t room = budget.limit.limit * share_percent(priority) / 100;
  return std::uint64_t{count_at(budget, venue_now)} + cost <= room;
}

bool RateLimits::try_take(const CallInfo& call, const Moment& now) {
  if (!always_passes(call.priority)) {
    const bool clock_is_due =
        call.priority == Priority::Clock && now.ours.value() - clock_taken_.value() >= kClockPause;
    if (open_until(now.ours) && !clock_is_due) return false;
    const bool is_entry = call.priority == Priority::Entry;
    if (is_entry && (budgets_.empty() || entries_held_until(now.ours))) return false;
    for (const Budget& budget : budgets_) {
      const std::uint32_t cost = cost_of(call, budget.limit.kind);
      if (!has_room(budget, cost, call.priority, now.venue)) return false;
    }
  }
  if (call.priority == Priority::Clock) clock_taken_ = now.ours;
  for (Budget& budget : budgets_) budget.in_flight += cost_of(call, budget.limit.kind);
  return true;
}

bool RateLimits::try_connect(const Moment& now) {
  if (open_until(now.ours)) return false;
  const auto cost = [](RateKind kind) -> std::uint32_t {
    if (kind == RateKind::Connections) return 1;
    return kind == RateKind::RequestWeight ? kConnectWeight : 0;
  };
  for (const Budget& budget : budgets_) {
    if (!has_room(budget, cost(budget.limit.kind), Priority::Query, now.venue)) return false;
  }
  for (Budget& budget : budgets_) {
    const std::uint32_t so_far = count_at(budget, now.venue) - budget.in_flight;
    budget.interval = interval_of(budget.limit, now.venue);
    budget.count = so_far + cost(budget.limit.kind);
  }
  return true;
}

void RateLimits::settle(const CallInfo& call, std::span<const RateCount> counts,
                        UnixNanos venue_now) {
  for (Budget& budget : budgets_) {
    const std::uint32_t cost = cost_of(call, budget.limit.kind);
    budget.in_flight -= std::min(cost, budget.in_flight);
    const std::uint32_t before = count_at(budget, venue_now) - budget.in_flight;
    budget.interval = interval_of(budget.limit, venue_now);
    const auto told = std::find_if(counts.begin(), counts.end(), [&](const RateCount& count) {
      return same_budget(budget.limit, count);
    });
    budget.count = told == counts.end() ? before + cost : told->count;
  }
}

void RateLimits::on_error(const VenueError& error, UnixNanos ours) {
  const bool orders = error.code == kTooManyOrders;
  const bool throttled = error.status == 429 || error.status == 418 || error.code == -1003;
  if (!orders && !throttled) return;
  const std::int64_t wait = std::min(error.wait_ns.value_or(kBreakerDefault), kBreakerMax);
  const UnixNanos until(ours.value() + wait);
  UnixNanos& held = orders ? entries_held_until_ : open_until_;
  held = std::max(held, until);
}

std::optional<UnixNanos> RateLimits::entries_held_until(UnixNanos ours) const {
  if (entries_held_until_ <= ours) return std::nullopt;
  return entries_held_until_;
}

std::optional<UnixNanos> RateLimits::open_until(UnixNanos ours) const {
  if (open_until_ <= ours) return std::nullopt;
  return open_until_;
}

std::string wait_words(UnixNanos until) {
  return "the venue asks to wait until " + contracts::to_date_time(until);
}

std::vector<RateLimits::Used> RateLimits::used(UnixNanos venue_now) const {
  std::vector<Used> all;
  for (const Budget& budget : budgets_) all.push_back({budget.limit, count_at(budget, venue_now)});
  return all;
}

std::vector<RateCount> counts_in_headers(const net::HttpAnswer& answer) {
  struct Prefix {
    std::string_view text;
    RateKind kind;
  };
  constexpr auto kPrefixes = std::to_array<Prefix>(
      {{"x-mbx-used-weight-", RateKind::RequestWeight}, {"x-mbx-order-count-", RateKind::Orders}});
  constexpr std::string_view kLetters = "smhd";

  std::vector<RateCount> counts;
  for (const auto& [name, value] : answer.headers) {
    for (const Prefix& prefix : kPrefixes) {
      if (!name.starts_with(prefix.text)) continue;
      RateCount count;
      count.kind = prefix.kind;
      const char* const end = name.data() + name.size();
      const auto [letter, bad] =
          std::from_chars(name.data() + prefix.text.size(), end, count.units);
      if (bad != std::errc() || end - letter != 1 || count.units == 0) continue;
      const std::size_t unit = kLetters.find(*letter);
      if (unit == std::string_view::npos) continue;
      count.unit = static_cast<RateUnit>(unit);
      const char* const value_end = value.data() + value.size();
      const auto [stop, wrong] = std::from_chars(value.data(), value_end, count.count);
      if (wrong == std::errc() && stop == value_end) counts.push_back(count);
    }
  }
  return counts;
}

}  // namespace clawgate::venues::binance_spot
