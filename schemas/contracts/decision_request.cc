// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/decision_request.h"

namespace clawgate::contracts {

Result<DecisionRequest> decode_decision_request(std::string_view text) {
  return decode_contract<DecisionRequest>(text);
}

std::string encode(const DecisionRequest& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
