// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace clawgate {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A SHA-256 value.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// 128 random bits that arrive with an input: the core draws no randomness of its own.
struct Nonce {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Nonce&, const Nonce&) = default;
};

/// SHA-256 over a stream of pieces. Reusable: finish() leaves it ready for the next message.
/// Allocates nothing. One thread at a time.
class Sha256 {
 public:
  Sha256() { begin(); }

  Sha256& update(Bytes bytes);
  [[nodiscard]] Digest finish();

 private:
  void begin();
  alignas(8) std::array<std::uint8_t, 112> state_;  // a SHA256_CTX; its header stays in digest.cc
};

[[nodiscard]] Digest sha256(Bytes bytes);
[[nodiscard]] Digest hmac_sha256(Bytes key, Bytes message);

[[nodiscard]] std::string to_hex(Bytes bytes);
/// The same into memory of twice as many bytes.
void to_hex(Bytes bytes, char* out);
[[nodiscard]] inline std::string to_hex(const Digest& digest) {
  return to_hex(Bytes(digest.bytes));
}
/// 64 lower- or upper-case hex digits.
[[nodiscard]] std::optional<Digest> digest_from_hex(std::string_view hex);

/// The first `symbols` 5-bit groups of `bytes` in Crockford base 32 (0-9, A-Z without I, L, O, U).
/// Needs 8 * bytes.size() >= 5 * symbols.
[[nodiscard]] std::string crockford(Bytes bytes, std::size_t symbols);
/// The same into memory of `symbols` bytes: for the core, which allocates nothing.
void crockford(Bytes bytes, std::size_t symbols, char* out);

}  // namespace clawgate
