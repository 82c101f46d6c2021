// SPDX-License-Identifier: Apache-2.0
#include <simdjson.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "schemas/strict_json.h"
#include "sim/market/agg_trades.h"
#include "sim/market/digits.h"
#include "sim/market/wire_time.h"

namespace clawgate::sim {
namespace {

namespace json = simdjson::ondemand;
static_assert(FileText::kPadding >= simdjson::SIMDJSON_PADDING);

// A whole file becomes rows at once: these files come from REST calls and are small.
class JsonRows final : public AggTradeRows {
 public:
  JsonRows(RecordingFiles files, std::string_view expected_symbol)
      : files_(std::move(files)), symbol_(expected_symbol) {}

  Result<bool> next(AggTrade& row) override;
  [[nodiscard]] std::string where() const override { return where(given_ - 1); }
  [[nodiscard]] Rate progress() const override {
    const std::size_t left = rows_.size() - given_;
    return files_.progress(rows_.empty() ? 0 : files_.line().size() / rows_.size() * left);
  }

 private:
  [[nodiscard]] std::string where(std::size_t index) const {
    return files_.path() + "[" + std::to_string(index) + "]";
  }
  [[nodiscard]] Error fail(Reason reason, std::string_view field, std::string_view seen) const {
    return {reason, where(rows_.size()) + ": " + std::string(field), printable(seen)};
  }
  [[nodiscard]] Error fail(simdjson::error_code error, std::string_view field) const {
    const bool value = error == simdjson::NO_SUCH_FIELD || error == simdjson::INCORRECT_TYPE ||
                       error == simdjson::NUMBER_ERROR || error == simdjson::NUMBER_OUT_OF_RANGE;
    return fail(value ? Reason::RecordingField : Reason::RecordingLine, field,
                simdjson::error_message(error));
  }
  [[nodiscard]] const char* limit() const { return files_.line().data() + files_.line().size(); }

  Result<bool> read_file();
  Result<bool> read_item(json::object item);
  Result<bool> read_row(json::object item);
  Result<std::int64_t> read_positive(json::object& item, std::string_view field) const;
  Result<std::int64_t> read_whole_number(json::object& item, std::string_view field) const;

  RecordingFiles files_;
  std::string symbol_;  // "XRPETH"
  json::parser parser_;
  std::vector<AggTrade> rows_;
  std::size_t given_ = 0;
};

Result<bool> JsonRows::next(AggTrade& row) {
  while (given_ == rows_.size()) {
    const Result<bool> more = files_.next_rest();
    if (!more || !*more) return more;
    Result<bool> read = read_file();
    if (!read) return read;
  }
  row = rows_[given_++];
  return true;
}

Result<bool> JsonRows::read_file() {
  rows_.clear();
  given_ = 0;
  const std::string_view text = files_.line();
  json::document document;
  const std::size_t readable = text.size() + FileText::kPadding;
  if (const auto error = parser_.iterate(text.data(), text.size(), readable).get(document)) {
    return fail(error, "json");
  }
  json::array items;
  if (const auto error = document.get_array().get(items)) {
    return fail(Reason::RecordingLine, "json", simdjson::error_message(error));
  }
  for (auto each : items) {
    json::object item;
    if (const auto error = each.get_object().get(item)) return fail(error, "json");
    Result<bool> read = read_item(item);
    if (!read) return read;
  }
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return fail(Reason::RecordingLine, "json", "more behind the array");
  return true;
}

// ccxt writes "XRP/ETH" beside the row that it got.
Result<bool> JsonRows::read_item(json::object item) {
  std::string_view symbol;
  const auto no_symbol = item.find_field_unordered("symbol").get_string().get(symbol);
  if (!no_symbol) {
    std::string joined(symbol);
    std::erase(joined, '/');
    if (joined != symbol_) return fail(Reason::RecordingSymbol, "symbol", symbol);
  }
  json::object info;
  const auto no_info = item.find_field_unordered("info").get_object().get(info);
  return read_row(no_info ? item : info);
}

Result<bool> JsonRows::read_row(json::object item) {
  AggTrade row;
  const Result<std::int64_t> id = read_whole_number(item, "a");
  if (!id) return id.error();
  const Result<std::int64_t> price = read_positive(item, "p");
  if (!price) return price.error();
  const Result<std::int64_t> quantity = read_positive(item, "q");
  if (!quantity) return quantity.error();
  const Result<std::int64_t> stamp = read_whole_number(item, "T");
  if (!stamp) return stamp.error();
  const std::int64_t time = nanos_of_stamp(*stamp);
  if (time < 0) return fail(Reason::RecordingField, "T", std::to_string(*stamp));
  if (const auto error = item.find_field_unordered("m").get_bool().get(row.buyer_is_maker)) {
    return fail(error, "m");
  }
  row.id = *id;
  row.price = Px::from_raw(*price);
  row.quantity = Qty::from_raw(*quantity);
  row.time = TimeNs{time};
  rows_.push_back(row);
  return true;
}

Result<std::int64_t> JsonRows::read_positive(json::object& item, std::string_view field) const {
  json::raw_json_string text;
  if (const auto error = item.find_field_unordered(field).get_raw_json_string().get(text)) {
    return fail(error, field);
  }
  const RawDecimal read = read_decimal(text.raw(), limit(), '"').value;
  if (read.error == DecimalError::None && read.raw > 0) return read.raw;
  const std::string_view rest(text.raw(), static_cast<std::size_t>(limit() - text.raw()));
  return fail(Reason::RecordingField, field, rest.substr(0, rest.find('"')));
}

Result<std::int64_t> JsonRows::read_whole_number(json::object& item, std::string_view field) const {
  std::int64_t value = 0;
  if (const auto error = item.find_field_unordered(field).get_int64().get(value)) {
    return fail(error, field);
  }
  if (value < 0) return fail(Reason::RecordingField, field, std::to_string(value));
  return value;
}

}  // namespace

std::unique_ptr<AggTradeRows> open_json_rows(RecordingFiles files,
                                             std::string_view expected_symbol) {
  return std::make_unique<JsonRows>(std::move(files), expected_symbol);
}

}  // namespace clawgate::sim
