// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/follower.h"

#include <cerrno>
#include <span>

#include "governance/journal/reader.h"

namespace clawgate::journal {

// What became durable since the last time is short as a rule, and then a short read finds it all.
Result<Seq> Follower::follow_to(Seq durable, const Visitor& visit) {
  reach_ = kNearBytes;
  while (!failure_ && chain().seq < durable) {
    failure_ = next_record();
    if (!failure_) visit(cursor_.record(), cursor_.chain());
  }
  if (failure_) return *failure_;
  return chain().seq;
}

// The record is on disk, so where the bytes in memory do not hold it, the file does; and where the
// file ends or only zeros follow, the next segment does.
std::optional<Error> Follower::next_record() {
  if (number_ == 0) {
    if (auto error = enter_segment()) return error;
  }
  for (;;) {
    const SegmentCursor::Step step = cursor_.next();
    if (step == SegmentCursor::Step::Record) return std::nullopt;
    const std::uint64_t known = bytes_.size();
    const bool whole_frame_was_there = known - cursor_.offset() >= kChunkBytes;
    if (step == SegmentCursor::Step::Bad && whole_frame_was_there) return damaged(cursor_.reason());
    const bool near = reach_ == kNearBytes;
    bool any = false;
    if (auto error = read_more(any)) return error;
    if (near) continue;  // too short to judge by
    const auto frame = std::span(bytes_).subspan(cursor_.offset());
    if (any && (!cursor_.has_records() || !all_zero(frame))) {
      if (bytes_.size() == known && step == SegmentCursor::Step::Bad) {
        // Looked at with all that the file holds, it is as bad as before.
        if (cursor_.next() == SegmentCursor::Step::Record) return std::nullopt;
        return damaged(cursor_.reason());
      }
      continue;
    }
    if (!cursor_.has_records()) return damaged(Reason::JournalSegment);
    if (auto error = enter_segment()) return error;
  }
}

std::optional<Error> Follower::enter_segment() {
  ++number_;
  file_ = File(*store_, segment_name(number_), Store::Open::Read);
  if (!file_.is_open()) {
    return io_error(Reason::JournalSegment, segment_name(number_), "open", file_.error());
  }
  const Chain chain = cursor_.chain();
  const std::optional<Nonce> id = cursor_.journal_id();
  bytes_.clear();
  cursor_ = SegmentCursor({}, number_, chain, id);
  bool any = false;
  return read_more(any);
}

// From the end of the good bytes on: what lay behind them when they were read may have been
// written since.
std::optional<Error> Follower::read_more(bool& any) {
  const std::size_t from = cursor_.offset();
  bytes_.resize(from + reach_);
  reach_ = kChunkBytes;
  std::size_t end = from;
  while (end < bytes_.size()) {
    const std::int64_t got = store_->read(file_.handle(), std::span(bytes_).subspan(end),
                                          static_cast<std::uint64_t>(end));
    if (got == -EINTR) continue;
    if (got < 0) {
      return io_error(Reason::FileUnreadable, segment_name(number_), "read", static_cast<int>(got));
    }
    if (got == 0) break;
    end += static_cast<std::size_t>(got);
  }
  bytes_.resize(end);
  any = end > from;
  cursor_.grow(bytes_);
  return std::nullopt;
}

Error Follower::damaged(Reason reason) const {
  return to_error({.reason = reason,
                   .file = segment_name(number_),
                   .offset = cursor_.offset(),
                   .seq = Seq{chain().seq.value() + 1},
                   .text = std::string(info(reason).meaning)});
}

}  // namespace clawgate::journal
