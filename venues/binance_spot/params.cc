// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/params.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "schemas/core/assert.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  constexpr std::string_view kBytes =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
  for (const char c : kBytes) plain[static_cast<unsigned char>(c)] = true;
  return plain;
}();

}  // namespace

bool is_plain(std::string_view text) {
  bool plain = true;
  for (const char c : text) plain &= kPlain[static_cast<unsigned char>(c)];
  return plain;
}

char* Params::begin(Param param, std::size_t value_max) {
  const Lead& lead = query_lead(param);
  const std::size_t needed = size_ + lead.text.size() + value_max;
  CLAWGATE_ASSERT(count_ < kParams && needed < std::numeric_limits<std::uint32_t>::max());
  if (needed > text_.size()) text_.resize(2 * needed, boost::container::default_init);
  char* const at = text_.data() + size_;
  std::memcpy(at, lead.text.data(), lead.text.size());
  places_[count_++] = {param, static_cast<std::uint32_t>(size_)};
  return at + lead.size;
}

void Params::put(Param param, std::string_view value) {
  char* const at = begin(param, value.size());
  if (!value.empty()) std::memcpy(at, value.data(), value.size());
  plain_ = plain_ && is_plain(value);
  end(at + value.size());
}

void Params::put_number(Param param, std::int64_t value) {
  constexpr std::size_t kMax = std::numeric_limits<std::int64_t>::digits10 + 2;
  char* const at = begin(param, kMax);
  end(std::to_chars(at, at + kMax, value).ptr);
}

void Params::put_decimal(Param param, std::int64_t raw) {
  end(write_short_text(raw, begin(param, kDecimalTextMax)));
}

}  // namespace clawgate::venues::binance_spot
