// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/binance_venue.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/serve/closed_orders.h"
#include "gateway/serve/principals.h"
#include "governance/policy/domains.h"

namespace clawgate::gateway {
namespace {

namespace net = venues::net;
namespace binance = venues::binance_spot;

// A gateway whose journal failed must be gone within two seconds, all in all (I6).
constexpr std::int64_t kFinishMax = 1'500 * kNanosPerMilli;
constexpr std::int64_t kFinishLook = 5 * kNanosPerMilli;
constexpr std::size_t kLogLines = 64;

/// One row a URL: the path that an address without one means, the only one it may have.
struct UrlRow {
  std::string_view key;
  std::string VenueSettings::*url;
  std::string_view path;
};
constexpr UrlRow kRest = {"venue.rest_url", &VenueSettings::rest_url, "/api"};
constexpr UrlRow kWsApi = {"venue.ws_api_url", &VenueSettings::ws_api_url, "/ws-api/v3"};
constexpr UrlRow kStream = {"venue.stream_url", &VenueSettings::stream_url, ""};

Result<net::Endpoint> read_url(const BinanceVenue::Options& options, const UrlRow& row) {
  const std::string& url = options.venue.*row.url;
  if (url.empty()) return Error{Reason::VenueNotConfigured, std::string(row.key), ""};
  auto endpoint = net::parse_endpoint(url, row.key);
  if (!endpoint) return endpoint.error();
  if (endpoint->path.empty()) endpoint->path = row.path;
  if (endpoint->path != row.path) {
    return Error{Reason::ConfigValueRange, std::string(row.key), "path " + endpoint->path};
  }
  if (auto error = BinanceVenue::refuse_by_stage(options.stage, endpoint->host, row.key)) {
    return *error;
  }
  const bool local = net::is_loopback(endpoint->host);
  // Beyond this machine only the policy's own hosts, over TLS, whatever the configuration says.
  const auto listed = governance::check_domain({url, governance::Caller::ExecutionGateway, false});
  if (!local && !listed) {
    return Error{listed.error().reason, std::string(row.key), listed.error().seen};
  }
  return endpoint;
}

Result<std::string> read_key_file(const std::string& path, std::string_view key) {
  if (path.empty()) return Error{Reason::VenueNotConfigured, std::string(key), ""};
  auto text = read_secret(path);
  if (text) return text;
  Error error = text.error();
  error.field = std::string(key) + " " + error.field;
  return error;
}

Result<binance::Credentials> read_credentials(const VenueSettings& settings) {
  auto key = read_key_file(settings.api_key_file, "venue.api_key_file");
  if (!key) return key.error();
  auto secret = read_key_file(settings.private_key_file, "venue.private_key_file");
  if (!secret) return secret.error();
  secret->push_back('\n');  // a PEM's last line end belongs to it
  auto credentials = binance::credentials_from(*key, *secret);
  if (credentials && settings.live_credentials) credentials->type = binance::CredentialType::Live;
  OPENSSL_cleanse(key->data(), key->size());
  OPENSSL_cleanse(secret->data(), secret->size());
  return credentials;
}

std::string_view word(binance::MarketAlarm::Kind kind) {
  using Kind = binance::MarketAlarm::Kind;
  static constexpr std::pair<Kind, std::string_view> kWords[] = {
      {Kind::ConnectionSilent, "connection silent"}, {Kind::SymbolSilent, "symbol silent"},
      {Kind::Disconnected, "disconnected"},          {Kind::Unreadable, "unreadable"},
      {Kind::RestHeldBack, "requests held back"},
  };
  for (const auto& [row, text] : kWords) {
    if (row == kind) return text;
  }
  return "";
}

}  // namespace

BinanceVenue::BinanceVenue(const Options& options, binance::Credentials credentials,
                           std::unique_ptr<net::AsioTransport> transport)
    : options_(options), credentials_(std::move(credentials)), transport_(std::move(transport)) {}

Result<std::unique_ptr<BinanceVenue>> BinanceVenue::open(const Options& options,
                                                         venues::VenueInbox& inbox,
                                                         const venues::SendGate& gate) {
  const auto endpoints = read_endpoints(options);
  if (!endpoints) return endpoints.error();
  auto credentials = read_credentials(options.venue);
  if (!credentials) return credentials.error();
  for (const std::string& host : {endpoints->rest.host, endpoints->ws_api.host}) {
    if (auto error = refuse_by_type(options.stage, *credentials, host)) return *error;
  }
  net::AsioOptions network;
  const std::string hosts[] = {endpoints->rest.host, endpoints->ws_api.host,
                               endpoints->stream.host};
  network.allowed = hosts_for(options.stage, hosts);
  network.ca_file = options.venue.ca_file;
  network.clock = options.clock;
  auto transport = net::AsioTransport::open(std::move(network));
  if (!transport) return transport.error();
  std::unique_ptr<BinanceVenue> venue(
      new BinanceVenue(options, std::move(*credentials), std::move(*transport)));
  venue->begin(*endpoints, inbox, gate);
  return venue;
}

std::optional<Error> BinanceVenue::refuse_by_stage(Stage stage, std::string_view host,
                                                   std::string_view key) {
  if (stage != Stage::S0 || net::is_loopback(host)) return std::nullopt;
  return Error{Reason::VenueHostNotAllowed, std::string(key), std::string(host)};
}

net::HostAllowlist BinanceVenue::hosts_for(Stage stage, std::span<const std::string> configured) {
  if (stage == Stage::S0) return net::HostAllowlist(net::loopback_hosts());
  return net::HostAllowlist({configured.begin(), configured.end()});
}

std::optional<Error> BinanceVenue::refuse_by_type(Stage stage,
                                                  const binance::Credentials& credentials,
                                                  std::string_view host) {
  const bool live = credentials.type == binance::CredentialType::Live;
  if (credentials.may_sign_for(host) && !(live && stage == Stage::S0)) return std::nullopt;
  return Error{Reason::VenueCredentialType, "venue.credentials",
               (live ? "live credentials for " : "practice credentials for ") + std::string(host)};
}

Result<BinanceVenue::Endpoints> BinanceVenue::read_endpoints(const Options& options) {
  const auto rest = read_url(options, kRest);
  if (!rest) return rest.error();
  const auto ws_api = read_url(options, kWsApi);
  if (!ws_api) return ws_api.error();
  const auto stream = read_url(options, kStream);
  if (!stream) return stream.error();
  return Endpoints{*rest, *ws_api, *stream};
}

void BinanceVenue::begin(const Endpoints& endpoints, venues::VenueInbox& inbox,
                         const venues::SendGate& gate) {
  binance::BinanceSpot::Options orders;
  binance::MarketFeedOptions market;
  orders.rest = endpoints.rest;
  orders.ws_api = endpoints.ws_api;
  orders.account = options_.account;
  orders.orders_by_websocket = options_.venue.orders_by_websocket;
  market.rest = endpoints.rest;
  market.stream = endpoints.stream;
  orders.symbols = options_.symbols;
  orders.closed = options_.closed;
  for (const Listed& row : options_.symbols) {
    market.symbols.push_back({row.symbol, row.instrument});
  }
  orders.random_bits = market.random_bits = [this] { return random_bits(); };
  orders.log = [this](std::string_view line) { note(LogLevel::Info, line); };
  orders.warn = [this](std::string_view line, std::string_view about) {
    note(LogLevel::Warn, line, about);
  };
  orders.listed_account = options_.listed_account;
  orders.on_listed = [this](std::int64_t account, const auto& listed_to) {
    keep_listed(account, listed_to);
  };
  orders.wake = [this] { wake(); };
  orders.on_key = [this](std::string_view reply) { return judge_key(reply); };
  orders.key_first = options_.stage != Stage::S0;
  orders.unreachable_after_ns = options_.venue.unreachable_after_ns;
  orders.was_unreachable = options_.was_unreachable;
  adapter_ = std::make_unique<binance::BinanceSpot>(*transport_, credentials_, inbox, gate,
                                                    std::move(orders));
  market.clock_offset_ns = [this] { return adapter_->clock_ahead_ns(); };
  feed_ = std::make_unique<binance::MarketFeed>(
      *transport_, inbox, adapter_->limits(), std::move(market),
      [this](const binance::MarketAlarm& alarm) { note(alarm); });
  transport_->post([this] {
    adapter_->start();
    feed_->start();
  });
  thread_ = std::thread([this] { transport_->run(); });
}

BinanceVenue::~BinanceVenue() {
  transport_->post([this] { finish(UnixNanos(transport_->now().value() + kFinishMax)); });
  thread_.join();
}

std::optional<HandOff> BinanceVenue::submit(SendPermit permit, const OrderIntent& intent) {
  return adapter_->submit(std::move(permit), intent);
}

std::optional<HandOff> BinanceVenue::protect(ProtectPermit permit, const ProtectiveOrder& order) {
  return adapter_->protect(std::move(permit), order);
}

// One call on its way is enough, however much the core asks for before it runs.
void BinanceVenue::wake() {
  if (awake_.exchange(true, std::memory_order_acq_rel)) return;
  transport_->post([this] {
    awake_.exchange(false, std::memory_order_acq_rel);
    adapter_->drain();
  });
}

// Cancels above all: a gateway that stops because its journal failed still gets them out.
void BinanceVenue::finish(UnixNanos until) {
  adapter_->drain();
  if (adapter_->is_idle() || transport_->now() >= until) return transport_->stop();
  transport_->at(UnixNanos(transport_->now().value() + kFinishLook),
                 [this, until] { finish(until); });
}

// A venue that is away is not told again at each attempt.
void BinanceVenue::note(LogLevel level, std::string_view line, std::string_view about) {
  if (!options_.log) return;
  if (line == "ready") log_lines_.clear();
  if (log_lines_.size() == kLogLines) log_lines_.clear();
  const std::string whole = std::string(about) + " " + std::string(line);
  if (log_lines_.insert(whole).second) options_.log(level, "venue", about, line);
}

// Each is told when it begins and when it ends, and not between.
void BinanceVenue::note(const binance::MarketAlarm& alarm) {
  if (!options_.log) return;
  options_.log(alarm.holds ? LogLevel::Warn : LogLevel::Info, "market", "",
               std::string(word(alarm.kind)) + (alarm.holds ? ": " : " no more: ") + alarm.words);
}

void BinanceVenue::keep_listed(std::int64_t account,
                               const std::map<InstrumentId, std::int64_t>& listed_to) const {
  if (!options_.listed_to) return;
  VenueBaseline::Rows rows;
  for (const Listed& row : options_.symbols) {
    const auto to = listed_to.find(row.instrument);
    if (to != listed_to.end()) rows.emplace(row.symbol, to->second);
  }
  options_.listed_to(account, rows);
}

// With real money a key that fails is a failed item of the checklist; in S0 it is told and shown.
std::optional<CauseReported> BinanceVenue::judge_key(std::string_view reply) {
  const KeyWord word{std::string(reply),
                     governance::check_posture(reply, governance::KeyUse::Trading)};
  if (options_.key_told) options_.key_told(word);
  for (const std::string& warning : word.posture.warnings)
    note(LogLevel::Warn, "the key: " + warning);
  if (word.posture.passes()) return std::nullopt;
  const Error& first = word.posture.findings.front();
  note(LogLevel::Warn, "the key: " + to_text(first));
  if (options_.stage == Stage::S0) return std::nullopt;
  const std::string evidence = std::string(info(first.reason).code) + " " + first.field;
  return CauseReported{Block::ChecklistFailed, Text<24>("venue: key posture"), Text<64>(evidence)};
}

std::uint64_t BinanceVenue::random_bits() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes;
  entropy_.fill(bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  return bits;
}

// --- The venue of a configuration ---------------------------------------------------------------

namespace {

using Listed = BinanceVenue::Listed;

bool holds_trade(const State& state, InstrumentId instrument) {
  return std::any_of(state.trades.begin(), state.trades.end(), [&](const Trade& trade) {
    return trade.order.instrument == instrument && trade.hold == HoldState::Released &&
           !trade.closed;
  });
}

/// A symbol keeps the number that the journal knows it by; a new one takes the first that is free.
Result<std::vector<Listed>> list_symbols(const Config& config, const State& state) {
  std::vector<Listed> rows;
  std::array<bool, State::kInstrumentsMax> taken{};
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto& known = state.instruments[i];
    if (!known) continue;
    taken[i] = true;
    const bool wanted =
        std::any_of(config.limits.symbols.begin(), config.limits.symbols.end(),
                    [&](const SymbolPolicy& policy) { return policy.symbol == known->symbol; });
    if (!wanted && !holds_trade(state, known->id)) continue;
    rows.push_back({known->id, known->symbol, state.newest_venue_order[i]});
  }
  for (const SymbolPolicy& policy : config.limits.symbols) {
    if (state.instrument(policy.symbol) != nullptr) continue;
    const auto free = std::find(taken.begin(), taken.end(), false);
    if (free == taken.end()) {
      return Error{Reason::ConfigValueRange, "symbol", std::string(policy.symbol.view())};
    }
    *free = true;
    const auto id = static_cast<std::uint16_t>(free - taken.begin());
    rows.push_back({InstrumentId(id), policy.symbol, 0});
  }
  return rows;
}

}  // namespace

