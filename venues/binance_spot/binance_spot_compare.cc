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

struct BinanceSpot::Books {
  std::uint64_t life = 0;
  bool asked = false;  // by the core
  std::string untold;  // of an order of ours that the venue does not tell of
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
    if (!answer.ok()) return fail(missing("balances", answer));
    const auto row = read_account(answer.result);
    if (!row) return fail("balances: " + to_text(row.error()));
    if (const auto words = missing_balance(*row)) return fail(*words);
    see_account(row->uid);
    // Of what changed since it last told anything the stream owes an event.
    const bool quiet = heard_at_.value() + options_.silence_max_ns < answer.sent.value();
    for (const BalanceRow& balance : row->balances) {
      const auto known = held_.find(balance.asset);
      const bool moved = known != held_.end() && (known->second.free != balance.free ||
                                                  known->second.locked != balance.locked);
      if (phase_ == Phase::Ready && quiet && moved) owed_.owe_any(transport_.now());
      tell(BalanceReported{options_.account, balance.asset, balance.free, balance.locked,
                           answer.sent});
    }
    if (!row->can_trade) return fail("the account may not trade");
    compare_lost(books, std::nullopt);
  });
}

// Accounts share a symbol's ids: how far the list of another one was read says nothing.
void BinanceSpot::see_account(std::int64_t uid) {
  if (listed_account_.value_or(uid) != uid) {
    warn("the venue's list of orders was read of account " + std::to_string(*listed_account_) +
         ", and this is " + std::to_string(uid) + ": its past is not judged");
    for (auto* const ids : {&listed_to_, &newest_}) ids->clear();
    told_beyond_.clear();
  }
  listed_account_ = uid;
}

// Of an order of ours that the venue did not know nothing more may ever be told: it is asked for by
// its id, at each start, at each return and when an operator asks, twice and some seconds apart.
// One after the other, for what an entry bought comes before what its stop sold; and with one
// question each, for entries wait for all of them: the answer that comes too early is what the
// second time is for.
void BinanceSpot::compare_lost(const std::shared_ptr<Books>& books,
                               std::optional<ClientOrderId> last) {
  const UnixNanos now = transport_.now();
  const auto at = std::find_if(
      last ? lost_.upper_bound(*last) : lost_.begin(), lost_.end(), [&](const auto& row) {
        const Lost& lost = row.second;
        return lost.left > 0 && now.value() - lost.asked.value() >= options_.settle_ns;
      });
  if (at == lost_.end()) return compare_orders(books);
  at->second.asked = now;
  const ClientOrderId id = at->first;
  const Told done = counted(books, 1, [this, books, id] { compare_lost(books, id); });
  const auto answered = [this, id, done](const Telling& one) {
    const auto lost = lost_.find(id);
    if (lost != lost_.end() && one.how == Telling::How::Told) --lost->second.left;
    done(one);
  };
  ask_order(at->second.instrument, id, answered, NoSuchOrder::Answer);
}

void BinanceSpot::ask_lost_anew() {
  for (auto& [id, lost] : lost_) lost = Lost{lost.instrument};
}

bool BinanceSpot::asks_lost() const {
  return std::any_of(lost_.begin(), lost_.end(),
                     [](const auto& row) { return row.second.left > 0; });
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
  for (const auto& [id, open] : open_) {
    if (!placed_at_.contains(id)) believed.emplace(id, open.instrument);
  }
  caller_.ask(open_orders_all(), [this, books, believed](const Answer& answer) {
    if (books->life != life_) return;
    if (!answer.ok()) return fail(missing("open orders", answer));
    const auto rows = read_orders(answer.result);
    if (!rows) return fail("open orders: " + to_text(rows.error()));
    std::set<ClientOrderId> there;
    for (const OrderRow& row : *rows) {
      if (instrument_of(row)) there.insert(row.client_order_id);
    }
    std::vector<std::pair<InstrumentId, ClientOrderId>> missing;
    for (const auto& [id, instrument] : believed) {
      if (!there.contains(id) && open_.contains(id)) missing.emplace_back(instrument, id);
    }
    const Told done = counted(books, missing.size() + rows->size() + 1,
                              [this, books] { compare_newer(books, 0); });
    for (const auto& [instrument, id] : missing) ask_order(instrument, id, done);
    const OrderRow* foreign = nullptr;
    std::size_t foreign_rows = 0;
    for (const OrderRow& row : *rows) {
      const auto instrument = instrument_of(row);
      if (!instrument) {
        foreign = &row;
        ++foreign_rows;
        done({});
        continue;
      }
      if (!placed_at_.contains(row.client_order_id)) {
        Open& open = open_[row.client_order_id];
        open.instrument = *instrument;
        open.order_id = row.order_id;
      }
      tell_order(row, *instrument, done);
    }
    if (foreign != nullptr) {
      const std::string id = std::to_string(foreign->order_id);
      tell_foreign(foreign->symbol, id, foreign->client_order_id, foreign_rows);
    }
    done({});
  });
}

// One order that the venue says nothing of is no reason to drop the link: of ours the comparison
// does not agree, and of anybody else's it goes on.
BinanceSpot::Told BinanceSpot::counted(const std::shared_ptr<Books>& books, std::size_t orders,
                                       std::function<void()> next) {
  return [this, books, left = std::make_shared<std::size_t>(orders),
          next = std::move(next)](const Telling& one) {
    if (books->life != life_) return;
    if (one.how == Telling::How::Failed) return fail("an order could not be compared: " + one.why);
    if (one.how == Telling::How::Refused && is_ours(one.order)) {
      books->untold = "no word on order " + std::string(one.order.view()) + ": " + one.why;
    }
    if (--*left == 0) next();
  };
}

