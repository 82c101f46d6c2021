// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "venues/binance_spot/detail/error_body.h"
#include "venues/binance_spot/detail/json_reader.h"
#include "venues/binance_spot/replies.h"

namespace clawgate::venues::binance_spot {
namespace {

using detail::Failure;
using detail::Object;

constexpr std::size_t kRateLimitsMax = 32;

constexpr auto kKindWords = std::to_array<WordRow<RateKind>>({
    {"REQUEST_WEIGHT", RateKind::RequestWeight},
    {"ORDERS", RateKind::Orders},
    {"RAW_REQUESTS", RateKind::RawRequests},
    {"CONNECTIONS", RateKind::Connections},
});
constexpr auto kUnitWords = std::to_array<WordRow<RateUnit>>({{"SECOND", RateUnit::Second},
                                                              {"MINUTE", RateUnit::Minute},
                                                              {"HOUR", RateUnit::Hour},
                                                              {"DAY", RateUnit::Day}});

std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

/// Where the value that begins at `at` ends, spaces behind it included.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  for (int depth = 0; at < text.size();) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '}')) break;
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++at;
  }
  return at;
}

/// The bytes of one member of an object. `text` was parsed before: it is JSON, and an object.
/// Empty when the member's name is not written plainly.
std::string_view raw_member(std::string_view text, std::string_view name) {
  std::size_t at = text.find('{') + 1;
  for (;;) {
    at = text.find_first_of("\"}", at);
    if (at == std::string_view::npos || text[at] == '}') return {};
    const std::size_t name_end = end_of_string(text, at);
    const std::string_view key = text.substr(at + 1, name_end - at - 2);
    at = text.find(':', name_end) + 1;
    const std::size_t end = end_of_value(text, at);
    if (key == name) {
      const std::string_view value = text.substr(at, end - at);
      const std::size_t first = value.find_first_not_of(" \t\r\n");
      return value.substr(first, value.find_last_not_of(" \t\r\n") + 1 - first);
    }
    at = end;
  }
}

WsFrame reply_of(const Object& from, std::string_view text) {
  WsReply reply;
  if (from.contains("subscriptionId")) from.fail(Reason::FieldUnknown, "subscriptionId", "");
  if (from.has("id")) reply.id = static_cast<std::uint64_t>(from.integer("id", 0));
  const std::int64_t status = from.integer("status", 100);
  if (status > 599) from.fail(Reason::FieldOutOfRange, "status", std::to_string(status));
  reply.status = static_cast<int>(status);
  if (from.contains("error")) {
    from.object("error", [&](const Object& error) { reply.error = detail::error_of(error); });
    if (reply.error) reply.error->status = reply.status;
  } else if (reply.status == 200) {
    reply.result = raw_member(text, "result");
    if (reply.result.empty()) from.fail(Reason::FieldMissing, "result", "");
  } else {
    from.fail(Reason::FieldMissing, "error", "");
  }
  if (!from.contains("rateLimits")) return reply;
  from.each("rateLimits", kRateLimitsMax, [&](const Object& item) {
    RateCount count;
    count.count = item.count("count");
    if (detail::read_rate(item, count.kind, count.unit, count.units)) {
      reply.rate_limits.push_back(count);
    }
  });
  return reply;
}

WsFrame event_of(const Object& from, std::string_view text) {
  // It cannot be an event and an answer at once.
  for (const std::string_view name : {"id", "status", "result", "error", "rateLimits"}) {
    if (from.contains(name)) from.fail(Reason::FieldUnknown, name, "");
  }
  std::string_view name;
  from.object("event", [&](const Object& event) { name = event.text("e", 64); });
  if (!from.contains("subscriptionId")) {
    if (name != "serverShutdown") from.fail(Reason::FieldMissing, "subscriptionId", name);
    return WsShutdown{};
  }
  UserFrame frame;
  frame.subscription_id = from.integer("subscriptionId", 0);
  frame.event = raw_member(text, "event");
  if (frame.event.empty()) from.fail(Reason::FieldMissing, "event", "");
  return frame;
}

}  // namespace

namespace detail {

bool read_rate(const Object& from, RateKind& kind, RateUnit& unit, std::uint32_t& units) {
  const auto read_kind = value_of(kKindWords, from.text("rateLimitType", 64));
  const auto read_unit = value_of(kUnitWords, from.text("interval", 64));
  units = from.count("intervalNum");
  if (!from.failed() && units == 0) from.fail(Reason::FieldOutOfRange, "intervalNum", "0");
  if (!read_kind || !read_unit || from.failed()) return false;
  kind = *read_kind;
  unit = *read_unit;
  return true;
}

VenueError error_of(const Object& from) {
  VenueError error;
  error.message = scrubbed(from.text("msg", 4096));
  const std::int64_t code = from.integer("code", std::numeric_limits<std::int32_t>::min());
  if (code > 0) from.fail(Reason::FieldOutOfRange, "code", std::to_string(code));
  error.code = static_cast<std::int32_t>(code);
  if (!from.has("data")) return error;
  from.object("data", [&](const Object& data) {
    if (!data.has("retryAfter")) return;
    const UnixNanos until = data.millis("retryAfter");
    if (!data.has("serverTime")) return;
    error.wait_ns = until.value() - data.millis("serverTime").value();
  });
  return error;
}

VenueError read_error_body(std::string_view json) {
  Failure failure;
  VenueError error;
  read_object(json, kReplyBytesMax, failure, [&](const Object& from) { error = error_of(from); });
  return failure.any() ? VenueError{} : error;
}

}  // namespace detail

Result<WsFrame> read_ws_frame(std::string_view text) {
  Failure failure;
  WsFrame frame;
  detail::read_object(text, detail::kReplyBytesMax, failure, [&](const Object& from) {
    if (from.contains("event")) {
      frame = event_of(from, text);
    } else if (from.contains("id")) {
      frame = reply_of(from, text);
    } else {
      from.fail(Reason::FieldMissing, "id", "");
    }
  });
  if (failure.any()) return failure.error();
  return frame;
}

}  // namespace clawgate::venues::binance_spot
