// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/digest.h"
#include "sim/market/source.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::sim {

/// Files of one test, gone with it.
class TempFolder {
 public:
  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
    return path(name);
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (directory_.path() / name).string();
  }

 private:
  clawgate::testing::TemporaryDirectory directory_;
};

inline std::string gzip(std::string_view text) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
  std::string packed(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  packed.resize(
      libdeflate_gzip_compress(compressor, text.data(), text.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(compressor);
  return packed;
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// For files whose unpacked size is stated at their end, as of all with one member.
inline std::string gunzip(const std::string& packed) {
  std::uint32_t size = 0;
  packed.copy(reinterpret_cast<char*>(&size), sizeof size, packed.size() - sizeof size);
  std::string text(size, '\0');
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  const auto result = libdeflate_gzip_decompress(decompressor, packed.data(), packed.size(),
                                                 text.data(), text.size(), nullptr);
  libdeflate_free_decompressor(decompressor);
  if (result != LIBDEFLATE_SUCCESS) std::abort();
  return text;
}

/// Recorded inputs, which are not part of the project.
inline std::string recorded(const std::string& name) {
  return (clawgate::testing::shared_data() / "market" / name).string();
}

#define SKIP_WITHOUT_RECORDING(name) \
  if (!std::filesystem::exists(recorded(name))) GTEST_SKIP() << "no recording " << recorded(name)

/// Gives every event to `see` and answers the Error at the end; Reason::None for a clean end.
inline Error drain(MarketSource& source, const std::function<void(const MarketEvent&)>& see) {
  while (true) {
    const Result<const MarketEvent*> event = source.next();
    if (!event) return event.error();
    if (*event == nullptr) return {};
    see(**event);
  }
}

/// SHA-256 over every field of every event.
class EventDigest {
 public:
  void add(const MarketEvent& e) {
    number(static_cast<std::int64_t>(e.kind));
    number(e.symbol.value());
    number(e.exchange_time.value());
    number(e.receive_time.value());
    number(e.first_id);
    number(e.last_id);
    levels(e.bids);
    levels(e.asks);
    level(e.bid);
    level(e.ask);
    number(e.trade_id);
    number(e.price.raw());
    number(e.quantity.raw());
    number(e.buyer_is_maker ? 1 : 0);
  }
  std::string hex() {
    hash_.update(bytes_of(buffer_));
    buffer_.clear();
    return to_hex(hash_.finish());
  }

 private:
  void number(std::int64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      buffer_ += static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
    }
    if (buffer_.size() < 65536) return;
    hash_.update(bytes_of(buffer_));
    buffer_.clear();
  }
  void level(const BookLevel& level) {
    number(level.price.raw());
    number(level.quantity.raw());
  }
  void levels(std::span<const BookLevel> all) {
    number(static_cast<std::int64_t>(all.size()));
    for (const BookLevel& each : all) level(each);
  }

  Sha256 hash_;
  std::string buffer_;
};

/// The digest of all events; the Error as text when there was one.
inline std::string digest_of(MarketSource& source) {
  EventDigest digest;
  const Error error = drain(source, [&](const MarketEvent& event) { digest.add(event); });
  return error.reason == Reason::None ? digest.hex() : to_text(error);
}

/// The plainest local book there is.
class PlainBook {
 public:
  void apply(const MarketEvent& event) {
    if (event.kind == MarketKind::Snapshot) bids_.clear(), asks_.clear();
    for (const BookLevel& level : event.bids) put(bids_, level);
    for (const BookLevel& level : event.asks) put(asks_, level);
  }
  [[nodiscard]] BookLevel bid() const { return {bids_.rbegin()->first, bids_.rbegin()->second}; }
  [[nodiscard]] BookLevel ask() const { return {asks_.begin()->first, asks_.begin()->second}; }
  [[nodiscard]] std::size_t bid_levels() const { return bids_.size(); }
  [[nodiscard]] std::size_t ask_levels() const { return asks_.size(); }

 private:
  using Levels = std::map<Px, Qty>;
  static void put(Levels& levels, const BookLevel& level) {
    if (level.quantity.is_zero()) levels.erase(level.price);
    if (!level.quantity.is_zero()) levels[level.price] = level.quantity;
  }
  Levels bids_;
  Levels asks_;
};

inline bool same(const BookLevel& a, const BookLevel& b) {
  return a.price == b.price && a.quantity == b.quantity;
}

}  // namespace clawgate::sim
