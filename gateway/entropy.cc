// SPDX-License-Identifier: Apache-2.0
#include "gateway/entropy.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "schemas/core/assert.h"

namespace clawgate::gateway {

void SystemEntropy::fill(std::span<std::uint8_t> into) {
  const ssize_t got = ::getrandom(into.data(), into.size(), 0);
  CLAWGATE_ASSERT(got == static_cast<ssize_t>(into.size()));
}

void SeededEntropy::fill(std::span<std::uint8_t> into) {
  while (!into.empty()) {
    std::array<std::uint8_t, sizeof counter_> count{};
    std::memcpy(count.data(), &counter_, sizeof counter_);
    ++counter_;
    const Digest block = Sha256().update(seed_.bytes).update(count).finish();
    const std::size_t some = std::min(into.size(), block.bytes.size());
    std::copy_n(block.bytes.begin(), some, into.begin());
    into = into.subspan(some);
  }
}

}  // namespace clawgate::gateway
