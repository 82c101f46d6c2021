// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <utility>

#include "schemas/strict_json.h"
#include "sim/market/agg_trades.h"
#include "sim/market/digits.h"
#include "sim/market/wire_time.h"

namespace clawgate::sim {
namespace {

enum Column : std::size_t { Id, Price, Quantity, FirstId, LastId, Time, BuyerIsMaker, BestMatch };
constexpr std::size_t kColumnsMin = 7;  // dumps of the first years end at is_buyer_maker
constexpr std::size_t kColumnsMax = 8;

class CsvRows final : public AggTradeRows {
 public:
  explicit CsvRows(RecordingFiles files) : files_(std::move(files)) {}

  Result<bool> next(AggTrade& row) override;
  [[nodiscard]] std::string where() const override { return files_.where(files_.place()); }
  [[nodiscard]] Rate progress() const override { return files_.progress(); }

 private:
  Result<bool> read(AggTrade& row);
  [[nodiscard]] Error fail(Reason reason, std::string_view field, std::string_view seen) const {
    return {reason, where() + ": " + std::string(field), printable(seen)};
  }

  RecordingFiles files_;
};

// How many columns, at most one too many. Those it has not are empty.
std::size_t split(std::string_view line, std::array<std::string_view, kColumnsMax>& columns) {
  std::size_t count = 0;
  while (count < kColumnsMax) {
    const std::size_t comma = line.find(',');
    columns[count++] = line.substr(0, comma);
    if (comma == std::string_view::npos) return count;
    line.remove_prefix(comma + 1);
  }
  return kColumnsMax + 1;
}

// Behind a column there is a comma or the end of the line, so eight bytes can always be read.
RawDecimal decimal_of(std::string_view column) {
  return read_decimal(column.data(), column.data() + column.size() + 1, ',').value;
}

Result<bool> CsvRows::next(AggTrade& row) {
  const Result<bool> more = files_.next_line();
  if (!more || !*more) return more;
  const bool header = files_.place().line == 1 && files_.line().starts_with("agg_trade_id");
  if (!header) return read(row);
  return next(row);
}

Result<bool> CsvRows::read(AggTrade& row) {
  std::array<std::string_view, kColumnsMax> columns;
  const std::size_t count = split(files_.line(), columns);
  if (count < kColumnsMin || count > kColumnsMax) {
    return fail(Reason::RecordingLine, "columns", files_.line());
  }
  row.id = read_whole(columns[Id]);
  if (row.id < 0) return fail(Reason::RecordingField, "agg_trade_id", columns[Id]);
  const RawDecimal price = decimal_of(columns[Price]);
  if (price.error != DecimalError::None || price.raw <= 0) {
    return fail(Reason::RecordingField, "price", columns[Price]);
  }
  row.price = Px::from_raw(price.raw);
  const RawDecimal quantity = decimal_of(columns[Quantity]);
  if (quantity.error != DecimalError::None || quantity.raw <= 0) {
    return fail(Reason::RecordingField, "quantity", columns[Quantity]);
  }
  row.quantity = Qty::from_raw(quantity.raw);
  row.time = TimeNs{nanos_of_stamp(read_whole(columns[Time]))};
  if (row.time.value() < 0) return fail(Reason::RecordingField, "timestamp", columns[Time]);
  const std::string_view maker = columns[BuyerIsMaker];
  row.buyer_is_maker = maker == "true" || maker == "True";
  if (!row.buyer_is_maker && maker != "false" && maker != "False") {
    return fail(Reason::RecordingField, "is_buyer_maker", maker);
  }
  return true;
}

}  // namespace

std::unique_ptr<AggTradeRows> open_csv_rows(RecordingFiles files) {
  return std::make_unique<CsvRows>(std::move(files));
}

}  // namespace clawgate::sim
