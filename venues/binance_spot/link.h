// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "venues/net/transport.h"

namespace clawgate::venues::binance_spot {

enum class LinkState : std::uint8_t { Connecting, Open, Live, Closed };

/// One WebSocket of the WebSocket API. Open: frames pass. Live: it also carries the user data
/// stream. Venue thread.
class Link final : public net::WebSocketEvents {
 public:
  struct Events {
    std::function<void(Link&)> opened;
    std::function<void(Link&, std::string_view text)> text;
    std::function<void(Link&, std::string_view why)> closed;
  };

  Link(net::Transport& transport, const net::Endpoint& endpoint, Events events)
      : events_(std::move(events)), opened_at_(transport.now()) {
    socket_ = transport.web_socket(endpoint, endpoint.path, *this);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] bool send(std::string_view text) {
    return state_ != LinkState::Closed && socket_->send(text);
  }
  [[nodiscard]] bool is_open() const {
    return state_ == LinkState::Open || state_ == LinkState::Live;
  }
  [[nodiscard]] bool is_live() const { return state_ == LinkState::Live; }
  [[nodiscard]] bool is_drained() const { return socket_->is_drained(); }
  [[nodiscard]] bool is_logged_on() const { return logged_on_; }
  [[nodiscard]] UnixNanos opened_at() const { return opened_at_; }
  void logged_on() { logged_on_ = true; }
  /// `subscription`: the venue's number of the user data stream on it.
  void live(std::int64_t subscription) {
    state_ = LinkState::Live;
    subscription_ = subscription;
  }
  [[nodiscard]] std::int64_t subscription() const { return subscription_; }
  void close() { socket_->close(); }

  void on_open() override {
    state_ = LinkState::Open;
    events_.opened(*this);
  }
  void on_text(std::string_view text) override { events_.text(*this, text); }
  void on_closed(std::string_view why) override {
    state_ = LinkState::Closed;
    events_.closed(*this, why);
  }

 private:
  Events events_;
  UnixNanos opened_at_;
  LinkState state_ = LinkState::Connecting;
  bool logged_on_ = false;
  std::int64_t subscription_ = 0;  // once live
  std::unique_ptr<net::WebSocket> socket_;
};

}  // namespace clawgate::venues::binance_spot
