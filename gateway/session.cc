// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <set>
#include <system_error>
#include <utility>
#include <variant>

#include "gateway/card.h"
#include "gateway/data_directory.h"
#include "gateway/deliveries.h"
#include "gateway/human_action.h"
#include "gateway/journal_sink.h"
#include "gateway/office/office_place.h"
#include "gateway/opening.h"
#include "gateway/operators.h"
#include "gateway/practice.h"
#include "gateway/runtime.h"
#include "gateway/session_market.h"
#include "gateway/signal_files.h"
#include "gateway/signal_lines.h"
#include "gateway/terminal_desk.h"
#include "gateway/version.h"
#include "governance/journal/posix_store.h"
#include "governance/ledger/office.h"
#include "schemas/core/assert.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "sim/exchange/ledger_log.h"

namespace clawgate::gateway {
namespace {

constexpr InstrumentId kInstrument{0};
constexpr std::size_t kPricePointsMax = 8'000;
constexpr std::int64_t kComingUpNs = 30 * kNanosPerSecond;
constexpr std::int64_t kWaitMs = 200;
constexpr std::int64_t kLiveNapMs = 5;  // between two looks at a live market
constexpr std::int64_t kSilenceSaidMs = 10'000;
constexpr std::int64_t kWakeEveryMs = 200;
constexpr std::size_t kBacktestGroupBytes = std::size_t{4} << 20U;

std::int64_t wall_ms_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

class Session final : public Edges, public venues::VenueInbox {
 public:
  explicit Session(const SessionOptions& options) : options_(options) {}

  Result<SessionOutcome> run();
  /// Whether it left anything that an audit may want.
  [[nodiscard]] bool has_begun() const { return begun_; }

  void on(const AskApproval& what) override;
  void on(const HoldEnded& what) override;
  void human_action(const HumanActionRequired& what) override;
  void on(const AnswerSignal&) override {}
  void on(const AnswerCommand& what) override;
  [[nodiscard]] bool put(const venues::VenueInput& input) override;
  void market(const MarketTop& top) override;

 private:
  enum class Next : std::uint8_t { Nothing, Venue, Desk, Market, Signal, Deadline };

  std::optional<Error> open_market();
  std::optional<Error> open_entropy();
  std::optional<Error> open_practice();
  std::optional<Error> open_exchange();
  std::optional<Error> open_journal();
  std::optional<Error> open_desk();
  std::optional<Error> read_signals();
  std::optional<Error> open_core();
  [[nodiscard]] Result<LedgerAnchored> ledger_head() const;
  [[nodiscard]] std::optional<DecisionRecorded> decision_on(Block cause, const DecisionId& id);
  void record_decision(Block cause, const DecisionId& id);
  void note_heard(const journal::RecordView& record);
  void drop_replays();
  void say_what_blocks() const;
  void clear_causes();
  std::optional<Error> replay_market();
  std::optional<Error> loop();
  [[nodiscard]] bool is_stopped() const { return options_.stop != nullptr && *options_.stop; }
  void come_up();
  [[nodiscard]] std::pair<Next, UnixNanos> next();
  [[nodiscard]] bool pace(UnixNanos until);
  [[nodiscard]] bool pace_live(UnixNanos until);
  void say_silence();
  void idle(std::int64_t wall_ms);
  std::optional<Error> hear_lines();
  void desk_step();
  std::optional<Error> market_step();
  void signal_step();
  template <class Input>
  void apply(const Input& input) {
    runtime_->apply(input, now_);
    if (runtime_->has_waiting()) runtime_->settle(now_);
  }
  void note_price(Px mid);
  void show_progress();
  void show_time();
  std::optional<Error> keep_venue_export();
  Result<SessionOutcome> finish();

  const SessionOptions& options_;
  UnixNanos now_;
  std::int64_t wall_start_ms_ = wall_ms_now();
  UnixNanos begin_;
  UnixNanos resume_at_;

