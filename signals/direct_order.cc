// SPDX-License-Identifier: Apache-2.0
#include "signals/direct_order.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "signals/embedded.h"
#include "signals/form.h"
#include "signals/order_words.h"
#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr int kTextsInside = 4;  // JSON in a text in JSON in a text ...
// Bytes of fragments looked at, for each byte of the text and of a short one: intake takes no
// longer over braces without end than over words.
constexpr std::size_t kWorkPerByte = 8;
constexpr std::size_t kWorkMin = 256U << 10;
constexpr std::size_t kScannedPerWork = 32;  // looking for a fragment's end is that much cheaper
constexpr std::size_t kTagMax = 4096;        // bytes from `<` to an attribute
constexpr std::size_t kArgumentsMax = 400;   // bytes of a call's arguments
constexpr std::size_t kCallGapMax = 8;       // spaces between a call's name and its arguments

constexpr ByteSet kCallMarks("(=:");

// The order in which rules are reported when several match.
constexpr std::array kRules = {Reason::DirectOrderAction,     Reason::DirectOrderToolCall,
                               Reason::DirectOrderDocument,   Reason::DirectOrderFeedItem,
                               Reason::DirectOrderSized,      Reason::DirectOrderFields,
                               Reason::DirectOrderAllocation, Reason::JsonTooDeep};

std::size_t rank(Reason reason) {
  std::size_t i = 0;
  while (i < kRules.size() && kRules[i] != reason) ++i;
  return i;
}

// What was met at or under a value; an empty view is nothing.
struct Met {
  std::string_view action;
  std::string_view strong;
  std::string_view weak;  // only through objects: a list of weights is no order

  void take(const Met& other, bool through_list) {
    if (action.empty()) action = other.action;
    if (strong.empty()) strong = other.strong;
    if (weak.empty() && !through_list) weak = other.weak;
  }
};

// Where the scan stands, as a chain up the stack; written out only when something is found.
struct Place {
  const Place* above = nullptr;
  std::string_view name;
  std::size_t index = 0;
  bool in_list = false;

  [[nodiscard]] std::string text() const {
    if (above == nullptr) return std::string(name);
    return in_list ? above->text() + '/' + std::to_string(index)
                   : json_pointer(above->text(), name);
  }
};

std::string both(std::string_view action, std::string_view size) {
  return printable(action, 24) + " with " + printable(size, 24);
}

// `order_intent`, or a schema's address that ends in it.
bool claims_order(std::string_view value, const Look& look) {
  std::string_view last = value.substr(value.find_last_of('/') + 1);
  for (const std::string_view tail : {"#", ".json", ".schema"}) {
    if (last.ends_with(tail)) last.remove_suffix(tail.size());
  }
  if (look.is(Meaning::OrderIntent)) return true;
  return last.size() < value.size() && Look(last).is(Meaning::OrderIntent);
}

class OrderScan {
 public:
  void document(const Json& value) {
    intent_metadata_ = intent_metadata(value);
    visit(value, Place{}, Look(""));
  }
  void text(std::string_view value, const Place& where) {
    if (depth_ == 0) work_max_ += kWorkPerByte * value.size();
    calls(value, where);
    forms(value, where);
    fragments(value, where);
  }
  [[nodiscard]] std::optional<OrderFound> result() && { return std::move(best_); }

 private:
  void found(Reason reason, const Place& where, std::string seen) {
    if (best_ && rank(best_->reason) <= rank(reason)) return;
    best_ = OrderFound{reason, where.text(), std::move(seen)};
  }

  // The metadata of a signal_intent, where our own adapters say reduce_only.
  static const Json* intent_metadata(const Json& value) {
    const bool intent = value.find("intent_id") != nullptr && value.find("side") != nullptr &&
                        value.find("confidence") != nullptr;
    return intent ? value.find("metadata") : nullptr;
  }

