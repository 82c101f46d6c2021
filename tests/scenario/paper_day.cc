// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/paper_day.h"

#include <algorithm>
#include <array>
#include <variant>

#include "gateway/eval/trading_desk.h"
#include "gateway/human_action.h"
#include "gateway/opening.h"
#include "schemas/core/assert.h"
#include "schemas/names.h"
#include "signals/signals.h"

namespace clawgate::scenario {
namespace {

constexpr InstrumentId kInstrument{0};
constexpr std::int64_t kTickNs = 2 * kNanosPerSecond;
constexpr std::int64_t kBeatNs = 20 * kNanosPerSecond;
constexpr std::int64_t kPricePauseNs = 30 * kNanosPerSecond;
constexpr std::int64_t kCent = 1'000'000;
constexpr std::size_t kLazyBytes = std::size_t{4} << 20U;  // one machine's memory: nothing is lost

/// Up to 4.99 either way, the same each time.
std::int64_t wobble(std::int64_t tick) {
  std::uint64_t mixed = static_cast<std::uint64_t>(tick) * 0x9E3779B97F4A7C15U;
  mixed = (mixed ^ (mixed >> 29U)) * 0xBF58476D1CE4E5B9U;
  return static_cast<std::int64_t>((mixed >> 33U) % 999) - 499;  // cents
}

}  // namespace

PaperDay::PaperDay(std::string directory, gateway::Config config, std::vector<Waypoint> path,
                   std::int64_t begin)
    : path_(std::move(directory)),
      config_(std::move(config)),
      waypoints_(std::move(path)),
      now_(begin),
      next_market_(begin + kTickNs),
      next_beat_(begin + kBeatNs),
      entropy_(sha256(bytes_of("a day in S0"))),
      sim_({15 * kNanosPerMilli, 15 * kNanosPerMilli}),
      venue_(sim_),
      exchange_(&sim_) {
  symbol_ = exchange_.add_symbol(*sim::find_built_in("BTCUSDT"));
  account_ = exchange_.open_account({});
  sim_.connect(exchange_, account_);
  const bool paid =
      exchange_.deposit(account_, exchange_.quote(symbol_), config_.cash.raw(), sim::TimeNs(now_));
  CLAWGATE_ASSERT(paid);
  start();
  auto office = governance::Office::open(path_ + "/governance", UnixNanos(now_));
  CLAWGATE_ASSERT(office);
  office_ = std::move(*office);
  move_market();
}

PaperDay::~PaperDay() = default;

// As a paper session begins: what the disk holds is folded, everything else is new.
void PaperDay::start() {
  auto data = gateway::DataDirectory::open(path_, entropy_);
  CLAWGATE_ASSERT(data);
  data_ = std::move(*data);
  state_ = std::make_unique<gateway::State>();
  auto opened = gateway::open_journal(*data_, config_, entropy_, *state_, kLazyBytes);
  CLAWGATE_ASSERT(opened);
  store_ = std::move(opened->store);
  journal_ = std::move(opened->journal);
  recorder_ = std::make_unique<gateway::InlineJournal>(*journal_, kLazyBytes);
  engine_ = std::make_unique<gateway::Engine>(*state_, *recorder_);
  word_ = std::make_unique<gateway::TradingWord>();
  word_->publish(state_->trading_state(), state_->kill_epoch);
  door_ = std::make_unique<gateway::Door>(venue_, *word_);
  runtime_ = std::make_unique<gateway::Runtime>(*engine_, *recorder_, *door_, *word_, *this,
                                                gateway::Runtime::Options{});
  sim_.at(UnixNanos(now_));
  tell(gateway::session_opened(*data_, config_, *journal_));
  tell(config_.limits);
  Operator alice;
  alice.id = OperatorId("alice");
  alice.channels = bit_of(OperatorChannel::Terminal);
  tell(alice);
  tell(sim_.add_instrument(kInstrument, symbol_));
  for (const BalanceReported& row : sim_.balances(UnixNanos(now_))) tell(row);
  for (const EngineHeartbeat& beat : beating_) tell(beat);
}

void PaperDay::restart(bool clean) {
  const auto committed = journal_->commit();
  CLAWGATE_ASSERT(committed);
  if (clean) close();
  runtime_.reset();
  journal_.reset();
  store_.reset();
  data_.reset();
  sim_.forget_reports();
  start();
  move_market();
}

void PaperDay::close() {
  runtime_->settle(UnixNanos(now_));
  const auto closed = journal_->close(now_ / kNanosPerMilli);
  CLAWGATE_ASSERT(closed);
  head_ = journal_->head().hash;
  data_->mark_closed();
}

void PaperDay::until(std::int64_t at) {
  for (;;) {
    std::int64_t next = std::min({next_market_, next_beat_, runtime_->next_deadline().value()});
    if (const auto due = sim_.next_due()) next = std::min(next, due->value());
    next = std::max(next, now_);
    if (next > at) break;
    now_ = next;
    sim_.at(UnixNanos(now_));
    deliver();
    if (now_ >= next_market_) move_market();
    if (now_ >= next_beat_) heartbeats();
    if (now_ >= runtime_->next_deadline().value()) apply(TimePassed{});
  }
  now_ = at;
  sim_.at(UnixNanos(now_));
}

std::int64_t PaperDay::mid_at(std::int64_t at) const {
  for (std::size_t i = 1; i < waypoints_.size(); ++i) {
    const Waypoint& from = waypoints_[i - 1];
    const Waypoint& to = waypoints_[i];
    if (at >= to.at) continue;
    const auto moved =
        mul_div((to.mid - from.mid) * 100, at - from.at, to.at - from.at, Round::Down);
    return from.mid * 100 + *moved;
  }
  return waypoints_.back().mid * 100;
}

void PaperDay::move_market() {
  next_market_ = now_ + kTickNs;
  const std::int64_t mid = mid_at(now_) + wobble(update_);
  std::array<sim::BookLevel, 5> bids;
  std::array<sim::BookLevel, 5> asks;
  for (std::int64_t i = 0; i < 5; ++i) {
    const auto level = static_cast<std::size_t>(i);
    bids[level] = {Px::from_raw((mid - 1 - i * 150) * kCent), Qty::from_raw(40'000'000)};
    asks[level] = {Px::from_raw((mid + 1 + i * 150) * kCent), Qty::from_raw(40'000'000)};
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
  event.buyer_is_maker = update_ % 2 == 0;
  event.price = event.buyer_is_maker ? bids[0].price : asks[0].price;
  event.quantity = Qty::from_raw(50'000'000);
  exchange_.apply(event, sim::TimeNs(now_));
  const MarketTop top{kInstrument,
                      bids[0].price,
                      bids[0].quantity,
                      asks[0].price,
                      asks[0].quantity,
                      event.price,
                      exchange_.average_price(symbol_),
                      UnixNanos(now_)};
  if (prices_.empty() || now_ - prices_.back().time.value() >= kPricePauseNs) {
    prices_.push_back({UnixNanos(now_), top.mid()});
  }
  if (venue_.is_deaf()) return;
  runtime_->market(top, UnixNanos(now_));
  if (runtime_->has_waiting()) runtime_->settle(UnixNanos(now_));
}

void PaperDay::heartbeats() {
  next_beat_ = now_ + kBeatNs;
  for (const EngineHeartbeat& beat : beating_) tell(beat);
}

void PaperDay::deliver() {
  sim_.deliver_requests();
  while (const auto report = sim_.next_report()) {
    if (venue_.is_deaf()) continue;
    std::visit([&](const auto& input) { tell(input); }, *report);
  }
}

void PaperDay::beats(std::string_view engine, bool healthy) {
  falls_silent(engine);
  beating_.push_back({EngineName(engine), healthy, {}});
  tell(beating_.back());
}

void PaperDay::falls_silent(std::string_view engine) {
  std::erase_if(beating_, [&](const EngineHeartbeat& row) { return row.engine == engine; });
}

std::string PaperDay::signal(std::string_view name, std::string_view engine, SignalSide side,
                             std::optional<Px> stop, std::optional<Px> target) {
  SignalIntent signal;
  signal.source_engine = EngineName(engine);
  signal.intent_id = IntentId(name);
  signal.trace_id = TraceId("trace-" + std::string(name));
  signal.symbol = Symbol("BTCUSDT");
  signal.side = side;
  signal.confidence = Rate::from_raw(70'000'000);
  signal.as_of = UnixNanos(now_);
  signal.stop_loss = stop;
  signal.take_profit = target;
  signal.payload = sha256(bytes_of(name));
  signal.nonce = entropy_.nonce();
  answer_.clear();
  apply(signal);
  holds_[std::string(name)] = answered_;
  return answer_;
}

// The bytes go through intake, as a file's or a request's do.
void PaperDay::direct_order(std::string_view engine) {
  const std::string bytes = "{\"engine\":\"" + std::string(engine) +
                            "\",\"order\":{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\","
                            "\"type\":\"MARKET\",\"quantity\":\"0.5\"}}";
  signals::Source source;
  const std::string name = std::string(engine) + ".json";
  source.name = name;
  source.bytes = bytes;
  const auto readings = signals::read(source).readings;
  CLAWGATE_ASSERT(!readings.empty() && !readings[0].signal);
  apply(signals::refused_record(readings[0]));
}

std::string PaperDay::command(OperatorCommand input) {
  input.command_id = CommandId("alice-" + std::to_string(++commands_));
  input.operator_id = OperatorId("alice");
  answer_.clear();
  apply(input);
  return answer_;
}

std::string PaperDay::approve(std::string_view name) {
  OperatorCommand input;
  input.action = CommandAction::Approve;
  input.hold = hold(name);
  if (const gateway::Trade* held = state_->find(input.hold)) input.digest = held->digest;
  return command(input);
}

std::string PaperDay::reject(std::string_view name, std::string_view why) {
  OperatorCommand input;
  input.action = CommandAction::Reject;
  input.hold = hold(name);
  input.note = Text<96>(why);
  return command(input);
}

std::string PaperDay::unblock(Block cause, std::string_view decision) {
  OperatorCommand input;
  input.action = CommandAction::Unblock;
  input.block = cause;
  input.decision_id = DecisionId(decision);
  return command(input);
}

void PaperDay::decide(std::string_view decision, Block cause) {
  Sha256 hasher;
  apply(DecisionRecorded{DecisionId(decision), DecisionEnd::Approved, subject_of(cause, hasher),
                         OperatorId("alice"), OperatorChannel::Terminal,
                         ChallengeStatus::NotRequired, UnixNanos(now_)});
}

void PaperDay::decide(std::string_view decision, const Limits& document) {
  Sha256 hasher;
  apply(DecisionRecorded{DecisionId(decision), DecisionEnd::Approved, subject_of(document, hasher),
                         OperatorId("alice"), OperatorChannel::Terminal,
                         ChallengeStatus::NotRequired, UnixNanos(now_)});
}

std::string PaperDay::propose(const Limits& document) {
  answer_.clear();
  apply(LimitsProposed{CommandId("limits-" + std::to_string(++commands_)), OperatorId("alice"),
                       document});
  return answer_;
}

Limits PaperDay::next_limits() const {
  Limits limits = *state_->limits;
  limits.version = LimitsVersion(limits.version.value() + 1);
  limits.decision = {};
  return limits;
}

void PaperDay::condition(Block condition, bool holds, std::string_view evidence) {
  ConditionReported input;
  input.condition = condition;
  input.holds = holds;
  input.evidence = Text<64>(evidence);
  apply(input);
}

void PaperDay::cause(Block cause, std::string_view origin, std::string_view evidence) {
  apply(CauseReported{cause, Text<24>(origin), Text<64>(evidence)});
}

std::vector<governance::Missing> PaperDay::promote(governance::Climb climb,
                                                   std::string_view decision) {
  const bool blocked = (state_->blocks & kCauseBits) != 0;
  return office_->promote(climb, decision, false, blocked, UnixNanos(now_)).value();
}

HoldId PaperDay::hold(std::string_view name) const {
  const auto found = holds_.find(name);
  CLAWGATE_ASSERT(found != holds_.end());
  return found->second;
}

void PaperDay::on(const gateway::AnswerSignal& what) {
  const std::string reasons = eval::reasons_text(what.reasons);
  answer_ = reasons.empty() ? std::string(word(what.outcome)) : reasons;
  answered_ = what.hold;
}

void PaperDay::on(const gateway::AnswerCommand& what) {
  answer_ = what.reason == Reason::None ? "done" : std::string(info(what.reason).code);
}

void PaperDay::human_action(const gateway::HumanActionRequired& what) {
  ++humans_called_;
  const bool written = gateway::write_human_action(data_->human_action_file(), what);
  CLAWGATE_ASSERT(written);
}

}  // namespace clawgate::scenario
