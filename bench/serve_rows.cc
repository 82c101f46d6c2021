// SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/beast_bench.h"
#include "bench/desk.h"
#include "bench/harness.h"
#include "bench/sockets.h"
#include "gateway/serve/api_server.h"
#include "gateway/serve/clock.h"
#include "gateway/serve/daemon.h"
#include "gateway/serve/principals.h"
#include "schemas/core/assert.h"
#include "schemas/record_json.h"
#include "venues/binance_spot/call.h"
#include "venues/net/asio_transport.h"

// What goes through Beast, against Beast that does nothing else. The client is a bare socket that
// spins on processor 0; all threads of a server share processor 1.

namespace clawgate::bench {
namespace {

/// Keeps processor 1 from falling asleep, by a thread that yields to every other: a wake-up out of
/// the processor's sleep would cost both sides more than what is measured.
class Awake {
 public:
  Awake()
      : thread_([this] {
          pin(1);
          const sched_param none{};
          ::sched_setscheduler(0, SCHED_IDLE, &none);
          while (!stop_.load(std::memory_order_relaxed)) {
          }
        }) {}
  ~Awake() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// One keep-alive connection.
class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port)
      : host_("127.0.0.1:" + std::to_string(port)), socket_(Socket::to(port)) {}

  [[nodiscard]] std::string post(std::string_view target, std::string_view token,
                                 std::string_view body) const {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: " + host_ +
           "\r\nAuthorization: Bearer " + std::string(token) +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
  }
  /// Sends it and spins until the whole answer is there; how long that took.
  double ask(std::string_view request) {
    text_.clear();
    const std::int64_t begin = now_ns();
    socket_.send(request);
    while (!is_whole()) text_ += socket_.poll();
    return static_cast<double>(now_ns() - begin);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string_view body() const {
    return std::string_view(text_).substr(text_.find("\r\n\r\n") + 4);
  }
  [[nodiscard]] bool has_status(std::string_view status) const {
    return std::string_view(text_).substr(9, 3) == status;
  }

 private:
  [[nodiscard]] bool is_whole() const {
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t head = text_.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const std::size_t at = text_.find(kLength);
    CLAWGATE_ASSERT(at < head);
    std::size_t length = 0;
    std::from_chars(text_.data() + at + kLength.size(), text_.data() + head, length);
    return text_.size() == head + 4 + length;
  }

  std::string host_;
  Socket socket_;
  std::string text_;
};

/// A venue that is there, has money and prices, and never needs to do anything.
class QuietVenue final : public venues::Venue {
 public:
  explicit QuietVenue(venues::VenueInbox& inbox) : inbox_(inbox) {
    bool room = inbox_.put(a_btcusdt());
    room = inbox_.put(a_balance(clock_.wall())) && room;
    room =
        inbox_.put(ConditionReported{Block::Reconciling, false, Text<64>("ledgers agree")}) && room;
    CLAWGATE_ASSERT(room);
    market();
  }
  /// The newest prices; the caller is the venue's thread.
  void market() { inbox_.market(a_top(clock_.wall())); }

  std::optional<HandOff> submit(SendPermit, const OrderIntent&) override { return HandOff::Sent; }
  std::optional<HandOff> protect(ProtectPermit, const ProtectiveOrder&) override {
    return HandOff::Sent;
  }
  void cancel(const CancelRequest&) override {}
  void query(const QueryRequest&) override {}
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return true; }

