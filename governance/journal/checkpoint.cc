// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/checkpoint.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "governance/journal/io.h"
#include "schemas/core/assert.h"

namespace clawgate::journal {
namespace {

constexpr std::size_t kSeqDigitsMax = 19;
constexpr std::size_t kWallDigitsMax = 16;

std::string signed_part(const Checkpoint& checkpoint) {
  return R"({"clawgate_checkpoint":1,"seq":)" + std::to_string(checkpoint.seq.value()) +
         R"(,"hash":")" + to_hex(checkpoint.hash) + R"(","wall_ms":)" +
         std::to_string(checkpoint.wall_ms) + R"(,"key":")" + to_hex(checkpoint.key) + '"';
}

/// Takes a line apart from the left; the first piece that is not as it must be fails the rest.
class LineParser {
 public:
  explicit LineParser(std::string_view line) : rest_(line) {}

  void literal(std::string_view text) {
    ok_ = ok_ && rest_.starts_with(text);
    if (ok_) rest_.remove_prefix(text.size());
  }
  template <class T>
  void number(T& value, std::size_t digits_max) {
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    ok_ = ok_ && digits >= 1 && digits <= digits_max && (digits == 1 || rest_.front() != '0');
    if (!ok_) return;
    std::from_chars(rest_.data(), rest_.data() + digits, value);
    rest_.remove_prefix(digits);
  }
  template <std::size_t N>
  void hex(std::array<std::uint8_t, N>& bytes) {
    ok_ = ok_ && rest_.size() >= 2 * N &&
          rest_.substr(0, 2 * N).find_first_not_of("0123456789abcdef") == std::string_view::npos;
    for (std::size_t i = 0; ok_ && i < N; ++i) {
      std::from_chars(rest_.data() + 2 * i, rest_.data() + 2 * i + 2, bytes[i], 16);
    }
    if (ok_) rest_.remove_prefix(2 * N);
  }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

Error key_error(std::string_view call, int error) {
  return io_error(Reason::CheckpointUnwritten, kCheckpointKeyFile, call, error);
}

Error file_error(std::string_view call, int error) {
  return io_error(Reason::CheckpointUnwritten, kCheckpointFile, call, error);
}

std::optional<Error> write_draft(Store& store, const std::string& draft, const Seed& seed) {
  const std::string text = to_hex(Bytes(seed)) + "\n";
  const File file(store, draft, Store::Open::CreateNew);
  if (!file.is_open()) return key_error("open", file.error());
  if (const int error = write_all(store, file.handle(), bytes_of(text), 0); error != 0) {
    return key_error("write", error);
  }
  if (const int error = store.sync(file.handle()); error != 0) return key_error("fdatasync", error);
  if (const int error = store.rename(draft, kCheckpointKeyFile); error != 0) {
    return key_error("rename", error);
  }
  return std::nullopt;
}

// Through a second name, so that a crash leaves a whole key or none; a failure leaves nothing.
std::optional<Error> write_key(Store& store, const Seed& seed) {
  const std::string draft = std::string(kCheckpointKeyFile) + ".tmp";
  if (const int error = store.remove(draft); error != 0 && error != -ENOENT) {
    return key_error("unlink", error);
  }
  if (auto failed = write_draft(store, draft, seed)) {
    static_cast<void>(store.remove(draft));
    return failed;
  }
  if (const int error = store.sync_directory(); error != 0) return key_error("fsync", error);
  return std::nullopt;
}

Result<File> open_sidecar(Store& store) {
  File file(store, kCheckpointFile, Store::Open::Write);
  if (file.error() == -ENOENT) {
    file = File(store, kCheckpointFile, Store::Open::CreateNew);
    if (!file.is_open()) return file_error("open", file.error());
    if (const int error = store.sync_directory(); error != 0) return file_error("fsync", error);
  }
  if (!file.is_open()) return file_error("open", file.error());
  return file;
}

}  // namespace

Checkpoint sign_checkpoint(const Seed& seed, Seq seq, const Digest& hash, std::int64_t wall_ms) {
  CLAWGATE_ASSERT(wall_ms >= 0 && wall_ms < 10'000'000'000'000'000);
  Checkpoint checkpoint{.seq = seq, .hash = hash, .wall_ms = wall_ms};
  checkpoint.key = ed25519_public_key(seed);
  checkpoint.signature = ed25519_sign(seed, bytes_of(signed_part(checkpoint)));
  return checkpoint;
}

std::string to_line(const Checkpoint& checkpoint) {
  return signed_part(checkpoint) + R"(,"signature":")" + to_hex(checkpoint.signature) + R"("})";
}

std::optional<Checkpoint> parse_checkpoint(std::string_view line) {
  Checkpoint checkpoint;
  std::uint64_t seq = 0;
  LineParser parser(line);
  parser.literal(R"({"clawgate_checkpoint":1,"seq":)");
  parser.number(seq, kSeqDigitsMax);
  parser.literal(R"(,"hash":")");
  parser.hex(checkpoint.hash.bytes);
  parser.literal(R"(","wall_ms":)");
  parser.number(checkpoint.wall_ms, kWallDigitsMax);
  parser.literal(R"(,"key":")");
  parser.hex(checkpoint.key);
  parser.literal(R"(","signature":")");
  parser.hex(checkpoint.signature);
  parser.literal(R"("})");
  if (!parser.done()) return std::nullopt;
  checkpoint.seq = Seq{seq};
  return checkpoint;
}

bool signature_holds(const Checkpoint& checkpoint) {
  return ed25519_verify(checkpoint.key, checkpoint.signature, bytes_of(signed_part(checkpoint)));
}

Result<CheckpointLines> read_checkpoints(Store& store) {
  CheckpointLines result;
  std::vector<std::uint8_t> bytes;
  const int error = read_file(store, kCheckpointFile, kCheckpointFileBytesMax, bytes);
  if (error == -ENOENT) return result;
  if (error != 0) return io_error(Reason::FileUnreadable, kCheckpointFile, "read", error);

  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t next = std::min(end + 1, text.size());
    const bool whole = end < text.size();
    result.lines.push_back({begin, whole ? parse_checkpoint(line) : std::nullopt});
    if (next == text.size() && (!whole || line.find('\0') != std::string_view::npos)) {
      result.torn_bytes = text.size() - begin;
    }
    begin = next;
  }
  result.good_bytes = text.size() - result.torn_bytes;
  return result;
}

