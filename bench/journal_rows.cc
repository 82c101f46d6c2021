// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "bench/harness.h"
#include "bench/memory_store.h"
#include "governance/journal/journal.h"
#include "governance/journal/posix_store.h"
#include "governance/journal/reader.h"

namespace clawgate::bench {
namespace {

constexpr std::size_t kPayload = 256;

std::unique_ptr<journal::Journal> open_journal(journal::Store& store) {
  journal::Journal::Options options;
  options.engine_version = Text<64>("bench");
  options.segment_bytes = std::uint64_t{256} << 20U;
  options.group_bytes = std::size_t{4} << 20U;
  return journal::Journal::open(store, options).value();
}

Row append_row(const Options& options) {
  const int count = options.count(4'000);
  std::array<std::uint8_t, kPayload> payload{};
  MemoryStore store;
  const auto journal = open_journal(store);
  std::int64_t time = 1;
  const Timed product = [&](std::vector<double>&) {
    const std::int64_t begin = now_ns();
    for (int i = 0; i < count; ++i) {
      payload[0] = static_cast<std::uint8_t>(i);
      journal->append(60, 1, UnixNanos(++time), payload);
    }
    const double took = static_cast<double>(now_ns() - begin) / count;
    static_cast<void>(journal->commit());
    return took;
  };
  // What a frame hashes: its prefix and body.
  std::array<std::uint8_t, kPayload + journal::kBodyHeaderBytes + 40> bytes{};
  Sha256 hasher;
  const Timed limit = [&](std::vector<double>&) {
    const std::int64_t begin = now_ns();
    for (int i = 0; i < count; ++i) {
      bytes[0] = static_cast<std::uint8_t>(i);
      bytes[1] = hasher.update(bytes).finish().bytes[0];
    }
    return static_cast<double>(now_ns() - begin) / count;
  };
  Row row = interleave("journal append to memory, 256 B : SHA-256 of the same bytes", 1.25, options,
                       product, limit);
  row.note = "frame, CRC-32, chain hash, copy; no system call; batches, no single-call p99";
  return row;
}

// The same bytes in the same groups: what the disk allows.
Row durable_row(const Options& options, int batch) {
  const std::string directory = std::filesystem::temp_directory_path() / "clawgate-bench-XXXXXX";
  std::string path = directory;
  if (::mkdtemp(path.data()) == nullptr) return {};
  const auto store = journal::PosixStore::create(path + "/journal").value();
  const auto journal = open_journal(*store);
  const int groups = options.count(batch == 1 ? 300 : 100);
  std::array<std::uint8_t, kPayload> payload{};
  std::int64_t time = 1;
  std::vector<double> appending;
  const Timed product = [&](std::vector<double>& samples) {
    const std::int64_t begin = now_ns();
    for (int group = 0; group < groups; ++group) {
      const std::int64_t one = now_ns();
      for (int i = 0; i < batch; ++i) journal->append(60, 1, UnixNanos(++time), payload);
      appending.push_back(static_cast<double>(now_ns() - one) / batch);
      static_cast<void>(journal->commit());
      samples.push_back(static_cast<double>(now_ns() - one) / batch);
    }
    return static_cast<double>(now_ns() - begin) / groups / batch;
  };
  const int file = ::open((path + "/raw").c_str(), O_RDWR | O_CREAT, 0600);
  const std::size_t frame = kPayload + journal::kFrameOverhead;
  static_cast<void>(::posix_fallocate(file, 0, 256 << 20));
  static_cast<void>(::fdatasync(file));
  std::vector<std::uint8_t> bytes(frame * static_cast<std::size_t>(batch));
  off_t offset = 0;
  const Timed limit = [&](std::vector<double>&) {
    const std::int64_t begin = now_ns();
    for (int group = 0; group < groups; ++group) {
      offset += ::pwrite(file, bytes.data(), bytes.size(), offset);
      static_cast<void>(::fdatasync(file));
    }
    return static_cast<double>(now_ns() - begin) / groups / batch;
  };
  Row row = interleave(
      "durable append, groups of " + std::to_string(batch) + " : raw pwrite + fdatasync (rate)",
      0.9, options, product, limit);
  row.ratio = 1 / row.ratio;
  row.at_least = true;
  row.note = "per record; both on preallocated files of " + path.substr(0, path.rfind('/')) + "; " +
             std::to_string(std::lround(median(appending))) +
             " ns of it chain and frame the record, before its group is written";
  ::close(file);
  std::filesystem::remove_all(path);
  return row;
}

}  // namespace

std::vector<Row> journal_rows(const Options& options) {
  std::vector<Row> rows = {append_row(options)};
  for (const int batch : {1, 16, 256}) rows.push_back(durable_row(options, batch));
  return rows;
}

}  // namespace clawgate::bench
