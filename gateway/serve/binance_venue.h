// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/entropy.h"
#include "gateway/serve/log.h"
#include "gateway/serve/venue_factory.h"
#include "venues/binance_spot/binance_spot.h"
#include "venues/binance_spot/market_feed.h"
#include "venues/net/asio_transport.h"

namespace clawgate::gateway {

/// Binance Spot over sockets, or what speaks like it: the adapter and the market data feed on one
/// network thread of their own. What the door hands over waits in the adapter's bounded queue for
/// that thread, and what came of it is told later, through the inbox. That thread reads the gate
/// immediately before an entry's bytes, and acknowledges kills behind the entries released before.
///
/// The venue need not be there: until it can be reached and its ledger agrees with ours, the
/// adapter tells RECONCILING with the reason, and it keeps trying.
class BinanceVenue final : public venues::Venue {
 public:
  using Listed = venues::binance_spot::BinanceSpot::Listed;
  using Closed = venues::binance_spot::BinanceSpot::Closed;
  struct Options {
    Stage stage = Stage::S0;  // S0: loopback hosts only (I10)
    VenueSettings venue;
    AccountId account;
    std::vector<Listed> symbols;
    std::vector<Closed> closed;
    bool was_unreachable = false;      // as the journal last knew it
    std::function<UnixNanos()> clock;  // the core's: the age of a market is the same on both sides
    /// Of orders ("venue") or of market data ("market"), `about` the order of that client id or
    /// about none (empty); never a secret; the venue's thread.
    std::function<void(LogLevel, std::string_view component, std::string_view about,
                       std::string_view line)>
        log;
    std::function<void(const KeyWord&)> key_told;  // the same thread
    std::optional<std::int64_t> listed_account{};  // whose list `symbols` tell of
    std::function<void(std::int64_t account, const VenueBaseline::Rows&)> listed_to;  // and this
  };

  /// Reads the credentials and starts the thread. Fails on addresses that are missing, unreadable
  /// or not allowed in this stage, and on key files that others may read; never because the venue
  /// does not answer.
  [[nodiscard]] static Result<std::unique_ptr<BinanceVenue>> open(const Options& options,
                                                                  venues::VenueInbox& inbox,
                                                                  const venues::SendGate& gate);
  /// What was handed over goes out and is given a moment for its answer; then the thread ends.
  ~BinanceVenue() override;

  // The core thread.
  [[nodiscard]] std::optional<HandOff> submit(SendPermit permit,
                                              const OrderIntent& intent) override;
  [[nodiscard]] std::optional<HandOff> protect(ProtectPermit permit,
                                               const ProtectiveOrder& order) override;
  void cancel(const CancelRequest& request) override { adapter_->cancel(request); }
  void query(const QueryRequest& request) override { adapter_->query(request); }
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) override {
    return adapter_->confirm_kill(epoch);
  }
  void reconcile() override { adapter_->reconcile(); }

  // Three guards, each of which alone keeps what is signed in S0 on this machine (I10). The
  // transport's list of hosts is checked again for every connection.
  [[nodiscard]] static std::optional<Error> refuse_by_stage(Stage stage, std::string_view host,
                                                            std::string_view key);
  [[nodiscard]] static venues::net::HostAllowlist hosts_for(
      Stage stage, std::span<const std::string> configured);
  [[nodiscard]] static std::optional<Error> refuse_by_type(
      Stage stage, const venues::binance_spot::Credentials& credentials, std::string_view host);

 private:
  struct Endpoints {
    venues::net::Endpoint rest;
    venues::net::Endpoint ws_api;
    venues::net::Endpoint stream;
  };

  BinanceVenue(const Options& options, venues::binance_spot::Credentials credentials,
               std::unique_ptr<venues::net::AsioTransport> transport);
  [[nodiscard]] static Result<Endpoints> read_endpoints(const Options& options);
  void begin(const Endpoints& endpoints, venues::VenueInbox& inbox, const venues::SendGate& gate);
  void wake();

  // The venue's thread.
  void note(LogLevel level, std::string_view line, std::string_view about = {});
  void note(const venues::binance_spot::MarketAlarm& alarm);
  void keep_listed(std::int64_t account,
                   const std::map<InstrumentId, std::int64_t>& listed_to) const;
  [[nodiscard]] std::optional<CauseReported> judge_key(std::string_view reply);
  void finish(UnixNanos until);
  [[nodiscard]] std::uint64_t random_bits();

  Options options_;
  SystemEntropy entropy_;  // of the venue's thread
  venues::binance_spot::Credentials credentials_;
  std::unique_ptr<venues::net::AsioTransport> transport_;
  std::unique_ptr<venues::binance_spot::BinanceSpot> adapter_;
  std::unique_ptr<venues::binance_spot::MarketFeed> feed_;
  std::atomic<bool> awake_{false};                // drain() is on its way
  std::set<std::string, std::less<>> log_lines_;  // of orders, said since the venue was last ready
  std::thread thread_;
};

/// The venue that the configuration names, for the symbols of its limits and for those that the
/// journal still holds a trade in.
[[nodiscard]] VenueFactory binance_venue();

}  // namespace clawgate::gateway
