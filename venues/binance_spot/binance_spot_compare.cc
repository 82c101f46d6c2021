// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "venues/binance_spot/binance_spot.h"
#include "venues/binance_spot/reports.h"

// What the venue holds against what we know: at the start, after every gap of the user data
// stream, and from time to time because a single frame may be missing. What comes back is told as
// reports; the core's tables decide what is news, what is stale and what contradicts.

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::size_t kRowsMax = 1'000;  // of one answer of allOrders

}  // namespace

struct BinanceSpot::Books {
  std::uint64_t life = 0;
  bool asked = false;  // by the core
};

void BinanceSpot::compare() {
  if (comparing_) return;
  comparing_ = true;
  const auto books = std::make_shared<Books>();
  books->life = life_;
  books->asked = std::exchange(reconcile_due_, false);
  compare_balances(books);
}

// Stamped with the time it was asked at: whatever the stream said since is newer.
void BinanceSpot::compare_balances(const std::shared_ptr<Books>& books) {
  caller_.ask(account(), [this, books](const Answer& answer) {
    if (books->life != life_) return;
    if (!answer.ok()) return fail("no balances: " + words_of(answer));
    const auto row = read_account(answer.result);
    if (!row) return fail("balances: " + to_text(row.error()));
    if (const auto words = missing_balance(*row)) return fail(*words);
    // Of what changed since it last told anything the stream owes an event.
    const bool quiet = heard_at_.value() + options_.silence_max_ns < answer.sent.value();
    for (const BalanceRow& balance : row->balances) {
      const auto known = held_.find(balance.asset);
      const bool moved = known != held_.end() && (known->second.free != balance.free ||
                                                  known->second.locked != balance.locked);
      if (phase_ == Phase::Ready && quiet && moved) owe();
      tell(BalanceReported{options_.account, balance.asset, balance.free, balance.locked,
                           answer.sent});
    }
    if (!row->can_trade) return fail("the account may not trade");
    compare_orders(books);
  });
}

// The account was asked for with its empty balances, so one that we trade stands in it, once. An
// answer without it is a fault of the answer, and what was told before is no knowledge of today.
std::optional<std::string> BinanceSpot::missing_balance(const AccountRow& row) const {
  const auto wrong = [&](const Asset& asset) -> std::optional<std::string> {
    const auto rows = std::count_if(row.balances.begin(), row.balances.end(),
                                    [&](const BalanceRow& one) { return one.asset == asset; });
    if (rows == 1) return std::nullopt;
    const std::string name(asset.view());
    if (rows > 1) return "balances: more than one row of " + name;
    if (row.left_out == 0) return "balances: no row of " + name;
    return "balances: no row of " + name + ", " + std::to_string(row.left_out) + " unreadable";
  };
  for (const Instrument& one : instruments_) {
    if (auto words = wrong(one.base)) return words;
    if (auto words = wrong(one.quote)) return words;
  }
  return std::nullopt;
}

// What is open there, ours or not, on any symbol; and what we believe open and is not there.
void BinanceSpot::compare_orders(const std::shared_ptr<Books>& books) {
  // What is placed from here on may be missing in the answer.
  std::map<ClientOrderId, InstrumentId> believed;
  for (const auto& [id, instrument] : open_) {
    if (!placed_at_.contains(id)) believed.emplace(id, instrument);
  }
  caller_.ask(open_orders_all(), [this, books, believed](const Answer& answer) {
    if (books->life != life_) return;
    if (!answer.ok()) return fail("no open orders: " + words_of(answer));
    const auto rows = read_orders(answer.result);
    if (!rows) return fail("open orders: " + to_text(rows.error()));
    std::set<ClientOrderId> there;
    const auto left = std::make_shared<std::size_t>(1);
    const auto done = [this, books, left](bool ok) {
      if (books->life != life_) return;
      if (!ok) return fail("an order could not be compared");
      if (--*left == 0) compare_newer(books, 0);
    };
    for (const OrderRow& row : *rows) {
      if (instrument_of(row.symbol.view())) there.insert(row.client_order_id);
    }
    for (const auto& [id, instrument] : believed) {
      if (there.contains(id) || !open_.contains(id)) continue;
      ++*left;
      ask_order(instrument, id, done);
    }
    const OrderRow* foreign = nullptr;
    std::size_t foreign_rows = 0;
    for (const OrderRow& row : *rows) {
      const auto instrument = instrument_of(row.symbol.view());
      if (!instrument) {
        foreign = &row;
        ++foreign_rows;
        continue;
      }
      if (!placed_at_.contains(row.client_order_id)) open_[row.client_order_id] = *instrument;
      ++*left;
      tell_order(row, *instrument, done);
    }
    if (foreign != nullptr) {
      const std::string id = std::to_string(foreign->order_id);
      tell_foreign(foreign->symbol, id, foreign->client_order_id, foreign_rows);
    }
    done(true);
  });
}

