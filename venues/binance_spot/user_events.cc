// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/user_events.h"

#include "schemas/strict_json.h"
#include "venues/binance_spot/detail/balance.h"
#include "venues/binance_spot/detail/json_reader.h"

namespace clawgate::venues::binance_spot {
namespace {

using detail::Failure;
using detail::Object;

constexpr std::size_t kEventBytesMax = 1U << 20;
constexpr std::size_t kAssetsMax = 10'000;

constexpr auto kExecWords = std::to_array<WordRow<ExecType>>({
    {"NEW", ExecType::New},
    {"CANCELED", ExecType::Canceled},
    {"REPLACED", ExecType::Status},
    {"REJECTED", ExecType::Rejected},
    {"TRADE", ExecType::Trade},
    {"EXPIRED", ExecType::Expired},
    {"TRADE_PREVENTION", ExecType::Expired},
});
constexpr auto kListWords =
    std::to_array<WordRow<ListStatus>>({{"EXECUTING", ListStatus::Executing},
                                        {"ALL_DONE", ListStatus::AllDone},
                                        {"REJECT", ListStatus::Reject}});
constexpr std::string_view kNoReason = "NONE";

UnixNanos our_time(UnixNanos venue_time, const Ours& ours) {
  return UnixNanos(venue_time.value() - ours.venue_ahead_ns);
}

/// Why it was rejected, else why it expired; empty when neither is said.
Text<64> words_of(const Object& from) {
  Text<64> words;
  for (const std::string_view name : {"eR", "r"}) {
    if (!from.has(name)) continue;
    const std::string_view word = from.text(name, 64);
    if (word != kNoReason) words = Text<64>(printable(word, 64));
  }
  return words;
}

OrderEventRow order_event(const Object& from, const Ours& ours, const InstrumentOf& instrument_of) {
  OrderEventRow row;
  bool is_cut = false;
  row.symbol = from.symbol("s", is_cut);
  row.order_list_id = from.integer("g", -1);
  row.execution_id = from.integer("I", 0);
  ExecutionReport& report = row.report;
  report.account = ours.account;
  if (const auto id = is_cut ? std::nullopt : instrument_of(row.symbol.view())) {
    report.instrument = *id;
    row.listed = true;
  }
  // A cancel has an id of its own in `c`; the order's is in `C`.
  const bool renamed = !from.text("C", ClientOrderId::kMax).empty();
  report.client_order_id = from.id_text<ClientOrderId>(renamed ? "C" : "c");
  row.venue_order_id = from.order_id("i");
  report.venue_order_id = VenueOrderId(std::to_string(row.venue_order_id));
  report.exec_type = from.word("x", kExecWords);
  report.ord_status = from.word("X", kStatusWords);
  const bool lives =
      report.ord_status == OrdStatus::New || report.ord_status == OrdStatus::PartiallyFilled;
  // Self-trade prevention took a part of it, and the rest stands.
  if (report.exec_type == ExecType::Expired && lives) report.exec_type = ExecType::Status;
  report.side = from.word("S", kSideWords);
  report.cum_qty = from.decimal<Qty>("z");
  report.cum_quote = from.decimal<Notional>("Z");
  report.last_qty = from.decimal<Qty>("l");
  report.last_px = from.decimal<Px>("L");
  report.event_time = our_time(from.millis("T"), ours);
  report.text = words_of(from);
  const Qty fee = from.decimal<Qty>("n");
  const std::string_view fee_asset = from.has("N") ? from.text("N", Asset::kMax) : "";
  const bool is_trade = report.exec_type == ExecType::Trade;
  const std::int64_t trade_id = from.integer("t", is_trade ? 0 : -1);
  if (!is_trade) return row;
  if (!fee.is_zero() && fee_asset.empty()) from.fail(Reason::FieldEmpty, "N", "");
  report.exec_id = ExecId(std::to_string(trade_id));
  report.fee = fee;
  if (!fee.is_zero()) report.fee_asset = Asset(fee_asset);
  return row;
}

BalancesEvent balances_event(const Object& from, const Ours& ours) {
  BalancesEvent event;
  event.venue_time = from.millis("u");
  const UnixNanos time = our_time(event.venue_time, ours);
  from.each("B", kAssetsMax, [&](const Object& item) {
    BalanceRow row;
    if (!detail::read_balance(item, {"a", "f", "l"}, row)) {
      ++event.left_out;
      return;
    }
    event.balances.push_back({ours.account, row.asset, row.free, row.locked, time});
  });
  return event;
}

ListEvent list_event(const Object& from) {
  ListEvent event;
  bool is_cut = false;
  event.symbol = from.symbol("s", is_cut);
  event.order_list_id = from.integer("g", 0);
  event.list_client_order_id = from.id_text<ClientOrderId>("C");
  event.status = from.word("L", kListWords);
  event.reject_reason = words_of(from);
  return event;
}

MovementRow movement(const Object& from, const Ours& ours) {
  MovementRow row;
  row.told_ms = from.integer("E", 0);
  row.moved.account = ours.account;
  row.moved.asset = from.id_text<Asset>("a");
  row.moved.delta = Qty::from_raw(from.raw_decimal("d", true));
  row.at_ms = from.integer("T", 0);
  row.moved.event_time = our_time(from.millis("T"), ours);
  return row;
}

}  // namespace

Result<UserEvent> read_user_event(std::string_view json, const Ours& ours,
                                  const InstrumentOf& instrument_of) {
  Failure failure;
  UserEvent event;
  detail::read_object(json, kEventBytesMax, failure, [&](const Object& from) {
    const std::string_view name = from.text("e", 64);
    if (name == "executionReport") {
      event = order_event(from, ours, instrument_of);
    } else if (name == "outboundAccountPosition") {
      event = balances_event(from, ours);
    } else if (name == "listStatus") {
      event = list_event(from);
    } else if (name == "balanceUpdate") {
      event = movement(from, ours);
    } else if (name == "externalLockUpdate") {
      event = OutsideMovement{Text<24>(name)};
    } else if (name == "eventStreamTerminated") {
      event = StreamTerminated{};
    } else {
      event = UnknownEvent{Text<24>(printable(name, 24))};
    }
  });
  if (failure.any()) return failure.error();
  return event;
}

}  // namespace clawgate::venues::binance_spot