  std::unique_ptr<Entropy> entropy_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<SessionMarket> market_;
  TradingWord word_;
  std::unique_ptr<sim::LedgerLog> ledger_log_;  // the exchange writes to it to the last
  std::unique_ptr<Practice> practice_;
  sim::SymbolId symbol_;
  sim::AccountId account_;
  bool heard_ = false;
  bool begun_ = false;

  std::unique_ptr<journal::PosixStore> store_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<DurableRecorder> recorder_;
  JournalThread* journal_thread_ = nullptr;
  State state_;
  std::optional<Engine> engine_;
  std::optional<Door> door_;
  std::optional<Runtime> runtime_;
  std::unique_ptr<ApprovalDesk> desk_;

  std::vector<std::string> signal_files_;
  std::optional<SignalLines> lines_;
  std::vector<Delivery> deliveries_;
  std::set<std::string> heard_before_;  // keys of what an earlier session recorded
  std::size_t delivered_ = 0;
  SessionOutcome outcome_;
  std::int64_t price_pause_ns_ = 100 * kNanosPerMilli;
  Px mid_;
  int shown_ = -1;
  std::int64_t heard_market_ms_ = 0;  // of a live one, by the wall clock
  bool silent_ = false;
  std::int64_t woken_ms_ = 0;  // the journal's thread, by the wall clock
};

Result<SessionOutcome> Session::run() {
  if (auto error = open_market()) return *error;
  auto files = signal_files(options_.signal_files);
  if (!files) return files.error();
  signal_files_ = std::move(*files);
  if (auto error = open_entropy()) return *error;
  auto directory = DataDirectory::open(options_.data, *entropy_);
  if (!directory) return directory.error();
  directory_ = std::move(*directory);
  if (auto error = open_desk()) return *error;
  if (auto error = read_signals()) return *error;
  if (auto error = open_practice()) return *error;
  if (auto error = open_journal()) return *error;
  drop_replays();
  say_what_blocks();
  if (auto error = open_exchange()) return *error;
  if (auto error = open_core()) return *error;
  begun_ = true;
  if (auto error = loop()) return *error;
  return finish();
}

std::optional<Error> Session::open_market() {
  if (sim::find_built_in(options_.config.symbol.view()) == nullptr) {
    return Error{Reason::ConfigValueRange, "symbol", std::string(options_.config.symbol.view())};
  }
  auto market = SessionMarket::open({.text = options_.market,
                                     .symbol = options_.config.symbol,
                                     .id = symbol_,
                                     .record = options_.record,
                                     .stop = options_.stop});
  if (!market) return market.error();
  market_ = std::move(*market);
  begin_ = UnixNanos(market_->event()->receive_time.value());
  now_ = begin_;
  return std::nullopt;
}

// A backtest draws its bits from what it reads, so that the same inputs give the same journal.
std::optional<Error> Session::open_entropy() {
  if (!options_.backtest) {
    entropy_ = std::make_unique<SystemEntropy>();
    return std::nullopt;
  }
  Sha256 hasher;
  hasher.update(bytes_of(to_yaml(options_.config))).update(bytes_of(options_.market));
  for (const std::string& file : signal_files_) {
    if (file == "-") continue;
    const auto bytes = read_signal_file(file);
    if (!bytes) return bytes.error();
    hasher.update(bytes_of(*bytes));
  }
  entropy_ = std::make_unique<SeededEntropy>(hasher.finish());
  return std::nullopt;
}

std::optional<Error> Session::open_desk() {
  constexpr std::string_view kScripted = "scripted:";
  if (options_.operators == "terminal") {
    desk_ = std::make_unique<TerminalDesk>(options_.speed);
    return std::nullopt;
  }
  if (!options_.operators.starts_with(kScripted)) {
    return Error{Reason::UsageOption, "--operator", options_.operators};
  }
  auto rules = ScriptedDesk::rules_of(options_.operators.substr(kScripted.size()));
  if (!rules) return rules.error();
  desk_ = std::make_unique<ScriptedDesk>(std::move(*rules));
  outcome_.scripted = true;
  return std::nullopt;
}

std::optional<Error> Session::read_signals() {
  // On a live market standard input may go on for as long as the session does.
  if (market_->is_live() && std::erase(signal_files_, "-") > 0) lines_.emplace(STDIN_FILENO);
  auto deliveries = read_deliveries(signal_files_, begin_, options_.config.limits, *directory_);
  if (!deliveries) return deliveries.error();
  deliveries_ = std::move(*deliveries);
  outcome_.sources = options_.signal_files;
  return std::nullopt;
}

std::optional<Error> Session::open_practice() {
  if (options_.backtest) {
    practice_ = practice_in_process(*this, options_.config.latency_ns);
  } else {
    auto practice = practice_on_the_wire(*this, word_,
                                         {.latency_ns = options_.config.latency_ns,
                                          .begin = begin_,
                                          .log = directory_->venue_log(),
                                          .faults = options_.faults});
    if (!practice) return practice.error();
    practice_ = std::move(*practice);
  }
  // The first of a new exchange, as the market source took for granted.
  const auto symbol =
      practice_->exchange().add_symbol(*sim::find_built_in(options_.config.symbol.view()));
  CLAWGATE_ASSERT(symbol == symbol_);
  return std::nullopt;
}

std::optional<Error> Session::open_exchange() {
  sim::Exchange& exchange = practice_->exchange();
  auto log = sim::LedgerLog::open(directory_->exchange_log());
  if (!log) return log.error();
  ledger_log_ = std::move(*log);
  const auto restored = ledger_log_->attach(exchange);
  if (!restored) return restored.error();
  const bool fresh = exchange.accounts() == 0;
  if (fresh) account_ = exchange.open_account({});
  const std::int64_t newest = state_.newest_venue_order[kInstrument.value()];
  if (auto error = practice_->open({symbol_, account_, newest})) return error;
  if (!fresh) return std::nullopt;
  const bool paid = exchange.deposit(account_, exchange.quote(symbol_), options_.config.cash.raw(),
                                     sim::TimeNs(begin_.value()));
  CLAWGATE_ASSERT(paid);
  return std::nullopt;
}

std::optional<Error> Session::open_journal() {
  if (!options_.backtest) state_.prefault();
  std::optional<std::size_t> group_bytes;
  if (options_.backtest) group_bytes = kBacktestGroupBytes;
  auto opened =
      gateway::open_journal(*directory_, options_.config, *entropy_, state_, group_bytes,
                            [this](const journal::RecordView& record) { note_heard(record); });
  if (!opened) return opened.error();
  store_ = std::move(opened->store);
  journal_ = std::move(opened->journal);
  const std::string mended = words_of_recovery(*journal_);
  if (!mended.empty()) std::fprintf(stderr, "%s\n", mended.c_str());
  if (options_.backtest) {
    recorder_ = std::make_unique<InlineJournal>(*journal_, kBacktestGroupBytes);
  } else {
    auto thread = std::make_unique<JournalThread>(*journal_, JournalThread::Idle::Park);
    journal_thread_ = thread.get();
    recorder_ = std::move(thread);
  }
  return std::nullopt;
}

void Session::note_heard(const journal::RecordView& record) {
  if (record.type == SignalIntent::kType) {
    if (const auto row = decode<SignalIntent>(record.payload)) heard_before_.insert(key_of(*row));
  }
  if (record.type == SignalRefused::kType) {
    if (const auto row = decode<SignalRefused>(record.payload)) heard_before_.insert(key_of(*row));
  }
}

// What an earlier session refused stands in the journal: the same bytes read again are no second
// offence. A signal is told again, and answered as a duplicate.
void Session::drop_replays() {
  std::erase_if(deliveries_, [&](const Delivery& delivery) {
    return std::holds_alternative<SignalRefused>(delivery.what) &&
           heard_before_.contains(delivery.key());
  });
}

void Session::say_what_blocks() const {
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches || !state_.blocked_by(row.block)) continue;
    const std::string code(row.code);
    std::fprintf(stderr,
                 "Blocked by an earlier session: %s. %s Clear it with --unblock %s=ID of a "
                 "recorded decision.\n",
                 code.c_str(), std::string(row.meaning).c_str(), code.c_str());
  }
}

