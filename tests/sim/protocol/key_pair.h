// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace clawgate::sim {

/// A fresh private key of a client, for tests.
class KeyPair {
 public:
  /// "ED25519" or "RSA" (2048 bits).
  explicit KeyPair(const char* type);
  /// The base 64 body of a PKCS#8 PEM.
  [[nodiscard]] static KeyPair from_pkcs8(std::string_view body);

  [[nodiscard]] std::string public_pem() const;
  /// Base 64.
  [[nodiscard]] std::string sign(std::string_view payload) const;

 private:
  explicit KeyPair(std::shared_ptr<void> key) : key_(std::move(key)) {}
  std::shared_ptr<void> key_;  // an EVP_PKEY
};

}  // namespace clawgate::sim
