// SPDX-License-Identifier: Apache-2.0
#include "signals/form.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "signals/direct_order.h"

namespace clawgate::signals {
namespace {

// Each run as its members, `name:value`, parted by commas; runs parted by bars.
std::string forms_in(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (const auto form = next_form(text, at)) {
    if (!out.empty()) out += '|';
    const char* comma = "";
    for (const JsonMember& member : form->members.members) {
      out += comma + member.name + ':' + member.value.text;
      comma = ",";
    }
    EXPECT_GT(form->end, form->begin);
    at = form->end;
  }
  return out;
}

TEST(FormTest, RunsOfMembersAreReadWhereverTheyStand) {
  EXPECT_EQ(forms_in("a=1&b=2"), "a:1,b:2");
  EXPECT_EQ(forms_in("see https://x/y?a=1&b=2#z now"), "a:1,b:2#z");
  EXPECT_EQ(forms_in("a=1&amp;b=2"), "a:1,b:2");
  EXPECT_EQ(forms_in("a=1&&flag&b=2"), "a:1,b:2");
  EXPECT_EQ(forms_in("a=1 & b=2"), "a:1,b:2");
  EXPECT_EQ(forms_in("a='1'&b=\"2\""), "a:1,b:2");
  EXPECT_EQ(forms_in("curl -X POST -d a=1 -d 'b=2' \\\n --data-urlencode \"c=3\" u"),
            "a:1,b:2,c:3");
  EXPECT_EQ(forms_in("-d a=1 -X POST --data=b=2"), "a:1,b:2");
  EXPECT_EQ(forms_in("%73ide=%42UY&q=a+b%20c"), "side:BUY,q:a b c");
  EXPECT_EQ(forms_in("a=%FF&b=%zz%4"), "a:%FF,b:%zz%4");  // no UTF-8, no digits
  EXPECT_EQ(forms_in("a=1&b=2 and c=3&d=4"), "a:1,b:2|c:3,d:4");
  EXPECT_EQ(forms_in("a=1&b="), "a:1,b:");
}

TEST(FormTest, OneMemberIsNoRun) {
  for (const char* const text :
       {"", "=", "a=1", "a=1 b=2", "a=1, b=2", "x & y", "a=1&", "&=&=", "a=1 - b=2", "a == b",
        "<a href=\"x\" class=\"y\">", "if a=1 & b then"}) {
    EXPECT_EQ(forms_in(text), "") << text;
  }
}

std::string code_in(const std::string& text) {
  const auto json = read_json(text, {.depth_max = 32});
  const auto found = json ? find_order(*json) : find_order(std::string_view(text));
  return found ? std::string(info(found->reason).code) : "nothing";
}

TEST(FormTest, AnOrderInAFormIsRefused) {
  const std::string form = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.2";
  for (const std::string& text :
       {form, "https://api.binance.com/api/v3/order?" + form,
        "curl -X POST https://api.binance.com/api/v3/order -d '" + form + "'",
        std::string("curl https://x/order -d symbol=BTCUSDT -d side=BUY -d quantity=0.2"),
        std::string("symbol=BTCUSDT&side=%42%55%59&%71uantity=0.2"),
        std::string("side=BUY&amp;quoteOrderQty=100"),
        std::string("orders[0][side]=sell&orders[0][quantity]=1")}) {
    EXPECT_EQ(code_in(text), "DIRECT_ORDER_SIZED") << text;
    std::string quoted;
    append_json_string(quoted, text);
    EXPECT_EQ(code_in("{\"thesis\":" + quoted + "}"), "DIRECT_ORDER_SIZED") << text;
  }
  EXPECT_EQ(code_in("symbol=BTCUSDT&side=BUY&timeInForce=GTC"), "DIRECT_ORDER_FIELDS");
  EXPECT_EQ(code_in("method=order.place&symbol=BTCUSDT"), "DIRECT_ORDER_TOOL_CALL");
  EXPECT_EQ(code_in("note=x&body=side%3DBUY%26quantity%3D1"), "DIRECT_ORDER_SIZED");
}

TEST(FormTest, OtherAddressesPass) {
  for (const char* const text :
       {"https://news.example/a?utm_source=x&utm_medium=y",
        "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=500",
        "https://x/search?q=buy+the+dip&lang=en", "https://x/image?w=1200&h=630",
        "confidence=0.7&side=buy", "risk & reward = 2"}) {
    EXPECT_EQ(code_in(text), "nothing") << text;
  }
}

TEST(FormTest, TheFindingNamesThePlace) {
  const auto json = read_json(R"({"thesis":"GET /o?side=BUY&quantity=1"})");
  ASSERT_TRUE(json);
  const auto found = find_order(*json);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->where, "/thesis(form at byte 7)");
  EXPECT_EQ(found->seen, "BUY with quantity");
}

// Forms in forms are followed to the bound of texts in texts; beyond it nothing passes.
TEST(FormTest, FormsInFormsAreFollowedToABound) {
  std::string text = "side=BUY&quantity=1";
  for (int depth = 1; depth <= 6; ++depth) {
    EXPECT_EQ(code_in(text), depth <= 4 ? "DIRECT_ORDER_SIZED" : "JSON_TOO_DEEP") << depth;
    std::string escaped;
    for (const char c : text) {
      if (c == '=')
        escaped += "%3D";
      else if (c == '&')
        escaped += "%26";
      else if (c == '%')
        escaped += "%25";
      else
        escaped += c;
    }
    text = "a=1&b=" + escaped;
  }
}

TEST(FormTest, MembersWithoutEndArePassedOnce) {
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "a=1&";
  EXPECT_EQ(code_in(many), "nothing");
  EXPECT_EQ(code_in(many + "side=BUY&quantity=1"), "DIRECT_ORDER_SIZED");
  EXPECT_EQ(code_in(std::string(500'000, '=')), "nothing");
  EXPECT_EQ(code_in(std::string(500'000, 'a') + "="), "nothing");
}

}  // namespace
}  // namespace clawgate::signals
