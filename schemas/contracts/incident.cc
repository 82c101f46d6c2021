// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/incident.h"

#include "schemas/contracts/decision.h"

namespace clawgate::contracts {

bool is_incident_id(std::string_view text) {
  constexpr std::string_view kPrefix = "INC-";
  if (text.substr(0, kPrefix.size()) != kPrefix) return false;
  return is_decision_id("DEC-" + std::string(text.substr(kPrefix.size())));
}

Result<Incident> decode_incident(std::string_view text) {
  return decode_contract<Incident>(text);
}

std::string encode(const Incident& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