std::optional<Error> Session::open_core() {
  resume_at_ = state_.last_time;
  now_ = std::max(now_, resume_at_);
  practice_->at(now_);
  engine_.emplace(state_, *recorder_);
  door_.emplace(practice_->venue(), word_);
  runtime_.emplace(*engine_, *recorder_, *door_, word_, *this,
                   Runtime::Options{directory_->emergency_file()});
  if (auto error = replay_market()) return error;
  const auto ledger = ledger_head();
  if (!ledger) return ledger.error();
  apply(session_opened(*directory_, options_.config, *journal_));
  if (ledger->seq != 0) apply(*ledger);
  apply(options_.config.limits);
  Operator who;
  who.id = desk_->operator_id();
  who.channels = bit_of(desk_->channel());
  apply(who);
  practice_->start();
  outcome_.begin = now_;
  heard_market_ms_ = now_.value() / kNanosPerMilli;
  return std::nullopt;
}

// Where the office's ledger stands; seq 0 where there is none. One that was cut, rewritten or
// broken since the journal was anchored to it starts nothing.
Result<LedgerAnchored> Session::ledger_head() const {
  const auto office = governance::Office::read(options_.data + "/governance");
  if (!office && state_.anchor.seq != 0) return office.error();
  if (!office) return LedgerAnchored{};
  if (auto error = governance::contradiction((*office)->hashes(), state_.anchor)) return *error;
  return LedgerAnchored{(*office)->head().seq, (*office)->head().hash};
}

