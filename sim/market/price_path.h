// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/market/source.h"

namespace clawgate::sim {

inline constexpr std::int64_t kStepMs = 100;  // as Binance's depth@100ms

/// `value` moved by `move_bps` times part / whole, rounded toward `value`.
[[nodiscard]] constexpr std::int64_t moved(std::int64_t value, std::int64_t move_bps,
                                           std::int64_t part = 1, std::int64_t whole = 1) {
  const Wide move = static_cast<Wide>(value) * move_bps * part / whole / 10'000;
  return value + static_cast<std::int64_t>(move);
}

/// Up or down, as the phase's kind says.
[[nodiscard]] constexpr std::int64_t signed_bps(const MarketPhase& phase) {
  return phase.kind == PhaseKind::Fall ? -phase.move_bps : phase.move_bps;
}

/// The price that the phases draw, without noise: one value every 100 ms.
class PricePath {
 public:
  /// `phases` are valid: see make_synthetic().
  PricePath(std::int64_t start_ticks, std::vector<MarketPhase> phases)
      : phases_(std::move(phases)), base_(start_ticks), ticks_(start_ticks) {
    pass_gaps();
  }

  [[nodiscard]] bool ended() const { return at_ == phases_.size(); }
  [[nodiscard]] std::int64_t ticks() const { return ticks_; }
  /// Of the step that the last advance() made.
  [[nodiscard]] PhaseKind kind() const { return kind_; }

  /// One step of 100 ms. Not after the end.
  void advance() {
    const MarketPhase& phase = phases_[at_];
    kind_ = phase.kind;
    elapsed_ms_ += kStepMs;
    ticks_ = moved(base_, signed_bps(phase), elapsed_ms_, phase.duration_ms);
    if (elapsed_ms_ < phase.duration_ms) return;
    base_ = ticks_;
    elapsed_ms_ = 0;
    ++at_;
    pass_gaps();
  }

 private:
  // A gap shows in the step after it.
  void pass_gaps() {
    for (; !ended() && phases_[at_].kind == PhaseKind::Gap; ++at_) {
      base_ = moved(base_, phases_[at_].move_bps);
    }
  }

  std::vector<MarketPhase> phases_;
  std::size_t at_ = 0;
  std::int64_t elapsed_ms_ = 0;  // of the phase
  std::int64_t base_;            // at the start of the phase
  std::int64_t ticks_;
  PhaseKind kind_ = PhaseKind::Calm;
};

}  // namespace clawgate::sim
