// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/api_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <charconv>
#include <set>
#include <thread>
#include <utility>

#include "gateway/serve/http_client.h"
#include "schemas/core/assert.h"

// The only file with Beast in it: the server's connections, and the client of the command line.

namespace clawgate::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kWriteMax{10};
constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::size_t kClientMessageMax = 4096;
constexpr std::size_t kReadBytes = 4096;  // room for a usual request: it is read at once

HttpRequest request_of(const http::request<http::string_body>& from) {
  const auto field = [&](http::field name) { return std::string(from[name]); };
  HttpRequest request;
  request.method = std::string(from.method_string());
  request.target = std::string(from.target());
  request.host = field(http::field::host);
  request.origin = field(http::field::origin);
  request.authorization = field(http::field::authorization);
  request.content_type = field(http::field::content_type);
  request.body = from.body();
  return request;
}

http::response<http::string_body> response_of(HttpResponse from, unsigned version, bool keep) {
  http::response<http::string_body> response(static_cast<http::status>(from.status), version);
  response.set(http::field::content_type, from.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : from.headers) response.set(name, value);
  response.keep_alive(keep);
  response.body() = std::move(from.body);
  response.prepare_payload();
  return response;
}

class StreamClient;

}  // namespace

class ApiServer::Impl {
 public:
  explicit Impl(const Options& options)
      : options_(options), seats_(options.seats), acceptor_(io_), pause_(io_), tick_(io_) {}

  [[nodiscard]] std::optional<Error> bind();
  void start(Handlers handlers);
  void stop();
  void accept();
  void on_accept(const error_code& error, tcp::socket socket);
  void next_tick();
  void publish();
  void end_streams();

  Options options_;
  Handlers handlers_;
  Numbers numbers_;
  Seats seats_;
  asio::io_context io_{1};  // goes with all that waits in it before what that refers to
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;  // of accepting, where there was nothing left to accept with
  asio::steady_timer tick_;
  std::set<std::shared_ptr<StreamClient>> streams_;
  std::thread thread_;
};

namespace {

/// One WebSocket that is told events, each as the one before it is written.
class StreamClient : public std::enable_shared_from_this<StreamClient> {
 public:
  StreamClient(ApiServer::Impl& server, tcp::socket socket, Seats::Seat seat)
      : server_(server), seat_(std::move(seat)), timer_(server.io_), socket_(std::move(socket)) {}

  void run(http::request<http::string_body> upgrade, Seq after) {
    socket_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    socket_.read_message_max(kClientMessageMax);
    upgrade_ = std::move(upgrade);
    socket_.async_accept(upgrade_, [self = shared_from_this(), after](error_code error) {
      self->on_accept(error, after);
    });
  }

  void tell() {
    if (ended_) return;
    const auto next = server_.handlers_.next_event(told_);
    if (!next) {
      ++server_.numbers_.streams_dropped;
      return end(websocket::close_code::try_again_later, next.error().reason);
    }
    if (telling_ || *next == nullptr) return;
    told_ = (*next)->seq;
    telling_ = (*next)->text;
    socket_.text(true);
    socket_.async_write(asio::buffer(*telling_),
                        [self = shared_from_this()](error_code error, std::size_t) {
                          self->telling_.reset();
                          if (error) return self->close();
                          self->tell();
                        });
  }

  /// Says why, and waits for the other side to have heard it, though not for long.
  void end(websocket::close_code code, Reason why) {
    if (ended_) return;
    leave();
    timer_.expires_after(kWriteMax);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->close();
    });
    const std::string_view words = info(why).code;
    socket_.async_close({code, {words.data(), words.size()}},
                        [self = shared_from_this()](error_code) { self->close(); });
  }

 private:
  void on_accept(error_code error, Seq after) {
    if (error) return;
    server_.streams_.insert(shared_from_this());
    server_.numbers_.streams = server_.streams_.size();
    told_ = after;
    read();
    tell();
  }
  // Clients have nothing to say; reading answers their pings and notices that they left.
  void read() {
    socket_.async_read(incoming_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->close();
      self->incoming_.clear();
      self->read();
    });
  }
  void leave() {
    ended_ = true;
    server_.streams_.erase(shared_from_this());
    server_.numbers_.streams = server_.streams_.size();
  }
  void close() {
    leave();
    timer_.cancel();
    error_code ignored;
    beast::get_lowest_layer(socket_).socket().close(ignored);
  }

  ApiServer::Impl& server_;
  Seats::Seat seat_;
  asio::steady_timer timer_;  // of its end
  websocket::stream<beast::tcp_stream> socket_;
  http::request<http::string_body> upgrade_;
  beast::flat_buffer incoming_{kClientMessageMax};
  std::shared_ptr<const std::string> telling_;
  Seq told_;  // or being told
  bool ended_ = false;
};

