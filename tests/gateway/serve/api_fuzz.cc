// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/serve/api_fuzz.h"

#include <cstddef>
#include <cstdint>
#include <memory>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int kInputsMax = 2'000;  // then a new gateway, so that its tables stay small
  static std::unique_ptr<clawgate::gateway::ApiFuzz> one;
  static int inputs = 0;
  if (one == nullptr || ++inputs > kInputsMax) {
    one = std::make_unique<clawgate::gateway::ApiFuzz>();
    inputs = 0;
  }
  one->ask_with({reinterpret_cast<const char*>(data), size});
  return 0;
}
