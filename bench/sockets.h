// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clawgate::bench {

/// One end of a TCP connection over loopback, without Nagle, polled and never waited for. What it
/// cannot do ends the program: there is nothing to measure then.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int handle);
  ~Socket();
  Socket(Socket&& other) noexcept : handle_(other.handle_) { other.handle_ = -1; }
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] static Socket to(std::uint16_t port);

  void send(std::string_view bytes) const;
  /// What is there now; empty when nothing is. Valid until the next call.
  [[nodiscard]] std::string_view poll();

 private:
  int handle_ = -1;
  std::array<char, 16 * 1024> room_;
};

struct SocketPair {
  Socket near;
  Socket far;
};
[[nodiscard]] SocketPair connected();

/// Collects what arrives until it ends as `end` says.
class Frames {
 public:
  explicit Frames(std::string_view end) : end_(end) {}
  /// True when a whole frame is there: text() until the next call.
  [[nodiscard]] bool take(Socket& socket);
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::string_view end_;
  std::array<char, 16 * 1024> bytes_;
  std::size_t size_ = 0;
  bool whole_ = false;
};

}  // namespace clawgate::bench
