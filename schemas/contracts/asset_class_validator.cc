// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/asset_class_validator.h"

namespace clawgate::contracts {

Result<AssetClassValidator> decode_asset_class_validator(std::string_view text) {
  return decode_contract<AssetClassValidator>(text);
}

std::string encode(const AssetClassValidator& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
