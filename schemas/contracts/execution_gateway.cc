// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/execution_gateway.h"

namespace clawgate::contracts {

bool is_client_order_id(std::string_view text) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.find_first_not_of(kAllowed) == text.npos;
}

Result<ExecutionGateway> decode_execution_gateway(std::string_view text) {
  return decode_contract<ExecutionGateway>(text);
}

std::string encode(const ExecutionGateway& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
