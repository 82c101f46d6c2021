// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/daemon.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <future>
#include <utility>

#include "gateway/limits_told.h"
#include "gateway/opening.h"
#include "gateway/serve/metrics.h"
#include "gateway/version.h"
#include "gateway/whole_file.h"
#include "schemas/names.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kLockCheck = kNanosPerSecond;
constexpr std::int64_t kDiskCheck = kNanosPerSecond;
constexpr std::int64_t kDiskTell = 5 * kNanosPerSecond;  // again, while it is low
constexpr std::int64_t kReadinessCheck = 60 * kNanosPerSecond;

ApiServer::Options server_options(const ServeSettings& settings) {
  ApiServer::Options options;
  options.address = settings.address;
  options.port = settings.port;
  return options;
}

std::string host_of(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

/// The office of the data directory, for those who decide over HTTP.
OfficeDesk desk_of(const Daemon::Options& options) {
  OfficePlace place;
  place.data = options.data;
  place.checklists = options.data + "/pre_live_checklist";
  place.lock_patience = std::chrono::milliseconds(100);  // a kill may wait behind this
  const auto names = principals_from(options.config.serve.principals);
  return {place, names.value_or(std::vector<PrincipalName>()), OperatorChannel::Http};
}

std::string serve_file(const std::string& data) {
  return data + "/serve.json";
}

}  // namespace

Daemon::Daemon(const Options& options)
    : options_(options),
      clock_(options.clock != nullptr ? *options.clock : system_clock_),
      log_(clock_, options.log),
      lanes_(options.lanes),
      baseline_(options.data + "/venue-baseline.json"),
      human_action_(options.data + "/human_action_required.md"),
      link_(desk_of(options), lanes_) {}

Result<std::unique_ptr<Daemon>> Daemon::start(const Options& options) {
  std::unique_ptr<Daemon> daemon(new Daemon(options));
  const auto error = daemon->open();
  if (!error) return daemon;
  // A start that applied nothing leaves the end of the session before it as it was.
  if (!daemon->loop_ && daemon->directory_ && daemon->directory_->was_clean()) {
    daemon->directory_->mark_closed();
  }
  return *error;
}

Daemon::~Daemon() {
  if (loop_) loop_->stop();
  venue_.reset();
  office_.stop();
  evidence_.stop();
  if (server_) server_->stop();
}

std::optional<Error> Daemon::open() {
  if (auto error = link_.refuse(options_.config.session.stage)) return error;
  if (auto error = listen()) return error;
  auto directory = DataDirectory::open(options_.data, entropy_);
  if (!directory) return directory.error();
  directory_ = std::move(*directory);
  if (auto error = open_principals()) return error;
  if (auto error = open_journal()) return error;
  if (auto error = open_tail()) return error;
  if (auto error = open_core()) return error;
  if (auto error = open_api()) return error;
  loop_->start();
  running_ = true;
  publish_address();
  log_.write(LogLevel::Info, "serve", "serves at " + url_);
  return std::nullopt;
}

// Bound first: a wrong address or a taken port changes nothing on the disk. Where the port is taken
// by the gateway of this very directory, that is what is wrong.
std::optional<Error> Daemon::listen() {
  auto server = ApiServer::bind(server_options(options_.config.serve));
  if (!server) {
    std::error_code none;
    const bool used = std::filesystem::exists(options_.data + "/lock", none);
    if (!used) return server.error();
    const auto lock = journal::DirectoryLock::take(options_.data);
    const bool ours = !lock && lock.error().reason == Reason::DataDirectoryLocked;
    return ours ? lock.error() : server.error();
  }
  server_ = std::move(*server);
  url_ = "http://" + host_of(options_.config.serve.address, server_->port());
  return std::nullopt;
}

std::optional<Error> Daemon::open_principals() {
  const auto names = principals_from(options_.config.serve.principals);
  if (!names) {
    return Error{Reason::ConfigValueRange, "serve.principals", options_.config.serve.principals};
  }
  names_ = *names;
  auto principals = Principals::open(options_.data + "/tokens", names_, entropy_);
  if (!principals) return principals.error();
  principals_ = std::move(*principals);
  return std::nullopt;
}

