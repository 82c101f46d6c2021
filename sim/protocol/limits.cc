// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/limits.h"

#include <algorithm>

namespace clawgate::sim {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kFirstBanSeconds = 120;
constexpr std::int64_t kLongestBanSeconds = 3 * 86'400;
constexpr std::int64_t kTakerFillReturns = 1;
constexpr std::int64_t kMakerFillReturns = 5;

std::int64_t seconds_up(std::int64_t nanos) {
  return std::max<std::int64_t>(1, (nanos + kNanosPerSecond - 1) / kNanosPerSecond);
}

Refusal too_many_orders(std::int64_t limit, std::string_view interval) {
  return {-1015, "Too many new orders; current limit is " + std::to_string(limit) + " orders per " +
                     std::string(interval) + "."};
}

}  // namespace

std::int64_t& WindowCount::at(TimeNs now) {
  const std::int64_t interval = now.value() / kNanosPerSecond / seconds_;
  if (interval != interval_) {
    interval_ = interval;
    count_ = 0;
  }
  return count_;
}

std::int64_t WindowCount::seconds_left(TimeNs now) const {
  const std::int64_t length = seconds_ * kNanosPerSecond;
  return seconds_up(length - now.value() % length);
}

RateLimiter::Address& RateLimiter::address(std::string_view name) {
  const auto known = addresses_.find(name);
  if (known != addresses_.end()) return known->second;
  return addresses_.emplace(std::string(name), Address()).first->second;
}

Throttled RateLimiter::still_banned(const Address& address, TimeNs now) const {
  return {.status = 418,
          .refusal = {-1003, "Way too much request weight used; IP banned until " +
                                 std::to_string(address.banned_until.value() / 1'000'000) +
                                 ". Please use WebSocket Streams for live updates to avoid bans."},
          .retry_after_s = seconds_up(address.banned_until.value() - now.value())};
}

Throttled RateLimiter::ban(std::string_view name, TimeNs now, std::int64_t seconds) {
  Address& who = address(name);
  who.banned_until = TimeNs(now.value() + seconds * kNanosPerSecond);
  return still_banned(who, now);
}

Throttled RateLimiter::too_much(std::int64_t seconds) const {
  return {.status = 429,
          .refusal = {-1003, "Too much request weight used; current limit is " +
                                 std::to_string(limits_.weight) +
                                 " request weight per 1 MINUTE. Please use WebSocket Streams for "
                                 "live updates to avoid polling the API."},
          .retry_after_s = seconds};
}

std::optional<Throttled> RateLimiter::request(std::string_view name, std::int64_t weight,
                                              TimeNs now) {
  Address& who = address(name);
  if (now < who.banned_until) return still_banned(who, now);
  const std::int64_t used = who.weight.at(now) += weight;
  const std::int64_t raw = ++who.raw.at(now);
  if (used <= limits_.weight && raw <= limits_.raw_requests) return std::nullopt;
  if (++who.refused.at(now) > limits_.patience) {
    const std::int64_t doubled = kFirstBanSeconds << std::min<std::int64_t>(who.bans, 20);
    ++who.bans;
    return ban(name, now, std::min(doubled, kLongestBanSeconds));
  }
  if (used > limits_.weight) return too_much(who.weight.seconds_left(now));
  return Throttled{
      .status = 429,
      .refusal = {-1003, "Too many requests; current limit is " +
                             std::to_string(limits_.raw_requests) + " raw requests per 5 MINUTE."},
      .retry_after_s = who.raw.seconds_left(now)};
}

void RateLimiter::forgive(std::string_view name, std::int64_t weight, TimeNs now) {
  std::int64_t& used = address(name).weight.at(now);
  used = std::max<std::int64_t>(0, used - weight);
}

std::int64_t RateLimiter::used_weight(std::string_view name, TimeNs now) {
  return address(name).weight.at(now);
}

bool RateLimiter::connection(std::string_view name, TimeNs now) {
  Address& who = address(name);
  return now >= who.banned_until && ++who.connections.at(now) <= limits_.connections;
}

std::optional<Throttled> RateLimiter::orders(AccountId account, std::int64_t orders, TimeNs now) {
  Orders& who = orders_[account];
  if (who.day.at(now) + orders > limits_.orders_day) {
    return Throttled{.refusal = too_many_orders(limits_.orders_day, "1 DAY"),
                     .retry_after_s = who.day.seconds_left(now)};
  }
  if (who.ten_seconds.at(now) + orders > limits_.orders_10s) {
    return Throttled{.refusal = too_many_orders(limits_.orders_10s, "10 SECOND"),
                     .retry_after_s = who.ten_seconds.seconds_left(now)};
  }
  who.day.at(now) += orders;
  who.ten_seconds.at(now) += orders;
  return std::nullopt;
}

void RateLimiter::return_orders(AccountId account, std::int64_t orders, TimeNs now) {
  Orders& who = orders_[account];
  for (WindowCount* const window : {&who.ten_seconds, &who.day}) {
    std::int64_t& count = window->at(now);
    count = std::max<std::int64_t>(0, count - orders);
  }
}

void RateLimiter::first_fill(AccountId account, bool maker, TimeNs now) {
  return_orders(account, maker ? kMakerFillReturns : kTakerFillReturns, now);
}

OrderCounts RateLimiter::order_counts(AccountId account, TimeNs now) {
  Orders& who = orders_[account];
  return {.per_10s = who.ten_seconds.at(now), .per_day = who.day.at(now)};
}

}  // namespace clawgate::sim
