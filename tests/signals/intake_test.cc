// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>

#include "schemas/contracts/signal_intent.h"
#include "signals/file.h"
#include "tests/signals/bad_inputs.h"

namespace clawgate::signals {
namespace {

TEST(IntakeTest, EachBadInputIsRefusedByItsRule) {
  for (const BadInput& row : bad_inputs()) {
    const Intake intake = read(source_of(row.name, row.bytes), row.options);
    ASSERT_EQ(intake.readings.size(), 1U) << row.bytes;
    const Reading& reading = intake.readings.front();
    EXPECT_EQ(code_of(reading), info(row.reason).code) << row.name << ": " << row.bytes;
    EXPECT_EQ(reading.disposition, row.disposition) << row.name << ": " << row.bytes;
    EXPECT_FALSE(reading.signal) << row.bytes;
    EXPECT_FALSE(reading.where.empty()) << row.bytes;
    EXPECT_EQ(reading.payload, sha256(bytes_of(row.bytes))) << row.bytes;
    EXPECT_EQ(intake.direct_orders, is_direct_order(row.reason) ? 1U : 0U) << row.bytes;
  }
}

TEST(IntakeTest, EverySignalReasonHasOneBadInputAtAnEntryPoint) {
  std::set<Reason> covered;
  std::set<std::tuple<std::string, Reason, Disposition>> rules;
  for (const BadInput& row : bad_inputs()) {
    covered.insert(row.reason);
    EXPECT_TRUE(rules.emplace(row.name, row.reason, row.disposition).second)
        << row.name << " twice: " << info(row.reason).code;
  }
  // The contract alone does not look for orders in disguise.
  contracts::SignalDecoder decoder;
  const auto document =
      decoder.decode(replaced(kIntent, R"("metadata")", R"("note":"x","metadata")"));
  ASSERT_FALSE(document);
  covered.insert(document.error().reason);
  for (const ReasonInfo& row : kReasons) {
    if (row.surface != Surface::Signal) continue;
    EXPECT_TRUE(covered.contains(row.reason)) << row.code;
  }
}

TEST(IntakeTest, SizesAreBoundedToTheByte) {
  Options options;
  options.document_bytes_max = kIntent.size();
  EXPECT_EQ(code_of(one("intent.json", kIntent, options)), "NONE");
  options.document_bytes_max = kIntent.size() - 1;
  EXPECT_EQ(code_of(one("intent.json", kIntent, options)), "INPUT_TOO_LARGE");
  const std::string lines = kIntent + "\n" + kIntent + "\n";
  options = {};
  options.file_bytes_max = lines.size();
  EXPECT_EQ(read(source_of("a.jsonl", lines), options).signals, 2U);
  options.file_bytes_max = lines.size() - 1;
  EXPECT_EQ(read(source_of("a.jsonl", lines), options).reason, Reason::InputTooLarge);
}

TEST(IntakeTest, DepthIsBoundedToTheLevel) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(code_of(one("a.json", nested(32))), "NOT_A_SIGNAL");
  EXPECT_EQ(code_of(one("a.json", nested(33))), "JSON_TOO_DEEP");
}

TEST(IntakeTest, LinesAreReadOneByOneAndNamed) {
  const std::string lines = kIntent + "\r\n\n{\"side\":\"buy\",\"amount\":1}\nnot json\n" + kIntent;
  const Intake intake = read(source_of("in.jsonl", lines));
  ASSERT_EQ(intake.readings.size(), 4U);
  EXPECT_EQ(intake.readings[0].where, "in.jsonl:1");
  EXPECT_EQ(intake.readings[1].where, "in.jsonl:3");
  EXPECT_EQ(code_of(intake.readings[2]), "JSON_SYNTAX");
  EXPECT_EQ(intake.readings[3].where, "in.jsonl:5");
  EXPECT_EQ(intake.readings[0].payload, sha256(bytes_of(kIntent)));
  EXPECT_EQ(intake.payload, sha256(bytes_of(lines)));
  EXPECT_EQ(intake.signals, 2U);
  EXPECT_EQ(intake.rejected, 2U);
  // One order makes the file one that holds orders.
  EXPECT_EQ(intake.disposition, Disposition::Reject);
  EXPECT_EQ(intake.reason, Reason::DirectOrderSized);
}

TEST(IntakeTest, AStreamOfLinesNeedsNoName) {
  EXPECT_EQ(read(source_of("", kIntent + "\n" + kIntent)).signals, 2U);
  EXPECT_EQ(read(source_of("", kIntent + "\n")).signals, 1U);
  const auto readings = read_line(source_of("stdin", kIntent), 7);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings[0].where, "stdin:7");
  EXPECT_EQ(read_line(source_of("stdin", "hello"), 8)[0].reason, Reason::FormatUnknown);
}

