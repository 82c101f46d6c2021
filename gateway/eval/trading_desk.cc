// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/trading_desk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schemas/core/assert.h"
#include "schemas/names.h"

namespace clawgate::eval {
namespace {

constexpr std::int64_t kBegin = 1'767'603'600 * kNanosPerSecond;  // 2026-01-05T09:00:00Z
constexpr std::int64_t kSecondsStepped = 600;                     // a longer wait is one step
constexpr InstrumentId kInstrument{0};

std::optional<Px> price(std::string_view text) {
  return decimal_from<PxTag>(text);
}

}  // namespace

std::string reasons_text(ReasonSet reasons) {
  std::string text;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Risk || !reasons.has(row.reason)) continue;
    text += (text.empty() ? "" : " ") + std::string(row.code);
  }
  return text;
}

std::optional<Failure> not_understood(const Line& line, std::string_view rule) {
  std::string seen;
  for (const std::string& word : line.words) seen += (seen.empty() ? "" : " ") + word;
  return Failure{"", line.number, std::string(rule), seen, true};
}

std::optional<std::int64_t> whole(std::string_view text) {
  const RawDecimal value = parse_decimal(text);
  if (value.error != DecimalError::None || value.raw % Px::kScale != 0) return std::nullopt;
  return value.raw / Px::kScale;
}

TradingDesk::TradingDesk(std::string root)
    : root_(std::move(root)),
      now_(kBegin),
      exchange_venue_({5 * kNanosPerMilli, 5 * kNanosPerMilli}),
      venue_(exchange_venue_),
      rules_(*sim::find_built_in("BTCUSDT")) {
  Operator alice;
  alice.id = OperatorId("alice");
  alice.channels = bit_of(OperatorChannel::Terminal) | bit_of(OperatorChannel::Scripted);
  operators_.push_back(alice);
}

const std::vector<TradingDesk::VerbRow>& TradingDesk::verbs() {
  static const std::vector<VerbRow> kVerbs = {
      {"given", &TradingDesk::given, true},
      {"operator", &TradingDesk::operators, true},
      {"reads", &TradingDesk::reads, true},
      {"contract", &TradingDesk::contract, true},
      {"document", &TradingDesk::document, true},
      {"pipeline", &TradingDesk::pipeline, true},
      {"limits", &TradingDesk::limits},
      {"decision", &TradingDesk::decision},
      {"engine", &TradingDesk::engine},
      {"cause", &TradingDesk::cause},
      {"stage", &TradingDesk::stage},
      {"market", &TradingDesk::market},
      {"wait", &TradingDesk::wait},
      {"signal", &TradingDesk::signal},
      {"approve", &TradingDesk::decide},
      {"reject", &TradingDesk::decide},
      {"kill", &TradingDesk::decide},
      {"unblock", &TradingDesk::decide},
      {"close_unknown", &TradingDesk::close_unknown},
      {"repeat", &TradingDesk::repeat},
      {"condition", &TradingDesk::condition},
      {"journal", &TradingDesk::journal},
      {"venue", &TradingDesk::venue},
      {"restart", &TradingDesk::restart},
      {"expect", &TradingDesk::expect},
  };
  return kVerbs;
}

bool TradingDesk::is_verb(std::string_view word) {
  if (GovernDesk::is_verb(word)) return true;
  return std::any_of(verbs().begin(), verbs().end(),
                     [&](const VerbRow& row) { return row.name == word; });
}

std::optional<Failure> TradingDesk::run(const Line& line) {
  for (const VerbRow& row : verbs()) {
    if (row.name != line.word(0)) continue;
    if (!opened_ && !row.prepares) open();
    return (this->*row.run)(line);
  }
  return govern_.run(line);
}

void TradingDesk::open() {
  opened_ = true;
  exchange_ = std::make_unique<sim::Exchange>(&exchange_venue_);
  symbol_ = exchange_->add_symbol(rules_);
  account_ = exchange_->open_account({});
  exchange_venue_.connect(*exchange_, account_);
  const bool paid = exchange_->deposit(account_, exchange_->quote(symbol_), config_.cash.raw(),
                                       sim::TimeNs(now_));
  CLAWGATE_ASSERT(paid);
  start(true);
  tell_market();
}

