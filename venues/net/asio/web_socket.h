// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "venues/net/asio/stream.h"
#include "venues/net/http_text.h"

// Only asio_transport.cc includes this.

// Without permessage-deflate: the venues do not offer it, and this way it is not compiled.
namespace clawgate::venues::net {

namespace websocket = beast::websocket;

/// One WebSocket, from its name to its end. Lives as long as an operation of its own does.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(Shared& shared, const Endpoint& endpoint, WebSocketEvents& events)
      : shared_(shared),
        endpoint_(endpoint),
        events_(&events),
        ws_(shared, endpoint.tls),
        dialer_(std::make_shared<Dialer>(shared, endpoint)),
        deadline_(shared.io) {}

  void start(std::string target) {
    if (!shared_.options.allowed.allows(endpoint_.host)) {
      return end_later("host " + endpoint_.host + " is not on the allowlist");
    }
    const bool is_visible =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!target.starts_with('/') || !is_visible) return end_later("path: not one");
    target_ = std::move(target);
    dialer_->start(ws_.next_layer(), [self = shared_from_this()](const std::string& why) {
      self->on_connected(why);
    });
  }

  bool send(std::string_view text) {
    if (state_ != State::Open || events_ == nullptr) return false;
    if (queued_bytes_ + text.size() > shared_.options.socket_queue_bytes_max) return false;
    queued_bytes_ += text.size();
    queue_.emplace_back(text);
    if (queue_.size() == 1) write();
    return true;
  }

  [[nodiscard]] bool is_drained() const { return queue_.empty(); }

  void close() {
    const State was = state_;
    if (was != State::Connecting && was != State::Open) return;
    state_ = State::Closing;
    if (was == State::Connecting) return end_later("closed before it opened");
    deadline_.expires_after(std::chrono::nanoseconds(shared_.options.socket_close_timeout_ns));
    deadline_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->end("closed; the peer did not answer the close");
    });
    if (queue_.empty()) say_goodbye();
  }

  /// No call from here on.
  void drop() {
    events_ = nullptr;
    state_ = State::Ended;
    deadline_.cancel();
    dialer_->cancel();
    ws_.next_layer().drop();
  }

 private:
  enum class State : std::uint8_t { Connecting, Open, Closing, Ended };
  using Stream = websocket::stream<AnyStream, false>;

  void on_connected(const std::string& why) {
    if (state_ != State::Connecting) return;
    if (!why.empty()) return end(endpoint_.host + ": " + why);
    websocket::stream_base::timeout limits{};
    limits.handshake_timeout = std::chrono::nanoseconds(shared_.options.connect_timeout_ns);
    limits.idle_timeout = std::chrono::nanoseconds(shared_.options.socket_silence_ns);
    limits.keep_alive_pings = true;
    ws_.set_option(limits);
    ws_.set_option(websocket::stream_base::decorator(
        [](websocket::request_type& request) { request.set("User-Agent", "clawgate"); }));
    ws_.read_message_max(shared_.options.message_bytes_max);
    ws_.text(true);
    ws_.async_handshake(
        response_, host_header(endpoint_), target_,
        [self = shared_from_this()](error_code error) { self->on_handshake(error); });
  }

  void on_handshake(error_code error) {
    if (state_ != State::Connecting) return;
    if (error == websocket::error::upgrade_declined) {
      return end("the server answered " + std::to_string(response_.result_int()) +
                 " instead of opening a WebSocket");
    }
    if (error) return end("no WebSocket: " + error.message());
    state_ = State::Open;
    read();
    events_->on_open();
  }

  void read() {
    ws_.async_read(inbox_, [self = shared_from_this()](error_code error, std::size_t) {
      self->on_read(error);
    });
  }

  void on_read(error_code error) {
    if (state_ == State::Ended) return;
    if (error && said_goodbye_) return;  // on_goodbye() ends it
    if (error == websocket::error::closed) {
      return end("closed by the peer, code " + std::to_string(ws_.reason().code));
    }
    if (error == beast::error::timeout) return end("silent for too long");
    if (error) return end("connection lost: " + error.message());
    if (!ws_.got_text()) return end("a binary message");
    const auto bytes = inbox_.cdata();
    events_->on_text({static_cast<const char*>(bytes.data()), bytes.size()});
    if (state_ == State::Ended) return;
    inbox_.consume(inbox_.size());
    read();
  }

  void write() {
    ws_.async_write(
        asio::buffer(queue_.front()),
        [self = shared_from_this()](error_code error, std::size_t) { self->on_write(error); });
  }

  void on_write(error_code error) {
    if (state_ == State::Ended) return;
    if (error) return;  // the read that is always there says how it ended
    queued_bytes_ -= queue_.front().size();
    queue_.pop_front();
    if (!queue_.empty()) return write();
    if (state_ == State::Closing) say_goodbye();
  }

  void say_goodbye() {
    said_goodbye_ = true;
    ws_.async_close(websocket::close_code::normal,
                    [self = shared_from_this()](error_code error) { self->on_goodbye(error); });
  }

  void on_goodbye(error_code error) {
    if (state_ == State::Ended) return;
    end(error ? "closed; the connection was lost: " + error.message() : "closed by us");
  }

  void end_later(std::string why) {
    asio::post(shared_.io, [self = shared_from_this(), why = std::move(why)] { self->end(why); });
  }

  void end(const std::string& why) {
    WebSocketEvents* const events = events_;
    drop();
    if (events != nullptr) events->on_closed(why);
  }

  Shared& shared_;
  Endpoint endpoint_;
  WebSocketEvents* events_;  // nullptr: told of the end, or nobody left to tell
  Stream ws_;
  std::shared_ptr<Dialer> dialer_;
  asio::steady_timer deadline_;  // of a close
  std::string target_;
  websocket::response_type response_;
  State state_ = State::Connecting;
  bool said_goodbye_ = false;
  std::deque<std::string> queue_;  // the front is being written
  std::size_t queued_bytes_ = 0;
  beast::flat_buffer inbox_;
};

class AsioWebSocket final : public WebSocket {
 public:
  AsioWebSocket(Shared& shared, const Endpoint& endpoint, const std::string& target,
                WebSocketEvents& events)
      : socket_(std::make_shared<Socket>(shared, endpoint, events)) {
    socket_->start(target);
  }
  ~AsioWebSocket() override { socket_->drop(); }
  AsioWebSocket(const AsioWebSocket&) = delete;
  AsioWebSocket& operator=(const AsioWebSocket&) = delete;

  bool send(std::string_view text) override { return socket_->send(text); }
  [[nodiscard]] bool is_drained() const override { return socket_->is_drained(); }
  void close() override { socket_->close(); }

 private:
  std::shared_ptr<Socket> socket_;
};

}  // namespace clawgate::venues::net
