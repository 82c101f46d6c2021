// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <string>

#include "sim/server/any_stream.h"
#include "sim/server/link.h"
#include "sim/server/ws_rules.h"

// One WebSocket. For server.cc alone.

namespace clawgate::sim::wire {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

enum class Route : std::uint8_t { None, Http, WsApi, Streams };

inline std::string_view text_of(beast::string_view text) {
  return {text.data(), text.size()};
}

class WsLink final : public Link, public WsPeer {
 public:
  WsLink(Shared& shared, AnyStream stream, std::string target, Route route, std::string peer)
      : Link(shared),
        ws_(std::move(stream)),
        target_(std::move(target)),
        route_(route),
        peer_(std::move(peer)),
        tick_(shared.io),
        rate_(static_cast<std::size_t>(shared.options.control_messages)),
        pings_(shared.options.pong_limit) {}
  ~WsLink() override {
    session_.reset();
    shared_.unsent -= queue_.size();
    if (counted_) --shared_.sockets;
  }

  void accept(const http::request<http::string_body>& request);

  // WsPeer
  void send(std::string text, std::int64_t hold_ns) override;
  void send_in_turn(std::string text, std::int64_t hold_ns) override;
  void close() override { close_with(websocket::close_code::normal); }
  void cut(std::int64_t hold_ns) override;

  void leave() override { close_with(websocket::close_code::going_away); }
  void drop() override { beast_close_socket(ws_.next_layer()); }

 private:
  void on_accept(ErrorCode error);
  void read();
  void on_read(ErrorCode error);
  void take(std::string_view text);
  void deliver(std::string text);
  void on_control(websocket::frame_type kind, std::string_view payload);
  bool admit();
  [[nodiscard]] std::int64_t latency_ns() const {
    return route_ == Route::WsApi ? shared_.options.latency_ns : 0;
  }
  void write();
  void on_write(ErrorCode error);
  void close_with(websocket::close_reason why);
  void start_close();
  void tick();
  void ping();

