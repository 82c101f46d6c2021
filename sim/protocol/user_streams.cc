// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/user_streams.h"

#include <algorithm>

namespace clawgate::sim {

// A stream may go away while others are told.
template <class Visit>
void UserStreams::each(Visit visit) {
  const std::vector<UserStream*> all = streams_;
  for (UserStream* const stream : all) {
    if (std::find(streams_.begin(), streams_.end(), stream) != streams_.end()) visit(*stream);
  }
}

void UserStreams::push(AccountId account, UserEvent event) {
  if (collecting_) {
    collected_.emplace_back(account, std::move(event));
    return;
  }
  each([&](UserStream& stream) { stream.tell(account, event, 0); });
}

void UserStreams::end_request(const Delivery& delivery) {
  collecting_ = false;
  auto events = std::exchange(collected_, {});
  if (delivery.newest_first) std::reverse(events.begin(), events.end());
  for (const auto& [account, event] : events) {
    for (int time = 0; time < (delivery.twice ? 2 : 1); ++time) {
      each([&, &who = account, &what = event](UserStream& stream) {
        stream.tell(who, what, delivery.hold_ns);
      });
    }
  }
}

void UserStreams::announce_shutdown() {
  each([](UserStream& stream) { stream.announce_shutdown(); });
}

void UserStreams::close_all() {
  each([](UserStream& stream) { stream.close(); });
}

void UserStreams::forget_all() {
  each([](UserStream& stream) { stream.forget(); });
}

}  // namespace clawgate::sim
