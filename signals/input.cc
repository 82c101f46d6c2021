// SPDX-License-Identifier: Apache-2.0
#include "signals/input.h"

#include <array>
#include <utility>

#include "schemas/strict_json.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::size_t kThesisMax = 8192;  // bytes
constexpr std::string_view kNoHorizon = "unstated";

// |a - b| > base * share
bool apart(Px a, Px b, Px base, Rate share) {
  const auto gap = a > b ? subtract(a, b) : subtract(b, a);
  const auto room = scaled(base, share, Round::Down);
  return !gap || !room || *gap > *room;
}

// One line each, so that any SHA-256 tool can make the same id.
std::string intent_id(const Opinion& opinion, std::string_view engine, std::string_view symbol) {
  const std::string date = opinion.trade_date ? to_text(*opinion.trade_date) : "";
  const std::string text = std::string(engine) + '\n' + std::string(symbol) + '\n' + date + '\n' +
                           to_hex(sha256(bytes_of(opinion.decision))) + '\n';
  return to_hex(sha256(bytes_of(text)));
}

std::string as_shown(std::optional<Px> price) {
  return price ? to_text(*price) : "none";
}

std::optional<std::string> insane(const Opinion& opinion, const AllowedSymbol& row,
                                  const Options& options) {
  const auto stated = insane_price(opinion.symbol, opinion.stated_price, row, options);
  return stated ? stated : insane_price(opinion.symbol, opinion.entry, row, options);
}

// Stop and target, taken over only for a buy and only where they can be true.
void take_levels(const Opinion& opinion, const Options& options, SignalIntent& signal,
                 std::vector<std::string>& notes) {
  const bool none = !opinion.stop_loss && !opinion.take_profit && !opinion.entry;
  if (none) return;
  const ReferencePrice* live = find_price(options.reference_prices, signal.symbol);
  std::optional<Px> base = live != nullptr ? std::optional(live->price) : opinion.entry;
  if (!base) base = opinion.stated_price;
  if (opinion.side == SignalSide::Buy && base) {
    const std::optional<Px> stop = opinion.stop_loss;
    const bool below =
        stop && stop->raw() > 0 && *stop < *base && (!opinion.entry || *stop < *opinion.entry);
    if (below && !apart(*stop, *base, *base, options.stop_distance_max)) signal.stop_loss = stop;
    if (opinion.take_profit && *opinion.take_profit > *base) {
      signal.take_profit = opinion.take_profit;
    }
  }
  const bool unused =
      (opinion.stop_loss && !signal.stop_loss) || (opinion.take_profit && !signal.take_profit);
  if (unused) {
    notes.push_back("engine levels kept as text: entry " + as_shown(opinion.entry) + ", stop " +
                    as_shown(opinion.stop_loss) + ", target " + as_shown(opinion.take_profit));
  }
}

}  // namespace

std::string place(const Input& input, std::string_view pointer, std::size_t text_line) {
  std::string out(input.source.name.empty() ? "input" : input.source.name);
  if (input.line > 0) out += ':' + std::to_string(input.line);
  if (!pointer.empty()) out += '#' + std::string(pointer);
  if (text_line > 0) out += ':' + std::to_string(text_line);
  return out;
}

Reading reading_of(const Input& input, std::string_view engine, std::string_view format) {
  Reading reading;
  reading.engine = std::string(engine);
  reading.format = std::string(format);
  reading.payload = input.payload;
  reading.where = place(input, "");
  return reading;
}

Reading turned_down(Reading&& reading, Disposition disposition, Reason reason, std::string where,
                    std::string_view seen) {
  reading.disposition = disposition;
  reading.reason = reason;
  reading.where = std::move(where);
  reading.seen = printable(trimmed(seen), 64);
  reading.signal.reset();
  return std::move(reading);
}

std::optional<std::string> insane_price(std::string_view spelling, std::optional<Px> level,
                                        const AllowedSymbol& row, const Options& options) {
  if (!level) return std::nullopt;
  const ReferencePrice* live = find_price(options.reference_prices, row.symbol);
  const std::string seen = std::string(spelling) + " at " + to_text(*level);
  if (live == nullptr) {
    if (*level >= row.plausible_min) return std::nullopt;
    return seen + ", never below " + to_text(row.plausible_min);
  }
  if (!apart(*level, live->price, live->price, options.price_tolerance)) return std::nullopt;
  return seen + ", live " + to_text(live->price);
}

