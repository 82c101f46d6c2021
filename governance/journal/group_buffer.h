// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "governance/journal/format.h"

namespace clawgate::journal {

/// The frames of one group, as they will stand in the file. Keeps its memory from group to group
/// and grows only for a group larger than any before. One thread at a time.
///
/// A ChainPrefix stands before the first frame, and every frame ends with its hash: so the hash of
/// the frame before stands directly before each length. add_frame() lends the four bytes before
/// that hash (a CRC already made) to the prefix's length for the moment of hashing; then what is
/// hashed is one run of bytes, and nothing is copied to gather it.
class GroupBuffer {
 public:
  explicit GroupBuffer(std::size_t capacity);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Bytes bytes() const { return {memory_.get() + kBegin, size_}; }

  /// Forgets the frames. `last_hash` is that of the last frame before the next.
  void reset(const Digest& last_hash);
  void add_segment_header();
  /// Answers the frame's chain hash.
  [[nodiscard]] Digest add_frame(const Digest& last_hash, const RecordView& record);

 private:
  static constexpr std::size_t kBegin = sizeof(ChainPrefix);

  void make_room(std::size_t more);

  std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t size_ = 0;
  bool after_header_ = false;  // the bytes before the next frame are not a hash
  Sha256 hasher_;
};

}  // namespace clawgate::journal