  websocket::stream<AnyStream, false> ws_;
  std::string target_;
  Route route_;
  std::string peer_;
  std::unique_ptr<WsSession> session_;
  beast::flat_buffer in_;
  std::deque<std::string> in_turn_;  // held, in the order of their turns
  std::deque<std::string> queue_;    // the first is being written
  std::size_t backlog_ = 0;          // bytes of queue_
  bool writing_ = false;
  bool pinging_ = false;
  bool counted_ = false;
  bool gone_ = false;
  std::optional<websocket::close_reason> closing_;
  bool close_started_ = false;
  asio::steady_timer tick_;
  SteadyTime born_ = Clock::now();
  std::uint64_t pings_sent_ = 0;
  MessageRate rate_;
  PingBook pings_;
};

inline void WsLink::accept(const http::request<http::string_body>& request) {
  websocket::stream_base::timeout limits{};
  limits.handshake_timeout = shared_.options.request;
  limits.idle_timeout = websocket::stream_base::none();
  limits.keep_alive_pings = false;
  ws_.set_option(limits);
  ws_.read_message_max(shared_.options.frame_max);
  ws_.control_callback([this](websocket::frame_type kind, beast::string_view payload) {
    on_control(kind, text_of(payload));
  });
  ws_.async_accept(request, [link = self<WsLink>()](ErrorCode error) { link->on_accept(error); });
}

inline void WsLink::on_accept(ErrorCode error) {
  if (error) return;
  counted_ = true;
  ++shared_.sockets;
  ws_.text(true);
  if (closing_) {
    start_close();
  } else {
    const auto& open = route_ == Route::WsApi ? shared_.routes.ws_api : shared_.routes.streams;
    session_ = open(target_, *this, peer_);
    if (session_ == nullptr || shared_.stopping) leave();
  }
  tick();
  read();
}

inline void WsLink::read() {
  ws_.async_read(in_,
                 [link = self<WsLink>()](ErrorCode error, std::size_t) { link->on_read(error); });
}

inline void WsLink::on_read(ErrorCode error) {
  if (error) {
    gone_ = true;
    tick_.cancel();
    session_.reset();
    drop();
    return;
  }
  ++shared_.frames_in;
  if (!ws_.got_text()) {
    close_with(websocket::close_code::unknown_data);
  } else if (admit()) {
    const auto bytes = in_.data();
    take({static_cast<const char*>(bytes.data()), bytes.size()});
  }
  in_.consume(in_.size());
  read();
}

inline void WsLink::take(std::string_view text) {
  if (latency_ns() > 0) {
    shared_.hold(latency_ns(), [weak = weak_from_this(), held = std::string(text)] {
      const auto link = weak.lock();
      if (!link) return;
      auto& self = static_cast<WsLink&>(*link);
      if (self.session_ != nullptr) self.session_->on_text(held);
    });
    return;
  }
  if (session_ != nullptr) session_->on_text(text);
}

inline void WsLink::on_control(websocket::frame_type kind, std::string_view payload) {
  if (kind == websocket::frame_type::close) return;
  if (kind == websocket::frame_type::pong) pings_.pong(payload);
  static_cast<void>(admit());
}

// On stream sockets JSON, pings and pongs share one allowance.
inline bool WsLink::admit() {
  if (closing_) return false;
  if (route_ != Route::Streams || rate_.admit(Clock::now())) return true;
  close_with({websocket::close_code::policy_error, "Too many requests"});
  return false;
}

inline void WsLink::send(std::string text, std::int64_t hold_ns) {
  const std::int64_t hold = hold_ns + latency_ns();
  if (hold <= 0) return deliver(std::move(text));
  shared_.hold(hold, [weak = weak_from_this(), held = std::move(text)] {
    if (const auto link = weak.lock()) static_cast<WsLink&>(*link).deliver(held);
  });
}

// Two clocks that are read one after the other make equal times unequal: whose turn it is, the line
// says, and the timer only when.
inline void WsLink::send_in_turn(std::string text, std::int64_t hold_ns) {
  const std::int64_t hold = std::max<std::int64_t>(hold_ns + latency_ns(), 0);
  if (hold == 0 && in_turn_.empty()) return deliver(std::move(text));
  in_turn_.push_back(std::move(text));
  shared_.hold(hold, [weak = weak_from_this()] {
    const auto link = weak.lock();
    if (link == nullptr) return;
    auto& self = static_cast<WsLink&>(*link);
    std::string next = std::move(self.in_turn_.front());
    self.in_turn_.pop_front();
    self.deliver(std::move(next));
  });
}

inline void WsLink::deliver(std::string text) {
  if (gone_ || closing_) return;
  if (backlog_ + text.size() > shared_.options.backlog_max) {
    drop();
    return;
  }
  ++shared_.frames_out;
  ++shared_.unsent;
  backlog_ += text.size();
  queue_.push_back(std::move(text));
  if (std::exchange(writing_, true)) return;
  // After what runs now: an event is told within the call whose facts are only kept at its end.
  asio::post(shared_.io, [link = self<WsLink>()] { link->write(); });
}

inline void WsLink::write() {
  writing_ = true;
  if (!may_tell()) return;
  within(shared_.options.request);
  ws_.async_write(asio::buffer(queue_.front()),
                  [link = self<WsLink>()](ErrorCode error, std::size_t) { link->on_write(error); });
}

inline void WsLink::on_write(ErrorCode error) {
  writing_ = false;
  allow();
  backlog_ -= queue_.front().size();
  queue_.pop_front();
  --shared_.unsent;
  if (error) {
    gone_ = true;
    return;
  }
  if (!queue_.empty()) return write();
  if (closing_) start_close();
}

inline void WsLink::cut(std::int64_t hold_ns) {
  const std::int64_t hold = hold_ns + latency_ns();
  if (hold <= 0) {  // after what was sent before it
    asio::post(shared_.io, [link = self<WsLink>()] { link->drop(); });
    return;
  }
  shared_.hold(hold, [weak = weak_from_this()] {
    if (const auto link = weak.lock()) link->drop();
  });
}

// After what was sent before it, and after the handshake, which a close frame must not cross.
inline void WsLink::close_with(websocket::close_reason why) {
  if (gone_ || closing_) return;
  closing_ = why;
  if (counted_ && !writing_) start_close();
}

inline void WsLink::start_close() {
  if (std::exchange(close_started_, true)) return;
  ws_.async_close(*closing_, [link = self<WsLink>()](ErrorCode) {});
}

inline void WsLink::tick() {
  tick_.expires_after(shared_.options.ping);
  tick_.async_wait([weak = weak_from_this()](ErrorCode error) {
    const auto link = weak.lock();
    if (error || !link) return;
    static_cast<WsLink&>(*link).ping();
  });
}

inline void WsLink::ping() {
  const SteadyTime now = Clock::now();
  if (gone_) return;
  if (pings_.overdue(now)) return drop();
  if (now - born_ >= shared_.options.life) return leave();
  tick();
  if (pinging_ || closing_) return;
  if (shared_.routes.skip_ping && shared_.routes.skip_ping()) return;
  pinging_ = true;
  std::string payload = std::to_string(++pings_sent_) + "." +
                        std::to_string(now.time_since_epoch().count() / 1'000'000);
  websocket::ping_data data(payload.data(), payload.size());
  pings_.sent(std::move(payload), now);
  ws_.async_ping(data, [link = self<WsLink>()](ErrorCode) { link->pinging_ = false; });
}

}  // namespace clawgate::sim::wire
