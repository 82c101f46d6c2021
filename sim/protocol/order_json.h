// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "sim/exchange/exchange.h"
#include "sim/protocol/json_writer.h"

// Orders, lists and trades as REST and the WebSocket API answer them.

namespace clawgate::sim {

enum class ReplyForm : std::uint8_t { Ack, Result, Full };
template <>
inline constexpr auto kNames<ReplyForm> = std::to_array<std::string_view>({"ACK", "RESULT",
                                                                           "FULL"});

/// What a new order answers when newOrderRespType was not sent.
[[nodiscard]] constexpr ReplyForm default_form(OrderType type) {
  return type == OrderType::Market || type == OrderType::Limit ? ReplyForm::Full : ReplyForm::Ack;
}

/// Each writes one whole object.
class OrderJson {
 public:
  OrderJson(JsonWriter& writer, const Exchange& exchange) : w_(writer), exchange_(exchange) {}

  void placed(const OrderAnswer& answer, ReplyForm form);
  void canceled(const OrderAnswer& answer);
  void order(const OrderRecord& order);
  /// A list that was placed, or, as `canceled`, one that was cancelled.
  void placed_list(const ListAnswer& answer, ReplyForm form);
  void canceled_list(const ListAnswer& answer);
  void canceled(const CancelAnswer& answer);
  void list(const ListRecord& list);
  void trade(const TradeRecord& trade);

 private:
  void amounts(const OrderRecord& order);
  void words(const OrderRecord& order);
  void conditional(const OrderRecord& order);
  void fills(const OrderAnswer& answer);
  void list_head(const ListRecord& list, std::optional<TimeNs> transaction_time);
  void list_orders(const ListRecord& list);

  JsonWriter& w_;
  const Exchange& exchange_;
};

/// The client id of an order that exists.
[[nodiscard]] ClientId client_id_of(const Exchange& exchange, const ListRecord& list, OrderId id);

}  // namespace clawgate::sim
