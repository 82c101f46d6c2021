// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace clawgate::gateway {

/// Lines to a file that may be a pipe or a terminal, and others' too. Whoever writes never waits
/// for whoever reads: a thread of its own hands the lines on, in order. Any thread.
///
///   write ─▶ queue ─▶ thread ─▶ write(2)     a full queue: dropped, counted, and the count told
///                                            where the lines would have stood
class LineWriter {
 public:
  static constexpr std::size_t kWaitingMax = 1024;
  static constexpr std::chrono::milliseconds kEndMax{1'000};
  /// The line that says how many are missing.
  using Missing = std::function<std::string(std::uint64_t lines)>;

  explicit LineWriter(int file, Missing missing = {});
  /// What is queued is written, for as long as kEndMax; then a reader that does not read is left.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// With its end of line.
  void write(std::string_view line);

 private:
  struct Shared;  // with the thread, which may stand in its write for longer than this is there
  static void loop(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace clawgate::gateway
