// SPDX-License-Identifier: Apache-2.0
#include "tests/world/world.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "schemas/core/assert.h"
#include "schemas/names.h"
#include "tests/support/approved_decision.h"

namespace clawgate::world {
namespace {

constexpr std::int64_t kBegin = 1'767'603'600 * kNanosPerSecond;
constexpr std::int64_t kTick = 1'000'000;  // 0.01
constexpr std::int64_t kCash = 10'000 * Px::kScale;
constexpr std::size_t kKeys = std::size_t{1} << 13U;

constexpr std::array kEngines = {"tradingagents", "second"};

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

/// Loses orders on their way and keeps count of what reached the exchange. It sees every order at
/// the last moment, so the invariants of sending are checked here.
class World::LossyVenue final : public venues::Venue {
 public:
  explicit LossyVenue(World& world) : world_(world) {}

  std::optional<HandOff> submit(SendPermit permit, const OrderIntent& intent) override {
    World& w = world_;
    if (w.word_->read().state != TradingState::Open) w.broken("I4: an entry left while not OPEN");
    if (w.journal_->durable_seq() != w.journal_->head().seq) {
      w.broken("I1: an entry left before its records were durable");
    }
    const gateway::Trade* const trade = w.state_->find(intent.order.hold);
    if (trade == nullptr || trade->hold != HoldState::Released) {
      w.broken("I1: an entry left without a released hold");
    }
    if (++entries_[intent.order.hold.value()] > 1) w.broken("I3: two submissions of one approval");
    ++w.counts_.submitted;
    return pass(intent.order.legs[0].client_order_id,
                [&] { return w.sim_.submit(std::move(permit), intent); });
  }

  std::optional<HandOff> protect(ProtectPermit permit, const ProtectiveOrder& order) override {
    if (world_.journal_->durable_seq() != world_.journal_->head().seq) {
      world_.broken("I1: a protective order left before its records were durable");
    }
    if (order.leg.qty > permit.qty_max())
      world_.broken("I1: a protective order above the position");
    return pass(order.leg.client_order_id,
                [&] { return world_.sim_.protect(std::move(permit), order); });
  }

  void cancel(const CancelRequest& request) override { world_.sim_.cancel(request); }
  void query(const QueryRequest& request) override { world_.sim_.query(request); }
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) override {
    if (world_.handed_off_.empty()) return true;
    world_.kill_ = epoch;  // behind the hand-overs that are still to be told
    return false;
  }

 private:
  template <class Send>
  std::optional<HandOff> pass(const ClientOrderId& id, Send send) {
    if (++ids_[std::string(id.view())] > 1) world_.broken("I3: one client order id sent twice");
    if (!world_.faults_) return send();
    const std::optional<HandOff> outcome = outcome_of(send);
    // Else as a venue on a thread of its own would tell it.
    if (!outcome || !world_.random_.chance(300)) return outcome;
    world_.handed_off_.push_back({id, *outcome, true});
    return std::nullopt;
  }

  template <class Send>
  std::optional<HandOff> outcome_of(Send send) {
    Random& random = world_.random_;
    if (random.chance(30)) return HandOff::NotSent;
    if (random.chance(30)) {
      ++world_.counts_.lost;
      return HandOff::Unknown;
    }
    const std::optional<HandOff> sent = send();
    return random.chance(40) ? HandOff::Unknown : sent;
  }

