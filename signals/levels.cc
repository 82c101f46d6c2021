// SPDX-License-Identifier: Apache-2.0
#include "signals/levels.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::size_t kContextMax = 40;  // bytes in front of a price that may say what it is
constexpr std::array<std::string_view, 14> kNowWords = {
    "current price", "current level", "currently at", "trading at",  "trading near",
    "trades at",     "trades near",   "priced at",    "price is",    "quoted at",
    "last price",    "spot price",    "closed at",    "market price"};

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct Amount {
  Px price;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The digits from `at`, commas left out: `69,176.50`. Empty when there are none.
std::string digits_from(std::string_view text, std::size_t& at) {
  std::string digits;
  bool point = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const bool digit_next = at + 1 < text.size() && is_digit(text[at + 1]);
    if (is_digit(c)) {
      digits += c;
    } else if (c == ',' && digit_next && !point && !digits.empty()) {
      continue;
    } else if (c == '.' && digit_next && !point && !digits.empty()) {
      digits += c;
      point = true;
    } else {
      break;
    }
  }
  return digits;
}

std::optional<Px> positive(const std::string& digits) {
  const auto price = decimal_from<PxTag>(digits);
  return price && price->raw() > 0 ? price : std::nullopt;
}

// `billion`, `M`, `bn`, `%`, `x`: no price.
bool is_money_or_ratio(std::string_view behind) {
  const std::string_view word = behind.substr(0, std::min<std::size_t>(behind.size(), 9));
  for (const std::string_view unit : {"billion", "million", "trillion"}) {
    if (starts_with(trimmed(word), unit)) return true;
  }
  if (word.starts_with('%')) return true;
  std::size_t letters = 0;
  while (letters < word.size() && is_letter(word[letters])) ++letters;
  const std::string unit = lower(word.substr(0, letters));
  return unit == "m" || unit == "b" || unit == "t" || unit == "bn" || unit == "mn" ||
         unit == "mm" || unit == "tn" || unit == "x";
}

std::vector<Amount> amounts_in(std::string_view text) {
  std::vector<Amount> amounts;
  for (std::size_t at = 0; (at = text.find('$', at)) != text.npos;) {
    const std::size_t begin = at++;
    while (at < text.size() && (text[at] == ' ' || text[at] == '~')) ++at;
    const std::string digits = digits_from(text, at);
    std::optional<Px> price = positive(digits);
    const std::string_view behind = text.substr(at);
    if (!price || is_money_or_ratio(behind)) continue;
    const bool thousands = !behind.empty() && (behind[0] == 'k' || behind[0] == 'K') &&
                           (behind.size() == 1 || !is_letter(behind[1]));
    if (thousands) {
      const auto raw = mul_div(price->raw(), 1000, 1, Round::Down);
      if (!raw) continue;
      price = Px::from_raw(*raw);
    }
    amounts.push_back({*price, begin, at});
  }
  return amounts;
}

}  // namespace

std::vector<Px> prices_in(std::string_view text) {
  std::vector<Px> prices;
  for (const Amount& amount : amounts_in(text)) prices.push_back(amount.price);
  return prices;
}

std::optional<Px> stated_price(std::string_view text) {
  const std::vector<Amount> amounts = amounts_in(text);
  for (const Amount& amount : amounts) {
    const std::size_t from = amount.begin - std::min(amount.begin, kContextMax);
    const std::string_view context = text.substr(from, amount.begin - from);
    const bool now = std::any_of(kNowWords.begin(), kNowWords.end(),
                                 [&](std::string_view word) { return contains(context, word); });
    if (now) return amount.price;
  }
  std::vector<Px> prices = prices_in(text);
  if (prices.empty()) return std::nullopt;
  const auto middle = prices.begin() + static_cast<std::ptrdiff_t>((prices.size() - 1) / 2);
  std::nth_element(prices.begin(), middle, prices.end());
  return *middle;
}

std::optional<Px> level_of(std::string_view value) {
  std::string_view rest = trimmed(value);
  for (const std::string_view sign : {"~", "US", "$", "~"}) {
    if (rest.starts_with(sign)) rest.remove_prefix(sign.size());
  }
  rest = trimmed(rest);
  std::size_t at = 0;
  const std::string digits = digits_from(rest, at);
  const std::string_view unit = trimmed(rest.substr(at));
  if (!unit.empty() && unit != "USD" && unit != "USDT" && unit != "USDC") return std::nullopt;
  return positive(digits);
}

}  // namespace clawgate::signals