void TradingDesk::start(bool clean) {
  runtime_.reset();
  state_ = std::make_unique<gateway::State>(DeskRecords::kKeys);
  for (const DeskRecords::Row& row : records_.rows()) {
    const bool folded = state_->fold(row.type, row.payload, row.time);
    CLAWGATE_ASSERT(folded);
  }
  engine_ = std::make_unique<gateway::Engine>(*state_, records_);
  door_ = std::make_unique<gateway::Door>(venue_, word_);
  runtime_ = std::make_unique<gateway::Runtime>(*engine_, records_, *door_, word_, *this,
                                                gateway::Runtime::Options{});
  SessionOpened session = config_.session;
  session.engine_version = Text<32>("eval");
  session.id_epoch = Text<4>("EVAL");
  session.clean_start = clean;
  exchange_venue_.at(UnixNanos(now_));
  apply(session);
  apply(config_.limits);
  for (const Operator& row : operators_) apply(row);
  apply(exchange_venue_.add_instrument(kInstrument, symbol_));
  for (const EngineHeartbeat& beat : beating_) apply(beat);
  for (const BalanceReported& row : exchange_venue_.balances(UnixNanos(now_))) apply(row);
}

// market BID ASK | market silent
std::optional<Failure> TradingDesk::market(const Line& line) {
  if (line.word(1) == "silent" && line.words.size() == 2) {
    market_silent_ = true;
    return std::nullopt;
  }
  const auto bid = price(line.word(1));
  const auto ask = price(line.word(2));
  if (!bid || !ask || line.words.size() != 3) return not_understood(line, "market BID ASK|silent");
  bid_ = *bid;
  ask_ = *ask;
  market_silent_ = false;
  tell_market();
  return std::nullopt;
}

void TradingDesk::tell_market() {
  const sim::BookLevel bid{bid_, Qty::of(5)};
  const sim::BookLevel ask{ask_, Qty::of(5)};
  if (bid_ < ask_) {
    sim::MarketEvent event;
    event.kind = sim::MarketKind::Snapshot;
    event.symbol = symbol_;
    event.receive_time = event.exchange_time = sim::TimeNs(now_);
    event.last_id = ++update_;
    event.bids = std::span(&bid, 1);
    event.asks = std::span(&ask, 1);
    exchange_->apply(event, sim::TimeNs(now_));
    event.kind = sim::MarketKind::Trade;
    event.trade_id = ++trade_;
    event.price = bid_;
    event.quantity = Qty::of(1);
    event.buyer_is_maker = true;
    exchange_->apply(event, sim::TimeNs(now_));
  }
  MarketTop top{kInstrument, bid_, bid.quantity, ask_, ask.quantity, bid_, bid_, UnixNanos(now_)};
  apply(top);
  deliver();
}

// wait SECONDS: time goes on; the market repeats itself each second unless it is silent.
std::optional<Failure> TradingDesk::wait(const Line& line) {
  const auto seconds = whole(line.word(1));
  if (!seconds || *seconds < 0 || line.words.size() != 2) {
    return not_understood(line, "wait SECONDS");
  }
  if (*seconds > kSecondsStepped) {
    pass(*seconds * kNanosPerSecond);
    if (!market_silent_) tell_market();
    return std::nullopt;
  }
  for (std::int64_t i = 0; i < *seconds; ++i) {
    pass(kNanosPerSecond);
    for (const EngineHeartbeat& beat : beating_) apply(beat);
    if (!market_silent_) tell_market();
  }
  return std::nullopt;
}

void TradingDesk::pass(std::int64_t nanos) {
  const std::int64_t until = now_ + nanos;
  for (std::optional<UnixNanos> due = exchange_venue_.next_due(); due && due->value() <= until;
       due = exchange_venue_.next_due()) {
    now_ = std::max(now_, due->value());
    deliver();
  }
  now_ = until;
  deliver();
  apply(TimePassed{});
}