  World& world_;
  std::map<std::uint64_t, int> entries_;
  std::map<std::string, int> ids_;
};

World::World(std::uint64_t seed, std::optional<testing::MemoryStore::Plan> plan)
    : seed_(seed),
      random_(seed),
      now_(kBegin),
      store_(std::make_unique<testing::MemoryStore>()),
      sim_({20 * kNanosPerMilli, 20 * kNanosPerMilli}),
      exchange_(&sim_),
      venue_(std::make_unique<LossyVenue>(*this)),
      bid_(6'000'000) {
  symbol_ = exchange_.add_symbol(*sim::find_built_in("BTCUSDT"));
  account_ = exchange_.open_account({});
  sim_.connect(exchange_, account_);
  const bool paid = exchange_.deposit(account_, exchange_.quote(symbol_), kCash, sim::TimeNs(now_));
  CLAWGATE_ASSERT(paid);
  move_market();
  if (plan) {
    faults_ = false;
    store_->set_plan(*plan);
  }
  start_or_crash(true);
}

World::~World() = default;

void World::start_or_crash(bool clean) {
  try {
    start(clean);
  } catch (const testing::MemoryStore::Killed&) {
    crash();
  }
}

// A process begins: whatever the store holds is folded, everything else is new.
void World::start(bool clean) {
  state_ = std::make_unique<gateway::State>(kKeys);
  journal::Journal::Options options;
  options.journal_id.bytes[0] = 7;
  options.engine_version = Text<64>("world");
  options.segment_bytes = 256 << 10;
  options.group_bytes = 64 << 10;
  auto journal = journal::Journal::open(*store_, options, [&](const journal::RecordView& record) {
    if (!state_->fold(record.type, record.payload, record.time)) broken("a record does not decode");
  });
  if (!journal) return broken("recovery: " + to_text(journal.error()));
  journal_ = std::move(*journal);
  recorder_ = std::make_unique<gateway::InlineJournal>(*journal_);
  engine_ = std::make_unique<gateway::Engine>(*state_, *recorder_);
  word_ = std::make_unique<gateway::TradingWord>();
  word_->publish(state_->trading_state(), state_->kill_epoch);
  door_ = std::make_unique<gateway::Door>(*venue_, *word_);
  runtime_ = std::make_unique<gateway::Runtime>(*engine_, *recorder_, *door_, *word_, *this,
                                                gateway::Runtime::Options{});
  answers_.clear();
  sim_.at(UnixNanos(now_));

  SessionOpened session;
  session.engine_version = Text<32>("world");
  session.id_epoch = Text<4>("WRLD");
  session.clean_start = clean;
  session.hold_ttl_ns = 120 * kNanosPerSecond;
  apply(session);
  Limits limits;
  limits.day_orders_max = 1'000;
  limits.day_notional_max = Notional::of(100'000);
  limits.orders_per_minute = 60;
  limits.orders_burst = 10;
  limits.cooldown_ns = 0;
  bool ok =
      limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), bps(100)});
  for (const char* const name : kEngines) ok = ok && limits.engines.push_back(EngineName(name));
  CLAWGATE_ASSERT(ok);
  apply(limits);
  Operator who;
  who.id = OperatorId("alice");
  who.channels = bit_of(OperatorChannel::Terminal);
  apply(who);
  apply(sim_.add_instrument(InstrumentId{0}, symbol_));
  for (const BalanceReported& row : sim_.balances(UnixNanos(now_))) apply(row);
}

// The process dies, or the machine does: what was synced stays, of the rest some. Messages to us
// are gone; of those from us some arrive.
void World::crash() {
  ++counts_.crashes;
  const bool power = random_.chance(500);
  runtime_.reset();
  engine_.reset();
  recorder_.reset();
  journal_.reset();
  answers_.clear();
  bool cut = false;  // what was written in order reaches the disk in order
  const auto survivor = [&](const testing::MemoryStore::Change& change) -> std::size_t {
    if (cut) return 0;
    cut = random_.chance(500);
    return cut ? random_.below(change.bytes.size() + 1) : testing::MemoryStore::kAll;
  };
  store_ = power ? store_->after_power_loss(survivor, random_.chance(500), 512)
                 : store_->after_process_death();
  late_.clear();
  handed_off_.clear();
  kill_.reset();
  sim_.forget_reports();
  now_ += random_.between(0, 30) * kNanosPerSecond;
  start_or_crash(false);
}

std::optional<std::string> World::run(int steps) {
  for (int i = 0; i < steps && !broken_; ++i) survive(&World::step);
  if (faults_) store_->set_plan({});
  faults_ = false;
  for (int i = 0; i < 2'000 && !broken_; ++i) {
    survive(&World::quiet_step);
    if (i > 200 && settled()) break;
  }
  if (!broken_ && !settled()) broken("it does not settle");
  if (!broken_ && base_at_exchange() != base_in_ledger()) {
    broken("the ledgers differ: exchange " + to_text(base_at_exchange()) + ", ours " +
           to_text(base_in_ledger()));
  }
  for (const gateway::Trade& trade : state_->trades) counts_.closed += trade.closed ? 1 : 0;
  return broken_;
}

