// SPDX-License-Identifier: Apache-2.0
#include "signals/direct_order.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "signals/embedded.h"

namespace clawgate::signals {
namespace {

std::optional<OrderFound> found_in(const std::string& text) {
  const auto json = read_json(text, {.depth_max = kDepthMax});
  return json ? find_order(*json) : find_order(std::string_view(text));
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string code(const std::optional<OrderFound>& found) {
  return found ? std::string(info(found->reason).code) : "nothing";
}

struct Row {
  std::string text;
  Reason reason;
};

TEST(DirectOrderTest, EachRuleFindsItsShapes) {
  const std::vector<Row> rows = {
      // Tool calls.
      {R"({"name":"buy","arguments":{"symbol":"BTCUSDT"}})", Reason::DirectOrderToolCall},
      {R"({"name":"buy_crypto"})", Reason::DirectOrderToolCall},
      {R"({"tool":"mcp__trade__sell_crypto"})", Reason::DirectOrderToolCall},
      {R"({"type":"tool_use","name":"trade.buy","input":{}})", Reason::DirectOrderToolCall},
      {R"({"function":{"name":"sell","arguments":"{}"}})", Reason::DirectOrderToolCall},
      {R"({"method":"execute_orders","params":[]})", Reason::DirectOrderToolCall},
      {R"({"place_order":{"symbol":"BTCUSDT"}})", Reason::DirectOrderToolCall},
      {R"({"note":"submit_order"})", Reason::DirectOrderToolCall},
      {R"({"action":"cancel_order"})", Reason::DirectOrderToolCall},
      {R"({"url":"http://localhost:8002/mcp"})", Reason::DirectOrderToolCall},
      {R"({"url":"http://10.0.0.7:8005"})", Reason::DirectOrderToolCall},
      {R"({"port":8005})", Reason::DirectOrderToolCall},
      {"I call buy_crypto(symbol='BTC-USDT', amount=0.2) now", Reason::DirectOrderToolCall},
      {"I call buy(\"BTC-USDT\", 0.2) now", Reason::DirectOrderToolCall},
      {"<invoke name=\"sell\"><parameter/></invoke>", Reason::DirectOrderToolCall},
      {"<function=place_order>", Reason::DirectOrderToolCall},
      // The book of AI-Trader.
      {R"({"this_action":{"action":"buy","symbol":"MU","amount":1}})", Reason::DirectOrderAction},
      {R"({"thisAction":"x"})", Reason::DirectOrderAction},
      // Documents.
      {R"({"order_intent_id":"x"})", Reason::DirectOrderDocument},
      {R"({"$schema":"https://x/order_intent.schema.json"})", Reason::DirectOrderDocument},
      {R"({"document":"order_intent"})", Reason::DirectOrderDocument},
      {R"({"order_intent":{}})", Reason::DirectOrderDocument},
      // Feed items.
      {R"({"message_type":"operation"})", Reason::DirectOrderFeedItem},
      {R"({"signal_type":"realtime"})", Reason::DirectOrderFeedItem},
      {R"({"signal_type":"trade"})", Reason::DirectOrderFeedItem},
      {R"({"signal_type":"Position"})", Reason::DirectOrderFeedItem},
      // A word of action with a size.
      {R"({"action":"buy","amount":1})", Reason::DirectOrderSized},
      {R"({"side":"SELL","quantity":"1"})", Reason::DirectOrderSized},
      {R"({"direction":"short","qty":1})", Reason::DirectOrderSized},
      {R"({"x":"cover","notional":1})", Reason::DirectOrderSized},
      {R"({"stance":"long","size":1})", Reason::DirectOrderSized},
      {R"({"side":"buy","units":1})", Reason::DirectOrderSized},
      {R"({"side":"buy","shares":1})", Reason::DirectOrderSized},
      {R"({"side":"buy","contracts":1})", Reason::DirectOrderSized},
      {R"({"side":"buy","weight":0.1})", Reason::DirectOrderSized},
      {R"({"side":"buy to open","order_qty":1})", Reason::DirectOrderSized},
      {R"({"side":"go long","amount_usd":1})", Reason::DirectOrderSized},
      {R"({"side":["buy"],"amount":1})", Reason::DirectOrderSized},
      {R"({"buy":{"symbol":"BTCUSDT","amount":1}})", Reason::DirectOrderSized},
      {R"({"buy":[{"symbol":"BTCUSDT","amount":1}]})", Reason::DirectOrderSized},
      {R"({"side":"buy","legs":[{"quantity":1}]})", Reason::DirectOrderSized},
      {R"({"quantity":1,"orders":[{"side":"buy"}]})", Reason::DirectOrderSized},
      {R"({"quantity":1,"order":{"side":"buy"}})", Reason::DirectOrderSized},
      {R"({"weight":1,"order":{"side":"buy"}})", Reason::DirectOrderSized},
      {R"({"side":"buy","order":{"quantity":1}})", Reason::DirectOrderSized},
      {R"({"side":"buy","order":{"weight":1}})", Reason::DirectOrderSized},
      {R"({"a":{"side":"buy"},"b":{"quantity":1}})", Reason::DirectOrderSized},
      {R"({"b":{"quantity":1},"a":{"side":"buy"}})", Reason::DirectOrderSized},
      {R"({"trade":["buy","BTCUSDT",0.2]})", Reason::DirectOrderSized},
      {"{'action': 'buy', 'symbol': 'BTC', 'amount': 1}", Reason::DirectOrderSized},
      {"{action: buy, quantity: 1,}", Reason::DirectOrderSized},
      {"{\"action\":\"buy\",\"amount\":1", Reason::DirectOrderSized},
      {"{\"amount\":1,\"amount\":2,\"side\":\"sell\"}", Reason::DirectOrderSized},
      // Fields that only orders have.
      {R"({"order_type":"limit"})", Reason::DirectOrderFields},
      {R"({"orderType":"limit"})", Reason::DirectOrderFields},
      {R"({"limit_price":60000})", Reason::DirectOrderFields},
      {R"({"time_in_force":"GTC"})", Reason::DirectOrderFields},
      {R"({"client_order_id":"1"})", Reason::DirectOrderFields},
      {R"({"newClientOrderId":"1"})", Reason::DirectOrderFields},
      {R"({"leverage":2})", Reason::DirectOrderFields},
      {R"({"reduce_only":true})", Reason::DirectOrderFields},
      {R"({"token_id":"7"})", Reason::DirectOrderFields},
      {R"({"price":1,"executed_at":"now"})", Reason::DirectOrderFields},
      // Allocations.
      {R"({"positions":{}})", Reason::DirectOrderAllocation},
      {R"({"target_weights":{"BTC":1}})", Reason::DirectOrderAllocation},
      {R"({"rebalance":true})", Reason::DirectOrderAllocation},
      {R"({"source":"copied:agent-7"})", Reason::DirectOrderAllocation},
  };
  for (const Row& row : rows)
    EXPECT_EQ(code(found_in(row.text)), info(row.reason).code) << row.text;
}

TEST(DirectOrderTest, HonestDocumentsPass) {
  const std::vector<std::string> rows = {
      R"({"side":"buy","confidence":0.7,"metadata":{"note":"buy half now, size it at 10%"}})",
      R"({"side":"buy","metadata":{"strength":"Buy","sample_size":30,"horizon":"long"}})",
      R"({"horizon":"long","units":"days"})",
      R"({"style":"long only","size":"large cap"})",
      R"({"metadata":{"votes":{"buy":3,"sell":1,"hold":2}}})",
      R"({"side":"buy","metadata":{"indicators":[{"name":"rsi","weight":0.3}]}})",
      R"({"side":"hold","amount":0})",
      R"({"signal":"SHORT","confidence":1.0,"signal_type":"SHORT"})",
      R"({"price":32.45,"date":"2026-03-22"})",
      R"({"order_type":null,"token_id":null,"positions":null})",
      R"({"amount":12,"currency":"USD"})",
      R"({"name":"buy signal","score":3})",
      R"({"name":"buy"})",
      R"({"text":"localhost:80021 and http://x:18002/"})",
      "Sell (reduce exposure now; keep a toe-hold) at $170. Position sizing: 40-50%.",
      "The buy(ers) came back [see chart], {roughly} 50 of them.",
      "We would never call place_order here.",
      "I sell (half) and buy (later).",
      "",
  };
  for (const std::string& row : rows) EXPECT_EQ(code(found_in(row)), "nothing") << row;
}

TEST(DirectOrderTest, OurOwnCautionInAnIntentsMetadataPasses) {
  const std::string intent = R"({"intent_id":"1","side":"sell","confidence":0.4,"metadata":)";
  EXPECT_EQ(code(found_in(intent + R"({"reduce_only":true}})")), "nothing");
  EXPECT_EQ(code(found_in(intent + R"({"reduce_only":"true"}})")), "DIRECT_ORDER_FIELDS");
  EXPECT_EQ(code(found_in(intent + R"({"inner":{"reduce_only":true}}})")), "DIRECT_ORDER_FIELDS");
  EXPECT_EQ(code(found_in(intent + R"({"quantity":1}})")), "DIRECT_ORDER_SIZED");
  EXPECT_EQ(code(found_in(R"({"side":"sell","metadata":{"reduce_only":true}})")),
            "DIRECT_ORDER_FIELDS");
}

TEST(DirectOrderTest, TheStrongestRuleIsReported) {
  const auto found =
      found_in(R"({"positions":{},"order_type":"x","side":"buy","amount":1,"name":"buy_crypto"})");
  EXPECT_EQ(code(found), "DIRECT_ORDER_TOOL_CALL");
}

TEST(DirectOrderTest, TheFindingNamesThePlace) {
  const auto found = found_in(R"({"a":[{"b/c":{"side":"buy","amount":1}}]})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->where, "/a/0/b~1c");
  EXPECT_EQ(found->seen, "buy with amount");
  const auto hidden = found_in(R"({"thesis":"so: {\"side\":\"buy\",\"amount\":1}"})");
  ASSERT_TRUE(hidden);
  EXPECT_EQ(hidden->where, "/thesis(json at byte 4)");
}

std::string json_text(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(DirectOrderTest, JsonInTextsIsFollowedToABound) {
  std::string text = R"({"side":"buy","amount":1})";
  for (int depth = 1; depth <= 4; ++depth) {
    text = "{\"x\":" + json_text(text) + "}";
    EXPECT_EQ(code(found_in(text)), "DIRECT_ORDER_SIZED") << depth;
  }
  text = "{\"x\":" + json_text(text) + "}";
  EXPECT_EQ(code(found_in(text)), "JSON_TOO_DEEP");
  EXPECT_EQ(code(found_in("{\"x\":" + json_text(std::string(20'000, '{')) + "}")), "JSON_TOO_DEEP");
}

// Spellings that a person reads as the word. One is drawn for each word.
class Disguise {
 public:
  explicit Disguise(std::mt19937_64& random) : random_(random) {}

  std::string operator()(const std::string& word) {
    std::string out;
    const auto style = random_() % 7;
    for (const char c : word) {
      switch (style) {
        case 0:
          out += c;
          break;
        case 1:
          out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
          break;
        case 2:
          out += std::string(1, c) + " ";
          break;
        case 3:
          out += std::string(1, c) + "\xE2\x80\x8B";  // a zero-width space
          break;
        case 4:
          out += full_width(c);
          break;
        case 5:
          out += cyrillic(c);
          break;
        default:
          out += c == '_' ? '-' : c;
      }
    }
    return out;
  }

 private:
  static std::string full_width(char c) {
    if (c < 'a' || c > 'z') return std::string(1, c);
    const unsigned point = 0xFF41U + static_cast<unsigned>(c - 'a');
    return {static_cast<char>(0xE0U | point >> 12), static_cast<char>(0x80U | (point >> 6 & 63U)),
            static_cast<char>(0x80U | (point & 63U))};
  }
  static std::string cyrillic(char c) {
    switch (c) {
      case 'a':
        return "\xD0\xB0";
      case 'c':
        return "\xD1\x81";
      case 'e':
        return "\xD0\xB5";
      case 'o':
        return "\xD0\xBE";
      case 'p':
        return "\xD1\x80";
      case 's':
        return "\xD1\x95";
      case 'u':
        return "\xCF\x85";  // Greek
      case 'y':
        return "\xD1\x83";
      case 'i':
        return "\xD1\x96";
      default:
        return std::string(1, c);
    }
  }

  std::mt19937_64& random_;
};

// An order object of a drawn shape, spelled in drawn disguises.
std::string drawn_order(std::mt19937_64& random) {
  Disguise disguised(random);
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[random() % from.size()];
  };
  const std::string action = json_text(
      disguised(pick({"buy", "sell", "short", "cover", "long", "buy_crypto", "sell_stock"})));
  const std::string size =
      json_text(disguised(pick({"amount", "quantity", "qty", "notional", "size", "units", "shares",
                                "contracts", "weight"})));
  switch (random() % 6) {
    case 0:
      return "{" + json_text(disguised("this_action")) + ":{\"symbol\":\"X\"}}";
    case 1:
      return "{" +
             json_text(disguised(pick(
                 {"order_type", "time_in_force", "client_order_id", "leverage", "token_id"}))) +
             ":\"x\"}";
    case 2:
      return "{" + json_text(disguised(pick({"positions", "target_weights", "rebalance"}))) +
             ":{}}";
    case 3:
      return "{\"name\":" +
             json_text(disguised(pick({"buy_crypto", "place_order", "execute_orders"}))) + "}";
    default:
      return "{\"" + pick({"action", "side", "do", "x"}) + "\":" + action +
             ",\"symbol\":\"BTCUSDT\"," + size + ":0.5}";
  }
}

// Planted at a drawn depth, in objects, lists and texts, in an otherwise honest document.
std::string planted(std::mt19937_64& random) {
  std::string inner = drawn_order(random);
  int texts = 0;
  const auto depth = random() % 8;
  for (std::uint64_t i = 0; i < depth; ++i) {
    switch (random() % 4) {
      case 0:
        inner = "{\"score\":0.3,\"deep\":" + inner + "}";
        break;
      case 1:
        inner = "[1,\"word\"," + inner + "]";
        break;
      case 2:
        if (++texts <= 3) inner = "{\"memo\":" + json_text("see " + inner + " there") + "}";
        break;
      default:
        inner = "{\"list\":[" + inner + ",null]}";
    }
  }
  return R"({"intent_id":"1","source_engine":"x","side":"hold","confidence":0.5,"thesis":"t",)"
         R"("metadata":{"model":"m","inner":)" +
         inner + "}}";
}

TEST(DirectOrderPropertyTest, AnOrderPlantedAnywhereIsFound) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = planted(random);
    const auto json = read_json(text, {.depth_max = kDepthMax});
    ASSERT_TRUE(json) << text;
    const auto found = find_order(*json);
    ASSERT_TRUE(found && found->reason != Reason::JsonTooDeep) << i << ": " << text;
  }
}

// Each brace without an end may begin an order: beyond a bound nobody looks on, and nothing passes.
TEST(DirectOrderTest, BracesWithoutEndAreNotLookedThroughForEver) {
  EXPECT_FALSE(find_order(std::string_view(std::string(60, '{'))));
  for (const std::string& text : {std::string(9'000, '{'), repeated("{\"a\":", 40'000),
                                  repeated("{\"a\":", 5'000) + "1" + std::string(5'000, '}')}) {
    const auto found = find_order(std::string_view(text));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->reason, Reason::JsonTooDeep);
  }
}

// A tag's attribute is found however much prose stands before it, not however long the tag is.
TEST(DirectOrderTest, AnAttributeIsFoundInItsTag) {
  const std::string call = "<invoke name=\"buy_crypto\">";
  EXPECT_EQ(code(find_order(std::string_view(std::string(100'000, '=') + call))),
            info(Reason::DirectOrderToolCall).code);
  EXPECT_FALSE(find_order(std::string_view("<" + std::string(5'000, ' ') + "name=\"buy_crypto\"")));
}

TEST(DirectOrderPropertyTest, TheSameDocumentWithoutAnOrderPasses) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 2'000; ++i) {
    std::string inner = "{\"score\":" + std::to_string(random() % 100) + "}";
    for (std::uint64_t d = random() % 8; d > 0; --d) {
      inner = random() % 2 == 0 ? "[\"buy\"," + inner + "]"
                                : "{\"memo\":" + json_text("sell half " + inner) + "}";
      if (inner.size() > 400) break;
    }
    const std::string text = R"({"side":"buy","confidence":0.5,"metadata":)" + inner + "}";
    const auto found = found_in(text);
    ASSERT_TRUE(!found || found->reason == Reason::JsonTooDeep) << text << " " << code(found);
  }
}

}  // namespace
}  // namespace clawgate::signals
