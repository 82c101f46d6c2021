// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/asset_profile.h"

namespace clawgate::contracts {

bool is_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i, char most) { return text[i] >= '0' && text[i] <= most; };
  if (text.size() != 5 || text[2] != ':') return false;
  return digit(0, '2') && digit(1, text[0] == '2' ? '3' : '9') && digit(3, '5') && digit(4, '9');
}

bool is_closing_time(std::string_view text) {
  return text == "24:00" || is_time_of_day(text);
}

// The one rule that spans two fields: a bond's risk per unit is not in its price.
Result<AssetProfile> decode_asset_profile(std::string_view text) {
  Result<AssetProfile> profile = decode_contract<AssetProfile>(text);
  if (!profile || profile->asset_class != AssetClass::FixedIncomeBr) return profile;
  if (profile->risk_units.max_loss_per_unit_brl) return profile;
  return Error{Reason::FieldMissing, "/risk_units/max_loss_per_unit_brl", ""};
}

std::string encode(const AssetProfile& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
