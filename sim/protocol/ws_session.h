// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/strict_json.h"
#include "sim/protocol/call.h"

namespace clawgate::sim {

/// One WebSocket of the WebSocket API: requests as they come, one logon, subscriptions to user
/// events. Answers carry the request's id; with faults they may come in another order.
class WsApiSession final : public WsSession, public UserStream {
 public:
  struct Settings {
    TimeUnit unit = TimeUnit::Milli;
    bool return_rate_limits = true;
    std::string address;
  };

  WsApiSession(Core& core, WsPeer& peer, Settings settings);
  ~WsApiSession() override;
  WsApiSession(const WsApiSession&) = delete;
  WsApiSession& operator=(const WsApiSession&) = delete;

  void on_text(std::string_view text) override;

  void tell(AccountId account, const UserEvent& event, std::int64_t hold_ns) override;
  void announce_shutdown() override;
  void close() override;
  void forget() override { subscriptions_.clear(); }

  // For the session's own requests.
  void log_on(const HeldKey& key);
  void log_off();
  [[nodiscard]] const HeldKey* logged_on() const { return logged_on_; }
  /// nullopt when the account is subscribed here already.
  [[nodiscard]] std::optional<std::int64_t> subscribe(AccountId account, bool by_logon);
  /// Absent: all. False when there is none of that number.
  [[nodiscard]] bool unsubscribe(std::optional<std::int64_t> subscription);
  void write_status(JsonWriter& writer, TimeNs server_time) const;
  void write_subscriptions(JsonWriter& writer) const;

 private:
  struct Subscription {
    AccountId account;
    bool by_logon = false;
    bool silent = false;  // by a fault
  };

  void answer(const std::string& id, const Json& request);
  [[nodiscard]] Reply serve(const Endpoint& endpoint, const Json& params, bool& orders_counted,
                            std::optional<AccountId>& account);
  void send_reply(const std::string& id, const Reply& reply, bool rate_limits,
                  std::optional<AccountId> order_counts_of);
  void write_rate_limits(JsonWriter& writer, std::optional<AccountId> order_counts_of);
  void send_event(const std::string& text, std::int64_t hold_ns);
  void terminate(std::int64_t subscription);

  Core& core_;
  WsPeer& peer_;
  Settings settings_;
  TimeNs connected_since_;
  TimeNs authorized_since_;
  const HeldKey* logged_on_ = nullptr;
  std::map<std::int64_t, Subscription> subscriptions_;
  std::int64_t next_subscription_ = 0;
  TimeNs events_until_;  // the newest event is sent then: the next one not before
  bool gone_ = false;    // cut or closed from this side
};

}  // namespace clawgate::sim