void TradingDesk::deliver() {
  exchange_venue_.at(UnixNanos(now_));
  exchange_venue_.deliver_requests();
  while (const auto report = exchange_venue_.next_report()) {
    if (venue_.is_deaf()) continue;
    for (int i = 0; i < (told_twice_ ? 2 : 1); ++i) {
      std::visit([&](const auto& input) { apply(input); }, *report);
    }
  }
}

// signal NAME buy|sell|hold [stop PX] [target PX] [age SECONDS] [symbol S] [engine E] [same_as
// NAME] [trace_of NAME] [intent_of NAME] [strength WORD]
std::optional<Failure> TradingDesk::signal(const Line& line) {
  const std::string name(line.word(1));
  const auto side = from_word<SignalSide>(line.word(2));
  if (name.empty() || !side || line.words.size() % 2 == 0) {
    return not_understood(line, "signal NAME buy|sell|hold [WORD VALUE]...");
  }
  SignalIntent signal;
  signal.source_engine = EngineName("tradingagents");
  signal.intent_id = IntentId("intent-" + name);
  signal.trace_id = TraceId("trace-" + name);
  signal.symbol = Symbol("BTCUSDT");
  signal.side = *side;
  signal.as_of = UnixNanos(now_);
  signal.payload = sha256(bytes_of(name));
  for (std::size_t i = 3; i + 1 < line.words.size(); i += 2) {
    const std::string_view key = line.word(i);
    const std::string_view value = line.word(i + 1);
    const auto other = signals_.find(value);
    if (key == "stop" && price(value)) {
      signal.stop_loss = price(value);
    } else if (key == "target" && price(value)) {
      signal.take_profit = price(value);
    } else if (key == "age" && whole(value)) {
      signal.as_of = UnixNanos(now_ - *whole(value) * kNanosPerSecond);
    } else if (key == "symbol") {
      signal.symbol = Symbol(value);
    } else if (key == "engine") {
      signal.source_engine = EngineName(value);
    } else if (key == "strength" && from_word<Strength>(value)) {
      signal.strength = *from_word<Strength>(value);
    } else if (key == "same_as" && other != signals_.end()) {
      signal = other->second;
    } else if (key == "trace_of" && other != signals_.end()) {
      signal.trace_id = other->second.trace_id;
    } else if (key == "intent_of" && other != signals_.end()) {
      signal.intent_id = other->second.intent_id;
    } else {
      return not_understood(line, "no such word of a signal: " + std::string(key));
    }
  }
  signals_[name] = signal;
  current_ = name;
  now_ += kNanosPerMilli;
  apply(signal);
  return std::nullopt;
}

// reads DOCUMENT: what intake makes of these bytes; an order in disguise reaches the core as a
// violation.
std::optional<Failure> TradingDesk::reads(const Line& line) {
  signals::Source source;
  source.name = "case.json";
  source.bytes = line.words[1];
  readings_ = signals::read(source).readings;
  if (readings_.empty()) return not_understood(line, "reads DOCUMENT");
  if (!opened_) open();
  if (!readings_[0].signal) apply(signals::refused_record(readings_[0]));
  return std::nullopt;
}

// condition NAME holds|gone: an edge's evidence.
std::optional<Failure> TradingDesk::condition(const Line& line) {
  ConditionReported input;
  const BlockInfo* const known = block_named(line.word(1));
  const bool holds = line.word(2) == "holds";
  if (known == nullptr || (!holds && line.word(2) != "gone") || line.words.size() != 3) {
    return not_understood(line, "condition NAME holds|gone");
  }
  input.condition = known->block;
  input.holds = holds;
  apply(input);
  return std::nullopt;
}

// journal fails: the disk takes no more records.
std::optional<Failure> TradingDesk::journal(const Line& line) {
  if (line.word(1) != "fails" || line.words.size() != 2) {
    return not_understood(line, "journal fails");
  }
  records_.fails = true;
  return std::nullopt;
}

