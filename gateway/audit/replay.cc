// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/replay.h"

#include <algorithm>
#include <memory>

#include "gateway/audit/engine_version.h"
#include "gateway/audit/soundness.h"
#include "gateway/engine.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

using gateway::Engine;
using gateway::State;

/// Takes what the engine records and compares it with the next records of the journal. Whatever
/// comes behind a difference or a cut is swallowed.
class Comparison final : public gateway::Recorder {
 public:
  enum class Outcome : std::uint8_t { Same, Cut, Differs };

  explicit Comparison(Records& records) : records_(records) {}

  /// Before an input is executed: the journal stands on it.
  void begin() {
    compared_ = 0;
    outcome_ = Outcome::Same;
  }

  Ticket append(std::uint16_t type, std::uint16_t type_version, UnixNanos time,
                Bytes payload) override {
    if (outcome_ == Outcome::Same) compare(type, type_version, time, payload);
    return Ticket(++taken_);
  }

  [[nodiscard]] Outcome outcome() const { return outcome_; }
  /// Records of the journal that are as they should be, the input itself among them.
  [[nodiscard]] std::uint64_t compared() const { return compared_; }
  [[nodiscard]] Seq last() const { return last_; }
  [[nodiscard]] const Finding& finding() const { return finding_; }

 private:
  void compare(std::uint16_t type, std::uint16_t type_version, UnixNanos time, Bytes payload) {
    if (compared_ != 0 && (!records_.next() || records_.record().type == SessionOpened::kType)) {
      return at_end_of_session(type, payload);
    }
    const journal::RecordView& there = records_.record();
    const bool same = there.type == type && there.type_version == type_version &&
                      there.time == time && there.payload.size() == payload.size() &&
                      std::equal(payload.begin(), payload.end(), there.payload.begin());
    if (!same) return differs(type, type_version, time, payload);
    ++compared_;
    last_ = there.seq;
  }

  void at_end_of_session(std::uint16_t type, Bytes payload) {
    outcome_ = Outcome::Cut;
    if (!records_.more()) return;
    const auto session = decode<SessionOpened>(records_.record().payload);
    if (!session || !session->clean_start) return;
    outcome_ = Outcome::Differs;
    finding_ = {.reason = Reason::JournalReplayDiffers,
                .seq = records_.record().seq,
                .record = "SessionOpened",
                .rule = "I7",
                .expected = record_json(type, payload),
                .seen = "a session that says the one before closed in order"};
  }

  void differs(std::uint16_t type, std::uint16_t type_version, UnixNanos time, Bytes payload) {
    outcome_ = Outcome::Differs;
    const journal::RecordView& there = records_.record();
    finding_ = {.reason = Reason::JournalReplayDiffers,
                .seq = there.seq,
                .record = std::string(record_name(there.type)),
                .rule = "I7",
                .expected = record_json(type, payload),
                .seen = record_json(there.type, there.payload)};
    if (there.time != time) {
      finding_.expected += " at " + time_text(time.value());
      finding_.seen += " at " + time_text(there.time.value());
    }
    if (there.type_version != type_version) {
      finding_.expected += " version " + std::to_string(type_version);
      finding_.seen += " version " + std::to_string(there.type_version);
    }
  }

  Records& records_;
  std::uint64_t taken_ = 0;
  std::uint64_t compared_ = 0;
  Seq last_;
  Outcome outcome_ = Outcome::Same;
  Finding finding_;
};

class Replay {
 public:
  Replay(journal::Store& store, const ReplayOptions& options)
      : store_(store), options_(options), records_(store, options.progress) {
    begin_with(std::make_unique<State>(options.keys));
  }

  ReplayReport run() {
    records_.next();
    while (records_.more() && report_.ok()) {
      if (!judge_session()) break;
      if (records_.engine_version() != options_.engine_version) {
        fold_one();
      } else if (is_input(records_.record().type)) {
        execute_one();
      } else {
        at_unexplained();
      }
    }
    records_.drain();
    if (report_.ok()) report_.finding = records_.damage();
    report_.extent = records_.extent();
    if (report_.ok()) report_.state = state_->hash();
    return report_;
  }

