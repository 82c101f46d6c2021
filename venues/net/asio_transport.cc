// SPDX-License-Identifier: Apache-2.0
#include "venues/net/asio_transport.h"

#include <chrono>
#include <unordered_map>
#include <utility>

#include "venues/net/asio/http_client.h"
#include "venues/net/asio/stream.h"
#include "venues/net/asio/web_socket.h"

namespace clawgate::venues::net {
namespace {

template <class Clock>
std::int64_t time_ns() {
  const auto since = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

std::function<UnixNanos()> anchored_clock() {
  using namespace std::chrono;
  const std::int64_t anchor = time_ns<system_clock>() - time_ns<steady_clock>();
  return [anchor] { return UnixNanos(time_ns<steady_clock>() + anchor); };
}

}  // namespace

struct AsioTransport::Impl {
  explicit Impl(AsioOptions options) : shared(std::move(options)) {}

  std::unordered_map<TimerId, asio::steady_timer> timers;
  TimerId last_timer = 0;
  Shared shared;  // goes first: what still waits in it must not see a timer
  asio::executor_work_guard<asio::io_context::executor_type> work{shared.io.get_executor()};
};

AsioTransport::AsioTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AsioTransport::~AsioTransport() {
  impl_->timers.clear();
}

Result<std::unique_ptr<AsioTransport>> AsioTransport::open(AsioOptions options) {
  if (!options.clock) options.clock = anchored_clock();
  auto impl = std::make_unique<Impl>(std::move(options));
  asio::ssl::context& tls = impl->shared.tls;
  const std::string& ca_file = impl->shared.options.ca_file;
  error_code error;
  if (ca_file.empty()) {
    tls.set_default_verify_paths(error);
  } else {
    tls.load_verify_file(ca_file, error);
  }
  if (error) return Error{Reason::FileUnreadable, "ca_file " + ca_file, error.message()};
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  tls.set_verify_mode(asio::ssl::verify_peer);
  return std::unique_ptr<AsioTransport>(new AsioTransport(std::move(impl)));
}

std::unique_ptr<HttpClient> AsioTransport::http(const Endpoint& endpoint) {
  return std::make_unique<AsioHttpClient>(impl_->shared, endpoint);
}

std::unique_ptr<WebSocket> AsioTransport::web_socket(const Endpoint& endpoint,
                                                     const std::string& path_and_query,
                                                     WebSocketEvents& events) {
  return std::make_unique<AsioWebSocket>(impl_->shared, endpoint, path_and_query, events);
}

UnixNanos AsioTransport::now() const {
  return impl_->shared.options.clock();
}

// Waits on the steady clock: a step of `clock` forward moves no timer that is set already.
TimerId AsioTransport::at(UnixNanos when, std::function<void()> what) {
  const TimerId id = ++impl_->last_timer;
  const std::chrono::nanoseconds delay(when.value() - now().value());
  auto& timer =
      impl_->timers.emplace(id, asio::steady_timer(impl_->shared.io, delay)).first->second;
  timer.async_wait([impl = impl_.get(), id, what = std::move(what)](error_code error) {
    if (error || impl->timers.erase(id) == 0) return;
    what();
  });
  return id;
}

void AsioTransport::cancel(TimerId timer) {
  impl_->timers.erase(timer);
}

void AsioTransport::run() {
  impl_->shared.io.run();
}

std::size_t AsioTransport::poll() {
  return impl_->shared.io.poll();
}

void AsioTransport::stop() {
  impl_->shared.io.stop();
}

void AsioTransport::post(std::function<void()> what) {
  asio::post(impl_->shared.io, std::move(what));
}

}  // namespace clawgate::venues::net
