// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/outcome.h"

#include <array>

namespace clawgate::venues::binance_spot {
namespace {

constexpr auto kNot = Outcome::NotExecuted;

// Source: errors.md of binance-spot-api-docs, 2026-07-21. Where the venue does not say whether it
// executed, the row says Unknown.
constexpr auto kCodes = std::to_array<CodeRow>({
    {-1000, -1001, Outcome::Unknown, Advice::Query},      // internal errors
    {-1002, -1002, kNot, Advice::StopTrading},            // not authorized
    {-1003, -1003, kNot, Advice::BackOff},                // too many requests
    {-1006, -1007, Outcome::Unknown, Advice::Query},      // bus, timeout: status unknown
    {-1008, -1008, kNot, Advice::BackOff},                // overloaded; with HTTP 5xx Unknown
    {-1010, -1010, kNot, Advice::None},                   // the matching engine's words
    {-1013, -1014, kNot, Advice::None},                   // filters; combination
    {-1015, -1015, kNot, Advice::BackOff},                // too many new orders
    {-1016, -1016, Outcome::Unknown, Advice::Reconnect},  // shutting down
    {-1020, -1020, kNot, Advice::None},
    {-1021, -1021, kNot, Advice::ResyncClock},  // timestamp
    {-1022, -1022, kNot, Advice::StopTrading},  // signature
    {-1033, -1035, kNot, Advice::Reconnect},    // FIX sessions
    {-1100, -1108, kNot, Advice::None},         // parameters
    {-1111, -1112, kNot, Advice::None},         // precision; no depth
    {-1114, -1122, kNot, Advice::None},
    {-1125, -1125, kNot, Advice::None},
    {-1127, -1128, kNot, Advice::None},
    {-1130, -1130, kNot, Advice::None},
    {-1134, -1135, kNot, Advice::None},
    {-1139, -1139, kNot, Advice::None},
    {-1145, -1145, kNot, Advice::None},
    {-1151, -1155, kNot, Advice::None},
    {-1158, -1180, kNot, Advice::None},       // lists, SBE, FIX sessions
    {-1181, -1181, kNot, Advice::Reconnect},  // too many FIX messages
    {-1182, -1199, kNot, Advice::None},
    {-1210, -1211, kNot, Advice::None},  // pegs
    {-1220, -1225, kNot, Advice::None},
    {-2010, -2010, kNot, Advice::None},         // a duplicate is Unknown
    {-2011, -2011, kNot, Advice::Query},        // cancel refused: maybe it is done already
    {-2013, -2013, kNot, Advice::Query},        // no such order: weak evidence
    {-2014, -2015, kNot, Advice::StopTrading},  // key, IP or permission
    {-2016, -2016, kNot, Advice::None},
    {-2021, -2022, Outcome::Partial, Advice::Query},  // cancel and replace: see its data
    {-2026, -2026, kNot, Advice::None},
    {-2035, -2036, kNot, Advice::None},
    {-2038, -2039, kNot, Advice::None},
    {-2042, -2043, kNot, Advice::None},
});
static_assert(
    [] {
      for (std::size_t i = 0; i < kCodes.size(); ++i) {
        if (kCodes[i].first < kCodes[i].last) return false;
        if (i > 0 && kCodes[i].first >= kCodes[i - 1].last) return false;
      }
      return true;
    }(),
    "ranges go downwards and do not overlap");

const CodeRow* row_of_code(std::int32_t code) {
  for (const CodeRow& row : kCodes) {
    if (code <= row.first && code >= row.last) return &row;
  }
  return nullptr;
}

struct StatusRow {
  int status;
  Outcome outcome;
  Advice advice;
};
// An answer without a code of the venue's: from a proxy, a firewall or a limiter before it.
constexpr auto kStatuses = std::to_array<StatusRow>({
    {200, Outcome::Executed, Advice::None},
    {401, kNot, Advice::StopTrading},
    {403, kNot, Advice::BackOff},  // the firewall
    {404, kNot, Advice::None},     // no such path
    {409, Outcome::Partial, Advice::Query},
    {418, kNot, Advice::BackOff},
    {429, kNot, Advice::BackOff},
});

const StatusRow* row_of_status(int status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return &row;
  }
  return nullptr;
}

}  // namespace

std::span<const CodeRow> code_rows() {
  return kCodes;
}

Outcome outcome_of_write(net::Fate fate, int http_status, std::optional<std::int32_t> code,
                         std::string_view message) {
  if (fate == net::Fate::NotSent) return Outcome::NotExecuted;
  if (fate == net::Fate::Unknown || http_status >= 500) return Outcome::Unknown;
  if (code && *code != 0) {
    if (http_status == 200) return Outcome::Unknown;  // an answer that contradicts itself
    if (*code == -2010 && message.starts_with("Duplicate")) return Outcome::Unknown;
    const CodeRow* const row = row_of_code(*code);
    return row == nullptr ? Outcome::Unknown : row->outcome;
  }
  const StatusRow* const row = row_of_status(http_status);
  return row == nullptr ? Outcome::Unknown : row->outcome;
}

Advice advice_of(int http_status, std::optional<std::int32_t> code) {
  if (code && *code != 0) {
    const CodeRow* const row = row_of_code(*code);
    return row == nullptr ? Advice::Query : row->advice;
  }
  const StatusRow* const row = row_of_status(http_status);
  return row == nullptr ? Advice::Query : row->advice;
}

}  // namespace clawgate::venues::binance_spot
