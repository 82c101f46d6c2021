// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "governance/journal/format.h"
#include "schemas/reason.h"

namespace clawgate::journal {

/// Walks the records of one segment that stands whole in memory, and checks each against the chain
/// before showing it. Pure: any bytes may be given. One thread at a time.
class SegmentCursor {
 public:
  enum class Step : std::uint8_t {
    Record,
    End,  // zeros, or nothing, up to the end of the file
    Bad,  // reason() says which rule broke, offset() where
  };

  SegmentCursor() = default;
  /// `chain` is where the segment before left it; `journal_id` is that of the segments before, and
  /// is learned from the first one.
  SegmentCursor(Bytes segment, std::uint32_t number, const Chain& chain,
                const std::optional<Nonce>& journal_id);

  [[nodiscard]] Step next();
  /// Passes over records below `from` by their lengths alone, neither CRC nor hash computed. True
  /// where the next record is `from` or above, or cannot be passed over: next() will tell.
  [[nodiscard]] bool skip_unverified_to(Seq from);

  /// The same segment with more of it in memory, for a reader that follows a writer. What was bad
  /// for want of bytes is looked at again.
  void grow(Bytes segment);

  /// The record of the last Step::Record. Its payload lives in the segment's memory.
  [[nodiscard]] const RecordView& record() const { return record_; }
  [[nodiscard]] const SegmentOpen& segment_open() const { return open_; }
  [[nodiscard]] const std::optional<Nonce>& journal_id() const { return journal_id_; }
  /// After the last good record.
  [[nodiscard]] const Chain& chain() const { return chain_; }
  /// Where the good bytes end.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] std::uint64_t record_offset() const { return record_offset_; }
  [[nodiscard]] bool has_records() const { return offset_ > kSegmentHeaderBytes; }
  [[nodiscard]] Reason reason() const { return reason_; }

  /// After Step::Bad in the last segment of a journal: can a write that was cut explain it? Not
  /// where a whole record stands here or further on: a writer syncs what it wrote before it writes
  /// on, so a whole record behind a broken one means that something else broke it.
  [[nodiscard]] bool looks_torn() const;
  /// Bytes of a torn tail up to the last that is not zero, the segment's header among them where no
  /// record is left.
  [[nodiscard]] std::uint64_t torn_bytes() const;

 private:
  [[nodiscard]] Reason read_header();
  [[nodiscard]] Reason read_frame();
  [[nodiscard]] std::optional<SegmentOpen> read_open() const;
  void take(const SegmentOpen& open);
  void pass(Bytes covered);

  Bytes segment_;
  std::uint32_t number_ = 0;
  Chain chain_;
  std::optional<Nonce> journal_id_;
  std::uint64_t offset_ = 0;
  std::uint64_t record_offset_ = 0;
  RecordView record_;
  SegmentOpen open_;
  Reason reason_ = Reason::None;
  Sha256 hasher_;
};

[[nodiscard]] bool all_zero(Bytes bytes);

/// One segment on its own, its chain taken up where its first record says.
struct SegmentScan {
  std::uint64_t records = 0;
  Chain chain;
  std::uint64_t good_bytes = 0;
  Reason reason = Reason::None;  // None: a clean end
  bool looks_torn = false;
  std::uint64_t torn_bytes = 0;
};
[[nodiscard]] SegmentScan scan(Bytes segment);

}  // namespace clawgate::journal
