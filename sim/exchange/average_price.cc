// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/average_price.h"

namespace clawgate::sim {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerMinute = 60;

}  // namespace

void AveragePrice::add(Px price, Qty quantity, TimeNs at) {
  last_ = price;
  if (minutes_ == 0) return;
  const std::int64_t second = at.value() / kNanosPerSecond;
  const Wide value = static_cast<Wide>(price.raw()) * quantity.raw();
  if (seconds_.empty() || seconds_.back().second != second) {
    drop_older_than(second - minutes_ * kSecondsPerMinute);
    seconds_.push_back({.second = second, .value = 0, .quantity = 0});
  }
  Wide sum = 0;
  if (__builtin_add_overflow(value_, value, &sum)) return;
  value_ = sum;
  quantity_ += quantity.raw();
  seconds_.back().value += value;
  seconds_.back().quantity += quantity.raw();
}

Px AveragePrice::at(TimeNs now) {
  if (minutes_ == 0) return last_;
  drop_older_than(now.value() / kNanosPerSecond - minutes_ * kSecondsPerMinute);
  if (quantity_ == 0) return last_;
  return Px::from_raw(static_cast<std::int64_t>(value_ / quantity_));
}

void AveragePrice::drop_older_than(std::int64_t second) {
  while (!seconds_.empty() && seconds_.front().second < second) {
    value_ -= seconds_.front().value;
    quantity_ -= seconds_.front().quantity;
    seconds_.pop_front();
  }
}

}  // namespace clawgate::sim
