// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "governance/journal/format.h"
#include "governance/journal/io.h"
#include "governance/journal/segment.h"
#include "governance/journal/store.h"
#include "schemas/core/result.h"

namespace clawgate::journal {

/// Reads a journal behind its writer, record by record, up to a sequence that the writer says is
/// durable, and never a byte further. Checks each record as every reader does. Holds one segment
/// in memory. One thread at a time, which need not be the writer's.
class Follower {
 public:
  explicit Follower(Store& store) : store_(&store) {}

  using Visitor = std::function<void(const RecordView&, const Chain&)>;

  /// Shows every record up to `durable` that was not shown yet, with where the chain stands after
  /// it. Answers the last sequence shown. An Error is final.
  Result<Seq> follow_to(Seq durable, const Visitor& visit);

  /// After the last record shown.
  [[nodiscard]] const Chain& chain() const { return cursor_.chain(); }

 private:
  static constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;  // more than any frame
  static constexpr std::size_t kNearBytes = std::size_t{4} * 1024;     // more than most groups

  [[nodiscard]] std::optional<Error> next_record();
  [[nodiscard]] std::optional<Error> enter_segment();
  [[nodiscard]] std::optional<Error> read_more(bool& any);
  [[nodiscard]] Error damaged(Reason reason) const;

  Store* store_;
  std::uint32_t number_ = 0;
  File file_;
  std::vector<std::uint8_t> bytes_;  // of the segment, from its start
  std::size_t reach_ = kNearBytes;   // how far the next read goes
  SegmentCursor cursor_;
  std::optional<Error> failure_;
};

}  // namespace clawgate::journal
