// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/protocol/service.h"
#include "venues/net/transport.h"

namespace clawgate::testing {

/// The seam to the network with the practice exchange's protocol behind it, in one thread and in
/// simulated time: every byte that would travel does, only no socket carries it.
class LoopbackTransport final : public venues::net::Transport {
 public:
  explicit LoopbackTransport(std::int64_t now) : now_(now) {}

  /// Both ways, from the next message on.
  std::int64_t latency_ns = 5 * kNanosPerMilli;
  /// How far the client's clock stands before the server's.
  std::int64_t ahead_ns = 0;
  /// Nothing can be reached.
  bool down = false;
  /// Of the next request over REST the client is told that no byte left, and all of them did.
  bool denies = false;
  /// Sees each request and frame of the client as its bytes leave: "GET /api/v3/time", a frame.
  std::function<void(std::string_view)> leaving;
  /// Sees each answer and frame of the server, and may change it. False: it is lost on the way.
  std::function<bool(std::string&)> arriving;

  void serve(sim::Service* service) { service_ = service; }
  [[nodiscard]] std::int64_t time() const { return now_; }

  /// Runs what is due by `until`, in order of time.
  void run_until(std::int64_t until) {
    while (!events_.empty() && events_.begin()->first.first <= until) {
      auto node = events_.extract(events_.begin());
      now_ = std::max(now_, node.key().first);
      node.mapped()();
    }
    now_ = std::max(now_, until);
  }
  /// The server says it once more, on every socket that is open.
  void repeat(const std::string& text) {
    for (const auto& socket : sockets_) {
      if (const auto open = socket.lock()) open->send(text, 0);
    }
  }
  /// Every connection breaks, with all that is under way on it.
  void cut_all() {
    for (const auto& socket : sockets_) {
      if (const auto open = socket.lock()) open->cut(0);
    }
  }
  /// As a process that dies: what was on its way to it, and what it waited for, is gone.
  void forget_client() {
    ++life_;
    for (const auto& socket : std::exchange(sockets_, {})) {
      if (const auto open = socket.lock()) open->drop();
    }
  }

  [[nodiscard]] std::unique_ptr<venues::net::HttpClient> http(
      const venues::net::Endpoint&) override {
    return std::make_unique<Client>(*this);
  }
  [[nodiscard]] std::unique_ptr<venues::net::WebSocket> web_socket(
      const venues::net::Endpoint&, const std::string& path,
      venues::net::WebSocketEvents& events) override {
    auto line = std::make_shared<Line>(*this, events);
    sockets_.push_back(line);
    at_client(latency_ns, [line, path] { line->connect(path); });
    return std::make_unique<Socket>(std::move(line));
  }
  [[nodiscard]] UnixNanos now() const override { return UnixNanos(now_ + ahead_ns); }
  venues::net::TimerId at(UnixNanos when, std::function<void()> what) override {
    const std::int64_t due = std::max(when.value() - ahead_ns, now_);
    const auto id = ++sequence_;
    events_.emplace(std::pair(due, id), guarded(std::move(what)));
    timers_[id] = due;
    return id;
  }
  void cancel(venues::net::TimerId timer) override {
    const auto at = timers_.find(timer);
    if (at == timers_.end()) return;
    events_.erase({at->second, timer});
    timers_.erase(at);
  }

 private:
  /// One WebSocket with both of its ends.
  class Line final : public sim::WsPeer, public std::enable_shared_from_this<Line> {
   public:
    Line(LoopbackTransport& transport, venues::net::WebSocketEvents& events)
        : transport_(transport), events_(&events) {}

    void connect(const std::string& path) {
      if (events_ == nullptr) return;
      if (transport_.down) return end("connection refused");
      session_ = transport_.service_->open_ws_api(path, *this, "127.0.0.1");
      open_ = true;
      events_->on_open();
    }
    bool send_to_server(std::string_view text) {
      if (!open_) return false;
      if (transport_.leaving) transport_.leaving(text);
      transport_.after(transport_.latency_ns,
                       [line = shared_from_this(), text = std::string(text)] {
                         if (line->session_) line->session_->on_text(text);
                       });
      return true;
    }
    void close_from_client() {
      open_ = false;
      transport_.at_client(transport_.latency_ns,
                           [line = shared_from_this()] { line->end("closed"); });
    }
    void drop() {
      events_ = nullptr;
      open_ = false;
      transport_.after(0, [line = shared_from_this()] { line->session_.reset(); });
    }

