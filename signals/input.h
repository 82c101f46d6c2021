// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "signals/origin.h"
#include "signals/signals.h"

// What every engine's reader is given, and the few steps that all readings share.

namespace clawgate::signals {

struct Input {
  const Source& source;
  const Options& options;
  std::string_view bytes;  // of this document or line
  Digest payload;          // of `bytes`
  std::size_t line = 0;    // in a file of lines, from 1; else 0

  [[nodiscard]] Origin origin() const { return origin_of(source.name); }
};

/// `file:line#/json/pointer`, or `file:line` for a line of a text.
[[nodiscard]] std::string place(const Input& input, std::string_view pointer,
                                std::size_t text_line = 0);

[[nodiscard]] Reading reading_of(const Input& input, std::string_view engine,
                                 std::string_view format);
/// `reading` turned down; `seen` is made printable and cut, and may view into `reading`.
[[nodiscard]] Reading turned_down(Reading&& reading, Disposition disposition, Reason reason,
                                  std::string where, std::string_view seen);

/// An opinion on its way to a signal: what a reader found, before the shared rules.
struct Opinion {
  bool enabled = true;           // as a source
  bool unlisted_passes = false;  // an unknown symbol is noted here and denied at admission
  std::string where;             // of the opinion, for the refusals below
  std::string symbol;            // the engine's spelling; empty: not known
  std::optional<Date> trade_date;
  Strength strength = Strength::None;
  SignalSide side = SignalSide::Hold;
  Rate confidence;
  bool human_review = false;
  std::string_view decision;  // the exact bytes that intent_id is made of
  std::string thesis;
  std::string time_horizon;
  std::optional<Px> stated_price;
  std::optional<Px> entry;        // the engine's own; only judged, never an order's price
  std::optional<Px> stop_loss;    // considered for a buy only
  std::optional<Px> take_profit;  // considered for a buy only
};

/// The shared rules, in order: the source enabled, a symbol that is known, trade_date near today,
/// prices that can be true. Then the SignalIntent.
[[nodiscard]] Reading settled(Reading reading, const Opinion& opinion, const Input& input);

/// What disagrees, when `level` cannot be a price of the symbol: too far from the live price, or,
/// while none is known, below the row's floor.
[[nodiscard]] std::optional<std::string> insane_price(std::string_view spelling,
                                                      std::optional<Px> level,
                                                      const AllowedSymbol& row,
                                                      const Options& options);

[[nodiscard]] std::string_view to_word(SignalSide side);  // buy, sell, hold

}  // namespace clawgate::signals
