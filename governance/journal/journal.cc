// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/journal.h"

#include <algorithm>
#include <array>

#include "schemas/core/assert.h"

namespace clawgate::journal {

Journal::Journal(Store& store, const Options& options)
    : store_(store), options_(options), group_(options.group_bytes) {
  CLAWGATE_ASSERT(options.segment_bytes <= kSegmentBytesMax);
  rolls_.reserve(16);
}

Seq Journal::append(std::uint16_t type, std::uint16_t type_version, UnixNanos time, Bytes payload) {
  CLAWGATE_ASSERT(type >= kTypeFirstFree);
  CLAWGATE_ASSERT(payload.size() <= kPayloadMax);
  CLAWGATE_ASSERT(time >= head_.time);
  const bool full = segment_used_ + kFrameOverhead + payload.size() > options_.segment_bytes &&
                    segment_records_ > 1;  // the one that opens it, and one more at least
  if (begin_segment_ || full) begin_segment(time);
  add(type, type_version, time, payload);
  return head_.seq;
}

void Journal::add(std::uint16_t type, std::uint16_t type_version, UnixNanos time, Bytes payload) {
  const Seq seq{head_.seq.value() + 1};
  const Digest hash = group_.add_frame(
      head_.hash,
      {.seq = seq, .time = time, .type = type, .type_version = type_version, .payload = payload});
  head_ = {.seq = seq, .time = time, .hash = hash};
  segment_used_ += kFrameOverhead + payload.size();
  ++segment_records_;
}

// Takes the time of the record that needs it, so that the chain does not know when it was written.
void Journal::begin_segment(UnixNanos time) {
  open_.segment += 1;
  open_.configuration = options_.configuration;
  open_.engine_version = options_.engine_version;
  open_.previous_hash = head_.hash;
  begin_segment_ = false;
  rolls_.push_back({.begin = group_.size(), .segment = open_.segment});
  group_.add_segment_header();
  segment_used_ = kSegmentHeaderBytes;
  segment_records_ = 0;

  std::array<std::uint8_t, SegmentOpen::kPayloadBytesMin + decltype(open_.engine_version)::kMax>
      memory;
  Writer payload(memory);
  payload.put(open_);
  CLAWGATE_ASSERT(payload.ok());
  add(kTypeSegmentOpen, SegmentOpen::kVersion, time, payload.written());
}

Result<Seq> Journal::commit() {
  if (failure_) return *failure_;
  if (group_.size() == 0) return durable_;
  failure_ = write_group();
  if (failure_) return *failure_;
  durable_ = head_.seq;
  group_.reset(head_.hash);
  rolls_.clear();
  if (!prepared_) prepare_checkpoints();
  return durable_;
}

// A segment is whole and synced before the next one is created, so only the last can be torn.
std::optional<Error> Journal::write_group() {
  std::size_t begin = 0;
  for (const Roll& roll : rolls_) {
    if (auto failed = write_part(begin, roll.begin)) return failed;
    if (auto failed = end_segment()) return failed;
    if (auto failed = create_segment(roll.segment)) return failed;
    begin = roll.begin;
  }
  if (auto failed = write_part(begin, group_.size())) return failed;
  if (const int error = store_.sync(file_.handle()); error != 0) return fail("fdatasync", error);
  return std::nullopt;
}

std::optional<Error> Journal::write_part(std::size_t begin, std::size_t end) {
  const Bytes part = group_.bytes().subspan(begin, end - begin);
  if (const int error = write_all(store_, file_.handle(), part, file_used_); error != 0) {
    return fail("write", error);
  }
  file_used_ += part.size();
  return std::nullopt;
}

std::optional<Error> Journal::end_segment() {
  if (!file_.is_open()) return std::nullopt;  // the first segment of a new journal
  if (const int error = truncate(store_, file_.handle(), file_used_); error != 0) {
    return fail("ftruncate", error);
  }
  if (const int error = store_.sync(file_.handle()); error != 0) return fail("fdatasync", error);
  file_.close();
  return std::nullopt;
}

std::optional<Error> Journal::create_segment(std::uint32_t segment) {
  file_name_ = segment_name(segment);
  file_used_ = 0;
  file_ = File(store_, file_name_, Store::Open::CreateNew);
  if (!file_.is_open()) return fail("open", file_.error());
  if (const int error = store_.sync_directory(); error != 0) return fail("fsync", error);
  if (const int error = allocate(store_, file_.handle(), options_.segment_bytes); error != 0) {
    return fail("fallocate", error);
  }
  return std::nullopt;
}

Result<Seq> Journal::checkpoint(std::int64_t wall_ms) {
  auto committed = commit();
  if (!committed || durable_ == checkpointed_) return committed;
  unsigned_ = write_checkpoint(wall_ms);
  return durable_;
}

// Once, when the journal has its first record: a start that comes to nothing leaves no file.
void Journal::prepare_checkpoints() {
  prepared_ = true;
  if (options_.checkpoint_seed == Seed{}) return;
  const auto key = open_checkpoint_key(store_, options_.checkpoint_seed);
  unsigned_ = key ? make_checkpoint_room(store_, sidecar_bytes_) : key.error();
}

std::optional<Error> Journal::write_checkpoint(std::int64_t wall_ms) {
  const auto key = open_checkpoint_key(store_, options_.checkpoint_seed);
  if (!key) return key.error();
  const Checkpoint signed_head = sign_checkpoint(*key, durable_, head_.hash, wall_ms);
  const auto written = append_checkpoint(store_, signed_head, sidecar_bytes_);
  if (!written) return written.error();
  sidecar_bytes_ = *written;
  checkpointed_ = durable_;
  return std::nullopt;
}

Result<Seq> Journal::close(std::int64_t wall_ms, Room room) {
  auto committed = commit();
  if (!committed) return committed;
  if (room == Room::GiveBack) failure_ = end_segment();
  if (failure_) return *failure_;
  file_.close();
  auto signed_at = checkpoint(wall_ms);
  if (signed_at) failure_ = Error{.reason = Reason::JournalWrite, .field = "", .seen = "closed"};
  return signed_at;
}

Error Journal::fail(std::string_view call, int error) const {
  return io_error(Reason::JournalWrite, file_name_, call, error);
}

}  // namespace clawgate::journal
