// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace clawgate::sim {

enum class KeyType : std::uint8_t { Hmac, Rsa, Ed25519 };

/// Checks the signatures of one API key. HMAC-SHA-256 as hex in either case, RSASSA-PKCS1-v1_5 with
/// SHA-256 and Ed25519 as base64.
class SignatureCheck {
 public:
  /// `secret` is the HMAC secret, or the public key as PEM.
  SignatureCheck(KeyType type, std::string_view secret);
  SignatureCheck(SignatureCheck&&) noexcept;
  SignatureCheck& operator=(SignatureCheck&&) noexcept;
  ~SignatureCheck();

  /// False when the PEM holds no public key of this type; then no signature is valid.
  [[nodiscard]] bool usable() const;
  [[nodiscard]] bool valid(std::string_view payload, std::string_view signature) const;

 private:
  struct PublicKey;
  [[nodiscard]] bool hmac_valid(std::string_view payload, std::string_view signature) const;

  KeyType type_;
  std::string secret_;  // HMAC only
  std::unique_ptr<PublicKey> key_;
};

}  // namespace clawgate::sim
