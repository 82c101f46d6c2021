// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/binance_spot.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "venues/binance_spot/reports.h"

namespace clawgate::venues::binance_spot {
namespace {

constexpr std::size_t kAskedMax = 1'024;
constexpr std::size_t kKeptFree = 256;  // of the queue, for cancels, queries and kills
constexpr std::int64_t kFlushPause = kNanosPerMilli;
constexpr std::int64_t kProtectPause = 200 * kNanosPerMilli;
// So long a protective order that cannot leave waits here; then the core decides anew. A sale at
// market says the same whenever it leaves, and of those the core has ten: an outage must not use
// them up.
constexpr std::int64_t kProtectWait = 5 * kNanosPerSecond;
constexpr std::int64_t kMarketWait = 300 * kNanosPerSecond;
constexpr std::int64_t kAfterWindow = kNanosPerSecond;  // what is late beyond the receive window

std::optional<std::int64_t> number_of(const VenueOrderId& id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.view().data(), id.view().data() + id.size(), number);
  if (error != std::errc() || id.empty()) return std::nullopt;
  return number;
}

/// A list's own id: its entry's, with the letter L for the role.
std::string list_id_of(const ClientOrderId& entry) {
  std::string id(entry.view());
  if (id.size() > 2) id[id.size() - 2] = 'L';
  return id;
}

Caller::Options caller_options(const BinanceSpot::Options& options,
                               std::function<void(bool)> heard) {
  Caller::Options caller;
  caller.rest = options.rest;
  caller.prefer_websocket = options.orders_by_websocket;
  caller.recv_window_ms = options.recv_window_ms;
  caller.answer_max_ns = options.answer_max_ns;
  caller.backoff = options.retry;
  caller.random_bits = options.random_bits;
  caller.signed_host = options.ws_api.host;
  caller.heard = std::move(heard);
  return caller;
}

}  // namespace

BinanceSpot::BinanceSpot(net::Transport& transport, const Credentials& credentials,
                         VenueInbox& inbox, const SendGate& gate, Options options)
    : transport_(transport),
      credentials_(credentials),
      inbox_(inbox),
      gate_(gate),
      options_(std::move(options)),
      caller_(transport, credentials_,
              caller_options(options_, [this](bool answered) { heard(answered); })),
      asked_(kAskedMax),
      unreachable_(options_.was_unreachable),
      listed_account_(options_.listed_account) {
  for (const Listed& row : options_.symbols) {
    const auto listed_to =
        row.newest_order > 0 ? row.listed_to.value_or(row.newest_order) : row.listed_to;
    if (!listed_to) continue;
    listed_to_[row.instrument] = newest_[row.instrument] = *listed_to;
  }
  for (const Closed& row : options_.closed) {
    if (listed(row.instrument) != nullptr) lost_.emplace(row.order, Lost{row.instrument});
  }
}

BinanceSpot::~BinanceSpot() = default;

// --- Core thread ------------------------------------------------------------------------------

std::optional<HandOff> BinanceSpot::submit(SendPermit, const OrderIntent& intent) {
  if (asked_.write_available() <= kKeptFree) return HandOff::NotSent;
  const OrderCandidate& order = intent.order;
  if (!asked_.push(Entry{order.legs, order.instrument, intent.kill_epoch})) return HandOff::NotSent;
  options_.wake();
  return std::nullopt;
}

std::optional<HandOff> BinanceSpot::protect(ProtectPermit, const ProtectiveOrder& order) {
  if (!asked_.push(order)) return HandOff::NotSent;
  options_.wake();
  return std::nullopt;
}

void BinanceSpot::cancel(const CancelRequest& request) {
  if (!asked_.push(request)) return;  // the order stays as it is, and the core asks again
  options_.wake();
}

void BinanceSpot::query(const QueryRequest& request) {
  if (!asked_.push(request)) return;  // an unknown outcome is asked about again by its schedule
  options_.wake();
}

bool BinanceSpot::confirm_kill(KillEpoch epoch) {
  kill_asked_.store(std::uint64_t{epoch.value()} + 1, std::memory_order_release);
  options_.wake();
  return false;
}

void BinanceSpot::reconcile() {
  reconcile_asked_.store(true, std::memory_order_release);
  options_.wake();
}

