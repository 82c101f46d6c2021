// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/desk.h"
#include "bench/harness.h"
#include "bench/memory_store.h"
#include "bench/sockets.h"
#include "gateway/entropy.h"
#include "gateway/serve/clock.h"
#include "governance/journal/posix_store.h"
#include "schemas/contracts/signal_intent.h"
#include "schemas/core/assert.h"
#include "schemas/record_json.h"
#include "signals/signals.h"
#include "venues/binance_spot/call.h"
#include "venues/binance_spot/signer.h"
#include "venues/net/http_text.h"

// A signal on a socket to an order on a socket. One thread spins on processor 1 and does all the
// work; processor 0 plays the engine and the exchange:
//
//   engine ── one line of JSON ──▶ decode ─ core ─ hold ─ approve ─ release ─ door ─ encode, sign
//   ──▶ exchange                                           (or: nothing) the relay

namespace clawgate::bench {
namespace {

namespace spot = venues::binance_spot;

constexpr std::string_view kLineEnd = "\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kSegmentBytes = std::size_t{160} << 20U;

/// What stands between the two sockets.
class Middle {
 public:
  virtual ~Middle() = default;
  /// Reads the line and sends what comes of it.
  virtual void answer(std::string_view line, Socket& to) = 0;
  /// Before a round and between two signals, not measured.
  virtual void begin() {}
  virtual void tidy() {}
};

/// Runs one round of signals through a middle.
std::vector<double> drive(Middle& middle, int count,
                          const std::function<std::string(int)>& signal) {
  SocketPair in = connected();
  SocketPair out = connected();
  std::atomic<int> done{-1};  // tidied up after so many
  std::atomic<bool> stop{false};
  std::thread worker([&] {
    pin(1);
    Frames lines(kLineEnd);
    middle.begin();
    for (int answered = 0; !stop.load(std::memory_order_relaxed);) {
      if (answered == 0) done.store(0, std::memory_order_release);
      if (!lines.take(in.far)) continue;
      middle.answer(lines.text(), out.near);
      middle.tidy();
      done.store(++answered, std::memory_order_release);
    }
  });
  Frames orders(kHeadEnd);
  std::vector<double> samples;
  samples.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const std::string line = signal(i);
    while (done.load(std::memory_order_acquire) != i) ::sched_yield();
    const std::int64_t begin = now_ns();
    in.near.send(line);
    while (!orders.take(out.far)) {
    }
    samples.push_back(static_cast<double>(now_ns() - begin));
  }
  while (done.load(std::memory_order_acquire) != count) ::sched_yield();
  stop = true;
  worker.join();
  return samples;
}

/// An entry as the signed REST request that the adapter makes of it.
class Encoder {
 public:
  [[nodiscard]] std::string text_of(const Legs& legs) const {
    std::string list(legs[0].client_order_id.view());
    list[list.size() - 2] = 'L';
    const auto request =
        spot::rest_request(spot::place(symbol_, legs, list), "/api", &keys_, clock_.wall(), 1'000);
    return venues::net::to_wire(request, {false, "127.0.0.1", 8080});
  }

 private:
  gateway::SystemClock clock_;
  Symbol symbol_{"BTCUSDT"};
  spot::Credentials keys_ =
      spot::credentials(
          "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
          spot::Signer::hmac("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j")
              .value())
          .value();
};

/// Writes each entry to the socket.
class WireVenue final : public venues::Venue {
 public:
  std::optional<HandOff> submit(SendPermit, const OrderIntent& intent) override {
    at_door = now_ns();
    appended_at_door = recorder->appended;
    text = encoder_.text_of(intent.order.legs);
    at_bytes = now_ns();
    to->send(text);
    return HandOff::Sent;
  }
  std::optional<HandOff> protect(ProtectPermit, const ProtectiveOrder&) override {
    return HandOff::Sent;
  }
  void cancel(const CancelRequest&) override {}
  void query(const QueryRequest&) override {}
  [[nodiscard]] bool confirm_kill(KillEpoch) override { return true; }

