// SPDX-License-Identifier: Apache-2.0
#include "sim/market/agg_trades.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "sim/market/formats.h"

namespace clawgate::sim {
namespace {

class AggTradeSource final : public MarketSource {
 public:
  AggTradeSource(std::unique_ptr<AggTradeRows> rows, std::string path, SymbolId symbol,
                 const RecordingOptions& options)
      : rows_(std::move(rows)), path_(std::move(path)), symbol_(symbol), options_(options) {}

  Result<const MarketEvent*> next() override;
  [[nodiscard]] Rate progress() const override { return rows_->progress(); }
  [[nodiscard]] MarketCounts counts() const override { return counts_; }

 private:
  Result<const MarketEvent*> read_row();
  [[nodiscard]] std::optional<Error> check_order(const AggTrade& row) const;
  bool quote_around(const AggTrade& row);
  const MarketEvent* give_snapshot();
  const MarketEvent* give_trade();
  Error fail(Error error) {
    failed_ = std::move(error);
    return *failed_;
  }

  std::unique_ptr<AggTradeRows> rows_;
  std::string path_;  // of the first file
  SymbolId symbol_;
  RecordingOptions options_;
  AggTrade row_;
  bool trade_due_ = false;  // the snapshot ahead of row_ was given, row_ was not
  BookLevel bid_;
  BookLevel ask_;
  MarketEvent event_;
  MarketCounts counts_;
  std::optional<Error> failed_;
};

Result<const MarketEvent*> AggTradeSource::next() {
  if (failed_) return *failed_;
  if (trade_due_) return give_trade();
  return read_row();
}

Result<const MarketEvent*> AggTradeSource::read_row() {
  AggTrade row;
  const Result<bool> more = rows_->next(row);
  if (!more) return fail(more.error());
  if (!*more && counts_.trades == 0) return fail({Reason::RecordingEmpty, path_, "no trades"});
  if (!*more) return nullptr;
  if (std::optional<Error> error = check_order(row)) return fail(std::move(*error));
  if (!quote_around(row)) {
    return fail({Reason::RecordingField, rows_->where() + ": price",
                 to_text(row.price) + " leaves no room for the spread"});
  }
  row_ = row;
  return give_snapshot();
}

std::optional<Error> AggTradeSource::check_order(const AggTrade& row) const {
  if (counts_.trades == 0) return std::nullopt;
  if (row.id != row_.id + 1) {
    return Error{Reason::RecordingGap, rows_->where() + ": id",
                 std::to_string(row.id) + " instead of " + std::to_string(row_.id + 1)};
  }
  if (row.time < row_.time) {
    return Error{Reason::RecordingTimeBackwards, rows_->where() + ": time",
                 std::to_string(row.time.value()) + " after " + std::to_string(row_.time.value())};
  }
  return std::nullopt;
}

// One level a side: the trade's price where it hit, the other side a spread away.
bool AggTradeSource::quote_around(const AggTrade& row) {
  const std::optional<Px> share = scaled(row.price, options_.spread, Round::Up);
  if (!share) return false;
  const std::int64_t tick = options_.tick.raw();
  const std::int64_t spread = std::max<std::int64_t>(1, (share->raw() - 1) / tick + 1) * tick;
  std::int64_t bid = row.price.raw();
  std::int64_t ask = row.price.raw();
  if (row.buyer_is_maker && __builtin_add_overflow(bid, spread, &ask)) return false;
  if (!row.buyer_is_maker) bid = ask - spread;
  bid_ = {Px::from_raw(bid), options_.size};
  ask_ = {Px::from_raw(ask), options_.size};
  return bid > 0;
}

const MarketEvent* AggTradeSource::give_snapshot() {
  trade_due_ = true;
  event_ = MarketEvent{};
  event_.kind = MarketKind::Snapshot;
  event_.symbol = symbol_;
  event_.receive_time = row_.time;
  event_.last_id = ++counts_.snapshots;
  event_.bids = std::span(&bid_, 1);
  event_.asks = std::span(&ask_, 1);
  return &event_;
}

const MarketEvent* AggTradeSource::give_trade() {
  trade_due_ = false;
  ++counts_.trades;
  event_ = MarketEvent{};
  event_.kind = MarketKind::Trade;
  event_.symbol = symbol_;
  event_.exchange_time = row_.time;
  event_.receive_time = row_.time;
  event_.trade_id = row_.id;
  event_.price = row_.price;
  event_.quantity = row_.quantity;
  event_.buyer_is_maker = row_.buyer_is_maker;
  return &event_;
}

}  // namespace

std::unique_ptr<MarketSource> open_agg_trades(RecordingFiles files, bool json, SymbolId symbol,
                                              std::string_view expected_symbol,
                                              const RecordingOptions& options) {
  std::string path = files.path();
  auto rows =
      json ? open_json_rows(std::move(files), expected_symbol) : open_csv_rows(std::move(files));
  return std::make_unique<AggTradeSource>(std::move(rows), std::move(path), symbol, options);
}

}  // namespace clawgate::sim