std::optional<Error> Daemon::open_journal() {
  state_.prefault();
  auto opened = gateway::open_journal(*directory_, options_.config, entropy_, state_);
  if (!opened) return opened.error();
  store_ = std::move(opened->store);
  journal_ = std::move(opened->journal);
  opened_behind_ = journal_->head().seq;
  log_.set_session(crockford(journal_->journal_id().bytes, 4));
  const std::string mended = words_of_recovery(*journal_);
  if (!mended.empty()) log_.write(LogLevel::Warn, "journal", mended);
  tell_unsigned();
  const bool spin = options_.config.serve.spin;
  recorder_ = std::make_unique<JournalThread>(
      *journal_, spin ? JournalThread::Idle::Spin : JournalThread::Idle::Park);
  return std::nullopt;
}

void Daemon::tell_unsigned() {
  const std::string why = words_of_unsigned(*journal_);
  if (!why.empty()) log_.write(LogLevel::Warn, "journal", why);
}

// What was recorded last is later than this machine says it is now.
void Daemon::tell_behind() {
  const std::int64_t behind = core_clock_->ahead_at_start_ns();
  if (behind < AnchoredClock::kStepMin) return;
  log_.write(LogLevel::Warn, "clock",
             "this machine's clock is " + std::to_string(behind / kNanosPerSecond) +
                 " s behind the newest record; time goes on from there");
}

std::optional<Error> Daemon::open_core() {
  core_clock_.emplace(clock_, state_.last_time);
  tell_behind();
  engine_.emplace(state_, *recorder_);
  disk_low_ = state_.blocked_by(Block::DiskLow);  // it may have ended while no gateway ran
  // Nor may a crash leave a file that asks for what is over.
  if (!state_.blocked_by(Block::UnmanagedExposure)) human_action_.end(core_clock_->now());
  keep_human_action();
  const auto key_told = [this](const KeyWord& word) {
    server_->post([this, word] { keep_key_word(word); });
  };
  auto venue = options_.venue(lanes_, word_,
                              {options_.config, *core_clock_, state_, log_, key_told, &baseline_});
  if (!venue) return venue.error();
  venue_ = std::move(*venue);
  door_.emplace(*venue_, word_);
  CoreLoop::Options options;
  options.idle = options_.config.serve.spin ? CoreLoop::Idle::Spin : CoreLoop::Idle::Park;
  options.emergency = &directory_->emergency();
  loop_.emplace(*engine_, *recorder_, *door_, word_, lanes_, *core_clock_,
                static_cast<LoopListener&>(*this), options);
  loop_->begin_with(session_opened(*directory_, options_.config, *journal_));
  loop_->begin_with(ConditionReported{Block::Reconciling, true, Text<64>("start")});
  if (auto error = begin_with_news()) return error;  // the limits may rest on a decision
  loop_->begin_with(options_.config.limits);
  if (auto error = tell_limits()) return error;
  if (auto error = begin_with_news()) return error;  // and may not be above the ladder's
  register_operators();
  for (const CauseReported& cause : readiness_causes()) {
    if (!state_.blocked_by(cause.cause)) loop_->begin_with(cause);
  }
  return loop_->failure();
}

// In force are those of the journal, which may be others than a person reads in the configuration.
std::optional<Error> Daemon::tell_limits() {
  if (loop_->failure() || same_limits(state_.limits, options_.config.limits)) return std::nullopt;
  const auto why = limits_refused(directory_->journal(), Seq(opened_behind_.value() + 1));
  if (!why) return why.error();
  limits_note_ =
      words_of_refused_limits(state_.limits, options_.config.limits, *why, options_.data);
  log_.write(LogLevel::Warn, "limits", limits_note_);
  return std::nullopt;
}

