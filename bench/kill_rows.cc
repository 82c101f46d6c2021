// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/desk.h"
#include "bench/harness.h"
#include "bench/memory_store.h"
#include "gateway/serve/core_loop.h"
#include "schemas/core/assert.h"
#include "sim/server/credentials.h"
#include "sim/server/simulator.h"
#include "venues/binance_spot/binance_spot.h"
#include "venues/net/asio_transport.h"

// A kill while everything is full and the disk is slow:
//
//   this thread                 core                     journal          venue's thread
//   fills lanes and queues      waits for the barrier    50 ms a sync     held up, then a full
//   queue kill: stores the word ─────────────────────────────────────────────▶ reads a closed gate
//         offers the command ─▶ takes it, asks for ────────────────────▶ acknowledges
//
// All threads park and are not pinned: as `serve` runs by default.

namespace clawgate::bench {
namespace {

namespace net = venues::net;
namespace spot = venues::binance_spot;

constexpr std::chrono::milliseconds kSync{50};
constexpr double kGoalNs = 1e6;
constexpr int kQueued = 1'024;  // what the adapter's queue takes
constexpr std::chrono::seconds kPatience{30};

void wait_for(const char* what, const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) {
      std::fprintf(stderr, "bench: kill: no end of waiting for %s\n", what);
      std::exit(2);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

/// The simulator behind sockets, and the adapter on a thread of its own in front of it.
class Exchange final : public venues::Venue {
 public:
  Exchange(venues::VenueInbox& inbox, const venues::SendGate& gate) {
    sim::Exchange& exchange = simulator_.exchange();
    static_cast<void>(exchange.add_symbol(*sim::find_built_in("BTCUSDT")));
    const sim::AccountId account = exchange.open_account({});
    const bool paid = exchange.deposit(account, *exchange.find_asset("USDT"),
                                       Notional::of(10'000).raw(), simulator_.now());
    CLAWGATE_ASSERT(paid);
    const sim::KeyPair key = sim::make_ed25519_key();
    const std::string api_key = sim::random_token();
    simulator_.service().add_key({api_key, sim::KeyType::Ed25519, key.public_pem, account});
    credentials_ = std::make_unique<spot::Credentials>(
        spot::credentials(api_key, spot::Signer::pem(key.private_pem).value()).value());
    const std::uint16_t port = simulator_.start().value().plain;

    net::AsioOptions network;
    network.allowed = net::HostAllowlist({"127.0.0.1"});
    transport_ = net::AsioTransport::open(network).value();
    spot::BinanceSpot::Options options;
    options.rest = {false, "127.0.0.1", port, "/api"};
    options.ws_api = {false, "127.0.0.1", port, "/ws-api/v3"};
    options.symbols = {{InstrumentId{}, Symbol("BTCUSDT"), 0}};
    options.random_bits = [this] { return ++bits_; };
    options.wake = [this] { wake(); };
    adapter_ = std::make_unique<spot::BinanceSpot>(*transport_, *credentials_, inbox, gate,
                                                   std::move(options));
    transport_->post([this] { adapter_->start(); });
    thread_ = std::thread([this] { transport_->run(); });
    std::atomic<bool> ready{false};
    wait_for("the adapter", [&] {
      transport_->post([&] { ready = adapter_->phase() == spot::Phase::Ready; });
      return ready.load();
    });
    on_thread([] {});  // what was posted refers to `ready`
  }
  ~Exchange() override {
    transport_->stop();
    thread_.join();
    adapter_.reset();
    simulator_.stop();
  }

  std::optional<HandOff> submit(SendPermit permit, const OrderIntent& intent) override {
    return adapter_->submit(std::move(permit), intent);
  }
  std::optional<HandOff> protect(ProtectPermit permit, const ProtectiveOrder& order) override {
    return adapter_->protect(std::move(permit), order);
  }
  void cancel(const CancelRequest& request) override { adapter_->cancel(request); }
  void query(const QueryRequest& request) override { adapter_->query(request); }
  // The adapter acknowledges at the end of the drain that this asks for; what is posted now runs
  // right after it.
  [[nodiscard]] bool confirm_kill(KillEpoch epoch) override {
    const bool known = adapter_->confirm_kill(epoch);
    transport_->post([this] { acknowledged_ns = now_ns(); });
    return known;
  }

  void post(std::function<void()> what) { transport_->post(std::move(what)); }
  /// Runs it on the venue's thread and waits.
  void on_thread(const std::function<void()>& what) {
    std::atomic<bool> done{false};
    post([&] {
      what();
      done = true;
    });
    wait_for("the venue's thread", [&] { return done.load(); });
  }

  std::atomic<std::int64_t> acknowledged_ns{0};

 private:
  void wake() {  // as BinanceVenue does
    if (awake_.exchange(true, std::memory_order_acq_rel)) return;
    transport_->post([this] {
      awake_.exchange(false, std::memory_order_acq_rel);
      adapter_->drain();
    });
  }

  sim::Simulator simulator_{{}};
  std::unique_ptr<spot::Credentials> credentials_;
  std::unique_ptr<net::AsioTransport> transport_;
  std::unique_ptr<spot::BinanceSpot> adapter_;
  std::atomic<bool> awake_{false};
  std::uint64_t bits_ = 0;
  std::thread thread_;
};

/// Remembers the newest command that was answered.
class Answers final : public gateway::LoopListener {
 public:
  void answered(gateway::OfferId, const gateway::AnswerSignal&) override {}
  void answered(gateway::OfferId offer, const gateway::AnswerCommand& answer) override {
    if (offer == 0) return;
    accepted = answer.reason == Reason::None;
    newest = offer;
  }
  void recorded(gateway::OfferId) override {}
  void ask(const gateway::AskApproval&) override {}
  void ended(const gateway::HoldEnded&) override {}
  void durable() override {}
  void failed(const Error& error) override {
    std::fprintf(stderr, "bench: kill: %s\n", to_text(error).c_str());
    std::exit(2);
  }
  std::atomic<bool> accepted{false};
  std::atomic<gateway::OfferId> newest{0};
};

class KillBench {
 public:
  KillBench() {
    SessionOpened session;
    session.id_epoch = Text<4>("KILL");
    session.clean_start = true;
    loop_.begin_with(session);
    loop_.begin_with(wide_limits());
    loop_.begin_with(an_operator(OperatorChannel::Terminal));
    loop_.start();
  }
  ~KillBench() { loop_.stop(); }

  struct Took {
    double seen_ns = 0;          // until the venue's thread read the closed gate
    double drained_ns = 0;       // until it was through with what it had been asked before
    double acknowledged_ns = 0;  // until it told the core so
  };
  Took kill() {
    hold_up_venue_and_fill();
    exchange_.acknowledged_ns = 0;
    std::atomic<std::int64_t> drained{0};
    const std::int64_t begin = now_ns();
    const bool first = word_.kill();
    const bool room = lanes_.offer(command(CommandAction::Kill, ++offers_));
    exchange_.post([&] { drained = now_ns(); });
    CLAWGATE_ASSERT(first && room);
    wait_for("the venue's thread", [&] { return drained.load() != 0; });
    wait_for("the acknowledgement", [&] { return exchange_.acknowledged_ns.load() != 0; });
    reopen();
    return {static_cast<double>(seen_ns_ - begin), static_cast<double>(drained - begin),
            static_cast<double>(exchange_.acknowledged_ns - begin)};
  }

 private:
  [[nodiscard]] gateway::ControlInput command(CommandAction action, gateway::OfferId offer) {
    OperatorCommand command;
    command.command_id = CommandId("k" + std::to_string(++made_));
    command.action = action;
    command.operator_id = OperatorId("operator");
    command.hold = HoldId(1'000'000'000);  // of a Reject: one that nobody asked about
    return {offer, command};
  }

  // Every queue there is. The venue's thread stands before the gate until it is closed.
  void hold_up_venue_and_fill() {
    std::atomic<bool> holding{false};
    exchange_.post([&] {
      while (lanes_.put(a_balance(clock_.wall()))) {
      }
      holding = true;
      while (word_.read().state != TradingState::Killed) {
      }
      seen_ns_ = now_ns();
    });
    wait_for("the venue's thread", [&] { return holding.load(); });
    while (lanes_.offer(command(CommandAction::Reject, 0))) {
    }
    while (lanes_.offer(
        gateway::SignalInput{0, a_signal("k" + std::to_string(++made_), clock_.wall())})) {
    }
    // The core has no order to ask about, so its side of the adapter's queue is free for this
    // thread.
    for (int i = 0; i < kQueued; ++i) {
      exchange_.query({AccountId{}, InstrumentId{}, ClientOrderId("cgKILL" + std::to_string(i))});
    }
  }

  void reopen() {
    const gateway::OfferId offer = ++offers_;
    Sha256 hasher;
    DecisionRecorded decision;
    decision.id = DecisionId("DEC-20260105-" + std::to_string(1'000 + offer));
    decision.end = DecisionEnd::Approved;
    decision.subject = subject_of(Block::Kill, hasher);
    decision.operator_id = OperatorId("operator");
    wait_for("room for a decision", [&] {
      return lanes_.offer(gateway::ControlInput{0, decision});
    });
    gateway::ControlInput input = command(CommandAction::Unblock, offer);
    std::get<OperatorCommand>(input.what).decision_id = decision.id;
    wait_for("room for a command", [&] { return lanes_.offer(input); });
    wait_for("the decision to reopen", [&] { return answers_.newest.load() == offer; });
    CLAWGATE_ASSERT(answers_.accepted);
  }

  gateway::SystemClock clock_;
  MemoryStore store_{kSync};
  std::unique_ptr<journal::Journal> journal_ = journal::Journal::open(store_, {}).value();
  gateway::JournalThread recorder_{*journal_, gateway::JournalThread::Idle::Park};
  gateway::State state_{std::size_t{1} << 17U};
  gateway::Engine engine_{state_, recorder_};
  gateway::TradingWord word_;
  gateway::Lanes lanes_{gateway::Lanes::Options{}};
  Exchange exchange_{lanes_, word_};
  gateway::Door door_{exchange_, word_};
  Answers answers_;
  gateway::AnchoredClock core_clock_{clock_};
  gateway::CoreLoop loop_{engine_, recorder_, door_, word_, lanes_, core_clock_, answers_, {}};
  std::atomic<std::int64_t> seen_ns_{0};
  gateway::OfferId offers_ = 0;
  std::uint64_t made_ = 0;
};

Row row_of(const std::string& name, const std::vector<double>& samples, const std::string& note) {
  Row row;
  row.name = name;
  row.goal = 1;
  row.p50 = percentile(samples, 0.5);
  row.p99 = percentile(samples, 0.99);
  row.p999 = percentile(samples, 0.999);
  row.product_ns = row.p99;
  row.limit_ns = kGoalNs;
  row.ratio = row.p99 / kGoalNs;
  row.note = std::to_string(samples.size()) + " kills, every lane and queue full, " +
             std::to_string(kSync.count()) + " ms a sync, threads park and are not pinned; " + note;
  return row;
}

}  // namespace

std::vector<Row> kill_rows(const Options& options) {
  std::vector<double> seen;
  std::vector<double> drained;
  std::vector<double> acknowledged;
  unpin();
  {
    KillBench bench;
    const int kills = options.smoke ? 3 : 120;
    for (int i = 0; i < kills; ++i) {
      const KillBench::Took took = bench.kill();
      seen.push_back(took.seen_ns);
      drained.push_back(took.drained_ns);
      acknowledged.push_back(took.acknowledged_ns);
    }
  }
  pin(0);
  return {
      row_of("kill received to nothing can leave : one millisecond, p99", seen,
             "until the venue's thread, which alone writes, reads the closed gate; an entry that "
             "looked before leaves by the write that follows its look"),
      row_of("the same, to the venue's thread through its queue : one millisecond, p99", drained,
             "1024 queries were asked before: cancels and queries still leave, entries do not"),
      row_of("the same, to its acknowledgement to the core : one millisecond, p99", acknowledged,
             "the core asks for it, and the core first waits for the barrier it stands at")};
}

}  // namespace clawgate::bench
