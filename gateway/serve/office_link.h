// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "gateway/office/office_desk.h"
#include "gateway/serve/governance_watch.h"
#include "gateway/serve/lanes.h"
#include "gateway/state.h"
#include "governance/journal/format.h"

namespace clawgate::gateway {

/// Binds a running gateway to the office of its data directory: what its core found goes there,
/// and what was decided there, by whichever process, comes to the core. One thread, the API's.
///
///   journal ─see─▶ findings ─bring─▶ office ─tell─▶ core   decisions; the stage withdrawn;
///                                                          limits down to the ramp level's
class OfficeLink {
 public:
  using Input = decltype(ControlInput::what);

  OfficeLink(OfficeDesk desk, Lanes& lanes)
      : desk_(std::move(desk)), lanes_(lanes), watch_(desk_.place().directory()) {}

  [[nodiscard]] const OfficeDesk& desk() const { return desk_; }
  [[nodiscard]] std::optional<Error> refuse(Stage stage) const { return watch_.refuse(stage); }
  [[nodiscard]] std::vector<CauseReported> causes(Stage stage, UnixNanos now) const {
    return watch_.causes(stage, now);
  }

  /// One durable record of the journal.
  void see(const journal::RecordView& record);
  /// What came of writing there. One at a time.
  struct Brought {
    std::size_t findings = 0;      // so many of the oldest
    std::optional<Error> error;    // of them
    std::optional<Error> passing;  // of what was due
  };
  /// What there is to write: what was seen, and every five seconds what is due by itself. For any
  /// thread, since it waits for the disk; brought() takes what came of it. Empty: nothing, or there
  /// is one under way.
  [[nodiscard]] std::function<Brought()> errand(UnixNanos now);
  /// Where it failed it is tried again the next time; the first failure in a row is an audit
  /// failure to the core.
  void brought(const Brought& what);
  /// There was no room for the errand: it is made again with the next tick.
  void not_brought() {
    under_way_ = false;
    passed_ = {};
  }
  /// Puts what was seen into the office, on this thread.
  void bring(UnixNanos now);
  /// What the core is not told yet. An Error (the ledger is not what was written) comes once.
  [[nodiscard]] Result<std::vector<Input>> news(const State& state);
  /// The same into the control lane; a ledger that is not what was written is an audit failure.
  void tell(const State& state);

 private:
  void report(const std::optional<Error>& error);
  void follow(const State& state, std::vector<Input>& inputs);

  OfficeDesk desk_;
  Lanes& lanes_;
  GovernanceWatch watch_;
  std::vector<governance::CoreFinding> findings_;   // not in the office yet
  std::optional<governance::StageMoved> standing_;  // as last read
  bool withdrawn_told_ = false;
  bool withdrawn_seen_ = false;           // in force, as the journal says
  std::optional<LimitsVersion> lowered_;  // the document last put forward
  bool failing_ = false;
  bool under_way_ = false;     // an errand
  UnixNanos passed_;           // when the office was last asked what is due
  std::deque<Input> waiting_;  // for room in the lane
};

/// The document that keeps within what the ladder's level allows, as the next version; nullopt when
/// this one does.
[[nodiscard]] std::optional<Limits> lowered_to(const governance::StageMoved& standing,
                                               const Limits& document);

}  // namespace clawgate::gateway
