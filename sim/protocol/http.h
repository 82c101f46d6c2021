// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the simulator's listeners carry in and out. No sockets here: sim/server/ brings those, and
// tests call the service without any.

namespace clawgate::sim {

struct HttpRequest {
  std::string method;                                        // GET POST PUT DELETE
  std::string target;                                        // path and query, raw, as received
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;  // the client's address: request weight is counted by it
};

/// An answer and how it travels. A fault may hold it back or cut the connection instead.
struct HttpReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::int64_t hold_ns = 0;  // keep it this long before it is sent
  bool cut = false;          // send nothing: drop the connection (after hold_ns)
};

/// The server's half of one WebSocket.
class WsPeer {
 public:
  virtual ~WsPeer() = default;
  /// Sends one text frame, `hold_ns` from now; frames may overtake held ones.
  virtual void send(std::string text, std::int64_t hold_ns = 0) = 0;
  /// The same, never before a frame that was given to it earlier.
  virtual void send_in_turn(std::string text, std::int64_t hold_ns) {
    send(std::move(text), hold_ns);
  }
  /// Closes in good order.
  virtual void close() = 0;
  /// Drops the connection at once, after `hold_ns`.
  virtual void cut(std::int64_t hold_ns = 0) = 0;
};

/// The protocol's half of one WebSocket; the server destroys it when the connection is gone.
class WsSession {
 public:
  virtual ~WsSession() = default;
  virtual void on_text(std::string_view text) = 0;
};

}  // namespace clawgate::sim
