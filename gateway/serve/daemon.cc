// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/daemon.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <future>
#include <utility>

#include "gateway/human_action.h"
#include "gateway/opening.h"
#include "gateway/serve/metrics.h"
#include "gateway/version.h"
#include "gateway/whole_file.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kDiskCheck = kNanosPerSecond;
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

std::string serve_file(const std::string& data) {
  return data + "/serve.json";
}

}  // namespace

Daemon::Daemon(const Options& options)
    : options_(options),
      clock_(options.clock != nullptr ? *options.clock : system_clock_),
      lanes_(options.lanes),
      governance_(options.data + "/governance") {}

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
  if (server_) server_->stop();
}

std::optional<Error> Daemon::open() {
  if (auto error = governance_.refuse(options_.config.session.stage)) return error;
  if (auto error = listen()) return error;
  auto directory = DataDirectory::open(options_.data, entropy_);
  if (!directory) return directory.error();
  directory_ = std::move(*directory);
  if (auto error = open_principals()) return error;
  if (auto error = open_journal()) return error;
  if (auto error = open_core()) return error;
  if (auto error = open_api()) return error;
  loop_->start();
  running_ = true;
  return publish_address();
}

// Bound first: a wrong address or a taken port changes nothing on the disk.
std::optional<Error> Daemon::listen() {
  auto server = ApiServer::bind(server_options(options_.config.serve));
  if (!server) return server.error();
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
  const bool spin = options_.config.serve.spin;
  recorder_ = std::make_unique<JournalThread>(
      *journal_, spin ? JournalThread::Idle::Spin : JournalThread::Idle::Park);
  return std::nullopt;
}

std::optional<Error> Daemon::open_core() {
  engine_.emplace(state_, *recorder_);
  disk_low_ = state_.blocked_by(Block::DiskLow);  // it may have ended while no gateway ran
  const auto key_told = [this](const KeyWord& word) {
    server_->post([this, word] { keep_key_word(word); });
  };
  auto venue = options_.venue(lanes_, word_, {options_.config, clock_, state_, key_told});
  if (!venue) return venue.error();
  venue_ = std::move(*venue);
  door_.emplace(*venue_, word_);
  CoreLoop::Options options;
  options.idle = options_.config.serve.spin ? CoreLoop::Idle::Spin : CoreLoop::Idle::Park;
  options.emergency_file = directory_->emergency_file();
  loop_.emplace(*engine_, *recorder_, *door_, word_, lanes_, clock_,
                static_cast<LoopListener&>(*this), options);
  loop_->begin_with(session_opened(*directory_, options_.config, *journal_));
  loop_->begin_with(ConditionReported{Block::Reconciling, true, Text<64>("start")});
  if (auto error = tell_decisions()) return error;  // the limits may rest on one of them
  loop_->begin_with(options_.config.limits);
  register_operators();
  for (const CauseReported& cause : readiness_causes()) {
    if (!state_.blocked_by(cause.cause)) loop_->begin_with(cause);
  }
  return loop_->failure();
}

// What was decided while no gateway ran; the journal keeps what was told before.
std::optional<Error> Daemon::tell_decisions() {
  const auto decided = governance_.news();
  if (!decided) return decided.error();
  for (const DecisionRecorded& record : *decided) {
    if (state_.decision(record.id) == nullptr) loop_->begin_with(record);
  }
  return std::nullopt;
}

// The registry of those who decide over HTTP is what the configuration says: who is no longer in
// it may no longer decide.
void Daemon::register_operators() {
  const auto decides = [](Role role) { return role == Role::Operator || role == Role::Admin; };
  std::vector<Operator> gone;
  for (const Operator& row : state_.operators) {
    const bool named = std::any_of(names_.begin(), names_.end(), [&](const PrincipalName& who) {
      return who.name == row.id.view() && decides(who.role);
    });
    if (!named && row.enabled && row.channels == bit_of(OperatorChannel::Http)) gone.push_back(row);
  }
  for (Operator& row : gone) {
    row.enabled = false;
    loop_->begin_with(row);
  }
  for (const PrincipalName& who : names_) {
    if (!decides(who.role)) continue;
    Operator row;
    row.id = OperatorId(who.name);
    row.channels = bit_of(OperatorChannel::Http);
    row.backup = who.name == options_.config.serve.backup_operator;
    loop_->begin_with(row);
  }
}

std::optional<Error> Daemon::open_api() {
  auto store = journal::PosixStore::open_existing(directory_->journal());
  if (!store) return store.error();
  tail_store_ = std::move(*store);
  tail_.emplace(
      *tail_store_, [this] { return recorder_->durable_seq(); }, projection_);
  if (auto error = tail_->poll()) return error;
  projection_.on_event = [this](const StreamEvent& event) { server_->publish(event); };

  Api::Options options;
  const std::string port = ":" + std::to_string(server_->port());
  options.hosts = {"127.0.0.1" + port, "localhost" + port, "[::1]" + port};
  const Bytes key = directory_->check_key();
  options.check_key.assign(key.begin(), key.end());
  api_.emplace(Api::Surroundings{lanes_, word_, projection_, *principals_, api_entropy_, clock_,
                                 [this](Bytes bytes) { return directory_->keep(bytes); },
                                 [this] { catch_up(); }, [this] { return metrics(); }},
               options);
  ApiServer::Handlers handlers;
  handlers.handle = [this](const HttpRequest& request, HttpReply reply) {
    api_->handle(request, std::move(reply));
  };
  handlers.refuse_stream = [this](const HttpRequest& request, Seq& after) {
    return api_->refuse_stream(request, after);
  };
  handlers.replay = [this](Seq after, const std::function<void(const StreamEvent&)>& tell) {
    for (const StreamEvent& event : projection_.events()) {
      if (event.seq > after) tell(event);
    }
  };
  handlers.tick = [this] { tick(); };
  server_->start(std::move(handlers));
  return std::nullopt;
}