// What was decided while no gateway ran; the journal keeps what was told before.
std::optional<Error> Daemon::begin_with_news() {
  const auto inputs = link_.news(state_);
  if (!inputs) return inputs.error();
  for (const OfficeLink::Input& input : *inputs) {
    std::visit([this](const auto& what) { loop_->begin_with(what); }, input);
  }
  return std::nullopt;
}

// The registry of those who decide over HTTP is what the configuration says: who is no longer in
// it may no longer decide.
void Daemon::register_operators() {
  const std::vector<Operator> named = operators_among(names_, OperatorChannel::Http);
  std::vector<Operator> gone;
  for (const Operator& row : state_.operators) {
    const bool stays = std::any_of(named.begin(), named.end(),
                                   [&](const Operator& who) { return who.id == row.id; });
    if (!stays && row.enabled && row.channels == bit_of(OperatorChannel::Http)) gone.push_back(row);
  }
  for (Operator& row : gone) {
    row.enabled = false;
    loop_->begin_with(row);
  }
  for (Operator row : named) {
    row.backup = row.id.view() == options_.config.serve.backup_operator;
    loop_->begin_with(row);
  }
}

// What the core found before an earlier end, and nobody was told of, may have changed the stage.
std::optional<Error> Daemon::open_tail() {
  auto store = journal::PosixStore::open_existing(directory_->journal());
  if (!store) return store.error();
  tail_store_ = std::move(*store);
  tail_.emplace(
      *tail_store_, [this] { return recorder_->durable_seq(); }, projection_);
  projection_.on_record = [this](const journal::RecordView& record) { link_.see(record); };
  if (auto error = tail_->poll()) return error;
  // What is recorded from here on is news.
  projection_.on_record = [this](const journal::RecordView& record) {
    link_.see(record);
    see_block(record);
    log_movement(record);
  };
  link_.bring(clock_.wall());
  return link_.refuse(options_.config.session.stage);
}

std::optional<Error> Daemon::open_api() {
  if (auto error = tail_->poll()) return error;
  projection_.on_event = [this](const StreamEvent&) { server_->publish(); };

  Api::Options options;
  const std::string port = ":" + std::to_string(server_->port());
  options.hosts = {"127.0.0.1" + port, "localhost" + port, "[::1]" + port};
  const Bytes key = directory_->check_key();
  options.check_key.assign(key.begin(), key.end());
  api_.emplace(
      Api::Surroundings{lanes_, word_, projection_, *principals_, api_entropy_, clock_, link_,
                        [this](std::vector<std::string> evidence,
                               std::function<void(std::optional<Error>)> done) {
                          return keep_evidence(std::move(evidence), std::move(done));
                        },
                        [this] { catch_up(); }, [this] { return metrics(); },
                        [this](std::function<HttpResponse()> work, HttpReply done) {
                          return write_office(std::move(work), std::move(done));
                        }},
      options);
  ApiServer::Handlers handlers;
  handlers.handle = [this](const HttpRequest& request, HttpReply reply) {
    api_->handle(request, std::move(reply));
  };
  handlers.standing = [this](const HttpRequest& request) { return api_->standing(request); };
  handlers.is_command = [this](const HttpRequest& request) { return api_->is_command(request); };
  handlers.refuse_stream = [this](const HttpRequest& request, Seq& after) {
    return api_->refuse_stream(request, after);
  };
  handlers.next_event = [this](Seq after) { return projection_.event_after(after); };
  handlers.tick = [this] { tick(); };
  server_->start(std::move(handlers));
  return std::nullopt;
}

// The work on the office's thread, what came of it on the API's.
bool Daemon::write_office(std::function<HttpResponse()> work, HttpReply done) {
  return office_.run([this, work = std::move(work), done = std::move(done)] {
    server_->post([done, response = work()] { done(response); });
  });
}

bool Daemon::keep_evidence(std::vector<std::string> evidence,
                           std::function<void(std::optional<Error>)> done) {
  return evidence_.run([this, evidence = std::move(evidence), done = std::move(done)] {
    std::optional<Error> error;
    for (const std::string& one : evidence) {
      if (error) break;
      const auto kept = directory_->keep(bytes_of(one));
      if (!kept) error = kept.error();
    }
    server_->post([done, error] { done(error); });
  });
}

