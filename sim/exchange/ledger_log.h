// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "schemas/core/result.h"
#include "sim/exchange/facts.h"

namespace clawgate::sim {

class Exchange;

/// The exchange's facts in an append-only file, so that a practice session survives a killed
/// process: each call's facts are one frame and one write(2), and what was written is the
/// operating system's before the call returns (not the disk's: a power cut may lose the tail).
///
/// File: 16 bytes "clawgate-sim-1\n" and a zero, then frames: length (u32), CRC-32 of the payload
/// as zlib's (u32), payload. Payload: facts of kind (u8), length (u16), record bytes.
/// Little-endian. A frame cut off at the end of the file is dropped when the file is opened;
/// damage anywhere else refuses the file.
class LedgerLog final : public FactSink {
 public:
  /// Opens or makes `path` and holds it alone.
  [[nodiscard]] static Result<std::unique_ptr<LedgerLog>> open(const std::string& path);
  ~LedgerLog() override;
  LedgerLog(const LedgerLog&) = delete;
  LedgerLog& operator=(const LedgerLog&) = delete;

  /// Puts what the file holds into `exchange`, which has its symbols and nothing else, and takes
  /// its facts from then on. An empty file first gets what the exchange already is. Call once.
  [[nodiscard]] Result<bool> attach(Exchange& exchange);

  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  /// Bytes of a torn last frame that open() dropped.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  /// False once a write failed: what happened since is not in the file, and whoever was to hear of
  /// it must not. Any thread.
  [[nodiscard]] bool ok() const { return ok_; }

  void add(const SymbolFact& fact) override;
  void add(const AccountFact& fact) override;
  void add(const RatesFact& fact) override;
  void add(const BalanceFact& fact) override;
  void add(const HouseFact& fact) override;
  void add(const OrderRecord& fact) override;
  void add(const ListRecord& fact) override;
  void add(const TradeRecord& fact) override;
  void add(const CountersFact& fact) override;
  void commit() override;

 private:
  LedgerLog(int file, std::string path) : file_(file), path_(std::move(path)) {}

  template <class Fact>
  void append(std::uint8_t kind, const Fact& fact);
  [[nodiscard]] Result<bool> load();
  void write_all(std::span<const std::uint8_t> bytes);

  int file_;
  std::string path_;
  std::vector<std::uint8_t> held_;   // frames read by open(), until attach()
  std::vector<std::uint8_t> batch_;  // the frame being made
  std::uint64_t frames_ = 0;
  std::uint64_t dropped_ = 0;
  std::atomic<bool> ok_{true};
};

}  // namespace clawgate::sim
