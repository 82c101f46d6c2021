// SPDX-License-Identifier: Apache-2.0
#include "bench/beast_bench.h"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "bench/harness.h"

// The only file of the benchmarks with Beast in it.

namespace clawgate::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using WebSocketStream = websocket::stream<tcp::socket, false>;

const asio::ip::address kLoopback = asio::ip::address_v4::loopback();

class EchoSocket : public std::enable_shared_from_this<EchoSocket> {
 public:
  explicit EchoSocket(tcp::socket socket) : stream_(std::move(socket)) {}

  void run(http::request<http::string_body> upgrade) {
    upgrade_ = std::move(upgrade);
    stream_.text(true);
    stream_.async_accept(upgrade_, [self = shared_from_this()](error_code error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) self->write();
    });
  }
  void write() {
    stream_.async_write(buffer_.cdata(),
                        [self = shared_from_this()](error_code error, std::size_t) {
                          self->buffer_.consume(self->buffer_.size());
                          if (!error) self->read();
                        });
  }

  WebSocketStream stream_;
  http::request<http::string_body> upgrade_;
  beast::flat_buffer buffer_;
};

class EchoConnection : public std::enable_shared_from_this<EchoConnection> {
 public:
  EchoConnection(tcp::socket socket, const std::atomic<std::size_t>& body_bytes)
      : socket_(std::move(socket)), body_bytes_(body_bytes) {}

  void read() {
    request_ = {};
    http::async_read(socket_, buffer_, request_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (!error) self->on_read();
                     });
  }

 private:
  void on_read() {
    if (websocket::is_upgrade(request_)) {
      return std::make_shared<EchoSocket>(std::move(socket_))->run(std::move(request_));
    }
    response_ = http::response<http::string_body>(http::status::accepted, 11);
    response_.set(http::field::content_type, "application/json");
    response_.set(http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    response_.keep_alive(true);
    response_.body().assign(body_bytes_.load(std::memory_order_relaxed), 'x');
    response_.prepare_payload();
    http::async_write(socket_, response_,
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!error) self->read();
                      });
  }

  tcp::socket socket_;
  const std::atomic<std::size_t>& body_bytes_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

}  // namespace

class BeastEcho::Impl {
 public:
  explicit Impl(Idle idle) : acceptor_(io_, tcp::endpoint(kLoopback, 0)) {
    accept();
    thread_ = std::thread([this, idle] {
      pin(1);
      if (idle == Idle::Sleep) io_.run();
      while (!io_.stopped()) io_.poll();
    });
  }
  ~Impl() {
    io_.stop();
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::atomic<std::size_t> body_bytes{0};

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      socket.set_option(tcp::no_delay(true));
      std::make_shared<EchoConnection>(std::move(socket), body_bytes)->read();
      accept();
    });
  }

  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

BeastEcho::BeastEcho(Idle idle) : impl_(std::make_unique<Impl>(idle)) {}
BeastEcho::~BeastEcho() = default;

std::uint16_t BeastEcho::port() const {
  return impl_->port();
}
void BeastEcho::answer_with(std::size_t body_bytes) {
  impl_->body_bytes = body_bytes;
}

struct BeastClient::Impl {
  asio::io_context io{1};
  WebSocketStream stream{io};
  beast::flat_buffer buffer;
};

BeastClient::BeastClient(std::uint16_t port) : impl_(std::make_unique<Impl>()) {
  impl_->stream.next_layer().connect(tcp::endpoint(kLoopback, port));
  impl_->stream.next_layer().set_option(tcp::no_delay(true));
  impl_->stream.handshake("127.0.0.1", "/");
  impl_->stream.text(true);
}
BeastClient::~BeastClient() = default;

void BeastClient::exchange(std::string_view text) {
  bool written = false;
  bool read = false;
  const auto check = [](error_code error) {
    if (!error) return;
    std::fprintf(stderr, "bench: WebSocket: %s\n", error.message().c_str());
    std::exit(2);
  };
  impl_->stream.async_write(asio::buffer(text), [&](error_code error, std::size_t) {
    check(error);
    written = true;
  });
  impl_->stream.async_read(impl_->buffer, [&](error_code error, std::size_t) {
    check(error);
    read = true;
  });
  while (!written || !read) {
    impl_->io.restart();
    impl_->io.poll();
  }
  impl_->buffer.consume(impl_->buffer.size());
}

}  // namespace clawgate::bench
