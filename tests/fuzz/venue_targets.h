// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What must hold for any bytes that a venue sends: an answer or an Error that names a rule, never a
// crash. Each stops the process when it does not.

namespace clawgate::fuzz {

/// Every reader of the REST and WebSocket API's answers.
void venue_reply(std::string_view bytes);

/// Frames of the WebSocket API with what lies inside them: user events, answers.
void venue_frame(std::string_view bytes);

/// Bodies of errors, and what is kept of their words.
void venue_error(std::string_view bytes);

/// Frames and answers of the market data endpoints, and the local book behind them.
void venue_market(std::string_view bytes);

}  // namespace clawgate::fuzz