// Where the command line finds a running gateway: its URL, and where the tokens lie. A gateway that
// has a position to manage goes on without.
void Daemon::publish_address() {
  std::string text =
      "{\"url\":" + json_quote(url_) + ",\"pid\":" + std::to_string(::getpid()) + ",\"tokens\":{";
  std::error_code error;
  const auto tokens = std::filesystem::absolute(options_.data + "/tokens", error);
  for (const PrincipalName& who : names_) {
    if (text.back() != '{') text += ",";
    text += json_quote(who.name) + ":" + json_quote((tokens / (who.name + ".token")).string());
  }
  const std::string path = serve_file(options_.data);
  if (write_whole_file(path, bytes_of(text + "}}\n"))) return;
  // The one that a crash left gives its room on a full disk.
  ::unlink(path.c_str());
  if (write_whole_file(path, bytes_of(text + "}}\n"))) return;
  log_.write(LogLevel::Warn, "serve",
             path + " cannot be written: name " + url_ + " with --url and --token-file");
}

std::optional<Error> Daemon::stop() {
  if (!running_) return failure_;
  running_ = false;
  // Away, but its room stays for the next one: that may find a full disk.
  const std::string published = serve_file(options_.data);
  const bool ours = directory_->is_ours();  // or a second gateway's by now
  if (ours && std::rename(published.c_str(), (published + ".new").c_str()) != 0) {
    ::unlink(published.c_str());
  }
  loop_->stop();
  venue_.reset();
  office_.stop();
  evidence_.stop();
  // Everything that was applied is answered; what came too late is told so.
  std::promise<void> told;
  server_->post([this, &told] {
    pump();
    link_.bring(clock_.wall());
    api_->fail({Reason::GatewayStopping, "", ""});
    server_->end_streams();
    told.set_value();
  });
  told.get_future().wait();
  server_->stop();
  recorder_->stop();
  if (ours) keep_human_action();  // above all where nobody manages the position any more
  if (failed()) return failure_;
  baseline_.durable([this] { return lanes_.venue_size(); });
  keep_baseline();
  const auto closed =
      journal_->close(clock_.wall().value() / kNanosPerMilli, journal::Journal::Room::Keep);
  if (!closed) return closed.error();
  tell_unsigned();
  directory_->mark_closed();
  log_.write(LogLevel::Info, "serve", "stopped in order");
  return std::nullopt;
}

void Daemon::wake_api() {
  if (awake_.exchange(true, std::memory_order_acq_rel)) return;
  server_->post([this] { pump(); });
}

void Daemon::durable() {
  baseline_.durable([this] { return lanes_.venue_size(); });
  wake_api();
}

void Daemon::answered(OfferId offer, const AnswerSignal& answer) {
  if (offer == 0) return;
  const bool room = answers_.try_push({offer, false, answer});
  static_cast<void>(room);  // a lost one is answered as late
  wake_api();
}

void Daemon::answered(OfferId offer, const AnswerCommand& answer) {
  if (offer == 0) return;
  const bool room = answers_.try_push({offer, false, answer});
  static_cast<void>(room);
  wake_api();
}

void Daemon::recorded(OfferId offer) {
  if (offer == 0) return;
  const bool room = answers_.try_push({offer, true, {}});
  static_cast<void>(room);
  wake_api();
}

// The file is brought to the disk aside: neither the core nor the API waits for it.
void Daemon::human_action(const HumanActionRequired& what) {
  server_->post([this, what] {
    human_action_.require(what);
    log_.write(LogLevel::Error, "core", "incident-" + std::to_string(what.incident),
               "HUMAN ACTION REQUIRED: " + human_action_.path() +
                   ", and the incident in the journal says so too");
    keep_files_aside();
  });
}

