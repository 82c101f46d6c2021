// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>
#include <variant>

#include "gateway/card.h"
#include "gateway/data_directory.h"
#include "gateway/human_action.h"
#include "gateway/journal_sink.h"
#include "gateway/limits_told.h"
#include "gateway/office/office_place.h"
#include "gateway/opening.h"
#include "gateway/operators.h"
#include "gateway/practice.h"
#include "gateway/runtime.h"
#include "gateway/session_display.h"
#include "gateway/session_market.h"
#include "gateway/session_office.h"
#include "gateway/signal_files.h"
#include "gateway/signal_queue.h"
#include "gateway/terminal_desk.h"
#include "gateway/version.h"
#include "gateway/whole_file.h"
#include "governance/journal/posix_store.h"
#include "schemas/core/assert.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "sim/exchange/ledger_log.h"

namespace clawgate::gateway {
namespace {

constexpr InstrumentId kInstrument{0};
constexpr std::int64_t kComingUpNs = 30 * kNanosPerSecond;
constexpr std::int64_t kWaitMs = 200;
constexpr std::int64_t kLiveNapMs = 5;  // between two looks at a live market
constexpr std::int64_t kWakeEveryMs = 200;
constexpr std::size_t kBacktestGroupBytes = std::size_t{4} << 20U;

std::int64_t wall_ms_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

class Session final : public Edges, public venues::VenueInbox {
 public:
  explicit Session(const SessionOptions& options)
      : options_(options), display_(options.progress, options.config.symbol) {}

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
  void tell_unsigned() const;
  std::optional<Error> put_limits_forward();
  std::optional<Error> open_desk();
  std::optional<Error> read_signals();
  std::optional<Error> open_core();
  void record_decision(Block cause, const DecisionId& id);
  void say_what_blocks() const;
  void clear_causes();
  std::optional<Error> replay_market();
  std::optional<Error> loop();
  [[nodiscard]] bool is_stopped() const { return options_.stop != nullptr && *options_.stop; }
  void come_up();
  [[nodiscard]] std::pair<Next, UnixNanos> next();
  [[nodiscard]] bool pace(UnixNanos until);
  [[nodiscard]] bool pace_live(UnixNanos until);
  void idle(std::int64_t wall_ms);
  void desk_step();
  std::optional<Error> market_step();
  void signal_step();
  template <class Input>
  void apply(const Input& input) {
    runtime_->apply(input, now_);
    if (runtime_->has_waiting()) runtime_->settle(now_);
  }
  void withdraw_human_action();
  void show_progress();
  std::optional<Error> keep_venue_export();
  [[nodiscard]] std::string why_not(UnixNanos at) const;
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
  Seq opened_behind_;  // the last record of the session before
  std::unique_ptr<DurableRecorder> recorder_;
  JournalThread* journal_thread_ = nullptr;
  State state_;
  std::optional<Engine> engine_;
  std::optional<Door> door_;
  std::optional<Runtime> runtime_;
  std::unique_ptr<ApprovalDesk> desk_;

