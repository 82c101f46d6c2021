// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/shadow_mode_review.h"

namespace clawgate::contracts {

Result<ShadowModeReview> decode_shadow_mode_review(std::string_view text) {
  return decode_contract<ShadowModeReview>(text);
}

std::string encode(const ShadowModeReview& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