std::string_view to_word(SignalSide side) {
  constexpr std::array<std::string_view, 3> kWords = {"buy", "sell", "hold"};
  return kWords[static_cast<std::size_t>(side)];
}

Reading settled(Reading reading, const Opinion& opinion, const Input& input) {
  const Options& options = input.options;
  reading.symbol = cleaned(opinion.symbol, 64);
  reading.trade_date = opinion.trade_date ? to_text(*opinion.trade_date) : "";
  reading.direction = std::string(to_word(opinion.side));
  reading.thesis = cleaned(opinion.thesis, kThesisMax);
  const auto down = [&](Disposition disposition, Reason reason, std::string_view seen) {
    return turned_down(std::move(reading), disposition, reason, opinion.where, seen);
  };

  if (!opinion.enabled) return down(Disposition::Reject, Reason::SourceDisabled, reading.engine);
  const AllowedSymbol* row = find_symbol(options.symbols, opinion.symbol);
  const AllowedSymbol* coin = find_coin(options.symbols, opinion.symbol);
  if (opinion.symbol.empty()) {
    return down(Disposition::Quarantine, Reason::SymbolUnknown, "no symbol");
  }
  if (!is_ticker(opinion.symbol)) {
    return down(Disposition::Quarantine, Reason::SymbolUnknown, opinion.symbol);
  }
  if (row == nullptr && coin != nullptr) {
    const auto wrong = insane(opinion, *coin, options);
    if (wrong) return down(Disposition::Quarantine, Reason::PriceSanity, *wrong);
    return down(Disposition::Quarantine, Reason::SymbolUnknown,
                opinion.symbol + ": a bare coin name may mean a fund");
  }
  if (row == nullptr && !opinion.unlisted_passes) {
    return down(Disposition::Reject, Reason::SymbolUnknown, opinion.symbol);
  }
  if (options.today && opinion.trade_date &&
      days_apart(*options.today, *opinion.trade_date) > options.trade_date_days_max) {
    return down(Disposition::Reject, Reason::TradeDateTooFar, reading.trade_date);
  }
  if (row != nullptr) {
    const auto wrong = insane(opinion, *row, options);
    if (wrong) return down(Disposition::Quarantine, Reason::PriceSanity, *wrong);
  }
  reading.asset_class = row != nullptr ? "crypto_spot" : "unlisted";
  if (row == nullptr)
    reading.notes.push_back("symbol is in no allow-list row: admission denies it");
  if (!opinion.trade_date) reading.notes.push_back("no trade date");
  SignalIntent signal;
  signal.source_engine = EngineName(reading.engine);
  signal.symbol = row != nullptr ? row->symbol : Symbol(opinion.symbol);
  const std::string id = intent_id(opinion, reading.engine, signal.symbol.view());
  signal.intent_id = IntentId(id);
  signal.trace_id = TraceId(input.source.trace_id.empty() ? "tr-" + id.substr(0, 32)
                                                          : std::string(input.source.trace_id));
  signal.side = opinion.side;
  signal.confidence = opinion.confidence;
  signal.confidence_derived = true;
  signal.strength = opinion.strength;
  signal.reduce_only = opinion.side == SignalSide::Sell;
  signal.human_review = opinion.human_review;
  signal.as_of = input.source.received_at.value_or(
      opinion.trade_date ? start_of(*opinion.trade_date) : UnixNanos{0});
  const std::string horizon = cleaned(trimmed(opinion.time_horizon), signal.time_horizon.kMax);
  signal.time_horizon = Text<64>(horizon.empty() ? kNoHorizon : std::string_view(horizon));
  signal.payload = input.payload;
  signal.thesis = sha256(bytes_of(reading.thesis));
  signal.stated_price = opinion.stated_price;
  take_levels(opinion, options, signal, reading.notes);
  reading.disposition = Disposition::Signal;
  reading.reason = Reason::None;
  reading.where = opinion.where;
  reading.signal = signal;
  return reading;
}

}  // namespace clawgate::signals
