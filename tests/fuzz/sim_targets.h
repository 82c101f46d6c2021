// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What must hold for any bytes that a client of the simulator sends: a JSON answer with a known
// status, and books that balance. Each stops the process when it does not.

namespace clawgate::fuzz {

/// The first byte chooses method and path, the rest is the query, signed where that is needed.
void sim_rest(std::string_view bytes);

/// One text frame to the WebSocket API.
void sim_frame(std::string_view bytes);

/// The first byte chooses what a market data WebSocket listens to, the rest is a text frame to it;
/// then the market moves.
void sim_stream(std::string_view bytes);

/// The first byte chooses the command of the control API, the rest is its body.
void sim_control(std::string_view bytes);

}  // namespace clawgate::fuzz
