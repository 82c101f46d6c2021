// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/control.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "schemas/strict_json.h"
#include "sim/protocol/json_writer.h"
#include "sim/protocol/key_permissions.h"
#include "sim/protocol/parameters.h"

namespace clawgate::sim {
namespace {

HttpReply answer(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json;charset=UTF-8"}},
          .body = std::move(body)};
}

HttpReply ok(JsonWriter& w) {
  return answer(200, w.take());
}

HttpReply wrong(std::string_view field, std::string_view rule, std::string_view seen = "") {
  std::string text = std::string(field) + ": " + std::string(rule);
  if (!seen.empty()) text += ", not " + printable(seen);
  JsonWriter w;
  w.object().text("error", text).end_object();
  return answer(400, w.take());
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// By its number, counted from 0, or by the uid that clients see.
std::optional<AccountId> account_of(const Core& core, std::string_view text) {
  const auto number = whole(text);
  if (!number || *number < 0) return std::nullopt;
  const std::size_t accounts = core.exchange->accounts();
  if (static_cast<std::size_t>(*number) < accounts) {
    return AccountId(static_cast<std::uint32_t>(*number));
  }
  for (std::uint32_t i = 0; i < accounts; ++i) {
    if (core.exchange->account(AccountId(i)).uid == *number) return AccountId(i);
  }
  return std::nullopt;
}

constexpr std::string_view kAccountRule = "an account's uid, or its number from 0";

// A string or a number; empty when it is neither or not there.
std::string_view text_of(const Json& object, std::string_view name) {
  const Json* const member = object.find(name);
  const bool readable =
      member != nullptr && (member->is(Json::Kind::String) || member->is(Json::Kind::Number));
  return readable ? std::string_view(member->text) : std::string_view();
}

HttpReply deposit(Core& core, const Json& request) {
  const std::string_view account_text = text_of(request, "account");
  const auto account = account_of(core, account_text);
  if (!account) return wrong("account", kAccountRule, account_text);
  const std::string_view asset_text = text_of(request, "asset");
  const auto asset = core.exchange->find_asset(asset_text);
  if (!asset) return wrong("asset", "an asset of a listed symbol", asset_text);
  const std::string_view amount_text = text_of(request, "amount");
  const RawDecimal amount = parse_decimal(amount_text);
  if (amount.error != DecimalError::None) {
    return wrong("amount", "a decimal with at most 8 decimals", amount_text);
  }
  if (!core.exchange->deposit(*account, *asset, amount.raw, core.now())) {
    return wrong("amount", "no more than what is free, no more than fits", amount_text);
  }
  const Ledger::Balance& balance = core.exchange->ledger().balance(*account, *asset);
  JsonWriter w;
  w.object()
      .text("asset", asset_text)
      .amount("free", balance.free)
      .amount("locked", balance.locked)
      .end_object();
  return ok(w);
}

// The format of gateway/audit/venue_export.h.
HttpReply venue_export(Core& core, std::string_view query) {
  const auto sent = Parameters::from_http(query, "");
  const std::string* const text = sent ? sent->find("account") : nullptr;
  const auto account = text == nullptr ? std::nullopt : account_of(core, *text);
  if (!account) return wrong("account", kAccountRule, text == nullptr ? "" : *text);
  const Exchange& exchange = *core.exchange;
  JsonWriter w;
  w.object().array("orders");
  for (std::size_t i = 0; i < exchange.symbols(); ++i) {
    const SymbolId symbol(static_cast<std::uint32_t>(i));
    for (const OrderRecord& order : exchange.all_orders(*account, symbol, OrderId(0), SIZE_MAX)) {
      w.object()
          .text("client_order_id", order.client_id.view())
          .text("order_id", std::to_string(order.id.value()))
          .text("symbol", exchange.rules(symbol).symbol.view())
          .text("side", name(order.side))
          .text("type", name(order.type))
          .decimal("orig_qty", order.quantity)
          .decimal("executed_qty", order.executed)
          .decimal("price", order.price)
          .decimal("stop_price", order.stop_price)
          .text("time_in_force", name(order.time_in_force))
          .text("status", name(order.status))
          .end_object();
    }
  }
  w.end_array().array("trades");
  for (std::size_t i = 0; i < exchange.symbols(); ++i) {
    const SymbolId symbol(static_cast<std::uint32_t>(i));
    for (const TradeRecord& trade : exchange.trades(*account, symbol, TradeId(0), SIZE_MAX)) {
      w.object()
          .text("order_id", std::to_string(trade.order.value()))
          .text("trade_id", std::to_string(trade.id.value()))
          .text("symbol", exchange.rules(symbol).symbol.view())
          .decimal("price", trade.price)
          .decimal("qty", trade.quantity)
          .amount("commission", trade.commission)
          .text("commission_asset", exchange.asset_name(trade.commission_asset).view())
          .end_object();
    }
  }
  w.end_array().end_object();
  return ok(w);
}

HttpReply list_faults(const Core& core) {
  JsonWriter w;
  w.object().array("rules");
  for (const FaultRule& rule : core.faults.rules()) {
    w.object()
        .text("fault", info(rule.kind).name)
        .integer("count", rule.count)
        .decimal("probability", rule.probability)
        .integer("ms", rule.ms.value_or(info(rule.kind).default_ms))
        .end_object();
  }
  w.end_array().array("injected");
  for (const InjectedFault& fault : core.faults.injected()) {
    w.object()
        .text("fault", info(fault.kind).name)
        .text("what", info(fault.kind).what)
        .time("time", fault.time)
        .text("request", fault.request)
        .text("clientOrderId", fault.client_order_id)
        .integer("orderId", fault.order_id)
        .text("truth", name(fault.truth))
        .end_object();
  }
  w.end_array().end_object();
  return ok(w);
}

HttpReply add_fault(Core& core, const Json& request) {
  constexpr std::array<std::string_view, 4> kMembers = {"fault", "count", "probability", "ms"};
  for (const JsonMember& member : request.members) {
    if (std::find(kMembers.begin(), kMembers.end(), member.name) != kMembers.end()) continue;
    return wrong(member.name, "fault, count, probability or ms");
  }
  FaultRule rule;
  const std::string_view fault = text_of(request, "fault");
  const auto kind = fault_from_name(fault);
  if (!kind) return wrong("fault", "one of " + fault_names(), fault);
  rule.kind = *kind;
  if (request.find("count") != nullptr) {
    const auto count = whole(text_of(request, "count"));
    if (!count || *count == 0) return wrong("count", "a whole number other than 0");
    rule.count = *count;
  }
  if (request.find("probability") != nullptr) {
    const std::string_view text = text_of(request, "probability");
    const RawDecimal chance = parse_decimal(text);
    if (chance.error != DecimalError::None || chance.raw < 0 || chance.raw > Rate::kScale) {
      return wrong("probability", "a decimal from 0 to 1", text);
    }
    rule.probability = Rate::from_raw(chance.raw);
  }
  if (request.find("ms") != nullptr) {
    constexpr std::int64_t kMost = 3 * 86'400'000;
    const auto ms = whole(text_of(request, "ms"));
    const std::int64_t least = rule.kind == FaultKind::ClockSkew ? -kMost : 0;
    if (!ms || *ms < least || *ms > kMost) return wrong("ms", "milliseconds, up to three days");
    rule.ms = *ms;
  }
  core.faults.add(rule);
  strike_sessions(core);
  return list_faults(core);
}

// A flag of a key, wherever it is kept; nullptr when there is none of that name.
bool* permission(ApiKey& key, std::string_view name) {
  if (name == "enableReading") return &key.can_read;
  if (name == "enableSpotAndMarginTrading") return &key.can_trade;
  for (const PermissionRow& row : kPermissions) {
    if (row.name == name) return &(key.permissions.*row.flag);
  }
  return nullptr;
}

HttpReply set_permissions(Core& core, const Json& request) {
  const std::string_view key = text_of(request, "key");
  const auto held = core.keys.find(key);
  if (held == core.keys.end()) return wrong("key", "a key of this exchange");
  ApiKey changed = held->second.key;
  for (const JsonMember& member : request.members) {
    if (member.name == "key") continue;
    bool* const flag = permission(changed, member.name);
    if (flag == nullptr) return wrong(printable(member.name), "the name of a permission");
    if (!member.value.is(Json::Kind::Bool)) return wrong(member.name, "true or false");
    *flag = member.value.boolean;
  }
  held->second.key = changed;
  return answer(200, "{}");
}

// What takes a JSON body.
struct Command {
  std::string_view path;
  HttpReply (*run)(Core& core, const Json& request);
};
constexpr std::array kCommands = {
    Command{"/sim/deposit", deposit},
    Command{"/sim/faults", add_fault},
    Command{"/sim/keys", set_permissions},
};

}  // namespace

HttpReply control(Core& core, std::string_view method, std::string_view path,
                  std::string_view query, std::string_view body) {
  if (method == "GET" && path == "/sim/export") return venue_export(core, query);
  if (method == "GET" && path == "/sim/faults") return list_faults(core);
  if (method == "DELETE" && path == "/sim/faults") {
    core.faults.clear();
    core.skew_ns = 0;
    return list_faults(core);
  }
  for (const Command& command : kCommands) {
    if (method != "POST" || path != command.path) continue;
    const auto request = read_json(body);
    if (!request) return wrong("body", "a JSON object");
    return command.run(core, *request);
  }
  return answer(404, R"({"error":"path: nothing is served there"})");
}

std::string refusal_text(std::string_view body) {
  const auto reply = read_json(body);
  return reply ? std::string(text_of(*reply, "error")) : std::string(body);
}

}  // namespace clawgate::sim
