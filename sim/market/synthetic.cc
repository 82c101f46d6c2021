// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include "sim/market/price_path.h"
#include "sim/market/random.h"
#include "sim/market/source.h"
#include "sim/market/synthetic_side.h"

namespace clawgate::sim {
namespace {

constexpr std::int64_t kStepNs = kStepMs * 1'000'000;
constexpr std::int64_t kNoiseReach = 16;  // the noise never leaves this many noise_ticks
constexpr std::int64_t kMoveMaxBps = 5'000;
constexpr std::int64_t kDurationMaxMs = 7LL * 24 * 3600 * 1000;
constexpr Px kPriceMax = Px::of(9'000'000'000);  // a tenth of what a Px holds
constexpr std::int64_t kLotsMax = 1'000'000'000;

std::int64_t step_count(const std::vector<MarketPhase>& phases) {
  std::int64_t ms = 0;
  for (const MarketPhase& phase : phases) ms += phase.duration_ms;
  return ms / kStepMs;
}

class Synthetic final : public MarketSource {
 public:
  explicit Synthetic(const SyntheticOptions& options)
      : options_(options),
        random_(options.seed),
        path_(options.start_price.raw() / options.tick.raw(), options.phases),
        bids_(Side::Buy, options_),
        asks_(Side::Sell, options_),
        steps_(step_count(options.phases)),
        time_(options.start.value()) {}

  Result<const MarketEvent*> next() override;
  [[nodiscard]] Rate progress() const override {
    return Rate::from_raw(Rate::kScale * step_ / steps_);
  }
  [[nodiscard]] MarketCounts counts() const override { return counts_; }

 private:
  enum class Due : std::uint8_t { Snapshot, Depth, BookTicker, Trade };

  MarketEvent& begin(MarketKind kind, std::int64_t time_ns);
  const MarketEvent* give_snapshot();
  const MarketEvent* give_depth();
  const MarketEvent* give_ticker();
  const MarketEvent* give_trade();  // nullptr: none left in this step
  void move_book();

  SyntheticOptions options_;
  Random random_;
  PricePath path_;
  SyntheticSide bids_;
  SyntheticSide asks_;
  std::int64_t steps_;
  std::int64_t step_ = 0;
  std::int64_t time_;         // of the step, ns
  std::int64_t noise_ = 0;    // ticks away from the path
  std::int64_t last_id_ = 1;  // update id
  std::int64_t trades_ = 0;   // of this step
  std::int64_t traded_ = 0;   // of those, given
  Due due_ = Due::Snapshot;
  std::vector<BookLevel> first_bids_;
  std::vector<BookLevel> first_asks_;
  MarketEvent event_;
  MarketCounts counts_;
};

Result<const MarketEvent*> Synthetic::next() {
  switch (due_) {
    case Due::Snapshot:
      return give_snapshot();
    case Due::Depth:
      break;
    case Due::BookTicker:
      return give_ticker();
    case Due::Trade:
      if (const MarketEvent* const trade = give_trade()) return trade;
      break;
  }
  if (path_.ended()) return nullptr;
  return give_depth();
}

MarketEvent& Synthetic::begin(MarketKind kind, std::int64_t time_ns) {
  event_ = MarketEvent{};
  event_.kind = kind;
  event_.symbol = options_.symbol;
  event_.receive_time = TimeNs{time_ns};
  return event_;
}

void Synthetic::move_book() {
  const std::int64_t bid = path_.ticks() + noise_;
  bids_.move(bid, random_);
  asks_.move(bid + options_.spread_ticks, random_);
}

const MarketEvent* Synthetic::give_snapshot() {
  due_ = Due::Depth;
  move_book();
  first_bids_ = bids_.stated();
  first_asks_ = asks_.stated();
  MarketEvent& event = begin(MarketKind::Snapshot, time_);
  event.last_id = last_id_;
  event.bids = first_bids_;
  event.asks = first_asks_;
  ++counts_.snapshots;
  return &event;
}

const MarketEvent* Synthetic::give_depth() {
  due_ = Due::BookTicker;
  ++step_;
  time_ += kStepNs;
  path_.advance();
  const std::int64_t shock = random_.between(-options_.noise_ticks, options_.noise_ticks);
  noise_ = noise_ * (kNoiseReach - 1) / kNoiseReach + shock;
  move_book();
  if (bids_.changes().empty() && asks_.changes().empty()) bids_.grow_best();

  MarketEvent& event = begin(MarketKind::Depth, time_);
  event.exchange_time = event.receive_time;
  event.bids = bids_.changes();
  event.asks = asks_.changes();
  event.first_id = last_id_ + 1;
  last_id_ += static_cast<std::int64_t>(event.bids.size() + event.asks.size());
  event.last_id = last_id_;
  ++counts_.depths;
  return &event;
}

const MarketEvent* Synthetic::give_ticker() {
  due_ = Due::Trade;
  trades_ = random_.between(0, options_.trades_max);
  traded_ = 0;
  MarketEvent& event = begin(MarketKind::BookTicker, time_);
  event.last_id = last_id_;
  event.bid = bids_.best();
  event.ask = asks_.best();
  ++counts_.book_tickers;
  return &event;
}

const MarketEvent* Synthetic::give_trade() {
  if (traded_ == trades_) return nullptr;
  ++traded_;
  // Three of four takers go the way of the price.
  const std::int64_t sellers = path_.kind() == PhaseKind::Rise   ? 1
                               : path_.kind() == PhaseKind::Fall ? 3
                                                                 : 2;
  const bool seller_takes = random_.below(4) < sellers;
  SyntheticSide& side = seller_takes ? bids_ : asks_;
  const Px price = side.best().price;
  const std::int64_t lots = side.trade(random_);
  if (lots == 0) return nullptr;

  MarketEvent& event = begin(MarketKind::Trade, time_ + kStepNs * traded_ / (trades_ + 1));
  event.exchange_time = event.receive_time;
  event.trade_id = ++counts_.trades;
  event.price = price;
  event.quantity = Qty::from_raw(lots * options_.lot.raw());
  event.buyer_is_maker = seller_takes;
  return &event;
}

std::optional<Error> refuse(std::string field, std::int64_t seen) {
  return Error{Reason::ConfigValueRange, std::move(field), std::to_string(seen)};
}

bool within(std::int64_t value, std::int64_t least, std::int64_t most) {
  return value >= least && value <= most;
}

std::optional<Error> check_phase(const MarketPhase& phase, const std::string& at) {
  const bool gap = phase.kind == PhaseKind::Gap;
  const std::int64_t most = phase.kind == PhaseKind::Calm ? 0 : kMoveMaxBps;
  if (!within(phase.move_bps, gap ? -kMoveMaxBps : 0, most)) {
    return refuse(at + "/move_bps", phase.move_bps);
  }
  const bool whole = phase.duration_ms % kStepMs == 0;
  if (!whole || !within(phase.duration_ms, gap ? 0 : kStepMs, gap ? 0 : kDurationMaxMs)) {
    return refuse(at + "/duration_ms", phase.duration_ms);
  }
  return std::nullopt;
}

// The whole path must leave room for both sides of the book, noise included.
std::optional<Error> check_phases(const SyntheticOptions& o) {
  const std::int64_t reach =
      kNoiseReach * o.noise_ticks + o.level_ticks * (o.levels + 1) + o.spread_ticks;
  const std::int64_t ticks_max = kPriceMax.raw() / o.tick.raw() - reach;
  std::int64_t ticks = o.start_price.raw() / o.tick.raw();
  for (std::size_t i = 0; i < o.phases.size(); ++i) {
    const std::string at = "phases/" + std::to_string(i);
    if (auto error = check_phase(o.phases[i], at)) return error;
    ticks = moved(ticks, signed_bps(o.phases[i]));
    if (!within(ticks, reach + 1, ticks_max)) return refuse(at + "/move_bps", ticks);
  }
  if (o.phases.empty()) return refuse("phases", 0);
  if (o.phases.back().kind == PhaseKind::Gap) return refuse("phases: the last is a gap", 0);
  return std::nullopt;
}

std::optional<Error> check(const SyntheticOptions& o) {
  if (!within(o.tick.raw(), 1, Px::kScale * 1'000)) return refuse("tick", o.tick.raw());
  if (!within(o.lot.raw(), 1, Qty::kScale)) return refuse("lot", o.lot.raw());
  const bool on_tick = o.start_price.raw() % o.tick.raw() == 0;
  if (!on_tick || !within(o.start_price.raw(), 1, kPriceMax.raw())) {
    return refuse("start_price", o.start_price.raw());
  }
  if (!within(o.spread_ticks, 1, 1'000'000)) return refuse("spread_ticks", o.spread_ticks);
  if (!within(o.levels, 1, 1'000)) return refuse("levels", o.levels);
  if (!within(o.level_ticks, 1, 1'000'000)) return refuse("level_ticks", o.level_ticks);
  if (!within(o.level_lots, 16, kLotsMax)) return refuse("level_lots", o.level_lots);
  if (!within(o.noise_ticks, 0, 1'000'000)) return refuse("noise_ticks", o.noise_ticks);
  if (!within(o.trades_max, 0, 100)) return refuse("trades_max", o.trades_max);
  return check_phases(o);
}

}  // namespace

std::vector<MarketPhase> default_phases() {
  constexpr std::int64_t kMinute = 60'000;
  return {
      {PhaseKind::Calm, 0, 4 * kMinute}, {PhaseKind::Rise, 130, 5 * kMinute},
      {PhaseKind::Calm, 0, 4 * kMinute}, {PhaseKind::Fall, 100, 3 * kMinute},
      {PhaseKind::Gap, -40, 0},          {PhaseKind::Fall, 80, 3 * kMinute},
      {PhaseKind::Calm, 0, 4 * kMinute}, {PhaseKind::Rise, 60, 4 * kMinute},
      {PhaseKind::Calm, 0, 3 * kMinute},
  };
}

Result<std::unique_ptr<MarketSource>> make_synthetic(const SyntheticOptions& options) {
  if (std::optional<Error> error = check(options)) return std::move(*error);
  return std::make_unique<Synthetic>(options);
}

}  // namespace clawgate::sim