/// One connection: a request, its answer, the next request.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ApiServer::Impl& server, tcp::socket socket)
      : server_(server),
        seat_(server.seats_.enter([this] { displace(); })),
        socket_(std::move(socket)),
        timer_(server.io_) {
    buffer_.reserve(kReadBytes);
    ++server_.numbers_.connections;
  }
  ~Connection() { --server_.numbers_.connections; }

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_.options_.header_bytes_max));
    parser_->body_limit(server_.options_.body_bytes_max);
    timed_out_ = false;
    head_only_ = false;
    timer_.expires_after(std::chrono::milliseconds(server_.options_.request_max_ms));
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      self->timed_out_ = true;
      self->socket_.cancel();
    });
    socket_.expires_never();
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       self->timer_.cancel();
                       self->on_read(error);
                     });
  }

 private:
  void on_read(error_code error) {
    if (timed_out_) {
      const bool begun = parser_->got_some() || buffer_.size() > 0;
      return begun ? refuse({Reason::RequestTimeout, "", ""}) : close();
    }
    if (error == http::error::body_limit || error == http::error::header_limit ||
        error == http::error::buffer_overflow) {
      return refuse({Reason::BodyTooLarge, "", ""});
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message) {
      return close();
    }
    if (error && error.category() == make_error_code(http::error::end_of_stream).category()) {
      return refuse({Reason::HttpSyntax, "", error.message()});
    }
    if (error) return close();
    request_ = parser_->release();
    head_only_ = request_.method() == http::verb::head;
    keep_ = request_.keep_alive();
    if (request_.count(http::field::host) > 1 || request_.count(http::field::authorization) > 1) {
      return refuse({Reason::HttpSyntax, "Host", "sent twice"});
    }
    const HttpRequest asked = request_of(request_);
    if (!seat_.rise(server_.handlers_.standing(asked))) {
      if (!server_.handlers_.is_command(asked)) return refuse_seat();
      keep_ = false;  // a stranger's seat will do for one command: a kill is never without one
    }
    if (websocket::is_upgrade(request_)) return upgrade(asked);
    server_.handlers_.handle(asked, [self = shared_from_this()](HttpResponse response) {
      self->write(std::move(response));
    });
  }

  void upgrade(const HttpRequest& asked) {
    Seq after;
    if (auto refused = server_.handlers_.refuse_stream(asked, after)) {
      return write(std::move(*refused));
    }
    if (!seat_.become_stream()) return refuse_seat();
    std::make_shared<StreamClient>(server_, socket_.release_socket(), std::move(seat_))
        ->run(std::move(request_), after);
  }

  void refuse_seat() {
    ++server_.numbers_.connections_refused;
    refuse({Reason::ConnectionLimit, "", ""});
  }

  void refuse(const Error& error) {
    keep_ = false;
    write(error_response(error));
  }

  void write(HttpResponse response) {
    response_ = response_of(std::move(response), 11, keep_);
    if (head_only_) response_.body().clear();  // its length stays: it is GET's
    socket_.expires_after(kWriteMax);
    http::async_write(socket_, response_,
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error || !self->keep_) return self->close();
                        self->read();
                      });
  }

  void close() {
    error_code ignored;
    socket_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  // Its place is another's from now on, and so is its descriptor.
  void displace() {
    ++server_.numbers_.connections_refused;
    socket_.close();
  }

  ApiServer::Impl& server_;
  Seats::Seat seat_;
  beast::tcp_stream socket_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_{std::size_t{256} * 1024};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
  bool keep_ = false;
  bool head_only_ = false;
  bool timed_out_ = false;
};

}  // namespace

std::optional<Error> ApiServer::Impl::bind() {
  error_code error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error || !address.is_loopback()) {
    return Error{Reason::BindNotLoopback, "serve.address", options_.address};
  }
  const tcp::endpoint at(address, options_.port);
  acceptor_.open(at.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(at, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return std::nullopt;
  return Error{Reason::BindFailed, "serve.port",
               options_.address + ":" + std::to_string(options_.port) + ": " + error.message()};
}

void ApiServer::Impl::start(Handlers handlers) {
  CLAWGATE_ASSERT(!thread_.joinable());
  handlers_ = std::move(handlers);
  accept();
  next_tick();
  thread_ = std::thread([this] { io_.run(); });
}

void ApiServer::Impl::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
}

void ApiServer::Impl::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    on_accept(error, std::move(socket));
  });
}

// With no descriptor left, a stranger gives his; where there is none, trying again at once would
// only use up the processor.
void ApiServer::Impl::on_accept(const error_code& error, tcp::socket socket) {
  if (!error) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    std::make_shared<Connection>(*this, std::move(socket))->read();
    return accept();
  }
  if (seats_.displace_oldest()) return accept();
  pause_.expires_after(kAcceptPause);
  pause_.async_wait([this](error_code cut) {
    if (!cut) accept();
  });
}

void ApiServer::Impl::next_tick() {
  tick_.expires_after(kTick);
  tick_.async_wait([this](error_code error) {
    if (error) return;
    handlers_.tick();
    next_tick();
  });
}