 private:
  gateway::SystemClock clock_;
  venues::VenueInbox& inbox_;
};

/// `clawgate serve` in this process, its data in memory where the system has a file system there.
class Serve {
 public:
  Serve() {
    folder_ = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
    folder_ += "/clawgate-bench-XXXXXX";
    if (::mkdtemp(folder_.data()) == nullptr) std::abort();
    gateway::Daemon::Options options;
    options.config.serve.port = 0;
    options.config.limits = wide_limits();
    options.data = folder_ + "/data";
    options.log = [](std::string_view) {};  // the figures stand alone on the terminal
    options.venue = [this](venues::VenueInbox& inbox, const venues::SendGate&,
                           const gateway::VenueContext&) -> Result<std::unique_ptr<venues::Venue>> {
      auto venue = std::make_unique<QuietVenue>(inbox);
      venue_ = venue.get();
      return std::unique_ptr<venues::Venue>(std::move(venue));
    };
    pin(1);  // its threads inherit it
    daemon_ = gateway::Daemon::start(options).value();
    pin(0);
    engine_ = gateway::read_secret(options.data + "/tokens/engine.token").value();
    operator_ = gateway::read_secret(options.data + "/tokens/operator.token").value();
    const std::string url = daemon_->url();
    std::from_chars(url.data() + url.rfind(':') + 1, url.data() + url.size(), port_);
    http_ = std::make_unique<HttpConnection>(port_);
  }
  ~Serve() {
    static_cast<void>(daemon_->stop());
    daemon_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// One signal, held and then turned down, so that the next may be held too. How long the signal
  /// took from its first byte to the answer's last.
  double signal() {
    const std::string id = std::to_string(100'000 + ++made_);
    const gateway::SystemClock clock;
    const std::string body =
        R"({"schema_version":"1.0","intent_id":"serve-)" + id +
        R"(","source_engine":"tradingagents","symbol":"BTCUSDT","side":"buy","confidence":0.45,)"
        R"("thesis":"Momentum turned after the weekly close.","time_horizon":"3-6 months",)"
        R"("as_of":")" +
        time_text(clock.wall().value()) + R"(","trace_id":"serve-)" + id +
        R"(","stop_loss":59400,"metadata":{"strength":"Overweight"}})";
    if (made_ % 100 == 1) venue_->market();
    request_ = http_->post("/v1/signals", engine_, body);
    const double took = http_->ask(request_);
    answer_ = http_->text();
    answer_body_bytes_ = http_->body().size();
    const std::size_t at = http_->body().find(R"("hold":)");
    const bool held = http_->body().find(R"("outcome":"held")") != std::string_view::npos;
    if (!http_->has_status("202") || at == std::string_view::npos || !held) refuse();
    const std::string hold(http_->body().substr(at + 7, http_->body().find(',', at) - at - 7));
    const double told = http_->ask(
        http_->post("/v1/hitl/commands", operator_,
                    R"({"action":"reject","command_id":"r)" + id + R"(","hold":)" + hold + "}"));
    if (told <= 0 || !http_->has_status("200")) refuse();
    return took;
  }
  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] const std::string& answer() const { return answer_; }
  [[nodiscard]] std::size_t answer_body_bytes() const { return answer_body_bytes_; }

 private:
  [[noreturn]] void refuse() const {
    std::fprintf(stderr, "bench: serve answered: %s\n", http_->text().c_str());
    std::exit(2);
  }

  std::string folder_;
  std::unique_ptr<gateway::Daemon> daemon_;
  QuietVenue* venue_ = nullptr;
  std::string engine_;
  std::string operator_;
  std::uint16_t port_ = 0;
  std::unique_ptr<HttpConnection> http_;
  std::uint64_t made_ = 0;
  std::string request_;
  std::string answer_;
  std::size_t answer_body_bytes_ = 0;
};

template <class One>
Sampled round_of(int count, const One& one) {
  return [count, one] {
    std::vector<double> samples;
    samples.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) samples.push_back(one());
    return samples;
  };
}

