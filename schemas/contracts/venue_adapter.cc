// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/venue_adapter.h"

namespace clawgate::contracts {

Result<VenueAdapter> decode_venue_adapter(std::string_view text) {
  return decode_contract<VenueAdapter>(text);
}

std::string encode(const VenueAdapter& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
