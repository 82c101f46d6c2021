// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/pre_trade_validator.h"

namespace clawgate::contracts {

Result<PreTradeValidator> decode_pre_trade_validator(std::string_view text) {
  return decode_contract<PreTradeValidator>(text);
}

std::string encode(const PreTradeValidator& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