// --- Transport's thread -----------------------------------------------------------------------

// The kill is read before the queue: every entry released before it is in the queue by then, meets
// a gate that is closed, and so does what still waits for a connection.
void BinanceSpot::drain() {
  const std::uint64_t kill = kill_asked_.exchange(0, std::memory_order_acq_rel);
  Asked asked;
  while (asked_.pop(asked)) {
    std::visit([this](const auto& what) { carry_out(what); }, asked);
  }
  if (kill != 0) tell(KillAcknowledged{KillEpoch(static_cast<std::uint32_t>(kill - 1))});
  if (!reconcile_asked_.exchange(false, std::memory_order_acq_rel)) return;
  reconcile_due_ = true;
  ask_lost_anew();
  if (phase_ != Phase::Ready) return;  // coming up reads all of it
  read_rules();
  compare();
}

void BinanceSpot::carry_out(const Entry& entry) {
  place(entry.legs, entry.instrument, entry.released_in, transport_.now());
}

void BinanceSpot::carry_out(const ProtectiveOrder& order) {
  Legs legs;
  const bool added = legs.push_back(order.leg);
  if (added) place(legs, order.instrument, std::nullopt, transport_.now());
}

// A refused cancel says nothing about the order: what became of it is asked, once.
void BinanceSpot::carry_out(const CancelRequest& request) {
  const Listed* const symbol = listed(request.instrument);
  if (symbol == nullptr) return;
  Call call =
      binance_spot::cancel(symbol->symbol, request.client_order_id.view(), request.only_new);
  ++writes_;
  caller_.ask(std::move(call), [this, request](const Answer& answer) {
    --writes_;
    if (answer.ok()) {
      const auto replies = read_order_replies(answer.result);
      if (replies) {
        std::vector<ExecutionReport> reports;
        for (const OrderReply& reply : *replies) {
          append_reports(reply, reply.side.value_or(Side::Sell), request.instrument, ours(),
                         reports);
        }
        for (const ExecutionReport& report : reports) tell(report);
        return owe_answer(reports, request.client_order_id);
      }
      ++counts_.unreadable;
      warn("cancel: unreadable answer: " + to_text(replies.error()),
           request.client_order_id.view());
    }
    if (answer.fate == net::Fate::NotSent) {
      const std::string_view id = request.client_order_id.view();
      warn("cancel not sent: " + std::string(id) + ": " + answer.why, id);
    }
    carry_out(QueryRequest{request.account, request.instrument, request.client_order_id});
  });
}

// The ladder: the order by its id, again for a while where the venue does not know it; then what
// is open, then what is newest. Only then NotFound, which is no evidence of absence.
void BinanceSpot::carry_out(const QueryRequest& request) {
  Open& open = open_[request.client_order_id];  // a comparison asks, where this fails
  open.instrument = request.instrument;
  open.is_ours = true;
  const auto placed = placed_at_.find(request.client_order_id);
  if (placed != placed_at_.end()) {
    // Before its receive window has passed, the venue may not have looked at it yet.
    const std::int64_t due =
        placed->second.value() + kAfterWindow + options_.recv_window_ms * kNanosPerMilli;
    const std::int64_t wait = due - transport_.now().value();
    if (wait > 0) return later(wait, [this, request] { carry_out(request); });
  }
  ask_order(request.instrument, request.client_order_id, [](const Telling&) {});
}

