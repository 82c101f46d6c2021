// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "gateway/audit/finding.h"
#include "governance/journal/checkpoint.h"
#include "governance/journal/reader.h"

namespace clawgate::audit {

/// Called now and then while a journal is read.
using Progress = std::function<void(Seq)>;

/// Inputs are what the world told the core; the records between them are what it decided.
[[nodiscard]] constexpr bool is_input(std::uint16_t type) {
  return type >= 10 && type <= 49;
}
[[nodiscard]] constexpr bool is_fact(std::uint16_t type) {
  return type >= 60 && type <= 99;
}

/// What a whole pass over a journal saw of it, whatever else it looked for.
struct Extent {
  std::uint64_t records = 0;  // those that open segments among them
  journal::Chain head;
  std::uint64_t torn_tail_bytes = 0;
  std::map<std::string, std::uint64_t> engine_versions;  // and how many records of each
};

/// What the newest checkpoint knows behind `last`, the last record that can be read.
[[nodiscard]] std::optional<Finding> lost_behind(const journal::Checkpoint& newest, Seq last);

/// The core's records of a journal in order, each checked against the chain before it is shown;
/// those that open segments are passed over. A journal without a record, and one that its newest
/// checkpoint contradicts, is damaged: no start would take it. One thread at a time.
class Records {
 public:
  explicit Records(journal::Store& store, Progress progress = {});

  /// Goes one record on. False behind the last, and where the bytes are damaged.
  bool next();
  /// Reads what is left without looking at it, for extent() and damage().
  void drain();

  /// Whether record() stands on one; false before the first next() and behind the last record.
  [[nodiscard]] bool more() const { return more_; }
  /// Valid until the next call of next().
  [[nodiscard]] const journal::RecordView& record() const { return reader_.record(); }
  /// Of the engine that wrote record().
  [[nodiscard]] std::string_view engine_version() const {
    return reader_.segment_open().engine_version.view();
  }
  [[nodiscard]] const std::optional<Finding>& damage() const { return damage_; }
  [[nodiscard]] Extent extent() const;

 private:
  void meet_checkpoint();
  void judge_end();

  journal::JournalReader reader_;
  std::optional<journal::Checkpoint> newest_;
  Progress progress_;
  bool more_ = false;
  std::uint64_t records_ = 0;
  std::map<std::string, std::uint64_t> versions_;
  std::uint64_t* of_version_ = nullptr;
  std::optional<Finding> damage_;
};

}  // namespace clawgate::audit
