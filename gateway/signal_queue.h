// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/deliveries.h"
#include "gateway/signal_lines.h"
#include "governance/journal/format.h"
#include "schemas/core/result.h"

namespace clawgate::gateway {

/// A signal that never reached the gateway, and why.
struct Undelivered {
  std::string name;
  std::string why;
};

/// What the engines of a session said, in order of time: read from files before it begins, and
/// heard line by line while it runs. One thread.
class SignalQueue {
 public:
  /// `limits` name the engines that are heard; evidence is kept in `directory`. Both outlive it.
  SignalQueue(const Limits& limits, DataDirectory& directory)
      : limits_(limits), directory_(directory) {}

  /// Everything that the files say, never before `begin`.
  [[nodiscard]] std::optional<Error> read(const std::vector<std::string>& files, UnixNanos begin);
  /// From then on hear() reads lines of this open file.
  void listen(int file) { lines_.emplace(file); }
  [[nodiscard]] std::optional<Error> hear(UnixNanos now);

  /// A record of an earlier session.
  void note_heard(const journal::RecordView& record);
  /// What an earlier session refused stands in the journal: the same bytes read again are no second
  /// offence. A signal is told again, and answered as a duplicate.
  void drop_replays();

  /// nullptr: nothing is left.
  [[nodiscard]] const Delivery* next() const;
  /// Passes next(). The reference lasts until the queue changes.
  [[nodiscard]] Delivery& take() { return deliveries_[delivered_++]; }
  [[nodiscard]] std::size_t delivered() const { return delivered_; }
  [[nodiscard]] std::size_t size() const { return deliveries_.size(); }
  /// What is left, without what an earlier session told. `why` answers its time with what follows
  /// it.
  [[nodiscard]] std::vector<Undelivered> undelivered(
      const std::function<std::string(UnixNanos)>& why) const;

 private:
  const Limits& limits_;
  DataDirectory& directory_;
  std::optional<SignalLines> lines_;
  std::vector<Delivery> deliveries_;
  std::set<std::string> heard_before_;  // keys of what an earlier session recorded
  std::size_t delivered_ = 0;
};

}  // namespace clawgate::gateway
