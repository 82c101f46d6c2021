// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "gateway/door.h"
#include "gateway/engine.h"
#include "gateway/journal_sink.h"
#include "gateway/runtime.h"
#include "gateway/trading_word.h"
#include "governance/journal/journal.h"
#include "schemas/order.h"

namespace clawgate::bench {

struct Appended {
  std::size_t records = 0;
  std::size_t bytes = 0;  // of payload
};

/// Counts what is appended, so that a limit appends as much.
class Counting final : public gateway::DurableRecorder {
 public:
  explicit Counting(journal::Journal& journal) : inner_(journal) {}
  Ticket append(std::uint16_t type, std::uint16_t version, UnixNanos time, Bytes payload) override {
    ++appended.records;
    appended.bytes += payload.size();
    return inner_.append(type, version, time, payload);
  }
  Result<Ticket> sync() override { return inner_.sync(); }
  Appended appended;

 private:
  gateway::InlineJournal inner_;
};

[[nodiscard]] Operator an_operator(OperatorChannel channel);
[[nodiscard]] Limits wide_limits();
[[nodiscard]] Instrument a_btcusdt();
[[nodiscard]] MarketTop a_top(UnixNanos now);
[[nodiscard]] BalanceReported a_balance(UnixNanos now);
/// To buy BTCUSDT; `id` is also what it is traced by.
[[nodiscard]] SignalIntent a_signal(const std::string& id, UnixNanos as_of);
/// An entry with its stop, as the gateway sends it.
[[nodiscard]] Legs an_entry();

/// The real core with one symbol, wide limits and one operator, over any store and any venue. The
/// journal is on the caller's thread.
class Desk final : private gateway::Edges {
 public:
  Desk(journal::Store& store, venues::Venue& venue, UnixNanos begin, std::size_t segment_bytes);

  /// Applies and settles, a microsecond later than the last time.
  template <class Input>
  void apply(const Input& input) {
    now += 1'000;
    runtime->apply(input, UnixNanos(now));
    runtime->settle(UnixNanos(now));
  }
  void market() { apply(a_top(UnixNanos(now))); }
  /// A signal that is held now, and the command that approves it.
  [[nodiscard]] OperatorCommand held();
  /// The approval of what was asked last.
  [[nodiscard]] OperatorCommand approval();
  /// The entry was not filled and its stop went with it: the trade is over.
  void end(HoldId hold);

  std::unique_ptr<journal::Journal> journal;
  gateway::State state;
  std::unique_ptr<Counting> recorder;
  std::unique_ptr<gateway::Engine> engine;
  gateway::TradingWord word;
  gateway::Door door;
  std::unique_ptr<gateway::Runtime> runtime;
  std::int64_t now;
  std::uint64_t made = 0;
  HoldId asked;

 private:
  void on(const gateway::AskApproval& what) override { asked = what.hold; }
  void on(const gateway::HoldEnded&) override {}
  void on(const gateway::AnswerSignal&) override {}
  void on(const gateway::AnswerCommand&) override {}
};

}  // namespace clawgate::bench