void Daemon::ended(const HoldEnded& what) {
  const bool by_itself = what.state == HoldState::Voided || what.state == HoldState::Expired;
  std::string words =
      "order " + std::to_string(what.hold.value()) + " " + std::string(word(what.state));
  if (what.reason != Reason::None) {
    words +=
        ", " + std::string(info(what.reason).code) + ": " + std::string(info(what.reason).meaning);
  }
  server_->post([this, by_itself, words, hold = what.hold] {
    log_.write(by_itself ? LogLevel::Warn : LogLevel::Info, "core",
               "hold-" + std::to_string(hold.value()), words);
  });
}

void Daemon::failed(const Error& error) {
  std::call_once(failing_, [&] {
    failure_ = error;
    failed_.store(true, std::memory_order_release);
  });
  server_->post([this, error] {
    log_.write(LogLevel::Error, "journal", to_text(error));
    api_->fail(error);
  });
}

void Daemon::pump() {
  awake_.exchange(false, std::memory_order_acq_rel);
  catch_up();
  const auto tell = [this](const Answered& row) {
    if (row.recorded) return api_->recorded(row.offer);
    if (const auto* command = std::get_if<AnswerCommand>(&row.answer)) {
      log_.write(LogLevel::Info, "command", command->command_id.view(),
                 command->reason == Reason::None ? "done" : info(command->reason).code);
    }
    std::visit([&](const auto& answer) { api_->answered(row.offer, answer); }, row.answer);
  };
  while (answers_.try_take(tell)) continue;
}

void Daemon::tick() {
  catch_up();
  api_->tick();
  watch_lock();
  watch_disk();
  bring_aside();
  link_.tell(projection_.state());
  watch_readiness();
  keep_files_aside();
}

// The journal's files are not what was written: nothing shown from them could be trusted.
void Daemon::catch_up() {
  if (failed()) return;
  if (const auto error = tail_->poll()) {
    word_.kill();
    failed(*error);
  }
}

void Daemon::see_block(const journal::RecordView& record) {
  if (record.type != BlockChanged::kType) return;
  const auto fact = decode<BlockChanged>(record.payload);
  if (!fact) return;
  if (fact->block == Block::UnmanagedExposure && !fact->active) human_action_.end(record.time);
  std::string words = std::string(info(fact->block).code) + (fact->active ? " began" : " ended");
  if (!fact->evidence.empty()) words += ": " + std::string(fact->evidence.view());
  log_.write(fact->active ? LogLevel::Warn : LogLevel::Info, "core",
             "seq-" + std::to_string(record.seq.value()), words);
}

// Nobody of ours did it: a person should see it, though it blocks nothing.
void Daemon::log_movement(const journal::RecordView& record) {
  const auto write = [&](const Asset& asset, Qty delta, const std::string& how) {
    log_.write(LogLevel::Warn, "core", "seq-" + std::to_string(record.seq.value()),
               (delta.raw() < 0 ? "" : "+") + to_text(delta) + " " + std::string(asset.view()) +
                   " without an order: " + how);
  };
  if (record.type == BalanceMoved::kType) {
    const auto input = decode<BalanceMoved>(record.payload);
    if (input) write(input->asset, input->delta, "announced by the venue");
  }
  if (record.type == MovementFound::kType) {
    const auto fact = decode<MovementFound>(record.payload);
    if (fact) write(fact->asset, fact->delta, "found, " + to_text(fact->there) + " there");
  }
}

// Without its file the lock keeps nobody out: what a second gateway writes must not meet what this
// one does.
void Daemon::watch_lock() {
  const std::int64_t at = clock_.monotonic_ns();
  if (failed() || at - lock_checked_ns_ < kLockCheck) return;
  lock_checked_ns_ = at;
  if (directory_->is_ours()) return;
  word_.kill();
  const Error lost{
      Reason::DataDirectoryLocked, options_.data + "/lock",
      "removed or replaced while this gateway ran; another one may use the directory by now"};
  directory_->emergency().tell(lost, "lock lost");
  failed(lost);
}

