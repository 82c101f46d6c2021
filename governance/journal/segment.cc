// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/segment.h"

#include <algorithm>
#include <cstring>

#include "governance/journal/crc32.h"

namespace clawgate::journal {
namespace {

/// Length, body and CRC-32 of the frame that begins at `rest`; nullopt where none can.
std::optional<Bytes> covered_bytes(Bytes rest) {
  if (rest.size() < kLengthBytes) return std::nullopt;
  const auto length = load<std::uint32_t>(rest.data());
  if (length < kBodyHeaderBytes || length > kBodyMax) return std::nullopt;
  if (rest.size() < kLengthBytes + length + kCrcBytes + kDigestBytes) return std::nullopt;
  return rest.first(kLengthBytes + length);
}

bool crc_matches(Bytes covered) {
  return crc32(covered) == load<std::uint32_t>(covered.data() + covered.size());
}

/// Up to the last byte that is not zero.
std::size_t used_size(Bytes bytes) {
  const auto last =
      std::find_if(bytes.rbegin(), bytes.rend(), [](std::uint8_t byte) { return byte != 0; });
  return static_cast<std::size_t>(bytes.rend() - last);
}

/// Whether a whole frame with sequence `from_seq` or above begins anywhere in `bytes`.
bool has_whole_frame(Bytes bytes, Seq from_seq) {
  const std::size_t starts = used_size(bytes);  // a frame's length is not zero
  for (std::size_t start = 0; start < starts; ++start) {
    const auto covered = covered_bytes(bytes.subspan(start));
    if (!covered) continue;
    if (view_body(covered->subspan(kLengthBytes)).seq < from_seq) continue;
    if (crc_matches(*covered)) return true;
  }
  return false;
}

}  // namespace

bool all_zero(Bytes bytes) {
  return bytes.empty() ||
         (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

SegmentCursor::SegmentCursor(Bytes segment, std::uint32_t number, const Chain& chain,
                             const std::optional<Nonce>& journal_id)
    : segment_(segment), number_(number), chain_(chain), journal_id_(journal_id) {}

SegmentCursor::Step SegmentCursor::next() {
  if (reason_ != Reason::None) return Step::Bad;
  if (offset_ == 0) {
    reason_ = read_header();
    if (reason_ != Reason::None) return Step::Bad;
    offset_ = kSegmentHeaderBytes;
  }
  const Bytes rest = segment_.subspan(offset_);
  if (has_records() && (rest.size() < kLengthBytes || load<std::uint32_t>(rest.data()) == 0)) {
    if (all_zero(rest)) return Step::End;
    reason_ = Reason::JournalFrame;
    return Step::Bad;
  }
  reason_ = read_frame();
  return reason_ == Reason::None ? Step::Record : Step::Bad;
}

bool SegmentCursor::skip_unverified_to(Seq from) {
  if (offset_ == 0) {
    if (read_header() != Reason::None) return true;
    offset_ = kSegmentHeaderBytes;
  }
  while (true) {
    const auto covered = covered_bytes(segment_.subspan(offset_));
    if (!covered) return !all_zero(segment_.subspan(offset_));
    record_ = view_body(covered->subspan(kLengthBytes));
    if (record_.seq >= from) return true;
    if (!has_records()) {
      const auto open = read_open();
      if (!open) return true;
      take(*open);
    }
    pass(*covered);
  }
}

void SegmentCursor::grow(Bytes segment) {
  segment_ = segment;
  reason_ = Reason::None;
}

Reason SegmentCursor::read_header() {
  if (segment_.size() < kSegmentHeaderBytes) return Reason::JournalMagic;
  if (std::memcmp(segment_.data(), kMagic.data(), kMagic.size()) != 0) return Reason::JournalMagic;
  const auto version = load<std::uint16_t>(segment_.data() + kMagic.size());
  if (version == 0) return Reason::JournalMagic;
  return version == kFormatVersion ? Reason::None : Reason::JournalVersion;
}

Reason SegmentCursor::read_frame() {
  const auto covered = covered_bytes(segment_.subspan(offset_));
  if (!covered) return Reason::JournalFrame;
  if (!crc_matches(*covered)) return Reason::JournalCrc;
  record_ = view_body(covered->subspan(kLengthBytes));
  if (record_.seq.value() != chain_.seq.value() + 1) return Reason::JournalSequence;
  if (record_.time < chain_.time) return Reason::JournalTime;
  if ((record_.type == kTypeSegmentOpen) == has_records()) return Reason::JournalSegment;
  std::optional<SegmentOpen> open;
  if (!has_records()) {
    open = read_open();
    if (!open) return Reason::JournalSegment;
  }
  const Digest hash = hasher_.update(chain_prefix(chain_.hash)).update(*covered).finish();
  const std::uint8_t* const stored = covered->data() + covered->size() + kCrcBytes;
  if (std::memcmp(hash.bytes.data(), stored, kDigestBytes) != 0) return Reason::JournalChain;
  if (open) take(*open);
  pass(*covered);
  return Reason::None;
}

void SegmentCursor::pass(Bytes covered) {
  chain_.seq = record_.seq;
  chain_.time = record_.time;
  std::memcpy(chain_.hash.bytes.data(), covered.data() + covered.size() + kCrcBytes, kDigestBytes);
  record_offset_ = offset_;
  offset_ += covered.size() + kCrcBytes + kDigestBytes;
}

/// nullopt where the record does not open this segment of this journal here.
std::optional<SegmentOpen> SegmentCursor::read_open() const {
  if (record_.payload.size() < SegmentOpen::kPayloadBytesMin) return std::nullopt;
  const auto open = decode<SegmentOpen>(record_.payload);
  if (!open || open->segment != number_) return std::nullopt;
  if (open->previous_hash != chain_.hash) return std::nullopt;
  if (journal_id_ && open->journal_id != *journal_id_) return std::nullopt;
  return open;
}

void SegmentCursor::take(const SegmentOpen& open) {
  open_ = open;
  journal_id_ = open.journal_id;
}

bool SegmentCursor::looks_torn() const {
  // The others need a whole frame (or a whole newer header) to be seen at all.
  if (reason_ != Reason::JournalMagic && reason_ != Reason::JournalFrame &&
      reason_ != Reason::JournalCrc && reason_ != Reason::JournalChain) {
    return false;
  }
  const Bytes behind = segment_.subspan(std::min<std::size_t>(offset_ + 1, segment_.size()));
  return !has_whole_frame(behind, Seq{chain_.seq.value() + 1});
}

std::uint64_t SegmentCursor::torn_bytes() const {
  return used_size(segment_.subspan(has_records() ? offset_ : 0));
}

SegmentScan scan(Bytes segment) {
  Chain chain;
  std::uint32_t number = 0;
  if (segment.size() > kSegmentHeaderBytes) {
    if (const auto covered = covered_bytes(segment.subspan(kSegmentHeaderBytes))) {
      const RecordView first = view_body(covered->subspan(kLengthBytes));
      if (const auto open = decode<SegmentOpen>(first.payload)) {
        chain.seq = Seq{first.seq.value() - 1};
        chain.hash = open->previous_hash;
        number = open->segment;
      }
    }
  }
  SegmentScan result;
  SegmentCursor cursor(segment, number, chain, std::nullopt);
  SegmentCursor::Step step = cursor.next();
  for (; step == SegmentCursor::Step::Record; step = cursor.next()) ++result.records;
  result.chain = cursor.chain();
  result.good_bytes = cursor.has_records() ? cursor.offset() : 0;
  result.reason = cursor.reason();
  if (step == SegmentCursor::Step::End) return result;
  result.looks_torn = cursor.looks_torn();
  result.torn_bytes = cursor.torn_bytes();
  return result;
}

}  // namespace clawgate::journal