// Orders placed since the newest that we know: a foreign one among them shows itself even when it
// is over already. Where nothing is known yet, the account's past is not ours to judge.
void BinanceSpot::compare_newer(const std::shared_ptr<Books>& books, std::size_t at) {
  if (at == options_.symbols.size()) return compared(books);
  const Listed& symbol = options_.symbols[at];
  const auto known = newest_.find(symbol.instrument);
  const bool first = known == newest_.end();
  Call call = first ? newest_order(symbol.symbol) : all_orders(symbol.symbol, known->second + 1);
  caller_.ask(std::move(call), [this, books, at, first](const Answer& answer) {
    if (books->life != life_) return;
    if (!answer.ok()) return fail("no newer orders: " + words_of(answer));
    const auto rows = read_orders(answer.result);
    if (!rows) return fail("newer orders: " + to_text(rows.error()));
    const InstrumentId instrument = options_.symbols[at].instrument;
    auto& newest = newest_[instrument];
    for (const OrderRow& row : *rows) newest = std::max(newest, row.order_id);
    if (first) return compare_newer(books, at + 1);
    const auto left = std::make_shared<std::size_t>(rows->size() + 1);
    const bool more = rows->size() == kRowsMax;
    const auto done = [this, books, at, left, more](bool ok) {
      if (books->life != life_) return;
      if (!ok) return fail("an order could not be compared");
      if (--*left == 0) compare_newer(books, more ? at : at + 1);
    };
    for (const OrderRow& row : *rows) tell_order(row, instrument, done);
    done(true);
  });
}

void BinanceSpot::compared(const std::shared_ptr<Books>& books) {
  comparing_ = false;
  ++counts_.comparisons;
  failures_ = 0;
  if (reconcile_due_) return compare();  // asked for while this one was under way
  if (options_.key_first && !key_known_) return ask_key();
  const bool may_tell = wait_told_ == UnixNanos() && !silent_since_ && (blocked_ || books->asked);
  if (phase_ == Phase::Comparing || may_tell) {
    go(Phase::Ready);
    compare_once_settled();
  }
  if (!key_asked_) ask_key();
  // A replacement has its own comparison behind it now: the old link may go.
  if (links_.size() < 2 || !links_.back()->is_live()) return;
  caller_.use(links_.back().get());
  while (links_.size() > 1) {
    links_.front()->close();
    caller_.on_link_lost(*links_.front());
    links_.erase(links_.begin());
  }
}

// Of balances so soon after an execution the core draws no conclusion, and entries do not wait
// until it can: it is told all of it once more.
void BinanceSpot::compare_once_settled() {
  if (transport_.now().value() - filled_at_.value() >= options_.settle_ns) return;
  later(options_.settle_ns, [this, life = life_] {
    const bool may_ask = !caller_.limits().open_until(caller_.venue_now());
    if (life != life_ || phase_ != Phase::Ready || !may_ask) return;
    reconcile_due_ = true;
    compare();
  });
}

