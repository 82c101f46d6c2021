// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

// What a test and the library that it loads into the program under test (death_at_call.cc) share:
// one file, mapped by both.

namespace clawgate::testing {

/// System calls that leave something behind, by what they touch.
enum class CallKind : std::uint32_t {
  FileWrite,      // write, pwrite
  FileSync,       // fsync, fdatasync
  EvidenceSync,   // the same, of a signal's evidence
  FileName,       // open that makes a file, rename, unlink, mkdir, truncate, allocate
  VenueConnect,   // connect to the venue
  VenueSend,      // requests and orders
  VenueReceive,   // answers and the user data stream
  MarketSend,     // the market data stream's own connection
  MarketReceive,  //
  ClientSend,     // answers to operators and engines
  ClientReceive,  // what they ask
};
inline constexpr std::size_t kCallKinds = 11;
inline constexpr std::array<std::string_view, kCallKinds> kCallKindWords = {
    "file write", "file sync",     "evidence sync",  "file name",   "connect",       "venue send",
    "receive",    "market stream", "market receive", "client send", "client receive"};

enum class Moment : std::uint32_t {
  Before,  // the call has no effect
  Inside,  // half of the bytes
  After,   // the call takes effect, the program never hears of it
  Fail,    // nobody dies: this call and all later ones of the kind answer that the disk is full
  Stall,   // nobody dies: this call and all later ones of the kind wait until disarmed
};

/// The n-th call of a kind is the last.
struct DeathPoint {
  CallKind kind = CallKind::FileWrite;
  std::uint64_t call = 0;  // from 1, over all lives of the program; 0: never
  Moment moment = Moment::Before;
};

struct DeathBlock {
  std::array<std::atomic<std::uint64_t>, kCallKinds> calls;
  std::atomic<std::uint32_t> kind;
  std::atomic<std::uint64_t> at;  // 0: never
  std::atomic<std::uint32_t> moment;
  std::atomic<std::uint32_t> venue_port;
  std::atomic<std::uint32_t> died;  // 1: at that point
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

inline constexpr const char* kDeathFile = "CLAWGATE_TEST_DEATH_FILE";

}  // namespace clawgate::testing
