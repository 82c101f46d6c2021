// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "venues/net/asio/stream.h"
#include "venues/net/http_text.h"

// Only asio_transport.cc includes this.

namespace clawgate::venues::net {

namespace http = beast::http;

inline HttpAnswer no_answer(Fate fate, std::string why) {
  HttpAnswer answer;
  answer.fate = fate;
  answer.why = std::move(why);
  return answer;
}

/// One request, from send() to its answer.
struct Exchange {
  Exchange(asio::io_context& io, std::string text, HttpDone on_done)
      : wire(std::move(text)), done(std::move(on_done)), deadline(io) {}

  void finish(const HttpAnswer& answer) {
    deadline.cancel();
    if (const HttpDone call = std::exchange(done, nullptr)) call(answer);
  }

  std::string wire;
  HttpDone done;  // empty once it was called
  std::function<bool()> may_leave;
  asio::steady_timer deadline;
};

/// One keep-alive connection, with at most one exchange at a time. It reads all the time, so that
/// it learns of the server's end while it is idle.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  /// The pool it belongs to. Cleared when the pool drops it.
  struct Owner {
    virtual void on_connect_failed(HttpConnection& connection, const std::string& why) = 0;
    virtual void on_free() = 0;
    virtual void on_ended(HttpConnection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  HttpConnection(Shared& shared, const Endpoint& endpoint, std::weak_ptr<Owner> owner)
      : shared_(shared),
        stream_(shared, endpoint.tls),
        dialer_(std::make_shared<Dialer>(shared, endpoint)),
        owner_(std::move(owner)) {}

  void connect() {
    dialer_->start(
        stream_, [self = shared_from_this()](const std::string& why) { self->on_connected(why); });
  }

  [[nodiscard]] bool is_connecting() const { return state_ == State::Connecting; }
  [[nodiscard]] bool is_idle() const { return state_ == State::Idle; }
  [[nodiscard]] bool is_quiet() { return stream_.is_quiet(); }
  [[nodiscard]] bool carries(const Exchange& exchange) const {
    return exchange_.get() == &exchange;
  }

  /// From here on bytes of the request may have left.
  void start(std::shared_ptr<Exchange> exchange) {
    state_ = State::Busy;
    exchange_ = std::move(exchange);
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(static_cast<std::uint32_t>(shared_.options.answer_header_bytes_max));
    parser_->body_limit(shared_.options.answer_body_bytes_max);
    writing_ = true;
    asio::async_write(stream_, asio::buffer(exchange_->wire),
                      [self = shared_from_this(), sent = exchange_](error_code error, std::size_t) {
                        self->on_write(error);
                      });
  }

  void drop() {
    state_ = State::Ended;
    if (exchange_) exchange_->deadline.cancel();
    exchange_ = nullptr;
    dialer_->cancel();
    stream_.drop();
  }

  /// Ends the exchange without an answer, and the connection. Only while it carries one.
  void fail(const std::string& why) {
    if (state_ == State::Ended) return;
    const auto exchange = std::exchange(exchange_, nullptr);
    end();
    exchange->finish(no_answer(Fate::Unknown, why));
    if (const auto owner = owner_.lock()) owner->on_free();
  }

 private:
  enum class State : std::uint8_t { Connecting, Idle, Busy, Ended };
  static constexpr std::size_t kReadBytes = 64 * 1024;

  void on_connected(const std::string& why) {
    if (state_ == State::Ended) return;
    const auto owner = owner_.lock();
    if (!owner) return drop();
    if (!why.empty()) {
      drop();
      return owner->on_connect_failed(*this, why);
    }
    state_ = State::Idle;
    read();
    owner->on_free();
  }

  void read() {
    stream_.async_read_some(inbox_.prepare(kReadBytes),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              self->on_read(error, size);
                            });
  }

  void on_write(error_code error) {
    writing_ = false;
    if (error) fail("connection lost while sending: " + error.message());
  }

  void on_read(error_code error, std::size_t size) {
    if (state_ == State::Ended) return;
    if (state_ == State::Idle) return end();  // the server's end, or words nobody asked for
    inbox_.commit(size);
    if (error == asio::error::eof) return on_eof();
    if (error) return fail("connection lost before the whole answer: " + error.message());
    parse();
  }

  // An answer without a length ends with its connection.
  void on_eof() {
    error_code error;
    if (parser_->got_some()) parser_->put_eof(error);
    if (error || !parser_->is_done()) return fail("connection closed before the whole answer");
    complete(false);
  }

  void parse() {
    while (inbox_.size() > 0 && !parser_->is_done()) {
      error_code error;
      inbox_.consume(parser_->put(inbox_.data(), error));
      if (error == http::error::need_more) break;
      if (error) return fail("unreadable answer: " + error.message());
      if (parser_->is_done() && parser_->get().result_int() / 100 == 1) {
        return fail("unreadable answer: an interim status");  // we never ask for one
      }
    }
    if (!parser_->is_done()) return read();
    complete(parser_->keep_alive() && !writing_ && inbox_.size() == 0);
  }

  void complete(bool keep) {
    HttpAnswer answer;
    answer.fate = Fate::Answered;
    auto& message = parser_->get();
    answer.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      answer.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    answer.body = std::move(message.body());
    const auto exchange = std::exchange(exchange_, nullptr);
    if (keep) {
      state_ = State::Idle;
      read();
    } else {
      end();
    }
    exchange->finish(answer);
    if (const auto owner = owner_.lock()) owner->on_free();
  }

