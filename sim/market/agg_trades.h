// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "schemas/core/decimal.h"
#include "schemas/core/result.h"
#include "sim/exchange/types.h"
#include "sim/market/recording_files.h"

namespace clawgate::sim {

/// The fills that one taker order made at one price, as Binance sums them up.
struct AggTrade {
  std::int64_t id = 0;
  Px price;
  Qty quantity;
  TimeNs time;
  bool buyer_is_maker = false;
};

/// Rows of one of the two formats, as the recording has them: order and ids are not checked here.
class AggTradeRows {
 public:
  AggTradeRows() = default;
  AggTradeRows(const AggTradeRows&) = delete;
  AggTradeRows& operator=(const AggTradeRows&) = delete;
  virtual ~AggTradeRows() = default;

  /// True: `row` is the next one. False: there is none.
  virtual Result<bool> next(AggTrade& row) = 0;
  /// Of the last row, for an Error.
  [[nodiscard]] virtual std::string where() const = 0;
  [[nodiscard]] virtual Rate progress() const = 0;
};

/// agg_trade_id,price,quantity,first_id,last_id,timestamp,is_buyer_maker[,is_best_match]
[[nodiscard]] std::unique_ptr<AggTradeRows> open_csv_rows(RecordingFiles files);

/// [{"a":..,"p":"..","q":"..","T":..,"m":..},...] or the same under "info", as ccxt keeps it.
[[nodiscard]] std::unique_ptr<AggTradeRows> open_json_rows(RecordingFiles files,
                                                           std::string_view expected_symbol);

}  // namespace clawgate::sim
