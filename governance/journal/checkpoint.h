// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "governance/journal/ed25519.h"
#include "governance/journal/store.h"
#include "schemas/core/digest.h"
#include "schemas/core/result.h"
#include "schemas/ids.h"

// Checkpoints say where a chain stood at some moment, signed. They live in a sidecar beside the
// segments and never in the chain. A journal that ends before one of its checkpoints lost records.
//
//   {"clawgate_checkpoint":1,"seq":N,"hash":"64 hex","wall_ms":N,"key":"64 hex","signature":"128
//   hex"}
//
// The signature covers the line's bytes up to and without `,"signature"`. A line has this one form:
// no other spacing, order, case of digits or leading zeros, so that no changed bit goes unseen.

namespace clawgate::journal {

inline constexpr const char* kCheckpointFile = "checkpoints.jsonl";
inline constexpr const char* kCheckpointKeyFile = "checkpoint.key";
inline constexpr std::uint64_t kCheckpointRoomBytes = 4096;  // about ten lines
inline constexpr std::uint64_t kCheckpointFileBytesMax = std::uint64_t{256} << 20U;

struct Checkpoint {
  Seq seq;
  Digest hash;               // of the chain at seq
  std::int64_t wall_ms = 0;  // Unix time, for people
  PublicKey key{};
  Signature signature{};
};

[[nodiscard]] Checkpoint sign_checkpoint(const Seed& seed, Seq seq, const Digest& hash,
                                         std::int64_t wall_ms);
/// One line without its newline.
[[nodiscard]] std::string to_line(const Checkpoint& checkpoint);
/// nullopt for anything but the one form.
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view line);
[[nodiscard]] bool signature_holds(const Checkpoint& checkpoint);

/// The sidecar as it stands on the disk.
struct CheckpointLines {
  struct Line {
    std::uint64_t offset = 0;
    std::optional<Checkpoint> checkpoint;  // nullopt: not in the one form
  };
  std::vector<Line> lines;
  std::uint64_t good_bytes = 0;  // before a last line that was cut
  std::uint64_t torn_bytes = 0;  // of it: no newline, or zeros inside
};
/// Empty where there is no such file.
[[nodiscard]] Result<CheckpointLines> read_checkpoints(Store& store);

/// The last line that was not cut; nullopt where there is none. Older ones were newest once and
/// were checked then; verify() checks them all.
[[nodiscard]] Result<std::optional<Checkpoint>> newest_checkpoint(const CheckpointLines& sidecar);

/// Puts a line behind the first `good_bytes` and syncs it; what else stood there, of a line that
/// could not be written, goes. Answers the bytes that are good then.
[[nodiscard]] Result<std::uint64_t> append_checkpoint(Store& store, const Checkpoint& checkpoint,
                                                      std::uint64_t good_bytes);
/// Makes the sidecar where there is none, and keeps room in it for lines to come.
[[nodiscard]] std::optional<Error> make_checkpoint_room(Store& store, std::uint64_t good_bytes);
[[nodiscard]] std::optional<Error> cut_checkpoints(Store& store, std::uint64_t good_bytes);

/// The private key beside the journal, in a file of mode 0600; made from `fresh` where there is
/// none.
[[nodiscard]] Result<Seed> open_checkpoint_key(Store& store, const Seed& fresh);

}  // namespace clawgate::journal