void BinanceSpot::ask_order(InstrumentId instrument, const ClientOrderId& id,
                            std::function<void(bool)> done) {
  const Listed* const symbol = listed(instrument);
  if (symbol == nullptr) return done(false);
  constexpr std::int32_t kNoSuchOrder = -2013;
  caller_.ask(query_order(symbol->symbol, id.view()),
              [this, instrument, id, done](const Answer& answer) {
                if (answer.ok()) {
                  const auto row = read_order(answer.result);
                  if (row) return tell_order(*row, instrument, done);
                  ++counts_.unreadable;
                  warn("order: " + to_text(row.error()));
                  return done(false);
                }
                if (answer.code() != kNoSuchOrder) return done(false);
                look_for(instrument, id, done);
              });
}

// The next rungs: the lists know an order for which the query by id was too early, or forgot it.
void BinanceSpot::look_for(InstrumentId instrument, const ClientOrderId& id,
                           std::function<void(bool)> done) {
  const Listed* const symbol = listed(instrument);
  const auto find = [id](const Answer& answer) -> std::optional<OrderRow> {
    if (!answer.ok()) return std::nullopt;
    const auto rows = read_orders(answer.result);
    if (!rows) return std::nullopt;
    for (const OrderRow& row : *rows) {
      if (row.client_order_id == id) return row;
    }
    return std::nullopt;
  };
  caller_.ask(open_orders(symbol->symbol),
              [this, instrument, id, done, find, symbol](const Answer& answer) {
                if (const auto row = find(answer)) return tell_order(*row, instrument, done);
                if (!answer.ok()) return done(false);
                const auto newest = newest_.find(instrument);
                constexpr std::int64_t kBack = 500;  // orders
                const std::int64_t from =
                    newest == newest_.end() ? 0 : std::max<std::int64_t>(newest->second - kBack, 0);
                caller_.ask(all_orders(symbol->symbol, from), [this, instrument, id, done,
                                                               find](const Answer& all) {
                  if (const auto row = find(all)) return tell_order(*row, instrument, done);
                  if (!all.ok()) return done(false);
                  tell(not_found_report(id, instrument, options_.account, transport_.now()));
                  open_.erase(id);
                  done(true);
                });
              });
}

void BinanceSpot::tell_foreign(const Symbol& symbol, std::string_view order_id,
                               const ClientOrderId& id, std::size_t orders) {
  std::string what = orders == 1 ? "" : std::to_string(orders) + " orders, ";
  what += std::string(symbol.view()) + " " + std::string(order_id) + " " + std::string(id.view());
  warn("not ours, on a symbol that is not traded: " + what);
  tell(CauseReported{Block::ForeignOrder, Text<24>("venue"), Text<64>(what)});
}

// Its executions first, where the venue counts more of them than we were told; its status last.
void BinanceSpot::tell_order(const OrderRow& row, InstrumentId instrument,
                             std::function<void(bool)> done) {
  auto& newest = newest_[instrument];
  newest = std::max(newest, row.order_id);
  const auto told = executed_.find(row.client_order_id);
  const Qty known = told == executed_.end() ? Qty{} : told->second;
  // The balances follow on every execution, and close what the venue tells of it.
  const UnixNanos happened(row.update_time.value() - ours().venue_ahead_ns);
  const bool over = is_final(row.status) && open_.contains(row.client_order_id);
  const bool untold =
      row.executed_qty > known ? settled_at_ < row.update_time : over && heard_at_ < happened;
  if (phase_ == Phase::Ready && untold) owe();
  if (row.executed_qty > known) return ask_trades(row, instrument, std::move(done));
  tell(status_report(row, instrument, ours()));
  done(true);
}

void BinanceSpot::ask_trades(const OrderRow& row, InstrumentId instrument,
                             std::function<void(bool)> done) {
  const Listed* const symbol = listed(instrument);
  Call call = trades_of_order(symbol->symbol, std::to_string(row.order_id));
  caller_.ask(std::move(call), [this, row, instrument, done](const Answer& answer) {
    if (!answer.ok()) return done(false);
    const auto trades = read_trades(answer.result);
    if (!trades) {
      ++counts_.unreadable;
      warn("trades: " + to_text(trades.error()));
      return done(false);
    }
    for (const TradeRow& trade : *trades) {
      tell(trade_report(trade, row.client_order_id, instrument, ours()));
    }
    tell(status_report(row, instrument, ours()));
    done(true);
  });
}

}  // namespace clawgate::venues::binance_spot
