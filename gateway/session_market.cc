// SPDX-License-Identifier: Apache-2.0
#include "gateway/session_market.h"

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace clawgate::gateway {
namespace {

namespace net = venues::net;
using Wall = std::chrono::steady_clock;

constexpr std::string_view kSynthetic = "synthetic:";
constexpr Wall::duration kPatience = std::chrono::seconds(10);
constexpr Wall::duration kNap = std::chrono::milliseconds(2);

std::vector<std::string> files_of(const std::string& text) {
  std::vector<std::string> files;
  std::stringstream stream(text);
  for (std::string file; std::getline(stream, file, ',');) files.push_back(file);
  return files;
}

Result<std::unique_ptr<sim::MarketSource>> open_synthetic(const std::string& text,
                                                          sim::SymbolId symbol) {
  const RawDecimal seed = parse_decimal(text.substr(kSynthetic.size()));
  if (seed.error != DecimalError::None || seed.raw < 0 || seed.raw % Px::kScale != 0) {
    return Error{Reason::UsageOption, "--market", text + ", where SEED is no whole number from 0"};
  }
  sim::SyntheticOptions synthetic;
  synthetic.symbol = symbol;
  synthetic.seed = static_cast<std::uint64_t>(seed.raw / Px::kScale);
  return sim::make_synthetic(synthetic);
}

}  // namespace

Result<std::unique_ptr<SessionMarket>> SessionMarket::open(const Options& options) {
  const auto place = live_place(options.text);
  if (!place) return place.error();
  auto market = std::make_unique<SessionMarket>();
  if (*place) {
    if (auto error = market->connect(**place, options)) return *error;
    return market;
  }
  if (!options.record.empty()) {
    return Error{Reason::UsageOption, "--record " + options.record,
                 "--market " + options.text + ", which is no live market"};
  }
  if (options.text.empty()) return Error{Reason::UsageOption, "--market", "nothing named"};
  auto source =
      options.text.starts_with(kSynthetic)
          ? open_synthetic(options.text, options.id)
          : sim::open_recording(files_of(options.text), options.id, options.symbol.view());
  if (!source) return source.error();
  market->source_ = std::move(*source);
  if (auto error = market->advance()) return *error;
  if (market->is_over()) return Error{Reason::RecordingEmpty, "--market", options.text};
  return market;
}

std::optional<Error> SessionMarket::connect(const LivePlace& place, const Options& options) {
  std::error_code failed;
  if (!options.record.empty() && std::filesystem::exists(options.record, failed)) {
    return Error{Reason::UsageOption, "--record " + options.record, "a file that is there already"};
  }
  net::AsioOptions network;
  network.allowed = net::HostAllowlist({place.rest.host, place.stream.host});
  auto transport = net::AsioTransport::open(std::move(network));
  if (!transport) return transport.error();
  network_ = std::move(*transport);
  auto live = std::make_unique<LiveMarket>(
      *network_, LiveMarket::Options{place, options.symbol, options.id, options.record});
  live_ = live.get();
  source_ = std::move(live);
  return await_first(options);
}

std::optional<Error> SessionMarket::await_first(const Options& options) {
  const Wall::time_point until = Wall::now() + kPatience;
  while (event_ == nullptr) {
    if (auto error = poll()) return error;
    const bool stopped = options.stop != nullptr && *options.stop;
    if (stopped || Wall::now() > until) {
      return Error{Reason::MarketUnreachable, "--market " + options.text, trouble()};
    }
    std::this_thread::sleep_for(kNap);
  }
  return std::nullopt;
}

std::string SessionMarket::trouble() const {
  if (live_ == nullptr || live_->trouble().empty()) return "nothing is said";
  return live_->trouble();
}

std::optional<Error> SessionMarket::advance() {
  const auto event = source_->next();
  if (!event) return event.error();
  event_ = *event;
  return std::nullopt;
}

std::optional<Error> SessionMarket::poll() {
  if (live_ == nullptr) return std::nullopt;
  network_->poll();
  return event_ == nullptr ? advance() : std::nullopt;
}

}  // namespace clawgate::gateway