// What the office of the data directory has on it. Without such a decision there, the operator's
// word at this start is the decision, and recorded as one.
std::optional<DecisionRecorded> Session::decision_on(Block cause, const DecisionId& id) {
  const auto office = governance::Office::read(options_.data + "/governance");
  if (!office) return std::nullopt;  // a ledger that is not whole decides nothing
  Sha256 hasher;
  if (const auto* const row = (*office)->decisions().find(id.view())) {
    return governance::record_of(*row);
  }
  return DecisionRecorded{.id = id,
                          .end = DecisionEnd::Approved,
                          .subject = subject_of(cause, hasher),
                          .operator_id = desk_->operator_id(),
                          .channel = desk_->channel(),
                          .challenge = ChallengeStatus::NotRequired,
                          .decided_at = now_};
}

// Whoever decided in the office is known to the core as far as the configuration names them.
void Session::record_decision(Block cause, const DecisionId& id) {
  if (state_.decision(id) != nullptr) return;
  const auto record = decision_on(cause, id);
  if (!record) return;
  const auto names = principals_from(options_.config.serve.principals);
  for (const Operator& row :
       operators_among(names.value_or(std::vector<PrincipalName>()), OperatorChannel::Terminal)) {
    const bool theirs = row.id == record->operator_id;
    if (theirs && state_.find_operator(row.id) == nullptr) apply(row);
  }
  apply(*record);
}

// Under ids of this start: the answer of an earlier one does not stand for it.
void Session::clear_causes() {
  const std::string start = "unblock-" + std::to_string(outcome_.begin.value() / kNanosPerMilli);
  std::uint64_t count = 0;
  for (const auto& [cause, decision] : options_.unblock) {
    OperatorCommand command;
    command.command_id =
        CommandId(start + "-" + std::string(decision.view()) + "-" + std::to_string(++count));
    command.action = CommandAction::Unblock;
    command.operator_id = desk_->operator_id();
    command.channel = desk_->channel();
    command.decision_id = decision;
    if (const BlockInfo* const row = find_cause(cause)) command.block = row->block;
    record_decision(command.block, decision);
    apply(command);
  }
}

