// SPDX-License-Identifier: Apache-2.0
#include <sched.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include "bench/desk.h"
#include "bench/harness.h"
#include "bench/market_bench.h"
#include "bench/memory_store.h"
#include "gateway/audit/replay.h"
#include "gateway/channel.h"
#include "gateway/session.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/reader.h"
#include "sim/exchange/symbol_rules.h"

namespace clawgate::bench {
namespace {

constexpr std::int64_t kBegin = 1'767'603'600 * kNanosPerSecond;

/// Encodes each leg as the line of a REST order and keeps the time of the first: order bytes at the
/// door.
class BytesVenue final : public venues::Venue {
 public:
  std::optional<HandOff> submit(SendPermit, const OrderIntent& intent) override {
    for (const Leg& leg : intent.order.legs) {
      const int size =
          std::snprintf(bytes.data(), bytes.size(),
                        "symbol=%s&side=%d&type=%d&quantity=%lld&price=%lld&newClientOrderId=%s",
                        "BTCUSDT", static_cast<int>(leg.side), static_cast<int>(leg.type),
                        static_cast<long long>(leg.qty.raw()),
                        static_cast<long long>(leg.limit.raw()), leg.client_order_id.view().data());
      written += static_cast<std::uint64_t>(size);
    }
    at_ns = now_ns();
    return HandOff::Sent;
  }
  std::optional<HandOff> protect(ProtectPermit, const ProtectiveOrder&) override {
    return HandOff::Sent;
  }
  void cancel(const CancelRequest&) override {}
  void query(const QueryRequest&) override {}
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return true; }

