// SPDX-License-Identifier: Apache-2.0
#include "risk/limits_change.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace clawgate::risk {
namespace {

constexpr std::int64_t kOne = Rate::kScale;
constexpr std::int64_t kDayNs = 24 * 3600 * kNanosPerSecond;
constexpr std::int64_t kNotionalMax = Notional::of(1'000'000'000).raw();

enum class Allows : std::uint8_t { MoreWhenHigher, MoreWhenLower };

/// One number of the document: its range, and in which direction it allows more.
struct NumberRow {
  std::string_view name;
  std::int64_t (*value)(const Limits&);
  std::int64_t least;
  std::int64_t most;
  Allows allows;
  bool is_decimal = false;  // counts of 1e-8
};

// clang-format off
constexpr auto kNumbers = std::to_array<NumberRow>({
    {"level", [](const Limits& l) { return static_cast<std::int64_t>(l.level); },
     0, 1, Allows::MoreWhenHigher},
    {"risk_per_trade", [](const Limits& l) { return l.risk_per_trade.raw(); },
     1, kOne, Allows::MoreWhenHigher, true},
    {"order_notional_max", [](const Limits& l) { return l.order_notional_max.raw(); },
     1, kNotionalMax, Allows::MoreWhenHigher, true},
    {"day_notional_max", [](const Limits& l) { return l.day_notional_max.raw(); },
     1, kNotionalMax, Allows::MoreWhenHigher, true},
    {"day_orders_max", [](const Limits& l) { return std::int64_t{l.day_orders_max}; },
     1, 65'535, Allows::MoreWhenHigher},
    {"open_trades_max", [](const Limits& l) { return std::int64_t{l.open_trades_max}; },
     1, 64, Allows::MoreWhenHigher},
    {"slippage", [](const Limits& l) { return l.slippage.raw(); },
     0, kOne / 10, Allows::MoreWhenLower, true},
    {"orders_per_minute", [](const Limits& l) { return std::int64_t{l.orders_per_minute}; },
     1, 4'000'000'000, Allows::MoreWhenHigher},
    {"orders_burst", [](const Limits& l) { return std::int64_t{l.orders_burst}; },
     1, 1'000'000, Allows::MoreWhenHigher},
    {"cooldown_ns", [](const Limits& l) { return l.cooldown_ns; },
     0, 30 * kDayNs, Allows::MoreWhenLower},
    {"day_loss_max", [](const Limits& l) { return l.day_loss_max.raw(); },
     1, kOne / 10, Allows::MoreWhenHigher, true},
    {"drawdown_max", [](const Limits& l) { return l.drawdown_max.raw(); },
     bps(800).raw(), bps(1'200).raw(), Allows::MoreWhenHigher, true},
    {"engine_silence_max_ns", [](const Limits& l) { return l.engine_silence_max_ns; },
     kNanosPerSecond, 60 * kNanosPerSecond, Allows::MoreWhenHigher},
    {"single_engine", [](const Limits& l) { return std::int64_t{l.single_engine}; },
     0, 1, Allows::MoreWhenHigher},
});
// clang-format on

const SymbolPolicy* find(const Limits& limits, const Symbol& symbol) {
  const auto* const at =
      std::find_if(limits.symbols.begin(), limits.symbols.end(),
                   [&](const SymbolPolicy& row) { return row.symbol == symbol; });
  return at == limits.symbols.end() ? nullptr : at;
}

bool is_share(Rate rate) {
  return rate.raw() >= 0 && rate.raw() <= kOne;
}

template <class Rows, class Same>
bool has_pair(const Rows& rows, Same same) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same(rows[i], rows[j])) return true;
    }
  }
  return false;
}

// A wider band pays a worse price. A stop that is derived elsewhere is another strategy: neither
// direction is only safer, because a nearer one buys more.
bool allows_more(const SymbolPolicy& from, const SymbolPolicy& to) {
  return to.band > from.band || to.stop != from.stop || to.asset_class != from.asset_class;
}

template <class Row, std::size_t N>
bool same_list(const List<Row, N>& a, const List<Row, N>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

std::optional<FieldRange> range_of(std::string_view field) {
  const auto* const row = std::find_if(kNumbers.begin(), kNumbers.end(),
                                       [&](const NumberRow& at) { return at.name == field; });
  if (row == kNumbers.end()) return std::nullopt;
  return FieldRange{row->least, row->most, row->is_decimal};
}

std::string_view out_of_range(const Limits& limits) {
  for (const NumberRow& row : kNumbers) {
    const std::int64_t value = row.value(limits);
    if (value < row.least || value > row.most) return row.name;
  }
  if (limits.version.value() == 0) return "version";
  if (limits.order_notional_max > limits.day_notional_max) return "order_notional_max";
  for (const SymbolPolicy& row : limits.symbols) {
    if (row.symbol.empty() || !is_share(row.band) || !is_share(row.stop)) return "symbols";
  }
  const auto same_symbol = [](const SymbolPolicy& a, const SymbolPolicy& b) {
    return a.symbol == b.symbol;
  };
  if (has_pair(limits.symbols, same_symbol)) return "symbols";
  for (const EngineName& name : limits.engines) {
    if (name.empty()) return "engines";
  }
  if (has_pair(limits.engines, [](const EngineName& a, const EngineName& b) { return a == b; })) {
    return "engines";
  }
  if (limits.weights.size() > limits.engines.size()) return "weights";
  const bool shares = std::all_of(limits.weights.begin(), limits.weights.end(), is_share);
  return shares ? std::string_view() : "weights";
}

std::string_view loosened(const Limits& from, const Limits& to) {
  for (const NumberRow& row : kNumbers) {
    const std::int64_t before = row.value(from);
    const std::int64_t after = row.value(to);
    const bool more = row.allows == Allows::MoreWhenHigher ? after > before : after < before;
    if (more) return row.name;
  }
  for (const SymbolPolicy& row : to.symbols) {
    const SymbolPolicy* const before = find(from, row.symbol);
    if (before == nullptr || allows_more(*before, row)) return "symbols";
  }
  if (!same_list(from.engines, to.engines)) return "engines";
  if (!same_list(from.weights, to.weights)) return "weights";
  return {};
}

}  // namespace clawgate::risk