  void end() {
    drop();
    if (const auto owner = owner_.lock()) owner->on_ended(*this);
  }

  Shared& shared_;
  AnyStream stream_;
  std::shared_ptr<Dialer> dialer_;
  std::weak_ptr<Owner> owner_;
  State state_ = State::Connecting;
  bool writing_ = false;
  std::shared_ptr<Exchange> exchange_;  // while Busy
  std::optional<http::response_parser<http::string_body>> parser_;
  beast::flat_buffer inbox_;
};

/// The connections to one endpoint and the requests that wait for one.
class HttpPool final : public HttpConnection::Owner, public std::enable_shared_from_this<HttpPool> {
 public:
  HttpPool(Shared& shared, Endpoint endpoint) : shared_(shared), endpoint_(std::move(endpoint)) {}

  void send(const HttpRequest& request, HttpDone done) {
    std::string why = refusal_of(request);
    if (!shared_.options.allowed.allows(endpoint_.host)) {
      why = "host " + endpoint_.host + " is not on the allowlist";
    }
    if (waiting_.size() >= shared_.options.waiting_max) why = "too many requests waiting";
    auto exchange = std::make_shared<Exchange>(
        shared_.io, why.empty() ? to_wire(request, endpoint_) : "", std::move(done));
    if (!why.empty()) return finish_later(exchange, why);
    exchange->may_leave = request.may_leave;
    exchange->deadline.expires_after(std::chrono::nanoseconds(request.timeout_ns));
    exchange->deadline.async_wait([self = shared_from_this(), exchange](error_code error) {
      if (!error) self->on_deadline(*exchange);
    });
    waiting_.push_back(std::move(exchange));
    pump();
  }

  void finish_later(const std::shared_ptr<Exchange>& exchange, const std::string& why) {
    asio::post(shared_.io, [self = shared_from_this(), exchange, why] {
      if (!self->dropped_) exchange->finish(no_answer(Fate::NotSent, why));
    });
  }

  void drop() {
    dropped_ = true;
    for (const auto& exchange : waiting_) exchange->deadline.cancel();
    waiting_.clear();
    for (const auto& connection : std::exchange(connections_, {})) connection->drop();
  }

  // The last connection that fails takes with it what waited for one.
  void on_connect_failed(HttpConnection& connection, const std::string& why) override {
    on_ended(connection);
    if (!connections_.empty()) return;
    const std::string words = endpoint_.host + ": " + why;
    for (const auto& exchange : std::exchange(waiting_, {})) {
      if (dropped_) return;
      exchange->finish(no_answer(Fate::NotSent, words));
    }
  }

  void on_free() override { pump(); }

  void on_ended(HttpConnection& connection) override {
    std::erase_if(connections_, [&](const auto& row) { return row.get() == &connection; });
  }

 private:
  void pump() {
    while (!dropped_ && !waiting_.empty()) {
      const auto idle = take_idle();
      if (!idle) return open_more();
      auto exchange = std::move(waiting_.front());
      waiting_.pop_front();
      if (exchange->may_leave && !exchange->may_leave()) {
        finish_later(exchange, "held back at the last moment");
        continue;
      }
      idle->start(std::move(exchange));
    }
  }

  // One that the server closed is replaced here, before any byte was written to it.
  std::shared_ptr<HttpConnection> take_idle() {
    for (std::size_t i = connections_.size(); i-- > 0;) {
      if (!connections_[i]->is_idle()) continue;
      if (connections_[i]->is_quiet()) return connections_[i];
      connections_[i]->drop();
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return nullptr;
  }

  void open_more() {
    auto connecting = static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(),
                      [](const auto& row) { return row->is_connecting(); }));
    while (connecting < waiting_.size() && connections_.size() < shared_.options.connections_max) {
      connections_.push_back(
          std::make_shared<HttpConnection>(shared_, endpoint_, weak_from_this()));
      connections_.back()->connect();
      ++connecting;
    }
  }

  void on_deadline(Exchange& exchange) {
    if (!exchange.done || dropped_) return;
    const auto waits = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const auto& row) { return row.get() == &exchange; });
    if (waits != waiting_.end()) {
      waiting_.erase(waits);
      return exchange.finish(no_answer(Fate::NotSent, "timed out waiting for a connection"));
    }
    const auto carrier = std::find_if(connections_.begin(), connections_.end(),
                                      [&](const auto& row) { return row->carries(exchange); });
    if (carrier == connections_.end()) return;
    const auto connection = *carrier;
    connection->fail("timed out waiting for the answer");
  }

  Shared& shared_;
  Endpoint endpoint_;
  bool dropped_ = false;
  std::deque<std::shared_ptr<Exchange>> waiting_;
  std::vector<std::shared_ptr<HttpConnection>> connections_;
};

class AsioHttpClient final : public HttpClient {
 public:
  AsioHttpClient(Shared& shared, const Endpoint& endpoint)
      : pool_(std::make_shared<HttpPool>(shared, endpoint)) {}
  ~AsioHttpClient() override { pool_->drop(); }
  AsioHttpClient(const AsioHttpClient&) = delete;
  AsioHttpClient& operator=(const AsioHttpClient&) = delete;

  void send(HttpRequest request, HttpDone done) override { pool_->send(request, std::move(done)); }

 private:
  std::shared_ptr<HttpPool> pool_;
};

}  // namespace clawgate::venues::net
