// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace clawgate::gateway {

/// Relays TCP connections to another port of 127.0.0.1, until a test cuts those that stand.
class CutProxy {
 public:
  explicit CutProxy(std::uint16_t to) : to_(to), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at = loopback(0);
    socklen_t size = sizeof at;
    const bool listens = ::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0 &&
                         ::listen(listener_, 8) == 0 &&
                         ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) == 0;
    port_ = listens ? ntohs(at.sin_port) : std::uint16_t{0};
    thread_ = std::thread([this] { run(); });
  }
  ~CutProxy() {
    over_ = true;
    thread_.join();
    ::close(listener_);
  }
  CutProxy(const CutProxy&) = delete;
  CutProxy& operator=(const CutProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void cut() { cut_ = true; }

 private:
  static constexpr int kLookMs = 10;

  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
  }
  void run() {
    while (!over_) {
      if (cut_.exchange(false)) close_all();
      std::vector<pollfd> watched = {{listener_, POLLIN, 0}};
      for (const auto& [near, far] : pairs_) {
        watched.push_back({near, POLLIN, 0});
        watched.push_back({far, POLLIN, 0});
      }
      if (::poll(watched.data(), watched.size(), kLookMs) <= 0) continue;
      bool whole = true;
      for (std::size_t i = 0; i < pairs_.size(); ++i) {
        if (watched[1 + 2 * i].revents != 0) whole &= pass(pairs_[i].first, pairs_[i].second);
        if (watched[2 + 2 * i].revents != 0) whole &= pass(pairs_[i].second, pairs_[i].first);
      }
      if (!whole) close_all();
      if ((watched[0].revents & POLLIN) != 0) accept_one();
    }
    close_all();
  }
  void accept_one() {
    const int near = ::accept(listener_, nullptr, nullptr);
    const int far = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at = loopback(to_);
    pairs_.emplace_back(near, far);
    if (::connect(far, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) close_all();
  }
  static bool pass(int from, int to) {
    std::array<char, 65'536> room;
    const ssize_t got = ::recv(from, room.data(), room.size(), 0);
    return got > 0 && ::send(to, room.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  }
  void close_all() {
    for (const auto& [near, far] : std::exchange(pairs_, {})) {
      ::close(near);
      ::close(far);
    }
  }

  std::uint16_t to_;
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<std::pair<int, int>> pairs_;
  std::atomic<bool> cut_{false};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace clawgate::gateway
