// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/decision.h"

namespace clawgate::contracts {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSymbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == text.npos;
}

}  // namespace

bool is_decision_id(std::string_view text) {
  constexpr std::string_view kPrefix = "DEC-";
  constexpr std::size_t kDay = 8;
  if (text.substr(0, kPrefix.size()) != kPrefix) return false;
  text.remove_prefix(kPrefix.size());
  if (text.size() < kDay + 1 || !all_of(text.substr(0, kDay), kDigits)) return false;
  if (text[kDay] != '-') return false;
  text.remove_prefix(kDay + 1);
  return text.size() >= 3 && text.size() <= 16 && all_of(text, kSymbols);
}

bool is_decision_key(std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t last = text.rfind(':');
  if (first == last || first == 0 || last + 1 == text.size() || first + 1 == last) return false;
  return text.find(':', first + 1) == last && text.find(' ') == text.npos;
}

Result<Decision> decode_decision(std::string_view text) {
  return decode_contract<Decision>(text);
}

std::string encode(const Decision& value) {
  return encode_contract(value);
}

}  // namespace clawgate::contracts
