// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

namespace clawgate::gateway {

/// A TCP connection to 127.0.0.1, byte by byte, as a client that follows no rule.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  }
  ~RawSocket() { ::close(socket_); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  bool send(const std::string& bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  void half_close() { ::shutdown(socket_, SHUT_WR); }
  /// Everything until the peer closes, `until` was seen, or nothing came for `wait_ms`.
  [[nodiscard]] std::string receive(const std::string& until = "", int wait_ms = 5'000) {
    std::string all;
    char room[4096];
    for (;;) {
      pollfd watched{socket_, POLLIN, 0};
      if (::poll(&watched, 1, wait_ms) <= 0) return all + "<silence>";
      const ssize_t got = ::recv(socket_, room, sizeof room, 0);
      if (got <= 0) return all;
      all.append(room, static_cast<std::size_t>(got));
      if (!until.empty() && all.find(until) != std::string::npos) return all;
    }
  }

 private:
  int socket_;
  bool connected_ = false;
};

}  // namespace clawgate::gateway