Result<std::optional<Checkpoint>> newest_checkpoint(const CheckpointLines& sidecar) {
  const std::size_t torn = sidecar.torn_bytes != 0 ? 1 : 0;
  if (sidecar.lines.size() == torn) return std::optional<Checkpoint>();
  const auto& line = sidecar.lines[sidecar.lines.size() - 1 - torn];
  if (!line.checkpoint || !signature_holds(*line.checkpoint)) {
    return Error{.reason = Reason::JournalCheckpoint,
                 .field = std::string(kCheckpointFile) + " offset " + std::to_string(line.offset),
                 .seen = line.checkpoint ? "the signature does not hold" : "not a checkpoint"};
  }
  return line.checkpoint;
}

Result<std::uint64_t> append_checkpoint(Store& store, const Checkpoint& checkpoint,
                                        std::uint64_t good_bytes) {
  const auto file = open_sidecar(store);
  if (!file) return file.error();
  const std::int64_t size = store.size(file->handle());
  if (size < 0) return file_error("fstat", static_cast<int>(size));
  const std::uint64_t begin = std::min(good_bytes, static_cast<std::uint64_t>(size));
  if (begin != static_cast<std::uint64_t>(size)) {
    if (const int error = truncate(store, file->handle(), begin); error != 0) {
      return file_error("ftruncate", error);
    }
  }
  const std::string line = to_line(checkpoint) + '\n';
  if (const int error = write_all(store, file->handle(), bytes_of(line), begin); error != 0) {
    static_cast<void>(truncate(store, file->handle(), begin));  // else the next line does it
    return file_error("write", error);
  }
  if (const int sync = store.sync(file->handle()); sync != 0) return file_error("fdatasync", sync);
  return begin + line.size();
}

std::optional<Error> make_checkpoint_room(Store& store, std::uint64_t good_bytes) {
  const auto file = open_sidecar(store);
  if (!file) return file.error();
  const int error = store.reserve(file->handle(), good_bytes + kCheckpointRoomBytes);
  // Where the file system cannot reserve, a checkpoint may find no room; then that is told.
  if (error != 0 && error != -EOPNOTSUPP) return file_error("fallocate", error);
  return std::nullopt;
}

std::optional<Error> cut_checkpoints(Store& store, std::uint64_t good_bytes) {
  const File file(store, kCheckpointFile, Store::Open::Write);
  if (!file.is_open()) return file_error("open", file.error());
  if (const int error = truncate(store, file.handle(), good_bytes); error != 0) {
    return file_error("ftruncate", error);
  }
  if (const int error = store.sync(file.handle()); error != 0)
    return file_error("fdatasync", error);
  return std::nullopt;
}

Result<Seed> open_checkpoint_key(Store& store, const Seed& fresh) {
  std::vector<std::uint8_t> bytes;
  const int error = read_file(store, kCheckpointKeyFile, 4096, bytes);
  if (error == -ENOENT) {
    CLAWGATE_ASSERT(fresh != Seed{});
    if (auto failed = write_key(store, fresh)) return *std::move(failed);
    return fresh;
  }
  if (error != 0) return io_error(Reason::FileUnreadable, kCheckpointKeyFile, "read", error);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto seed =
      text.ends_with('\n') ? digest_from_hex(text.substr(0, text.size() - 1)) : std::nullopt;
  if (!seed) {
    return Error{.reason = Reason::JournalCheckpoint,
                 .field = kCheckpointKeyFile,
                 .seen = "not 64 hex digits and a newline"};
  }
  return seed->bytes;
}

}  // namespace clawgate::journal