void Daemon::watch_disk() {
  const std::int64_t at = clock_.monotonic_ns();
  if (at - disk_checked_ns_ < kDiskCheck) return;
  disk_checked_ns_ = at;
  struct statvfs disk {};
  const bool known = ::statvfs(options_.data.c_str(), &disk) == 0;
  const std::uint64_t free_mib = known ? (std::uint64_t{disk.f_bavail} * disk.f_frsize) >> 20U : 0;
  const bool low = free_mib < options_.config.serve.disk_min_mib;
  const bool moved = low && disk_free_told_ != free_mib && at - disk_told_ns_ >= kDiskTell;
  if (low == disk_low_ && !moved) return;
  const Text<64> evidence(std::to_string(free_mib) + " MiB free");
  if (!lanes_.offer(ControlInput{0, ConditionReported{Block::DiskLow, low, evidence}})) return;
  disk_low_ = low;
  disk_free_told_ = free_mib;
  disk_told_ns_ = at;
}

// Real money needs an approval over a trusted channel, and this gateway has none yet.
std::vector<CauseReported> Daemon::readiness_causes() const {
  const Stage stage = options_.config.session.stage;
  auto rows = link_.causes(stage, clock_.wall());
  if (stage != Stage::S0) {
    rows.push_back({Block::ChannelLost, Text<24>("serve"), Text<64>("no trusted channel")});
  }
  return rows;
}

// A decision ends a cause; what is still the case begins it again.
void Daemon::watch_readiness() {
  const std::int64_t at = clock_.monotonic_ns();
  if (at - readiness_checked_ns_ < kReadinessCheck) return;
  readiness_checked_ns_ = at;
  for (const CauseReported& cause : readiness_causes()) {
    if (projection_.state().blocked_by(cause.cause)) continue;
    static_cast<void>(lanes_.offer(ControlInput{0, cause}));  // a full lane: in a minute
  }
}

// What was found goes to the office there, what came of it is known here.
void Daemon::bring_aside() {
  const auto errand = link_.errand(clock_.wall());
  if (!errand) return;
  const bool taken = office_.run(
      [this, errand] { server_->post([this, what = errand()] { link_.brought(what); }); });
  if (!taken) link_.not_brought();
}

// As it came: `clawgate stage record posture` takes it from here.
void Daemon::keep_key_word(const KeyWord& word) {
  api_->key_told(word.posture);
  const std::string path = options_.data + "/key_permissions.json";
  const auto complain = [this, path] {
    log_.write(LogLevel::Warn, "serve", path + " cannot be written");
  };
  const bool taken = office_.run([complain, path, reply = word.reply] {
    if (!write_whole_file(path, bytes_of(reply))) complain();
  });
  if (!taken) complain();
}

// On the office's thread: a disk that hangs holds up no kill.
void Daemon::keep_files_aside() {
  if (failed() || files_under_way_.exchange(true, std::memory_order_acq_rel)) return;
  const bool taken = office_.run([this] {
    keep_human_action();
    keep_baseline();
    files_under_way_.store(false, std::memory_order_release);
  });
  if (!taken) files_under_way_.store(false, std::memory_order_release);
}

void Daemon::keep_human_action() {
  const bool written = human_action_.write();
  if (!written && !human_action_refused_) {
    log_.write(LogLevel::Warn, "serve", human_action_.path() + " cannot be written or withdrawn");
  }
  human_action_refused_ = !written;
}

// Where the next start reads the venue's list of orders on from.
void Daemon::keep_baseline() {
  if (baseline_.write()) return;
  log_.write(LogLevel::Warn, "serve",
             options_.data + "/venue-baseline.json cannot be written: " + file_trouble());
}

std::string Daemon::metrics() const {
  const ApiServer::Numbers& server = server_->numbers();
  EdgeNumbers edges;
  edges.answers = api_->answers();
  edges.answers_waiting = api_->waiting();
  edges.connections = server.connections;
  edges.connections_refused = server.connections_refused;
  edges.streams = server.streams;
  edges.streams_dropped = server.streams_dropped;
  return metrics_text(loop_->counters(), lanes_, word_, projection_, edges);
}

}  // namespace clawgate::gateway
