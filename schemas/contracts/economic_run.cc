// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/economic_run.h"

namespace clawgate::contracts {

Result<EconomicRun> decode_economic_run(std::string_view text) {
  return decode_contract<EconomicRun>(text);
}

std::string encode(const EconomicRun& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
