// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/format.h"

#include <gtest/gtest.h>

#include "governance/journal/crc32.h"
#include "tests/governance/journal/support.h"

namespace clawgate::journal {
namespace {

TEST(FormatTest, CrcIsThatOfZlib) {
  EXPECT_EQ(crc32(bytes_of("123456789")), 0xCBF43926U);
  EXPECT_EQ(crc32({}), 0U);
}

TEST(FormatTest, SegmentNamesAreEightDigitsAndSortAsNumbers) {
  EXPECT_EQ(segment_name(1), "00000001.cgj");
  EXPECT_EQ(segment_name(12345678), "12345678.cgj");
  EXPECT_EQ(segment_number("00000001.cgj"), 1U);
  EXPECT_EQ(segment_number("99999999.cgj"), 99999999U);
  for (const char* name : {"0000001.cgj", "000000001.cgj", "0000000a.cgj", "00000001.cgk", ".cgj",
                           "checkpoints.jsonl", ""}) {
    EXPECT_EQ(segment_number(name), std::nullopt) << name;
  }
}

// Made from docs/journal-format.md by another program: these bytes never change within format
// version 1.
TEST(FormatTest, OneRecordJournalHasTheDocumentedBytes) {
  MemoryStore store;
  const auto journal = must_open(store);
  const std::string payload = "hello";
  EXPECT_EQ(journal->append(7, 3, UnixNanos{0x0102030405060708}, bytes_of(payload)), Seq{2});
  ASSERT_TRUE(journal->close(kWallMs));

  const std::string configuration = to_hex(sha256(bytes_of("configuration")));
  const std::string open_body = std::string("0100") + "0100" + "0100000000000000" +
                                "0807060504030201" + "0102030405060708090a0b0c0d0e0f10" +
                                "01000000" + configuration + std::string(64, '0') + "05" +
                                "302e312e30";
  const std::string record_body =
      std::string("0700") + "0300" + "0200000000000000" + "0807060504030201" + "68656c6c6f";
  EXPECT_EQ(to_hex(store.file("00000001.cgj")),
            "43474a524e4c0100"
            "6e000000" +
                open_body + "08991585" +
                "dc18011360e7f226328397e388e5fa76ef7e7db3ec3c9b12bf5f68b87362226c"
                "19000000" +
                record_body + "506ea343" +
                "05637bb05b988bf42067f34bef55c21f4a11388e9cddaec17aad61aaab1f7794");
}

}  // namespace
}  // namespace clawgate::journal
