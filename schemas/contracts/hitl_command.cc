// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/hitl_command.h"

namespace clawgate::contracts {

Result<HitlCommand> decode_hitl_command(std::string_view text) {
  return decode_contract<HitlCommand>(text);
}

std::string encode(const HitlCommand& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