  Met visit(const Json& value, const Place& where, const Look& name) {
    switch (value.kind) {
      case Json::Kind::Object:
        return object(value, where);
      case Json::Kind::Array:
        return array(value, where, name);
      case Json::Kind::String:
        return string(value.text, Look(value.text), where, name);
      case Json::Kind::Null:
      case Json::Kind::Bool:
      case Json::Kind::Number:
        return {};
    }
    return {};
  }

  Met string(std::string_view value, const Look& look, const Place& where, const Look& name) {
    text(value, where);
    const std::size_t colon = value.find(':');
    if (colon != value.npos && Look(value.substr(0, colon)).is(Meaning::Copied)) {
      found(Reason::DirectOrderAllocation, where, printable(value));
    }
    Met met;
    if (look.is_action(name)) met.action = value;
    return met;
  }

  Met array(const Json& value, const Place& where, const Look& name) {
    Met met;
    std::size_t strings = 0;
    std::size_t numbers = 0;
    std::string_view own_action;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const Json& item = value.items[i];
      const Met inside = visit(item, Place{&where, "", i, true}, name);
      met.take(inside, true);
      strings += item.is(Json::Kind::String);
      numbers += item.is(Json::Kind::Number);
      if (item.is(Json::Kind::String) && own_action.empty()) own_action = inside.action;
    }
    // ["buy", "BTCUSDT", 0.2]
    if (!own_action.empty() && strings >= 2 && numbers >= 1) {
      found(Reason::DirectOrderSized, where, both(own_action, "a number"));
    }
    return met;
  }

  Met object(const Json& value, const Place& where) {
    Met own;
    Met objects;
    Met lists;
    bool price = false;
    bool executed_at = false;
    bool arguments = false;
    const Json* bare_tool = nullptr;
    const bool in_metadata = &value == intent_metadata_;
    for (const JsonMember& member : value.members) {
      if (member.value.is(Json::Kind::Null)) continue;
      const Look name(member.name);
      const Place at{&where, member.name};
      const bool text = member.value.is(Json::Kind::String);
      const bool caution =
          in_metadata && member.name == "reduce_only" && member.value.is(Json::Kind::Bool);
      if (!caution) name_rules(member, name, at);
      std::optional<Look> look;
      if (text) look.emplace(member.value.text);
      if (look) value_rules(member.value.text, *look, name, at);
      if (look && name.is(Meaning::ToolName) && look->is_bare_tool()) bare_tool = &member.value;
      arguments = arguments || name.is(Meaning::Arguments);
      price = price || name.is(Meaning::Price);
      executed_at = executed_at || name.is(Meaning::ExecutedAt);
      if (own.strong.empty() && name.is_strong_size()) own.strong = member.name;
      if (own.weak.empty() && name.is_weak_size()) own.weak = member.name;

      const Met inside =
          look ? string(member.value.text, *look, at, name) : visit(member.value, at, name);
      if (member.value.is(Json::Kind::Object)) {
        side_by_side(objects, inside, where);
        objects.take(inside, false);
        if (own.action.empty() && name.is_action_name()) own.action = member.name;
      } else if (member.value.is(Json::Kind::Array)) {
        lists.take(inside, true);
        if (!inside.strong.empty() && name.is_action_name()) own.action = member.name;
      } else if (own.action.empty()) {
        own.action = inside.action;
      }
    }
    if (bare_tool != nullptr && arguments) {  // {"name": "buy", "arguments": ...}
      found(Reason::DirectOrderToolCall, where, printable(bare_tool->text));
    }
    if (price && executed_at) found(Reason::DirectOrderFields, where, "price with executed_at");
    above_one_another(own, objects, lists, where);
    own.take(objects, false);
    own.take(lists, true);
    return own;
  }

  void side_by_side(const Met& before, const Met& inside, const Place& where) {
    if (!before.action.empty() && !inside.strong.empty()) {
      found(Reason::DirectOrderSized, where, both(before.action, inside.strong));
    }
    if (!before.strong.empty() && !inside.action.empty()) {
      found(Reason::DirectOrderSized, where, both(inside.action, before.strong));
    }
  }

  void above_one_another(const Met& own, const Met& objects, const Met& lists, const Place& where) {
    const auto pair = [&](std::string_view action, std::string_view size) {
      if (action.empty() || size.empty()) return;
      found(Reason::DirectOrderSized, where, both(action, size));
    };
    pair(own.action, own.strong);
    pair(own.action, own.weak);
    pair(own.action, objects.strong);
    pair(own.action, objects.weak);
    pair(own.action, lists.strong);
    pair(objects.action, own.strong);
    pair(objects.action, own.weak);
    pair(lists.action, own.strong);
  }

  void name_rules(const JsonMember& member, const Look& name, const Place& at) {
    const Json& value = member.value;
    const bool container_or_text = !value.is(Json::Kind::Bool) && !value.is(Json::Kind::Number);
    if (container_or_text && name.is_trading_tool()) {
      found(Reason::DirectOrderToolCall, at, printable(member.name));
    }
    if (name.is(Meaning::Port) && (value.text == "8002" || value.text == "8005")) {
      found(Reason::DirectOrderToolCall, at, "port " + value.text);
    }
    if (name.is(Meaning::ThisAction)) {
      found(Reason::DirectOrderAction, at, printable(to_canonical_json(value)));
    }
    if (name.is(Meaning::OrderIntent)) {
      found(Reason::DirectOrderDocument, at, printable(member.name));
    }
    if (name.is(Meaning::OrderField)) {
      found(Reason::DirectOrderFields, at, printable(member.name));
    }
    if (name.is(Meaning::Allocation)) {
      found(Reason::DirectOrderAllocation, at, printable(member.name));
    }
  }

  void value_rules(std::string_view value, const Look& look, const Look& name, const Place& at) {
    if (look.is_trading_tool()) found(Reason::DirectOrderToolCall, at, printable(value));
    if (claims_order(value, look)) found(Reason::DirectOrderDocument, at, printable(value));
    const bool operation = name.is(Meaning::MessageType) && look.is(Meaning::Operation);
    const bool trade = name.is(Meaning::SignalType) && look.is(Meaning::FeedTrade);
    if (operation || trade) found(Reason::DirectOrderFeedItem, at, printable(value));
  }

  // buy_crypto("BTC-USDT", 0.2), <invoke name="sell">, http://localhost:8005/mcp
  void calls(std::string_view value, const Place& where) {
    for (std::size_t at = 0; (at = kCallMarks.find_in(value, at)) != value.npos; ++at) {
      if (value[at] == '(') call_at(value, at, where);
      if (value[at] == '=') attribute_at(value, at, where);
      if (value[at] == ':') port_at(value, at, where);
    }
  }

  static bool is_name_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || static_cast<unsigned char>(c) >= 0x80;
  }

  void call_at(std::string_view value, std::size_t open, const Place& where) {
    std::size_t end = open;
    while (end > 0 && open - end < kCallGapMax && value[end - 1] == ' ') --end;
    std::size_t begin = end;
    while (begin > 0 && is_name_byte(value[begin - 1])) --begin;
    const std::string_view name = value.substr(begin, end - begin);
    if (name.empty()) return;
    const Look look(name);
    const bool trading = look.is_trading_tool();
    const bool gap = end < open;  // then it may be prose: I sell (half)
    if (!trading && (gap || !look.is_bare_tool())) return;
    std::string_view arguments = value.substr(open + 1, kArgumentsMax - 1);
    arguments = arguments.substr(0, arguments.find(')'));
    const bool literal = arguments.find_first_of("='\"{") != arguments.npos;
    const bool number = arguments.find_first_of("0123456789") != arguments.npos;
    const bool named = contains(arguments, "symbol") || contains(arguments, "amount") ||
                       contains(arguments, "quantity") || contains(arguments, "qty");
    const bool call = trading ? literal || (number && !gap) : literal && (number || named);
    if (call) found(Reason::DirectOrderToolCall, where, printable(value.substr(begin)));
  }

  void attribute_at(std::string_view value, std::size_t equals, const Place& where) {
    const std::size_t since = equals - std::min(equals, kTagMax);
    const std::string_view before = value.substr(since, equals - since);
    const std::size_t tag = before.find_last_of('<');
    if (tag == before.npos || before.find('>', tag) != before.npos) return;
    std::size_t begin = equals + 1;
    if (begin < value.size() && (value[begin] == '"' || value[begin] == '\'')) ++begin;
    std::size_t end = begin;
    while (end < value.size() && is_name_byte(value[end])) ++end;
    const Look look(value.substr(begin, end - begin));
    if (!look.is_trading_tool() && !look.is_bare_tool()) return;
    found(Reason::DirectOrderToolCall, where, printable(value.substr(since + tag)));
  }

  void port_at(std::string_view value, std::size_t colon, const Place& where) {
    const std::string_view port = value.substr(colon + 1, 4);
    if (port != "8002" && port != "8005") return;
    const char next = colon + 5 < value.size() ? value[colon + 5] : ' ';
    if (next >= '0' && next <= '9') return;
    std::size_t begin = colon;
    while (begin > 0 && (is_name_byte(value[begin - 1]) || value[begin - 1] == '-')) --begin;
    const std::string_view host = value.substr(begin, colon - begin);
    const bool address =
        value.substr(0, begin).ends_with("://") || host == "localhost" || host == "127.0.0.1";
    if (address) found(Reason::DirectOrderToolCall, where, printable(value.substr(begin)));
  }

  bool may_look(std::size_t work, const Place& where) {
    work_ += work;
    if (work_ <= work_max_ && depth_ < kTextsInside) return true;
    found(Reason::JsonTooDeep, where, "JSON in a text, too much or too deep to look through");
    return false;
  }

  static std::string inside_of(const Place& where, std::string_view what, std::size_t byte) {
    return where.text() + '(' + std::string(what) + " at byte " + std::to_string(byte) + ')';
  }

  // https://.../order?symbol=BTCUSDT&side=BUY&quantity=0.2
  void forms(std::string_view value, const Place& where) {
    std::size_t at = 0;
    while (const auto form = next_form(value, at)) {
      at = form->end;
      if (!may_look(form->end - form->begin, where)) return;
      const std::string name = inside_of(where, "form", form->begin);
      ++depth_;
      object(form->members, Place{nullptr, name});
      --depth_;
    }
  }

  void fragments(std::string_view value, const Place& where) {
    std::size_t at = 0;
    while (const auto fragment = next_fragment(value, at)) {
      const std::string_view piece = value.substr(fragment->begin, fragment->end - fragment->begin);
      if (!may_look(piece.size() + fragment->scanned / kScannedPerWork, where)) return;
      const std::string name = inside_of(where, "json", fragment->begin);
      const Place inside{nullptr, name};
      const JsonOptions options{.bytes_max = piece.size(), .depth_max = kDepthMax};
      const Result<Json> parsed = read_json(piece, options);
      ++depth_;
      if (parsed) {
        visit(*parsed, inside, Look(""));
      } else {
        object(loosely_read(piece), inside);
      }
      --depth_;
      at = parsed ? fragment->end : fragment->begin + 1;
    }
  }

  std::optional<OrderFound> best_;
  const Json* intent_metadata_ = nullptr;
  std::size_t work_ = 0;
  std::size_t work_max_ = kWorkMin;
  int depth_ = 0;
};

}  // namespace

std::optional<OrderFound> find_order(const Json& document) {
  OrderScan scan;
  scan.document(document);
  return std::move(scan).result();
}

std::optional<OrderFound> find_order(std::string_view text) {
  OrderScan scan;
  scan.text(text, Place{});
  return std::move(scan).result();
}

}  // namespace clawgate::signals
