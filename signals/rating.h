// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/reason.h"
#include "schemas/signal.h"

namespace clawgate::signals {

/// The one rating of a portfolio manager's decision text, or why there is none.
struct RatingReading {
  Strength rating = Strength::None;
  Disposition disposition = Disposition::Quarantine;  // Signal exactly when rating is set
  Reason reason = Reason::RatingMissing;
  std::size_t line = 0;  // from 1; 0 when no line is to blame
  std::string seen;
  bool structured = false;  // the engine's structured output, not free text
};

/// Reads a rating where the text states one, and nowhere else. Never guesses: a word "buy" in prose
/// says nothing, and no answer is not Hold. A rating stands
///
///   1. behind a label, `Rating: Buy`; labels are Rating, Recommendation, Verdict, Decision with
///      Final or My in front (see rating.cc), Markdown marks and numbering allowed around;
///   2. alone on the next non-empty line after such a label;
///   3. in the one member `Rating` when the whole text is one JSON object;
///   4. as the first word of the whole text, closed by a full stop or the end of the line.
///
/// The value is one of Buy, Overweight, Hold, Underweight, Sell, then nothing, or a remark behind
/// punctuation. A remark that names another rating is two ratings: Reject, the engine did not
/// decide. A remark or next sentence that makes it conditional ("only if"), two positions that
/// differ, or a label whose value is not clear: Quarantine, a person must read it.
///
/// What stands before a closing reasoning tag (`</think>`) is dropped first.
[[nodiscard]] RatingReading read_rating(std::string_view text);

/// The five words, any case, nothing else.
[[nodiscard]] Strength rating_of(std::string_view word);
[[nodiscard]] std::string_view to_word(Strength rating);  // "Overweight"
[[nodiscard]] SignalSide side_of(Strength rating);

/// `text` behind the last closing reasoning tag; nullopt when a reasoning tag is left open.
[[nodiscard]] std::optional<std::string_view> without_reasoning(std::string_view text);

}  // namespace clawgate::signals
