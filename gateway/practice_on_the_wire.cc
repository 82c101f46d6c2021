// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "gateway/practice.h"
#include "schemas/record_json.h"
#include "sim/protocol/control.h"
#include "sim/protocol/json_writer.h"
#include "sim/server/credentials.h"
#include "sim/server/simulator.h"
#include "venues/binance_spot/binance_spot.h"
#include "venues/binance_spot/market_feed.h"
#include "venues/binance_spot/signer.h"
#include "venues/net/asio_transport.h"
#include "venues/net/paced_transport.h"

//   session ── door ──▶ BinanceSpot ─┐                     ┌─▶ WebSocket API, REST ─┐
//                       MarketFeed ──┴─ PacedTransport ─ sockets ─▶ streams ────────┴─ Simulator
//
// One thread polls both ends, and one clock is read by both. It moves only when settle() has found
// every byte arrived: each side counts what it handed over and what it got.

namespace clawgate::gateway {
namespace {

namespace spot = venues::binance_spot;
namespace net = venues::net;
using Wall = std::chrono::steady_clock;

constexpr InstrumentId kInstrument{0};
constexpr std::string_view kHost = "127.0.0.1";
// What a socket had under way when it ended never arrives, and nothing else stays away for long.
constexpr Wall::duration kAfterAnEnd = std::chrono::milliseconds(20);
constexpr Wall::duration kPatience = std::chrono::seconds(5);
constexpr Wall::duration kSpin = std::chrono::microseconds(200);
constexpr Wall::duration kNap = std::chrono::microseconds(50);
constexpr Wall::duration kLookAgain = std::chrono::milliseconds(10);
// A recording may say nothing for hours, and that is no sign of a dead connection.
constexpr std::int64_t kSilenceNs = 365LL * 24 * 3'600 * kNanosPerSecond;

class OnTheWire final : public Practice {
 public:
  OnTheWire(venues::VenueInbox& inbox, const venues::SendGate& gate, const WireOptions& options,
            std::unique_ptr<net::AsioTransport> transport)
      : inbox_(inbox),
        gate_(gate),
        now_(options.begin),
        faults_(options.faults),
        simulator_(simulator_options(options)),
        asio_(std::move(transport)),
        paced_(*asio_, options.begin) {
    if (!options.log.empty()) log_.open(options.log, std::ios::app);
  }
  ~OnTheWire() override;

  [[nodiscard]] sim::Exchange& exchange() override { return simulator_.exchange(); }
  [[nodiscard]] std::optional<Error> open(const Listing& listing) override;
  [[nodiscard]] venues::Venue& venue() override { return *spot_; }
  void start() override;
  [[nodiscard]] bool is_ready() const override {
    return spot_->phase() == spot::Phase::Ready && feed_->counts().tops > 0;
  }
  void at(UnixNanos now) override {
    now_ = now;
    paced_.advance(now);
  }
  [[nodiscard]] std::optional<UnixNanos> next_due(bool market_over) override;
  void step() override;
  void market(const sim::MarketEvent& event, bool seen_before) override;
  void settle() override;
  [[nodiscard]] std::string venue_export() override;

 private:
  [[nodiscard]] sim::Simulator::Options simulator_options(const WireOptions& options) {
    sim::Simulator::Options simulator;
    simulator.server.latency_ns = options.latency_ns;
    simulator.server.own_thread = false;
    simulator.clock = [this] { return sim::TimeNs(now_.value()); };
    return simulator;
  }
  [[nodiscard]] std::size_t act();
  [[nodiscard]] bool is_quiet() const;
  void write_off();
  void note(std::string_view line);
  [[nodiscard]] std::optional<Error> arm(const std::string& fault);