void BinanceSpot::place(const Legs& legs, InstrumentId instrument,
                        std::optional<KillEpoch> released_in, UnixNanos since) {
  const Listed* const symbol = listed(instrument);
  const ClientOrderId first = legs[0].client_order_id;
  // An entry leaves only where every later word about it will be heard. What protects is tried in
  // every phase: while the venue asks to wait nothing comes up again, and it may leave all the
  // same.
  const bool can_leave = !released_in || phase_ == Phase::Ready;
  if (symbol == nullptr || !can_leave) return hand_off(first, HandOff::NotSent);
  if (!released_in && transport_.now() < protection_waits_) {
    return place_later(legs, instrument, since,
                       "the venue refused the one before, and asks to wait");
  }

  auto refused = std::make_shared<bool>(false);
  auto has_left = std::make_shared<bool>(false);
  WriteHooks hooks;
  hooks.may_leave = [this, released_in, refused] {
    *refused = released_in && !gate_.is_open(*released_in);
    return !*refused;
  };
  hooks.left = [this, legs, instrument, first, has_left] {
    *has_left = true;
    ++counts_.entries_left;
    const auto newest = newest_.find(instrument);
    for (const Leg& leg : legs) {
      placed_at_[leg.client_order_id] = transport_.now();
      open_[leg.client_order_id] = {instrument, 0, true};
      if (newest != newest_.end()) handed_over_at_[leg.client_order_id] = newest->second;
    }
    hand_off(first, HandOff::Sent);
  };
  const Call call = binance_spot::place(symbol->symbol, legs, list_id_of(first));
  ++writes_;
  caller_.write(
      call, std::move(hooks),
      [this, legs, instrument, released_in, since, first, refused, has_left](const Answer& answer) {
        --writes_;
        if (*has_left) return placed(legs, instrument, answer);
        if (*refused) ++counts_.entries_refused;
        if (!released_in) return place_later(legs, instrument, since, answer.why);
        if (!answer.why.empty()) warn("not sent: " + answer.why, first.view());
        hand_off(first, *refused ? HandOff::Refused : HandOff::NotSent);
      });
}

// No byte of it left, and the position still needs it: it is tried again for a while. An order that
// waits longer may no longer be what the core wants, and while it waits the core does nothing else.
void BinanceSpot::place_later(const Legs& legs, InstrumentId instrument, UnixNanos since,
                              std::string_view why) {
  const std::int64_t waited = transport_.now().value() - since.value();
  const std::string words = std::string(legs[0].client_order_id.view()) + ": " + std::string(why);
  if (waited >= (legs[0].type == OrdType::Market ? kMarketWait : kProtectWait)) {
    warn("protection could not leave for " + std::to_string(waited / kNanosPerSecond) +
             " s and is handed back: " + words,
         legs[0].client_order_id.view());
    return hand_off(legs[0].client_order_id, HandOff::NotSent);
  }
  if (waited < kProtectPause) {
    warn("protection could not leave yet: " + words, legs[0].client_order_id.view());
  }
  ++writes_;
  later(kProtectPause, [this, legs, instrument, since] {
    --writes_;
    place(legs, instrument, std::nullopt, since);
  });
}

void BinanceSpot::placed(const Legs& legs, InstrumentId instrument, const Answer& answer) {
  const auto side_of = [&](const ClientOrderId& id) {
    const auto at = std::find_if(legs.begin(), legs.end(),
                                 [&](const Leg& leg) { return leg.client_order_id == id; });
    return at == legs.end() ? legs[0].side : at->side;
  };
  switch (answer.outcome()) {
    case Outcome::Executed: {
      const auto replies = read_order_replies(answer.result);
      if (!replies) {
        ++counts_.unreadable;
        warn("placement: unreadable answer: " + to_text(replies.error()),
             legs[0].client_order_id.view());
        break;
      }
      std::vector<ExecutionReport> reports;
      for (const OrderReply& reply : *replies) {
        append_reports(reply, side_of(reply.client_order_id), instrument, ours(), reports);
      }
      for (const ExecutionReport& report : reports) tell(report);
      return owe_answer(reports, legs[0].client_order_id);
    }
    case Outcome::NotExecuted:
      // Whatever the transport says, its bytes may have left: only the venue's word is a rejection.
      if (!answer.error) break;
      ++counts_.refused_by_venue;
      if (legs.size() == 1) pace_protection();  // an entry is a list
      for (const Leg& leg : legs) {
        tell(rejected_report(leg, *answer.error, instrument, options_.account, transport_.now()));
      }
      return;
    case Outcome::Partial:
    case Outcome::Unknown:
      break;
  }
  warn("outcome unknown of " + std::string(legs[0].client_order_id.view()) + ": " +
           (answer.error ? std::string(answer.error->message.view()) : answer.why),
       legs[0].client_order_id.view());
  hand_off(legs[0].client_order_id, HandOff::Unknown);
}

