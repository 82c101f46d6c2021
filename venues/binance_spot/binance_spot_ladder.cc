// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "venues/binance_spot/binance_spot.h"
#include "venues/binance_spot/reports.h"

// What became of one order: by its id, then in the lists; and what the venue says is told.

namespace clawgate::venues::binance_spot {
namespace {

const OrderRow* row_of(std::span<const OrderRow> rows, const ClientOrderId& id) {
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const OrderRow& row) { return row.client_order_id == id; });
  return at == rows.end() ? nullptr : &*at;
}

/// By its form, where an earlier life handed it over: all of ours begin so.
bool has_our_form(const ClientOrderId& id) {
  return id.view().starts_with("cg");
}

/// The venue can be asked, and does not answer this question: nothing is wrong with the link, the
/// key, the clock or a budget.
bool is_about_the_order(const Answer& answer) {
  if (answer.fate != net::Fate::Answered || answer.code() == 0) return false;
  if (answer.status < 400 || answer.status >= 500) return false;
  const Advice advice = advice_of(answer.status, answer.code());
  return advice == Advice::None || advice == Advice::Query;
}

}  // namespace

// One whose id somebody else gave it is asked for by the venue's.
void BinanceSpot::ask_order(InstrumentId instrument, const ClientOrderId& id, Told done,
                            NoSuchOrder unknown) {
  const Listed* const symbol = listed(instrument);
  if (symbol == nullptr) return done({Telling::How::Failed, id, "no such symbol"});
  constexpr std::int32_t kArchived = -2026;  // it ended 90 days ago or earlier, without executions
  const auto open = open_.find(id);
  const bool by_number = open != open_.end() && !is_ours(id) && open->second.order_id > 0;
  Call call = by_number ? query_order(symbol->symbol, open->second.order_id)
                        : query_order(symbol->symbol, id.view());
  const auto answered = [this, instrument, id, done](const Answer& answer) {
    if (answer.ok()) {
      const auto row = read_order(answer.result);
      return row ? tell_order(*row, instrument, done) : unreadable(id, row.error(), done);
    }
    if (answer.code() == kNoSuchOrder) return look_for(instrument, id, done);
    if (answer.code() == kArchived && lost_.contains(id)) return done({});
    if (is_about_the_order(answer)) return refused(id, words_of(answer), done);
    done({Telling::How::Failed, id, words_of(answer)});
  };
  caller_.ask(std::move(call), answered, unknown);
}

void BinanceSpot::refused(const ClientOrderId& id, std::string why, const Told& done) {
  warn("no word on order " + std::string(id.view()) + ": " + why, id.view());
  done({Telling::How::Refused, id, std::move(why)});
}

void BinanceSpot::unreadable(const ClientOrderId& id, const Error& error, const Told& done) {
  ++counts_.unreadable;
  refused(id, to_text(error), done);
}

// The next rungs: the lists know an order for which the query by id was too early, or forgot it.
void BinanceSpot::look_for(InstrumentId instrument, const ClientOrderId& id, Told done) {
  const Listed* const symbol = listed(instrument);
  caller_.ask(open_orders(symbol->symbol), [this, instrument, id, done](const Answer& answer) {
    if (!answer.ok()) return done({Telling::How::Failed, id, words_of(answer)});
    const auto rows = read_orders(answer.result);
    if (!rows) return unreadable(id, rows.error(), done);
    if (const OrderRow* const row = row_of(*rows, id)) return tell_order(*row, instrument, done);
    const auto handed_over = handed_over_at_.find(id);
    look_through(
        instrument, id,
        handed_over == handed_over_at_.end() ? std::nullopt : std::optional(handed_over->second),
        done);
  });
}