  venues::VenueInbox& inbox_;
  const venues::SendGate& gate_;
  UnixNanos now_;
  std::vector<std::string> faults_;
  std::ofstream log_;
  std::mt19937_64 random_{1};  // for the jitter of waits: the same in each run
  sim::AccountId account_;
  std::optional<spot::Credentials> credentials_;
  sim::Simulator simulator_;
  std::unique_ptr<net::AsioTransport> asio_;
  net::PacedTransport paced_;
  std::unique_ptr<spot::BinanceSpot> spot_;
  std::unique_ptr<spot::MarketFeed> feed_;
  bool woken_ = false;
  Wall::time_point look_again_;
  // Frames that a broken connection took with it, and how many had ended by then.
  std::uint64_t lost_to_us_ = 0;
  std::uint64_t lost_to_them_ = 0;
  std::uint64_t ended_ = 0;
};

OnTheWire::~OnTheWire() {
  feed_.reset();
  spot_.reset();
  simulator_.stop();
}

// Keys of this process, on a port of the kernel's choice.
std::optional<Error> OnTheWire::open(const Listing& listing) {
  account_ = listing.account;
  for (const std::string& fault : faults_) {
    if (auto error = arm(fault)) return error;
  }
  const sim::KeyPair key = sim::make_ed25519_key();
  const std::string api_key = sim::random_token();
  auto signer = spot::Signer::pem(key.private_pem);
  if (!signer) return signer.error();
  auto credentials = spot::credentials(api_key, std::move(*signer));
  if (!credentials) return credentials.error();
  credentials_.emplace(std::move(*credentials));
  simulator_.service().add_key({api_key, sim::KeyType::Ed25519, key.public_pem, account_});
  const auto ports = simulator_.start();
  if (!ports) return ports.error();

  const net::Endpoint server{false, std::string(kHost), ports->plain};
  const Symbol symbol(exchange().rules(listing.symbol).symbol.view());
  const auto random_bits = [this] { return random_(); };
  spot::BinanceSpot::Options orders;
  orders.rest = server;
  orders.rest.path = "/api";
  orders.ws_api = server;
  orders.ws_api.path = "/ws-api/v3";
  orders.symbols = {{kInstrument, symbol, listing.newest_order}};
  orders.random_bits = random_bits;
  orders.log = [this](std::string_view line) { note(line); };
  orders.wake = [this] { woken_ = true; };
  spot_ =
      std::make_unique<spot::BinanceSpot>(paced_, *credentials_, inbox_, gate_, std::move(orders));
  spot::MarketFeedOptions market;
  market.rest = server;
  market.rest.path = "/api";
  market.stream = server;
  market.symbols = {{symbol, kInstrument}};
  market.random_bits = random_bits;
  market.connection_silence_ns = kSilenceNs;
  market.symbol_silence_ns = kSilenceNs;
  feed_ = std::make_unique<spot::MarketFeed>(
      paced_, inbox_, spot_->limits(), std::move(market),
      [this](const spot::MarketAlarm& alarm) { note("market: " + alarm.words); });
  return std::nullopt;
}

std::optional<Error> OnTheWire::arm(const std::string& fault) {
  sim::JsonWriter named;
  named.object().text("fault", fault).end_object();
  const std::string body = fault.starts_with('{') ? fault : named.take();
  const sim::HttpReply reply =
      simulator_.service().http({"POST", "/sim/faults", {}, body, std::string(kHost)});
  if (reply.status == 200) return std::nullopt;
  return Error{Reason::UsageOption, "--faults", fault + "; " + sim::refusal_text(reply.body)};
}

void OnTheWire::start() {
  spot_->start();
  feed_->start();
  settle();
}

std::optional<UnixNanos> OnTheWire::next_due(bool market_over) {
  std::optional<UnixNanos> due;
  if (const auto held = simulator_.next_due()) due = UnixNanos(held->value());
  if (market_over) return due;
  const auto timer = paced_.next_due();
  if (timer && (!due || *timer < *due)) due = timer;
  return due;
}

void OnTheWire::step() {
  simulator_.release_due();
  simulator_.streams().flush();
  settle();
}

void OnTheWire::market(const sim::MarketEvent& event, bool seen_before) {
  if (seen_before && event.kind == sim::MarketKind::Trade) return;
  simulator_.apply(event, sim::TimeNs(now_.value()));
  if (!seen_before) settle();
}

// --- Quiescence --------------------------------------------------------------------------------

// What the core asked for, and timers.
std::size_t OnTheWire::act() {
  const bool woken = std::exchange(woken_, false);
  if (woken) spot_->drain();
  return paced_.run_due() + (woken ? 1 : 0);
}

void OnTheWire::settle() {
  Wall::time_point still_since = Wall::time_point::max();  // nothing stands still
  for (;;) {
    if (act() > 0) continue;
    // Pings, and ends of connections, come by themselves.
    const Wall::time_point now = Wall::now();
    if (is_quiet() && now < look_again_) return;
    look_again_ = now + kLookAgain;
    if (simulator_.poll() + asio_->poll() > 0) {
      still_since = Wall::time_point::max();
      continue;
    }
    if (is_quiet()) return;
    // Something is in the kernel's hands.
    still_since = std::min(still_since, now);
    const Wall::duration waited = now - still_since;
    const bool a_socket_ended = paced_.activity().sockets_ended != ended_;
    if (waited > (a_socket_ended ? kAfterAnEnd : kPatience)) return write_off();
    if (waited > kSpin) std::this_thread::sleep_for(kNap);
  }
}

bool OnTheWire::is_quiet() const {
  const sim::Server::Activity there = simulator_.activity();
  const net::PacedTransport::Activity& here = paced_.activity();
  return !woken_ && here.connecting == 0 && there.unsent == 0 &&
         there.in_progress == there.held_http && here.requests_open <= there.held_http &&
         here.frames_sent == there.frames_in + lost_to_them_ &&
         here.frames_read + lost_to_us_ == there.frames_out;
}

// The adapter finds out by its own means what became of what it sent.
void OnTheWire::write_off() {
  const sim::Server::Activity there = simulator_.activity();
  const net::PacedTransport::Activity& here = paced_.activity();
  lost_to_us_ = there.frames_out - here.frames_read;
  lost_to_them_ = here.frames_sent - there.frames_in;
  ended_ = here.sockets_ended;
  note("frames lost with a connection");
}

void OnTheWire::note(std::string_view line) {
  if (log_.is_open()) log_ << time_text(now_.value()) << "  " << line << '\n' << std::flush;
}

std::string OnTheWire::venue_export() {
  const std::string target = "/sim/export?account=" + std::to_string(account_.value());
  return simulator_.service().http({"GET", target, {}, "", std::string(kHost)}).body;
}

}  // namespace

Result<std::unique_ptr<Practice>> practice_on_the_wire(venues::VenueInbox& inbox,
                                                       const venues::SendGate& gate,
                                                       const WireOptions& options) {
  net::AsioOptions network;
  network.allowed = net::HostAllowlist({std::string(kHost)});
  auto transport = net::AsioTransport::open(std::move(network));
  if (!transport) return transport.error();
  return std::unique_ptr<Practice>(
      std::make_unique<OnTheWire>(inbox, gate, options, std::move(*transport)));
}

}  // namespace clawgate::gateway
