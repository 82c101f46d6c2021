// SPDX-License-Identifier: Apache-2.0
#include "sim/exchange/ledger_log.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/sim/exchange/desk.h"
#include "tests/sim/exchange/random_session.h"

namespace clawgate::sim {
namespace {

namespace fs = std::filesystem;

class LedgerLogTest : public testing::Test {
 protected:
  LedgerLogTest() {
    directory_ =
        fs::temp_directory_path() / ("clawgate-ledger-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  ~LedgerLogTest() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string path(std::string_view name) const { return directory_ / name; }

  /// A copy of the log as a killed process would leave it, cut to `size` bytes.
  [[nodiscard]] std::string copy(const std::string& from, std::uintmax_t size = UINTMAX_MAX) const {
    const std::string to = path("copy");
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    if (size < fs::file_size(to)) fs::resize_file(to, size);
    return to;
  }

  fs::path directory_;
};

struct Restored {
  explicit Restored(const std::string& file) : log(LedgerLog::open(file).value()) {
    for (const SymbolRules& rules : built_in_rules()) exchange.add_symbol(rules);
    EXPECT_TRUE(log->attach(exchange));
  }
  std::unique_ptr<LedgerLog> log;
  Exchange exchange;
};

TEST_F(LedgerLogTest, ARestoreAtAnyPointAnswersTheSame) {
  RandomSession session(11, nullptr);
  const auto log = LedgerLog::open(path("log")).value();
  ASSERT_TRUE(log->attach(session.exchange));
  session.open();
  for (int step = 0; step < 700; ++step) {
    session.step();
    if (step % 7 != 0) continue;
    Restored restored(copy(path("log")));
    ASSERT_EQ(observable(restored.exchange), observable(session.exchange)) << "step " << step;
    check_invariants(restored.exchange);
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
  EXPECT_TRUE(log->ok());
}

TEST_F(LedgerLogTest, IdsGoOnWhereTheyStopped) {
  RandomSession session(12, nullptr);
  const auto log = LedgerLog::open(path("log")).value();
  ASSERT_TRUE(log->attach(session.exchange));
  session.open();
  for (int step = 0; step < 400; ++step) session.step();
  Restored restored(copy(path("log")));
  const TimeNs later(session.exchange.now().value() + 1);
  // Far from the market, so that both exchanges do the same with it.
  const NewOrder request{AccountId(0), SymbolId(0), Desk::limit(Side::Buy, "0.01", "600"), {}};
  const auto here = session.exchange.place(request, later);
  const auto there = restored.exchange.place(request, later);
  ASSERT_TRUE(here);
  ASSERT_TRUE(there);
  EXPECT_EQ(here->order.id, there->order.id);
  EXPECT_EQ(here->order.client_id, there->order.client_id);
  EXPECT_EQ(here->order.priority, there->order.priority);
  EXPECT_EQ(observable(session.exchange), observable(restored.exchange));
}

TEST_F(LedgerLogTest, ARestoredExchangeTradesOnAndRestoresAgain) {
  RandomSession session(13, nullptr);
  {
    const auto log = LedgerLog::open(path("log")).value();
    ASSERT_TRUE(log->attach(session.exchange));
    session.open();
    for (int step = 0; step < 300; ++step) session.step();
  }
  std::vector<std::uint8_t> after;
  {
    Restored restored(path("log"));
    for (std::uint32_t a = 0; a < RandomSession::kAccounts; ++a) {
      static_cast<void>(
          restored.exchange.cancel_all(AccountId(a), SymbolId(0), restored.exchange.now()));
    }
    check_invariants(restored.exchange);
    after = observable(restored.exchange);
  }
  EXPECT_EQ(observable(Restored(path("log")).exchange), after);
}

TEST_F(LedgerLogTest, ARestingOrderStandsBehindTheWholeLevelThatIsFedAgain) {
  Desk desk;
  const auto log = LedgerLog::open(path("log")).value();
  ASSERT_TRUE(log->attach(desk.exchange));  // what the exchange already is goes in first
  desk.placed(Desk::limit(Side::Buy, "0.1", "50000"));
  desk.outside_trade("50000", "0.9", true);
  ASSERT_EQ(desk.exchange.queue_ahead(desk.symbol, OrderId(1)), qty("0.1"));

  Desk again;
  Exchange fresh;
  fresh.add_symbol(*find_built_in("BTCUSDT"));
  const auto second = LedgerLog::open(copy(path("log"))).value();
  ASSERT_TRUE(second->attach(fresh));
  MarketEvent event;
  event.kind = MarketKind::Snapshot;
  event.last_id = 1;
  const std::array<BookLevel, 1> bids = {BookLevel{px("50000"), qty("0.7")}};
  event.bids = bids;
  fresh.apply(event, desk.now);
  EXPECT_EQ(fresh.queue_ahead(SymbolId(0), OrderId(1)), qty("0.7"));
  event.kind = MarketKind::Trade;
  event.price = px("49999");
  event.quantity = qty("1");
  event.buyer_is_maker = true;
  fresh.apply(event, desk.now);
  EXPECT_EQ(fresh.order({AccountId(0), SymbolId(0), OrderId(1), {}})->status, OrderStatus::Filled);
  EXPECT_TRUE(fresh.conserved());
}

TEST_F(LedgerLogTest, AKilledProcessLosesNothingThatItWasToldIsDone) {
  constexpr std::uint64_t kSeed = 21;
  for (int round = 0; round < 4; ++round) {
    fs::remove(path("log"));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      RandomSession session(kSeed, nullptr);
      const auto log = LedgerLog::open(path("log")).value();
      static_cast<void>(log->attach(session.exchange));
      session.open();
      for (;;) session.step();
    }
    // Not a measured wait: any moment will do.
    while (!fs::exists(path("log")) ||
           fs::file_size(path("log")) < 20'000U * static_cast<unsigned>(round + 1)) {
      ::usleep(500);
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);

    Restored restored(path("log"));
    check_invariants(restored.exchange);

    // The same session again, up to the same number of frames.
    RandomSession same(kSeed, nullptr);
    const auto log = LedgerLog::open(path("again")).value();
    ASSERT_TRUE(log->attach(same.exchange));
    ASSERT_GT(restored.log->frames(), 10U);
    same.open();
    while (log->frames() < restored.log->frames()) same.step();
    EXPECT_EQ(log->frames(), restored.log->frames());
    EXPECT_EQ(observable(restored.exchange), observable(same.exchange));
    fs::remove(path("again"));
  }
}

TEST_F(LedgerLogTest, AFrameCutAnywhereIsDroppedWhole) {
  Desk desk;
  {
    const auto log = LedgerLog::open(path("log")).value();
    ASSERT_TRUE(log->attach(desk.exchange));
    desk.placed(Desk::limit(Side::Buy, "0.1", "49000"));
  }
  const std::uintmax_t before = fs::file_size(path("log"));
  const std::uint64_t frames = LedgerLog::open(path("log")).value()->frames();
  {
    Exchange exchange;
    exchange.add_symbol(*find_built_in("BTCUSDT"));
    const auto log = LedgerLog::open(path("log")).value();
    ASSERT_TRUE(log->attach(exchange));
    ASSERT_TRUE(exchange.place(
        NewOrder{AccountId(0), SymbolId(0), Desk::limit(Side::Buy, "0.1", "48000"), {}}, desk.now));
  }
  const std::uintmax_t after = fs::file_size(path("log"));
  ASSERT_GT(after, before);
  for (std::uintmax_t size = before; size <= after; ++size) {
    const auto log = LedgerLog::open(copy(path("log"), size)).value();
    EXPECT_EQ(log->frames(), frames + (size == after ? 1 : 0)) << size;
    EXPECT_EQ(log->dropped(), size == after ? 0 : size - before) << size;
    EXPECT_EQ(fs::file_size(path("copy")), size == after ? after : before);
  }
}

TEST_F(LedgerLogTest, DamageBeforeTheEndRefusesTheFile) {
  Desk desk;
  {
    const auto log = LedgerLog::open(path("log")).value();
    ASSERT_TRUE(log->attach(desk.exchange));
    for (int i = 0; i < 5; ++i) desk.placed(Desk::limit(Side::Buy, "0.1", "49000"));
  }
  const auto flip = [&](std::streamoff at) {
    std::fstream file(copy(path("log")), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(at);
    file.put(byte);
  };
  flip(40);
  const auto damaged = LedgerLog::open(path("copy"));
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().reason, Reason::JournalCrc);
  EXPECT_EQ(damaged.error().field, path("copy") + ":16");
  flip(0);
  const auto foreign = LedgerLog::open(path("copy"));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().reason, Reason::JournalMagic);
}

TEST_F(LedgerLogTest, OnlyOneProcessHoldsTheFile) {
  const auto log = LedgerLog::open(path("log")).value();
  const auto second = LedgerLog::open(path("log"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, Reason::DataDirectoryLocked);
  const auto nowhere = LedgerLog::open(path("no/such/directory"));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().reason, Reason::FileUnreadable);
}

TEST_F(LedgerLogTest, AnExchangeWithOtherSymbolsIsRefused) {
  Desk desk;
  {
    const auto log = LedgerLog::open(path("log")).value();
    ASSERT_TRUE(log->attach(desk.exchange));
  }
  Exchange other;
  other.add_symbol(*find_built_in("ETHUSDT"));
  const auto log = LedgerLog::open(path("log")).value();
  const auto attached = log->attach(other);
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().reason, Reason::JournalRecord);
}

}  // namespace
}  // namespace clawgate::sim
