// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace clawgate::sim {

__extension__ using UnsignedWide = unsigned __int128;

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). Integers
/// only, so a seed means the same everywhere. Not for secrets.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  /// 0..bound-1; `bound` >= 1.
  constexpr std::int64_t below(std::int64_t bound) {
    const auto product = static_cast<UnsignedWide>(next()) * static_cast<std::uint64_t>(bound);
    return static_cast<std::int64_t>(product >> 64);
  }

  /// least..most, both included.
  constexpr std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + below(most - least + 1);
  }

 private:
  std::uint64_t state_;
};

}  // namespace clawgate::sim