// All accounts share a symbol's ids: how far back an order lies in them nobody can say. From the
// newest that was known as it was handed over it is ahead; where that was in another life, it is
// among the newest of the account.
void BinanceSpot::look_through(InstrumentId instrument, const ClientOrderId& id,
                               std::optional<std::int64_t> from, Told done) {
  const Listed* const symbol = listed(instrument);
  Call call = from ? all_orders(symbol->symbol, *from)
                   : newest_orders(symbol->symbol, std::int64_t{kListMax});
  caller_.ask(std::move(call), [this, instrument, id, from, done](const Answer& answer) {
    if (!answer.ok()) return done({Telling::How::Failed, id, words_of(answer)});
    const auto rows = read_orders(answer.result);
    if (!rows) return unreadable(id, rows.error(), done);
    if (const OrderRow* const row = row_of(*rows, id)) return tell_order(*row, instrument, done);
    if (from && rows->size() == kListMax) {
      return look_through(instrument, id, rows->back().order_id + 1, done);
    }
    tell(not_found_report(id, instrument, options_.account, transport_.now()));
    if (is_ours(id)) lost_.try_emplace(id, Lost{instrument});
    open_.erase(id);
    done({});
  });
}

bool BinanceSpot::is_ours(const ClientOrderId& id) const {
  const auto open = open_.find(id);
  return (open != open_.end() && open->second.is_ours) || has_our_form(id);
}

std::optional<InstrumentId> BinanceSpot::instrument_of(const OrderRow& row) const {
  return row.symbol_is_cut ? std::nullopt : instrument_of(row.symbol.view());
}

void BinanceSpot::know(InstrumentId instrument, std::int64_t order_id) {
  auto& newest = newest_[instrument];
  newest = std::max(newest, order_id);
  const auto listed_to = listed_to_.find(instrument);
  const bool beyond = listed_to == listed_to_.end() || order_id > listed_to->second;
  if (beyond) told_beyond_[instrument].insert(order_id);
}

void BinanceSpot::tell_foreign(const Symbol& symbol, std::string_view order_id,
                               const ClientOrderId& id, std::size_t orders) {
  std::string what = orders == 1 ? "" : std::to_string(orders) + " orders, ";
  what += std::string(symbol.view()) + " " + std::string(order_id) + " " + std::string(id.view());
  warn("not ours, on a symbol that is not traded: " + what, id.view());
  tell(CauseReported{Block::ForeignOrder, Text<24>("venue"), Text<64>(what)});
}

// Its executions first, where the venue counts more of them than we were told; its status last.
void BinanceSpot::tell_order(const OrderRow& row, InstrumentId instrument, Told done) {
  know(instrument, row.order_id);
  const auto told = executed_.find(row.client_order_id);
  const Qty known = told == executed_.end() ? Qty{} : told->second;
  if (row.executed_qty > known) return ask_trades(row, instrument, std::move(done));
  const ExecutionReport report = status_report(row, instrument, ours());
  if (is_final(row.status) && open_.contains(row.client_order_id)) owe_news(report);
  tell(report);
  done({});
}

// What happened before it listened the stream does not owe.
void BinanceSpot::owe_news(const ExecutionReport& report) {
  const bool listened = phase_ == Phase::Ready && report.event_time > listens_since_;
  if (listened) owed_.owe(report, transport_.now());
}

void BinanceSpot::ask_trades(const OrderRow& row, InstrumentId instrument, Told done) {
  const Listed* const symbol = listed(instrument);
  Call call = trades_of_order(symbol->symbol, row.order_id);
  caller_.ask(std::move(call), [this, row, instrument, done](const Answer& answer) {
    const ClientOrderId& id = row.client_order_id;
    if (is_about_the_order(answer)) return refused(id, words_of(answer), done);
    if (!answer.ok()) return done({Telling::How::Failed, id, words_of(answer)});
    const auto trades = read_trades(answer.result);
    if (!trades) return unreadable(id, trades.error(), done);
    for (const TradeRow& trade : *trades) {
      const ExecutionReport report = trade_report(trade, row.client_order_id, instrument, ours());
      owe_news(report);
      tell(report);
    }
    tell(status_report(row, instrument, ours()));
    done({});
  });
}

}  // namespace clawgate::venues::binance_spot
