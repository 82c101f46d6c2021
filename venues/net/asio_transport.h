// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "schemas/core/result.h"
#include "venues/net/endpoint.h"
#include "venues/net/transport.h"

namespace clawgate::venues::net {

struct AsioOptions {
  HostAllowlist allowed = {};  // every other host is refused before its name is looked up
  /// What now() says, and at() counts by; any thread. Empty: the monotonic clock, anchored to the
  /// wall clock once, so that a step of that one moves nothing.
  std::function<UnixNanos()> clock = {};
  std::string ca_file = {};  // PEM; the only authorities then. "" takes the system's.
  std::int64_t connect_timeout_ns = 10 * kNanosPerSecond;  // name, TCP and TLS together

  std::size_t connections_max = 4;  // of one HttpClient
  std::size_t waiting_max = 1024;   // requests of one HttpClient without a connection yet
  std::size_t answer_header_bytes_max = 64 * 1024;
  std::size_t answer_body_bytes_max = 64 * 1024 * 1024;  // exchangeInfo of all symbols: 20 MB

  std::size_t message_bytes_max = 16 * 1024 * 1024;            // of one WebSocket message
  std::size_t socket_queue_bytes_max = 4 * 1024 * 1024;        // sent but not yet written
  std::int64_t socket_silence_ns = 60 * kNanosPerSecond;       // pings at half; then it is dead
  std::int64_t socket_close_timeout_ns = 5 * kNanosPerSecond;  // for the peer to say goodbye
};

/// The network: HTTP/1.1, WebSocket and TLS by Boost.Asio, Beast and OpenSSL. TLS always verifies
/// the chain and the host's name. Everything but stop() and post() is for the one thread that
/// calls run() or poll(). Clients and sockets go before their transport does; they may be
/// destroyed inside any callback, and then call nobody any more.
class AsioTransport final : public Transport {
 public:
  /// Fails only where the CA file cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<AsioTransport>> open(AsioOptions options);
  ~AsioTransport() override;
  AsioTransport(const AsioTransport&) = delete;
  AsioTransport& operator=(const AsioTransport&) = delete;

  [[nodiscard]] std::unique_ptr<HttpClient> http(const Endpoint& endpoint) override;
  [[nodiscard]] std::unique_ptr<WebSocket> web_socket(const Endpoint& endpoint,
                                                      const std::string& path_and_query,
                                                      WebSocketEvents& events) override;
  [[nodiscard]] UnixNanos now() const override;
  TimerId at(UnixNanos when, std::function<void()> what) override;
  void cancel(TimerId timer) override;

  /// Works until stop().
  void run();
  /// Does what is ready now and returns how many callbacks that were: for a thread that spins.
  std::size_t poll();
  /// Ends run(), for good. Any thread.
  void stop();
  /// Calls `what` on the transport's thread. Any thread.
  void post(std::function<void()> what);

 private:
  struct Impl;
  explicit AsioTransport(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace clawgate::venues::net
