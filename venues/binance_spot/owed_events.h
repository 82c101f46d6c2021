// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "schemas/venue.h"

namespace clawgate::venues::binance_spot {

/// What the user data stream has to tell, because an answer told it: of each execution and of each
/// order an event of its own, before the answer or after it. Another event is no word on them.
class OwedEvents {
 public:
  /// The stream told it.
  void told(const ExecutionReport& report);
  /// An answer told it.
  void owe(const ExecutionReport& report, UnixNanos now);
  /// Something that any event is a sign of life for.
  void owe_any(UnixNanos now);
  /// An event came, of whatever.
  void heard() { any_since_.reset(); }
  /// Another subscription: it owes what happens from now on.
  void clear();
  /// The oldest debt.
  [[nodiscard]] std::optional<UnixNanos> since() const;

 private:
  static constexpr std::size_t kToldMax = 1'024;  // events overtake answers by seconds

  [[nodiscard]] bool is_told(const std::string& what) const { return told_.contains(what); }
  void note_told(std::string what);

  std::set<std::string, std::less<>> told_;
  std::deque<std::string> newest_told_;
  std::map<std::string, UnixNanos, std::less<>> owed_;
  std::optional<UnixNanos> any_since_;
};

}  // namespace clawgate::venues::binance_spot
