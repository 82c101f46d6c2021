// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/reader.h"

#include <algorithm>
#include <utility>

#include "governance/journal/io.h"

namespace clawgate::journal {

Error to_error(const Finding& finding) {
  return {.reason = finding.reason,
          .field = finding.file + " offset " + std::to_string(finding.offset) + " sequence " +
                   std::to_string(finding.seq.value()),
          .seen = finding.text};
}

JournalReader::Step JournalReader::next() {
  while (!stopped_) {
    if (!in_segment_) {
      enter_next_segment();
      continue;
    }
    const SegmentCursor::Step step = cursor_.next();
    if (step == SegmentCursor::Step::Record) return Step::Record;
    if (step == SegmentCursor::Step::End) leave_segment(0);
    if (step == SegmentCursor::Step::Bad) at_bad_bytes();
  }
  return *stopped_;
}

JournalReader::Step JournalReader::skip_unverified_to(Seq from) {
  while (!stopped_) {
    if (in_segment_ && cursor_.skip_unverified_to(from)) break;
    if (in_segment_) leave_segment(0);
    enter_next_segment();
  }
  return next();
}

void JournalReader::enter_next_segment() {
  if (!listed_ && !list_segments()) return;
  if (entered_ == segments_.size()) {
    stopped_ = Step::End;
    return;
  }
  ++number_;
  if (segments_[entered_] != number_) {
    damaged(Reason::JournalSegment, 0, "no such segment, but later ones");
    return;
  }
  ++entered_;
  const int error = read_file(*store_, segment_name(number_), kSegmentBytesMax, bytes_);
  if (error != 0) {
    damaged(Reason::FileUnreadable, 0, io_error(Reason::FileUnreadable, "", "read", error).seen);
    return;
  }
  if (is_last() && all_zero(bytes_)) {  // begun, and stopped before its first write was synced
    tail_.unbegun_segment = number_;
    stopped_ = Step::End;
    return;
  }
  cursor_ = SegmentCursor(bytes_, number_, cursor_.chain(), cursor_.journal_id());
  in_segment_ = true;
}

bool JournalReader::list_segments() {
  std::vector<std::string> names;
  const int error = store_->list(names);
  if (error != 0) {
    damaged(Reason::FileUnreadable, 0, io_error(Reason::FileUnreadable, "", "list", error).seen);
    return false;
  }
  for (const std::string& name : names) {
    if (const auto number = segment_number(name)) segments_.push_back(*number);
  }
  std::sort(segments_.begin(), segments_.end());
  listed_ = true;
  return true;
}

void JournalReader::leave_segment(std::uint64_t torn_bytes) {
  tail_.torn_bytes = torn_bytes;
  if (cursor_.has_records()) {
    tail_.segment = number_;
    tail_.good_bytes = cursor_.offset();
  } else {
    tail_.unbegun_segment = number_;
  }
  in_segment_ = false;
}

void JournalReader::at_bad_bytes() {
  if (is_last() && cursor_.looks_torn()) {
    leave_segment(cursor_.torn_bytes());
    return;
  }
  damaged(cursor_.reason(), cursor_.offset(), std::string(info(cursor_.reason()).meaning));
}

void JournalReader::damaged(Reason reason, std::uint64_t offset, std::string text) {
  damage_ = {.reason = reason,
             .file = segment_name(number_),
             .offset = offset,
             .seq = Seq{chain().seq.value() + 1},
             .text = std::move(text)};
  stopped_ = Step::Damage;
}

}  // namespace clawgate::journal
