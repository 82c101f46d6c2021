// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "gateway/journal_sink.h"
#include "gateway/runtime.h"
#include "tests/support/memory_store.h"
#include "tests/support/sanitized.h"

// Counts what the core thread asks of the allocator and of locks while it works: once warm,
// nothing.

namespace {

thread_local bool counting = false;
thread_local int allocations = 0;
thread_local int locks = 0;

}  // namespace

#ifndef CLAWGATE_SANITIZED
void* operator new(std::size_t size) {
  if (counting) ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) {
  using Lock = int (*)(pthread_mutex_t*);
  static const auto real = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  if (counting) ++locks;
  return real(mutex);
}
#endif

namespace clawgate::gateway {
namespace {

class SilentVenue final : public venues::Venue {
 public:
  std::optional<HandOff> submit(SendPermit, const OrderIntent&) override {
    ++submitted;
    return HandOff::Sent;
  }
  std::optional<HandOff> protect(ProtectPermit, const ProtectiveOrder&) override {
    return HandOff::Sent;
  }
  void cancel(const CancelRequest&) override {}
  void query(const QueryRequest&) override {}
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return true; }
  int submitted = 0;
};

class LastAnswers final : public Edges {
 public:
  void on(const AskApproval& what) override { asked = what.hold; }
  void on(const HoldEnded& what) override { expired += what.state == HoldState::Expired ? 1 : 0; }
  void on(const AnswerSignal& what) override {
    denied += what.outcome == SignalOutcome::Denied ? 1 : 0;
  }
  void on(const AnswerCommand&) override {}
  HoldId asked;
  int denied = 0;
  int expired = 0;
};

class CoreThreadTest : public ::testing::Test {
 protected:
  CoreThreadTest() {
    journal::Journal::Options options;
    options.group_bytes = std::size_t{1} << 20U;
    journal_ = journal::Journal::open(store_, options).value();
    recorder_ = std::make_unique<JournalThread>(*journal_, JournalThread::Idle::Spin);
    runtime_ = std::make_unique<Runtime>(*make_engine(), *recorder_, door_, word_, edges_,
                                         Runtime::Options{});
    state_.prefault();
    SessionOpened session;
    session.id_epoch = Text<4>("CORE");
    session.clean_start = true;
    apply(session);
    Limits limits;
    limits.day_orders_max = 60'000;
    limits.day_notional_max = Notional::of(1'000'000'000);
    limits.orders_per_minute = 1'000'000'000;
    limits.orders_burst = 1'000'000;
    limits.cooldown_ns = 0;
    const bool ok =
        limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), bps(100)}) &&
        limits.engines.push_back(EngineName("tradingagents"));
    EXPECT_TRUE(ok);
    apply(limits);
    Operator who;
    who.id = OperatorId("alice");
    who.channels = bit_of(OperatorChannel::Terminal);
    apply(who);
    Instrument row;
    row.symbol = Symbol("BTCUSDT");
    row.base = Asset("BTC");
    row.quote = Asset("USDT");
    row.status = InstrumentStatus::Trading;
    row.order_types = 0x1FF;
    row.maker_fee = row.taker_fee = bps(10);
    row.filters.tick = Px::from_raw(1'000'000);
    row.filters.step = Qty::from_raw(1'000);
    row.filters.max_num_orders = 200;
    row.filters.max_num_algo_orders = 5;
    apply(row);
    apply(BalanceReported{AccountId{}, Asset("USDT"), Qty::of(1'000'000), {}, UnixNanos(now_)});
  }

  Engine* make_engine() {
    engine_ = std::make_unique<Engine>(state_, *recorder_);
    return engine_.get();
  }

  template <class Input>
  void apply(const Input& input) {
    now_ += 1'000;
    counting = count_;
    runtime_->apply(input, UnixNanos(now_));
    runtime_->settle(UnixNanos(now_));
    counting = false;
  }

