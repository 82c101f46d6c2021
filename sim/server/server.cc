// SPDX-License-Identifier: Apache-2.0
#include "sim/server/server.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <deque>
#include <future>
#include <thread>

#include "sim/server/http_link.h"

namespace clawgate::sim {

using wire::Clock;
using wire::ErrorCode;
using wire::HttpLink;
using wire::Link;
using wire::Shared;
using wire::tcp;
namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};

Error failure(Reason reason, const std::string& field, const std::string& seen) {
  return {reason, field, seen};
}

}  // namespace

bool is_loopback(const std::string& address) {
  ErrorCode error;
  const auto parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

class Server::Impl {
 public:
  Impl(Options options, Routes routes) : shared_(std::move(options), std::move(routes)) {}

  Result<Ports> start();
  void stop(std::chrono::milliseconds patience);
  std::size_t poll() { return shared_.io.poll(); }
  bool call(const std::function<void()>& what);
  Shared& shared() { return shared_; }

 private:
  struct Door {
    explicit Door(asio::io_context& io) : acceptor(io), pause(io) {}
    tcp::acceptor acceptor;
    asio::steady_timer pause;  // where there is nothing left to accept with
    asio::ssl::context* tls = nullptr;
  };

  Result<std::uint16_t> open(std::uint16_t port, asio::ssl::context* tls);
  std::optional<Error> load(const Tls& tls);
  void accept(Door& door);
  void take(Door& door, tcp::socket socket);

  Shared shared_;
  std::optional<asio::ssl::context> tls_;
  std::deque<Door> doors_;
  std::thread thread_;  // none where the caller's serves
  std::atomic<bool> runs_{false};
  asio::executor_work_guard<asio::io_context::executor_type> work_{shared_.io.get_executor()};
};

std::optional<Error> Server::Impl::load(const Tls& tls) {
  ErrorCode error;
  tls_.emplace(asio::ssl::context::tls_server);
  tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                        asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1,
                    error);
  tls_->use_certificate_chain(asio::buffer(tls.certificate), error);
  if (error) return failure(Reason::ConfigValueRange, "tls certificate", error.message());
  tls_->use_private_key(asio::buffer(tls.key), asio::ssl::context::pem, error);
  if (error) return failure(Reason::ConfigValueRange, "tls key", "not the certificate's key");
  return std::nullopt;
}

Result<std::uint16_t> Server::Impl::open(std::uint16_t port, asio::ssl::context* tls) {
  const std::string where = shared_.options.bind + ":" + std::to_string(port);
  const tcp::endpoint endpoint(asio::ip::make_address(shared_.options.bind), port);
  Door& door = doors_.emplace_back(shared_.io);
  door.tls = tls;
  ErrorCode error;
  door.acceptor.open(endpoint.protocol(), error);
  if (!error) door.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) door.acceptor.bind(endpoint, error);
  if (!error) door.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failure(Reason::BindFailed, where, error.message());
  accept(door);
  return door.acceptor.local_endpoint().port();
}

void Server::Impl::accept(Door& door) {
  door.acceptor.async_accept([this, &door](ErrorCode error, tcp::socket socket) {
    if (!door.acceptor.is_open()) return;
    if (!error) {
      take(door, std::move(socket));
      return accept(door);
    }
    // Out of descriptors, it may be: trying again at once would only use up the processor.
    if (wire::drop_oldest_silent(shared_)) return accept(door);
    door.pause.expires_after(kAcceptPause);
    door.pause.async_wait([this, &door](ErrorCode cut) {
      if (!cut && door.acceptor.is_open()) accept(door);
    });
  });
}

void Server::Impl::take(Door& door, tcp::socket socket) {
  ErrorCode unknown;
  const tcp::endpoint peer = socket.remote_endpoint(unknown);
  const bool full = shared_.links.size() >= shared_.options.connections_max;
  if (unknown || (full && !wire::drop_oldest_silent(shared_))) return;
  AnyStream stream(std::move(socket), door.tls);
  std::make_shared<HttpLink>(shared_, std::move(stream), peer.address().to_string())->run();
}

Result<Server::Ports> Server::Impl::start() {
  if (!is_loopback(shared_.options.bind)) {
    return failure(Reason::BindNotLoopback, "bind", shared_.options.bind);
  }
  Ports ports;
  const auto plain = open(shared_.options.port, nullptr);
  if (!plain) return plain.error();
  ports.plain = *plain;
  if (shared_.options.tls) {
    if (auto error = load(*shared_.options.tls)) return *error;
    const auto tls = open(shared_.options.tls->port, &*tls_);
    if (!tls) return tls.error();
    ports.tls = *tls;
  }
  runs_ = true;
  if (shared_.options.own_thread) thread_ = std::thread([this] { shared_.io.run(); });
  return ports;
}

bool Server::Impl::call(const std::function<void()>& what) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    what();
    return true;
  }
  if (!runs_) return false;
  if (!shared_.options.own_thread) {
    what();
    return true;
  }
  std::promise<void> done;
  asio::post(shared_.io, [&what, &done] {
    what();
    done.set_value();
  });
  done.get_future().wait();
  return true;
}

void Server::Impl::stop(std::chrono::milliseconds patience) {
  if (!runs_) return;
  call([this] {
    shared_.stopping = true;
    ErrorCode ignored;
    for (Door& door : doors_) {
      door.acceptor.close(ignored);
      door.pause.cancel();
    }
    const std::set<Link*> links = shared_.links;
    for (Link* const link : links) link->leave();
  });
  const auto until = Clock::now() + patience;
  bool empty = false;
  while (!empty && Clock::now() < until) {
    call([&] { empty = shared_.links.empty(); });
    if (!shared_.options.own_thread) poll();
    if (!empty) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  call([this] {
    shared_.held.drop();
    shared_.held_count = 0;
    shared_.held_http = 0;
    const std::set<Link*> links = shared_.links;
    for (Link* const link : links) link->drop();
  });
  runs_ = false;
  if (thread_.joinable()) {
    asio::post(shared_.io, [this] { shared_.io.stop(); });
    thread_.join();
  }
  // The handlers still queued own their links; they go while what the links use is there.
  shared_.io.restart();
  shared_.io.poll();
}

Server::Server(Options options, Routes routes)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(routes))) {}

Server::~Server() {
  stop();
}

Result<Server::Ports> Server::start() {
  return impl_->start();
}

void Server::stop(std::chrono::milliseconds patience) {
  impl_->stop(patience);
}

std::size_t Server::poll() {
  return impl_->poll();
}

bool Server::call(const std::function<void()>& what) {
  return impl_->call(what);
}

Server::Activity Server::activity() const {
  const Shared& shared = impl_->shared();
  return {.requests = shared.requests,
          .in_progress = shared.in_progress,
          .held = shared.held_count,
          .held_http = shared.held_http,
          .frames_in = shared.frames_in,
          .frames_out = shared.frames_out,
          .unsent = shared.unsent,
          .sockets = shared.sockets};
}

std::optional<TimeNs> Server::next_due() {
  std::optional<TimeNs> due;
  call([&] { due = impl_->shared().held.next_due(); });
  return due;
}

void Server::release_due() {
  call([this] { impl_->shared().held.release(); });
}

}  // namespace clawgate::sim
