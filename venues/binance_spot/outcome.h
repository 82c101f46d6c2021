// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "venues/net/transport.h"

// What an answer (or none) to a request that writes says about what the venue did.

namespace clawgate::venues::binance_spot {

enum class Outcome : std::uint8_t {
  Executed,
  NotExecuted,  // certainly nothing of it
  Unknown,      // only a query can tell; never send it again
  Partial,      // some of it: the answer's data says which
};

inline constexpr std::int32_t kNoSuchOrder = -2013;  // weak evidence: the answer may be too early

/// What to do next, beside settling the request itself.
enum class Advice : std::uint8_t {
  None,
  Query,        // ask what became of it, or of the order it was about
  BackOff,      // a budget is used up, or the venue is overloaded
  ResyncClock,  // measure the clocks again before signing anything
  Reconnect,
  StopTrading,  // the key is not accepted: nothing will pass until a person has looked
};

/// One code, or a range of them, of the venue's error table.
struct CodeRow {
  std::int32_t first;
  std::int32_t last;  // first >= last, as the codes are negative
  Outcome outcome;
  Advice advice;
};
[[nodiscard]] std::span<const CodeRow> code_rows();

/// `message` matters for -2010 only: `Duplicate order sent.` means that the order exists. A code we
/// have no row for is Unknown.
[[nodiscard]] Outcome outcome_of_write(net::Fate fate, int http_status,
                                       std::optional<std::int32_t> code,
                                       std::string_view message = {});
[[nodiscard]] Advice advice_of(int http_status, std::optional<std::int32_t> code);

}  // namespace clawgate::venues::binance_spot