// After a restart the book is built again from what the session before this one already saw.
std::optional<Error> Session::replay_market() {
  while (market_->event() != nullptr &&
         market_->event()->receive_time.value() <= resume_at_.value()) {
    practice_->market(*market_->event(), true);
    if (auto error = market_->advance()) return error;
  }
  return std::nullopt;
}

std::optional<Error> Session::loop() {
  for (;;) {
    if (auto error = market_->poll()) return error;
    if (auto error = hear_lines()) return error;
    come_up();
    if (runtime_->failure()) return std::nullopt;
    if (is_stopped()) desk_->close();
    const auto [what, at] = next();
    if (what == Next::Nothing && (is_stopped() || !market_->is_live())) return std::nullopt;
    if (!pace(at)) continue;
    now_ = std::max(now_, at);
    practice_->at(now_);
    switch (what) {
      case Next::Venue:
        practice_->step();
        break;
      case Next::Desk:
        desk_step();
        break;
      case Next::Market:
        if (auto error = market_step()) return error;
        break;
      case Next::Signal:
        signal_step();
        break;
      case Next::Deadline:
        apply(TimePassed{});
        break;
      case Next::Nothing:
        break;
    }
    practice_->settle();
  }
}

std::optional<Error> Session::hear_lines() {
  if (!lines_) return std::nullopt;
  while (const auto line = lines_->next()) {
    const UnixNanos now = std::max(now_, UnixNanos(wall_ms_now() * kNanosPerMilli));
    auto heard =
        read_delivery_line(*line, lines_->number(), now, options_.config.limits, *directory_);
    if (!heard) return heard.error();
    for (Delivery& delivery : *heard) {
      const auto place = std::upper_bound(
          deliveries_.begin() + static_cast<std::ptrdiff_t>(delivered_), deliveries_.end(),
          delivery, [](const Delivery& a, const Delivery& b) { return a.at < b.at; });
      deliveries_.insert(place, std::move(delivery));
    }
  }
  return std::nullopt;
}

// What waits for the gateway to come up is heard as soon as it is: entries can leave and the market
// is known. Only the first time, and not for ever. Causes are cleared no earlier: what is unknown
// ends by what the venue has.
void Session::come_up() {
  if (heard_) return;
  heard_ = practice_->is_ready() || now_.value() - outcome_.begin.value() > kComingUpNs;
  if (heard_) clear_causes();
}

// What happens next, and when; of things at the same instant the one named first. Once the market
// has ended, or a person ended the session, only what is already under way still arrives.
std::pair<Session::Next, UnixNanos> Session::next() {
  std::pair<Next, UnixNanos> first{Next::Nothing,
                                   UnixNanos(std::numeric_limits<std::int64_t>::max())};
  const auto offer = [&](Next what, UnixNanos at) {
    if (at < first.second) first = {what, at};
  };
  const bool over = market_->is_over() || is_stopped();
  if (const auto due = practice_->next_due(over)) offer(Next::Venue, *due);
  if (over) return first;
  if (const auto due = desk_->next_due()) offer(Next::Desk, std::max(*due, now_));
  if (const auto* const event = market_->event()) {
    offer(Next::Market, UnixNanos(event->receive_time.value()));
  }
  if (heard_ && delivered_ < deliveries_.size()) {
    offer(Next::Signal, std::max(deliveries_[delivered_].at, now_));
  }
  offer(Next::Deadline, runtime_->next_deadline());
  return first;
}

// As fast as it goes, time stands still while a person is asked. At a speed, wall time is waited
// for, until the session was stopped. The connections are kept alive meanwhile. False: something
// else comes first now.
bool Session::pace(UnixNanos until) {
  if (market_->is_live()) return pace_live(until);
  bool waited = false;
  for (; !options_.speed && !is_stopped() && desk_->is_asking(); waited = true) {
    idle(kWaitMs);
  }
  if (waited) return false;
  if (!options_.speed || is_stopped()) return true;
  const std::int64_t due_ms =
      wall_start_ms_ + (until.value() - outcome_.begin.value()) / kNanosPerMilli / *options_.speed;
  for (std::int64_t left = due_ms - wall_ms_now(); left > 0; left = due_ms - wall_ms_now()) {
    idle(std::min<std::int64_t>(left, kWaitMs));
    const auto answer = desk_->next_due();
    if ((answer && *answer < until) || is_stopped()) return false;
  }
  return true;
}

