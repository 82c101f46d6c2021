// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/order_intent.h"

namespace clawgate::contracts {

Result<OrderIntent> decode_order_intent(std::string_view text) {
  return decode_contract<OrderIntent>(text);
}

std::string encode(const OrderIntent& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
