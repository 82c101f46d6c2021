// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "governance/journal/checkpoint.h"
#include "governance/journal/format.h"
#include "governance/journal/group_buffer.h"
#include "governance/journal/io.h"
#include "governance/journal/reader.h"
#include "governance/journal/store.h"
#include "schemas/core/result.h"

namespace clawgate::journal {

/// The writer of a journal: an append-only, hash-chained log of records whose meaning it does not
/// know. Records gather in memory until commit() makes them durable together; group boundaries
/// leave no trace in the bytes. One thread at a time; the caller owns it.
///
/// Steady state allocates nothing: only a group larger than any before, and a new segment, do.
///
/// A failed write or sync is for ever: nothing is known about the disk any more (fsync may have
/// dropped what it could not write), so nothing is tried again and every later call answers that
/// first error. Start again, and let recovery read what is really there.
///
/// A checkpoint that cannot be written is no failed journal: the records are on the disk. It is
/// told by unsigned_because(), and the next checkpoint is tried anew.
class Journal {
 public:
  struct Options {
    /// Names a journal that is created; one that exists keeps its own.
    Nonce journal_id;
    /// These two open each segment: records of another version or configuration begin a new one.
    Text<64> engine_version;
    Digest configuration;
    /// A segment ends before the record that would make it longer, but holds one at least.
    std::uint64_t segment_bytes = std::uint64_t{64} << 20U;  // at most kSegmentBytesMax
    std::size_t group_bytes = std::size_t{1} << 20U;         // memory for a group, to begin with
    /// 32 random bytes, used once: where the directory holds no key to sign checkpoints yet. All
    /// zeros: none is made, which is for journals that are never signed.
    Seed checkpoint_seed{};
  };

  /// What open() found and did.
  struct Recovery {
    bool created = false;
    std::uint64_t records = 0;
    std::uint64_t torn_bytes = 0;             // of a write that was cut; removed
    std::uint64_t torn_checkpoint_bytes = 0;  // the same in the sidecar
  };

  using Visitor = std::function<void(const RecordView&)>;

  /// Opens or creates. Reads and checks every record that is there, in order, and shows each to
  /// `visit`; what was shown counts only when the answer is not an Error. Cuts a torn tail.
  /// A damaged middle, or an end before the newest checkpoint, is an Error that says where.
  /// All that was recovered is durable when this returns.
  /// `store` outlives the journal.
  static Result<std::unique_ptr<Journal>> open(Store& store, const Options& options,
                                               const Visitor& visit = {});

  /// Adds a record to the group in memory; no system call. `type` is kTypeFirstFree or above,
  /// `time` not before last_time(), the payload at most kPayloadMax.
  Seq append(std::uint16_t type, std::uint16_t type_version, UnixNanos time, Bytes payload);

  /// Writes and syncs the group. Answers the last durable sequence. The first one makes the
  /// checkpoints' key and room for them, where it can, so that a disk that fills up later does not
  /// leave the journal unsigned; a journal without a key gets one when it is opened.
  Result<Seq> commit();

  /// Commits, then signs where the chain stands into the sidecar. `wall_ms` is Unix time.
  Result<Seq> checkpoint(std::int64_t wall_ms);

  /// Whether the unused room of the last segment stays reserved: a journal that is going to be
  /// opened again can then be written on a disk that is full by then.
  enum class Room : std::uint8_t { GiveBack, Keep };

  /// Commits, settles the unused room, and signs a checkpoint. Nothing can be added any more.
  Result<Seq> close(std::int64_t wall_ms, Room room = Room::GiveBack);

  /// The last record appended, durable or not; sequence 0 in a journal without records.
  [[nodiscard]] const Chain& head() const { return head_; }
  [[nodiscard]] Seq durable_seq() const { return durable_; }
  [[nodiscard]] UnixNanos last_time() const { return head_.time; }
  [[nodiscard]] std::size_t pending_bytes() const { return group_.size(); }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// Why the newest checkpoint, or what it needs, could not be written; nullopt: it could.
  [[nodiscard]] const std::optional<Error>& unsigned_because() const { return unsigned_; }
  [[nodiscard]] const Nonce& journal_id() const { return open_.journal_id; }
  [[nodiscard]] const Recovery& recovery() const { return recovery_; }

 private:
  struct Roll {
    std::size_t begin;  // in the group's bytes
    std::uint32_t segment;
  };

  Journal(Store& store, const Options& options);

  [[nodiscard]] std::optional<Error> recover(const Visitor& visit);
  [[nodiscard]] std::optional<Error> mend(const JournalReader::Tail& tail,
                                          const CheckpointLines& sidecar);
  [[nodiscard]] std::optional<Error> mend_last_segment(const JournalReader::Tail& tail);
  void add(std::uint16_t type, std::uint16_t type_version, UnixNanos time, Bytes payload);
  void begin_segment(UnixNanos time);
  [[nodiscard]] std::optional<Error> write_group();
  [[nodiscard]] std::optional<Error> write_part(std::size_t begin, std::size_t end);
  [[nodiscard]] std::optional<Error> end_segment();
  [[nodiscard]] std::optional<Error> create_segment(std::uint32_t segment);
  void prepare_checkpoints();
  [[nodiscard]] std::optional<Error> write_checkpoint(std::int64_t wall_ms);
  [[nodiscard]] Error fail(std::string_view call, int error) const;

  Store& store_;
  Options options_;
  Recovery recovery_;

  // As the records stand in the chain.
  Chain head_;
  SegmentOpen open_;                // of the segment that head_ stands in
  std::uint64_t segment_used_ = 0;  // bytes of it, those in the group among them
  std::uint64_t segment_records_ = 0;
  bool begin_segment_ = true;  // before the next record
  GroupBuffer group_;
  std::vector<Roll> rolls_;  // segments that begin within the group

  // As the files stand.
  File file_;
  std::string file_name_;
  std::uint64_t file_used_ = 0;
  Seq durable_;
  Seq checkpointed_;
  std::uint64_t sidecar_bytes_ = 0;  // of whole lines
  bool prepared_ = false;            // the key and room for lines, or the try to have them
  std::optional<Error> unsigned_;
  std::optional<Error> failure_;
};

}  // namespace clawgate::journal
