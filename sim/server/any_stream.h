// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/role.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

// For server.cc alone.

namespace clawgate::sim {

/// A handler of an asynchronous read or write, of any type. Run once.
class IoDone {
 public:
  template <class Handler>
  explicit IoDone(Handler handler) : run_(std::make_unique<Of<Handler>>(std::move(handler))) {}

  void operator()(boost::system::error_code error, std::size_t bytes) {
    const std::unique_ptr<Any> run = std::move(run_);
    run->run(error, bytes);
  }
  void operator()(boost::system::error_code error) { (*this)(error, 0); }

 private:
  struct Any {
    Any() = default;
    Any(const Any&) = delete;
    Any& operator=(const Any&) = delete;
    virtual ~Any() = default;
    virtual void run(boost::system::error_code error, std::size_t bytes) = 0;
  };
  template <class Handler>
  struct Of final : Any {
    explicit Of(Handler from) : handler(std::move(from)) {}
    void run(boost::system::error_code error, std::size_t bytes) override { handler(error, bytes); }
    Handler handler;
  };
  std::unique_ptr<Any> run_;
};

/// A TCP connection in the clear or with TLS, as one type: HTTP and WebSocket are then compiled
/// once.
class AnyStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;
  using ErrorCode = boost::system::error_code;

  /// `tls` null: in the clear.
  AnyStream(Socket socket, boost::asio::ssl::context* tls) {
    if (tls == nullptr) {
      plain_.emplace(std::move(socket));
    } else {
      tls_ = std::make_unique<TlsStream>(std::move(socket), *tls);
    }
  }

  [[nodiscard]] executor_type get_executor() { return socket().get_executor(); }
  [[nodiscard]] Socket& socket() { return tls_ ? tls_->next_layer() : *plain_; }
  [[nodiscard]] bool has_tls() const { return tls_ != nullptr; }

  template <class Handler>
  void handshake(Handler handler) {
    tls_->async_handshake(boost::asio::ssl::stream_base::server, IoDone(std::move(handler)));
  }
  /// Ends both directions. HTTP and WebSocket say themselves where a message ends, so TLS's own
  /// goodbye is left out.
  void shut() {
    ErrorCode ignored;
    socket().shutdown(Socket::shutdown_both, ignored);
    socket().close(ignored);
  }
  void cut() {
    ErrorCode ignored;
    socket().close(ignored);
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, boost::asio::mutable_buffer into) {
          IoDone done(std::move(handler));
          tls_ ? tls_->async_read_some(into, std::move(done))
               : plain_->async_read_some(into, std::move(done));
        },
        token, first_of(buffers));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, Gathered what) {
          IoDone done(std::move(handler));
          tls_ ? tls_->async_write_some(boost::asio::buffer(flatten(what)), std::move(done))
               : plain_->async_write_some(what, std::move(done));
        },
        token, gather(buffers));
  }

 private:
  using TlsStream = boost::asio::ssl::stream<Socket>;
  using Gathered = std::array<boost::asio::const_buffer, 8>;
  static constexpr std::size_t kTlsRecordMax = 16 * 1'024;

  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    auto at = boost::asio::buffer_sequence_begin(buffers);
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (; at != end; ++at) {
      if (boost::asio::mutable_buffer(*at).size() > 0) return *at;
    }
    return {};
  }
  template <class Buffers>
  static Gathered gather(const Buffers& buffers) {
    Gathered gathered;
    std::size_t count = 0;
    auto at = boost::asio::buffer_sequence_begin(buffers);
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (; at != end && count < gathered.size(); ++at) gathered[count++] = *at;
    return gathered;
  }
  // One TLS record instead of one a buffer.
  const std::vector<char>& flatten(const Gathered& what) {
    flat_.resize(std::min(kTlsRecordMax, boost::asio::buffer_size(what)));
    boost::asio::buffer_copy(boost::asio::buffer(flat_), what);
    return flat_;
  }

  std::optional<Socket> plain_;
  std::unique_ptr<TlsStream> tls_;
  std::vector<char> flat_;
};

// How a WebSocket ends its connection; Beast finds these by the argument.
inline void teardown(boost::beast::role_type, AnyStream& stream, boost::system::error_code& error) {
  stream.shut();
  error = {};
}
template <class Handler>
void async_teardown(boost::beast::role_type, AnyStream& stream, Handler&& handler) {
  stream.shut();
  boost::asio::post(stream.get_executor(), [done = std::forward<Handler>(handler)]() mutable {
    done(boost::system::error_code());
  });
}
inline void beast_close_socket(AnyStream& stream) {
  stream.cut();
}

}  // namespace clawgate::sim