  Socket* to = nullptr;
  std::string text;  // of the newest order
  std::int64_t at_door = 0;
  std::int64_t at_bytes = 0;
  const Counting* recorder = nullptr;
  Appended appended_at_door;

 private:
  Encoder encoder_;
};

/// How the line is read: as everything from engines is, with the search for orders in disguise, or
/// by the contract's decoder alone.
enum class Reading : std::uint8_t { Intake, Decoder };

/// The gateway: intake, the real core over the given store, an operator that approves what it is
/// asked, the venue.
class Gateway final : public Middle {
 public:
  Gateway(journal::Store& store, Reading reading)
      : reading_(reading), desk_(store, venue_, clock_.now(), kSegmentBytes) {
    intake_.today = signals::date_of(clock_.now());
    intake_.reference_prices = {{Symbol("BTCUSDT"), Px::of(60'000)}};
    venue_.recorder = desk_.recorder.get();
  }

  void answer(std::string_view line, Socket& to) override {
    venue_.to = &to;
    const Appended before = desk_.recorder->appended;
    const std::int64_t begin = now_ns();
    SignalIntent signal = reading_ == Reading::Intake ? by_intake(line) : by_decoder(line);
    signal.nonce = entropy_.nonce();
    const std::int64_t read = now_ns();
    decide(signal);
    const std::int64_t asked = now_ns();
    const OperatorCommand command = desk_.approval();
    decide(command);
    CLAWGATE_ASSERT(venue_.at_door >= begin);  // it was sent, or the exchange would wait forever
    add(read - begin, asked - read, venue_.at_door - asked, venue_.at_bytes - venue_.at_door);
    per_order_ = {venue_.appended_at_door.records - before.records,
                  venue_.appended_at_door.bytes - before.bytes};
    ended_ = command.hold;
  }
  // The round before it may have been long ago: no prices are taken that old.
  void begin() override { desk_.runtime->market(a_top(clock_.now()), clock_.now()); }
  void tidy() override {
    desk_.now = clock_.now().value();
    desk_.end(ended_);
    begin();
  }

  [[nodiscard]] const std::string& order() const { return venue_.text; }
  /// What is recorded before the order leaves.
  [[nodiscard]] Appended per_order() const { return per_order_; }
  /// Where the time goes, in words.
  [[nodiscard]] std::string parts() const {
    constexpr const char* kNames[] = {"intake", "signal to asked", "approval to door",
                                      "encode and sign"};
    std::string text;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      text += std::string(i == 0 ? "" : ", ") + kNames[i] + " " + microseconds(median(parts_[i]));
    }
    return text;
  }

 private:
  [[nodiscard]] SignalIntent by_intake(std::string_view line) const {
    signals::Source source;
    source.name = "wire";
    source.bytes = line;
    source.received_at = clock_.now();
    const auto readings = signals::read_line(source, 0, intake_);
    CLAWGATE_ASSERT(readings.size() == 1 && readings[0].signal);
    return *readings[0].signal;
  }
  [[nodiscard]] SignalIntent by_decoder(std::string_view line) {
    const auto document = decoder_.decode(line);
    CLAWGATE_ASSERT(document.has_value());
    SignalIntent signal = (*document)->intent;
    signal.payload = sha256(bytes_of(line));
    signal.thesis = sha256(bytes_of((*document)->thesis));
    return signal;
  }
  // As the core's loop does: the newest market first, then what came, then the barrier.
  template <class Input>
  void decide(const Input& input) {
    desk_.runtime->refresh_market(clock_.now());
    desk_.runtime->apply(input, clock_.now());
    desk_.runtime->settle(clock_.now());
  }
  void add(std::int64_t intake, std::int64_t hold, std::int64_t release, std::int64_t encode) {
    const std::int64_t took[] = {intake, hold, release, encode};
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].push_back(static_cast<double>(took[i]));
    }
  }