// What the venue lists beyond where its list was read last: an order that nobody told of shows
// itself even when it is over already, and when a newer one was told of. It is asked from that
// order on: a venue that lists none from there has begun its ids anew, and no later question would
// find an order before it passed that number.
void BinanceSpot::compare_newer(const std::shared_ptr<Books>& books, std::size_t at) {
  if (at == options_.symbols.size()) return compared(books);
  const Listed& symbol = options_.symbols[at];
  const auto listed_to = listed_to_.find(symbol.instrument);
  if (listed_to == listed_to_.end()) return begin_list(books, at);
  const std::int64_t from = std::max<std::int64_t>(listed_to->second, 1);
  caller_.ask(all_orders(symbol.symbol, from), [this, books, at](const Answer& answer) {
    if (books->life != life_) return;
    if (!answer.ok()) return fail(missing("newer orders", answer));
    const auto rows = read_orders(answer.result);
    if (!rows) return fail("newer orders: " + to_text(rows.error()));
    const Listed& asked = options_.symbols[at];
    const std::int64_t known = listed_to_[asked.instrument];
    if (known == 0 || !rows->empty()) return page_newer(books, at, *rows);
    warn(std::string(asked.symbol.view()) + ": the venue lists no order from " +
         std::to_string(known) + " on, up to which it was read: its ids began anew");
    told_beyond_.erase(asked.instrument);
    begin_list(books, at);
  });
}

// Where nothing was read yet, the account's past is not ours to judge.
void BinanceSpot::begin_list(const std::shared_ptr<Books>& books, std::size_t at) {
  caller_.ask(newest_orders(options_.symbols[at].symbol, 1),
              [this, books, at](const Answer& answer) {
                if (books->life != life_) return;
                if (!answer.ok()) return fail(missing("newer orders", answer));
                const auto rows = read_orders(answer.result);
                if (!rows) return fail("newer orders: " + to_text(rows.error()));
                const InstrumentId instrument = options_.symbols[at].instrument;
                const std::int64_t newest = rows->empty() ? 0 : rows->back().order_id;
                listed_to_[instrument] = newest_[instrument] = newest;
                auto& beyond = told_beyond_[instrument];
                beyond.erase(beyond.begin(), beyond.upper_bound(newest));
                compare_newer(books, at + 1);
              });
}

// The list was read up to there once all of it is told, and not before.
void BinanceSpot::page_newer(const std::shared_ptr<Books>& books, std::size_t at,
                             std::span<const OrderRow> rows) {
  const InstrumentId instrument = options_.symbols[at].instrument;
  const std::int64_t known = listed_to_[instrument];
  std::int64_t last = known;
  for (const OrderRow& row : rows) last = std::max(last, row.order_id);
  const bool more = rows.size() == kListMax && last > known;
  const Told done = counted(books, rows.size() + 1, [this, books, at, instrument, last, more] {
    listed_to_[instrument] = last;
    auto& beyond = told_beyond_[instrument];
    beyond.erase(beyond.begin(), beyond.upper_bound(last));
    compare_newer(books, more ? at : at + 1);
  });
  for (const OrderRow& row : rows) {
    if (row.order_id <= known || told_beyond_[instrument].contains(row.order_id)) {
      done({});
    } else {
      tell_order(row, instrument, done);
    }
  }
  done({});
}

void BinanceSpot::compared(const std::shared_ptr<Books>& books) {
  comparing_ = false;
  ++counts_.comparisons;
  failures_ = 0;
  if (books->untold.empty()) tell_listed();
  if (reconcile_due_) return compare();  // asked for while this one was under way
  if (options_.key_first && !key_known_) return ask_key();
  const bool may_tell = wait_told_ == UnixNanos() && !silent_since_ && (blocked_ || books->asked);
  if (!books->untold.empty()) {
    tell_blocked(books->untold);
    if (phase_ == Phase::Comparing) compare_again();
  } else if (phase_ == Phase::Comparing || may_tell) {
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

// Whoever keeps it reads on from there in another life. What the core has not taken yet was not
// told.
void BinanceSpot::tell_listed() {
  if (!options_.on_listed || !outbox_.empty() || listed_told_ == listed_to_) return;
  listed_told_ = listed_to_;
  options_.on_listed(*listed_account_, listed_told_);
}

// In Ready it is compared from time to time anyway.
void BinanceSpot::compare_again() {
  later(options_.reconnect.cap_ns, [this, life = life_] {
    if (life == life_ && phase_ == Phase::Comparing) compare();
  });
}

// Of balances so soon after an execution the core draws no conclusion, and of an order that the
// venue did not know one answer is none; entries do not wait until there is: all of it is told once
// more.
void BinanceSpot::compare_once_settled() {
  const bool settled = transport_.now().value() - filled_at_.value() >= options_.settle_ns;
  if (settled && !asks_lost()) return;
  later(options_.settle_ns, [this, life = life_] {
    const bool may_ask = !caller_.limits().open_until(transport_.now());
    if (life != life_ || phase_ != Phase::Ready || !may_ask) return;
    reconcile_due_ = true;
    compare();
  });
}

}  // namespace clawgate::venues::binance_spot
