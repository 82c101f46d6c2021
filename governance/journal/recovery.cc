// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "governance/journal/journal.h"
#include "governance/journal/reader.h"

namespace clawgate::journal {
namespace {

// After a failed sync the kernel shows pages that never reached the disk, and calls them clean. So
// the two files that one can concern are read anew: the last segment (the one before it was synced
// before the last was created) and the sidecar.
std::optional<Error> drop_cached_pages(Store& store) {
  std::vector<std::string> names;
  if (const int error = store.list(names); error != 0) {
    return io_error(Reason::FileUnreadable, ".", "list", error);
  }
  std::string last_segment;
  for (const std::string& name : names) {
    if (segment_number(name)) last_segment = std::max(last_segment, name);
  }
  for (const std::string& name : names) {
    if (name != last_segment && name != kCheckpointFile) continue;
    const File file(store, name, Store::Open::Read);
    if (!file.is_open()) return io_error(Reason::FileUnreadable, name, "open", file.error());
    if (const int error = store.drop_cache(file.handle()); error != 0) {
      return io_error(Reason::FileUnreadable, name, "fadvise", error);
    }
  }
  return std::nullopt;
}

Error checkpoint_error(Reason reason, Seq seq, std::string seen) {
  return {.reason = reason,
          .field = std::string(kCheckpointFile) + " sequence " + std::to_string(seq.value()),
          .seen = std::move(seen)};
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Store& store, const Options& options,
                                               const Visitor& visit) {
  std::unique_ptr<Journal> journal(new Journal(store, options));
  if (auto failed = journal->recover(visit)) return *std::move(failed);
  return journal;
}

std::optional<Error> Journal::recover(const Visitor& visit) {
  if (auto failed = drop_cached_pages(store_)) return failed;
  const auto sidecar = read_checkpoints(store_);
  if (!sidecar) return sidecar.error();
  const auto newest = newest_checkpoint(*sidecar);
  if (!newest) return newest.error();

  JournalReader reader(store_);
  JournalReader::Step step = reader.next();
  for (; step == JournalReader::Step::Record; step = reader.next()) {
    const RecordView& record = reader.record();
    ++recovery_.records;
    ++segment_records_;
    if (record.type == kTypeSegmentOpen) {
      open_ = reader.segment_open();
      segment_records_ = 1;
    }
    if (*newest && record.seq == (*newest)->seq && reader.chain().hash != (*newest)->hash) {
      return checkpoint_error(Reason::JournalCheckpoint, record.seq,
                              "the newest checkpoint names another hash");
    }
    if (visit) visit(record);
  }
  if (step == JournalReader::Step::Damage) return to_error(reader.damage());
  head_ = reader.chain();
  if (*newest && (*newest)->seq > head_.seq) {
    return checkpoint_error(Reason::JournalTailLost, (*newest)->seq,
                            "the last record is " + std::to_string(head_.seq.value()));
  }
  if (auto failed = mend(reader.tail(), *sidecar)) return failed;

  durable_ = head_.seq;
  checkpointed_ = *newest ? (*newest)->seq : Seq{};
  sidecar_bytes_ = sidecar->good_bytes;
  group_.reset(head_.hash);
  recovery_.created = recovery_.records == 0;
  if (recovery_.created) {
    open_.journal_id = options_.journal_id;
  } else {
    prepare_checkpoints();
  }
  return std::nullopt;
}

// Removes what a crash left behind the last record, and makes durable what was read: it may stand
// in the page cache alone.
std::optional<Error> Journal::mend(const JournalReader::Tail& tail,
                                   const CheckpointLines& sidecar) {
  recovery_.torn_bytes = tail.torn_bytes;
  recovery_.torn_checkpoint_bytes = sidecar.torn_bytes;
  if (tail.unbegun_segment != 0) {
    file_name_ = segment_name(tail.unbegun_segment);
    if (const int error = store_.remove(file_name_); error != 0) return fail("unlink", error);
  }
  if (tail.segment != 0) {
    file_name_ = segment_name(tail.segment);
    file_used_ = segment_used_ = tail.good_bytes;
    file_ = File(store_, file_name_, Store::Open::Write);
    if (!file_.is_open()) return fail("open", file_.error());
    if (auto failed = mend_last_segment(tail)) return failed;
  }
  if (const int error = store_.sync_directory(); error != 0) return fail("fsync", error);
  if (sidecar.torn_bytes != 0) return cut_checkpoints(store_, sidecar.good_bytes);
  return std::nullopt;
}

std::optional<Error> Journal::mend_last_segment(const JournalReader::Tail& tail) {
  if (tail.unbegun_segment == 0 && tail.torn_bytes != 0) {
    if (const int error = truncate(store_, file_.handle(), file_used_); error != 0) {
      return fail("ftruncate", error);
    }
  }
  if (const int error = store_.sync(file_.handle()); error != 0) return fail("fdatasync", error);
  begin_segment_ = open_.engine_version != options_.engine_version ||
                   open_.configuration != options_.configuration;
  if (begin_segment_ || file_used_ >= options_.segment_bytes) return std::nullopt;
  if (const int error = allocate(store_, file_.handle(), options_.segment_bytes); error != 0) {
    return fail("fallocate", error);
  }
  return std::nullopt;
}

}  // namespace clawgate::journal
