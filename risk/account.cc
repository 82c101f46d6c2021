// SPDX-License-Identifier: Apache-2.0
#include "risk/account.h"

#include <algorithm>
#include <limits>

namespace clawgate::risk {

std::optional<Notional> result_of(Notional realised, std::span<const OpenLot> lots) {
  std::optional<Notional> sum = realised;
  for (const OpenLot& lot : lots) {
    if (lot.qty.is_zero()) continue;
    if (lot.mark.raw() <= 0) return std::nullopt;
    const auto worth = notional(lot.mark, lot.qty, Round::Down);
    const auto gain = worth ? subtract(*worth, lot.cost) : std::nullopt;
    sum = gain ? add(*sum, *gain) : std::nullopt;
    if (!sum) return std::nullopt;
  }
  return sum;
}

Notional peak_after(Notional peak, Notional expected, Notional found) {
  const auto paid_in = subtract(found, expected);
  const bool more = paid_in && paid_in->raw() > 0;
  const auto raised = more ? add(peak, *paid_in) : std::optional<Notional>(peak);
  const Notional most = Notional::from_raw(std::numeric_limits<std::int64_t>::max());
  return std::max(raised.value_or(most), found);
}

std::optional<Notional> safe_notional(const Limits* limits, std::optional<Notional> exposure) {
  if (limits == nullptr || !exposure || exposure->raw() < 0) return std::nullopt;
  if (limits->order_notional_max.raw() <= 0 || limits->day_notional_max.raw() <= 0) {
    return std::nullopt;
  }
  const Notional quarter = Notional::from_raw(limits->day_notional_max.raw() / 4);
  return std::min({*exposure, limits->order_notional_max, quarter});
}

}  // namespace clawgate::risk
