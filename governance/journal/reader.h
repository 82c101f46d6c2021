// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "governance/journal/segment.h"
#include "governance/journal/store.h"
#include "schemas/core/result.h"

namespace clawgate::journal {

/// One thing that is wrong, and where. `offset` counts from the start of `file`; `seq` is the
/// record that should stand there.
struct Finding {
  Reason reason = Reason::None;
  std::string file;
  std::uint64_t offset = 0;
  Seq seq;
  std::string text;
};

[[nodiscard]] Error to_error(const Finding& finding);

/// Reads the records of a journal directory in order and checks everything but its checkpoints:
/// length, CRC-32, sequence, time, chain, and that segments follow one another. A record is shown
/// only after it was checked. Holds one segment in memory. One thread at a time.
class JournalReader {
 public:
  enum class Step : std::uint8_t {
    Record,
    End,     // tail() says what stands behind the last record
    Damage,  // damage() says what and where; nothing behind it is read
  };

  /// How the journal ends.
  struct Tail {
    std::uint32_t segment = 0;          // the last that holds records; 0: none does
    std::uint64_t good_bytes = 0;       // where its records end
    std::uint32_t unbegun_segment = 0;  // the file behind it that holds none; 0: there is none
    std::uint64_t torn_bytes = 0;       // of a write that was cut, in the last file
  };

  explicit JournalReader(Store& store) : store_(&store) {}

  [[nodiscard]] Step next();
  /// The next record with sequence `from` or above. What lies before is walked by its lengths and
  /// sequences alone, neither CRC nor hash computed: for looking at a journal that was verified.
  /// From there on next() checks everything against the hash that stands in the file.
  [[nodiscard]] Step skip_unverified_to(Seq from);

  /// Valid until the next call of next().
  [[nodiscard]] const RecordView& record() const { return cursor_.record(); }
  [[nodiscard]] std::uint32_t segment() const { return number_; }
  [[nodiscard]] std::uint64_t offset() const { return cursor_.record_offset(); }
  /// Of the segment that record() stands in.
  [[nodiscard]] const SegmentOpen& segment_open() const { return cursor_.segment_open(); }
  [[nodiscard]] const Chain& chain() const { return cursor_.chain(); }
  [[nodiscard]] const Tail& tail() const { return tail_; }
  [[nodiscard]] const Finding& damage() const { return damage_; }

 private:
  [[nodiscard]] bool list_segments();
  [[nodiscard]] bool is_last() const { return entered_ == segments_.size(); }
  void enter_next_segment();
  void leave_segment(std::uint64_t torn_bytes);
  void at_bad_bytes();
  void damaged(Reason reason, std::uint64_t offset, std::string text);

  Store* store_;
  bool listed_ = false;
  std::vector<std::uint32_t> segments_;  // ascending
  std::size_t entered_ = 0;              // how many of them
  std::uint32_t number_ = 0;             // of the segment in bytes_
  std::vector<std::uint8_t> bytes_;
  SegmentCursor cursor_;
  bool in_segment_ = false;
  std::optional<Step> stopped_;
  Tail tail_;
  Finding damage_;
};

}  // namespace clawgate::journal
