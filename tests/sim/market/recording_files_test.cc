// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/market/file_text.h"
#include "sim/market/source.h"
#include "tests/sim/market/support.h"

namespace clawgate::sim {
namespace {

class FileTextTest : public ::testing::Test {
 protected:
  Result<std::string_view> load(std::string_view bytes) {
    return text_.load(folder_.write("file", bytes));
  }

  TempFolder folder_;
  FileText text_;
};

TEST_F(FileTextTest, PlainAndPackedFilesGiveTheSameText) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(*load(text), text);
  EXPECT_EQ(*load(gzip(text)), text);
  EXPECT_EQ(*load(""), "");
  EXPECT_EQ(*load("a"), "a");
  EXPECT_EQ(*load(gzip("")), "");
}

TEST_F(FileTextTest, ThePaddingBehindTheTextIsZero) {
  (void)load(std::string(500, 'x'));
  for (const std::string& bytes : {std::string("abc"), gzip("abc")}) {
    const Result<std::string_view> text = load(bytes);
    ASSERT_EQ(*text, "abc");
    for (std::size_t i = 0; i < FileText::kPadding; ++i) EXPECT_EQ(text->data()[3 + i], '\0');
  }
}

// The end of such a file states the size of its last member only.
TEST_F(FileTextTest, PackedMembersInARowAreOneText) {
  const std::string large(3'000'000, 'y');
  EXPECT_EQ(*load(gzip(large) + gzip("tail")), large + "tail");
  EXPECT_EQ(*load(gzip("") + gzip("a") + gzip("b")), "ab");
}

TEST_F(FileTextTest, DamagedPackingIsRefusedWithItsPlace) {
  const std::string good = gzip(std::string(1000, 'z') + "end");
  for (std::size_t size = 2; size < good.size(); ++size) {
    const auto cut = load(good.substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().reason, Reason::RecordingCompressed);
    EXPECT_EQ(cut.error().field, folder_.path("file") + ":byte 0");
  }
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 0x10);
  EXPECT_EQ(load(flipped).error().reason, Reason::RecordingCompressed);

  const auto trailing = load(good + "rubbish that is no member");
  EXPECT_EQ(trailing.error().reason, Reason::RecordingCompressed);
  EXPECT_EQ(trailing.error().field, folder_.path("file") + ":byte " + std::to_string(good.size()));
}

TEST_F(FileTextTest, AnEndThatPromisesTooMuchCostsNoMemory) {
  std::string lying = gzip("abc");
  lying.replace(lying.size() - 4, 4, "\xff\xff\xff\xff");
  EXPECT_EQ(load(lying).error().reason, Reason::RecordingCompressed);
}

TEST_F(FileTextTest, AZipArchiveIsNamedAsOne) {
  const auto zip = load("PK\x03\x04 and more");
  EXPECT_EQ(zip.error().reason, Reason::RecordingCompressed);
  EXPECT_EQ(zip.error().seen, "a zip archive; unpack it first");
}

TEST_F(FileTextTest, WhatCannotBeReadIsNamed) {
  const auto missing = text_.load(folder_.path("missing"));
  EXPECT_EQ(missing.error().reason, Reason::RecordingUnreadable);
  EXPECT_EQ(missing.error().field, folder_.path("missing"));
  EXPECT_EQ(text_.load(folder_.path("")).error().reason, Reason::RecordingUnreadable);
}

class OpenRecordingTest : public ::testing::Test {
 protected:
  Error open(const std::string& text) {
    const auto source = open_recording({folder_.write("f", text)}, SymbolId{0}, "BTCUSDT");
    return source ? Error{} : source.error();
  }

  TempFolder folder_;
};

TEST_F(OpenRecordingTest, TheFormatIsFoundFromTheFirstCharacters) {
  EXPECT_EQ(open("1 {}").reason, Reason::None);
  EXPECT_EQ(open("\n\n1 {}").reason, Reason::None);
  EXPECT_EQ(open("1,2.0").reason, Reason::None);
  EXPECT_EQ(open("agg_trade_id,price").reason, Reason::None);
  EXPECT_EQ(open(" [").reason, Reason::None);
  for (const std::string text : {"{}", "hello", "1", "12345", "1\t{}", "agg_trade", "-1 {}"}) {
    const Error error = open("\n" + text);
    EXPECT_EQ(error.reason, Reason::RecordingLine) << text;
    EXPECT_EQ(error.field, folder_.path("f") + ":2: format");
    EXPECT_EQ(error.seen, text == "1\t{}" ? "1?{}" : text);
  }
}

TEST_F(OpenRecordingTest, ARecordingWithoutALineIsEmpty) {
  EXPECT_EQ(open("").reason, Reason::RecordingEmpty);
  EXPECT_EQ(open(" \r\n\n").reason, Reason::RecordingEmpty);
  EXPECT_EQ(open(gzip("\n")).reason, Reason::RecordingEmpty);
  EXPECT_EQ(open_recording({}, SymbolId{0}, "BTCUSDT").error().reason, Reason::RecordingEmpty);
}

TEST_F(OpenRecordingTest, EveryFileMustBeThereBeforeTheFirstIsRead) {
  const std::string good = folder_.write("good", "1 {}");
  const auto source = open_recording({good, folder_.path("missing")}, SymbolId{0}, "BTCUSDT");
  EXPECT_EQ(source.error().reason, Reason::RecordingUnreadable);
  EXPECT_EQ(source.error().field, folder_.path("missing"));
}

TEST_F(OpenRecordingTest, AFileDamagedLaterIsNamedWhenItIsReached) {
  const std::string good = folder_.write("good", "1 {\"stream\":\"btcusdt@kline_1m\"}\n");
  const std::string bad = folder_.write("bad.gz", gzip("abc").substr(0, 12));
  const auto source = open_recording({good, bad}, SymbolId{0}, "BTCUSDT").value();
  const auto event = source->next();
  EXPECT_EQ(event.error().reason, Reason::RecordingCompressed);
  EXPECT_EQ(source->next().error().field, bad + ":byte 0");
}

TEST_F(OpenRecordingTest, OptionsOutOfRangeAreRefused) {
  const std::string file = folder_.write("f", "1 {}");
  const auto reason = [&](const RecordingOptions& options) {
    const auto source = open_recording({file}, SymbolId{0}, "BTCUSDT", options);
    return source ? Reason::None : source.error().reason;
  };
  EXPECT_EQ(reason({.spread = Rate()}), Reason::None);
  EXPECT_EQ(reason({.spread = Rate::from_raw(-1)}), Reason::ConfigValueRange);
  EXPECT_EQ(reason({.tick = Px()}), Reason::ConfigValueRange);
  EXPECT_EQ(reason({.size = Qty()}), Reason::ConfigValueRange);
}

}  // namespace
}  // namespace clawgate::sim