 private:
  void begin_with(std::unique_ptr<State> state) {
    state_ = std::move(state);
    engine_ = std::make_unique<Engine>(*state_, comparison_);
  }

  /// Whoever renames a segment would have its records taken as they stand.
  bool judge_session() {
    const journal::RecordView& record = records_.record();
    if (record.type != SessionOpened::kType) return true;
    const auto session = decode<SessionOpened>(record.payload);
    const std::string_view segment = records_.engine_version();
    if (!session || is_of_its_segment(session->engine_version.view(), segment)) return true;
    report_.finding = {
        .reason = Reason::JournalReplayDiffers,
        .seq = record.seq,
        .record = "SessionOpened",
        .rule = "I7",
        .expected = "a session of the engine of its segment, " + std::string(segment),
        .seen = std::string(session->engine_version.view())};
    return false;
  }

  void execute_one() {
    const journal::RecordView input = records_.record();  // its payload goes with the first next()
    std::string wrong = input_objection(input.type, input.payload);
    if (wrong.empty()) wrong = fold_objection(*state_, input.type, input.payload);
    if (!wrong.empty()) return unreadable(wrong);
    comparison_.begin();
    const bool applied = engine_->apply(input.type, input.payload, input.time);
    engine_->effects().clear();
    if (!applied) return unreadable("an input that the engine does not know");
    if (comparison_.compared() != 0) {
      ++report_.inputs;
      report_.facts += comparison_.compared() - 1;
    }
    switch (comparison_.outcome()) {
      case Comparison::Outcome::Same:
        if (comparison_.compared() == 0) return at_unexplained();
        records_.next();
        return;
      case Comparison::Outcome::Cut:
        ++report_.cuts;
        return begin_with(folded_up_to(comparison_.last()));
      case Comparison::Outcome::Differs:
        report_.finding = comparison_.finding();
        return;
    }
  }

  void fold_one() {
    const journal::RecordView& record = records_.record();
    const std::string wrong = fold_objection(*state_, record.type, record.payload);
    if (!wrong.empty() || !state_->fold(record.type, record.payload, record.time)) {
      return unreadable(wrong);
    }
    ++report_.folded;
    records_.next();
  }

  /// What recovery had after a crash. Every record was folded or compared before: none objects.
  std::unique_ptr<State> folded_up_to(Seq last) {
    auto state = std::make_unique<State>(options_.keys);
    Records again(store_);
    while (again.next() && again.record().seq <= last) {
      const journal::RecordView& record = again.record();
      if (!state->fold(record.type, record.payload, record.time)) break;
    }
    return state;
  }

  void at_unexplained() {
    const journal::RecordView& record = records_.record();
    report_.finding = {.reason = Reason::JournalReplayDiffers,
                       .seq = record.seq,
                       .record = std::string(record_name(record.type)),
                       .rule = "I7",
                       .expected = "no record: the engine makes none here",
                       .seen = record_json(record.type, record.payload)};
  }

  void unreadable(const std::string& wrong) {
    const journal::RecordView& record = records_.record();
    report_.finding = {.reason = Reason::JournalRecord,
                       .seq = record.seq,
                       .record = std::string(record_name(record.type)),
                       .rule = {},
                       .expected = "a record that this version can apply",
                       .seen = wrong};
  }

  journal::Store& store_;
  const ReplayOptions& options_;
  Records records_;
  Comparison comparison_{records_};
  std::unique_ptr<State> state_;
  std::unique_ptr<Engine> engine_;
  ReplayReport report_;
};

}  // namespace

ReplayReport replay(journal::Store& store, const ReplayOptions& options) {
  return Replay(store, options).run();
}

}  // namespace clawgate::audit
