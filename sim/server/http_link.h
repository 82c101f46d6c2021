// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/server/ws_link.h"

// One HTTP connection, until it becomes a WebSocket. For server.cc alone.

namespace clawgate::sim::wire {

using tcp = asio::ip::tcp;

inline Route route_of(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.starts_with("/api/") || path.starts_with("/sim/")) return Route::Http;
  if (path.starts_with("/sapi/")) return Route::Http;  // the wallet
  if (path == "/ws-api/v3" || path == "/ws-api/v3/") return Route::WsApi;
  if (path == "/ws" || path.starts_with("/ws/")) return Route::Streams;
  if (path == "/stream" || path == "/stream/") return Route::Streams;
  return Route::None;
}

inline std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

class HttpLink final : public Link {
 public:
  HttpLink(Shared& shared, AnyStream stream, std::string peer)
      : Link(shared), stream_(std::move(stream)), peer_(std::move(peer)) {}
  ~HttpLink() override { end_request(); }

  void run();
  void leave() override {
    leaving_ = true;
    if (!busy_) drop();
  }
  void drop() override { stream_.cut(); }
  [[nodiscard]] bool gives_way() override { return !asked_ && stream_.socket().is_open(); }

 private:
  void wait();
  void read();
  void on_read(ErrorCode error);
  void serve(const HttpRequest& asked);
  void answer(HttpReply reply);
  void hold(std::int64_t ns, std::function<void()> what);
  void refuse(http::status status);
  void write(HttpReply reply, bool keep);
  void on_write(ErrorCode error, bool keep);
  void end_request() {
    if (std::exchange(busy_, false)) --shared_.in_progress;
  }

  AnyStream stream_;
  std::string peer_;
  beast::flat_buffer in_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> out_;
  bool asked_ = false;  // a whole request came
  bool busy_ = false;
  bool leaving_ = false;
};

inline void HttpLink::run() {
  ErrorCode ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  if (!stream_.has_tls()) return wait();
  within(shared_.options.request);
  stream_.handshake([link = self<HttpLink>()](ErrorCode error, std::size_t) {
    if (!error) link->wait();
  });
}

// A connection may be idle for long; a request that has begun must arrive soon.
inline void HttpLink::wait() {
  if (leaving_) return drop();
  if (in_.size() > 0) return read();
  within(shared_.options.idle);
  stream_.async_read_some(in_.prepare(4'096),
                          [link = self<HttpLink>()](ErrorCode error, std::size_t bytes) {
                            if (error) return;
                            link->in_.commit(bytes);
                            link->read();
                          });
}

inline void HttpLink::read() {
  within(shared_.options.request);
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(shared_.options.header_max));
  parser_->body_limit(shared_.options.body_max);
  http::async_read(stream_, in_, *parser_, [link = self<HttpLink>()](ErrorCode error, std::size_t) {
    link->on_read(error);
  });
}

inline void HttpLink::on_read(ErrorCode error) {
  allow();
  if (error == http::error::header_limit) {
    return refuse(http::status::request_header_fields_too_large);
  }
  if (error == http::error::body_limit) return refuse(http::status::payload_too_large);
  if (error == http::error::end_of_stream || error == http::error::partial_message) return;
  if (error.category() == make_error_code(http::error::bad_target).category()) {
    return refuse(http::status::bad_request);
  }
  if (error) return;
  asked_ = true;
  const auto& request = parser_->get();
  std::string target(text_of(request.target()));
  const Route route = route_of(target);
  if (websocket::is_upgrade(request)) {
    if (route != Route::WsApi && route != Route::Streams) return refuse(http::status::not_found);
    const auto link =
        std::make_shared<WsLink>(shared_, std::move(stream_), std::move(target), route, peer_);
    return link->accept(request);
  }
  ++shared_.requests;
  ++shared_.in_progress;
  busy_ = true;
  if (route == Route::None) return answer({.status = 404, .headers = {}, .body = {}});
  if (route != Route::Http) return answer({.status = 400, .headers = {}, .body = {}});
  HttpRequest asked;
  asked.method = std::string(text_of(request.method_string()));
  asked.target = std::move(target);
  for (const auto& field : request) {
    asked.headers.emplace_back(lower(text_of(field.name_string())), text_of(field.value()));
  }
  asked.body = std::move(parser_->get().body());
  asked.peer = peer_;
  if (shared_.options.latency_ns <= 0) return serve(asked);
  hold(shared_.options.latency_ns,
       [link = self<HttpLink>(), held = std::move(asked)] { link->serve(held); });
}

inline void HttpLink::serve(const HttpRequest& asked) {
  HttpReply reply = shared_.routes.http(asked);
  reply.hold_ns += shared_.options.latency_ns;
  answer(std::move(reply));
}

inline void HttpLink::hold(std::int64_t ns, std::function<void()> what) {
  ++shared_.held_http;
  shared_.hold(ns, [&shared = shared_, then = std::move(what)] {
    --shared.held_http;
    then();
  });
}

inline void HttpLink::answer(HttpReply reply) {
  if (reply.hold_ns > 0) {
    const std::int64_t ns = std::exchange(reply.hold_ns, 0);
    hold(ns, [link = self<HttpLink>(), held = std::move(reply)] { link->answer(held); });
    return;
  }
  if (reply.cut) {
    end_request();
    return drop();
  }
  write(std::move(reply), parser_->get().keep_alive() && !leaving_);
}

// For what is no request at all: the connection cannot be read on.
inline void HttpLink::refuse(http::status status) {
  write({.status = static_cast<int>(status), .headers = {}, .body = {}}, false);
}

inline void HttpLink::write(HttpReply reply, bool keep) {
  if (!may_tell()) return end_request();
  out_ = {};
  out_.version(11);
  out_.result(static_cast<unsigned>(reply.status));
  for (const auto& [name, value] : reply.headers) out_.insert(name, value);
  out_.body() = std::move(reply.body);
  out_.keep_alive(keep);
  out_.prepare_payload();
  within(shared_.options.request);
  http::async_write(stream_, out_, [link = self<HttpLink>(), keep](ErrorCode error, std::size_t) {
    link->on_write(error, keep);
  });
}

inline void HttpLink::on_write(ErrorCode error, bool keep) {
  allow();
  end_request();
  if (error) return;
  if (keep && !leaving_) return wait();
  stream_.shut();
}

}  // namespace clawgate::sim::wire
