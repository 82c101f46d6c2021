// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/result.h"
#include "sim/exchange/types.h"
#include "sim/protocol/http.h"

// The simulator's listeners: HTTP/1.1 and WebSocket on loopback, one port in the clear and, if
// wanted, one with TLS. Both serve the same:
//
//   /api/...  /sim/...          Routes::http
//   /ws-api/v3                  Routes::ws_api
//   /ws  /ws/...  /stream       Routes::streams
//
// One thread accepts, reads, answers and runs the routes: its own, and then whoever touches what
// the routes touch does so through call(); or the caller's, who calls poll().

namespace clawgate::sim {

class Server {
 public:
  /// `address` is the client's.
  using OpenWs = std::function<std::unique_ptr<WsSession>(std::string_view target, WsPeer& peer,
                                                          std::string_view address)>;

  /// All are called on the server's thread. A WebSocket that a route answers with null is closed.
  struct Routes {
    std::function<HttpReply(const HttpRequest&)> http;
    OpenWs ws_api;
    OpenWs streams;
    std::function<bool()> skip_ping;  // asked before each ping of a WebSocket; may be empty
    /// Asked before anything is written to a client; may be empty. False: nothing is, and every
    /// connection is dropped, because what would be told could not be kept.
    std::function<bool()> kept;
  };

  struct Tls {
    std::uint16_t port = 0;   // 0: any that is free
    std::string certificate;  // PEM: the server's own first, then what it needs up to the root
    std::string key;          // PEM
  };

  /// Times are real ones, whatever the clock says.
  struct Options {
    std::string bind = "127.0.0.1";  // or another loopback address; anything else is refused
    std::uint16_t port = 0;          // 0: any that is free
    std::optional<Tls> tls;
    std::chrono::milliseconds ping{20'000};          // between two pings of a WebSocket
    std::chrono::milliseconds pong_limit{60'000};    // a ping's own pong is due within
    std::chrono::milliseconds life{24 * 3'600'000};  // of a WebSocket
    std::chrono::milliseconds request{10'000};       // from a request's first byte to its last; a
                                                     // handshake; a reply a client is slow to take
    std::chrono::milliseconds idle{60'000};          // between two requests of a connection
    int control_messages = 5;  // a second on a stream socket: JSON, ping, pong
    std::size_t header_max = 16 * 1'024;
    std::size_t body_max = 256 * 1'024;
    std::size_t frame_max = 64 * 1'024;            // incoming
    std::size_t backlog_max = 16 * 1'024 * 1'024;  // bytes a WebSocket is slow to take
    /// Above it the oldest that has asked for nothing goes; where all have, the newest.
    std::size_t connections_max = 1'024;
    /// Decides when what is held falls due. Empty: the machine's clock. A clock of the caller's
    /// moves only when the caller moves it; then call release_due().
    std::function<TimeNs()> clock;
    /// By the same clock: what a request takes to get here, and its reply or an event to get back.
    /// Market data streams are not delayed.
    std::int64_t latency_ns = 0;
    bool own_thread = true;  // false: nothing happens but inside poll() and stop()
  };

  struct Ports {
    std::uint16_t plain = 0;
    std::uint16_t tls = 0;  // 0: none
  };

  /// What a caller that owns the clock needs to know whether anything is under way.
  struct Activity {
    std::uint64_t requests = 0;     // HTTP requests read so far
    std::uint64_t in_progress = 0;  // of them, those whose reply is not written yet
    std::uint64_t held = 0;         // requests, replies, frames and cuts kept back
    std::uint64_t held_http = 0;    // of the requests in progress, those that are kept back
    std::uint64_t frames_in = 0;    // text frames read on all WebSockets
    std::uint64_t frames_out = 0;   // text frames given to all WebSockets, held ones not yet
    std::uint64_t unsent = 0;       // of them, those that are not on the wire yet
    std::uint64_t sockets = 0;      // WebSockets open
  };

  Server(Options options, Routes routes);
  /// Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds, then serves. Call once.
  [[nodiscard]] Result<Ports> start();
  /// Takes no more connections, closes the WebSockets in good order, lets replies under way out for
  /// at most `patience`, and ends the thread. Not from the server's thread.
  void stop(std::chrono::milliseconds patience = std::chrono::milliseconds(1'000));

  /// Without a thread of its own: does what is ready now, on the caller's, who is always the same.
  /// How many callbacks that were.
  std::size_t poll();

  /// Runs `what` on the server's thread and waits for it. False: the server does not run, nor did
  /// `what`.
  bool call(const std::function<void()>& what);

  [[nodiscard]] Activity activity() const;
  /// By the clock of Options: when the next of what is held falls due.
  [[nodiscard]] std::optional<TimeNs> next_due();
  /// Lets go of what is due by the caller's clock.
  void release_due();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// 127.0.0.0/8 and ::1, written as numbers.
[[nodiscard]] bool is_loopback(const std::string& address);

}  // namespace clawgate::sim
