// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gateway/audit/prove.h"
#include "gateway/audit/report_text.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/reader.h"
#include "schemas/fact.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/ledger_log.h"
#include "tests/support/temporary_directory.h"

// The real program is killed with SIGKILL in the middle of paper sessions, most often within the
// 100 ms after an approval, and started again on the same data. The practice exchange's own ledger
// is the truth: every order in it has exactly one approval in the journal, and no approval has two.

namespace clawgate {
namespace {

constexpr int kKills = 10;
constexpr int kSignals = 88;  // half an hour, the length of the market

class KillTest : public ::testing::Test {
 protected:
  /// A word every twenty seconds of session time, each third one a sell, so that trades come and
  /// go however late a session begins.
  std::string signals(int session) {
    const std::string path = folder_ + "/signals-" + std::to_string(session) + ".jsonl";
    std::ofstream file(path);
    for (int i = 0; i < kSignals; ++i) {
      const int second = 20 + i * 20;
      char time[32];
      std::snprintf(time, sizeof time, "2026-01-05T09:%02d:%02dZ", second / 60, second % 60);
      const std::string id = std::to_string(session) + "-" + std::to_string(i);
      file << R"({"schema_version":"1.0","intent_id":"k-)" << id
           << R"(","source_engine":"tradingagents","symbol":"BTCUSDT","side":")"
           << (i % 3 == 2 ? "sell" : "buy")
           << R"(","confidence":0.6,"thesis":"t","time_horizon":"1d","as_of":")" << time
           << R"(","trace_id":"kt-)" << id << "\"}\n";
    }
    return path;
  }

  pid_t start(const std::string& data, int session, const std::string& speed) {
    const std::string file = signals(session);
    const std::string lift = "UNKNOWN_OUTCOME=DEC-20260105-" + std::to_string(session);
    const pid_t child = ::fork();
    if (child != 0) return child;
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::dup2(null, 2);
    ::execl(CLAWGATE_PROGRAM, "clawgate", "paper", "--signals", file.c_str(), "--operator",
            "scripted:approve", "--speed", speed.c_str(), "--data", data.c_str(), "--config",
            (folder_ + "/config.yaml").c_str(), "--unblock", lift.c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }

  [[nodiscard]] std::uintmax_t exchange_bytes(const std::string& data) const {
    std::error_code error;
    const auto size = std::filesystem::file_size(data + "/exchange.log", error);
    return error ? 0 : size;
  }

  testing::TemporaryDirectory temporary_;
  const std::string folder_ = temporary_.path().string();
};

struct Journal {
  std::map<std::string, int> released;  // client order ids of released entries: how often
  std::map<std::string, int> issued;    // of protective orders
  bool unknown = false;                 // UNKNOWN_OUTCOME is in force at the end
};

Journal read_journal(const std::string& data) {
  Journal seen;
  const auto store = journal::PosixStore::open_existing(data + "/journal").value();
  journal::JournalReader reader(*store);
  while (reader.next() == journal::JournalReader::Step::Record) {
    const journal::RecordView& record = reader.record();
    if (record.type == OrderIntent::kType) {
      const OrderIntent intent = decode<OrderIntent>(record.payload).value();
      if (!intent.order.is_entry()) continue;
      for (const Leg& leg : intent.order.legs)
        ++seen.released[std::string(leg.client_order_id.view())];
    }
    if (record.type == BlockChanged::kType) {
      const auto changed = decode<BlockChanged>(record.payload).value();
      if (changed.block == Block::UnknownOutcome) seen.unknown = changed.active;
    }
    if (record.type == ProtectiveIssued::kType) {
      const auto issued = decode<ProtectiveIssued>(record.payload).value();
      ++seen.issued[std::string(issued.leg.client_order_id.view())];
    }
  }
  return seen;
}

void check_against_the_exchange(const std::string& data) {
  const Journal seen = read_journal(data);
  for (const auto& [id, count] : seen.released) EXPECT_EQ(count, 1) << id << " was released twice";
  sim::Exchange exchange;
  const sim::SymbolId symbol = exchange.add_symbol(*sim::find_built_in("BTCUSDT"));
  const auto log = sim::LedgerLog::open(data + "/exchange.log").value();
  ASSERT_TRUE(log->attach(exchange).has_value());
  std::map<std::string, int> orders;
  for (const sim::OrderRecord& order :
       exchange.all_orders(sim::AccountId{}, symbol, sim::OrderId{0}, SIZE_MAX)) {
    const std::string id(order.client_id.view());
    EXPECT_EQ(++orders[id], 1) << id << " reached the exchange twice";
    EXPECT_TRUE(seen.released.contains(id) || seen.issued.contains(id))
        << id << " is at the exchange without an approval in the journal";
  }
  EXPECT_TRUE(exchange.conserved());
  const auto store = journal::PosixStore::open_existing(data + "/journal").value();
  const audit::ProveReport proof = audit::prove(*store, {});
  EXPECT_TRUE(proof.ok()) << audit::to_text(proof, 0);
}

// Two hundred kills: twenty data directories that live through ten each.
class TenKillsTest : public KillTest, public ::testing::WithParamInterface<int> {};

INSTANTIATE_TEST_SUITE_P(Directories, TenKillsTest, ::testing::Range(1, 21));

TEST_P(TenKillsTest, LoseAndDoubleNothing) {
  std::ofstream(folder_ + "/config.yaml")
      << "hold_ttl_s: 60\nlimits:\n  day_orders_max: 10000\n  day_notional_max: 1000000\n"
         "  orders_per_minute: 6000\n  orders_burst: 1000\n  cooldown_s: 0\n"
         "  decision: DEC-20260105-001\n";
  std::mt19937 random(static_cast<std::uint32_t>(GetParam()));
  const std::string data = folder_ + "/data";
  int after_an_order = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const std::uintmax_t before = exchange_bytes(data);
    const pid_t child = start(data, GetParam() * 1000 + kill, "100");
    const auto begin = std::chrono::steady_clock::now();
    const auto age = [&] { return std::chrono::steady_clock::now() - begin; };
    // An order that reaches the exchange shows in its log: an approval was just released.
    const bool wait_for_order = kill % 5 != 0;
    while (wait_for_order && exchange_bytes(data) <= before + 600 &&
           age() < std::chrono::milliseconds(2'000)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (exchange_bytes(data) > before + 600) ++after_an_order;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 100'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
  }
  check_against_the_exchange(data);
  std::printf("%d kills, %d of them within 100 ms of an order\n", kKills, after_an_order);
  // A slow machine starts sessions late; and behind an order that was released and never left,
  // nothing is sent until a person has said what became of it.
  EXPECT_TRUE(after_an_order >= 1 || read_journal(data).unknown);
}

}  // namespace
}  // namespace clawgate
