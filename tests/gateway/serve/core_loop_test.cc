// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/core_loop.h"

#include <condition_variable>
#include <map>
#include <mutex>

#include "gateway/journal_sink.h"
#include "governance/journal/reader.h"
#include "tests/gateway/engine_fixture.h"
#include "tests/support/memory_store.h"

namespace clawgate::gateway {
namespace {

/// A clock that a test moves; the monotonic side and the wall apart.
class HandClock final : public Clock {
 public:
  [[nodiscard]] UnixNanos wall() const override { return UnixNanos(wall_.load()); }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return monotonic_.load(); }
  void pass(std::int64_t nanos) {
    monotonic_ += nanos;
    wall_ += nanos;
  }
  void step(std::int64_t nanos) { wall_ += nanos; }

 private:
  std::atomic<std::int64_t> wall_{kStart};
  std::atomic<std::int64_t> monotonic_{1'000};
};

/// Writes down what the core tells, and lets a test wait for it.
class Heard final : public LoopListener {
 public:
  void answered(OfferId offer, const AnswerSignal& what) override {
    note([&] { signals[offer] = what; });
  }
  void answered(OfferId offer, const AnswerCommand& what) override {
    note([&] { commands[offer] = what; });
  }
  void recorded(OfferId offer) override {
    note([&] { refused.push_back(offer); });
  }
  void ask(const AskApproval& what) override {
    note([&] { asked.push_back(what.hold); });
  }
  void ended(const HoldEnded& what) override {
    note([&] { ends.push_back(what); });
  }
  void durable() override {
    note([&] { ++barriers; });
  }
  void failed(const Error& error) override {
    note([&] { failure = error; });
  }
  template <class Done>
  [[nodiscard]] bool wait(Done done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), done);
  }

  std::map<OfferId, AnswerSignal> signals;
  std::map<OfferId, AnswerCommand> commands;
  std::vector<OfferId> refused;
  std::vector<HoldId> asked;
  std::vector<HoldEnded> ends;
  int barriers = 0;
  std::optional<Error> failure;

