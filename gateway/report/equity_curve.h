// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "gateway/report/session_report.h"

namespace clawgate::report {

/// What an account was worth over time: the quote asset as it is, every other at its bid, each
/// rounded down. Not known, so no point, while a held asset has no usable mark. One thread.
class EquityCurve {
 public:
  /// The quote asset is that of the first instrument.
  void add(const Instrument& instrument);
  void add(const BalanceReported& balance, UnixNanos time);
  void add(const MarketTop& top, UnixNanos time);

  [[nodiscard]] EquityReport finish(UnixNanos end);

 private:
  void settle(UnixNanos now);
  void point(UnixNanos time);
  [[nodiscard]] std::optional<Notional> worth() const;
  [[nodiscard]] std::optional<Notional> value_of(const Asset& asset, Qty total) const;

  std::optional<Asset> quote_;
  std::vector<Instrument> instruments_;
  std::map<Asset, Qty> totals_;          // free and locked
  std::map<InstrumentId, Px> bids_;      // usable ones
  std::optional<UnixNanos> changed_at_;  // a balance moved and its companions may follow
  std::vector<EquityPoint> points_;
};

}  // namespace clawgate::report
