// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/sim_command.h"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/commands.h"
#include "gateway/commands/sim_accounts.h"
#include "gateway/commands/stop_signal.h"
#include "sim/exchange/ledger_log.h"
#include "sim/protocol/control.h"
#include "sim/protocol/json_writer.h"
#include "sim/server/market_driver.h"
#include "sim/server/update_ids.h"

namespace clawgate::gateway {
namespace {

constexpr std::string_view kFirstSymbol = "BTCUSDT";
constexpr std::size_t kEventsAtOnce = 256;  // between two looks at requests
constexpr std::int64_t kRestNs = 200'000'000;

struct Arguments {
  std::uint16_t port = 0;
  std::uint16_t tls_port = 0;
  bool no_tls = false;
  std::vector<std::string> markets;
  std::string speed = "1";
  bool loop = false;
  std::size_t accounts = 1;
  std::vector<std::string> balances;
  std::string data;
  std::uint64_t seed = 1;
  std::int64_t ping_ms = 20'000;
  std::vector<std::string> faults;
  bool json = false;
};

/// What stops it, kept for wait(). Made before any other thread.
class StopSignals {
 public:
  /// True: one came within that time.
  [[nodiscard]] bool wait(std::int64_t ns) const {
    const timespec limit{ns / 1'000'000'000, ns % 1'000'000'000};
    return sigtimedwait(&set_, nullptr, &limit) > 0;
  }

