// SPDX-License-Identifier: Apache-2.0
#include "gateway/signal_queue.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "schemas/record_json.h"

namespace clawgate::gateway {

std::optional<Error> SignalQueue::read(const std::vector<std::string>& files, UnixNanos begin) {
  auto deliveries = read_deliveries(files, begin, limits_, directory_);
  if (!deliveries) return deliveries.error();
  deliveries_ = std::move(*deliveries);
  return std::nullopt;
}

std::optional<Error> SignalQueue::hear(UnixNanos now) {
  if (!lines_) return std::nullopt;
  while (const auto line = lines_->next()) {
    auto heard = read_delivery_line(*line, lines_->number(), now, limits_, directory_);
    if (!heard) return heard.error();
    for (Delivery& delivery : *heard) {
      const auto place = std::upper_bound(
          deliveries_.begin() + static_cast<std::ptrdiff_t>(delivered_), deliveries_.end(),
          delivery, [](const Delivery& a, const Delivery& b) { return a.at < b.at; });
      deliveries_.insert(place, std::move(delivery));
    }
  }
  return std::nullopt;
}

void SignalQueue::note_heard(const journal::RecordView& record) {
  if (record.type == SignalIntent::kType) {
    if (const auto row = decode<SignalIntent>(record.payload)) heard_before_.insert(key_of(*row));
  }
  if (record.type == SignalRefused::kType) {
    if (const auto row = decode<SignalRefused>(record.payload)) heard_before_.insert(key_of(*row));
  }
}

void SignalQueue::drop_replays() {
  std::erase_if(deliveries_, [&](const Delivery& delivery) {
    return std::holds_alternative<SignalRefused>(delivery.what) &&
           heard_before_.contains(delivery.key());
  });
}

const Delivery* SignalQueue::next() const {
  return delivered_ < deliveries_.size() ? &deliveries_[delivered_] : nullptr;
}

std::vector<Undelivered> SignalQueue::undelivered(
    const std::function<std::string(UnixNanos)>& why) const {
  std::vector<Undelivered> left;
  for (std::size_t i = delivered_; i < deliveries_.size(); ++i) {
    if (heard_before_.contains(deliveries_[i].key())) continue;
    const std::string time = time_text(deliveries_[i].at.value()).substr(0, 19) + "Z";
    left.push_back({deliveries_[i].name, "its time, " + time + why(deliveries_[i].at)});
  }
  return left;
}

}  // namespace clawgate::gateway
