// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "venues/net/asio_transport.h"

// Only asio_transport.cc includes this: Beast and TLS are compiled once.

namespace clawgate::venues::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

/// What all clients of one transport share.
struct Shared {
  explicit Shared(AsioOptions opts) : options(std::move(opts)) {}

  AsioOptions options;
  asio::ssl::context tls{asio::ssl::context::tls_client};
  asio::io_context io{1};
};

/// TCP with or without TLS on it, as one type: so that what stands on it is compiled once.
class AnyStream {
 public:
  using Socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;
  using executor_type = Socket::executor_type;

  AnyStream(Shared& shared, bool tls) : socket_(shared.io) {
    if (tls) tls_.emplace(socket_, shared.tls);
  }

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }
  asio::ssl::stream<Socket&>* tls() { return tls_ ? &*tls_ : nullptr; }

  void drop() {
    error_code ignored;
    socket_.close(ignored);
  }

  /// Whether an idle connection shows neither an end nor bytes that nobody asked for.
  [[nodiscard]] bool is_quiet() {
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      socket_.async_read_some(buffers, std::forward<Handler>(handler));
    }
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) {
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      socket_.async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

 private:
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
};

// Beast finds these three by argument. After the closing frames there is nothing left to say.
inline void beast_close_socket(AnyStream& stream) {
  stream.drop();
}
inline void teardown(beast::role_type, AnyStream& stream, error_code& error) {
  error = {};
  stream.drop();
}
template <class Handler>
void async_teardown(beast::role_type, AnyStream& stream, Handler&& handler) {
  stream.drop();
  asio::post(stream.get_executor(),
             [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}

/// From a name to a stream that is connected and, where asked for, authenticated.
class Dialer : public std::enable_shared_from_this<Dialer> {
 public:
  /// Called once unless cancelled: empty when connected, else what went wrong, in words.
  using Done = std::function<void(const std::string& why)>;

  Dialer(Shared& shared, Endpoint endpoint)
      : shared_(shared),
        endpoint_(std::move(endpoint)),
        resolver_(shared.io),
        deadline_(shared.io) {}

  /// `done` keeps the owner of `stream` alive.
  void start(AnyStream& stream, Done done) {
    stream_ = &stream;
    done_ = std::move(done);
    deadline_.expires_after(std::chrono::nanoseconds(shared_.options.connect_timeout_ns));
    deadline_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish("timed out while connecting");
    });
    resolver_.async_resolve(
        endpoint_.host, std::to_string(endpoint_.port), tcp::resolver::numeric_service,
        [self = shared_from_this()](error_code error, const tcp::resolver::results_type& found) {
          self->on_resolve(error, found);
        });
  }

  void cancel() {
    done_ = nullptr;
    deadline_.cancel();
    resolver_.cancel();
    if (stream_ != nullptr) std::exchange(stream_, nullptr)->drop();
  }

 private:
  void on_resolve(error_code error, const tcp::resolver::results_type& found) {
    if (!done_) return;
    if (error) return finish("no address: " + error.message());
    asio::async_connect(stream_->socket(), found,
                        [self = shared_from_this()](error_code failed, const tcp::endpoint&) {
                          self->on_connect(failed);
                        });
  }

  void on_connect(error_code error) {
    if (!done_) return;
    if (error) return finish("no connection: " + error.message());
    stream_->socket().set_option(tcp::no_delay(true), error);
    auto* const tls = stream_->tls();
    if (tls == nullptr) return finish({});
    error_code not_an_address;
    asio::ip::make_address(endpoint_.host, not_an_address);
    if (not_an_address &&
        SSL_set_tlsext_host_name(tls->native_handle(), endpoint_.host.c_str()) != 1) {
      return finish("TLS: the host's name cannot be sent");
    }
    tls->set_verify_mode(asio::ssl::verify_peer, error);
    if (!error) tls->set_verify_callback(asio::ssl::host_name_verification(endpoint_.host), error);
    if (error) return finish("TLS: " + error.message());
    tls->async_handshake(
        asio::ssl::stream_base::client,
        [self = shared_from_this()](error_code failed) { self->on_handshake(failed); });
  }

  void on_handshake(error_code error) {
    if (!done_) return;
    if (!error) return finish({});
    const long verdict = SSL_get_verify_result(stream_->tls()->native_handle());
    finish(verdict == X509_V_OK ? "TLS: " + error.message()
                                : std::string("TLS: certificate refused: ") +
                                      X509_verify_cert_error_string(verdict));
  }

  void finish(const std::string& why) {
    if (!done_) return;
    const Done done = std::move(done_);
    done_ = nullptr;
    deadline_.cancel();
    resolver_.cancel();
    AnyStream* const stream = std::exchange(stream_, nullptr);
    if (!why.empty()) stream->drop();
    done(why);
  }

  Shared& shared_;
  Endpoint endpoint_;
  tcp::resolver resolver_;
  asio::steady_timer deadline_;
  AnyStream* stream_ = nullptr;
  Done done_;
};

}  // namespace clawgate::venues::net
