// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <set>
#include <sstream>
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
#include "gateway/signal_files.h"
#include "gateway/terminal_desk.h"
#include "gateway/version.h"
#include "governance/journal/posix_store.h"
#include "governance/ledger/office.h"
#include "schemas/core/assert.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "sim/exchange/ledger_log.h"
#include "sim/market/source.h"

namespace clawgate::gateway {
namespace {

constexpr InstrumentId kInstrument{0};
constexpr std::size_t kPricePointsMax = 8'000;
constexpr std::int64_t kComingUpNs = 30 * kNanosPerSecond;
constexpr int kWaitMs = 200;
constexpr std::size_t kBacktestGroupBytes = std::size_t{4} << 20U;

std::int64_t wall_ms_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
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
  [[nodiscard]] std::optional<DecisionRecorded> decision_on(Block cause, const DecisionId& id);
  void record_decision(Block cause, const DecisionId& id);
  void note_heard(const journal::RecordView& record);
  void drop_replays();
  void say_what_blocks() const;
  void clear_causes();
  std::optional<Error> take_next_market();
  std::optional<Error> replay_market();
  std::optional<Error> loop();
  [[nodiscard]] bool is_stopped() const { return options_.stop != nullptr && *options_.stop; }
  void come_up();
  [[nodiscard]] std::pair<Next, UnixNanos> next();
  [[nodiscard]] bool pace(UnixNanos until);
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
  std::optional<Error> keep_venue_export();
  Result<SessionOutcome> finish();

  const SessionOptions& options_;
  UnixNanos now_;
  std::int64_t wall_start_ms_ = wall_ms_now();
  UnixNanos begin_;
  UnixNanos resume_at_;

  std::unique_ptr<Entropy> entropy_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<sim::MarketSource> market_;
  const sim::MarketEvent* market_event_ = nullptr;
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
  std::vector<Delivery> deliveries_;
  std::set<std::string> heard_before_;  // keys of what an earlier session recorded
  std::size_t delivered_ = 0;
  SessionOutcome outcome_;
  std::int64_t price_pause_ns_ = 100 * kNanosPerMilli;
  Px mid_;
  int shown_ = -1;
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
  if (options_.market == "live") {
    return Error{Reason::UsageOption, "--market live",
                 "not offered: a session runs on synthetic or recorded markets, and live ones are "
                 "for clawgate serve"};
  }
  constexpr std::string_view kSynthetic = "synthetic:";
  if (options_.market.starts_with(kSynthetic)) {
    const RawDecimal seed = parse_decimal(options_.market.substr(kSynthetic.size()));
    if (seed.error != DecimalError::None || seed.raw < 0 || seed.raw % Px::kScale != 0) {
      return Error{Reason::UsageOption, "--market", options_.market};
    }
    sim::SyntheticOptions synthetic;
    synthetic.symbol = symbol_;
    synthetic.seed = static_cast<std::uint64_t>(seed.raw / Px::kScale);
    auto source = sim::make_synthetic(synthetic);
    if (!source) return source.error();
    market_ = std::move(*source);
  } else {
    auto source =
        sim::open_recording(split(options_.market, ','), symbol_, options_.config.symbol.view());
    if (!source) return source.error();
    market_ = std::move(*source);
  }
  if (auto error = take_next_market()) return error;
  if (market_event_ == nullptr) return Error{Reason::RecordingEmpty, "--market", options_.market};
  begin_ = UnixNanos(market_event_->receive_time.value());
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
  apply(session_opened(*directory_, options_.config, *journal_));
  apply(options_.config.limits);
  Operator who;
  who.id = desk_->operator_id();
  who.channels = bit_of(desk_->channel());
  apply(who);
  practice_->start();
  outcome_.begin = now_;
  return std::nullopt;
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

std::optional<Error> Session::take_next_market() {
  const auto event = market_->next();
  if (!event) return event.error();
  market_event_ = *event;
  return std::nullopt;
}

// After a restart the book is built again from what the session before this one already saw.
std::optional<Error> Session::replay_market() {
  while (market_event_ != nullptr && market_event_->receive_time.value() <= resume_at_.value()) {
    practice_->market(*market_event_, true);
    if (auto error = take_next_market()) return error;
  }
  return std::nullopt;
}

std::optional<Error> Session::loop() {
  for (;;) {
    come_up();
    if (runtime_->failure()) return std::nullopt;
    if (is_stopped()) desk_->close();
    const auto [what, at] = next();
    if (what == Next::Nothing) return std::nullopt;
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
  const bool over = market_event_ == nullptr || is_stopped();
  if (const auto due = practice_->next_due(over)) offer(Next::Venue, *due);
  if (over) return first;
  if (const auto due = desk_->next_due()) offer(Next::Desk, std::max(*due, now_));
  offer(Next::Market, UnixNanos(market_event_->receive_time.value()));
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
  bool waited = false;
  for (; !options_.speed && !is_stopped() && desk_->is_asking(); waited = true) {
    desk_->wait(kWaitMs);
    practice_->settle();
  }
  if (waited) return false;
  if (!options_.speed || is_stopped()) return true;
  const std::int64_t due_ms =
      wall_start_ms_ + (until.value() - outcome_.begin.value()) / kNanosPerMilli / *options_.speed;
  for (std::int64_t left = due_ms - wall_ms_now(); left > 0; left = due_ms - wall_ms_now()) {
    desk_->wait(static_cast<int>(std::min<std::int64_t>(left, kWaitMs)));
    const auto answer = desk_->next_due();
    if ((answer && *answer < until) || is_stopped()) return false;
    practice_->settle();
  }
  return true;
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
  note_price(top.mid());
}

void Session::desk_step() {
  while (const auto command = desk_->take(now_)) {
    runtime_->refresh_market(now_);
    if (command->action == CommandAction::Kill) word_.kill();
    apply(*command);
  }
}

std::optional<Error> Session::market_step() {
  practice_->market(*market_event_, false);
  ++outcome_.market_events;
  show_progress();
  return take_next_market();
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
  const int percent = static_cast<int>(market_->progress().raw() / 1'000'000);
  if (percent == shown_) return;
  shown_ = percent;
  const std::string bar(static_cast<std::size_t>(percent) / 4, '#');
  std::fprintf(stderr, "\r  [%-25s] %3d %%  %s  %zu of %zu signals", bar.c_str(), percent,
               time_text(now_.value()).substr(11, 8).c_str(), delivered_, deliveries_.size());
  if (percent == 100) std::fprintf(stderr, "\n");
}

std::optional<Error> Session::keep_venue_export() {
  const std::string text = practice_->venue_export();
  if (text.empty()) return std::nullopt;
  const std::string path = directory_->venue_export();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) return Error{Reason::DataDirectoryUnwritable, path, ""};
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
  if (auto error = keep_venue_export()) return *error;
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
