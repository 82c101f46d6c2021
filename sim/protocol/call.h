// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/protocol/core.h"
#include "sim/protocol/json_writer.h"
#include "sim/protocol/parameters.h"

namespace clawgate::sim {

struct Endpoint;
class WsApiSession;

/// What a handler answers. `json` is the result, or with another status than 200 the error object.
struct Reply {
  int status = 200;
  std::string json = "{}";
  std::int64_t retry_after_s = 0;
  std::int64_t hold_ns = 0;
  bool cut = false;
};

/// `{"code","msg"}`, and `data` (a JSON text) when there is some.
[[nodiscard]] std::string error_json(const Refusal& refusal, std::string_view data = "");
[[nodiscard]] Reply fail(const Refusal& refusal);
[[nodiscard]] Reply fail(const Throttled& throttled);
[[nodiscard]] inline Reply ok(JsonWriter& writer) {
  return {.json = writer.take()};
}

/// Who asks, as far as the transport knows.
struct Caller {
  std::string address;
  std::string_view key;                // X-MBX-APIKEY or `apiKey`; empty: none was sent
  const HeldKey* logged_on = nullptr;  // of the WebSocket's session.logon
  WsApiSession* session = nullptr;     // nullptr: REST
};

/// One request on its way: what it sent, who asks, what became of it.
class Call {
 public:
  Call(Core& shared, const Endpoint& row, const Parameters& sent, const Caller& asking,
       TimeUnit time_unit);

  /// The whole way of a request, from its limits to the faults of its answer. The answer's events
  /// are on their way when this returns.
  [[nodiscard]] Reply run(const std::optional<Refusal>& malformed);

  // For handlers, in this order: read parameters, admit, forward, ask the exchange.

  /// Signature and timestamp. The account is known only to who passed.
  [[nodiscard]] Answer<AccountId> admit();
  /// The last step ahead of the matching engine: `orders` new ones are counted against the
  /// account's limit. A reply here means that nothing was executed.
  [[nodiscard]] std::optional<Reply> forward(AccountId account, std::int64_t orders);
  /// The exchange refused: the orders are not counted.
  [[nodiscard]] Reply refused(AccountId account, std::int64_t orders, const Refusal& refusal);
  /// A new order is in the books.
  void accepted(const OrderRecord& order);
  /// Which order a fault of this request is about.
  void about(const ClientId& client_id, OrderId order = OrderId(-1));
  void record(FaultKind kind, FaultTruth truth);

  Core& core;
  Exchange& exchange;
  const Endpoint& endpoint;
  const Parameters& params;
  const Caller& caller;
  TimeUnit unit;
  TimeNs now;    // of the exchange
  TimeNs shown;  // of the clock that requests are checked with
  const HeldKey* key = nullptr;
  bool orders_counted = false;  // the answer tells the order counts
  bool events_newest_first = false;

 private:
  [[nodiscard]] std::optional<Refusal> check_key();
  [[nodiscard]] Reply handle(const std::optional<Refusal>& malformed);
  [[nodiscard]] std::optional<Reply> request_fault();
  void reply_fault(Reply& reply);
  void deliver(Reply& reply);
  [[nodiscard]] std::string request_name() const;

  std::string client_order_id_;
  std::int64_t order_id_ = -1;
};

}  // namespace clawgate::sim
