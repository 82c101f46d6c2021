// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <sstream>
#include <variant>

#include "gateway/card.h"
#include "gateway/data_directory.h"
#include "gateway/journal_sink.h"
#include "gateway/operators.h"
#include "gateway/runtime.h"
#include "gateway/sim_venue.h"
#include "gateway/version.h"
#include "governance/journal/posix_store.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "sim/exchange/ledger_log.h"
#include "sim/market/source.h"

namespace clawgate::gateway {
namespace {

constexpr InstrumentId kInstrument{0};
constexpr std::size_t kPricePointsMax = 8'000;
constexpr std::size_t kBacktestGroupBytes = std::size_t{4} << 20U;

/// One thing an engine said, and when the gateway hears it.
struct Delivery {
  UnixNanos at;
  std::variant<SignalIntent, SignalRefused> what;
  std::string name;
};

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

Result<std::string> read_all(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Reason::FileUnreadable, "--signals " + path, ""};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class Session final : public Edges {
 public:
  explicit Session(const SessionOptions& options)
      : options_(options),
        venue_({options.config.latency_ns, options.config.latency_ns}),
        exchange_(&venue_),
        door_(venue_, word_) {}

  Result<SessionOutcome> run();

  void on(const AskApproval& what) override;
  void on(const HoldEnded& what) override;
  void on(const AnswerSignal&) override {}
  void on(const AnswerCommand& what) override;

 private:
  enum class Next : std::uint8_t { Nothing, Venue, Desk, Market, Signal, Deadline };

  std::optional<Error> open_market();
  std::optional<Error> open_entropy();
  std::optional<Error> open_exchange();
  std::optional<Error> open_journal();
  std::optional<Error> open_desk();
  std::optional<Error> read_signals();
  void open_core();
  std::optional<Error> take_next_market();
  std::optional<Error> loop();
  [[nodiscard]] std::pair<Next, UnixNanos> next() const;
  void pace(UnixNanos until);
  void venue_step();
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
  SimVenue venue_;
  sim::Exchange exchange_;
  std::unique_ptr<sim::LedgerLog> ledger_log_;
  sim::SymbolId symbol_;
  sim::AccountId account_;
  MarketTop top_;
  bool has_ticker_ = false;

  std::unique_ptr<journal::PosixStore> store_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<DurableRecorder> recorder_;
  JournalThread* journal_thread_ = nullptr;
  State state_;
  std::optional<Engine> engine_;
  TradingWord word_;
  Door door_;
  std::optional<Runtime> runtime_;
  std::unique_ptr<ApprovalDesk> desk_;

  std::vector<Delivery> deliveries_;
  std::size_t delivered_ = 0;
  SessionOutcome outcome_;
  std::int64_t price_pause_ns_ = 100 * kNanosPerMilli;
  Px mid_;
  int shown_ = -1;
};

Result<SessionOutcome> Session::run() {
  if (auto error = open_market()) return *error;
  if (auto error = open_entropy()) return *error;
  auto directory = DataDirectory::open(options_.data, *entropy_);
  if (!directory) return directory.error();
  directory_ = std::move(*directory);
  if (auto error = open_desk()) return *error;
  if (auto error = read_signals()) return *error;
  if (auto error = open_exchange()) return *error;
  if (auto error = open_journal()) return *error;
  open_core();
  if (auto error = loop()) return *error;
  return finish();
}

std::optional<Error> Session::open_market() {
  const sim::SymbolRules* const rules = sim::find_built_in(options_.config.symbol.view());
  if (rules == nullptr) {
    return Error{Reason::ConfigValueRange, "symbol", std::string(options_.config.symbol.view())};
  }
  symbol_ = exchange_.add_symbol(*rules);
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
  for (const std::string& file : options_.signal_files) {
    if (file == "-") continue;
    const auto bytes = read_all(file);
    if (!bytes) return bytes.error();
    hasher.update(bytes_of(*bytes));
  }
  entropy_ = std::make_unique<SeededEntropy>(hasher.finish());
  return std::nullopt;
}

std::optional<Error> Session::open_desk() {
  constexpr std::string_view kScripted = "scripted:";
  if (options_.operators == "terminal") {
    desk_ = std::make_unique<TerminalDesk>();
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
  signals::Options intake;
  intake.today = signals::date_of(begin_);
  intake.agentic_trading = false;
  for (const std::string& file : options_.signal_files) {
    const auto bytes = read_all(file);
    if (!bytes) return bytes.error();
    const auto kept = directory_->keep(bytes_of(*bytes));
    if (!kept) return kept.error();
    signals::Source source;
    source.name = file;
    source.bytes = *bytes;
    source.received_at = begin_;
    outcome_.sources.push_back(file);
    for (signals::Reading& reading : signals::read(source, intake).readings) {
      // The journal names the file, not the folder that it happened to lie in.
      if (reading.where.starts_with(file)) {
        reading.where.replace(0, file.size(), std::filesystem::path(file).filename().string());
      }
      Delivery delivery{begin_, signals::refused_record(reading), reading.where};
      if (reading.signal) {
        const auto thesis = directory_->keep(bytes_of(reading.thesis));
        if (!thesis) return thesis.error();
        delivery.at = std::max(begin_, reading.signal->as_of);
        delivery.what = *reading.signal;
      }
      deliveries_.push_back(std::move(delivery));
    }
  }
  std::stable_sort(deliveries_.begin(), deliveries_.end(),
                   [](const Delivery& a, const Delivery& b) { return a.at < b.at; });
  return std::nullopt;
}

std::optional<Error> Session::open_exchange() {
  auto log = sim::LedgerLog::open(directory_->exchange_log());
  if (!log) return log.error();
  ledger_log_ = std::move(*log);
  const auto restored = ledger_log_->attach(exchange_);
  if (!restored) return restored.error();
  const bool fresh = exchange_.accounts() == 0;
  if (fresh) account_ = exchange_.open_account({});
  venue_.connect(exchange_, account_);
  if (!fresh) return std::nullopt;
  const bool paid = exchange_.deposit(account_, exchange_.quote(symbol_),
                                      options_.config.cash.raw(), sim::TimeNs(begin_.value()));
  CLAWGATE_ASSERT(paid);
  return std::nullopt;
}

std::optional<Error> Session::open_journal() {
  if (!options_.backtest) state_.prefault();
  auto store = journal::PosixStore::create(directory_->journal());
  if (!store) return store.error();
  store_ = std::move(*store);
  journal::Journal::Options options;
  options.journal_id = entropy_->nonce();
  options.engine_version = Text<64>(kVersion);
  options.configuration = sha256(bytes_of(to_yaml(options_.config)));
  if (options_.backtest) options.group_bytes = kBacktestGroupBytes;
  SystemEntropy().fill(options.checkpoint_seed);
  std::optional<Error> undecodable;
  auto opened = journal::Journal::open(*store_, options, [&](const journal::RecordView& record) {
    if (state_.fold(record.type, record.payload, record.time) || undecodable) return;
    undecodable = Error{Reason::JournalRecord, "sequence " + std::to_string(record.seq.value()),
                        std::string(record_name(record.type))};
  });
  if (!opened) return opened.error();
  if (undecodable) return undecodable;
  journal_ = std::move(*opened);
  if (journal_->recovery().torn_bytes > 0) {
    std::fprintf(stderr, "journal: cut a torn tail of %llu bytes\n",
                 static_cast<unsigned long long>(journal_->recovery().torn_bytes));
  }
  if (options_.backtest) {
    recorder_ = std::make_unique<InlineJournal>(*journal_, kBacktestGroupBytes);
  } else {
    auto thread = std::make_unique<JournalThread>(*journal_, JournalThread::Idle::Park);
    journal_thread_ = thread.get();
    recorder_ = std::move(thread);
  }
  return std::nullopt;
}

void Session::open_core() {
  resume_at_ = state_.last_time;
  now_ = std::max(now_, resume_at_);
  engine_.emplace(state_, *recorder_);
  runtime_.emplace(*engine_, *recorder_, door_, word_, *this,
                   Runtime::Options{directory_->emergency_file()});
  venue_.at(now_);
  SessionOpened session = options_.config.session;
  session.engine_version = Text<32>(kVersion);
  session.id_epoch = Text<4>(crockford(journal_->journal_id().bytes, 4));
  session.clean_start = directory_->was_clean();
  session.configuration = sha256(bytes_of(to_yaml(options_.config)));
  apply(session);
  apply(options_.config.limits);
  Operator who;
  who.id = desk_->operator_id();
  who.channels = bit_of(desk_->channel());
  apply(who);
  apply(venue_.add_instrument(kInstrument, symbol_));
  for (const BalanceReported& row : venue_.balances(now_)) apply(row);
  std::uint64_t count = 0;
  for (const auto& [cause, decision] : options_.unblock) {
    OperatorCommand command;
    command.command_id =
        CommandId("unblock-" + std::string(decision.view()) + "-" + std::to_string(++count));
    command.action = CommandAction::Unblock;
    command.operator_id = who.id;
    command.channel = desk_->channel();
    command.decision_id = decision;
    for (const BlockInfo& row : kBlocks) {
      if (row.code == cause) command.block = row.block;
    }
    apply(command);
  }
  top_.instrument = kInstrument;
  outcome_.begin = now_;
}

std::optional<Error> Session::take_next_market() {
  const auto event = market_->next();
  if (!event) return event.error();
  market_event_ = *event;
  return std::nullopt;
}

std::optional<Error> Session::loop() {
  for (;;) {
    if (runtime_->failure()) return std::nullopt;
    const auto [what, at] = next();
    if (what == Next::Nothing) return std::nullopt;
    pace(at);
    now_ = std::max(now_, at);
    venue_.at(now_);
    switch (what) {
      case Next::Venue:
        venue_step();
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
  }
}

// What happens next, and when; of things at the same instant the one named first. Once the market
// has ended only what is already under way still arrives.
std::pair<Session::Next, UnixNanos> Session::next() const {
  std::pair<Next, UnixNanos> first{Next::Nothing,
                                   UnixNanos(std::numeric_limits<std::int64_t>::max())};
  const auto offer = [&](Next what, UnixNanos at) {
    if (at < first.second) first = {what, at};
  };
  if (const auto due = venue_.next_due()) offer(Next::Venue, *due);
  if (market_event_ == nullptr) return first;
  if (const auto due = desk_->next_due()) offer(Next::Desk, std::max(*due, now_));
  offer(Next::Market, UnixNanos(market_event_->receive_time.value()));
  if (delivered_ < deliveries_.size()) offer(Next::Signal, deliveries_[delivered_].at);
  offer(Next::Deadline, runtime_->next_deadline());
  return first;
}

// As fast as it goes, time stands still while a person is asked. At a speed, wall time is waited
// for.
void Session::pace(UnixNanos until) {
  if (!options_.speed) {
    while (desk_->is_asking()) desk_->wait(-1);
    return;
  }
  const std::int64_t due_ms =
      wall_start_ms_ + (until.value() - outcome_.begin.value()) / kNanosPerMilli / *options_.speed;
  for (std::int64_t left = due_ms - wall_ms_now(); left > 0; left = due_ms - wall_ms_now()) {
    desk_->wait(static_cast<int>(std::min<std::int64_t>(left, 200)));
    if (desk_->next_due()) return;
  }
}

void Session::venue_step() {
  venue_.deliver_requests();
  while (const auto report = venue_.next_report()) {
    std::visit([&](const auto& input) { apply(input); }, *report);
  }
}

void Session::desk_step() {
  while (const auto command = desk_->take(now_)) {
    runtime_->refresh_market(now_);
    if (command->action == CommandAction::Kill) word_.kill();
    apply(*command);
  }
}

// The exchange sees every event; the core sees the newest top when it matters. After a restart the
// book is built again from what the session already saw, without trading on it.
std::optional<Error> Session::market_step() {
  const sim::MarketEvent& event = *market_event_;
  const bool seen_before = event.receive_time.value() <= resume_at_.value();
  if (!seen_before || event.kind != sim::MarketKind::Trade) {
    exchange_.apply(event, sim::TimeNs(now_.value()));
  }
  ++outcome_.market_events;
  if (event.kind == sim::MarketKind::BookTicker) {
    has_ticker_ = true;
    top_.bid = event.bid.price;
    top_.bid_qty = event.bid.quantity;
    top_.ask = event.ask.price;
    top_.ask_qty = event.ask.quantity;
  } else if (event.kind == sim::MarketKind::Trade) {
    top_.last = event.price;
  } else if (!has_ticker_) {
    const sim::DepthAnswer depth = exchange_.depth(symbol_, 1);
    if (!depth.bids.empty() && !depth.asks.empty()) {
      top_.bid = depth.bids[0].price;
      top_.bid_qty = depth.bids[0].quantity;
      top_.ask = depth.asks[0].price;
      top_.ask_qty = depth.asks[0].quantity;
    }
  }
  top_.event_time = UnixNanos(event.receive_time.value());
  if (top_.usable() && !seen_before) {
    top_.average = exchange_.average_price(symbol_);
    if (top_.average.is_zero()) top_.average = top_.mid();
    runtime_->market(top_, now_);
    if (runtime_->has_waiting()) runtime_->settle(now_);
    note_price(top_.mid());
  }
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
  if (!options_.progress) return;
  const int percent = static_cast<int>(market_->progress().raw() / 1'000'000);
  if (percent == shown_) return;
  shown_ = percent;
  const std::string bar(static_cast<std::size_t>(percent) / 4, '#');
  std::fprintf(stderr, "\r  [%-25s] %3d %%  %s  %zu of %zu signals", bar.c_str(), percent,
               time_text(now_.value()).substr(11, 8).c_str(), delivered_, deliveries_.size());
  if (percent == 100) std::fprintf(stderr, "\n");
}

Result<SessionOutcome> Session::finish() {
  if (options_.progress && shown_ != 100) std::fprintf(stderr, "\n");
  for (std::size_t i = delivered_; i < deliveries_.size(); ++i) {
    outcome_.undelivered.push_back(
        {deliveries_[i].name, "its time, " + time_text(deliveries_[i].at.value()) +
                                  ", lies after the end of the market data"});
  }
  runtime_->settle(now_);
  outcome_.failure = runtime_->failure();
  if (journal_thread_ != nullptr) journal_thread_->stop();
  if (!outcome_.failure) {
    const auto closed = journal_->close(wall_ms_now());
    if (!closed) return closed.error();
    directory_->mark_closed();
  }
  outcome_.journal = directory_->journal();
  outcome_.head = journal_->head().seq;
  outcome_.head_hash = journal_->head().hash;
  outcome_.end = now_;
  outcome_.conserved = exchange_.conserved();
  outcome_.wall_ms = wall_ms_now() - wall_start_ms_;
  return std::move(outcome_);
}

}  // namespace

Result<SessionOutcome> run_session(const SessionOptions& options) {
  Session session(options);
  return session.run();
}

}  // namespace clawgate::gateway
