// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schemas/core/digest.h"

namespace clawgate {

/// One record as a JSON object on one line, `{"record":"HoldMoved","hold":3,...}`, made from the
/// record's own list of fields: decimals as strings, times as UTC text, digests as hex,
/// enumerations as words, sets of reasons and of blocks as lists of their codes (a bit without a row
/// as "UNKNOWN_40"). A type this version does not know is shown by its number and its bytes in
/// hex.
[[nodiscard]] std::string record_json(std::uint16_t type, Bytes payload);

/// The record's name, or "?" for a type this version does not know.
[[nodiscard]] std::string_view record_name(std::uint16_t type);

/// ISO 8601 with nanoseconds: 2026-01-05T09:00:00.000000000Z.
[[nodiscard]] std::string time_text(std::int64_t unix_nanos);

/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string json_quote(std::string_view text);

}  // namespace clawgate