std::vector<Row> http_rows(const Options& options) {
  const int count = options.count(1'000);
  const Awake awake;
  BeastEcho echo(BeastEcho::Idle::Sleep);
  HttpConnection to_echo(echo.port());
  Serve serve;
  static_cast<void>(serve.signal());
  echo.answer_with(serve.answer_body_bytes());
  const Sampled bare = round_of(count, [&] { return to_echo.ask(serve.request()); });
  std::vector<Row> rows =
      compare_tails("POST /v1/signals of serve, data in memory : Beast echo", {1.2, 0}, options,
                    round_of(count, [&] { return serve.signal(); }), bare);

  const auto server = gateway::ApiServer::bind({}).value();
  gateway::ApiServer::Handlers handlers;
  gateway::HttpResponse fixed;
  fixed.status = 202;
  fixed.body.assign(serve.answer_body_bytes(), 'x');
  handlers.handle = [&](const gateway::HttpRequest&, const gateway::HttpReply& reply) {
    reply(fixed);
  };
  handlers.standing = [](const gateway::HttpRequest&) { return gateway::Standing::Member; };
  handlers.tick = [] {};
  pin(1);
  server->start(handlers);
  pin(0);
  HttpConnection to_server(server->port());
  for (Row& row :
       compare_tails("the same, serve's HTTP server alone : Beast echo", {1.2, 0}, options,
                     round_of(count, [&] { return to_server.ask(serve.request()); }), bare)) {
    rows.push_back(std::move(row));
  }
  server->stop();
  for (Row& row : rows) {
    row.note += "; " + std::to_string(serve.request().size()) + " B in, " +
                std::to_string(serve.answer().size()) +
                " B out; all of a server on one processor that is kept awake";
  }
  rows[0].note +=
      "; three threads, journal and evidence as files in memory, held and answered; by profile two "
      "thirds are the API's thread (sockets, the evidence's file, intake, the projection's fold), "
      "the rest the core, the journal and four switches between threads";
  return rows;
}

/// Counts what comes back.
class Heard final : public venues::net::WebSocketEvents {
 public:
  void on_open() override { open = true; }
  void on_text(std::string_view) override { ++texts; }
  void on_closed(std::string_view why) override {
    std::fprintf(stderr, "bench: WebSocket closed: %.*s\n", static_cast<int>(why.size()),
                 why.data());
    std::exit(2);
  }
  bool open = false;
  std::uint64_t texts = 0;
};

std::vector<Row> web_socket_rows(const Options& options) {
  namespace spot = venues::binance_spot;
  const int count = options.count(4'000);
  BeastEcho echo(BeastEcho::Idle::Spin);
  const std::string order =
      spot::ws_request(spot::place(Symbol("BTCUSDT"), an_entry(), "cgBNCHABCDEFGHJKMNPQRSL0"), 1,
                       nullptr, true, UnixNanos(1'767'603'600 * kNanosPerSecond), 1'000);
  venues::net::AsioOptions network;
  network.allowed = venues::net::HostAllowlist({"127.0.0.1"});
  const auto transport = venues::net::AsioTransport::open(network).value();
  Heard heard;
  const auto socket =
      transport->web_socket({false, "127.0.0.1", echo.port(), ""}, "/ws-api/v3", heard);
  while (!heard.open) transport->poll();
  BeastClient bare(echo.port());
  const auto ours = [&] {
    const std::uint64_t before = heard.texts;
    const std::int64_t begin = now_ns();
    const bool sent = socket->send(order);
    CLAWGATE_ASSERT(sent);
    while (heard.texts == before) transport->poll();
    return static_cast<double>(now_ns() - begin);
  };
  const auto theirs = [&] {
    const std::int64_t begin = now_ns();
    bare.exchange(order);
    return static_cast<double>(now_ns() - begin);
  };
  std::vector<Row> rows =
      compare_tails("an order over the adapter's WebSocket and back : bare Beast client", {1.2, 0},
                    options, round_of(count, ours), round_of(count, theirs));
  for (Row& row : rows) {
    row.note += "; " + std::to_string(order.size()) +
                " B each way, encoded before; the same Beast echo answers both; both ends spin";
  }
  return rows;
}

}  // namespace

std::vector<Row> serve_rows(const Options& options) {
  std::vector<Row> rows = http_rows(options);
  for (Row& row : web_socket_rows(options)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace clawgate::bench