// Where the command line finds a running gateway: its URL, and where the tokens lie.
std::optional<Error> Daemon::publish_address() {
  std::string text =
      "{\"url\":" + json_quote(url_) + ",\"pid\":" + std::to_string(::getpid()) + ",\"tokens\":{";
  std::error_code error;
  const auto tokens = std::filesystem::absolute(options_.data + "/tokens", error);
  for (const PrincipalName& who : names_) {
    if (text.back() != '{') text += ",";
    text += json_quote(who.name) + ":" + json_quote((tokens / (who.name + ".token")).string());
  }
  if (write_whole_file(serve_file(options_.data), bytes_of(text + "}}\n"))) return std::nullopt;
  return Error{Reason::DataDirectoryUnwritable, serve_file(options_.data), ""};
}

std::optional<Error> Daemon::stop() {
  if (!running_) return failure_;
  running_ = false;
  ::unlink(serve_file(options_.data).c_str());
  loop_->stop();
  venue_.reset();
  // Everything that was applied is answered; what came too late is told so.
  std::promise<void> told;
  server_->post([this, &told] {
    pump();
    api_->fail({Reason::GatewayStopping, "", ""});
    told.set_value();
  });
  told.get_future().wait();
  server_->stop();
  recorder_->stop();
  if (failed()) return failure_;
  const auto closed = journal_->close(clock_.wall().value() / kNanosPerMilli);
  if (!closed) return closed.error();
  directory_->mark_closed();
  return std::nullopt;
}

void Daemon::wake_api() {
  if (awake_.exchange(true, std::memory_order_acq_rel)) return;
  server_->post([this] { pump(); });
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

// Written by the API's thread: the core does not wait for the disk here.
void Daemon::human_action(const HumanActionRequired& what) {
  server_->post([path = directory_->human_action_file(), what] {
    const bool written = write_human_action(path, what);
    std::fprintf(stderr, "HUMAN ACTION REQUIRED: %s\n", written ? path.c_str() : "see the journal");
  });
}

void Daemon::failed(const Error& error) {
  std::call_once(failing_, [&] {
    failure_ = error;
    failed_.store(true, std::memory_order_release);
  });
  server_->post([this, error] { api_->fail(error); });
}

void Daemon::pump() {
  awake_.exchange(false, std::memory_order_acq_rel);
  catch_up();
  const auto tell = [this](const Answered& row) {
    if (row.recorded) return api_->recorded(row.offer);
    std::visit([&](const auto& answer) { api_->answered(row.offer, answer); }, row.answer);
  };
  while (answers_.try_take(tell)) continue;
}

void Daemon::tick() {
  catch_up();
  api_->tick();
  watch_disk();
  watch_governance();
  watch_readiness();
}

// The journal's files are not what was written: nothing shown from them could be trusted.
void Daemon::catch_up() {
  if (failed()) return;
  if (const auto error = tail_->poll()) {
    word_.kill();
    failed(*error);
  }
}

void Daemon::watch_disk() {
  const std::int64_t at = clock_.monotonic_ns();
  if (at - disk_checked_ns_ < kDiskCheck) return;
  disk_checked_ns_ = at;
  struct statvfs disk {};
  const bool known = ::statvfs(options_.data.c_str(), &disk) == 0;
  const std::uint64_t free_mib = known ? (std::uint64_t{disk.f_bavail} * disk.f_frsize) >> 20U : 0;
  const bool low = free_mib < options_.config.serve.disk_min_mib;
  if (disk_low_ == low) return;
  const Text<64> evidence(std::to_string(free_mib) + " MiB free");
  if (lanes_.offer(ControlInput{0, ConditionReported{Block::DiskLow, low, evidence}})) {
    disk_low_ = low;
  }
}

// A ledger that is not what was written is an audit failure: entries stop until a person decides.
void Daemon::watch_governance() {
  const auto news = governance_.news();
  if (!news) {
    static_cast<void>(
        lanes_.offer(ControlInput{0, CauseReported{Block::AuditFailure, Text<24>("governance"),
                                                   Text<64>(news.error().field)}}));
    return;
  }
  decided_.insert(decided_.end(), news->begin(), news->end());
  while (!decided_.empty() && lanes_.offer(ControlInput{0, decided_.front()})) {
    decided_.erase(decided_.begin());
  }
}

// Real money needs an approval over a trusted channel, and this gateway has none yet.
std::vector<CauseReported> Daemon::readiness_causes() const {
  const Stage stage = options_.config.session.stage;
  auto rows = governance_.causes(stage, clock_.wall());
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

// As it came: `clawgate stage record posture` takes it from here.
void Daemon::keep_key_word(const KeyWord& word) {
  const std::string path = options_.data + "/key_permissions.json";
  if (!write_whole_file(path, bytes_of(word.reply))) {
    std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  }
  api_->key_told(word.posture);
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