  std::vector<std::string> signal_files_;
  std::optional<SignalQueue> signals_;
  SessionOutcome outcome_;
  PriceSeries prices_;
  Px mid_;
  SessionDisplay display_;
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
  signals_->drop_replays();
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
  signals_.emplace(options_.config.limits, *directory_);
  // On a live market standard input may go on for as long as the session does.
  if (market_->is_live() && std::erase(signal_files_, "-") > 0) signals_->listen(STDIN_FILENO);
  outcome_.sources = options_.signal_files;
  return signals_->read(signal_files_, begin_);
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

void Session::tell_unsigned() const {
  const std::string why = words_of_unsigned(*journal_);
  if (!why.empty()) std::fprintf(stderr, "%s\n", why.c_str());
}

std::optional<Error> Session::open_journal() {
  if (!options_.backtest) state_.prefault();
  std::optional<std::size_t> group_bytes;
  if (options_.backtest) group_bytes = kBacktestGroupBytes;
  auto opened = gateway::open_journal(
      *directory_, options_.config, *entropy_, state_, group_bytes,
      [this](const journal::RecordView& record) { signals_->note_heard(record); });
  if (!opened) return opened.error();
  store_ = std::move(opened->store);
  journal_ = std::move(opened->journal);
  opened_behind_ = journal_->head().seq;
  const std::string mended = words_of_recovery(*journal_);
  if (!mended.empty()) std::fprintf(stderr, "%s\n", mended.c_str());
  tell_unsigned();
  if (options_.backtest) {
    recorder_ = std::make_unique<InlineJournal>(*journal_, kBacktestGroupBytes);
  } else {
    auto thread = std::make_unique<JournalThread>(*journal_, JournalThread::Idle::Park);
    journal_thread_ = thread.get();
    recorder_ = std::move(thread);
  }
  return std::nullopt;
}

// In force are those of the journal, which may be others: without a word a person would trade on
// limits that they do not know.
std::optional<Error> Session::put_limits_forward() {
  const Limits& asked = options_.config.limits;
  apply(asked);
  if (runtime_->failure() || same_limits(state_.limits, asked)) return std::nullopt;
  std::optional<Error> failed;
  if (const auto done = recorder_->sync(); !done) failed = done.error();
  if (options_.backtest && !failed) {  // which lets much gather
    if (const auto done = journal_->commit(); !done) failed = done.error();
  }
  if (failed) return failed;
  const auto why = limits_refused(directory_->journal(), Seq(opened_behind_.value() + 1));
  if (!why) return why.error();
  std::fprintf(stderr, "%s\n", words_of_refused_limits(state_.limits, asked, *why, {}).c_str());
  return std::nullopt;
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
                   Runtime::Options{&directory_->emergency()});
  withdraw_human_action();
  if (auto error = replay_market()) return error;
  const auto ledger = ledger_head(options_.data, state_.anchor);
  if (!ledger) return ledger.error();
  apply(session_opened(*directory_, options_.config, *journal_));
  if (ledger->seq != 0) apply(*ledger);
  if (auto error = put_limits_forward()) return error;
  Operator who;
  who.id = desk_->operator_id();
  who.channels = bit_of(desk_->channel());
  apply(who);
  practice_->start();
  outcome_.begin = now_;
  display_.heard(now_.value() / kNanosPerMilli);
  return std::nullopt;
}

// Whoever decided in the office is known to the core as far as the configuration names them.
void Session::record_decision(Block cause, const DecisionId& id) {
  if (state_.decision(id) != nullptr) return;
  Sha256 hasher;
  const auto record = decision_or(options_.data, {.id = id,
                                                  .end = DecisionEnd::Approved,
                                                  .subject = subject_of(cause, hasher),
                                                  .operator_id = desk_->operator_id(),
                                                  .channel = desk_->channel(),
                                                  .challenge = ChallengeStatus::NotRequired,
                                                  .decided_at = now_});
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
    const UnixNanos heard_at = std::max(now_, UnixNanos(wall_ms_now() * kNanosPerMilli));
    if (auto error = signals_->hear(heard_at)) return error;
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
  if (const Delivery* const delivery = heard_ ? signals_->next() : nullptr) {
    offer(Next::Signal, std::max(delivery->at, now_));
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
  display_.waits(wall_ms_now(), market_->trouble());
  idle(std::min<std::int64_t>(left_ms, kLiveNapMs));
  return false;
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
  prices_.note(now_, mid_);
}

void Session::desk_step() {
  while (const auto command = desk_->take(now_)) {
    runtime_->refresh_market(now_);
    if (kills_at_once(*command)) word_.kill();
    apply(*command);
  }
}

std::optional<Error> Session::market_step() {
  practice_->market(*market_->event(), false);
  ++outcome_.market_events;
  display_.heard(now_.value() / kNanosPerMilli);
  display_.is_back();
  show_progress();
  return market_->advance();
}

void Session::signal_step() {
  Delivery& delivery = signals_->take();
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

// Wherever a command or an earlier session ended the cause of it.
void Session::withdraw_human_action() {
  if (state_.blocked_by(Block::UnmanagedExposure)) return;
  const std::string path = directory_->human_action_file();
  if (gateway::withdraw_human_action(path, now_)) return;
  std::fprintf(stderr, "%s is over and cannot be withdrawn: do nothing by it\n", path.c_str());
}

void Session::on(const AnswerCommand& what) {
  withdraw_human_action();
  if (what.reason == Reason::None || outcome_.scripted) return;
  std::cout << "  refused: " << info(what.reason).meaning << " " << info(what.reason).next << "\n";
}

void Session::show_progress() {
  if (desk_->is_asking()) return;  // it would write over the prompt
  const SessionDisplay::Seen seen{now_, mid_, signals_->delivered(), signals_->size()};
  if (market_->is_live()) return display_.show_live(seen);
  display_.show(market_->progress(), seen);
}

std::optional<Error> Session::keep_venue_export() {
  const std::string text = practice_->venue_export();
  if (text.empty()) return std::nullopt;
  const std::string path = directory_->venue_export();
  if (!write_whole_file(path, bytes_of(text))) {
    return Error{Reason::DataDirectoryUnwritable, path, std::generic_category().message(errno)};
  }
  outcome_.venue_export = path;
  return std::nullopt;
}

// Why a signal of that time was not delivered, after "its time, ...". One of before the point at
// which this directory goes on is late at once: where no market is left, it never has its turn.
std::string Session::why_not(UnixNanos at) const {
  if (at < resume_at_) {
    return ", lies before " + time_text(resume_at_.value()).substr(0, 23) +
           "Z, where this directory's session goes on: take a new --data";
  }
  if (outcome_.failure) return ", lies after the journal failed";
  if (is_stopped()) return ", lies after the session was stopped";
  return ", lies after the end of the market data";
}

Result<SessionOutcome> Session::finish() {
  display_.end();
  runtime_->settle(now_);
  outcome_.failure = runtime_->failure();
  outcome_.undelivered = signals_->undelivered([this](UnixNanos at) { return why_not(at); });
  outcome_.prices = prices_.take();
  if (journal_thread_ != nullptr) journal_thread_->stop();
  outcome_.venue_export_unwritten = keep_venue_export();
  if (!outcome_.failure) {
    const auto closed = journal_->close(wall_ms_now());
    if (!closed) return closed.error();
    tell_unsigned();
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
