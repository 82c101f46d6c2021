// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/digest.h"
#include "schemas/core/record.h"
#include "schemas/core/text.h"
#include "schemas/ids.h"

// The bytes of a journal, for its writer and for every reader. docs/journal-format.md says the same
// in prose. All integers are little-endian.
//
//   segment   "CGJRNL" | u16 format version | frame ... | zeros or the end of the file
//   frame     u32 length of body | body | u32 CRC-32 of length and body | 32 bytes chain hash
//   body      u16 type | u16 type version | u64 sequence | i64 time_ns | payload
//
//   chain hash = SHA-256( u32 32 | previous chain hash | u32 length of body | body )
//
// A frame's length and body stand directly behind the hash of the frame before, so that what is
// hashed is one run of bytes but for the first four.

namespace clawgate::journal {

static_assert(std::endian::native == std::endian::little, "frames are little-endian in place");

inline constexpr std::string_view kMagic = "CGJRNL";
inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kSegmentHeaderBytes = 8;

inline constexpr std::size_t kDigestBytes = 32;
inline constexpr std::size_t kLengthBytes = 4;
inline constexpr std::size_t kBodyHeaderBytes = 20;
inline constexpr std::size_t kCrcBytes = 4;
inline constexpr std::size_t kPayloadMax = std::size_t{64} * 1024;
inline constexpr std::size_t kBodyMax = kBodyHeaderBytes + kPayloadMax;
/// What a frame adds to its payload.
inline constexpr std::size_t kFrameOverhead =
    kLengthBytes + kBodyHeaderBytes + kCrcBytes + kDigestBytes;

/// A segment is read into memory whole, so it has a largest size.
inline constexpr std::uint64_t kSegmentBytesMax = std::uint64_t{1} << 30U;

/// Type 0 is never written. Types from here on are the caller's.
inline constexpr std::uint16_t kTypeSegmentOpen = 1;
inline constexpr std::uint16_t kTypeFirstFree = 2;

/// Where a chain stands: the last record and its hash. The default stands before the first.
struct Chain {
  Seq seq;
  UnixNanos time{std::numeric_limits<std::int64_t>::min()};
  Digest hash;
  friend bool operator==(const Chain&, const Chain&) = default;
};

/// The first record of every segment.
struct SegmentOpen {
  static constexpr std::uint16_t kVersion = 1;
  static constexpr std::size_t kPayloadBytesMin = 16 + 4 + 32 + 32 + 1;

  Nonce journal_id;
  std::uint32_t segment = 0;
  Digest configuration;
  Digest previous_hash;  // the chain hash before this record
  Text<64> engine_version;

  friend bool operator==(const SegmentOpen&, const SegmentOpen&) = default;
  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("journal_id", self.journal_id);
    field("segment", self.segment);
    field("configuration", self.configuration);
    field("previous_hash", self.previous_hash);
    field("engine_version", self.engine_version);
  }
};

/// One record as it stands in memory that something else owns.
struct RecordView {
  Seq seq;
  UnixNanos time;
  std::uint16_t type = 0;
  std::uint16_t type_version = 0;
  Bytes payload;
};

template <class T>
[[nodiscard]] T load(const std::uint8_t* from) {
  T value{};
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
void store(std::uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

/// `body` holds at least kBodyHeaderBytes.
[[nodiscard]] inline RecordView view_body(Bytes body) {
  return {.seq = Seq{load<std::uint64_t>(body.data() + 4)},
          .time = UnixNanos{load<std::int64_t>(body.data() + 12)},
          .type = load<std::uint16_t>(body.data()),
          .type_version = load<std::uint16_t>(body.data() + 2),
          .payload = body.subspan(kBodyHeaderBytes)};
}

/// The four bytes before the previous hash, and that hash: what each chain hash begins with.
using ChainPrefix = std::array<std::uint8_t, 4 + kDigestBytes>;

[[nodiscard]] inline ChainPrefix chain_prefix(const Digest& previous) {
  ChainPrefix prefix;
  store(prefix.data(), static_cast<std::uint32_t>(kDigestBytes));
  std::memcpy(prefix.data() + 4, previous.bytes.data(), kDigestBytes);
  return prefix;
}

[[nodiscard]] inline std::array<std::uint8_t, kSegmentHeaderBytes> segment_header() {
  std::array<std::uint8_t, kSegmentHeaderBytes> header;
  std::memcpy(header.data(), kMagic.data(), kMagic.size());
  store(header.data() + kMagic.size(), kFormatVersion);
  return header;
}

/// "00000001.cgj" for 1.
[[nodiscard]] inline std::string segment_name(std::uint32_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return digits + ".cgj";
}

/// nullopt for a file that is not a segment by its name.
[[nodiscard]] inline std::optional<std::uint32_t> segment_number(std::string_view name) {
  if (name.size() != 12 || !name.ends_with(".cgj")) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : name.substr(0, 8)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return number;
}

}  // namespace clawgate::journal
