// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/exchange/exchange.h"
#include "sim/protocol/market_streams.h"
#include "sim/protocol/service.h"
#include "sim/server/server.h"

namespace clawgate::sim {

/// The whole practice exchange behind its sockets: exchange, REST and WebSocket API, market data
/// streams, listeners. Before start() one thread may set it up; from then on everything but
/// call(), activity(), next_due() and release_due() belongs to the server's thread.
class Simulator {
 public:
  struct Options {
    Server::Options server;  // its clock is set here
    std::uint64_t seed = 1;
    RateLimits limits;
    std::vector<FaultRule> faults;
    std::int64_t shuffle_ns = 500'000;  // as Service::Options
    /// Empty: the machine's. Else the caller owns the time of everything: orders, streams, and
    /// what is held (see Server::Options::clock). Called on the server's thread.
    std::function<TimeNs()> clock;
    /// As Server::Routes::kept, on the server's thread.
    std::function<bool()> kept;
  };

  explicit Simulator(Options options);

  [[nodiscard]] Exchange& exchange() { return exchange_; }
  [[nodiscard]] Service& service() { return service_; }
  [[nodiscard]] MarketStreams& streams() { return streams_; }
  [[nodiscard]] TimeNs now() const { return clock_(); }

  /// What the market outside did, to the exchange and then to the streams.
  void apply(const MarketEvent& event, TimeNs now);

  [[nodiscard]] Result<Server::Ports> start() { return server_.start(); }
  /// Announces it to every WebSocket, then closes them.
  void stop();
  std::size_t poll() { return server_.poll(); }
  bool call(const std::function<void()>& what) { return server_.call(what); }
  [[nodiscard]] Server::Activity activity() const { return server_.activity(); }
  [[nodiscard]] std::optional<TimeNs> next_due() { return server_.next_due(); }
  void release_due() { server_.release_due(); }

 private:
  [[nodiscard]] Service::Options service_options(const Options& options);
  [[nodiscard]] Server::Routes routes(const Options& options);

  std::function<TimeNs()> clock_;
  Service service_;
  Exchange exchange_;
  MarketStreams streams_;
  Server server_;  // last: its thread ends first
};

/// The machine's clock.
[[nodiscard]] TimeNs machine_time();

}  // namespace clawgate::sim