 private:
  sigset_t set_ = block_stop_signals();
};

/// What belongs to a run and is not kept when --data is not given.
class RunDirectory {
 public:
  explicit RunDirectory(const std::string& data) : path_(data), kept_(!data.empty()) {
    if (kept_) return;
    path_ = (std::filesystem::temp_directory_path() / "clawgate-sim-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~RunDirectory() {
    std::error_code ignored;
    if (!kept_ && !path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  [[nodiscard]] std::optional<Error> make() const {
    std::error_code error;
    if (!path_.empty() && std::filesystem::is_directory(path_, error)) return std::nullopt;
    if (!path_.empty()) std::filesystem::create_directories(path_, error);
    if (!path_.empty() && !error && ::chmod(path_.c_str(), 0700) == 0) return std::nullopt;
    return Error{Reason::DataDirectoryUnwritable, "--data", path_};
  }
  [[nodiscard]] bool kept() const { return kept_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool kept_;
};

class SimRun {
 public:
  SimRun(const Arguments& arguments, const StopSignals& signals)
      : arguments_(arguments), signals_(signals), directory_(arguments.data) {}

  std::optional<Error> run();

 private:
  std::optional<Error> open();
  std::optional<Error> open_exchange();
  std::optional<Error> read_balances();
  void tell_kept_balances() const;
  std::optional<Error> open_markets();
  std::optional<Error> arm_faults();
  void announce() const;
  [[nodiscard]] std::string to_json() const;
  void print_table() const;
  std::optional<Error> drive();
  std::optional<Error> keep_ahead(const sim::MarketEvent& event);
  [[nodiscard]] bool is_kept() const { return ledger_ == nullptr || ledger_->ok(); }
  [[nodiscard]] std::optional<Error> unkept() const;

  const Arguments& arguments_;
  const StopSignals& signals_;
  RunDirectory directory_;
  SimBalances balances_;
  std::vector<SimAccount> accounts_;
  std::unique_ptr<sim::LedgerLog> ledger_;
  std::unique_ptr<sim::Simulator> simulator_;
  std::optional<sim::MarketDriver> driver_;
  std::optional<sim::UpdateIds> update_ids_;  // nullopt: nothing is kept
  std::vector<sim::MarketChoice> markets_;
  sim::Server::Ports ports_;
};

std::optional<Error> SimRun::run() {
  if (auto error = open()) return error;
  if (auto error = unkept()) return error;
  const auto ports = simulator_->start();
  if (!ports) return ports.error();
  ports_ = *ports;
  announce();
  auto error = drive();
  simulator_->stop();
  return error;
}

std::optional<Error> SimRun::open() {
  if (auto error = directory_.make()) return error;
  sim::Simulator::Options options;
  options.seed = arguments_.seed;
  options.server.port = arguments_.port;
  options.server.ping = std::chrono::milliseconds(arguments_.ping_ms);
  if (!arguments_.no_tls) {
    const auto certificate = certificate_in(directory_.path());
    if (!certificate) return certificate.error();
    options.server.tls =
        sim::Server::Tls{arguments_.tls_port, certificate->certificate_pem, certificate->key_pem};
  }
  options.kept = [this] { return is_kept(); };
  simulator_ = std::make_unique<sim::Simulator>(options);
  if (auto error = open_exchange()) return error;
  if (auto error = arm_faults()) return error;
  return open_markets();
}

// Whole before an account is opened with them.
std::optional<Error> SimRun::read_balances() {
  std::map<std::string, std::int64_t> sums;
  for (const std::string& text : arguments_.balances) {
    const auto balance = parse_balance(text);
    if (!balance) return balance.error();
    std::int64_t& sum = sums[balance->first];
    const bool known = simulator_->exchange().find_asset(balance->first).has_value();
    if (!known || __builtin_add_overflow(sum, balance->second, &sum)) {
      return Error{Reason::UsageOption, "--balance", text};
    }
    balances_.push_back(*balance);
  }
  if (balances_.empty()) {
    balances_ = {{"USDT", Px::of(100'000).raw()}, {"BTC", Px::of(1).raw()}};
  }
  return std::nullopt;
}

void SimRun::tell_kept_balances() const {
  const std::size_t kept = simulator_->exchange().accounts();
  if (kept == 0 || arguments_.balances.empty()) return;
  std::fprintf(stderr,
               "--balance is for new accounts: those in %s (%zu) keep what they have. POST "
               "/sim/deposit changes it.\n",
               directory_.path().c_str(), kept);
}

std::optional<Error> SimRun::open_exchange() {
  for (const sim::SymbolRules& rules : sim::built_in_rules()) {
    static_cast<void>(simulator_->exchange().add_symbol(rules));
  }
  if (auto error = read_balances()) return error;
  if (directory_.kept()) {
    auto ledger = sim::LedgerLog::open(directory_.file("exchange.log"));
    if (!ledger) return ledger.error();
    ledger_ = std::move(*ledger);
    const auto restored = ledger_->attach(simulator_->exchange());
    if (!restored) return restored.error();
  }
  tell_kept_balances();
  const std::string path = directory_.file("accounts.json");
  auto known = load_accounts(path);
  if (!known) return known.error();
  accounts_ = std::move(*known);
  grow_accounts(accounts_, std::max(arguments_.accounts, simulator_->exchange().accounts()));
  if (directory_.kept()) {
    if (auto error = save_accounts(path, accounts_)) return error;
  }
  if (auto error = save_key_files(directory_.path(), accounts_)) return error;
  return open_accounts(*simulator_, accounts_, balances_);
}

std::optional<Error> SimRun::open_markets() {
  sim::MarketDriver::Options options;
  options.start = simulator_->now();
  options.loop_recordings = arguments_.loop;
  if (arguments_.speed == "max") {
    options.speed = 0;
  } else {
    const RawDecimal speed = parse_decimal(arguments_.speed);
    const bool whole = speed.error == DecimalError::None && speed.raw % Px::kScale == 0 &&
                       speed.raw >= Px::kScale && speed.raw <= Px::of(100'000).raw();
    if (!whole) return Error{Reason::UsageOption, "--speed", arguments_.speed};
    options.speed = speed.raw / Px::kScale;
  }
  // A synthetic market never ends, so as fast as it goes it would only burn the processor.
  options.loop_synthetic = options.speed != 0;
  driver_.emplace(options);
  std::vector<std::string> texts = arguments_.markets;
  if (texts.empty()) {
    const std::string seed = std::to_string(arguments_.seed);
    for (const sim::SymbolRules& rules : sim::built_in_rules()) {
      texts.push_back(std::string(rules.symbol.view()) + "=synthetic:" + seed);
    }
  }
  if (directory_.kept()) {
    auto ids = sim::UpdateIds::open(directory_.file("update_ids"));
    if (!ids) return ids.error();
    update_ids_ = std::move(*ids);
  }
  for (const std::string& text : texts) {
    const auto choice = sim::parse_market(text, kFirstSymbol);
    if (!choice) return choice.error();
    const auto symbol = simulator_->exchange().find_symbol(choice->symbol);
    const bool twice = std::any_of(markets_.begin(), markets_.end(), [&](const auto& other) {
      return other.symbol == choice->symbol;
    });
    if (!symbol || twice) return Error{Reason::UsageOption, "--market", text};
    const sim::SymbolRules& rules = simulator_->exchange().rules(*symbol);
    const std::int64_t last = update_ids_ ? update_ids_->last(choice->symbol) : 0;
    if (auto error = driver_->add(*choice, *symbol, rules, last)) return error;
    markets_.push_back(*choice);
  }
  return std::nullopt;
}

// As POST /sim/faults takes them; a bare name strikes once.
std::optional<Error> SimRun::arm_faults() {
  for (const std::string& spec : arguments_.faults) {
    sim::HttpRequest request;
    request.method = "POST";
    request.target = "/sim/faults";
    sim::JsonWriter named;
    named.object().text("fault", spec).end_object();
    request.body = spec.starts_with('{') ? spec : named.take();
    const sim::HttpReply reply = simulator_->service().http(request);
    if (reply.status != 200)
      return Error{Reason::UsageOption, "--faults", spec + "; " + sim::refusal_text(reply.body)};
  }
  return std::nullopt;
}

void SimRun::announce() const {
  if (arguments_.json) {
    std::printf("%s\n", to_json().c_str());
  } else {
    print_table();
  }
  std::fflush(stdout);
}

std::string SimRun::to_json() const {
  const std::string host = "127.0.0.1:" + std::to_string(ports_.plain);
  sim::JsonWriter w;
  w.object()
      .text("rest", "http://" + host)
      .text("ws_api", "ws://" + host + "/ws-api/v3")
      .text("streams", "ws://" + host);
  if (ports_.tls != 0) {
    const std::string safe = "127.0.0.1:" + std::to_string(ports_.tls);
    w.text("rest_tls", "https://" + safe)
        .text("ws_api_tls", "wss://" + safe + "/ws-api/v3")
        .text("streams_tls", "wss://" + safe)
        .text("ca", std::filesystem::absolute(directory_.file("ca.pem")).string());
  }
  w.array("accounts");
  for (std::uint32_t i = 0; i < accounts_.size(); ++i) {
    const SimAccount& account = accounts_[i];
    const SimKeyFiles files = key_files(directory_.path(), i);
    w.object()
        .integer("uid", account.uid)
        .text("api_key", account.api_key)
        .text("secret", account.secret)
        .text("ed25519_api_key", account.ed25519_api_key)
        .text("ed25519_private_key", account.ed25519.private_pem)
        .text("api_key_file", files.api_key)
        .text("private_key_file", files.private_key)
        .object("balances");
    simulator_->call([&] {
      const sim::Exchange& exchange = simulator_->exchange();
      for (const sim::BalanceRow& row : exchange.account(sim::AccountId(i)).balances) {
        w.text(exchange.asset_name(row.asset).view(), to_short_text(row.free + row.locked));
      }
    });
    w.end_object().end_object();
  }
  w.end_array().end_object();
  return w.take();
}

void SimRun::print_table() const {
  const auto row = [](const char* what, const std::string& value) {
    std::printf("  %-12s %s\n", what, value.c_str());
  };
  const std::string host = "127.0.0.1:" + std::to_string(ports_.plain);
  std::printf("A Binance Spot to practise on. Nothing here is real; Ctrl-C stops it.\n\n");
  row("REST", "http://" + host + "/api/v3");
  row("WS API", "ws://" + host + "/ws-api/v3");
  row("Streams", "ws://" + host + "/ws  /stream");
  if (ports_.tls != 0) {
    row("TLS", "https:// and wss://127.0.0.1:" + std::to_string(ports_.tls));
    row("Trust", "NODE_EXTRA_CA_CERTS=" + directory_.file("ca.pem"));
  }
  for (const sim::MarketChoice& market : markets_) {
    std::string files;
    for (const std::string& file : market.files) files += " " + file;
    row(market.symbol.c_str(),
        market.synthetic ? "synthetic, seed " + std::to_string(market.seed) : "recorded:" + files);
  }
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const SimAccount& account = accounts_[i];
    const SimKeyFiles files = key_files(directory_.path(), i);
    std::printf("\n  Account %lld\n", static_cast<long long>(account.uid));
    row("API key", account.api_key);
    row("secret", account.secret);
    row("API key", account.ed25519_api_key + " (Ed25519)");
    std::printf("%s", account.ed25519.private_pem.c_str());
    row("Key files", files.api_key + "  " + files.private_key);
  }
}

// Nothing of what the file does not hold was told to anybody.
std::optional<Error> SimRun::unkept() const {
  if (is_kept()) return std::nullopt;
  return Error{Reason::DataDirectoryUnwritable, directory_.file("exchange.log"), ""};
}

// No id is told that a later start could tell again.
std::optional<Error> SimRun::keep_ahead(const sim::MarketEvent& event) {
  if (!update_ids_ || event.kind == sim::MarketKind::Trade) return std::nullopt;
  const sim::SymbolRules& rules = simulator_->exchange().rules(event.symbol);
  return update_ids_->tell(rules.symbol.view(), event.last_id);
}

// This thread waits and reads the markets; the server's applies what they did.
std::optional<Error> SimRun::drive() {
  bool ended = false;
  for (;;) {
    const auto due = driver_->next_due();
    if (!due && !std::exchange(ended, true)) std::fprintf(stderr, "The markets have ended.\n");
    const std::int64_t left =
        due ? std::min(kRestNs, due->value() - sim::machine_time().value()) : kRestNs;
    if (signals_.wait(std::max<std::int64_t>(left, 0))) return std::nullopt;
    std::optional<Error> error;
    simulator_->call([&] {
      for (std::size_t i = 0; i < kEventsAtOnce && !error; ++i) {
        const auto next = driver_->next_due();
        const sim::TimeNs now = simulator_->now();
        if (!next || *next > now) break;
        std::optional<Error> unkept;
        error = driver_->take(now, [&](const sim::MarketEvent& event) {
          unkept = keep_ahead(event);
          if (!unkept) simulator_->apply(event, now);
        });
        if (unkept) error = unkept;
      }
      simulator_->streams().flush();
    });
    if (error) return error;
    if (auto unwritten = unkept()) return unwritten;
  }
}

}  // namespace

namespace {

const std::string kControlHelp =
    "While it runs, on the REST address (account: the uid that is printed, or its number from 0):\n"
    "  GET    /sim/export?account=1000001   its orders and trades, for journal prove "
    "--venue-export\n"
    "  POST   /sim/deposit  {\"account\":1000001,\"asset\":\"USDT\",\"amount\":\"100\"}   "
    "negative: out\n"
    "  POST   /sim/faults   {\"fault\":NAME,\"count\":1,\"probability\":\"0.1\",\"ms\":50}   count "
    "-1: for "
    "ever\n"
    "  GET    /sim/faults   what is armed, and what has struck;  DELETE ends all";

std::string faults_help() {
  std::string text = "Faults:\n";
  for (const sim::FaultInfo& row : sim::kFaults) {
    std::string name(row.name);
    name.resize(std::max<std::size_t>(name.size(), 22), ' ');
    text += "  " + name + "  " + std::string(row.what);
    if (row.default_ms != 0) text += " (" + std::to_string(row.default_ms) + " ms)";
    text += "\n";
  }
  return text;
}

}  // namespace

void add_sim_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "sim",
      "A Binance Spot to practise on: REST, WebSocket API and market data streams on loopback, for "
      "any Binance client");
  command->footer(
      "Symbols: BTCUSDT and ETHUSDT, with Binance's own filters. The server's clock is this "
      "machine's,\nso recorded times are moved to now.\n\n"
      "  clawgate sim                                   both markets drawn from seed 1\n"
      "  clawgate sim --market day1.gz,day2.gz --loop   a recorded BTCUSDT, over and over\n"
      "  clawgate sim --market ETHUSDT=synthetic:7 --accounts 2 --json\n"
      "  clawgate sim --faults "
      "'{\"fault\":\"late_reply\",\"count\":-1,\"probability\":\"0.1\"}'\n\n" +
      kControlHelp + "\n\n" + faults_help());
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("--port", arguments->port, "HTTP and WebSocket in the clear; 0: any free");
  command->add_option("--tls-port", arguments->tls_port, "The same with TLS; 0: any free");
  command->add_flag("--no-tls", arguments->no_tls, "No TLS port");
  command
      ->add_option("--market", arguments->markets,
                   "[SYMBOL=]synthetic:SEED or [SYMBOL=]FILE[,FILE...]; repeatable, one a symbol. "
                   "SYMBOL is BTCUSDT when left out")
      ->take_all();
  command->add_option("--speed", arguments->speed, "Times real time, or max")
      ->capture_default_str();
  command->add_flag("--loop", arguments->loop,
                    "Recordings start again when they end (synthetic markets always go on)");
  command->add_option("--accounts", arguments->accounts, "How many accounts to open")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command
      ->add_option("--balance", arguments->balances,
                   "ASSET=AMOUNT for each new account; repeatable. Default: USDT=100000 BTC=1")
      ->take_all();
  command->add_option("--data", arguments->data,
                      "Directory for the exchange's state, the credentials (0600) and the "
                      "certificate; without it nothing is kept");
  command->add_option("--seed", arguments->seed, "For the default markets, faults and delays")
      ->capture_default_str();
  command->add_option("--ping-ms", arguments->ping_ms, "Between two pings of a WebSocket")
      ->check(CLI::Range(250, 3'600'000))  // pongs of a stream socket are limited to 5 a second
      ->capture_default_str();
  command
      ->add_option("--faults", arguments->faults,
                   "What goes wrong: a fault's name, or JSON as for POST /sim/faults; repeatable")
      ->take_all();
  command->add_flag("--json", arguments->json,
                    "Print one line of JSON when ready: addresses, CA, accounts with credentials");
  command->callback([&exit_code, arguments] {
    const StopSignals signals;
    SimRun run(*arguments, signals);
    const auto error = run.run();
    exit_code = error ? usage_error(*error) : 0;
  });
}

}  // namespace clawgate::gateway
