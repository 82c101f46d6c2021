// SPDX-License-Identifier: Apache-2.0
#include "tests/world/wire_world.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "gateway/audit/prove.h"
#include "gateway/audit/report_text.h"
#include "gateway/audit/venue_export.h"
#include "gateway/serve/closed_orders.h"
#include "schemas/core/assert.h"
#include "schemas/names.h"
#include "tests/support/approved_decision.h"

namespace clawgate::world {
namespace {

constexpr std::int64_t kBegin = 1'767'603'600 * kNanosPerSecond;  // 2026-01-05T09:00:00Z
constexpr std::int64_t kTick = 1'000'000;                         // 0.01 in 1e-8
constexpr std::int64_t kCash = 10'000 * 100'000'000LL;
constexpr std::string_view kKey =
    "wirekeywirekeywirekeywirekeywirekeywirekeywirekeywirekeywirekey1";
constexpr std::string_view kSecret = "wiresecretwiresecretwiresecret";

venues::binance_spot::Credentials credentials() {
  auto signer = venues::binance_spot::Signer::hmac(kSecret);
  return venues::binance_spot::credentials(kKey, std::move(*signer)).value();
}

std::unique_ptr<sim::Service> make_service(const testing::LoopbackTransport& net,
                                           const WireOptions& asked) {
  sim::Service::Options options;
  options.clock = [&net] { return sim::TimeNs(net.time()); };
  options.seed = asked.seed;
  options.limits = asked.limits;
  return std::make_unique<sim::Service>(options);
}

}  // namespace

/// The journal, and a moment between its group and what the group lets out.
class WireWorld::Recorder final : public gateway::DurableRecorder {
 public:
  Recorder(WireWorld& world, journal::Journal& journal) : world_(world), journal_(journal) {}

  Ticket append(std::uint16_t type, std::uint16_t type_version, UnixNanos time,
                Bytes payload) override {
    return journal_.append(type, type_version, time, payload);
  }
  [[nodiscard]] Result<Ticket> sync() override {
    auto done = journal_.sync();
    if (const auto hook = std::exchange(world_.after_sync, nullptr)) hook();
    return done;
  }

