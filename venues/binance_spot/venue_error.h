// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/text.h"
#include "schemas/ids.h"
#include "venues/net/transport.h"

namespace clawgate::venues::binance_spot {

/// What the venue answers instead of a result.
struct VenueError {
  int status = 0;         // as of HTTP, also over WebSocket
  std::int32_t code = 0;  // 0 where the answer carries none
  Text<64> message;       // the venue's words, scrubbed
  /// For so long from the answer on it wants no request: a span, for nobody may know its time yet.
  std::optional<std::int64_t> wait_ns;
};

/// Reads the error of a REST answer whose status is not 200. Never fails: a body that is no error
/// object gives code 0.
[[nodiscard]] VenueError read_rest_error(const net::HttpAnswer& answer);

/// The venue's words made fit for logs: printable ASCII, and no IP address (-2015 quotes the
/// caller's) and no long run of letters and digits that could be a key or a signature.
[[nodiscard]] Text<64> scrubbed(std::string_view message);

}  // namespace clawgate::venues::binance_spot
