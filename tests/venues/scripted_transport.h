// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "venues/net/transport.h"

namespace clawgate::testing {

/// The network seam in simulated time. The test is the peer: it sees each request and each socket,
/// and answers, speaks or cuts when it likes. Time moves only in pass().
class ScriptedTransport final : public venues::net::Transport {
 public:
  /// One socket as its peer sees it.
  struct Peer {
    std::string path;
    venues::net::WebSocketEvents* events = nullptr;  // nullptr once the other side is gone
    bool open = false;
    std::vector<std::string> sent;
  };
  struct Asked {
    venues::net::HttpRequest request;
    venues::net::HttpDone done;  // empty once answered or dropped
  };

  explicit ScriptedTransport(UnixNanos start) : now_(start) {}

  // --- the seam
  std::unique_ptr<venues::net::HttpClient> http(const venues::net::Endpoint&) override {
    return std::make_unique<Client>(*this);
  }
  std::unique_ptr<venues::net::WebSocket> web_socket(
      const venues::net::Endpoint&, const std::string& path,
      venues::net::WebSocketEvents& events) override {
    auto peer = std::make_shared<Peer>();
    peer->path = path;
    peer->events = &events;
    peers.push_back(peer);
    return std::make_unique<Socket>(*this, peer);
  }
  UnixNanos now() const override { return now_; }
  venues::net::TimerId at(UnixNanos when, std::function<void()> what) override {
    timers_.emplace(std::pair{std::max(when, now_), ++last_timer_}, std::move(what));
    return last_timer_;
  }
  void cancel(venues::net::TimerId timer) override {
    std::erase_if(timers_, [&](const auto& row) { return row.first.second == timer; });
  }

  // --- the peer
  void open(std::size_t i) {
    peers[i]->open = true;
    peers[i]->events->on_open();
  }
  void say(std::size_t i, std::string_view text) {
    if (peers[i]->open && peers[i]->events != nullptr) peers[i]->events->on_text(text);
  }
  void cut(std::size_t i) {
    peers[i]->open = false;
    if (auto* const events = std::exchange(peers[i]->events, nullptr)) events->on_closed("cut");
  }
  void answer(std::size_t i, int status, std::string body,
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    finish(i, {.fate = venues::net::Fate::Answered,
               .status = status,
               .headers = std::move(headers),
               .body = std::move(body),
               .why = {}});
  }
  void fail(std::size_t i) {
    finish(
        i,
        {.fate = venues::net::Fate::Unknown, .status = 0, .headers = {}, .body = {}, .why = "cut"});
  }
  /// Runs every timer up to then, each at its own time.
  void pass(std::int64_t ns) {
    const UnixNanos end{now_.value() + ns};
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
      now_ = timers_.begin()->first.first;
      const auto what = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      what();
    }
    now_ = end;
  }

  std::vector<std::shared_ptr<Peer>> peers;   // each socket ever, in order
  std::vector<std::shared_ptr<Asked>> asked;  // each request ever, in order

 private:
  class Client final : public venues::net::HttpClient {
   public:
    explicit Client(ScriptedTransport& transport) : transport_(transport) {}
    ~Client() override {
      for (const auto& sent : own_) sent->done = nullptr;
    }
    void send(venues::net::HttpRequest request, venues::net::HttpDone done) override {
      own_.push_back(std::make_shared<Asked>(Asked{std::move(request), std::move(done)}));
      transport_.asked.push_back(own_.back());
    }

   private:
    ScriptedTransport& transport_;
    std::vector<std::shared_ptr<Asked>> own_;
  };

  class Socket final : public venues::net::WebSocket {
   public:
    Socket(ScriptedTransport& transport, std::shared_ptr<Peer> peer)
        : transport_(transport), peer_(std::move(peer)) {}
    ~Socket() override {
      peer_->events = nullptr;
      peer_->open = false;
    }
    bool send(std::string_view text) override {
      if (!peer_->open) return false;
      peer_->sent.emplace_back(text);
      return true;
    }
    bool is_drained() const override { return true; }
    void close() override {
      transport_.at(transport_.now(), [peer = peer_] {
        peer->open = false;
        if (auto* const events = std::exchange(peer->events, nullptr)) events->on_closed("closed");
      });
    }

   private:
    ScriptedTransport& transport_;
    std::shared_ptr<Peer> peer_;
  };

  void finish(std::size_t i, const venues::net::HttpAnswer& answer) {
    if (const auto done = std::exchange(asked[i]->done, nullptr)) done(answer);
  }

  UnixNanos now_;
  std::map<std::pair<UnixNanos, venues::net::TimerId>, std::function<void()>> timers_;
  venues::net::TimerId last_timer_ = 0;
};

}  // namespace clawgate::testing