  gateway::SystemClock system_;
  gateway::AnchoredClock clock_{system_};
  gateway::SystemEntropy entropy_;
  Reading reading_;
  signals::Options intake_;
  contracts::SignalDecoder decoder_;
  WireVenue venue_;
  Desk desk_;
  HoldId ended_;
  Appended per_order_;
  std::array<std::vector<double>, 4> parts_;
};

/// The same bytes in and out, and in between nothing; or as many durable writes as it is given.
class Relay final : public Middle {
 public:
  void answer(std::string_view, Socket& to) override {
    for (int i = 0; i < syncs; ++i) {
      offset_ += ::pwrite(file, bytes.data(), bytes.size(), offset_);
      if (::fdatasync(file) != 0) std::abort();
    }
    to.send(order);
  }

  std::string order;
  int syncs = 0;
  int file = -1;
  std::string bytes;  // of one durable write

 private:
  off_t offset_ = 0;
};

/// What no gateway can leave out that is signed, strict and audited: the contract's decoder, as
/// many records as ours, framed and chained, and the order encoded and signed. It decides nothing,
/// checks nothing and holds nothing.
class Least final : public Middle {
 public:
  explicit Least(journal::Store& store) {
    journal::Journal::Options options;
    options.segment_bytes = kSegmentBytes;
    journal_ = journal::Journal::open(store, options).value();
  }
  void answer(std::string_view line, Socket& to) override {
    const auto document = decoder_.decode(line);
    CLAWGATE_ASSERT(document.has_value());
    for (std::size_t record = 0; record < per_order.records; ++record) {
      static_cast<void>(journal_->append(60, 1, UnixNanos(now_ns()), payload_of_one()));
    }
    const auto done = journal_->commit();
    CLAWGATE_ASSERT(done.has_value());
    to.send(encoder_.text_of(legs_));
  }

  Appended per_order;

 private:
  [[nodiscard]] Bytes payload_of_one() const {
    return Bytes(payload_).first(per_order.bytes / std::max<std::size_t>(per_order.records, 1));
  }

  contracts::SignalDecoder decoder_;
  std::unique_ptr<journal::Journal> journal_;
  std::array<std::uint8_t, 4096> payload_{};
  Encoder encoder_;
  Legs legs_ = an_entry();
};

std::string signal_line(const std::string& id) {
  const gateway::SystemClock clock;
  std::string text = R"({"schema_version":"1.0","intent_id":"wire-)" + id +
                     R"(","source_engine":"tradingagents","symbol":"BTCUSDT","side":"buy",)"
                     R"("confidence":0.45,"thesis":"Momentum turned after the weekly close; the )"
                     R"(risk is defined below 59 400. Volume is above its average of ninety days.")"
                     R"(,"time_horizon":"3-6 months","as_of":")" +
                     time_text(clock.wall().value()) + R"(","trace_id":"trace-)" + id +
                     R"(","stop_loss":59400,"metadata":{"strength":"Overweight",)"
                     R"("confidence_basis":"derived","engine":{"version":"0.3.0"}}})";
  return text + "\n";
}

