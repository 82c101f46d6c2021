// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/market/event.h"

namespace clawgate::sim {

/// Reads the lines that look byte for byte as Binance has written them since 2024: the fields in
/// its order, no blanks, prices and sizes with eight decimals. Every byte of the line is compared
/// or read as a digit, so what it accepts is JSON and means what the general reader would say.
/// Anything else it leaves to that reader, which takes nearly three times as long. One thread at a
/// time.
class ExactLine {
 public:
  ExactLine(std::string_view stream_symbol, std::string_view symbol);

  /// False: not such a line; `event` and the levels then hold remains. Depth lines are such lines
  /// only `with_depth`. FileText::kPadding bytes behind `json` must be readable.
  [[nodiscard]] bool read(std::string_view json, bool with_depth, MarketEvent& event,
                          std::vector<BookLevel>& bids, std::vector<BookLevel>& asks) const;

 private:
  class Cursor;
  bool read_ticker(Cursor& at, MarketEvent& event) const;
  bool read_trade(Cursor& at, MarketEvent& event) const;
  bool read_depth(Cursor& at, MarketEvent& event, std::vector<BookLevel>& bids,
                  std::vector<BookLevel>& asks) const;

  std::string start_;   // {"stream":"btcusdt@
  std::string symbol_;  // ,"s":"BTCUSDT"
};

}  // namespace clawgate::sim