    // Frames of one socket never overtake one another but where a fault holds one back.
    void send(std::string text, std::int64_t hold_ns) override {
      if (transport_.arriving && !transport_.arriving(text)) return;
      transport_.at_client(transport_.latency_ns + hold_ns,
                           [line = shared_from_this(), text = std::move(text)] {
                             if (line->open_ && line->events_ != nullptr)
                               line->events_->on_text(text);
                           });
    }
    void close() override { cut(0); }
    void cut(std::int64_t hold_ns) override {
      transport_.after(hold_ns, [line = shared_from_this()] { line->end("cut by the server"); });
    }

   private:
    void end(std::string_view why) {
      open_ = false;
      session_.reset();
      if (auto* const events = std::exchange(events_, nullptr)) events->on_closed(why);
    }

    LoopbackTransport& transport_;
    venues::net::WebSocketEvents* events_;
    std::unique_ptr<sim::WsSession> session_;
    bool open_ = false;
  };

  class Socket final : public venues::net::WebSocket {
   public:
    explicit Socket(std::shared_ptr<Line> line) : line_(std::move(line)) {}
    ~Socket() override { line_->drop(); }
    bool send(std::string_view text) override { return line_->send_to_server(text); }
    [[nodiscard]] bool is_drained() const override { return true; }
    void close() override { line_->close_from_client(); }

   private:
    std::shared_ptr<Line> line_;
  };

  class Client final : public venues::net::HttpClient {
   public:
    explicit Client(LoopbackTransport& transport) : transport_(transport) {}

    void send(venues::net::HttpRequest request, venues::net::HttpDone done) override {
      auto once = [alive = std::weak_ptr(alive_), called = std::make_shared<bool>(false),
                   done = std::move(done)](const venues::net::HttpAnswer& answer) {
        if (!alive.expired() && !std::exchange(*called, true)) done(answer);
      };
      LoopbackTransport& net = transport_;
      if (net.down || (request.may_leave && !request.may_leave())) {
        return net.at_client(0, [once] { once(no_answer(venues::net::Fate::NotSent)); });
      }
      if (net.leaving) net.leaving(request.method + " " + request.target);
      if (std::exchange(net.denies, false)) {
        net.at_client(0, [once] { once(no_answer(venues::net::Fate::NotSent)); });
      }
      net.at_client(request.timeout_ns, [once] { once(no_answer(venues::net::Fate::Unknown)); });
      net.after(net.latency_ns, [&net, request = std::move(request), once] {
        sim::HttpRequest asked{request.method, request.target, {}, request.body, "127.0.0.1"};
        for (auto [name, value] : request.headers) {
          std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
          });
          asked.headers.emplace_back(std::move(name), std::move(value));
        }
        const sim::HttpReply reply = net.service_->http(asked);
        venues::net::HttpAnswer answer;
        answer.fate = reply.cut ? venues::net::Fate::Unknown : venues::net::Fate::Answered;
        answer.status = reply.status;
        answer.body = reply.body;
        if (net.arriving && !net.arriving(answer.body)) return;
        for (auto [name, value] : reply.headers) {
          std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
          });
          answer.headers.emplace_back(std::move(name), std::move(value));
        }
        net.at_client(net.latency_ns + reply.hold_ns, [once, answer] { once(answer); });
      });
    }

   private:
    static venues::net::HttpAnswer no_answer(venues::net::Fate fate) {
      venues::net::HttpAnswer answer;
      answer.fate = fate;
      answer.why = "no answer";
      return answer;
    }

    LoopbackTransport& transport_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  };

  void after(std::int64_t pause, std::function<void()> what) {
    events_.emplace(std::pair(now_ + pause, ++sequence_), std::move(what));
  }
  void at_client(std::int64_t pause, std::function<void()> what) {
    after(pause, guarded(std::move(what)));
  }
  /// Nothing reaches a client of an earlier life.
  std::function<void()> guarded(std::function<void()> what) {
    return [this, life = life_, what = std::move(what)] {
      if (life == life_) what();
    };
  }

  std::int64_t now_;
  std::uint64_t life_ = 0;
  std::uint64_t sequence_ = 0;
  sim::Service* service_ = nullptr;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> events_;
  std::map<venues::net::TimerId, std::int64_t> timers_;
  std::vector<std::weak_ptr<Line>> sockets_;
};

}  // namespace clawgate::testing
