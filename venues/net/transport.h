// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/core/result.h"
#include "schemas/ids.h"

// The seam between a venue's adapter and the network: one thread, callbacks only. The real one is
// Asio (asio_transport.h); tests put a simulator in process behind it, in simulated time.

namespace clawgate::venues::net {

/// `https://host:port/path` or `wss://...`, taken apart.
struct Endpoint {
  bool tls = true;
  std::string host;
  std::uint16_t port = 0;
  std::string path = {};  // "" or begins with '/'; no query
};

/// What is known of a request that went out. Only Answered came back whole.
enum class Fate : std::uint8_t {
  Answered,
  NotSent,  // certainly no byte of it left
  Unknown,  // some bytes may have left: cut, timed out, unreadable answer
};

struct HttpRequest {
  std::string method;  // GET POST PUT DELETE
  std::string target;  // path and query, as it goes on the wire
  boost::container::small_vector<std::pair<std::string, std::string>, 1> headers = {};  // the key
  std::string body = {};
  std::int64_t timeout_ns = 10 * kNanosPerSecond;
  /// Asked once, immediately before the first byte is written; false: nothing is sent, NotSent.
  std::function<bool()> may_leave = {};
};

struct HttpAnswer {
  Fate fate = Fate::NotSent;
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string why;  // in words, where fate is not Answered
};

using HttpDone = std::function<void(const HttpAnswer&)>;

/// Keep-alive connections to one endpoint. Requests may overlap.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// `done` is called exactly once, never from inside send(); not at all once the client is
  /// destroyed.
  virtual void send(HttpRequest request, HttpDone done) = 0;
};

/// Told what a socket does. Never called from inside WebSocket::send or close.
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  virtual void on_open() = 0;
  virtual void on_text(std::string_view text) = 0;
  /// The last call for this socket. `why` in words, for a log.
  virtual void on_closed(std::string_view why) = 0;
};

/// One WebSocket, from connecting to closed. Destroying it drops the connection without another
/// call. Pings of the peer are answered by the transport.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Hands one text frame over. False: not open, and certainly no byte of it left.
  [[nodiscard]] virtual bool send(std::string_view text) = 0;
  /// True when nothing that send() took still waits here to be written.
  [[nodiscard]] virtual bool is_drained() const = 0;
  virtual void close() = 0;
};

using TimerId = std::uint64_t;

/// One thread's network and clock. All calls and callbacks are on that thread.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual std::unique_ptr<HttpClient> http(const Endpoint& endpoint) = 0;
  /// Begins to connect; `events` outlives the socket. `path_and_query` replaces the endpoint's
  /// path.
  [[nodiscard]] virtual std::unique_ptr<WebSocket> web_socket(const Endpoint& endpoint,
                                                              const std::string& path_and_query,
                                                              WebSocketEvents& events) = 0;
  [[nodiscard]] virtual UnixNanos now() const = 0;
  /// Calls `what` once at `when` or soon after, unless cancelled before.
  virtual TimerId at(UnixNanos when, std::function<void()> what) = 0;
  virtual void cancel(TimerId timer) = 0;
};

}  // namespace clawgate::venues::net
