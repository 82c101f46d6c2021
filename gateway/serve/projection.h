// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "gateway/state.h"
#include "governance/journal/format.h"
#include "schemas/core/result.h"

namespace clawgate::gateway {

/// Why and since when something blocks.
struct BlockRow {
  Seq seq;
  UnixNanos since;
  BlockChanged fact;
};

/// How the last comparison with the venue ended.
struct Reconciliation {
  Seq seq;
  UnixNanos time;
  Text<96> evidence;
};

/// One record that a person or the core decided by, with when.
template <class Fact>
struct Dated {
  Seq seq;
  UnixNanos time;
  Fact fact;
};

/// One fact as the event stream tells it: a JSON object on one line.
struct StreamEvent {
  Seq seq;
  std::shared_ptr<const std::string> text;
};

/// What the HTTP surface shows: the same fold that the core keeps, made from the journal alone and
/// only from what is durable, with what a reader wants beside it. The API's thread only.
class Projection {
 public:
  static constexpr std::size_t kEventsKept = 4096;
  static constexpr std::size_t kRowsKept = 512;

  /// Takes its memory at once: pages that come in one by one cost every thread of the process.
  Projection() { state_.prefault(); }

  void add(const journal::RecordView& record, const journal::Chain& chain);

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const journal::Chain& head() const { return head_; }
  /// In force, by block.
  [[nodiscard]] const std::map<Block, BlockRow>& blocks() const { return blocks_; }
  /// The newest that ended; nothing before the first one.
  [[nodiscard]] const std::optional<Reconciliation>& reconciliation() const {
    return reconciliation_;
  }
  /// The newest moves of holds and commands, oldest first.
  [[nodiscard]] const std::deque<Dated<HoldMoved>>& hold_moves() const { return hold_moves_; }
  [[nodiscard]] const std::deque<Dated<CommandDecided>>& commands() const { return commands_; }
  /// What was decided on a signal; nullptr when it is unknown or no longer kept.
  [[nodiscard]] const SignalDecided* signal(HoldId hold) const;
  [[nodiscard]] const std::deque<Dated<SignalDecided>>& signals() const { return signals_; }
  /// Why the newest check after an approval of it did not pass; empty: none did not, or it is no
  /// longer kept.
  [[nodiscard]] ReasonSet recheck_of(HoldId hold) const;
  /// The first fact behind `after`; nullptr when there is none yet, an Error when it is no longer
  /// kept.
  [[nodiscard]] Result<const StreamEvent*> event_after(Seq after) const;
  /// How often each refusal was recorded.
  [[nodiscard]] const std::map<Reason, std::uint64_t>& refusals() const { return refusals_; }
  /// Called with each fact as it is added.
  std::function<void(const StreamEvent&)> on_event;
  /// Called with each record of the core, before it is folded.
  std::function<void(const journal::RecordView&)> on_record;

 private:
  void note(const journal::RecordView& record);

  State state_;
  journal::Chain head_;
  std::map<Block, BlockRow> blocks_;
  std::optional<Reconciliation> reconciliation_;
  std::deque<Dated<HoldMoved>> hold_moves_;
  std::deque<Dated<CommandDecided>> commands_;
  std::deque<Dated<SignalDecided>> signals_;
  std::deque<RiskVerdict> rechecks_;  // those that did not pass
  std::deque<StreamEvent> events_;
  Seq forgotten_;  // the newest fact that is no longer among them
  std::map<Reason, std::uint64_t> refusals_;
};

}  // namespace clawgate::gateway
