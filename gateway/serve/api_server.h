// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/serve/http_message.h"
#include "gateway/serve/projection.h"
#include "gateway/serve/seats.h"

namespace clawgate::gateway {

/// HTTP/1.1 and WebSocket on one loopback address, on one thread of its own: the API's thread.
/// Sizes, times and numbers of connections are bounded; a reader of the stream who is behind what
/// is kept of it is dropped.
class ApiServer {
 public:
  struct Options {
    std::string address = "127.0.0.1";  // loopback, or bind() refuses (I9)
    std::uint16_t port = 0;             // 0: the kernel's choice
    Seats::Options seats = {};          // connections, streams beside them
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t body_bytes_max = 128 * 1024;
    std::int64_t request_max_ms = 10'000;  // from the first wait to the last byte
  };
  /// All are called on the API's thread.
  struct Handlers {
    std::function<void(const HttpRequest&, HttpReply)> handle;
    /// By the token of a request, asked before anything else.
    std::function<Standing(const HttpRequest&)> standing;
    /// Whether a request is an operator's command: it is handled even where no seat is free.
    std::function<bool(const HttpRequest&)> is_command;
    /// A refusal of the upgrade, or after which record the stream begins.
    std::function<std::optional<HttpResponse>(const HttpRequest&, Seq& after)> refuse_stream;
    /// As Projection::event_after.
    std::function<Result<const StreamEvent*>(Seq after)> next_event;
    std::function<void()> tick;  // ten times a second
  };
  struct Numbers {
    std::size_t connections = 0;
    std::uint64_t connections_refused = 0;  // strangers who had to go are among them
    std::size_t streams = 0;
    std::uint64_t streams_dropped = 0;
  };

  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> bind(const Options& options);
  ~ApiServer();

  [[nodiscard]] std::uint16_t port() const;
  void start(Handlers handlers);
  /// Closes what is open and ends the thread.
  void stop();

  /// Runs `what` on the API's thread. Any thread.
  void post(std::function<void()> what);

  // The API's thread.
  /// There is an event more.
  void publish();
  /// Says to whoever reads the stream that this gateway stops.
  void end_streams();
  [[nodiscard]] const Numbers& numbers() const;

  class Impl;  // the .cc's own

 private:
  ApiServer();
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawgate::gateway