TEST(IntakeTest, AFileWithASignalAndARefusalIsASignalFile) {
  const Intake intake = read(source_of("in.jsonl", "{}\n" + kIntent));
  EXPECT_EQ(intake.disposition, Disposition::Signal);
  EXPECT_EQ(intake.reason, Reason::None);
}

TEST(IntakeTest, OrdersHideInTextsToo) {
  const std::string text =
      "Rating: Buy\n\n```json\n{\"name\": \"buy_crypto\", \"arguments\": {\"amount\": 1}}\n```\n";
  EXPECT_EQ(code_of(one("BTC-USD_20260323_101010/5_portfolio/decision.md", text)),
            "DIRECT_ORDER_TOOL_CALL");
  EXPECT_EQ(code_of(one("x.json", R"({"side":"buy","amount":1,)")), "DIRECT_ORDER_SIZED");
}

TEST(IntakeTest, AByteOrderMarkIsDroppedFromATextOnly) {
  EXPECT_EQ(code_of(one("BTC-USD_20260323_1/5_portfolio/decision.md", "\xEF\xBB\xBFRating: Buy")),
            "NONE");
  for (const std::string name : {"intent.json", "intents.jsonl", "http/engine", "-"}) {
    const Reading reading = one(name, "\xEF\xBB\xBF" + kIntent);
    EXPECT_EQ(code_of(reading), "JSON_SYNTAX") << name;
    EXPECT_EQ(reading.seen, "a byte order mark before the first byte") << name;
  }
  EXPECT_EQ(code_of(one("http/engine", "\xEF\xBB\xBF{\"side\":\"buy\",\"amount\":1}")),
            "DIRECT_ORDER_SIZED")
      << "an order stays one";
}

TEST(IntakeTest, TheSameBytesGiveTheSameReadings) {
  for (const BadInput& row : bad_inputs()) {
    const Source source = source_of(row.name, row.bytes);
    EXPECT_EQ(to_json(read(source, row.options)), to_json(read(source, row.options)));
  }
}

TEST(IntakeTest, TheJournalsRecordIsBounded) {
  const std::string name(300, 'n');
  const Reading reading = one(name, R"({"this_action":")" + std::string(300, 'x') + R"("})");
  const SignalRefused record = refused_record(reading);
  EXPECT_EQ(record.reason, Reason::DirectOrderAction);
  EXPECT_EQ(record.source, "ai-trader");
  EXPECT_EQ(record.where.size(), 96U);
  EXPECT_LE(record.seen.size(), 64U);
  EXPECT_EQ(record.payload, reading.payload);
}

TEST(IntakeReportTest, JsonIsWellMadeAndNamesTheRule) {
  const auto json = nlohmann::json::parse(to_json(read(source_of("a.json", "{\"x\":1}"))));
  EXPECT_EQ(json["disposition"], "reject");
  EXPECT_EQ(json["reason"], "NOT_A_SIGNAL");
  EXPECT_EQ(json["readings"][0]["meaning"], info(Reason::NotASignal).meaning);
  EXPECT_EQ(json["readings"][0]["direct_order"], false);
  const auto signal = nlohmann::json::parse(to_json(read(source_of("a.json", kIntent))));
  EXPECT_EQ(signal["readings"][0]["signal"]["side"], "buy");
  EXPECT_EQ(signal["readings"][0]["signal"]["stop_loss"], 58000);
}

TEST(IntakeReportTest, TextSaysWhatWasSeenWhichRuleAndWhatNext) {
  const std::string text = to_text(read(source_of("a.json", R"({"side":"buy","amount":1})")));
  EXPECT_NE(text.find("buy with amount"), text.npos);
  EXPECT_NE(text.find(info(Reason::DirectOrderSized).next), text.npos);
  EXPECT_NE(text.find("[DIRECT_ORDER_SIZED]"), text.npos);
}

TEST(FileTest, AMissingOrTooLargeFileIsAnError) {
  const auto missing = read_file("/nowhere/at/all", 10);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, Reason::FileUnreadable);
  const auto directory = read_file("/", 10);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().reason, Reason::FileUnreadable);
  const auto large = read_file(CLAWGATE_SOURCE_DIR "/CMakeLists.txt", 10);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().reason, Reason::InputTooLarge);
}

}  // namespace
}  // namespace clawgate::signals
