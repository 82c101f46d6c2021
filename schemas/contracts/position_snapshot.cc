// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/position_snapshot.h"

namespace clawgate::contracts {

Digest content_digest(PositionSnapshot value) {
  value.sha256 = {};
  return sha256(bytes_of(encode(value)));
}

Result<PositionSnapshot> decode_position_snapshot(std::string_view text) {
  return decode_contract<PositionSnapshot>(text);
}

std::string encode(const PositionSnapshot& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
