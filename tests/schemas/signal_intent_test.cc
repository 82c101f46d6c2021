// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/signal_intent.h"

#include <gtest/gtest.h>

#include <random>

#include "schemas/contracts/date_time.h"
#include "schemas/strict_json.h"
#include "tests/schemas/allocations.h"

namespace clawgate::contracts {
namespace {

constexpr std::string_view kRequired =
    R"("schema_version":"1.0","intent_id":"i-1","source_engine":"engine","symbol":"BTCUSDT",)"
    R"("side":"sell","confidence":0.25,"thesis":"why","time_horizon":"1 day",)"
    R"("as_of":"2026-01-05T12:00:00.5Z","trace_id":"t-1")";

std::string with(std::string_view more) {
  return "{" + std::string(kRequired) + "," + std::string(more) + "}";
}

struct Refusal {
  Reason reason;
  std::string field;
  std::string seen;
  bool operator==(const Refusal&) const = default;
};
void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << info(refusal.reason).code << " at " << refusal.field << " seen " << refusal.seen;
}

Refusal refusal(std::string_view text) {
  SignalDecoder decoder;
  const auto result = decoder.decode(text);
  if (result) return {Reason::None, "", ""};
  return {result.error().reason, result.error().field, result.error().seen};
}

TEST(SignalDecoderTest, EveryFieldArrives) {
  const std::string text =
      with(R"("stop_loss":70000.5,"take_profit":-1,"metadata":{"strength":"Underweight",)"
           R"("confidence_basis":"derived","reduce_only":true,"human_review":true,"x":[1]})");
  SignalDecoder decoder;
  const auto result = decoder.decode(text);
  ASSERT_TRUE(result) << to_text(result.error());
  const SignalIntent& intent = (*result)->intent;
  EXPECT_EQ(intent.intent_id, "i-1");
  EXPECT_EQ(intent.source_engine, "engine");
  EXPECT_EQ(intent.symbol, "BTCUSDT");
  EXPECT_EQ(intent.side, SignalSide::Sell);
  EXPECT_EQ(intent.confidence, Rate::from_raw(25'000'000));
  EXPECT_EQ(intent.time_horizon, "1 day");
  EXPECT_EQ(intent.as_of.value(), 1'767'614'400'500'000'000);
  EXPECT_EQ(intent.trace_id, "t-1");
  EXPECT_EQ(intent.stop_loss, Px::from_raw(7'000'050'000'000));
  EXPECT_EQ(intent.take_profit, Px::of(-1));
  EXPECT_EQ(intent.strength, Strength::Underweight);
  EXPECT_TRUE(intent.confidence_derived);
  EXPECT_TRUE(intent.reduce_only);
  EXPECT_TRUE(intent.human_review);
  EXPECT_EQ((*result)->thesis, "why");
  EXPECT_TRUE((*result)->metadata.starts_with(R"({"strength")"));
  EXPECT_TRUE((*result)->metadata.ends_with(R"("x":[1]})"));
  EXPECT_EQ(intent.payload, Digest());  // the edge adds it
}

TEST(SignalDecoderTest, NothingIsLeftOfTheSignalBefore) {
  SignalDecoder decoder;
  ASSERT_TRUE(decoder.decode(with(
      R"("stop_loss":1,"take_profit":2,"metadata":{"strength":"Buy","confidence_basis":"derived",)"
      R"("reduce_only":true,"human_review":true})")));
  ASSERT_FALSE(decoder.decode(with(R"("metadata":{"a":{"b":)")));
  const auto result = decoder.decode("{" + std::string(kRequired) + "}");
  ASSERT_TRUE(result) << to_text(result.error());
  const SignalIntent& intent = (*result)->intent;
  EXPECT_EQ(intent.stop_loss, std::nullopt);
  EXPECT_EQ(intent.take_profit, std::nullopt);
  EXPECT_EQ(intent.strength, Strength::None);
  EXPECT_FALSE(intent.confidence_derived);
  EXPECT_FALSE(intent.reduce_only);
  EXPECT_FALSE(intent.human_review);
  EXPECT_EQ((*result)->metadata, "");
}

TEST(SignalDecoderTest, ARefusalLeavesNoPathForTheNextOne) {
  SignalDecoder decoder;
  EXPECT_EQ(decoder.decode(with(R"("metadata":{"a":{"b":[1,tru]}})")).error().field,
            "/metadata/a/b/1");
  EXPECT_EQ(decoder.decode("{}").error().field, "/schema_version");
}

TEST(SignalDecoderTest, EscapesAreReadInNamesAndTexts) {
  std::string text = with(R"("metad\u0061ta":{"\u0072educe_only":true})");
  const std::size_t at = text.find(R"("why")");
  text.replace(at, 5, R"("a \"quote\"\u0021 \ud83d\ude00\/")");
  SignalDecoder decoder;
  const auto result = decoder.decode(text);
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ((*result)->thesis, "a \"quote\"! \xF0\x9F\x98\x80/");
  EXPECT_TRUE((*result)->intent.reduce_only);
  EXPECT_EQ((*result)->metadata, R"({"\u0072educe_only":true})");  // as it was written
}

TEST(SignalDecoderTest, AnyOrderAndAnySpaceWillDo) {
  SignalDecoder decoder;
  const Json tree = read_json("{" + std::string(kRequired) + "}").value();
  std::string text = " \r\n{\t";
  for (auto member = tree.members.rbegin(); member != tree.members.rend(); ++member) {
    if (member != tree.members.rbegin()) text += " ,\n ";
    append_json_string(text, member->name);
    text += " : " + to_canonical_json(member->value);
  }
  text += " }\n";
  EXPECT_TRUE(decoder.decode(text)) << text;
}

TEST(SignalDecoderTest, ARefusalSaysWhereAndWhat) {
  EXPECT_EQ(refusal(with(R"("quantity":5)")),
            (Refusal{Reason::FieldUnknown, "/quantity", "\"quantity\""}));
  EXPECT_EQ(refusal(with(R"("side":"buy")")).reason, Reason::JsonDuplicateKey);
  EXPECT_EQ(refusal(with(R"("s\u0069de":"buy")")),
            (Refusal{Reason::JsonDuplicateKey, "/side", "\"s\\u0069de\""}));
  EXPECT_EQ(refusal(with(R"("stop_loss":"5")")),
            (Refusal{Reason::FieldType, "/stop_loss", "\"5\""}));
  EXPECT_EQ(refusal(with(R"("stop_loss":1e5 })")),
            (Refusal{Reason::NumberExponent, "/stop_loss", "1e5"}));
  EXPECT_EQ(refusal(with(R"("stop_loss":01)")).reason, Reason::JsonSyntax);
  EXPECT_EQ(refusal(with(R"("metadata":{"strength":"buy"})")),
            (Refusal{Reason::FieldValue, "/metadata/strength", "\"buy\""}));
  EXPECT_EQ(refusal(with(R"("metadata":{"strength":""})")).reason, Reason::FieldValue);
  EXPECT_EQ(refusal(with(R"("metadata":{"a":1,"a":2})")),
            (Refusal{Reason::JsonDuplicateKey, "/metadata/a", "\"a\""}));
  EXPECT_EQ(refusal("{\"symbol\":\"a\x01\"}"),
            (Refusal{Reason::JsonSyntax, "/symbol", "`?` at byte 12"}));
  EXPECT_EQ(refusal("{"), (Refusal{Reason::JsonSyntax, "", "the end at byte 1"}));
  EXPECT_EQ(refusal("[]"), (Refusal{Reason::FieldType, "", "["}));
  EXPECT_EQ(refusal(" \n"), (Refusal{Reason::EmptyInput, "", ""}));
  EXPECT_EQ(refusal("\xFF{}"), (Refusal{Reason::NotUtf8, "", ""}));
}

// Every byte but the last of a document cut short, and every byte spoiled by a zero.
TEST(SignalDecoderTest, NoPrefixAndNoHoleIsADocument) {
  const std::string text = with(R"("metadata":{"a":[true,null,{"b":"\n"}],"c":-1.5e+9})");
  SignalDecoder decoder;
  ASSERT_TRUE(decoder.decode(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(decoder.decode(std::string_view(text).substr(0, i))) << i;
    std::string hole = text;
    hole[i] = '\0';
    EXPECT_FALSE(decoder.decode(hole)) << i;
  }
}

TEST(SignalDecoderTest, ObjectsInMetadataHaveABoundOfMembers) {
  const auto object = [](std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) {
      text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":0";
    }
    return text + "}";
  };
  EXPECT_EQ(refusal(with("\"metadata\":" + object(64))).reason, Reason::None);
  EXPECT_EQ(refusal(with("\"metadata\":" + object(65))).reason, Reason::FieldTooLong);
  EXPECT_EQ(refusal(with("\"metadata\":{\"a\":[" + object(64) + "," + object(64) + "]}")).reason,
            Reason::None);
  EXPECT_EQ(refusal(with("\"metadata\":{\"a\":" + object(65) + "}")),
            (Refusal{Reason::FieldTooLong, "/metadata/a", "\"m64\""}));
}

TEST(SignalDecoderTest, ManyObjectsBesideOneAnotherAreFine) {
  std::string object = "{\"m0\":0";
  for (std::size_t i = 1; i < kMetadataMembersMax; ++i)
    object += ",\"m" + std::to_string(i) + "\":0";
  object += "}";
  std::string list = object;
  for (std::size_t i = 1; i < 2 * kSignalDepthMax; ++i) list += "," + object;
  EXPECT_EQ(refusal(with("\"metadata\":{\"a\":[" + list + "]}")).reason, Reason::None);
}

TEST(SignalDecoderTest, DepthCountsObjectsAndArrays) {
  const auto nested = [](std::string_view open, std::string_view close, std::size_t depth) {
    std::string text = "0";
    for (std::size_t i = 0; i < depth; ++i) text = std::string(open) + text + std::string(close);
    return with("\"metadata\":{\"a\":" + text + "}");
  };
  constexpr std::size_t kInside = kSignalDepthMax - 2;  // the document and metadata are two
  EXPECT_EQ(refusal(nested("[", "]", kInside)).reason, Reason::None);
  EXPECT_EQ(refusal(nested("[", "]", kInside + 1)).reason, Reason::JsonTooDeep);
  EXPECT_EQ(refusal(nested("{\"b\":", "}", kInside)).reason, Reason::None);
  EXPECT_EQ(refusal(nested("{\"b\":", "}", kInside + 1)).reason, Reason::JsonTooDeep);
}

TEST(SignalDecoderTest, ControlCharactersEndAText) {
  for (const char c : {'\x01', '\n', '\x1F'}) {
    EXPECT_EQ(refusal(with("\"metadata\":{\"a\":\"" + std::string(1, c) + "\"}")).reason,
              Reason::JsonSyntax);
  }
  EXPECT_EQ(refusal(with("\"metadata\":{\"a\":\" \x7F\"}")).reason, Reason::None);
}

// Where it accepts, the strict reader accepts too: nothing is skipped unread. And the other way
// round where only the text was damaged, since what the contract asks is unchanged by it.
TEST(SignalDecoderPropertyTest, AcceptsOnlyStrictJson) {
  const std::string good = with(
      R"("metadata":{"a":[true,null,{"b":"\n\u00e9"}],"c":-1.5e+9,"strength":"Buy","d":{"e":""}})");
  std::mt19937_64 random(3);
  SignalDecoder decoder;
  constexpr std::string_view kBytes = "\"\\{}[]:,0e.-utn \x01\x7F\xC3";
  std::size_t accepted = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text = good;
    const std::size_t at = random() % text.size();
    const char byte = kBytes[random() % kBytes.size()];
    if (i % 3 == 0) text[at] = byte;
    if (i % 3 == 1) text.insert(at, 1, byte);
    if (i % 3 == 2) text.erase(at, 1);
    const bool ours = decoder.decode(text).has_value();
    accepted += ours ? 1 : 0;
    if (ours) {
      ASSERT_TRUE(read_json(text)) << text;
    }
  }
  EXPECT_GT(accepted, 3000U);
  EXPECT_LT(accepted, 40'000U);
}

TEST(SignalDecoderTest, AcceptingAllocatesNothing) {
  const std::string text =
      with(R"("stop_loss":1,"metadata":{"a":["\n",{"b":1}],"strength":"Buy"})");
  SignalDecoder decoder;
  const std::size_t before = allocations_so_far();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(decoder.decode(text));
  EXPECT_EQ(allocations_so_far(), before);
}

TEST(SignalDecoderTest, WritesWhatItReads) {
  SignalDecoder decoder;
  const std::string text = with(R"("stop_loss":1,"metadata":{"strength":"Hold"})");
  const SignalDocument& read = *decoder.decode(text).value();
  EXPECT_EQ(encode(read.intent, read.thesis),
            R"({"as_of":"2026-01-05T12:00:00.5Z","confidence":0.25,"intent_id":"i-1",)"
            R"("metadata":{"confidence_basis":"stated","human_review":false,"reduce_only":false,)"
            R"("strength":"Hold"},"schema_version":"1.0","side":"sell","source_engine":"engine",)"
            R"("stop_loss":1,"symbol":"BTCUSDT","thesis":"why","time_horizon":"1 day",)"
            R"("trace_id":"t-1"})");
}

}  // namespace
}  // namespace clawgate::contracts