  std::array<char, 512> bytes{};
  std::uint64_t written = 0;
  std::int64_t at_ns = 0;
};

struct Gateway {
  MemoryStore store;
  BytesVenue venue;
  Desk desk{store, venue, UnixNanos(kBegin), std::size_t{512} << 20U};
};

// From the approval's arrival at the core to the first order's bytes: decide, check again, journal,
// door.
Row approve_row(const Options& options) {
  Gateway gateway;
  const int count = options.count(1'000);
  std::size_t records = 0;
  std::size_t bytes = 0;
  const Timed product = [&](std::vector<double>& samples) {
    double total = 0;
    for (int i = 0; i < count; ++i) {
      const OperatorCommand command = gateway.desk.held();
      const std::size_t before = gateway.desk.recorder->appended.records;
      const std::size_t bytes_before = gateway.desk.recorder->appended.bytes;
      const std::int64_t begin = now_ns();
      gateway.desk.apply(command);
      const auto took = static_cast<double>(gateway.venue.at_ns - begin);
      samples.push_back(took);
      total += took;
      records = gateway.desk.recorder->appended.records - before;
      bytes = gateway.desk.recorder->appended.bytes - bytes_before;
      gateway.desk.end(command.hold);
    }
    return total / count;
  };
  MemoryStore store;
  journal::Journal::Options journal_options;
  journal_options.segment_bytes = std::uint64_t{512} << 20U;
  const auto journal = journal::Journal::open(store, journal_options).value();
  std::vector<std::uint8_t> payload(4'096);
  std::int64_t time = 1;
  gateway::Channel<std::int64_t> there(64);
  gateway::Channel<std::int64_t> back(64);
  std::atomic<bool> stop{false};
  std::thread echo([&] {
    pin(1);
    while (!stop.load(std::memory_order_relaxed)) {
      there.try_take([&](std::int64_t value) { static_cast<void>(back.try_push(value)); });
    }
  });
  const Timed limit = [&](std::vector<double>&) {
    const std::size_t each = bytes / std::max<std::size_t>(records, 1);
    const std::int64_t begin = now_ns();
    for (int i = 0; i < count; ++i) {
      static_cast<void>(there.try_push(i));
      while (!back.try_take([](std::int64_t) {})) {
      }
    }
    const double hop = static_cast<double>(now_ns() - begin) / count / 2;
    const std::int64_t appended = now_ns();
    for (int i = 0; i < count; ++i) {
      for (std::size_t r = 0; r < records; ++r) {
        journal->append(60, 1, UnixNanos(++time), Bytes(payload).first(each));
      }
      static_cast<void>(journal->commit());
    }
    return hop + static_cast<double>(now_ns() - appended) / count;
  };
  Row row = interleave("approve to order bytes at the door : one hop + the append", 2, options,
                       product, limit);
  stop = true;
  echo.join();
  row.note = std::to_string(records) + " records, " + std::to_string(bytes) +
             " payload bytes an approval; memory store, no disk, no encoding of HTTP";
  return row;
}

// Of the whole process: the clock that measure_market() uses.
std::int64_t processor_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * kNanosPerSecond + time.tv_nsec;
}

struct Folder {
  std::string path = std::filesystem::temp_directory_path() / "clawgate-bench-XXXXXX";
  Folder() {
    if (::mkdtemp(path.data()) == nullptr) std::abort();
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

double read_and_hash_ns(const std::string& directory) {
  const auto store = journal::PosixStore::open_existing(directory).value();
  const std::int64_t begin = now_ns();
  journal::JournalReader reader(*store);
  while (reader.next() == journal::JournalReader::Step::Record) {
  }
  return static_cast<double>(now_ns() - begin);
}

gateway::SessionOptions backtest_options(const std::string& market, const std::string& data) {
  gateway::SessionOptions options;
  options.backtest = true;
  options.market = market;
  options.operators = "scripted:approve";
  options.data = data;
  return options;
}

std::vector<Row> session_rows(const Options& options) {
  if (options.recordings.empty()) return {};
  const std::vector<std::string> files = {options.recordings + "/btcusdt_20240808.gz",
                                          options.recordings + "/btcusdt_20240809.gz"};
  if (!std::filesystem::exists(files[0])) return {};
  const MarketFigures market = measure_market(files, "BTCUSDT", options.rounds);
  int run = 0;
  Folder folder;
  const Timed product = [&](std::vector<double>& samples) {
    const auto session =
        backtest_options(files[0] + "," + files[1], folder.path + "/" + std::to_string(++run));
    const std::int64_t begin = processor_ns();
    const auto outcome = gateway::run_session(session);
    const auto took = static_cast<double>(processor_ns() - begin);
    if (!outcome) std::fprintf(stderr, "%s\n", to_text(outcome.error()).c_str());
    samples.push_back(took);
    return took;
  };
  const double unpack_and_parse = (market.gunzip_ms + market.dom_ms) * 1e6;
  Row row = interleave("backtest of the recorded session : gunzip + DOM parse", 2, options, product,
                       [&](std::vector<double>&) { return unpack_and_parse; });
  row.note = std::to_string(market.events) + " events; processor time of both; " + "scan alone " +
             std::to_string(market.scan_ratio).substr(0, 4) + "x";
  return {row};
}

// A journal of signals that are held, approved and not filled, written by the real core.
void write_journal(const std::string& directory, int signals) {
  Gateway gateway;
  for (int i = 0; i < signals; ++i) {
    const OperatorCommand command = gateway.desk.held();
    gateway.desk.apply(command);
    gateway.desk.end(command.hold);
  }
  static_cast<void>(gateway.desk.journal->close(0));
  const auto store = journal::PosixStore::create(directory).value();
  std::vector<std::string> names;
  static_cast<void>(gateway.store.list(names));
  for (const std::string& name : names) {
    const int from = gateway.store.open(name, journal::Store::Open::Read);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(gateway.store.size(from)));
    static_cast<void>(gateway.store.read(from, bytes, 0));
    const int to = store->open(name, journal::Store::Open::CreateNew);
    static_cast<void>(store->write(to, bytes, 0));
    store->close(to);
  }
}

std::vector<Row> journal_reading_rows(const Options& options) {
  Folder folder;
  const std::string directory = folder.path + "/journal";
  write_journal(directory, options.smoke ? 200 : 20'000);
  const auto store = journal::PosixStore::open_existing(directory).value();
  std::uint64_t records = 0;
  const Timed replay = [&](std::vector<double>& samples) {
    const std::int64_t begin = now_ns();
    const audit::ReplayReport report = audit::replay(
        *store, {.engine_version = "", .keys = std::size_t{1} << 17U, .progress = {}});
    const auto took = static_cast<double>(now_ns() - begin);
    records = report.extent.records;
    samples.push_back(took);
    return took;
  };
  Row row = interleave("audit replay of a journal : reading and hashing it", 3, options, replay,
                       [&](std::vector<double>&) { return read_and_hash_ns(directory); });
  row.note = std::to_string(records) + " records; whole run, not per record";

  const Timed recover = [&](std::vector<double>& samples) {
    gateway::State state(std::size_t{1} << 17U);
    journal::Journal::Options journal_options;
    journal_options.checkpoint_seed[0] = 1;
    const std::int64_t begin = now_ns();
    const auto opened =
        journal::Journal::open(*store, journal_options, [&](const journal::RecordView& record) {
          static_cast<void>(state.fold(record.type, record.payload, record.time));
        });
    const auto took = static_cast<double>(now_ns() - begin) / static_cast<double>(records) * 1e6;
    if (!opened) std::fprintf(stderr, "%s\n", to_text(opened.error()).c_str());
    samples.push_back(took);
    return took;
  };
  Row recovery = interleave("recovery of a million records : two seconds", 1, options, recover,
                            [](std::vector<double>&) { return 2e9; });
  recovery.note =
      "open, check and fold " + std::to_string(records) + " records, scaled to a million";
  return {row, recovery};
}

}  // namespace

std::vector<Row> gateway_rows(const Options& options) {
  std::vector<Row> rows = {approve_row(options)};
  for (auto& row : session_rows(options)) rows.push_back(std::move(row));
  for (auto& row : journal_reading_rows(options)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace clawgate::bench
