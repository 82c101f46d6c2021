// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "sim/server/server.h"

// What the connections of a server have in common. For server.cc alone.

namespace clawgate::sim::wire {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;

/// What is done later: by the machine's clock through a timer, or when the owner of the clock says.
class Held {
 public:
  Held(asio::io_context& io, std::function<TimeNs()> clock)
      : owned_(static_cast<bool>(clock)), clock_(std::move(clock)), timer_(io) {}

  void add(std::int64_t hold_ns, std::function<void()> what) {
    waiting_.emplace(now() + hold_ns, std::move(what));
    arm();
  }
  void release() {
    while (!waiting_.empty() && waiting_.begin()->first <= now()) {
      const std::function<void()> what = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      what();
    }
    arm();
  }
  void drop() {
    waiting_.clear();
    timer_.cancel();
  }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] std::optional<TimeNs> next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return TimeNs(waiting_.begin()->first);
  }

 private:
  [[nodiscard]] std::int64_t now() const {
    if (owned_) return clock_().value();
    return std::chrono::nanoseconds(Clock::now().time_since_epoch()).count();
  }
  void arm() {
    if (owned_ || waiting_.empty()) return;
    timer_.expires_at(Clock::time_point(std::chrono::nanoseconds(waiting_.begin()->first)));
    timer_.async_wait([this](ErrorCode error) {
      if (!error) release();
    });
  }

  bool owned_;
  std::function<TimeNs()> clock_;
  asio::steady_timer timer_;
  std::multimap<std::int64_t, std::function<void()>> waiting_;
};

class Link;

/// What all connections share. The server's thread only, but for the counters.
struct Shared {
  Shared(Server::Options from, Server::Routes to)
      : options(std::move(from)), routes(std::move(to)), held(io, options.clock) {}

  Server::Options options;
  Server::Routes routes;
  std::set<Link*> links;
  std::uint64_t links_ever = 0;
  bool stopping = false;
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> in_progress{0};
  std::atomic<std::uint64_t> held_count{0};
  std::atomic<std::uint64_t> held_http{0};
  std::atomic<std::uint64_t> frames_in{0};
  std::atomic<std::uint64_t> frames_out{0};
  std::atomic<std::uint64_t> unsent{0};
  std::atomic<std::uint64_t> sockets{0};
  // Its end lets go of the last links, which still use what stands above.
  asio::io_context io{1};
  Held held;

  void hold(std::int64_t ns, std::function<void()> what) {
    held.add(ns, [this, then = std::move(what)] {
      held_count = held.size();
      then();
    });
    held_count = held.size();
  }
};

/// A connection, whatever it speaks.
class Link : public std::enable_shared_from_this<Link> {
 public:
  explicit Link(Shared& shared)
      : shared_(shared), number_(++shared.links_ever), deadline_(shared.io) {
    shared_.links.insert(this);
  }
  virtual ~Link() { shared_.links.erase(this); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// The server stops: in good order, if there is one.
  virtual void leave() = 0;
  virtual void drop() = 0;
  /// It has asked for nothing yet: where there is no room it goes for whoever comes next.
  [[nodiscard]] virtual bool gives_way() { return false; }
  /// In the order of their coming.
  [[nodiscard]] std::uint64_t number() const { return number_; }

 protected:
  /// Before each write. False: what happened is not kept, so nobody hears of it and all are cut.
  [[nodiscard]] bool may_tell() {
    if (!shared_.routes.kept || shared_.routes.kept()) return true;
    const std::set<Link*> links = shared_.links;
    for (Link* const link : links) link->drop();
    return false;
  }
  template <class Self>
  std::shared_ptr<Self> self() {
    return std::static_pointer_cast<Self>(shared_from_this());
  }
  /// Drops the connection unless called again, or allow() is, within `limit`.
  void within(std::chrono::milliseconds limit) {
    deadline_.expires_after(limit);
    deadline_.async_wait([weak = weak_from_this()](ErrorCode error) {
      if (error) return;
      if (const auto link = weak.lock()) link->drop();
    });
  }
  void allow() { deadline_.cancel(); }

  Shared& shared_;

 private:
  std::uint64_t number_;
  asio::steady_timer deadline_;
};

/// Drops the oldest of those that have asked for nothing. False: there is none.
inline bool drop_oldest_silent(Shared& shared) {
  Link* oldest = nullptr;
  for (Link* const link : shared.links) {
    if (!link->gives_way()) continue;
    if (oldest == nullptr || link->number() < oldest->number()) oldest = link;
  }
  if (oldest != nullptr) oldest->drop();
  return oldest != nullptr;
}

}  // namespace clawgate::sim::wire
