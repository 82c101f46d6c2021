// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "governance/journal/posix_store.h"
#include "tests/governance/journal/support.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::journal {
namespace {

// Prints how long a million records of 256 bytes take to recover; bench/ holds it to a goal.
TEST(RecoveryTimeTest, AMillionRecordsComeBack) {
  constexpr std::uint64_t kRecords = 1'000'000;
  const testing::TemporaryDirectory directory;
  const std::string path = directory.path().string();
  const auto store = PosixStore::create(path).value();
  Journal::Options options = small_options();
  options.segment_bytes = std::uint64_t{64} << 20U;
  Chain head;
  {
    const auto journal = must_open(*store, options);
    std::vector<std::uint8_t> payload(256, 1);
    for (std::uint64_t n = 0; n < kRecords; ++n) {
      clawgate::journal::store(payload.data(), n);
      journal->append(2, 1, UnixNanos{static_cast<std::int64_t>(n)}, payload);
      if (n % 4096 == 0) {
        ASSERT_TRUE(journal->commit());
      }
    }
    ASSERT_TRUE(journal->commit());
    head = journal->head();
  }
  const auto began = std::chrono::steady_clock::now();
  const auto journal = must_open(*store, options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("recovered %llu records in %.3f s\n",
              static_cast<unsigned long long>(journal->recovery().records), took.count());
  EXPECT_EQ(journal->head(), head);
}

}  // namespace
}  // namespace clawgate::journal
