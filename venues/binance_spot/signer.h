// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "schemas/core/result.h"

namespace clawgate::venues::binance_spot {

enum class KeyType : std::uint8_t { Hmac, Rsa, Ed25519 };

/// A signature as text.
struct Signature {
  static constexpr std::size_t kMax = 688;  // base64 of RSA with 4096 bits, and OpenSSL's zero

  std::array<char, kMax> bytes;
  std::size_t size = 0;

  [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
};

/// Signs what is sent with one API key's secret. Nothing of the secret leaves it; its own copies
/// are wiped with it. Move-only; one thread at a time.
class Signer {
 public:
  /// The HMAC states after the key's two blocks are kept, so that a request costs only itself.
  [[nodiscard]] static Result<Signer> hmac(std::string_view secret);
  /// An unencrypted PKCS#8 PEM: Ed25519, or RSA of 2048 to 4096 bits.
  [[nodiscard]] static Result<Signer> pem(std::string_view private_key_pem);

  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;
  ~Signer();

  /// Hex of an HMAC, base64 of the others.
  [[nodiscard]] Signature sign(std::string_view payload) const;
  [[nodiscard]] KeyType type() const;

 private:
  struct Impl;
  explicit Signer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What an API key was made for. One of a simulator signs for this machine alone, one of a live
/// venue for every other: mixed up, neither signs anything.
enum class CredentialType : std::uint8_t { Practice, Live };

struct Credentials {
  std::string api_key;
  Signer signer;
  CredentialType type = CredentialType::Practice;

  [[nodiscard]] bool may_sign_for(std::string_view host) const;
};

/// Refuses an API key that is not 1..128 letters and digits: it goes into a header.
[[nodiscard]] Result<Credentials> credentials(std::string_view api_key, Signer signer);

/// The same of what stands in two files: the key, and a PEM or an HMAC secret. White space around
/// them is left off.
[[nodiscard]] Result<Credentials> credentials_from(std::string_view api_key_file,
                                                   std::string_view private_key_file);

}  // namespace clawgate::venues::binance_spot