// venue foreign|foreign_over|unreachable|loses_answers|loses_order|reachable|tells_twice
// venue cancels_stop NAME
std::optional<Failure> TradingDesk::venue(const Line& line) {
  static constexpr std::array<std::pair<std::string_view, DeskVenue::Fault>, 4> kFaults = {
      {{"unreachable", DeskVenue::Fault::Unreachable},
       {"loses_answers", DeskVenue::Fault::LosesAnswers},
       {"loses_order", DeskVenue::Fault::LosesOrder},
       {"reachable", DeskVenue::Fault::None}}};
  const std::string_view what = line.word(1);
  for (const auto& [name, fault] : kFaults) {
    if (name == what && line.words.size() == 2) return venue_.set(fault), std::nullopt;
  }
  if (what == "tells_twice" && line.words.size() == 2) {
    told_twice_ = true;
    return std::nullopt;
  }
  const bool over = what == "foreign_over";
  if ((what == "foreign" || over) && line.words.size() == 2) {
    ExecutionReport report;
    report.instrument = kInstrument;
    report.client_order_id = ClientOrderId("not-ours");
    report.exec_type = over ? ExecType::Canceled : ExecType::New;
    report.ord_status = over ? OrdStatus::Canceled : OrdStatus::New;
    apply(report);
    return std::nullopt;
  }
  const gateway::Trade* const held = trade(line.word(2));
  const gateway::TradeOrder* const stop = held == nullptr ? nullptr : held->find(LegRole::Stop);
  if (what != "cancels_stop" || stop == nullptr || line.words.size() != 3) {
    return not_understood(line, "venue FAULT|foreign|foreign_over|tells_twice|cancels_stop NAME");
  }
  sim::CancelOrder request;
  request.order.account = account_;
  request.order.symbol = symbol_;
  request.order.client_id = sim::ClientId(stop->leg.client_order_id.view());
  const bool canceled = static_cast<bool>(exchange_->cancel(request, sim::TimeNs(now_)));
  if (!canceled) return not_understood(line, "the stop is not working at the venue");
  pass(kNanosPerSecond);
  return std::nullopt;
}

// restart clean|crash | restart before RECORD: a crash that cut off what came from there on.
std::optional<Failure> TradingDesk::restart(const Line& line) {
  const std::string_view how = line.word(1);
  const bool cut = how == "before" && line.words.size() == 3;
  if (!cut && (line.words.size() != 2 || (how != "clean" && how != "crash"))) {
    return not_understood(line, "restart clean|crash|before RECORD");
  }
  if (cut && !records_.cut_before(line.word(2))) return not_understood(line, "no such record");
  start(how == "clean");
  tell_market();
  pass(kNanosPerSecond);
  return std::nullopt;
}

void TradingDesk::on(const gateway::AskApproval&) {}
void TradingDesk::on(const gateway::HoldEnded&) {}

void TradingDesk::on(const gateway::AnswerSignal& what) {
  const std::string reasons = reasons_text(what.reasons);
  outcomes_[current_] = std::string(word(what.outcome)) + (reasons.empty() ? "" : " " + reasons);
  holds_[current_] = what.hold;
}

void TradingDesk::on(const gateway::AnswerCommand& what) {
  last_answer_ = what.reason == Reason::None ? "done" : std::string(info(what.reason).code);
  if (what.no_op) last_answer_ += " no_op";
}

void TradingDesk::human_action(const gateway::HumanActionRequired&) {
  ++humans_called_;
}

std::optional<Failure> TradingDesk::prove() const {
  if (state_ == nullptr) return std::nullopt;
  const auto contradiction = records_.contradiction(*state_);
  if (!contradiction) return std::nullopt;
  return Failure{"", 0, "a journal that proves itself", *contradiction};
}

CaseResult run_case(const TradingCase& trading_case, const std::string& root) {
  CaseResult result;
  TradingDesk desk(root);
  const auto keep = [&](std::optional<Failure> failure) {
    if (!failure) return;
    failure->file = trading_case.file;
    if (failure->line == 0) failure->line = trading_case.line;
    result.failures.push_back(std::move(*failure));
  };
  for (const Line& line : trading_case.lines) keep(desk.run(line));
  keep(desk.prove());
  result.limits_version = desk.limits_version();
  result.journal_head = desk.head();
  return result;
}

}  // namespace clawgate::eval
