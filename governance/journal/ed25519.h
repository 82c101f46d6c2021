// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "schemas/core/digest.h"

// Ed25519 (RFC 8032), for checkpoints: about 45 us to sign and 110 us to verify.

namespace clawgate::journal {

using Seed = std::array<std::uint8_t, 32>;  // the private key
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

[[nodiscard]] PublicKey ed25519_public_key(const Seed& seed);
[[nodiscard]] Signature ed25519_sign(const Seed& seed, Bytes message);
/// False for a key that is no point, too.
[[nodiscard]] bool ed25519_verify(const PublicKey& key, const Signature& signature, Bytes message);

}  // namespace clawgate::journal
