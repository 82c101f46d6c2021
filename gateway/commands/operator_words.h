// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "schemas/ids.h"

// What `status` and `watch` say to a person, out of the gateway's JSON. For their .cc files.

namespace clawgate::gateway {

using CallJson = nlohmann::ordered_json;

/// A member as text; "" where it is null or missing.
[[nodiscard]] std::string text_of(const CallJson& json, const char* name);

/// A time of the gateway as report::moment_text() says it; as it stands there where it is none.
[[nodiscard]] std::string moment_of(const CallJson& json, const char* name, UnixNanos now);

/// What the gateway calls its time; 0 where it says none.
[[nodiscard]] UnixNanos time_of(const CallJson& json, const char* name);

/// One reason of several: its code, the rule, until when where that is known, and what to do.
[[nodiscard]] std::string reason_text(const CallJson& row, UnixNanos now);

/// A refusal in its own words: field, rule, what was seen, what to do; below it, all that was found
/// beside it.
[[nodiscard]] std::string refusal_text(const CallJson& refusal, UnixNanos now);

/// GET /v1/status, /v1/positions and /v1/holds as a page. `place` is what a command needs to find
/// the same gateway, as " --data gw".
[[nodiscard]] std::string status_text(const CallJson& status, const CallJson& positions,
                                      const CallJson& holds, const std::string& place);

/// A fact of /v1/stream on one line; nothing of it is left out where no words are made for it.
/// Empty for one that nobody watches for: a new peak of the equity.
[[nodiscard]] std::string event_line(const CallJson& event);

}  // namespace clawgate::gateway