 private:
  template <class Note>
  void note(Note what) {
    const std::lock_guard lock(mutex_);
    what();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

class SilentVenue final : public venues::Venue {
 public:
  std::optional<HandOff> submit(SendPermit, const OrderIntent&) override {
    ++submitted;
    return HandOff::Sent;
  }
  std::optional<HandOff> protect(ProtectPermit, const ProtectiveOrder&) override {
    return HandOff::Sent;
  }
  void cancel(const CancelRequest&) override { ++cancels; }
  void query(const QueryRequest&) override {}
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return true; }
  std::atomic<int> submitted{0};
  std::atomic<int> cancels{0};
};

class CoreLoopTest : public ::testing::Test {
 protected:
  explicit CoreLoopTest(const Lanes::Options& room = {}) : lanes(room) {
    SessionOpened session;
    session.id_epoch = Text<4>("LOOP");
    session.clean_start = true;
    loop.begin_with(session);
    loop.begin_with(l0_limits());
    Operator who;
    who.id = OperatorId("operator");
    who.channels = bit_of(OperatorChannel::Http);
    loop.begin_with(who);
    loop.begin_with(a_btcusdt());
    loop.begin_with(BalanceReported{AccountId{}, Asset("USDT"), Qty::of(10'000), {}, clock.wall()});
  }
  ~CoreLoopTest() override { loop.stop(); }

  void market() {
    lanes.market({kBtc, Px::of(59'999), Qty::of(5), Px::of(60'001), Qty::of(5), Px::of(60'000),
                  Px::of(60'000), clock.wall()});
  }
  [[nodiscard]] SignalIntent a_signal(const std::string& id) const {
    SignalIntent signal;
    signal.source_engine = EngineName("tradingagents");
    signal.intent_id = IntentId(id);
    signal.trace_id = TraceId("t-" + id);
    signal.symbol = Symbol("BTCUSDT");
    signal.side = SignalSide::Buy;
    signal.as_of = clock.wall();
    signal.stop_loss = Px::of(59'400);
    return signal;
  }
  [[nodiscard]] static OperatorCommand a_command(CommandAction action, const std::string& id) {
    OperatorCommand command;
    command.command_id = CommandId(id);
    command.action = action;
    command.operator_id = OperatorId("operator");
    command.channel = OperatorChannel::Http;
    return command;
  }

  [[nodiscard]] static std::int64_t l0_age_s() {
    return SessionOpened{}.market_age_max_ns / kNanosPerSecond;
  }

  HandClock clock;
  testing::MemoryStore store;
  std::unique_ptr<journal::Journal> journal = journal::Journal::open(store, {}).value();
  JournalThread recorder{*journal, JournalThread::Idle::Park};
  State state{std::size_t{1} << 10U};
  Engine engine{state, recorder};
  TradingWord word;
  SilentVenue venue;
  Door door{venue, word};
  Lanes lanes;
  Heard heard;
  AnchoredClock core_clock{clock};
  CoreLoop loop{engine, recorder, door, word, lanes, core_clock, heard, {}};
};

TEST_F(CoreLoopTest, EachOfferGetsItsOwnAnswer) {
  market();
  ASSERT_TRUE(lanes.offer(SignalInput{7, a_signal("a")}));
  ASSERT_TRUE(lanes.offer(SignalInput{8, SignalRefused{}}));
  ASSERT_TRUE(lanes.offer(SignalInput{9, a_signal("a")}));
  ASSERT_TRUE(lanes.offer(ControlInput{5, a_command(CommandAction::Reject, "c")}));
  loop.start();
  ASSERT_TRUE(heard.wait([&] { return heard.signals.size() == 2 && heard.refused.size() == 1; }));
  ASSERT_TRUE(heard.wait([&] { return heard.commands.size() == 1; }));
  EXPECT_EQ(heard.commands[5].reason, Reason::HoldUnknown) << "control was polled first";
  EXPECT_EQ(heard.signals[7].outcome, SignalOutcome::Held);
  EXPECT_EQ(heard.signals[9].outcome, SignalOutcome::Duplicate);
  EXPECT_EQ(heard.refused[0], 8U);
  EXPECT_EQ(heard.asked.size(), 1U);
}

TEST_F(CoreLoopTest, ADeadlinePassesWithNothingElseToSay) {
  market();
  ASSERT_TRUE(lanes.offer(SignalInput{1, a_signal("a")}));
  loop.start();
  ASSERT_TRUE(heard.wait([&] { return !heard.asked.empty(); }));
  clock.pass(301 * kNanosPerSecond);
  ASSERT_TRUE(heard.wait([&] { return !heard.ends.empty(); }));
  EXPECT_EQ(heard.ends[0].state, HoldState::Expired);
}

TEST_F(CoreLoopTest, AStepOfTheWallClockIsAnInput) {
  loop.start();
  clock.step(-3'600 * kNanosPerSecond);
  clock.pass(kNanosPerSecond);
  ASSERT_TRUE(heard.wait([&] { return heard.barriers > 0; }));
  loop.stop();
  EXPECT_GE(state.last_time.value(), kStart) << "our time never runs backwards";
  EXPECT_EQ(loop.counters().time.load(), 1U) << "told once";
}

TEST_F(CoreLoopTest, StopTakesWhatIsThere) {
  market();
  loop.start();
  for (OfferId i = 1; i <= 200; ++i) {
    ASSERT_TRUE(lanes.offer(SignalInput{i, a_signal("a" + std::to_string(i))}));
  }
  loop.stop();
  EXPECT_EQ(heard.signals.size(), 200U);
  EXPECT_EQ(recorder.durable_seq(), journal->head().seq);
}

class FullCoreLoopTest : public CoreLoopTest {
 protected:
  FullCoreLoopTest() : CoreLoopTest({.control = 8, .kill_reserve = 2, .venue = 16, .signals = 4}) {}
};

// I4: every queue full, the core not yet running; the word alone stops the entry, and the kill is
// the first thing that the core hears.
TEST_F(FullCoreLoopTest, AKillGetsThroughFullQueues) {
  market();
  ASSERT_TRUE(lanes.offer(SignalInput{1, a_signal("a")}));
  loop.start();
  ASSERT_TRUE(heard.wait([&] { return !heard.asked.empty(); }));
  loop.stop();

  OperatorCommand approve = a_command(CommandAction::Approve, "approve");
  approve.hold = heard.asked[0];
  approve.digest = state.find(approve.hold)->digest;
  ASSERT_TRUE(lanes.offer(ControlInput{10, approve}));
  for (OfferId i = 11;
       lanes.offer(ControlInput{i, a_command(CommandAction::Reject, std::to_string(i))}); ++i)
    continue;
  for (OfferId i = 2; lanes.offer(SignalInput{i, a_signal("b" + std::to_string(i))}); ++i) continue;
  while (lanes.put(ExecutionReport{})) continue;
  EXPECT_EQ(lanes.control_size(), 6U);
  EXPECT_EQ(lanes.signals_size(), 4U);
  EXPECT_EQ(lanes.venue_size(), 16U);

  word.kill();
  ASSERT_TRUE(lanes.offer(ControlInput{99, a_command(CommandAction::Kill, "kill")}));
  CoreLoop second{engine, recorder, door, word, lanes, core_clock, heard, {}};
  second.start();
  ASSERT_TRUE(heard.wait([&] { return heard.commands.contains(99); }));
  second.stop();
  EXPECT_EQ(heard.commands[99].reason, Reason::None);
  EXPECT_EQ(venue.submitted.load(), 0) << "an entry left after the kill word was stored";
  EXPECT_EQ(word.read().state, TradingState::Killed);
  EXPECT_TRUE(state.blocked_by(Block::Kill));
}

// Nothing waits and nothing is held: whoever looks must see all the same that no market comes.
TEST_F(CoreLoopTest, ASymbolWithoutAMarketIsToldWhileNothingWaitsOnIt) {
  market();
  loop.start();
  const auto is_stale = [&] { return word.read().state == TradingState::Blocked; };
  const auto after = [&](std::int64_t seconds) {
    clock.pass(seconds * kNanosPerSecond);
    lanes.doorbell().ring();
    for (int i = 0; i < 200 && !is_stale(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  after(l0_age_s() - 1);
  EXPECT_FALSE(is_stale());
  after(3);
  EXPECT_TRUE(is_stale());
  market();
  for (int i = 0; i < 2'000 && is_stale(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_FALSE(is_stale()) << "its market is back";
  loop.stop();
  EXPECT_FALSE(state.blocked_by(Block::MarketDataStale));
}

// The configuration's symbol was changed: nobody tells the old one's market any more.
TEST_F(CoreLoopTest, AMarketThatNobodyTellsAnyMoreIsNotAwaited) {
  market();
  loop.start();
  const auto wait_for = [&](TradingState wanted) {
    for (int i = 0; i < 2'000 && word.read().state != wanted; ++i) {
      lanes.doorbell().ring();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return word.read().state == wanted;
  };
  clock.pass((l0_age_s() + 2) * kNanosPerSecond);
  ASSERT_TRUE(wait_for(TradingState::Blocked));
  loop.stop();

  const auto after_restart = [&](bool rules_known) {
    CoreLoop next{engine, recorder, door, word, lanes, core_clock, heard, {}};
    if (rules_known) {
      Instrument other = a_btcusdt();
      other.id = InstrumentId{1};
      other.symbol = Symbol("ETHUSDT");
      next.begin_with(other);
    }
    next.start();
    for (int i = 0; i < 20; ++i) {
      clock.pass(kNanosPerSecond);
      lanes.doorbell().ring();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const bool open = rules_known && wait_for(TradingState::Open);
    next.stop();
    return open || word.read().state == TradingState::Open;
  };
  EXPECT_FALSE(after_restart(false)) << "the venue said nothing yet";
  EXPECT_TRUE(after_restart(true));
}

// A gateway started after this machine's clock went back by an hour: what waits for a moment waits
// for as long as it should, not for an hour more.
TEST_F(CoreLoopTest, AfterAStepBackAndARestartTimeGoesOn) {
  loop.start();
  loop.stop();
  const UnixNanos newest = state.last_time;
  clock.step(-3600 * kNanosPerSecond);
  AnchoredClock restarted(clock, state.last_time);
  CoreLoop again(engine, recorder, door, word, lanes, restarted, heard, {});
  for (int i = 1; i <= 3; ++i) {
    clock.pass(kNanosPerSecond);
    again.begin_with(BalanceReported{AccountId{}, Asset("USDT"), Qty::of(i), {}, restarted.now()});
    EXPECT_EQ(state.last_time.value(), newest.value() + i * kNanosPerSecond);
  }
}

// One turn does not empty a full lane, so the condition begins; it ends by evidence.
TEST_F(CoreLoopTest, ABacklogIsAConditionThatEnds) {
  for (OfferId i = 1; i <= 1'000; ++i) ASSERT_TRUE(lanes.offer(SignalInput{i, SignalRefused{}}));
  loop.start();
  loop.stop();
  std::vector<bool> moves;
  journal::JournalReader reader(store);
  while (reader.next() == journal::JournalReader::Step::Record) {
    if (reader.record().type != BlockChanged::kType) continue;
    const auto fact = decode<BlockChanged>(reader.record().payload);
    if (fact->block == Block::Backlog) moves.push_back(fact->active);
  }
  EXPECT_EQ(moves, (std::vector<bool>{true, false}));
  EXPECT_EQ(heard.refused.size(), 1'000U);
}

TEST(LaneTest, HoldsExactlyItsCapacityAndKeepsTheReserve) {
  Lane<int> lane(5);
  EXPECT_TRUE(lane.try_push(1, 2));
  EXPECT_TRUE(lane.try_push(2, 2));
  EXPECT_TRUE(lane.try_push(3, 2));
  EXPECT_FALSE(lane.try_push(4, 2));
  EXPECT_TRUE(lane.try_push(5));
  EXPECT_TRUE(lane.try_push(6));
  EXPECT_FALSE(lane.try_push(7));
  EXPECT_EQ(lane.refused(), 2U);
  std::vector<int> taken;
  while (lane.try_take([&](int item) { taken.push_back(item); })) continue;
  EXPECT_EQ(taken, (std::vector<int>{1, 2, 3, 5, 6}));
  EXPECT_TRUE(lane.empty());
  EXPECT_TRUE(lane.try_push(8));
}

TEST(LaneTest, ManyProducersLoseNothingAndKeepTheirOrder) {
  constexpr int kProducers = 4;
  constexpr int kEach = 20'000;
  Lane<std::pair<int, int>> lane(64);
  std::vector<std::thread> producers;
  for (int who = 0; who < kProducers; ++who) {
    producers.emplace_back([&lane, who] {
      for (int i = 0; i < kEach; ++i) {
        while (!lane.try_push({who, i})) std::this_thread::yield();
      }
    });
  }
  std::array<int, kProducers> next{};
  for (int taken = 0; taken < kProducers * kEach;) {
    const bool any = lane.try_take([&](const std::pair<int, int>& item) {
      EXPECT_EQ(item.second, next[static_cast<std::size_t>(item.first)]++);
    });
    taken += any ? 1 : 0;
    if (!any) std::this_thread::yield();
  }
  for (std::thread& producer : producers) producer.join();
  EXPECT_TRUE(lane.empty());
}

TEST(LatestSlotTest, GivesTheNewestAndCountsTheRest) {
  LatestSlot<int> slot;
  EXPECT_EQ(slot.take(), nullptr);
  slot.put(1);
  slot.put(2);
  slot.put(3);
  ASSERT_NE(slot.take(), nullptr);
  EXPECT_EQ(slot.take(), nullptr);
  slot.put(4);
  EXPECT_EQ(*slot.take(), 4);
  EXPECT_EQ(slot.replaced(), 2U);
}

TEST(AnchoredClockTest, FollowsStepsForwardAndNeverRunsBack) {
  HandClock hand;
  AnchoredClock clock(hand);
  EXPECT_FALSE(clock.take_step().has_value());
  hand.step(AnchoredClock::kStepMin - 1);
  EXPECT_FALSE(clock.take_step().has_value());
  hand.step(1);
  EXPECT_EQ(clock.take_step(), AnchoredClock::kStepMin);
  EXPECT_EQ(clock.now(), hand.wall());
  EXPECT_FALSE(clock.take_step().has_value());
  const UnixNanos before = clock.now();
  hand.step(-kNanosPerSecond);
  EXPECT_EQ(clock.take_step(), -kNanosPerSecond);
  EXPECT_EQ(clock.now(), before);
  EXPECT_FALSE(clock.take_step().has_value());
}

// A step back while no gateway ran: time goes on from the newest record, and stands still nowhere.
TEST(AnchoredClockTest, BeginsNoEarlierThanTheNewestRecordAndGoesOn) {
  HandClock hand;
  const UnixNanos newest(hand.wall().value() + 3600 * kNanosPerSecond);
  AnchoredClock clock(hand, newest);
  EXPECT_EQ(clock.now(), newest);
  EXPECT_EQ(clock.ahead_at_start_ns(), 3600 * kNanosPerSecond);
  EXPECT_FALSE(clock.take_step().has_value()) << "the difference at the start is no step";
  hand.pass(5);
  EXPECT_EQ(clock.now().value(), newest.value() + 5);
  hand.step(1800 * kNanosPerSecond);
  EXPECT_EQ(clock.take_step(), 1800 * kNanosPerSecond);
  EXPECT_EQ(clock.now().value(), newest.value() + 5) << "the wall clock is still behind";
  hand.step(1800 * kNanosPerSecond + AnchoredClock::kStepMin);
  EXPECT_TRUE(clock.take_step().has_value());
  EXPECT_EQ(clock.now(), hand.wall()) << "ahead again, and followed";

  const AnchoredClock later(hand, UnixNanos(hand.wall().value() - 1));
  EXPECT_EQ(later.now(), hand.wall());
  EXPECT_EQ(later.ahead_at_start_ns(), 0);
}

}  // namespace
}  // namespace clawgate::gateway
