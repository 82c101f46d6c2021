// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/records.h"

namespace clawgate::audit {
namespace {

constexpr std::uint64_t kProgressMask = (std::uint64_t{1} << 16U) - 1;

Finding of_checkpoint(Reason reason, Seq seq, std::string expected, std::string seen) {
  return {.reason = reason,
          .seq = seq,
          .record = "?",
          .rule = {},
          .expected = std::move(expected),
          .seen = std::move(seen)};
}

}  // namespace

std::optional<Finding> lost_behind(const journal::Checkpoint& newest, Seq last) {
  if (newest.seq <= last) return std::nullopt;
  return of_checkpoint(Reason::JournalTailLost, newest.seq, "records up to the newest checkpoint",
                       "the last record is " + std::to_string(last.value()));
}

Records::Records(journal::Store& store, Progress progress)
    : reader_(store), progress_(std::move(progress)) {
  const auto sidecar = journal::read_checkpoints(store);
  const auto newest = sidecar ? journal::newest_checkpoint(*sidecar) : sidecar.error();
  if (newest) {
    newest_ = *newest;
    return;
  }
  const Error& error = newest.error();
  damage_ = of_checkpoint(error.reason, Seq{}, "a checkpoint that can be read",
                          error.field + ": " + error.seen);
}

bool Records::next() {
  if (damage_) return more_ = false;
  for (;;) {
    const journal::JournalReader::Step step = reader_.next();
    more_ = step == journal::JournalReader::Step::Record;
    if (step == journal::JournalReader::Step::Damage) damage_ = from_damage(reader_.damage());
    if (step == journal::JournalReader::Step::End) judge_end();
    if (!more_) return false;
    meet_checkpoint();
    if (damage_) return more_ = false;
    if ((++records_ & kProgressMask) == 0 && progress_) progress_(record().seq);
    if (record().type == journal::kTypeSegmentOpen || of_version_ == nullptr) {
      of_version_ = &versions_[std::string(engine_version())];
    }
    ++*of_version_;
    if (record().type != journal::kTypeSegmentOpen) return true;
  }
}

void Records::meet_checkpoint() {
  if (!newest_ || newest_->seq != record().seq || newest_->hash == reader_.chain().hash) return;
  damage_ = of_checkpoint(Reason::JournalCheckpoint, newest_->seq,
                          "the hash of the newest checkpoint", "another one");
}

void Records::judge_end() {
  if (newest_) damage_ = lost_behind(*newest_, reader_.chain().seq);
  if (!damage_ && records_ == 0) {
    damage_ = of_checkpoint(Reason::JournalMissing, Seq{1}, "a record", "none");
  }
}

void Records::drain() {
  while (more_) next();
}

Extent Records::extent() const {
  return {.records = records_,
          .head = reader_.chain(),
          .torn_tail_bytes = reader_.tail().torn_bytes,
          .engine_versions = versions_};
}

}  // namespace clawgate::audit