// The wall clock is the session's own, and what the market says meanwhile may come first.
bool Session::pace_live(UnixNanos until) {
  const std::int64_t left_ms = until.value() / kNanosPerMilli - wall_ms_now();
  if (left_ms <= 0) return true;
  say_silence();
  idle(std::min<std::int64_t>(left_ms, kLiveNapMs));
  return false;
}

void Session::say_silence() {
  const std::int64_t silent_ms = wall_ms_now() - heard_market_ms_;
  if (silent_ms < kSilenceSaidMs || std::exchange(silent_, true)) return;
  std::fprintf(stderr, "%sNo market data since %s (%s): no entry is allowed until it is back.\n",
               options_.progress ? "\n" : "",
               time_text(heard_market_ms_ * kNanosPerMilli).substr(11, 8).c_str(),
               market_->trouble().c_str());
}

// Wall time passes. What was recorded goes to disk now and then, and the connections are kept
// alive.
void Session::idle(std::int64_t wall_ms) {
  if (journal_thread_ != nullptr && wall_ms_now() - woken_ms_ >= kWakeEveryMs) {
    journal_thread_->wake();
    woken_ms_ = wall_ms_now();
  }
  desk_->wait(static_cast<int>(wall_ms));
  practice_->settle();
}

bool Session::put(const venues::VenueInput& input) {
  std::visit([this](const auto& row) { apply(row); }, input);
  return true;
}

// The core is given the newest top when it matters.
void Session::market(const MarketTop& top) {
  if (top.usable()) outcome_.last_top = top;
  runtime_->market(top, now_);
  if (runtime_->has_waiting()) runtime_->settle(now_);
  mid_ = top.mid();
  note_price(mid_);
}

void Session::desk_step() {
  while (const auto command = desk_->take(now_)) {
    runtime_->refresh_market(now_);
    if (command->action == CommandAction::Kill) word_.kill();
    apply(*command);
  }
}

std::optional<Error> Session::market_step() {
  practice_->market(*market_->event(), false);
  ++outcome_.market_events;
  heard_market_ms_ = now_.value() / kNanosPerMilli;
  if (std::exchange(silent_, false)) std::fprintf(stderr, "Market data is back.\n");
  show_progress();
  return market_->advance();
}

void Session::signal_step() {
  Delivery& delivery = deliveries_[delivered_++];
  runtime_->refresh_market(now_);
  if (auto* signal = std::get_if<SignalIntent>(&delivery.what)) {
    signal->nonce = entropy_->nonce();
    return apply(*signal);
  }
  apply(std::get<SignalRefused>(delivery.what));
}

void Session::on(const AskApproval& what) {
  const Trade* const trade = state_.find(what.hold);
  if (trade == nullptr || trade->hold != HoldState::Held) return;
  const Card card = card_of(*trade, state_, directory_->check_key(), now_);
  outcome_.check_codes.emplace_back(what.hold, card.check_code);
  desk_->ask(card, *trade, now_);
}

void Session::on(const HoldEnded& what) {
  desk_->ended(what.hold, what.state, what.reason);
}

void Session::human_action(const HumanActionRequired& what) {
  const std::string path = directory_->human_action_file();
  const bool written = write_human_action(path, what);
  std::fprintf(stderr, "\nHUMAN ACTION REQUIRED: %s\n", written ? path.c_str() : "see the journal");
}

void Session::on(const AnswerCommand& what) {
  if (what.reason == Reason::None || outcome_.scripted) return;
  std::cout << "  refused: " << info(what.reason).meaning << " " << info(what.reason).next << "\n";
}