/// What the journal alone takes for such an order, without the core: nanoseconds, the processor
/// warm.
double journal_alone_ns(const Options& options, const Appended& per_order) {
  MemoryStore store;
  journal::Journal::Options journal_options;
  journal_options.segment_bytes = kSegmentBytes;
  const auto journal = journal::Journal::open(store, journal_options).value();
  const std::vector<std::uint8_t> payload(per_order.bytes /
                                          std::max<std::size_t>(per_order.records, 1));
  const int count = options.count(2'000);
  const auto append_all = [&] {
    const std::int64_t begin = now_ns();
    for (int i = 0; i < count; ++i) {
      for (std::size_t record = 0; record < per_order.records; ++record) {
        static_cast<void>(journal->append(60, 1, UnixNanos(begin + i), payload));
      }
      static_cast<void>(journal->commit());
    }
    return static_cast<double>(now_ns() - begin) / count;
  };
  static_cast<void>(append_all());  // warm
  return append_all();
}

std::vector<Row> raw_rows(const Options& options, journal::Store& store, Reading reading,
                          const std::string& name, const TailGoals& goals, int count, Relay& relay,
                          Least* least = nullptr) {
  Gateway gateway(store, reading);
  int made = 0;
  std::size_t signal_bytes = 0;
  const auto signal = [&](int) {
    std::string line = signal_line(std::to_string(100'000 + ++made));
    signal_bytes = line.size();
    return line;
  };
  const Sampled product = [&] { return drive(gateway, count, signal); };
  const Sampled limit = [&] {
    relay.order = gateway.order();
    relay.bytes.resize(gateway.per_order().bytes /
                       static_cast<std::size_t>(std::max(relay.syncs, 1)));
    return drive(relay, count, signal);
  };
  std::vector<Row> rows = compare_tails(name, goals, options, product, limit);
  const Appended appended = gateway.per_order();
  if (least != nullptr) least->per_order = appended;
  const double journal_alone = journal_alone_ns(options, appended);
  for (Row& row : rows) {
    row.note += "; " + std::to_string(signal_bytes) + " B in, " +
                std::to_string(gateway.order().size()) + " B out, encoding and signing included; " +
                gateway.parts() + "; its " + std::to_string(appended.records) + " records of " +
                std::to_string(appended.bytes) + " B, framed and chained alone, take " +
                microseconds(journal_alone);
  }
  return rows;
}

std::vector<Row> durable_rows(const Options& options, int syncs) {
  std::string folder = std::filesystem::temp_directory_path() / "clawgate-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return {};
  Relay relay;
  relay.syncs = syncs;
  relay.file = ::open((folder + "/raw").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  static_cast<void>(::posix_fallocate(relay.file, 0, 64 << 20));
  static_cast<void>(::fdatasync(relay.file));
  std::vector<Row> rows;
  {
    const auto store = journal::PosixStore::create(folder + "/journal").value();
    const std::string name = "signal to order, raw TCP, durable : relay + " +
                             std::string(syncs == 1 ? "one fdatasync" : "two fdatasyncs");
    rows = raw_rows(options, *store, Reading::Intake, name, {1.1, 0}, options.count(300), relay);
    for (Row& row : rows) {
      row.note += "; the gateway syncs twice: before it asks, and before the order leaves";
    }
  }
  ::close(relay.file);
  std::filesystem::remove_all(folder);
  return rows;
}

}  // namespace

std::vector<Row> wire_rows(const Options& options) {
  constexpr std::pair<Reading, const char*> kMemory[] = {
      {Reading::Intake, "signal to order, raw TCP, memory : relay"},
      {Reading::Decoder, "the same, read by the contract's decoder alone : relay"}};
  constexpr TailGoals kGoals = {1.3, 1.6};
  const int count = options.count(2'000);
  std::vector<Row> rows;
  MemoryStore least_store;
  Least least(least_store);
  Relay relay;
  for (const auto& [reading, name] : kMemory) {
    MemoryStore store;
    for (Row& row : raw_rows(options, store, reading, name, kGoals, count, relay, &least)) {
      rows.push_back(std::move(row));
    }
  }
  int made = 0;
  const auto signal = [&](int) { return signal_line(std::to_string(100'000 + ++made)); };
  for (Row& row : compare_tails(
           "the least of it: decoder, records, encode and sign : relay", kGoals, options,
           [&] { return drive(least, count, signal); },
           [&] { return drive(relay, count, signal); })) {
    row.note += "; no decision, no check, no hold: what a gateway does beside that comes on top";
    rows.push_back(std::move(row));
  }
  for (const int syncs : {1, 2}) {
    for (Row& row : durable_rows(options, syncs)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace clawgate::bench
