// SPDX-License-Identifier: Apache-2.0
#include "venues/net/paced_transport.h"

#include <algorithm>

namespace clawgate::venues::net {
namespace {

// The inner transport's own limit must not strike first, however long its time stands still here.
constexpr std::int64_t kInnerTimeoutNs = 7 * 24 * 3'600 * kNanosPerSecond;

}  // namespace

/// Requests that end by the paced clock.
class PacedTransport::Client final : public HttpClient {
 public:
  Client(PacedTransport& owner, std::unique_ptr<HttpClient> inner)
      : owner_(owner), inner_(std::move(inner)) {}
  ~Client() override {
    for (const auto& [id, request] : open_) owner_.cancel(request.deadline);
    owner_.activity_->requests_open -= under_way_;
  }

  void send(HttpRequest request, HttpDone done) override {
    const std::uint64_t id = ++last_id_;
    const UnixNanos limit{owner_.now_.value() + request.timeout_ns};
    const TimerId deadline = owner_.at(limit, [this, id] { give_up(id); });
    open_.emplace(id, Open{std::move(done), deadline});
    request.timeout_ns = kInnerTimeoutNs;
    ++under_way_;
    ++owner_.activity_->requests_open;
    inner_->send(std::move(request), [this, id](const HttpAnswer& answer) {
      --under_way_;
      --owner_.activity_->requests_open;
      finish(id, answer);
    });
  }

 private:
  struct Open {
    HttpDone done;
    TimerId deadline;
  };

  // The inner request goes on, and its answer is of no interest any more.
  void give_up(std::uint64_t id) {
    HttpAnswer answer;
    answer.fate = Fate::Unknown;
    answer.why = "timed out waiting for the answer";
    finish(id, answer);
  }

  // The callback may end this client.
  void finish(std::uint64_t id, const HttpAnswer& answer) {
    auto open = open_.extract(id);
    if (open.empty()) return;
    owner_.cancel(open.mapped().deadline);
    open.mapped().done(answer);
  }

  PacedTransport& owner_;
  std::uint64_t last_id_ = 0;
  std::uint64_t under_way_ = 0;
  std::map<std::uint64_t, Open> open_;
  std::unique_ptr<HttpClient> inner_;  // goes first: then it calls nobody
};

/// A socket whose frames are counted.
class PacedTransport::Socket final : public WebSocket, public WebSocketEvents {
 public:
  Socket(std::shared_ptr<Activity> activity, WebSocketEvents& events)
      : activity_(std::move(activity)), events_(events) {
    ++activity_->connecting;
  }
  ~Socket() override { end(); }

  void use(std::unique_ptr<WebSocket> inner) { inner_ = std::move(inner); }

  bool send(std::string_view text) override {
    if (!inner_->send(text)) return false;
    ++activity_->frames_sent;
    return true;
  }
  [[nodiscard]] bool is_drained() const override { return inner_->is_drained(); }
  void close() override { inner_->close(); }

  // Whoever is told may destroy this socket.
  void on_open() override {
    --activity_->connecting;
    is_open_ = true;
    events_.on_open();
  }
  void on_text(std::string_view text) override {
    ++activity_->frames_read;
    events_.on_text(text);
  }
  void on_closed(std::string_view why) override {
    end();
    events_.on_closed(why);
  }

 private:
  void end() {
    if (std::exchange(has_ended_, true)) return;
    if (!is_open_) --activity_->connecting;
    ++activity_->sockets_ended;
  }

  std::shared_ptr<Activity> activity_;
  WebSocketEvents& events_;
  bool is_open_ = false;
  bool has_ended_ = false;
  std::unique_ptr<WebSocket> inner_;
};

std::unique_ptr<HttpClient> PacedTransport::http(const Endpoint& endpoint) {
  return std::make_unique<Client>(*this, inner_.http(endpoint));
}

std::unique_ptr<WebSocket> PacedTransport::web_socket(const Endpoint& endpoint,
                                                      const std::string& path_and_query,
                                                      WebSocketEvents& events) {
  auto socket = std::make_unique<Socket>(activity_, events);
  socket->use(inner_.web_socket(endpoint, path_and_query, *socket));
  return socket;
}

TimerId PacedTransport::at(UnixNanos when, std::function<void()> what) {
  const TimerId id = ++last_timer_;
  const UnixNanos due = std::max(when, now_);
  timers_.emplace(std::pair(due, id), std::move(what));
  due_.emplace(id, due);
  return id;
}

void PacedTransport::cancel(TimerId timer) {
  const auto at = due_.find(timer);
  if (at == due_.end()) return;
  timers_.erase({at->second, timer});
  due_.erase(at);
}

std::optional<UnixNanos> PacedTransport::next_due() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.first;
}

std::size_t PacedTransport::run_due() {
  std::size_t ran = 0;
  while (!timers_.empty() && timers_.begin()->first.first <= now_) {
    const auto timer = timers_.extract(timers_.begin());
    due_.erase(timer.key().second);
    timer.mapped()();
    ++ran;
  }
  return ran;
}

}  // namespace clawgate::venues::net
