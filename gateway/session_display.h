// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "schemas/core/decimal.h"
#include "schemas/ids.h"

namespace clawgate::gateway {

/// What a person at the terminal sees while a session runs, on standard error. One thread.
class SessionDisplay {
 public:
  struct Seen {
    UnixNanos now;
    Px mid;
    std::size_t delivered = 0;
    std::size_t signals = 0;
  };

  /// `progress`: a line that goes on. What must be known is said without it too.
  SessionDisplay(bool progress, Symbol symbol) : progress_(progress), symbol_(symbol) {}

  /// How much of a market that has an end is behind, 0..1.
  void show(Rate behind, const Seen& seen);
  /// A live market has no end to be near to.
  void show_live(const Seen& seen);
  /// After the last of either.
  void end() const;

  /// The market spoke, at that wall time.
  void heard(std::int64_t wall_ms) { heard_ms_ = wall_ms; }
  void is_back();
  /// A live one has not spoken since; `trouble`, in words, is what is in its way. Said once.
  void waits(std::int64_t wall_ms, const std::string& trouble);

 private:
  bool progress_;
  Symbol symbol_;
  int shown_ = -1;
  std::int64_t heard_ms_ = 0;
  bool silent_ = false;
};

}  // namespace clawgate::gateway