void World::survive(void (World::*one)()) {
  try {
    (this->*one)();
  } catch (const testing::MemoryStore::Killed&) {
    store_->set_plan({});
    crash();
  }
}

void World::step() {
  now_ += random_.between(20, 2'000) * kNanosPerMilli;
  if (faults_ && random_.chance(5)) {
    const std::int64_t jump = random_.between(-3'600, 3'600) * kNanosPerSecond;
    if (jump > 0) now_ += jump;
    apply(ClockStepped{jump});
  }
  sim_.at(UnixNanos(now_));
  move_market();
  sim_.deliver_requests();
  tell_hand_offs();
  tell_reports();
  maybe_signal();
  operate();
  if (runtime_->next_deadline().value() <= now_) apply(TimePassed{});
  if (!faults_) return;
  if (random_.chance(3)) {
    store_->set_plan({store_->calls().size() + 1 + random_.below(6),
                      random_.chance(500) ? testing::MemoryStore::Fault::KillInside
                                          : testing::MemoryStore::Fault::KillAfter,
                      0, static_cast<std::size_t>(random_.below(900))});
  }
  if (random_.chance(2)) crash();
}

void World::quiet_step() {
  now_ += 500 * kNanosPerMilli;
  sim_.at(UnixNanos(now_));
  move_market();
  sim_.deliver_requests();
  tell_hand_offs();
  tell_reports();
  operate();
  clear_causes();
  if (runtime_->next_deadline().value() <= now_) apply(TimePassed{});
}

void World::move_market() {
  bid_ += random_.between(-1'500, 1'500);
  if (random_.chance(10)) bid_ += random_.between(-60'000, 60'000);
  bid_ = std::clamp<std::int64_t>(bid_, 4'000'000, 9'000'000);
  std::array<sim::BookLevel, 5> bids;
  std::array<sim::BookLevel, 5> asks;
  for (std::int64_t i = 0; i < 5; ++i) {
    const auto at = static_cast<std::size_t>(i);
    bids[at] = {Px::from_raw((bid_ - i * 100) * kTick),
                Qty::from_raw(random_.between(1, 100) * 100'000)};
    asks[at] = {Px::from_raw((bid_ + 1 + i * 100) * kTick),
                Qty::from_raw(random_.between(1, 100) * 100'000)};
  }
  sim::MarketEvent event;
  event.kind = sim::MarketKind::Snapshot;
  event.symbol = symbol_;
  event.receive_time = event.exchange_time = sim::TimeNs(now_);
  event.last_id = ++update_;
  event.bids = bids;
  event.asks = asks;
  exchange_.apply(event, sim::TimeNs(now_));
  event.kind = sim::MarketKind::Trade;
  event.trade_id = ++trade_;
  event.buyer_is_maker = random_.chance(500);
  event.price = event.buyer_is_maker ? bids[0].price : asks[0].price;
  event.quantity = Qty::from_raw(random_.between(1, 50) * 1'000);
  exchange_.apply(event, sim::TimeNs(now_));
  if (!runtime_ || (faults_ && random_.chance(100))) return;  // a tick that never came
  runtime_->market(
      {InstrumentId{0}, bids[0].price, bids[0].quantity, asks[0].price, asks[0].quantity,
       event.price, exchange_.average_price(symbol_), UnixNanos(now_)},
      UnixNanos(now_));
  runtime_->settle(UnixNanos(now_));
  check();
}

// Half the time before the reports of the same order, half the time a step behind them.
void World::tell_hand_offs() {
  if (handed_off_.empty() || random_.chance(500)) return;
  for (const HandedOff& row : std::exchange(handed_off_, {})) apply(row);
  if (const auto kill = std::exchange(kill_, {})) apply(KillAcknowledged{*kill});
}

// Late, doubled, out of order; never lost but by a crash.
void World::tell_reports() {
  while (const auto report = sim_.next_report()) late_.push_back(*report);
  if (faults_) {
    for (std::size_t i = late_.size(); i > 1; --i) {
      if (random_.chance(300)) std::swap(late_[i - 1], late_[random_.below(i)]);
    }
  }
  std::vector<gateway::SimVenue::Report> told;
  std::swap(told, late_);
  for (const auto& report : told) {
    if (faults_ && random_.chance(150)) {
      late_.push_back(report);
      continue;
    }
    if (const auto* execution = std::get_if<ExecutionReport>(&report)) {
      counts_.filled += execution->exec_type == ExecType::Trade ? 1 : 0;
    }
    const int times = faults_ && random_.chance(100) ? 2 : 1;
    for (int i = 0; i < times; ++i) {
      std::visit([&](const auto& input) { apply(input); }, report);
    }
  }
}

void World::maybe_signal() {
  if (!random_.chance(100)) return;
  runtime_->refresh_market(UnixNanos(now_));
  SignalIntent signal;
  signal.source_engine = EngineName(kEngines[random_.below(2)]);
  const bool again = made_ > 0 && random_.chance(100);
  const std::uint64_t number = again ? made_ : ++made_;
  signal.intent_id = IntentId("i" + std::to_string(number));
  signal.trace_id = TraceId("t" + std::to_string(number));
  signal.payload = sha256(bytes_of(signal.intent_id.view()));
  signal.symbol = Symbol("BTCUSDT");
  signal.side = random_.chance(700) ? SignalSide::Buy : SignalSide::Sell;
  signal.as_of = UnixNanos(now_ - random_.between(0, 20) * kNanosPerSecond);
  const std::int64_t bid = bid_ * kTick;
  if (random_.chance(800)) signal.stop_loss = Px::from_raw(bid / 1'000 * random_.between(960, 998));
  if (random_.chance(500))
    signal.take_profit = Px::from_raw(bid / 1'000 * random_.between(1'003, 1'030));
  signal.nonce.bytes[0] = static_cast<std::uint8_t>(random_.next());
  ++counts_.signals;
  apply(signal);
  if (random_.chance(50)) apply(signal);
  if (random_.chance(20)) {
    SignalRefused refused;
    refused.reason = Reason::DirectOrderSized;
    refused.source = EngineName("ai-trader");
    apply(refused);
  }
}

OperatorCommand World::a_command(CommandAction action) {
  OperatorCommand command;
  command.command_id = CommandId("c" + std::to_string(now_) + "-" + std::to_string(random_.next()));
  command.action = action;
  command.operator_id = OperatorId("alice");
  return command;
}

void World::on(const gateway::AskApproval& what) {
  const gateway::Trade* const trade = state_->find(what.hold);
  if (trade == nullptr) return;
  ++counts_.held;
  OperatorCommand command = a_command(CommandAction::Approve);
  command.hold = what.hold;
  command.digest = trade->digest;
  const std::uint64_t die = random_.below(100);
  if (die >= 75 && die < 85) command.action = CommandAction::Reject;
  if (die >= 85 && die < 90) command.digest.bytes[5] ^= 1;
  if (die >= 90 && die < 93) command.action = CommandAction::Kill;
  if (die >= 93) return;                                        // nobody answers
  const std::int64_t longest = random_.chance(100) ? 130 : 15;  // seconds; the hold lives for 120
  answers_.push_back({UnixNanos(now_ + random_.between(0, longest) * kNanosPerSecond), command});
}

void World::on(const gateway::AnswerSignal&) {}

void World::operate() {
  std::deque<Answer> waiting;
  std::swap(waiting, answers_);
  for (const Answer& answer : waiting) {
    if (answer.at.value() > now_) {
      answers_.push_back(answer);
      continue;
    }
    runtime_->refresh_market(UnixNanos(now_));
    if (answer.command.action == CommandAction::Kill) {
      ++counts_.kills;
      word_->kill();
    }
    apply(answer.command);
    if (random_.chance(200)) apply(answer.command);  // a double click
  }
  if (random_.chance(faults_ ? 30 : 300)) clear_causes();
}

// A person looks at each cause and decides: an order that stayed unknown for two minutes of asking
// is closed, then the causes are cleared.
void World::clear_causes() {
  for (gateway::Trade& trade : state_->trades) {
    for (const gateway::TradeOrder& order : trade.orders) {
      const std::string id(order.leg.client_order_id.view());
      if (order.state != OrderState::Unknown) {
        unknown_since_.erase(id);
        continue;
      }
      const auto [since, fresh] = unknown_since_.try_emplace(id, UnixNanos(now_));
      counts_.unknown += fresh ? 1 : 0;
      if (now_ - since->second.value() < 120 * kNanosPerSecond) continue;
      OperatorCommand close = a_command(CommandAction::CloseUnknown);
      close.order = order.leg.client_order_id;
      Sha256 hasher;
      return apply_decided(std::move(close), subject_of(order.leg.client_order_id, hasher));
    }
  }
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches || !state_->blocked_by(row.block)) continue;
    if (row.block == Block::UnknownOutcome && !unknown_since_.empty()) continue;
    if (row.block == Block::VenueContradiction || row.block == Block::ForeignOrder) {
      broken("latched " + std::string(row.code) + " though the venue was honest");
    }
    OperatorCommand unblock = a_command(CommandAction::Unblock);
    unblock.block = row.block;
    Sha256 hasher;
    apply_decided(std::move(unblock), subject_of(row.block, hasher));
  }
}

void World::apply_decided(OperatorCommand command, const Digest& subject) {
  const DecisionRecorded decision =
      testing::approved_decision(++decisions_, subject, command.operator_id);
  apply(decision);
  command.decision_id = decision.id;
  apply(command);
}

template <class Input>
void World::apply(const Input& input) {
  if (broken_) return;
  runtime_->apply(input, UnixNanos(now_));
  runtime_->settle(UnixNanos(now_));
  check();
}

void World::check() {
  if (broken_) return;
  if (runtime_->failure()) return broken("the journal failed: " + to_text(*runtime_->failure()));
  if (!exchange_.conserved()) return broken("the exchange's ledger does not sum to zero");
  check_trades();
}

void World::check_trades() {
  auto live = std::as_const(*state_).live();
  auto at = live.begin();
  for (const gateway::Trade& trade : state_->trades) {
    const bool listed = at != live.end() && &*at == &trade;
    if (listed == trade.settled()) return broken("the live trades are not those unsettled");
    if (listed) ++at;
  }
  const Instrument* const instrument = state_->instrument(InstrumentId{0});
  if (instrument == nullptr) return;
  for (const gateway::Trade& trade : state_->trades) {
    const std::string name = "trade " + std::to_string(trade.id().value()) + ": ";
    if (trade.position.qty < Qty{}) return broken(name + "a short position");
    const bool open = trade.position.is_open(instrument->filters.step);
    if (trade.closed && open) return broken(name + "closed with a position");
    if (!open) continue;
    if (trade.protection == ProtectionState::None || trade.protection == ProtectionState::Done) {
      return broken(name + "a position without protection: " + std::string(word(trade.protection)));
    }
    if (trade.hold != HoldState::Released) return broken(name + "a position without an approval");
  }
}

void World::broken(const std::string& what) {
  if (!broken_) broken_ = "seed " + std::to_string(seed_) + ": " + what;
}

bool World::settled() const {
  for (const gateway::Trade& trade : state_->trades) {
    if (trade.waiting()) return false;
    for (const gateway::TradeOrder& order : trade.orders) {
      const bool resting = order.state == OrderState::Working || order.state == OrderState::Pending;
      if (!is_final(order.state) && !(resting && trade.protection == ProtectionState::Live))
        return false;
    }
  }
  return late_.empty() && !sim_.next_due() && answers_.empty();
}

Qty World::base_at_exchange() const {
  std::int64_t raw = 0;
  for (const sim::BalanceRow& row : exchange_.account(account_).balances) {
    if (row.asset == exchange_.base(symbol_)) raw += row.free + row.locked;
  }
  return Qty::from_raw(raw);
}

Qty World::base_in_ledger() const {
  std::int64_t raw = 0;
  for (const gateway::Trade& trade : state_->trades) raw += trade.position.qty.raw();
  return Qty::from_raw(raw);
}

}  // namespace clawgate::world
