// SPDX-License-Identifier: Apache-2.0
#include "tests/world/peers_fixture.h"

#include <charconv>

namespace clawgate::world {
namespace {

/// What stands between `before` and the next quote; empty where it does not.
std::string_view between(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + before.size());
  return rest.substr(0, rest.find('"'));
}

std::size_t request_id(std::string_view text) {
  std::size_t id = 0;
  constexpr std::string_view kBefore = R"({"id":)";
  if (text.starts_with(kBefore)) {
    std::from_chars(text.data() + kBefore.size(), text.data() + text.size(), id);
  }
  return id;
}

}  // namespace

void PeersTest::up(const WireOptions& options) {
  sent.clear();
  events.clear();
  methods_.clear();
  tamper = nullptr;
  watch = nullptr;
  world = std::make_unique<WireWorld>(options);
  world->pinned_bid = kCalmBid;
  world->take_profit = false;
  world->net().leaving = [this](std::string_view text) { on_leaving(text); };
  world->net().arriving = [this](std::string& text) { return on_arriving(text); };
  world->come_up();
  ASSERT_EQ(world->venue().phase(), venues::binance_spot::Phase::Ready) << tail();
}

void PeersTest::on_leaving(std::string_view text) {
  Frame frame{world->now(), std::string(between(text, R"("method":")")), std::string(text)};
  if (frame.method.empty()) frame.method = text.substr(0, text.find('?'));
  const std::size_t id = request_id(text);
  if (id >= methods_.size()) methods_.resize(id + 1);
  if (id > 0) methods_[id] = frame.method;
  sent.push_back(frame);
  if (watch) watch(frame);
}

bool PeersTest::on_arriving(std::string& text) {
  const std::size_t id = request_id(text);
  const std::string method = id > 0 && id < methods_.size() ? methods_[id] : "";
  const bool arrives = !tamper || tamper(method, text);
  if (arrives && text.find(R"("event":{)") != std::string::npos) events.push_back(text);
  return arrives;
}

void PeersTest::run(std::int64_t seconds, std::int64_t step_ms) {
  for (std::int64_t ms = 0; ms < seconds * 1'000; ms += step_ms) {
    world->step(step_ms * kNanosPerMilli);
  }
}

void PeersTest::hold_a_position() {
  world->buy();
  run(10);
  ASSERT_EQ(state_of(LegRole::Entry), OrderState::Filled) << tail();
  ASSERT_EQ(state_of(LegRole::Stop), OrderState::Working) << tail();
  ASSERT_EQ(trade().protection, ProtectionState::Live);
}

void PeersTest::fault(const std::string& name, std::optional<std::int64_t> ms, int count) {
  std::string json = R"({"fault":")" + name + R"(","count":)" + std::to_string(count);
  if (ms) json += R"(,"ms":)" + std::to_string(*ms);
  world->arm(json + "}");
  ASSERT_FALSE(world->what_broke().has_value()) << *world->what_broke();
}

void PeersTest::network_fails() {
  world->net().down = true;
  world->net().cut_all();
}

void PeersTest::network_is_back() {
  world->net().down = false;
}

const gateway::Trade& PeersTest::trade(std::size_t i) const {
  return world->state().trades.at(i);
}

const gateway::TradeOrder& PeersTest::order(LegRole role, std::size_t i) const {
  const gateway::TradeOrder* const found = trade(i).find(role);
  if (found == nullptr) throw std::runtime_error("no such order");
  return *found;
}

OrderState PeersTest::state_of(LegRole role, std::size_t i) const {
  return order(role, i).state;
}

ClientOrderId PeersTest::id_of(LegRole role, std::size_t i) const {
  return order(role, i).leg.client_order_id;
}

std::optional<sim::OrderRecord> PeersTest::at_venue(const ClientOrderId& id) const {
  sim::OrderRef ref;
  ref.account = world->account();
  ref.symbol = world->symbol();
  ref.client_id = sim::ClientId(id.view());
  const auto found = world->exchange().order(ref);
  if (!found) return std::nullopt;
  return *found;
}

void PeersTest::cancelled_elsewhere(const ClientOrderId& id) {
  sim::CancelOrder cancel;
  cancel.order.account = world->account();
  cancel.order.symbol = world->symbol();
  cancel.order.client_id = sim::ClientId(id.view());
  ASSERT_TRUE(static_cast<bool>(world->exchange().cancel(cancel, sim::TimeNs(world->now()))));
}

void PeersTest::market_falls_to_the_stop() {
  constexpr std::int64_t kTickRaw = 1'000'000;
  world->pinned_bid = order(LegRole::Stop).leg.trigger.raw() / kTickRaw - 100;
}

int PeersTest::count(std::string_view method, std::string_view inside, std::size_t from) const {
  int found = 0;
  for (std::size_t i = from; i < sent.size(); ++i) {
    const bool here = sent[i].method == method || sent[i].method.ends_with(method);
    found += here && sent[i].text.find(inside) != std::string::npos ? 1 : 0;
  }
  return found;
}

int PeersTest::placements(const ClientOrderId& id) const {
  int found = 0;
  for (const Frame& frame : sent) {
    const bool places = frame.method.find("place") != std::string::npos ||
                        frame.method.starts_with("POST /api/v3/order");
    found += places && frame.text.find(id.view()) != std::string::npos ? 1 : 0;
  }
  return found;
}

void PeersTest::expect_agreement() {
  world->compare_ledgers();
  EXPECT_FALSE(world->what_broke().has_value()) << *world->what_broke() << "\n" << tail();
}

std::string PeersTest::tail() const {
  std::string text;
  const std::size_t from = world->log.size() > 30 ? world->log.size() - 30 : 0;
  for (std::size_t i = from; i < world->log.size(); ++i) text += world->log[i] + "\n";
  return text;
}

}  // namespace clawgate::world
