// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tests/gateway/report/sample_session.h"

namespace clawgate::report {

inline MarketTop top(std::string_view bid, std::string_view ask) {
  MarketTop row;
  row.bid = px(bid);
  row.ask = px(ask);
  return row;
}

/// One signal and what follows from it, step by step, a second apart.
class ShortTape {
 public:
  ShortTape();

  ShortTape& signal(SignalOutcome outcome, ReasonSet reasons = {}, HoldId first = {});
  ShortTape& held(bool entry = true);
  ShortTape& hold_moved(HoldEvent event, HoldState to, Reason reason = Reason::None,
                        std::string_view who = {});
  ShortTape& rechecked(ReasonSet reasons, Px bid = px("100"), Px ask = px("101"));
  ShortTape& released();
  /// signal, held, approved and released.
  ShortTape& entry_released();
  ShortTape& moved(LegRole role, OrderEvent event, OrderState to, std::string_view text = {});
  ShortTape& filled(LegRole role, Qty qty, Px px, Notional realised = {}, Qty held = {},
                    Notional cost = {});
  ShortTape& issued(LegRole role, HoldId exit = {});
  ShortTape& closed(Notional realised = {});

  template <class Row>
  ShortTape& put(const Row& row) {
    tape.put(next(), row);
    return *this;
  }
  [[nodiscard]] UnixNanos next() { return at_ms(1000 * ++second_); }
  [[nodiscard]] SessionReport report() const { return report_of(tape); }
  [[nodiscard]] static ClientOrderId id_of(LegRole role);

  Tape tape;
  HoldId hold{1};

 private:
  std::int64_t second_ = 0;
};

}  // namespace clawgate::report
