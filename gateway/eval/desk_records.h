// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/recorder.h"
#include "gateway/state.h"

namespace clawgate::eval {

/// Keeps the records of one case in memory, and their running hash.
class DeskRecords final : public gateway::DurableRecorder {
 public:
  static constexpr std::size_t kKeys = std::size_t{1} << 10U;  // intents and commands of one case

  struct Row {
    std::uint16_t type;
    std::uint16_t version;
    UnixNanos time;
    std::vector<std::uint8_t> payload;
  };

  Ticket append(std::uint16_t type, std::uint16_t version, UnixNanos time, Bytes payload) override;
  [[nodiscard]] Result<Ticket> sync() override;

  /// A crash: the newest record of that name and all behind it never reached the disk. False when
  /// there is none.
  [[nodiscard]] bool cut_before(std::string_view name);
  /// nullptr when there is none.
  [[nodiscard]] const Row* newest(std::uint16_t type) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] Digest head() const;

  /// What the records contradict: an invariant (gateway/audit/prove.h), or the state that the
  /// gateway ended in, which must be their fold. None when they are sound.
  [[nodiscard]] std::optional<std::string> contradiction(const gateway::State& state) const;

  bool fails = false;  // from now on, as a disk does

 private:
  std::vector<Row> rows_;
};

}  // namespace clawgate::eval
