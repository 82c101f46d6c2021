// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "schemas/core/digest.h"

namespace clawgate::gateway {

/// Where random bits come from: the seam that makes a run repeatable.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> into) = 0;

  [[nodiscard]] Nonce nonce() {
    Nonce nonce;
    fill(nonce.bytes);
    return nonce;
  }
};

/// The kernel's.
class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> into) override;
};

/// SHA-256 of a seed and a counter: the same bits for the same seed, on any machine. For backtests
/// and tests only.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(const Digest& seed) : seed_(seed) {}
  void fill(std::span<std::uint8_t> into) override;

 private:
  Digest seed_;
  std::uint64_t counter_ = 0;
};

}  // namespace clawgate::gateway