  void signal(Px stop) {
    apply(MarketTop{InstrumentId{}, Px::of(59'999), Qty::of(5), Px::of(60'001), Qty::of(5),
                    Px::of(60'000), Px::of(60'000), UnixNanos(now_)});
    SignalIntent signal;
    signal.source_engine = EngineName("tradingagents");
    signal.intent_id = IntentId("i" + std::to_string(++made_));
    signal.trace_id = TraceId("t" + std::to_string(made_));
    signal.symbol = Symbol("BTCUSDT");
    signal.side = SignalSide::Buy;
    signal.as_of = UnixNanos(now_);
    signal.stop_loss = stop;
    apply(signal);
  }
  void decide(CommandAction action) {
    OperatorCommand command;
    command.command_id = CommandId("c" + std::to_string(made_));
    command.action = action;
    command.operator_id = OperatorId("alice");
    command.hold = edges_.asked;
    command.digest = state_.find(edges_.asked)->digest;
    apply(command);
  }
  void fill(LegRole role, OrdStatus before, Px px) {
    const Leg leg = state_.find(edges_.asked)->find(role)->leg;
    ExecutionReport report;
    report.client_order_id = leg.client_order_id;
    report.side = leg.side;
    report.ord_status = before;
    apply(report);
    report.exec_type = ExecType::Trade;
    report.ord_status = OrdStatus::Filled;
    report.exec_id = ExecId(std::to_string(++executions_));
    report.last_qty = report.cum_qty = leg.qty;
    report.last_px = px;
    if (leg.side == Side::Buy) {
      report.fee = Qty::from_raw(leg.qty.raw() / 1'000);
      report.fee_asset = Asset("BTC");
    }
    apply(report);
  }

  /// Four signals: filled and stopped out, declined, denied, expired.
  void round() {
    signal(Px::of(59'400));
    decide(CommandAction::Approve);
    fill(LegRole::Entry, OrdStatus::New, Px::of(60'001));
    fill(LegRole::Stop, OrdStatus::New, Px::of(59'390));
    filled_ += state_.find(edges_.asked)->closed ? 1 : 0;
    signal(Px::of(59'400));
    decide(CommandAction::Reject);
    signal(Px::of(61'000));
    signal(Px::of(59'400));
    now_ = state_.find(edges_.asked)->order.expires_at.value();
    apply(TimePassed{});
  }

  std::int64_t now_ = 1'767'603'600 * kNanosPerSecond;
  bool count_ = false;
  std::uint64_t made_ = 0;
  std::uint64_t executions_ = 0;
  int filled_ = 0;
  testing::MemoryStore store_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<JournalThread> recorder_;
  State state_;
  std::unique_ptr<Engine> engine_;
  SilentVenue venue_;
  TradingWord word_;
  Door door_{venue_, word_};
  LastAnswers edges_;
  std::unique_ptr<Runtime> runtime_;
};

TEST_F(CoreThreadTest, TenThousandSignalsAllocateAndLockNothing) {
#ifdef CLAWGATE_SANITIZED
  GTEST_SKIP() << "a sanitizer allocates and locks on its own";
#endif
  constexpr int kRounds = 2'500;
  for (int i = 0; i < 100; ++i) round();  // warm: every table has turned over once
  count_ = true;
  allocations = 0;
  locks = 0;
  for (int i = 0; i < kRounds; ++i) round();
  EXPECT_EQ(allocations, 0);
  EXPECT_EQ(locks, 0);
  EXPECT_EQ(venue_.submitted, kRounds + 100);
  EXPECT_EQ(filled_, kRounds + 100);
  EXPECT_EQ(edges_.denied, kRounds + 100);
  EXPECT_EQ(edges_.expired, kRounds + 100);
}

// Only a top that ends the block is put on record at once: a market that lags says ten a second.
TEST_F(CoreThreadTest, WhileAMarketIsAwaitedALateOneIsNotOnRecord) {
  const std::int64_t age_max = state_.session.market_age_max_ns;
  MarketTop top{InstrumentId{}, Px::of(59'999), Qty::of(5),     Px::of(60'001),
                Qty::of(5),     Px::of(60'000), Px::of(60'000), UnixNanos(now_)};
  runtime_->market(top, UnixNanos(now_));
  apply(ConditionReported{Block::MarketDataStale, true, Text<64>("BTCUSDT")});
  const UnixNanos before = runtime_->last_stamp();
  for (int i = 0; i < 10; ++i) {
    now_ += 10 * kNanosPerMilli;
    top.event_time = UnixNanos(now_ - age_max - 1);
    runtime_->market(top, UnixNanos(now_));
  }
  EXPECT_EQ(runtime_->last_stamp(), before);
  EXPECT_TRUE(state_.blocked_by(Block::MarketDataStale));
  top.event_time = UnixNanos(now_ - age_max);
  runtime_->market(top, UnixNanos(now_));
  EXPECT_FALSE(state_.blocked_by(Block::MarketDataStale));
}

TEST_F(CoreThreadTest, TheCountersCount) {
#ifdef CLAWGATE_SANITIZED
  GTEST_SKIP() << "a sanitizer allocates and locks on its own";
#endif
  allocations = 0;
  locks = 0;
  counting = true;
  auto planted = std::make_unique<int>(1);
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  counting = false;
  EXPECT_EQ(allocations, 1);
  EXPECT_EQ(locks, 1);
}

}  // namespace
}  // namespace clawgate::gateway
