// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/exchange/events.h"

namespace clawgate::sim {

/// Who may be subscribed to user events: one WebSocket.
class UserStream {
 public:
  virtual ~UserStream() = default;
  /// `event` of `account`, `hold_ns` from now. Not subscribed to that account: nothing happens.
  virtual void tell(AccountId account, const UserEvent& event, std::int64_t hold_ns) = 0;
  virtual void announce_shutdown() = 0;
  virtual void close() = 0;
  /// Ends its subscriptions and tells nobody.
  virtual void forget() = 0;
};

/// Brings user events to WebSockets: at once, or, for the events of a request, together when the
/// request is done.
class UserStreams {
 public:
  struct Delivery {
    std::int64_t hold_ns = 0;
    bool twice = false;
    bool newest_first = false;
  };

  void add(UserStream& stream) { streams_.push_back(&stream); }
  void remove(UserStream& stream) { std::erase(streams_, &stream); }

  void push(AccountId account, UserEvent event);
  void begin_request() { collecting_ = true; }
  /// Events of this request so far.
  [[nodiscard]] bool any() const { return !collected_.empty(); }
  void end_request(const Delivery& delivery);

  void announce_shutdown();
  void close_all();
  void forget_all();

 private:
  template <class Visit>
  void each(Visit visit);

  std::vector<UserStream*> streams_;
  std::vector<std::pair<AccountId, UserEvent>> collected_;
  bool collecting_ = false;
};

}  // namespace clawgate::sim