// What protects leaves though the venue asks to wait. Where it refuses that as well, the next one
// waits for the moment it named, or for a while: of a banned address everything is refused, and the
// core's attempts are counted.
void BinanceSpot::pace_protection() {
  const UnixNanos now = transport_.now();
  const UnixNanos until = std::max(caller_.limits().open_until(now).value_or(now),
                                   caller_.limits().entries_held_until(now).value_or(now));
  protection_waits_ = std::min(until, UnixNanos(now.value() + kMarketWait));
}

void BinanceSpot::hand_off(const ClientOrderId& id, HandOff outcome) {
  tell(HandedOff{id, outcome, true});
}

// --- Telling the core -------------------------------------------------------------------------

void BinanceSpot::tell(const ExecutionReport& report) {
  const ClientOrderId& id = report.client_order_id;
  if (report.exec_type == ExecType::Trade) filled_at_ = transport_.now();
  if (report.exec_type != ExecType::NotFound) {
    placed_at_.erase(id);
    lost_.erase(id);
    if (report.cum_qty > executed_[id]) executed_[id] = report.cum_qty;
    const bool over = is_final(report.ord_status) && report.exec_type != ExecType::Trade;
    if (over) {
      open_.erase(id);
      executed_.erase(id);
      handed_over_at_.erase(id);
    } else {
      Open& open = open_[id];
      open.instrument = report.instrument;
      if (const auto number = number_of(report.venue_order_id)) open.order_id = *number;
    }
  }
  tell(VenueInput(report));
}

// An answer that was asked for before the newest event says nothing new.
void BinanceSpot::tell(const BalanceReported& balance) {
  if (!trades_asset(balance.asset)) return;
  auto& held = held_.try_emplace(balance.asset, balance).first->second;
  if (held.event_time <= balance.event_time) held = balance;
  tell(VenueInput(balance));
}

void BinanceSpot::tell(const VenueInput& input) {
  if (outbox_.empty() && inbox_.put(input)) return;
  outbox_.push_back(input);
  // Nothing is dropped; the sockets that bring more are. What they would have brought is compared
  // once the core has caught up.
  if (outbox_.size() == options_.outbox_max) fail("the core does not take what the venue says");
  if (flush_due_) return;
  flush_due_ = true;
  transport_.at(UnixNanos(transport_.now().value() + kFlushPause),
                [this, alive = std::weak_ptr(alive_)] {
                  if (!alive.expired()) flush();
                });
}

void BinanceSpot::flush() {
  flush_due_ = false;
  while (!outbox_.empty() && inbox_.put(outbox_.front())) outbox_.pop_front();
  if (outbox_.empty()) return;
  flush_due_ = true;
  transport_.at(UnixNanos(transport_.now().value() + kFlushPause),
                [this, alive = std::weak_ptr(alive_)] {
                  if (!alive.expired()) flush();
                });
}

void BinanceSpot::note(std::string_view line) const {
  if (options_.log) options_.log(line);
}

void BinanceSpot::warn(std::string_view line, std::string_view about) const {
  options_.warn ? options_.warn(line, about) : note(line);
}

void BinanceSpot::later(std::int64_t pause_ns, std::function<void()> what) {
  transport_.at(UnixNanos(transport_.now().value() + pause_ns),
                [alive = std::weak_ptr(alive_), what = std::move(what)] {
                  if (!alive.expired()) what();
                });
}

void BinanceSpot::every(std::int64_t pause_ns, std::function<void()> what) {
  later(pause_ns, [this, pause_ns, what] {
    what();
    every(pause_ns, what);
  });
}

const BinanceSpot::Listed* BinanceSpot::listed(InstrumentId instrument) const {
  for (const Listed& row : options_.symbols) {
    if (row.instrument == instrument) return &row;
  }
  return nullptr;
}

std::optional<InstrumentId> BinanceSpot::instrument_of(std::string_view symbol) const {
  for (const Listed& row : options_.symbols) {
    if (row.symbol.view() == symbol) return row.instrument;
  }
  return std::nullopt;
}

bool BinanceSpot::trades_asset(const Asset& asset) const {
  return std::any_of(instruments_.begin(), instruments_.end(), [&](const Instrument& row) {
    return row.base == asset || row.quote == asset;
  });
}

Ours BinanceSpot::ours() const {
  return {options_.account, caller_.clock().ahead_ns(transport_.now())};
}

}  // namespace clawgate::venues::binance_spot
