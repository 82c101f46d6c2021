// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "gateway/effect.h"

namespace clawgate::gateway {

/// What a person has to do at the venue, as the file human_action_required.md says it: what failed,
/// what it means, what to do now, and how to see that it helped.
[[nodiscard]] std::string human_action_text(const HumanActionRequired& what);

/// Writes it whole or not at all, mode 0600. False when the disk refused.
[[nodiscard]] bool write_human_action(const std::string& path, const HumanActionRequired& what);

/// What it asks for would do harm once it is over: the file becomes human_action_done-INCIDENT.md
/// beside it, whose first line says so. `by`: when it was over at the latest. False when the disk
/// refused; true too where there is none.
[[nodiscard]] bool withdraw_human_action(const std::string& path, UnixNanos by);

/// The file of a running gateway: what it should be is said on one thread and brought to the disk
/// on another, which may have to wait for it.
class HumanActionFile {
 public:
  explicit HumanActionFile(std::string path) : path_(std::move(path)) {}

  /// Any thread. Whoever hears of the end first hears of the call too late: it stays ended.
  void require(const HumanActionRequired& what);
  void end(UnixNanos at);
  /// Brings the file to what was said last. One thread at a time. False when the disk refused: the
  /// next write() tries again.
  [[nodiscard]] bool write();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::mutex mutex_;
  std::optional<HumanActionRequired> required_;
  std::optional<UnixNanos> ended_;
  bool due_ = false;
};

}  // namespace clawgate::gateway
