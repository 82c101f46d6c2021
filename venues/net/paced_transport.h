// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "venues/net/transport.h"

namespace clawgate::venues::net {

/// Another transport's network under a clock that its owner moves: time stands still until
/// advance(). Every timer is of that clock, a request's own time limit too, so nothing runs out
/// while the owner waits for an answer that is on its way. It counts what is under way, for an
/// owner who moves the clock only when nothing is. One thread, the inner transport's.
class PacedTransport final : public Transport {
 public:
  /// Clients and sockets go before this, and this before `inner`.
  PacedTransport(Transport& inner, UnixNanos now) : inner_(inner), now_(now) {}
  PacedTransport(const PacedTransport&) = delete;
  PacedTransport& operator=(const PacedTransport&) = delete;

  [[nodiscard]] std::unique_ptr<HttpClient> http(const Endpoint& endpoint) override;
  [[nodiscard]] std::unique_ptr<WebSocket> web_socket(const Endpoint& endpoint,
                                                      const std::string& path_and_query,
                                                      WebSocketEvents& events) override;
  [[nodiscard]] UnixNanos now() const override { return now_; }
  TimerId at(UnixNanos when, std::function<void()> what) override;
  void cancel(TimerId timer) override;

  /// When the next timer falls due; nullopt: there is none.
  [[nodiscard]] std::optional<UnixNanos> next_due() const;
  /// Moves the clock, never back. Runs no timer.
  void advance(UnixNanos now) { now_ = std::max(now_, now); }
  /// Runs the timers that are due, and those that they set for now. How many that were.
  std::size_t run_due();

  struct Activity {
    std::uint64_t requests_open = 0;  // sent and not answered
    std::uint64_t connecting = 0;     // sockets neither open nor closed yet
    std::uint64_t frames_sent = 0;
    std::uint64_t frames_read = 0;
    std::uint64_t sockets_ended = 0;  // what they had under way is never counted any more
  };
  [[nodiscard]] const Activity& activity() const { return *activity_; }

 private:
  class Client;
  class Socket;

  Transport& inner_;
  UnixNanos now_;
  TimerId last_timer_ = 0;
  std::map<std::pair<UnixNanos, TimerId>, std::function<void()>> timers_;
  std::map<TimerId, UnixNanos> due_;
  std::shared_ptr<Activity> activity_ = std::make_shared<Activity>();
};

}  // namespace clawgate::venues::net
