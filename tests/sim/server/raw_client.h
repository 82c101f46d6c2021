// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clawgate::sim {

/// A TCP client that does only what it is told, byte by byte.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t some = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (some <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(some));
    }
  }
  void get(std::string_view target) {
    send("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  /// Reads until `end` is there, the server closes, or `ms` pass.
  std::string& read_until(std::string_view end, int ms = 3'000) {
    const auto until = Clock::now() + std::chrono::milliseconds(ms);
    while (seen_.find(end) == std::string::npos && read_some(until)) {
    }
    return seen_;
  }
  /// True: the server closed within that time; what it sent before is in seen().
  bool closed_within(int ms) {
    const auto until = Clock::now() + std::chrono::milliseconds(ms);
    while (!closed_ && read_some(until)) {
    }
    return closed_;
  }
  [[nodiscard]] std::string& seen() { return seen_; }

  // WebSocket, RFC 6455.
  bool upgrade(std::string_view target) {
    send("GET " + std::string(target) +
         " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    const std::size_t end = read_until("\r\n\r\n").find("\r\n\r\n");
    const bool done = seen_.starts_with("HTTP/1.1 101") && end != std::string::npos;
    if (done) seen_.erase(0, end + 4);
    return done;
  }
  static constexpr unsigned kText = 1;
  static constexpr unsigned kClose = 8;
  static constexpr unsigned kPing = 9;
  static constexpr unsigned kPong = 10;
  /// Up to 65535 bytes; masked with zeros.
  void frame(unsigned opcode, std::string_view payload) {
    std::string bytes(1, static_cast<char>(0x80U | opcode));
    if (payload.size() < 126) {
      bytes.push_back(static_cast<char>(0x80U | payload.size()));
    } else {
      bytes.push_back(static_cast<char>(0x80U | 126U));
      bytes.push_back(static_cast<char>(payload.size() >> 8U));
      bytes.push_back(static_cast<char>(payload.size() & 0xFFU));
    }
    bytes.append(4, '\0');
    send(bytes.append(payload));
  }
  struct Frame {
    unsigned opcode = 0;
    std::string payload;
    /// Of a close frame.
    [[nodiscard]] int code() const {
      if (payload.size() < 2) return 0;
      return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    }
  };
  /// The server's next frame; nullopt: none within that time. Frames here are short.
  std::optional<Frame> next_frame(int ms = 3'000) {
    const auto until = Clock::now() + std::chrono::milliseconds(ms);
    for (;;) {
      if (seen_.size() >= 2) {
        std::size_t size = static_cast<unsigned char>(seen_[1]) & 0x7FU;
        std::size_t head = 2;
        if (size == 126 && seen_.size() >= 4) {
          size = static_cast<std::size_t>(static_cast<unsigned char>(seen_[2])) * 256 +
                 static_cast<unsigned char>(seen_[3]);
          head = 4;
        }
        if (seen_.size() >= head + size) {
          Frame frame{static_cast<unsigned char>(seen_[0]) & 0x0FU, seen_.substr(head, size)};
          seen_.erase(0, head + size);
          return frame;
        }
      }
      if (!read_some(until)) return std::nullopt;
    }
  }
  /// The next frame of that kind; others are passed over.
  std::optional<Frame> next_of(unsigned opcode, int ms = 3'000) {
    for (;;) {
      auto frame = next_frame(ms);
      if (!frame || frame->opcode == opcode) return frame;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool read_some(Clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    pollfd wait{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
    char buffer[4'096];
    const ssize_t some = ::recv(socket_, buffer, sizeof buffer, 0);
    if (some <= 0) closed_ = true;
    if (some > 0) seen_.append(buffer, static_cast<std::size_t>(some));
    return some > 0;
  }

  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string seen_;
};

}  // namespace clawgate::sim