VenueFactory binance_venue() {
  return [](venues::VenueInbox& inbox, const venues::SendGate& gate,
            const VenueContext& context) -> Result<std::unique_ptr<venues::Venue>> {
    auto symbols = list_symbols(context.config, context.state);
    if (!symbols) return symbols.error();
    BinanceVenue::Options options;
    options.stage = context.config.session.stage;
    options.venue = context.config.venue;
    options.account = context.config.session.account;
    options.symbols = std::move(*symbols);
    options.closed = closed_orders(context.state);
    if (VenueBaseline* const baseline = context.baseline) {
      // A damaged one, or that of another venue, counts as none.
      if (const auto error = baseline->open(options.venue.rest_url, options.stage)) {
        context.log.write(LogLevel::Warn, "venue", to_text(*error));
      }
      for (Listed& row : options.symbols) row.listed_to = baseline->row(row.symbol);
      options.listed_account = baseline->account();
      options.listed_to = [baseline](std::int64_t account, const VenueBaseline::Rows& rows) {
        baseline->told(account, rows);
      };
    }
    options.was_unreachable = context.state.blocked_by(Block::VenueUnreachable);
    options.key_told = context.key_told;
    options.clock = [&clock = context.clock] { return clock.now(); };
    options.log = [&log = context.log](LogLevel level, std::string_view component,
                                       std::string_view about, std::string_view line) {
      about.empty() ? log.write(level, component, line) : log.write(level, component, about, line);
    };
    auto venue = BinanceVenue::open(options, inbox, gate);
    if (!venue) return venue.error();
    return std::unique_ptr<venues::Venue>(std::move(*venue));
  };
}

}  // namespace clawgate::gateway