 private:
  WireWorld& world_;
  gateway::InlineJournal journal_;
};

WireWorld::WireWorld(const WireOptions& options)
    : options_(options),
      random_(options.seed),
      net_(kBegin),
      service_(make_service(net_, options)),
      exchange_(service_.get()),
      store_(std::make_unique<testing::MemoryStore>()),
      credentials_(credentials()) {
  symbol_ = exchange_.add_symbol(*sim::find_built_in("BTCUSDT"));
  account_ = exchange_.open_account({});
  service_->connect(exchange_);
  service_->add_key(
      {.key = std::string(kKey), .secret = std::string(kSecret), .account = account_});
  net_.serve(service_.get());
  const bool paid =
      exchange_.deposit(account_, exchange_.quote(symbol_), kCash, sim::TimeNs(kBegin));
  CLAWGATE_ASSERT(paid);
  start(true);
}

std::string_view WireWorld::key() {
  return kKey;
}
std::string_view WireWorld::secret() {
  return kSecret;
}

WireWorld::~WireWorld() {
  venue_.reset();
}

void WireWorld::start(bool clean) {
  state_ = std::make_unique<gateway::State>(std::size_t{1} << 14U);
  journal::Journal::Options options;
  options.journal_id.bytes[0] = 9;
  options.engine_version = Text<64>("wire");
  options.segment_bytes = 256 << 10;
  options.group_bytes = 64 << 10;
  auto journal = journal::Journal::open(*store_, options, [&](const journal::RecordView& record) {
    if (!state_->fold(record.type, record.payload, record.time)) broken("a record does not decode");
  });
  if (!journal) return broken("recovery: " + to_text(journal.error()));
  journal_ = std::move(*journal);
  recorder_ = std::make_unique<Recorder>(*this, *journal_);
  engine_ = std::make_unique<gateway::Engine>(*state_, *recorder_);
  word_ = std::make_unique<gateway::TradingWord>();
  word_->publish(state_->trading_state(), state_->kill_epoch);

  venues::binance_spot::BinanceSpot::Options wire;
  wire.orders_by_websocket = options_.orders_by_websocket;
  wire.rest.host = wire.ws_api.host = "127.0.0.1";
  wire.ws_api.path = "/ws-api/v3";
  wire.rest.path = "/api";
  wire.symbols = {{InstrumentId{0}, Symbol("BTCUSDT"), state_->newest_venue_order[0], listed_to}};
  wire.closed = gateway::closed_orders(*state_);
  wire.listed_account = listed_account;
  wire.on_listed = [this](std::int64_t account, const std::map<InstrumentId, std::int64_t>& to) {
    if (!options_.keeps_baseline) return;
    listed_account = account;
    listed_to = to.at(InstrumentId{0});
  };
  wire.random_bits = [this] { return random_.next(); };
  wire.log = [this](std::string_view line) {
    log.push_back(std::to_string((net_.time() - kBegin) / kNanosPerMilli) + " " +
                  std::string(line));
  };
  wire.wake = [this] { net_.at(net_.now(), [this] { venue_->drain(); }); };
  venue_ = std::make_unique<venues::binance_spot::BinanceSpot>(net_, credentials_, *this, *word_,
                                                               std::move(wire));
  door_ = std::make_unique<gateway::Door>(*venue_, *word_);
  runtime_ = std::make_unique<gateway::Runtime>(*engine_, *recorder_, *door_, *word_, *this,
                                                gateway::Runtime::Options{});
  answers_.clear();

  SessionOpened session;
  session.engine_version = Text<32>("wire");
  session.id_epoch = Text<4>("WIRE");
  session.clean_start = clean;
  session.hold_ttl_ns = 120 * kNanosPerSecond;
  apply(session);
  Limits limits;
  limits.day_orders_max = 1'000;
  limits.order_notional_max = options_.order_max;
  limits.open_trades_max = options_.trades_max;
  limits.day_notional_max = Notional::of(100'000);
  limits.orders_per_minute = 60;
  limits.orders_burst = 10;
  limits.cooldown_ns = 0;
  const bool ok =
      limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), bps(100)}) &&
      limits.engines.push_back(EngineName("tradingagents"));
  CLAWGATE_ASSERT(ok);
  apply(limits);
  Operator who;
  who.id = OperatorId("alice");
  who.channels = bit_of(OperatorChannel::Terminal);
  apply(who);
  move_market();
  venue_->start();
}

// What was synced stays; what was on the wire arrives at the venue all the same.
void WireWorld::crash(bool clean) {
  ++counts_.crashes;
  net_.forget_client();
  venue_.reset();
  runtime_.reset();
  engine_.reset();
  recorder_.reset();
  journal_.reset();
  if (!clean) store_ = store_->after_process_death();
  start(clean);
}

void WireWorld::come_up() {
  for (int i = 0; i < 200 && venue_->phase() != venues::binance_spot::Phase::Ready; ++i) {
    step(100 * kNanosPerMilli);
  }
}

void WireWorld::arm(const std::string& json) {
  const sim::HttpReply reply = service_->http({"POST", "/sim/faults", {}, json, "127.0.0.1"});
  if (reply.status != 200) broken("fault refused: " + reply.body);
}

