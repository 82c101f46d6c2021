// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/digest.h"

namespace clawgate::journal {

/// The CRC-32 of zlib and IEEE 802.3 (polynomial 0x04C11DB7, reflected): of "123456789" it is
/// 0xCBF43926.
[[nodiscard]] std::uint32_t crc32(Bytes bytes);

}  // namespace clawgate::journal
