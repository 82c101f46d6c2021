// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "venues/net/transport.h"

namespace clawgate::venues::net {

/// Why this request cannot be put on the wire as it is (a line break smuggled into a header, a
/// target that is no path); empty when it can. Never repeats the target or a value: they are
/// signed.
[[nodiscard]] std::string refusal_of(const HttpRequest& request);

/// The bytes of one HTTP/1.1 request. Only for a request without a refusal.
[[nodiscard]] std::string to_wire(const HttpRequest& request, const Endpoint& endpoint);

/// What the Host header says of an endpoint; the port only where it is not the scheme's own.
[[nodiscard]] std::string host_header(const Endpoint& endpoint);

}  // namespace clawgate::venues::net
