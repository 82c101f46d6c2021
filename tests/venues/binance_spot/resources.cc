// SPDX-License-Identifier: Apache-2.0
#include "tests/venues/binance_spot/resources.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "governance/policy/posture.h"
#include "tests/conformance/contracts.h"
#include "venues/binance_spot/market_events.h"
#include "venues/binance_spot/user_events.h"
#include "venues/binance_spot/venue_error.h"

namespace clawgate::venues::binance_spot {
namespace {

template <class T>
Error error_of(const Result<T>& result) {
  return result ? Error{} : result.error();
}
template <auto Read>
Error with(std::string_view text) {
  return error_of(Read(text));
}
Error read_info(std::string_view text) {
  return error_of(read_exchange_info(text, any_instrument));
}
// Never fails: an error that cannot be read has no code.
Error read_error(std::string_view text) {
  net::HttpAnswer answer;
  answer.status = 400;
  answer.body = text;
  if (read_rest_error(answer).code != 0) return {};
  return {Reason::FieldValue, "", ""};
}
template <class Event>
Error read_event(std::string_view text) {
  const auto event = read_user_event(text, Ours{AccountId(1), 0}, any_instrument);
  if (!event) return event.error();
  if (std::holds_alternative<Event>(*event)) return {};
  return {Reason::FieldValue, "/e", ""};
}

// The decoder names a field without a slash.
Error slashed(Error error) {
  if (error.reason != Reason::None) error.field.insert(0, "/");
  return error;
}
template <class Event>
Error read_stream(std::string_view text) {
  MarketDecoder decoder;
  const auto event = decoder.read(text);
  if (!event) return slashed(event.error());
  if (std::holds_alternative<Event>(*event)) return {};
  return {Reason::FieldValue, "/e", ""};
}
Error read_single_trade(std::string_view text) {
  MarketDecoder decoder;
  const auto event = decoder.read(text);
  if (!event) return slashed(event.error());
  const auto* const trade = std::get_if<TradeEvent>(&*event);
  if (trade != nullptr && !trade->aggregate) return {};
  return {Reason::FieldValue, "/e", ""};
}
Error read_depth_snapshot(std::string_view text) {
  MarketDecoder decoder;
  return slashed(error_of(decoder.read_snapshot(text)));
}

// Who judges a key is its reader; of a good one only the first finding is an error.
Error read_key_restrictions(std::string_view text) {
  const auto posture = governance::check_posture(text, governance::KeyUse::Trading);
  return posture.passes() ? Error{} : posture.findings.front();
}

constexpr auto kResources = std::to_array<ResourceRow>({
    {"account", "c876896e21bfdcdc4e006cebcdd72c395cd91b6610a38e2ee07439359b3c1372",
     with<read_account>},
    {"account_position", "a2e06717ea4faccd74dc036349c8ffce89ae2435a7e6fe0c0cb30ed0ed53c0b5",
     read_event<BalancesEvent>},
    {"avg_price", "c51891233fcd23cdd78a4ef87a21a8fe1c14f9a4cd7a1cc556447fc58f55e348",
     with<read_avg_price>},
    {"balance_update", "50705904ba649630055ce3d26e4feadddfa03bdab96c7e736550ccbaf459474e",
     read_event<MovementRow>, false, 2},
    {"book_ticker", "832e03c565e82b318ac7386c8cba41168e3969305a017efefeec9c8ee0115359",
     read_stream<BookTicker>, true},
    {"commission", "c396d363070b7778c5f13fde715775eca81ee7aabfbadad529446a1495e556a1",
     with<read_commission>},
    {"depth_snapshot", "f4d2fca43fa8bef83bd0dddfeb988afb4e7f0f2e5e78773b54093e85331ef307",
     read_depth_snapshot, true},
    {"depth_update", "ad118a1ba34df95937b43dc0f1393afdd46660c140996706eea8a18fd1cc546e",
     read_stream<DepthUpdate>, true},
    {"error", "cb64bac8d7a836f22290f69d1396b836180f08b8d64465969e8d146fb59e1805", read_error},
    {"event_stream_terminated", "8de057ca6b872a5091a16a3dbe9d2472a6f10bdc397f30daa69bae9c727913da",
     read_event<StreamTerminated>},
    {"exchange_info", "7388774df1ab8124b424f9affaa41c339c0eb90a66de5991ec313d8c7aa05285",
     read_info},
    {"execution_report", "cab6cb862299e30aeb5094edd4f92aff18d0b517c50acfd89ab1697fff77833c",
     read_event<OrderEventRow>},
    {"key_restrictions", "231c2b1c718c05c569335fa967666f26215f791e9883260cd588ea4d9f7df6fa",
     read_key_restrictions},
    {"list_reply", "b0eb1f93b67097c24eca8fde5c49dbb4867ad0d0c366da006968c7d5455f75ab",
     with<read_list_reply>},
    {"list_status", "1f4db7e427c8bfaff0a166015ee0c37377df5623b08149b4148a467d879bb228",
     read_event<ListEvent>},
    {"logon", "f93b20d1601742cc73fcdce4aba28ac73dd0dabfee81d04bf2ea6be3e217f789", with<read_logon>},
    {"my_trades", "ee0173ee5d1c4a778c20976a831fd967be30804725ddce9753d989584ecf7647",
     with<read_trades>},
    {"order", "ad288ea4a328088e6bfcf35ac37b0e918065210e99dec254dfb5fd42ece74308", with<read_order>,
     false, 2},
    {"order_reply", "8010118d94537604fc2771973d535bb2a23e7ee6a05f2bd656728878c301f7b8",
     with<read_order_reply>},
    {"server_shutdown", "7edf75988d5b789a705d9ea3d8fd32cab6f7adb096c67b5ab839f7d4f341a45b",
     read_stream<ServerShutdown>, true},
    {"server_time", "7f8399ca74b579133f54622f018f3c4b2b559c1e52772c308acfecf713d609ee",
     with<read_server_time>},
    {"subscription", "974aa63e67111b444569492795d6ccdf972b698b1072e152a2651e74d3f0ed80",
     with<read_subscription>},
    {"subscriptions", "ad49be3aa5551994657c5a0baca22193a46a068fcaa7ffa498ec406875e07a34",
     with<read_subscriptions>},
    {"trade", "f4175da9cd9070fa9ca53359231110bb9e14f1a5d298434f6141c5b778ea2d79", read_single_trade,
     true},
    {"ws_frame", "7073f250179f47974a34a498a8f0272341228b708a610389d6b110993251db1e",
     with<read_ws_frame>},
});

std::filesystem::path contracts_folder() {
  return std::filesystem::path(CLAWGATE_SOURCE_DIR) / "venues" / "binance_spot" / "contracts";
}

/// "order.v1"
std::string versioned(std::string_view resource) {
  const auto row = std::find_if(kResources.begin(), kResources.end(),
                                [&](const ResourceRow& each) { return each.name == resource; });
  return std::string(resource) + ".v" + std::to_string(row == kResources.end() ? 1 : row->version);
}

std::filesystem::path fixtures_folder(std::string_view resource, std::string_view kind) {
  return contracts_folder() / "fixtures" / versioned(resource) / kind;
}

}  // namespace

std::span<const ResourceRow> resources() {
  return kResources;
}

void PrintTo(const ResourceRow& row, std::ostream* out) {
  *out << row.name;
}

std::filesystem::path contract_path(const ResourceRow& row) {
  return contracts_folder() / (versioned(row.name) + ".json");
}

std::vector<Fixture> fixtures_of(const ResourceRow& row, std::string_view kind) {
  std::vector<Fixture> fixtures;
  for (const auto& file : std::filesystem::directory_iterator(fixtures_folder(row.name, kind))) {
    fixtures.push_back({file.path().stem().string(), conformance::read_file(file.path())});
  }
  std::sort(fixtures.begin(), fixtures.end(),
            [](const Fixture& one, const Fixture& other) { return one.name < other.name; });
  return fixtures;
}

std::string fixture(std::string_view resource, std::string_view name) {
  return conformance::read_file(fixtures_folder(resource, "good") / (std::string(name) + ".json"));
}

std::optional<InstrumentId> any_instrument(std::string_view /*symbol*/) {
  return InstrumentId(3);
}

}  // namespace clawgate::venues::binance_spot
