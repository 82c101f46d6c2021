// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/tape.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace clawgate::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMondaySeconds = 4 * kDay;  // 1970-01-05 was a Monday

constexpr std::array kIntervals = {
    KlineInterval{"1s", 1},      KlineInterval{"1m", 60},       KlineInterval{"3m", 180},
    KlineInterval{"5m", 300},    KlineInterval{"15m", 900},     KlineInterval{"30m", 1'800},
    KlineInterval{"1h", 3'600},  KlineInterval{"2h", 7'200},    KlineInterval{"4h", 14'400},
    KlineInterval{"6h", 21'600}, KlineInterval{"8h", 28'800},   KlineInterval{"12h", 43'200},
    KlineInterval{"1d", kDay},   KlineInterval{"3d", 3 * kDay}, KlineInterval{"1w", 7 * kDay},
    KlineInterval{"1M", 0},
};

std::chrono::year_month month_of(std::int64_t second) {
  const std::chrono::sys_days day(std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(second))));
  const std::chrono::year_month_day date(day);
  return date.year() / date.month();
}

std::int64_t first_second(std::chrono::year_month month) {
  return std::chrono::sys_seconds(std::chrono::sys_days(month / 1)).time_since_epoch().count();
}

// The first second of the stretch that holds `second`.
std::int64_t start_of(std::int64_t second, const KlineInterval& interval) {
  if (interval.seconds == 0) return first_second(month_of(second));
  const std::int64_t shift = interval.seconds == 7 * kDay ? kMondaySeconds : 0;
  return second - (second - shift) % interval.seconds;
}

std::int64_t next_start(std::int64_t start, const KlineInterval& interval) {
  if (interval.seconds != 0) return start + interval.seconds;
  return first_second(month_of(start) + std::chrono::months(1));
}

void add(TapeBar& bar, const TapeBar& part) {
  if (bar.count == 0) {
    bar.open = bar.high = bar.low = part.open;
    bar.first_id = part.first_id;
  }
  bar.high = std::max(bar.high, part.high);
  bar.low = std::min(bar.low, part.low);
  bar.close = part.close;
  bar.base += part.base;
  bar.quote += part.quote;
  bar.taker_base += part.taker_base;
  bar.taker_quote += part.taker_quote;
  bar.count += part.count;
  bar.last_id = part.last_id;
}

TapeBar bar_of(const PublicTrade& trade, std::int64_t id, std::int64_t second) {
  TapeBar bar;
  bar.open_time = TimeNs(second * kSecond);
  bar.close_time = TimeNs((second + 1) * kSecond - 1);
  bar.open = bar.high = bar.low = bar.close = trade.price;
  bar.base = trade.quantity.raw();
  bar.quote = static_cast<Wide>(trade.price.raw()) * trade.quantity.raw() / Px::kScale;
  bar.taker_base = trade.buyer_is_maker ? 0 : bar.base;
  bar.taker_quote = trade.buyer_is_maker ? 0 : bar.quote;
  bar.count = 1;
  bar.first_id = bar.last_id = id;
  return bar;
}

bool opens_before(const TapeBar& bar, TimeNs time) {
  return bar.open_time < time;
}

}  // namespace

const KlineInterval* find_interval(std::string_view name) {
  const auto found = std::find_if(kIntervals.begin(), kIntervals.end(),
                                  [name](const KlineInterval& row) { return row.name == name; });
  return found == kIntervals.end() ? nullptr : &*found;
}

void Tape::on_trade(const PublicTrade& trade) {
  OfSymbol& symbol = symbols_[trade.symbol];
  const std::int64_t id = symbol.next_id++;
  const PublicTrade* const last = symbol.trades.empty() ? nullptr : &symbol.trades.back().trade;
  const bool goes_on = last != nullptr && last->call == trade.call && last->taker == trade.taker &&
                       last->price == trade.price && trade.taker.value() != 0;
  if (!goes_on) ++symbol.aggregates;
  symbol.trades.push_back({id, symbol.aggregates, trade});
  if (symbol.trades.size() > kTradesMax) symbol.trades.pop_front();

  const std::int64_t second = trade.time.value() / kSecond;
  const TapeBar bar = bar_of(trade, id, second);
  if (!symbol.seconds.empty() && symbol.seconds.back().open_time == bar.open_time) {
    add(symbol.seconds.back(), bar);
    return;
  }
  symbol.seconds.push_back(bar);
  if (symbol.seconds.size() > kSecondsMax) symbol.seconds.pop_front();
}

const Tape::OfSymbol& Tape::of(SymbolId symbol) const {
  static const OfSymbol kNone;
  const auto known = symbols_.find(symbol);
  return known == symbols_.end() ? kNone : known->second;
}

const std::deque<TapeTrade>& Tape::trades(SymbolId symbol) const {
  return of(symbol).trades;
}

TapeBar Tape::bar(SymbolId symbol, TimeNs from, TimeNs to) const {
  const auto& seconds = of(symbol).seconds;
  TapeBar bar;
  bar.open_time = from;
  bar.close_time = to;
  auto second = std::lower_bound(seconds.begin(), seconds.end(), from, opens_before);
  if (second != seconds.begin()) {
    bar.open = bar.high = bar.low = bar.close = std::prev(second)->close;
  }
  for (; second != seconds.end() && second->open_time <= to; ++second) add(bar, *second);
  return bar;
}

std::vector<TapeBar> Tape::bars(SymbolId symbol, const KlineInterval& interval,
                                std::optional<TimeNs> start, std::optional<TimeNs> end,
                                std::size_t limit, TimeNs now) const {
  std::vector<TapeBar> bars;
  const auto& seconds = of(symbol).seconds;
  if (seconds.empty() || limit == 0) return bars;
  const std::int64_t first = start_of(seconds.front().open_time.value() / kSecond, interval);
  const std::int64_t last = std::min(end.value_or(now), now).value() / kSecond;
  std::int64_t at = first;
  if (start) {
    const std::int64_t wanted = (start->value() + kSecond - 1) / kSecond;
    const std::int64_t stretch = start_of(wanted, interval);
    at = std::max(first, stretch < wanted ? next_start(stretch, interval) : stretch);
  } else if (interval.seconds != 0) {
    const auto many = static_cast<std::int64_t>(limit - 1) * interval.seconds;
    at = std::max(first, start_of(last, interval) - many);
  }
  while (at <= last && (!start || bars.size() < limit)) {
    const std::int64_t next = next_start(at, interval);
    bars.push_back(bar(symbol, TimeNs(at * kSecond), TimeNs(next * kSecond - 1)));
    at = next;
  }
  if (bars.size() > limit) {
    bars.erase(bars.begin(), bars.end() - static_cast<std::ptrdiff_t>(limit));
  }
  return bars;
}

}  // namespace clawgate::sim
