// SPDX-License-Identifier: Apache-2.0
#include "sim/server/simulator.h"

#include <chrono>
#include <memory>
#include <utility>

namespace clawgate::sim {
namespace {

/// What a request traded is on the streams before the next one is read.
class FlushingSession final : public WsSession {
 public:
  FlushingSession(std::unique_ptr<WsSession> session, MarketStreams& streams)
      : session_(std::move(session)), streams_(streams) {}

  void on_text(std::string_view text) override {
    session_->on_text(text);
    streams_.flush();
  }

 private:
  std::unique_ptr<WsSession> session_;
  MarketStreams& streams_;
};

}  // namespace

TimeNs machine_time() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return TimeNs(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

Simulator::Simulator(Options options)
    : clock_(options.clock ? options.clock : machine_time),
      service_(service_options(options)),
      exchange_(&service_),
      streams_(exchange_, clock_, [this] { return service_.skew_ns(); }),
      server_(
          [&options] {
            options.server.clock = options.clock;
            return options.server;
          }(),
          routes(options)) {
  service_.connect(exchange_);
}

Service::Options Simulator::service_options(const Options& options) {
  Service::Options service;
  service.clock = clock_;
  service.seed = options.seed;
  service.limits = options.limits;
  service.faults = options.faults;
  service.shuffle_ns = options.shuffle_ns;
  service.depth = [this](SymbolId symbol, std::size_t limit) {
    return streams_.depth(symbol, limit);
  };
  return service;
}

Server::Routes Simulator::routes(const Options& options) {
  Server::Routes routes;
  routes.http = [this](const HttpRequest& request) {
    HttpReply reply = service_.http(request);
    streams_.flush();
    return reply;
  };
  routes.ws_api = [this](std::string_view target, WsPeer& peer,
                         std::string_view address) -> std::unique_ptr<WsSession> {
    auto session = service_.open_ws_api(target, peer, address);
    if (session == nullptr) return nullptr;
    return std::make_unique<FlushingSession>(std::move(session), streams_);
  };
  routes.streams = [this](std::string_view target, WsPeer& peer, std::string_view) {
    return streams_.open(target, peer);
  };
  routes.skip_ping = [this] { return service_.skip_ping(); };
  routes.kept = options.kept;
  return routes;
}

void Simulator::apply(const MarketEvent& event, TimeNs now) {
  exchange_.apply(event, now);
  streams_.publish(event);
}

void Simulator::stop() {
  server_.call([this] {
    service_.announce_shutdown();
    streams_.announce_shutdown();
  });
  server_.stop();
}

}  // namespace clawgate::sim
