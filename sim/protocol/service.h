// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/exchange/exchange.h"
#include "sim/faults/fault_plan.h"
#include "sim/protocol/http.h"
#include "sim/protocol/limits.h"
#include "sim/protocol/signature.h"

// Binance Spot's REST API, WebSocket API and user data stream in front of one exchange, and the
// control API of the simulator. Requests in, answers out; sockets are someone else's.
//
//   request ─▶ limits ─ key ─ parameters ─ signature ─ timestamp ─▶ exchange ─▶ answer
//      faults ┘                                          faults ┘        │        └ faults
//                                                                        ▼
//                              WebSockets ◀─ wrapped user events ◀─ EventSink
//
// Control API, JSON in and out:
//   POST /sim/deposit {"account":0,"asset":"USDT","amount":"100"}   negative: a withdrawal
//   GET  /sim/export?account=0                                      orders and trades for an audit
//   POST /sim/faults {"fault":"timeout_executed","count":1,"probability":"0.05","ms":1000}
//   GET  /sim/faults        what is armed, and all that struck, each with what is true
//   DELETE /sim/faults      disarms
//   clock_skew moves the clock for the request that it strikes, and for the events of all streams
//   from there to the next request.
//   POST /sim/keys {"key":"...","enableWithdrawals":true}            what a key may do, by the
//   names
//                           that GET /sapi/v1/account/apiRestrictions tells it under

namespace clawgate::sim {

/// What else the account's owner allowed a key to do: the wallet's permissions, besides reading and
/// trading. The defaults are those of a key made with care.
struct KeyPermissions {
  bool ip_restrict = true;
  bool withdrawals = false;
  bool internal_transfer = false;
  bool universal_transfer = false;
  bool margin = false;
  bool futures = false;
  bool vanilla_options = false;
  bool portfolio_margin = false;
  bool fix_trade = false;
  bool fix_read_only = false;
};

struct ApiKey {
  std::string key;
  KeyType type = KeyType::Hmac;
  std::string secret;  // HMAC secret, or public key as PEM
  AccountId account;
  bool can_trade = true;
  bool can_read = true;
  KeyPermissions permissions = {};
};

struct Core;

/// One thread: the exchange's, on which it also hears of events.
class Service final : public EventSink {
 public:
  struct Options {
    std::function<TimeNs()> clock;
    std::uint64_t seed = 1;
    RateLimits limits;
    std::vector<FaultRule> faults;
    // Of an answer and the user events of the same request, one comes up to this much later than
    // the other; which one is drawn. 0: neither.
    std::int64_t shuffle_ns = 500'000;
    // Where GET /depth reads; empty: Exchange::depth(). For whoever publishes depth streams with
    // update ids of their own.
    std::function<DepthAnswer(SymbolId, std::size_t)> depth;
  };

  explicit Service(const Options& options);
  ~Service() override;

  /// The exchange was made with this as its EventSink and lives longer.
  void connect(Exchange& exchange);
  /// A public key that cannot be read makes every signature of that key invalid.
  void add_key(const ApiKey& key);

  /// Everything under /api/v3, the wallet's word on a key under /sapi, and the control API under
  /// /sim.
  [[nodiscard]] HttpReply http(const HttpRequest& request);
  /// A WebSocket to /ws-api/v3. `peer` outlives the session, and the service both.
  [[nodiscard]] std::unique_ptr<WsSession> open_ws_api(std::string_view target, WsPeer& peer,
                                                       std::string_view address = "");
  /// serverShutdown to every WebSocket. Closing them is the caller's.
  void announce_shutdown();
  /// Asked before each ping: true means a fault leaves it out.
  [[nodiscard]] bool skip_ping();

  [[nodiscard]] const FaultPlan& faults() const;
  /// How far the server's clock is ahead, by clock_skew and as the newest request found it.
  [[nodiscard]] std::int64_t skew_ns() const;

  void on(AccountId account, const ExecutionReport& event) override;
  void on(AccountId account, const ListStatusEvent& event) override;
  void on(AccountId account, const AccountPosition& event) override;
  void on(AccountId account, const BalanceUpdate& event) override;

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace clawgate::sim
