// SPDX-License-Identifier: Apache-2.0
// Loaded into the program under test by LD_PRELOAD: counts the system calls that leave something
// behind and ends the process with SIGKILL at the one that the test chose. The program itself knows
// nothing of it.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/death_block.h"

namespace {

using clawgate::testing::CallKind;
using clawgate::testing::DeathBlock;
using clawgate::testing::Moment;

enum class Peer : std::uint8_t { None, VenueNew, Venue, Market, Client };

constexpr std::size_t kFiles = 4'096;
std::array<std::atomic<Peer>, kFiles> peers;

DeathBlock* map_block() {
  const char* const path = std::getenv(clawgate::testing::kDeathFile);
  if (path == nullptr) return nullptr;
  static const auto real_open =
      reinterpret_cast<int (*)(const char*, int, ...)>(::dlsym(RTLD_NEXT, "open"));
  const int file = real_open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const at = ::mmap(nullptr, sizeof(DeathBlock), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return at == MAP_FAILED ? nullptr : static_cast<DeathBlock*>(at);
}

DeathBlock* block() {
  static DeathBlock* const kBlock = map_block();
  return kBlock;
}

[[noreturn]] void die() {
  block()->died.store(1);
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// True where this call is the chosen one.
bool is_last(CallKind kind) {
  DeathBlock* const shared = block();
  if (shared == nullptr) return false;
  const auto at = static_cast<std::size_t>(kind);
  const std::uint64_t number = shared->calls[at].fetch_add(1) + 1;
  if (shared->kind.load() != static_cast<std::uint32_t>(kind)) return false;
  const std::uint64_t chosen = shared->at.load();
  const auto moment = static_cast<Moment>(shared->moment.load());
  const bool lasts = moment == Moment::Fail || moment == Moment::Stall;
  if (chosen == 0 || (lasts ? number < chosen : number != chosen)) return false;
  if (moment != Moment::Stall) return true;
  while (shared->at.load() != 0) ::usleep(1'000);
  return false;
}

Moment moment() {
  return static_cast<Moment>(block()->moment.load());
}

int full() {
  errno = ENOSPC;
  return -1;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// A call without bytes.
template <class Call>
auto through(CallKind kind, Call call) -> decltype(call()) {
  if (!is_last(kind)) return call();
  if (moment() == Moment::Fail) return full();
  if (moment() == Moment::Before) die();
  static_cast<void>(call());
  die();
}

/// A call that takes bytes: `call(n)` does it with the first n of them.
template <class Call>
ssize_t through(CallKind kind, std::size_t size, Call call) {
  if (!is_last(kind)) return call(size);
  if (moment() == Moment::Fail) return full();
  if (moment() == Moment::Before) die();
  const ssize_t done = call(moment() == Moment::Inside ? size / 2 : size);
  static_cast<void>(done);
  die();
}

Peer peer_of(int file) {
  return file < 0 || static_cast<std::size_t>(file) >= kFiles
             ? Peer::None
             : peers[static_cast<std::size_t>(file)].load();
}

void set_peer(int file, Peer peer) {
  if (file >= 0 && static_cast<std::size_t>(file) < kFiles) {
    peers[static_cast<std::size_t>(file)].store(peer);
  }
}

/// The first bytes of a connection tell what it is for.
Peer settle_peer(int file, std::string_view bytes) {
  if (peer_of(file) != Peer::VenueNew) return peer_of(file);
  const bool market = bytes.starts_with("GET /stream") || bytes.starts_with("GET /ws?") ||
                      bytes.starts_with("GET /ws ") || bytes.starts_with("GET /ws/");
  set_peer(file, market ? Peer::Market : Peer::Venue);
  return peer_of(file);
}

std::string first_bytes(const msghdr* message) {
  constexpr std::size_t kEnough = 32;
  std::string bytes;
  for (std::size_t i = 0; i < message->msg_iovlen && bytes.size() < kEnough; ++i) {
    bytes.append(static_cast<const char*>(message->msg_iov[i].iov_base),
                 std::min(message->msg_iov[i].iov_len, kEnough));
  }
  return bytes;
}

std::size_t size_of(const msghdr* message) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < message->msg_iovlen; ++i) size += message->msg_iov[i].iov_len;
  return size;
}

CallKind send_kind(Peer peer) {
  if (peer == Peer::Client) return CallKind::ClientSend;
  return peer == Peer::Market ? CallKind::MarketSend : CallKind::VenueSend;
}

CallKind receive_kind(Peer peer) {
  if (peer == Peer::Client) return CallKind::ClientReceive;
  return peer == Peer::Market ? CallKind::MarketReceive : CallKind::VenueReceive;
}

/// Only what brought bytes counts.
ssize_t received(int file, ssize_t got) {
  const Peer peer = peer_of(file);
  if (got > 0 && peer != Peer::None && is_last(receive_kind(peer))) die();
  return got;
}

bool is_file(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

CallKind sync_kind(int file) {
  char path[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), path, sizeof path);
  const std::string_view name(path, size > 0 ? static_cast<std::size_t>(size) : 0);
  return name.find("/blobs") != name.npos ? CallKind::EvidenceSync : CallKind::FileSync;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  static const auto kReal = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (!is_file(file)) return kReal(file, bytes, size);
  // The journal goes through pwrite; a line whose room was reserved finds it on a full disk too.
  if (block() != nullptr && moment() == Moment::Fail) return kReal(file, bytes, size);
  return through(CallKind::FileWrite, size, [&](size_t part) { return kReal(file, bytes, part); });
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  static const auto kReal = real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return through(CallKind::FileWrite, size,
                 [&](size_t part) { return kReal(file, bytes, part, offset); });
}

int fdatasync(int file) {
  static const auto kReal = real<int (*)(int)>("fdatasync");
  return through(sync_kind(file), [&] { return kReal(file); });
}

int fsync(int file) {
  static const auto kReal = real<int (*)(int)>("fsync");
  return through(sync_kind(file), [&] { return kReal(file); });
}

int open(const char* path, int flags, ...) {
  static const auto kReal = real<int (*)(const char*, int, ...)>("open");
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if ((flags & O_CREAT) == 0) return kReal(path, flags, mode);
  return through(CallKind::FileName, [&] { return kReal(path, flags, mode); });
}

int openat(int directory, const char* path, int flags, ...) {
  static const auto kReal = real<int (*)(int, const char*, int, ...)>("openat");
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if ((flags & O_CREAT) == 0) return kReal(directory, path, flags, mode);
  return through(CallKind::FileName, [&] { return kReal(directory, path, flags, mode); });
}

int rename(const char* from, const char* to) noexcept {
  static const auto kReal = real<int (*)(const char*, const char*)>("rename");
  return through(CallKind::FileName, [&] { return kReal(from, to); });
}

int renameat(int old_directory, const char* from, int new_directory, const char* to) noexcept {
  static const auto kReal = real<int (*)(int, const char*, int, const char*)>("renameat");
  return through(CallKind::FileName, [&] { return kReal(old_directory, from, new_directory, to); });
}

int unlink(const char* path) noexcept {
  static const auto kReal = real<int (*)(const char*)>("unlink");
  return through(CallKind::FileName, [&] { return kReal(path); });
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  static const auto kReal = real<int (*)(int, const char*, int)>("unlinkat");
  return through(CallKind::FileName, [&] { return kReal(directory, path, flags); });
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto kReal = real<int (*)(const char*, mode_t)>("mkdir");
  return through(CallKind::FileName, [&] { return kReal(path, mode); });
}

int ftruncate(int file, off_t size) noexcept {
  static const auto kReal = real<int (*)(int, off_t)>("ftruncate");
  return through(CallKind::FileName, [&] { return kReal(file, size); });
}

int fallocate(int file, int mode, off_t offset, off_t size) {
  static const auto kReal = real<int (*)(int, int, off_t, off_t)>("fallocate");
  return through(CallKind::FileName, [&] { return kReal(file, mode, offset, size); });
}

int connect(int file, const sockaddr* address, socklen_t size) {
  static const auto kReal = real<int (*)(int, const sockaddr*, socklen_t)>("connect");
  const bool venue =
      block() != nullptr && address->sa_family == AF_INET &&
      ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port) == block()->venue_port.load();
  if (!venue) return kReal(file, address, size);
  set_peer(file, Peer::VenueNew);
  return through(CallKind::VenueConnect, [&] { return kReal(file, address, size); });
}

int accept(int file, sockaddr* address, socklen_t* size) {
  static const auto kReal = real<int (*)(int, sockaddr*, socklen_t*)>("accept");
  const int made = kReal(file, address, size);
  set_peer(made, Peer::Client);
  return made;
}

int close(int file) {
  static const auto kReal = real<int (*)(int)>("close");
  set_peer(file, Peer::None);
  return kReal(file);
}

ssize_t send(int file, const void* bytes, size_t size, int flags) {
  static const auto kReal = real<ssize_t (*)(int, const void*, size_t, int)>("send");
  const Peer peer = settle_peer(file, {static_cast<const char*>(bytes), size});
  if (peer == Peer::None) return kReal(file, bytes, size, flags);
  return through(send_kind(peer), size,
                 [&](size_t part) { return kReal(file, bytes, part, flags); });
}

ssize_t sendmsg(int file, const msghdr* message, int flags) {
  static const auto kReal = real<ssize_t (*)(int, const msghdr*, int)>("sendmsg");
  const Peer peer = settle_peer(file, first_bytes(message));
  if (peer == Peer::None) return kReal(file, message, flags);
  return through(send_kind(peer), size_of(message), [&](size_t part) {
    std::vector<iovec> rows(message->msg_iov, message->msg_iov + message->msg_iovlen);
    for (iovec& row : rows) {
      row.iov_len = std::min(row.iov_len, part);
      part -= row.iov_len;
    }
    msghdr first = *message;
    first.msg_iov = rows.data();
    return kReal(file, &first, flags);
  });
}

ssize_t recv(int file, void* into, size_t size, int flags) {
  static const auto kReal = real<ssize_t (*)(int, void*, size_t, int)>("recv");
  return received(file, kReal(file, into, size, flags));
}

ssize_t recvmsg(int file, msghdr* message, int flags) {
  static const auto kReal = real<ssize_t (*)(int, msghdr*, int)>("recvmsg");
  return received(file, kReal(file, message, flags));
}

}  // extern "C"
