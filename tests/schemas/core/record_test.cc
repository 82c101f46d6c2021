// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/record.h"

#include <gtest/gtest.h>

#include <vector>

namespace clawgate {
namespace {

enum class Colour : std::uint8_t { Red, Green };

struct Leg {
  Qty qty;
  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("qty", self.qty);
  }
};

struct OldOrder {
  Strong<struct IdTag, std::uint16_t> id;
  Text<8> symbol;
  Colour colour = Colour::Green;
  std::optional<Px> stop;
  List<Leg, 3> legs;
  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("id", self.id);
    field("symbol", self.symbol);
    field("colour", self.colour);
    field("stop", self.stop);
    field("legs", self.legs);
  }
};

struct NewOrder : OldOrder {
  bool urgent = true;
  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    OldOrder::visit(self, field);
    field("urgent", self.urgent);
  }
};

NewOrder an_order() {
  NewOrder order;
  order.id = decltype(order.id)(513);
  order.symbol = Text<8>("BTCUSDT");
  order.colour = Colour::Red;
  order.stop = Px::of(7);
  EXPECT_TRUE(order.legs.push_back({Qty::of(2)}));
  order.urgent = false;
  return order;
}

template <class T>
std::vector<std::uint8_t> bytes_of_record(const T& record) {
  std::vector<std::uint8_t> room(256);
  Writer writer(room);
  writer.put(record);
  EXPECT_TRUE(writer.ok());
  room.resize(writer.size());
  return room;
}

TEST(RecordTest, BytesAreThoseOfTheDescription) {
  const std::vector<std::uint8_t> want = {1, 2,                                        // id 513
                                          7, 'B', 'T',  'C',  'U',  'S', 'D', 'T',     // symbol
                                          0,                                           // colour
                                          1, 0,   0x27, 0xb9, 0x29, 0,   0,   0,   0,  // stop 7
                                          1, 0,   0xc2, 0xeb, 0x0b, 0,   0,   0,   0,  // one leg, 2
                                          0};                                          // urgent
  EXPECT_EQ(bytes_of_record(an_order()), want);
}

TEST(RecordTest, ComesBackEqual) {
  const auto bytes = bytes_of_record(an_order());
  const auto order = decode<NewOrder>(bytes);
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(bytes_of_record(*order), bytes);
}

TEST(RecordTest, AnOlderRecordLeavesNewFieldsAtTheirDefault) {
  const auto order = decode<NewOrder>(bytes_of_record<OldOrder>(an_order()));
  ASSERT_TRUE(order.has_value());
  EXPECT_TRUE(order->urgent);
  EXPECT_EQ(order->symbol, "BTCUSDT");
}

TEST(RecordTest, ANewerRecordIsReadAsFarAsItIsKnown) {
  const auto order = decode<OldOrder>(bytes_of_record(an_order()));
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(order->stop, Px::of(7));
}

TEST(RecordTest, AValueCutInItsMiddleIsRefused) {
  auto bytes = bytes_of_record(an_order());
  EXPECT_FALSE(decode<NewOrder>(Bytes(bytes).first(1)).has_value());   // half an id
  EXPECT_FALSE(decode<NewOrder>(Bytes(bytes).first(5)).has_value());   // half a symbol
  EXPECT_FALSE(decode<NewOrder>(Bytes(bytes).first(15)).has_value());  // half a stop
  bytes[2] = 9;                                                        // longer than Text<8>
  EXPECT_FALSE(decode<NewOrder>(bytes).has_value());
  bytes[2] = 7;
  bytes[11] = 2;  // a bool that is neither
  EXPECT_FALSE(decode<NewOrder>(bytes).has_value());
  bytes[11] = 1;
  bytes[20] = 4;  // more legs than a list holds
  EXPECT_FALSE(decode<NewOrder>(bytes).has_value());
}

TEST(RecordTest, AWriterOutOfRoomSaysSo) {
  std::uint8_t room[4];
  Writer writer(room);
  writer.put(an_order());
  EXPECT_FALSE(writer.ok());
}

}  // namespace
}  // namespace clawgate