// Evenly thinned: when there are too many points, every second one goes and the pause doubles.
void Session::note_price(Px mid) {
  auto& prices = outcome_.prices;
  if (!prices.empty() && now_.value() - prices.back().time.value() < price_pause_ns_) return;
  prices.push_back({now_, mid});
  if (prices.size() < kPricePointsMax) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < prices.size(); i += 2) prices[kept++] = prices[i];
  prices.resize(kept);
  price_pause_ns_ *= 2;
}

void Session::show_progress() {
  if (!options_.progress || desk_->is_asking()) return;  // it would write over the prompt
  if (market_->is_live()) return show_time();
  const int percent = static_cast<int>(market_->progress().raw() / 1'000'000);
  if (percent == shown_) return;
  shown_ = percent;
  const std::string bar(static_cast<std::size_t>(percent) / 4, '#');
  std::fprintf(stderr, "\r  [%-25s] %3d %%  %s  %zu of %zu signals", bar.c_str(), percent,
               time_text(now_.value()).substr(11, 8).c_str(), delivered_, deliveries_.size());
  if (percent == 100) std::fprintf(stderr, "\n");
}

// A live market has no end to be near to.
void Session::show_time() {
  const int second = static_cast<int>(now_.value() / kNanosPerSecond % 60);
  if (std::exchange(shown_, second) == second) return;
  std::fprintf(stderr, "\r  live  %s  %s %s  %zu of %zu signals; Ctrl-C ends it ",
               time_text(now_.value()).substr(11, 8).c_str(),
               std::string(options_.config.symbol.view()).c_str(), to_text(mid_).c_str(),
               delivered_, deliveries_.size());
}

std::optional<Error> Session::keep_venue_export() {
  const std::string text = practice_->venue_export();
  if (text.empty()) return std::nullopt;
  const std::string path = directory_->venue_export();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) {
    const std::string why = std::generic_category().message(errno);
    std::error_code failed;
    std::filesystem::remove(path, failed);  // half of it would prove nothing
    return Error{Reason::DataDirectoryUnwritable, path, why};
  }
  outcome_.venue_export = path;
  return std::nullopt;
}

Result<SessionOutcome> Session::finish() {
  if (options_.progress && shown_ != 100) std::fprintf(stderr, "\n");
  runtime_->settle(now_);
  outcome_.failure = runtime_->failure();
  std::string why = ", lies after the end of the market data";
  if (is_stopped()) why = ", lies after the session was stopped";
  if (outcome_.failure) why = ", lies after the journal failed";
  for (std::size_t i = delivered_; i < deliveries_.size(); ++i) {
    if (heard_before_.contains(deliveries_[i].key())) continue;  // an earlier session told it
    const std::string time = time_text(deliveries_[i].at.value()).substr(0, 19) + "Z";
    outcome_.undelivered.push_back({deliveries_[i].name, "its time, " + time + why});
  }
  if (journal_thread_ != nullptr) journal_thread_->stop();
  outcome_.venue_export_unwritten = keep_venue_export();
  if (!outcome_.failure) {
    const auto closed = journal_->close(wall_ms_now());
    if (!closed) return closed.error();
    directory_->mark_closed();
  }
  outcome_.journal = directory_->journal();
  outcome_.head = journal_->head().seq;
  outcome_.head_hash = journal_->head().hash;
  std::copy(directory_->check_key().begin(), directory_->check_key().end(),
            outcome_.check_key.begin());
  outcome_.end = now_;
  outcome_.conserved = practice_->exchange().conserved();
  outcome_.wall_ms = wall_ms_now() - wall_start_ms_;
  return std::move(outcome_);
}

}  // namespace

Result<SessionOutcome> run_session(const SessionOptions& options) {
  std::error_code failed;
  const bool fresh = !std::filesystem::exists(options.data, failed) && !failed;
  bool begun = false;
  auto outcome = [&] {
    Session session(options);
    auto ended = session.run();
    begun = session.has_begun();
    return ended;
  }();
  // A start that failed leaves no half-made directory where there was none.
  if (!outcome && fresh && !begun) std::filesystem::remove_all(options.data, failed);
  return outcome;
}

}  // namespace clawgate::gateway
