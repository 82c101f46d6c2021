// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace clawgate::sim {

/// A signing key as PEM: PKCS #8 and SubjectPublicKeyInfo.
struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

/// 64 letters and digits from the system's randomness, as Binance's API keys and secrets are.
[[nodiscard]] std::string random_token();

[[nodiscard]] KeyPair make_ed25519_key();

/// A certificate for localhost, 127.0.0.1 and ::1, from an authority made for it alone.
struct TestCertificate {
  std::string authority_pem;  // what a client has to trust
  std::string certificate_pem;
  std::string key_pem;
};

[[nodiscard]] TestCertificate make_test_certificate();

}  // namespace clawgate::sim
