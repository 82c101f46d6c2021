// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/pre_live_checklist.h"

#include <algorithm>

namespace clawgate::contracts {

bool PreLiveChecklist::is_checklist_id(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  });
}

Result<PreLiveChecklist> decode_pre_live_checklist(std::string_view text) {
  return decode_contract<PreLiveChecklist>(text);
}

std::string encode(const PreLiveChecklist& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