void ApiServer::Impl::publish() {
  const auto all = streams_;  // telling may end, and ending erases
  for (const auto& stream : all) stream->tell();
}

void ApiServer::Impl::end_streams() {
  const auto all = streams_;
  for (const auto& stream : all) {
    stream->end(websocket::close_code::going_away, Reason::GatewayStopping);
  }
}

ApiServer::ApiServer() = default;

ApiServer::~ApiServer() {
  stop();
}

Result<std::unique_ptr<ApiServer>> ApiServer::bind(const Options& options) {
  std::unique_ptr<ApiServer> server(new ApiServer);
  server->impl_ = std::make_unique<Impl>(options);
  if (const auto error = server->impl_->bind()) return *error;
  return server;
}

std::uint16_t ApiServer::port() const {
  return impl_->acceptor_.local_endpoint().port();
}

void ApiServer::start(Handlers handlers) {
  impl_->start(std::move(handlers));
}

void ApiServer::stop() {
  impl_->stop();
}

void ApiServer::post(std::function<void()> what) {
  asio::post(impl_->io_, std::move(what));
}

void ApiServer::publish() {
  impl_->publish();
}

void ApiServer::end_streams() {
  impl_->end_streams();
}

const ApiServer::Numbers& ApiServer::numbers() const {
  return impl_->numbers_;
}

Result<Endpoint> endpoint_from(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = url;
  if (!rest.starts_with(kScheme)) return Error{Reason::UsageOption, "--url", url};
  rest.remove_prefix(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  Endpoint endpoint;
  endpoint.host = std::string(rest.substr(0, colon));
  if (endpoint.host == "localhost") endpoint.host = "127.0.0.1";
  if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']')) {
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  }
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  const bool good = !port.empty() && read.ec == std::errc() &&
                    read.ptr == port.data() + port.size() && !error && address.is_loopback();
  // A token goes to this machine only.
  if (!good) return Error{Reason::UsageOption, "--url", url};
  return endpoint;
}

namespace {

std::string host_of(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

Error unreachable(const Endpoint& endpoint, const error_code& error) {
  return Error{Reason::GatewayUnreachable, "http://" + host_of(endpoint), error.message()};
}

HttpResponse http_response_of(const http::response<http::string_body>& from) {
  HttpResponse response;
  response.status = static_cast<int>(from.result_int());
  response.content_type = std::string(from[http::field::content_type]);
  response.body = from.body();
  return response;
}

}  // namespace

Result<HttpResponse> call(const Endpoint& endpoint, const std::string& method,
                          const std::string& target, const std::string& body,
                          std::int64_t timeout_ms) {
  asio::io_context io;
  beast::tcp_stream socket(io);
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, host_of(endpoint));
  request.set(http::field::authorization, "Bearer " + endpoint.token);
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  request.keep_alive(false);
  request.body() = body;
  request.prepare_payload();
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{16} << 20U);
  error_code outcome;
  socket.expires_after(std::chrono::milliseconds(timeout_ms));
  const auto read = [&](error_code error, std::size_t) {
    outcome = error;
    if (error) return;
    http::async_read(socket, buffer, parser, [&](error_code last, std::size_t) { outcome = last; });
  };
  const auto write = [&](error_code error) {
    outcome = error;
    if (!error) http::async_write(socket, request, read);
  };
  error_code address_error;
  const auto address = asio::ip::make_address(endpoint.host, address_error);
  if (address_error) return unreachable(endpoint, address_error);
  socket.async_connect(tcp::endpoint(address, endpoint.port), write);
  io.run();
  if (outcome) return unreachable(endpoint, outcome);
  return http_response_of(parser.get());
}

Result<StreamEnd> follow_stream(const Endpoint& endpoint, const std::string& target,
                                const std::function<bool(const std::string&)>& event) {
  asio::io_context io;
  websocket::stream<beast::tcp_stream> socket(io);
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (error) return unreachable(endpoint, error);
  beast::get_lowest_layer(socket).connect(tcp::endpoint(address, endpoint.port), error);
  if (error) return unreachable(endpoint, error);
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set(http::field::authorization, "Bearer " + endpoint.token);
  }));
  websocket::response_type answer;
  socket.handshake(answer, host_of(endpoint), target, error);
  if (error == websocket::error::upgrade_declined) return StreamEnd{http_response_of(answer), {}};
  if (error) return unreachable(endpoint, error);
  beast::flat_buffer buffer;
  for (;;) {
    socket.read(buffer, error);
    if (error) {  // a gateway that stops waits for no answer to its word
      const auto& why = socket.reason().reason;
      return StreamEnd{{}, why.empty() ? error.message() : std::string(why.data(), why.size())};
    }
    if (!event(beast::buffers_to_string(buffer.data()))) return StreamEnd{};
    buffer.clear();
  }
}

}  // namespace clawgate::gateway
