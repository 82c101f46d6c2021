// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/report/session_report.h"

namespace clawgate::report {

[[nodiscard]] std::string_view plain(Fate fate);  // "took profit"
[[nodiscard]] Tone tone(Fate fate);
[[nodiscard]] std::string_view plain(LegRole role);  // "take-profit"

/// The rules behind a fate: those that denied it, or those that ended its hold.
[[nodiscard]] std::vector<Reason> reasons_of(const SignalRow& signal);
[[nodiscard]] std::vector<Reason> reasons_in(ReasonSet set);
/// What to do about it; empty where that is nothing.
[[nodiscard]] std::string_view advice(Reason reason);

/// Says what is in a report in plain words and in the units of its session. Foreign text comes out
/// printable, not yet escaped.
class Words {
 public:
  explicit Words(const SessionReport& report);

  [[nodiscard]] std::string time(UnixNanos time) const;  // with its date when there are several
  [[nodiscard]] std::string span() const;
  [[nodiscard]] std::string px(const Symbol& symbol, Px value) const;
  [[nodiscard]] std::string qty(const Symbol& symbol, Qty value) const;
  [[nodiscard]] std::string money(Notional value) const;   // 1,000.31
  [[nodiscard]] std::string amount(Notional value) const;  // as profit, without a plus
  [[nodiscard]] std::string profit(Notional value) const;  // +0.3121
  [[nodiscard]] std::string quote() const;
  [[nodiscard]] std::string symbols() const;

  /// A few sentences about the whole.
  [[nodiscard]] std::string summary() const;
  /// What the trades that are open would add: "-0.0612 USDT at the last bid".
  [[nodiscard]] std::string still_open() const;
  /// Why the signal went the way it did.
  [[nodiscard]] std::string story(const SignalRow& signal) const;
  /// The prices that a rule was about, after a space; "" where it was about none.
  [[nodiscard]] std::string seen(const SignalRow& signal) const;
  [[nodiscard]] std::string story(const TradeRow& trade) const;
  /// What is on hold: `buy 0.00087 BTCUSDT up to 57,156.39`.
  [[nodiscard]] std::string order(const OrderCandidate& order) const;
  [[nodiscard]] std::string outcome(const ApprovalRow& approval) const;
  [[nodiscard]] std::string command(const CommandRow& row) const;
  /// What the venue said of an order, its code too; empty when nothing.
  [[nodiscard]] static std::string venue_words(const OrderRow& order);

  [[nodiscard]] int px_decimals(const Symbol& symbol) const;
  [[nodiscard]] int money_decimals() const { return money_decimals_; }

 private:
  [[nodiscard]] std::string arrivals() const;
  [[nodiscard]] std::string result() const;
  [[nodiscard]] std::string note_of(const CommandId& command) const;
  [[nodiscard]] std::string latched(const SignalRow& signal) const;
  [[nodiscard]] std::string story_of_order(const SignalRow& signal) const;

  const SessionReport& report_;
  bool several_days_;
  int money_decimals_;
  int profit_decimals_;
};

}  // namespace clawgate::report
