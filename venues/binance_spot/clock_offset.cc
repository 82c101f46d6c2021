// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/clock_offset.h"

#include <algorithm>
#include <string>

namespace clawgate::venues::binance_spot {

// The venue answers in whole milliseconds: on average it is half of one later than it says.
void ClockOffset::add(UnixNanos sent, UnixNanos received, UnixNanos server_time) {
  if (received < sent) return;  // our clock stepped in between: it measured nothing
  const std::int64_t round_trip = received.value() - sent.value();
  const std::int64_t middle = sent.value() + round_trip / 2;
  Sample sample;
  sample.received = received;
  sample.ahead_ns = server_time.value() + kNanosPerMilli / 2 - middle;
  sample.uncertainty_ns = round_trip / 2 + kNanosPerMilli / 2;
  ring_[next_] = sample;
  next_ = (next_ + 1) % kSamples;
  size_ = std::min(size_ + 1, kSamples);
}

void ClockOffset::distrust() {
  UnixNanos newest;
  for (std::size_t i = 0; i < size_; ++i) newest = std::max(newest, ring_[i].received);
  distrusted_ahead_ns_ = ahead_ns(newest);
  size_ = next_ = 0;
}

// Among those young enough; where none is, the youngest, so that the refusal can name its age.
const ClockOffset::Sample* ClockOffset::best(UnixNanos now) const {
  const Sample* best = nullptr;
  const Sample* youngest = nullptr;
  for (std::size_t i = 0; i < size_; ++i) {
    const Sample& sample = ring_[i];
    if (youngest == nullptr || sample.received >= youngest->received) youngest = &sample;
    if (now.value() - sample.received.value() > options_.age_max_ns) continue;
    if (best == nullptr || sample.uncertainty_ns < best->uncertainty_ns) best = &sample;
  }
  return best != nullptr ? best : youngest;
}

Result<UnixNanos> ClockOffset::signing_time(UnixNanos now) const {
  const auto millis = [](std::int64_t ns) { return std::to_string(ns / kNanosPerMilli) + " ms"; };
  const Sample* const sample = best(now);
  if (sample == nullptr) return Error{Reason::FieldMissing, "venue_clock", "no sample"};
  const std::int64_t age = now.value() - sample->received.value();
  if (age < 0) {
    return Error{Reason::FieldOutOfRange, "venue_clock/age",
                 "our clock stepped back by " + millis(-age)};
  }
  if (age > options_.age_max_ns) {
    return Error{Reason::FieldOutOfRange, "venue_clock/age", millis(age)};
  }
  if (sample->uncertainty_ns > options_.uncertainty_max_ns) {
    return Error{Reason::FieldOutOfRange, "venue_clock/uncertainty",
                 millis(sample->uncertainty_ns)};
  }
  return UnixNanos(now.value() + sample->ahead_ns - options_.margin_ns);
}

Result<UnixNanos> ClockOffset::signing_time_at_any_age(UnixNanos now) const {
  const Sample* const sample = best(now);
  if (sample == nullptr) return Error{Reason::FieldMissing, "venue_clock", "no sample"};
  return UnixNanos(now.value() + sample->ahead_ns - options_.margin_ns);
}

UnixNanos ClockOffset::venue_now(UnixNanos now) const {
  const Sample* const sample = best(now);
  return UnixNanos(now.value() + (sample == nullptr ? distrusted_ahead_ns_ : sample->ahead_ns));
}

std::int64_t ClockOffset::ahead_ns(UnixNanos now) const {
  return venue_now(now).value() - now.value();
}

std::int64_t ClockOffset::uncertainty_ns(UnixNanos now) const {
  const Sample* const sample = best(now);
  return sample == nullptr ? 0 : sample->uncertainty_ns;
}

}  // namespace clawgate::venues::binance_spot
