// SPDX-License-Identifier: Apache-2.0
#include "bench/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace clawgate::bench {
namespace {

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "bench: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

}  // namespace

Socket::Socket(int handle) : handle_(handle) {
  const int on = 1;
  if (handle < 0) give_up("socket");
  if (::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) give_up("TCP_NODELAY");
  if (::fcntl(handle, F_SETFL, O_NONBLOCK) != 0) give_up("O_NONBLOCK");
}

Socket::~Socket() {
  if (handle_ >= 0) ::close(handle_);
}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

Socket Socket::to(std::uint16_t port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in at = loopback(port);
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) give_up("connect");
  return Socket(handle);
}

void Socket::send(std::string_view bytes) const {
  const ssize_t sent = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size())) give_up("send");
}

std::string_view Socket::poll() {
  const ssize_t got = ::recv(handle_, room_.data(), room_.size(), 0);
  if (got > 0) return {room_.data(), static_cast<std::size_t>(got)};
  if (got == 0 || errno != EAGAIN) give_up("recv");
  return {};
}

SocketPair connected() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at = loopback(0);
  socklen_t size = sizeof at;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&at), size) != 0) give_up("bind");
  if (::listen(listener, 1) != 0) give_up("listen");
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0) give_up("getsockname");
  Socket near = Socket::to(ntohs(at.sin_port));
  Socket far(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  ::close(listener);
  return {std::move(near), std::move(far)};
}

bool Frames::take(Socket& socket) {
  if (std::exchange(whole_, false)) size_ = 0;
  const std::string_view got = socket.poll();
  if (got.empty()) return false;
  if (size_ + got.size() > bytes_.size()) give_up("a frame without an end");
  std::memcpy(bytes_.data() + size_, got.data(), got.size());
  size_ += got.size();
  whole_ = text().ends_with(end_);
  return whole_;
}

}  // namespace clawgate::bench