std::optional<std::string> WireWorld::run(int steps) {
  come_up();
  for (const sim::FaultRule& rule : options_.faults) {
    nlohmann::json json{{"fault", sim::info(rule.kind).name},
                        {"probability", to_text(rule.probability)}};
    if (rule.ms) json["ms"] = *rule.ms;
    arm(json.dump());
  }
  for (int i = 0; i < steps && !broken_; ++i) {
    step(random_.between(20, 2'000) * kNanosPerMilli);
    if (random_.chance(100)) signal(random_.chance(700) ? SignalSide::Buy : SignalSide::Sell);
    if (random_.chance(30)) clear_causes();
    if (options_.partial_takers && random_.chance(100)) buy_part_of_take_profit();
    if (options_.outages && random_.chance(5)) net_.down = !net_.down;
    if (options_.crashes && random_.chance(5)) crash();
  }
  counts_.struck = service_->faults().injected().size();
  static_cast<void>(service_->http({"DELETE", "/sim/faults", {}, "", "127.0.0.1"}));
  net_.down = false;
  faults_ = false;
  approves = false;
  for (int i = 0; i < 2'000 && !broken_; ++i) {
    step(500 * kNanosPerMilli);
    if (random_.chance(300)) clear_causes();
    if (i > 400 && settled()) break;
  }
  net_.run_until(net_.time() + 5 * kNanosPerSecond);  // what the last step did is heard
  if (!broken_ && !settled()) broken("it does not settle");
  compare_ledgers();
  counts_.venue = venue_->counts();
  for (const gateway::Trade& trade : state_->trades) counts_.closed += trade.closed ? 1 : 0;
  return broken_;
}

void WireWorld::step(std::int64_t ns) {
  net_.run_until(net_.time() + ns);
  move_market();
  operate();
  if (runtime_->next_deadline() <= net_.now()) apply(TimePassed{});
  check();
}

void WireWorld::move_market() {
  const std::int64_t now = net_.time();
  bid_ += random_.between(-1'500, 1'500);
  if (random_.chance(10)) bid_ += random_.between(-60'000, 60'000);
  bid_ = std::clamp<std::int64_t>(bid_, 4'000'000, 9'000'000);
  std::int64_t bid_size = random_.between(1, 100);
  std::int64_t ask_size = random_.between(1, 100);
  if (pinned_bid) {
    bid_ = *pinned_bid;
    bid_size = ask_size = 100;
  }
  const std::array bids = {
      sim::BookLevel{Px::from_raw(bid_ * kTick), Qty::from_raw(bid_size * 1'000'000)}};
  const std::array asks = {
      sim::BookLevel{Px::from_raw((bid_ + 1) * kTick), Qty::from_raw(ask_size * 1'000'000)}};
  sim::MarketEvent event;
  event.kind = sim::MarketKind::Snapshot;
  event.symbol = symbol_;
  event.receive_time = event.exchange_time = sim::TimeNs(now);
  event.last_id = ++update_;
  event.bids = bids;
  event.asks = asks;
  exchange_.apply(event, sim::TimeNs(now));
  event.kind = sim::MarketKind::Trade;
  event.trade_id = ++trade_;
  event.buyer_is_maker = random_.chance(500);
  event.price = event.buyer_is_maker ? bids[0].price : asks[0].price;
  event.quantity = Qty::from_raw(random_.between(1, 50) * 1'000);
  exchange_.apply(event, sim::TimeNs(now));
  MarketTop top;
  top.instrument = InstrumentId{0};
  top.bid = bids[0].price;
  top.bid_qty = bids[0].quantity;
  top.ask = asks[0].price;
  top.ask_qty = asks[0].quantity;
  top.last = event.price;
  top.average = exchange_.average_price(symbol_);
  top.event_time = UnixNanos(now);
  if (runtime_ && top.usable()) {
    runtime_->market(top, net_.now());
    runtime_->settle(net_.now());
  }
}

void WireWorld::taker_buys(const sim::OrderRecord& order, Qty part) {
  sim::MarketEvent event;
  event.kind = sim::MarketKind::Trade;
  event.symbol = symbol_;
  event.receive_time = event.exchange_time = sim::TimeNs(net_.time());
  event.trade_id = ++trade_;
  event.price = order.price;
  event.quantity = add(exchange_.queue_ahead(symbol_, order.id), part).value();
  exchange_.apply(event, sim::TimeNs(net_.time()));
}

void WireWorld::buy_part_of_take_profit() {
  for (const sim::OrderRecord& order : exchange_.open_orders(account_, symbol_)) {
    if (order.side != sim::Side::Sell || !order.working || order.price.is_zero()) continue;
    constexpr std::int64_t kStep = 1'000;  // 0.00001 BTC
    const std::int64_t part = order.leaves().raw() / 3 / kStep * kStep;
    if (part > 0) return taker_buys(order, Qty::from_raw(part));
  }
}

void WireWorld::buy() {
  signal(SignalSide::Buy);
}
void WireWorld::sell() {
  signal(SignalSide::Sell);
}

void WireWorld::signal(SignalSide side) {
  runtime_->refresh_market(net_.now());
  SignalIntent signal;
  const std::string number = std::to_string(++made_);
  signal.source_engine = EngineName("tradingagents");
  signal.intent_id = IntentId("i" + number);
  signal.trace_id = TraceId("t" + number);
  signal.payload = sha256(bytes_of(signal.intent_id.view()));
  signal.symbol = Symbol("BTCUSDT");
  signal.side = side;
  signal.as_of = net_.now();
  const std::int64_t bid = bid_ * kTick;
  const std::int64_t stop = random_.between(960, 998);
  signal.stop_loss = Px::from_raw(bid / 1'000 * stop_per_mille.value_or(stop));
  if (random_.chance(500) ? take_profit.value_or(true) : take_profit.value_or(false))
    signal.take_profit = Px::from_raw(bid / 1'000 * random_.between(1'003, 1'030));
  signal.nonce.bytes[0] = static_cast<std::uint8_t>(random_.next());
  ++counts_.signals;
  apply(signal);
}

OperatorCommand WireWorld::a_command(CommandAction action) {
  OperatorCommand command;
  command.command_id =
      CommandId("c" + std::to_string(net_.time()) + "-" + std::to_string(random_.next()));
  command.action = action;
  command.operator_id = OperatorId("alice");
  return command;
}

void WireWorld::kill() {
  word_->kill();
  apply(a_command(CommandAction::Kill));
}

void WireWorld::unblock(Block block) {
  OperatorCommand command = a_command(CommandAction::Unblock);
  command.block = block;
  Sha256 hasher;
  apply_decided(std::move(command), subject_of(block, hasher));
}

void WireWorld::close_unknown(const ClientOrderId& order) {
  OperatorCommand command = a_command(CommandAction::CloseUnknown);
  command.order = order;
  Sha256 hasher;
  apply_decided(std::move(command), subject_of(order, hasher));
}

void WireWorld::apply_decided(OperatorCommand command, const Digest& subject) {
  const DecisionRecorded decision =
      testing::approved_decision(++decisions_, subject, command.operator_id);
  apply(decision);
  command.decision_id = decision.id;
  apply(command);
}

void WireWorld::approve() {
  for (const gateway::Trade& trade : state_->trades) {
    if (trade.hold != HoldState::Held) continue;
    OperatorCommand command = a_command(CommandAction::Approve);
    command.hold = trade.id();
    command.digest = trade.digest;
    return apply(command);
  }
  broken("nothing to approve");
}

void WireWorld::on(const gateway::AskApproval& what) {
  const gateway::Trade* const trade = state_->find(what.hold);
  if (trade == nullptr || !approves) return;
  OperatorCommand command = a_command(CommandAction::Approve);
  command.hold = what.hold;
  command.digest = trade->digest;
  answers_.push_back({net_.time() + random_.between(0, 5) * kNanosPerSecond, command});
}

void WireWorld::operate() {
  for (const Answer& answer : std::exchange(answers_, {})) {
    if (answer.at > net_.time()) {
      answers_.push_back(answer);
      continue;
    }
    ++counts_.approvals;
    runtime_->refresh_market(net_.now());
    apply(answer.command);
  }
}

// A person closes what stayed unknown for long, and clears the causes.
void WireWorld::clear_causes() {
  for (gateway::Trade& trade : state_->trades) {
    for (const gateway::TradeOrder& order : trade.orders) {
      const std::string id(order.leg.client_order_id.view());
      if (order.state != OrderState::Unknown) {
        unknown_since_.erase(id);
        continue;
      }
      const auto [since, fresh] = unknown_since_.try_emplace(id, net_.time());
      counts_.unknown += fresh ? 1 : 0;
      if (net_.down) since->second = net_.time();  // nobody can look
      if (net_.time() - since->second < 300 * kNanosPerSecond) continue;
      // On evidence only: the venue says that it has no such order.
      sim::OrderRef ref;
      ref.account = account_;
      ref.symbol = symbol_;
      ref.client_id = sim::ClientId(order.leg.client_order_id.view());
      if (exchange_.order(ref)) return broken("an order of the venue stays unknown to us: " + id);
      return close_unknown(order.leg.client_order_id);
    }
  }
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches || !state_->blocked_by(row.block)) continue;
    if (row.block == Block::UnknownOutcome && !unknown_since_.empty()) continue;
    if (row.block == Block::VenueContradiction || row.block == Block::ForeignOrder) {
      return broken("latched " + std::string(row.code) + " though the venue was honest");
    }
    unblock(row.block);
  }
}

bool WireWorld::put(const venues::VenueInput& input) {
  if (full) return false;
  std::visit([this](const auto& row) { apply(row); }, input);
  if (const auto* report = std::get_if<ExecutionReport>(&input)) {
    reports.push_back(*report);
    counts_.entries += report->exec_type == ExecType::Trade && report->side == Side::Buy ? 1 : 0;
  }
  return true;
}

template <class Input>
void WireWorld::apply(const Input& input) {
  if (broken_) return;
  runtime_->apply(input, net_.now());
  runtime_->settle(net_.now());
}

void WireWorld::check() {
  if (broken_) return;
  if (runtime_->failure()) return broken("the journal failed: " + to_text(*runtime_->failure()));
  if (!exchange_.conserved()) return broken("the exchange's ledger does not sum to zero");
  for (const gateway::Trade& trade : state_->trades) {
    if (trade.position.qty < Qty{}) return broken("a short position");
  }
}

void WireWorld::compare_ledgers() {
  if (broken_) return;
  Qty held;
  for (const gateway::Trade& trade : state_->trades) {
    if (trade.hold == HoldState::Released) held = add(held, trade.position.qty).value();
  }
  Qty there;
  for (const sim::BalanceRow& row : exchange_.account(account_).balances) {
    if (row.asset == exchange_.base(symbol_)) there = Qty::from_raw(row.free + row.locked);
  }
  if (held != there) {
    return broken("base at the exchange " + to_text(there) + ", in our ledger " + to_text(held));
  }
  for (const BalanceReported& row : state_->balances) {
    const auto asset = exchange_.find_asset(row.asset.view());
    for (const sim::BalanceRow& real : exchange_.account(account_).balances) {
      if (!asset || real.asset != *asset) continue;
      if (row.free.raw() == real.free && row.locked.raw() == real.locked) continue;
      return broken("balance of " + std::string(row.asset.view()) + ": ours " + to_text(row.free) +
                    " and " + to_text(row.locked));
    }
  }
  std::set<std::string> ids;
  for (const sim::OrderRecord& order :
       exchange_.all_orders(account_, symbol_, sim::OrderId{0}, SIZE_MAX)) {
    if (ids.insert(std::string(order.client_id.view())).second) continue;
    return broken("I3: two orders of one id: " + std::string(order.client_id.view()));
  }
  const sim::HttpReply got = service_->http(
      {"GET", "/sim/export?account=" + std::to_string(account_.value()), {}, "", "127.0.0.1"});
  const auto venue = audit::read_venue_export(got.body);
  if (!venue) return broken("export: " + to_text(venue.error()));
  const auto closed = journal_->commit();
  if (!closed) return broken("commit");
  const audit::ProveReport proven = audit::prove(*store_, {.venue = &*venue, .progress = {}});
  if (!proven.ok()) {
    return broken(proven.finding->rule + " at " + std::to_string(proven.finding->seq.value()) +
                  " " + proven.finding->record + ": expected " + proven.finding->expected +
                  ", seen " + proven.finding->seen);
  }
}

void WireWorld::broken(const std::string& what) {
  if (!broken_) broken_ = "seed " + std::to_string(options_.seed) + ": " + what;
}

bool WireWorld::settled() const {
  if (venue_->phase() != venues::binance_spot::Phase::Ready) return false;
  for (const gateway::Trade& trade : state_->trades) {
    if (trade.waiting()) return false;
    for (const gateway::TradeOrder& order : trade.orders) {
      if (order.state == OrderState::Released || order.state == OrderState::Sent ||
          order.state == OrderState::Unknown) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace clawgate::world
