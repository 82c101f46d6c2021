// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "venues/binance_spot/detail/json_reader.h"
#include "venues/binance_spot/venue_error.h"

namespace clawgate::venues::binance_spot::detail {

/// `{"code":..,"msg":..,"data":{"retryAfter":..}?}` without the status. Code 0 for anything
/// else: an error that cannot be read is still an error.
[[nodiscard]] VenueError read_error_body(std::string_view json);
/// The same of an object inside a frame; here what does not fit is a failure.
[[nodiscard]] VenueError error_of(const Object& from);

}  // namespace clawgate::venues::binance_spot::detail
