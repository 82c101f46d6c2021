// SPDX-License-Identifier: Apache-2.0
#include "sim/server/market_driver.h"

#include <algorithm>
#include <utility>

namespace clawgate::sim {
namespace {

constexpr std::string_view kSynthetic = "synthetic:";
constexpr std::int64_t kBetweenRoundsNs = 100'000'000;

// A first price that a person would expect, where we know one.
Px start_price(std::string_view symbol) {
  return symbol == "ETHUSDT" ? Px::of(3'000) : Px::of(60'000);
}

SyntheticOptions synthetic_of(const MarketChoice& choice, SymbolId symbol, const SymbolRules& rules,
                              Px price) {
  SyntheticOptions options;
  options.seed = choice.seed;
  options.symbol = symbol;
  if (rules.price && !rules.price->tick.is_zero()) options.tick = rules.price->tick;
  if (rules.lot && !rules.lot->step.is_zero()) options.lot = rules.lot->step;
  options.start_price = floor_to(price, options.tick);
  return options;
}

}  // namespace

Result<MarketChoice> parse_market(std::string_view text, std::string_view symbol) {
  const Error wrong{Reason::UsageOption, "--market", std::string(text)};
  MarketChoice choice;
  choice.symbol = symbol;
  std::string_view rest = text;
  const std::size_t equals = rest.find('=');
  const bool named = equals != std::string_view::npos &&
                     rest.substr(0, equals).find_first_of("/.") == std::string_view::npos;
  if (named) {
    choice.symbol = rest.substr(0, equals);
    rest.remove_prefix(equals + 1);
  }
  if (rest.starts_with(kSynthetic)) {
    const RawDecimal seed = parse_decimal(rest.substr(kSynthetic.size()));
    if (seed.error != DecimalError::None || seed.raw < 0 || seed.raw % Px::kScale != 0) {
      return wrong;
    }
    choice.synthetic = true;
    choice.seed = static_cast<std::uint64_t>(seed.raw / Px::kScale);
    return choice;
  }
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (end == 0) return wrong;
    choice.files.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (choice.files.empty()) return wrong;
  return choice;
}

std::optional<Error> MarketDriver::add(const MarketChoice& choice, SymbolId symbol,
                                       const SymbolRules& rules, std::int64_t last_id) {
  Track track;
  track.last_id = last_id;
  track.choice = choice;
  track.symbol = symbol;
  track.rules = rules;
  track.last_price = start_price(choice.symbol);
  if (auto error = open(track, options_.start.value_or(TimeNs()))) return error;
  if (!options_.start) track.base = track.first;
  tracks_.push_back(std::move(track));
  return std::nullopt;
}

std::optional<Error> MarketDriver::open(Track& track, TimeNs base) {
  RecordingOptions recording;
  if (track.rules.price) recording.tick = track.rules.price->tick;
  auto source =
      track.choice.synthetic
          ? make_synthetic(synthetic_of(track.choice, track.symbol, track.rules, track.last_price))
          : open_recording(track.choice.files, track.symbol, track.choice.symbol, recording);
  if (!source) return source.error();
  track.source = std::move(*source);
  const auto event = track.source->next();
  if (!event) return event.error();
  if (*event == nullptr) return Error{Reason::RecordingEmpty, "--market", track.choice.symbol};
  track.next = *event;
  track.first = track.next->receive_time;
  track.base = base;
  track.id_shift = track.last_id == 0 ? 0 : track.last_id + 1 - track.next->last_id;
  return std::nullopt;
}

TimeNs MarketDriver::mapped(const Track& track, TimeNs time) const {
  const std::int64_t speed = options_.start ? std::max<std::int64_t>(options_.speed, 1) : 1;
  return TimeNs(track.base.value() + (time.value() - track.first.value()) / speed);
}

MarketDriver::Track* MarketDriver::earliest() {
  Track* first = nullptr;
  for (Track& track : tracks_) {
    if (track.next == nullptr) continue;
    const bool earlier = first == nullptr || mapped(track, track.next->receive_time) <
                                                 mapped(*first, first->next->receive_time);
    if (earlier) first = &track;
  }
  return first;
}

std::optional<TimeNs> MarketDriver::next_due() const {
  const Track* const track = const_cast<MarketDriver*>(this)->earliest();
  if (track == nullptr) return std::nullopt;
  if (options_.speed == 0 && options_.start) return options_.start;
  return mapped(*track, track->next->receive_time);
}

// The event as the caller's clock and the round's ids see it.
MarketEvent MarketDriver::told(Track& track, TimeNs now) const {
  MarketEvent event = *track.next;
  const bool at_once = options_.speed == 0 && options_.start;
  const auto time_of = [&](TimeNs time) { return at_once ? now : mapped(track, time); };
  event.receive_time = time_of(event.receive_time);
  if (event.exchange_time.value() != 0) event.exchange_time = time_of(event.exchange_time);
  if (event.kind == MarketKind::Trade) {
    track.last_price = event.price;
    return event;
  }
  event.first_id += track.id_shift;
  event.last_id += track.id_shift;
  track.last_id = std::max(track.last_id, event.last_id);
  return event;
}

std::optional<Error> MarketDriver::take(TimeNs now,
                                        const std::function<void(const MarketEvent&)>& what) {
  Track* const track = earliest();
  if (track == nullptr) return std::nullopt;
  what(told(*track, now));
  ++taken_;
  return advance(*track);
}

std::optional<Error> MarketDriver::advance(Track& track) {
  const TimeNs last = mapped(track, track.next->receive_time);
  const auto event = track.source->next();
  track.next = nullptr;
  if (!event) return event.error();
  track.next = *event;
  if (track.next != nullptr) return std::nullopt;
  const bool again = track.choice.synthetic ? options_.loop_synthetic : options_.loop_recordings;
  if (!again) return std::nullopt;
  ++track.choice.seed;
  return open(track, TimeNs(last.value() + kBetweenRoundsNs));
}

}  // namespace clawgate::sim
