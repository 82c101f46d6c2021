// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "governance/journal/ed25519.h"
#include "governance/journal/format.h"
#include "governance/journal/reader.h"
#include "governance/journal/store.h"

namespace clawgate::journal {

/// What someone outside the journal knows of its chain, such as a message in a chat.
struct Anchor {
  Seq seq;
  Digest hash;
};

/// "SEQ:HASH", the hash as 64 hex digits.
[[nodiscard]] std::optional<Anchor> parse_anchor(std::string_view text);

enum class AnchorKind : std::uint8_t { None, Checkpoint, Given };
[[nodiscard]] std::string_view to_text(AnchorKind kind);  // "none", "checkpoint", "given"

struct VerifyOptions {
  std::optional<Anchor> anchor = std::nullopt;
  /// Checkpoints signed by another key are findings. Without it any key will do, so that the
  /// signature only tells of accidents.
  std::optional<PublicKey> checkpoint_key = std::nullopt;
};

/// ok means that no finding was made. The anchor says up to where the loss of whole records at the
/// end would have been seen: without one, such a loss leaves no trace.
struct VerifyReport {
  bool ok = false;
  std::vector<Finding> findings;
  std::uint64_t records = 0;
  Chain head;  // the last good record
  std::uint64_t torn_tail_bytes = 0;
  std::uint64_t checkpoints = 0;  // good ones
  AnchorKind anchor = AnchorKind::None;
  Seq anchor_seq;
};

/// Reads everything; changes nothing.
[[nodiscard]] VerifyReport verify(Store& store, const VerifyOptions& options = {});
/// The same for a directory of this machine.
[[nodiscard]] VerifyReport verify(const std::string& directory, const VerifyOptions& options = {});

}  // namespace clawgate::journal
