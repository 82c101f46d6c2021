// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/group_buffer.h"

#include <algorithm>
#include <cstring>

#include "governance/journal/crc32.h"

namespace clawgate::journal {

GroupBuffer::GroupBuffer(std::size_t capacity)
    : capacity_(capacity), memory_(new std::uint8_t[kBegin + capacity]) {
  reset(Digest{});
}

void GroupBuffer::reset(const Digest& last_hash) {
  const ChainPrefix prefix = chain_prefix(last_hash);
  std::memcpy(memory_.get(), prefix.data(), prefix.size());
  size_ = 0;
  after_header_ = false;
}

void GroupBuffer::add_segment_header() {
  make_room(kSegmentHeaderBytes);
  const auto header = segment_header();
  std::memcpy(memory_.get() + kBegin + size_, header.data(), header.size());
  size_ += header.size();
  after_header_ = true;
}

Digest GroupBuffer::add_frame(const Digest& last_hash, const RecordView& record) {
  const std::size_t body_bytes = kBodyHeaderBytes + record.payload.size();
  make_room(kFrameOverhead + record.payload.size());
  std::uint8_t* const frame = memory_.get() + kBegin + size_;
  std::uint8_t* const body = frame + kLengthBytes;
  store(frame, static_cast<std::uint32_t>(body_bytes));
  store(body, record.type);
  store(body + 2, record.type_version);
  store(body + 4, record.seq.value());
  store(body + 12, record.time.value());
  if (!record.payload.empty()) {
    std::memcpy(body + kBodyHeaderBytes, record.payload.data(), record.payload.size());
  }
  const Bytes covered(frame, kLengthBytes + body_bytes);
  std::uint8_t* const behind = frame + covered.size();
  store(behind, crc32(covered));

  Digest hash;
  if (after_header_) {
    hash = hasher_.update(chain_prefix(last_hash)).update(covered).finish();
    after_header_ = false;
  } else {
    std::uint8_t* const prefix = frame - sizeof(ChainPrefix);
    const auto lent = load<std::uint32_t>(prefix);
    store(prefix, static_cast<std::uint32_t>(kDigestBytes));
    hash = hasher_.update({prefix, sizeof(ChainPrefix) + covered.size()}).finish();
    store(prefix, lent);
  }
  std::memcpy(behind + kCrcBytes, hash.bytes.data(), kDigestBytes);
  size_ += covered.size() + kCrcBytes + kDigestBytes;
  return hash;
}

void GroupBuffer::make_room(std::size_t more) {
  if (size_ + more <= capacity_) return;
  const std::size_t capacity = std::max(2 * capacity_, size_ + more);
  std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[kBegin + capacity]);
  std::memcpy(larger.get(), memory_.get(), kBegin + size_);
  memory_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace clawgate::journal
