// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "schemas/contracts/date_time.h"
#include "venues/binance_spot/binance_spot.h"

// Coming up and staying up: clock, rules, the WebSocket with the user data stream, its
// replacement before the venue cuts it.

namespace clawgate::venues::binance_spot {
namespace {

constexpr int kClockSamples = 3;
constexpr std::int64_t kWatchPause = kNanosPerSecond;
constexpr std::int64_t kAnewPause = 10 * kNanosPerSecond;  // until a link is tried again
constexpr std::size_t kMovementsKept = 64;

constexpr std::string_view kPhaseWords[] = {"down",       "reading the clock", "reading the rules",
                                            "connecting", "comparing",         "ready"};

bool same_record(const Instrument& a, const Instrument& b) {
  std::array<std::uint8_t, 1'024> room_a;
  std::array<std::uint8_t, 1'024> room_b;
  Writer one(room_a);
  Writer other(room_b);
  one.put(a);
  other.put(b);
  return std::ranges::equal(one.written(), other.written());
}

}  // namespace

void BinanceSpot::start() {
  go(Phase::ReadingClock);
  read_clock();
  every(options_.probe_every_ns, [this] { probe(); });
  const auto may_ask = [this] {
    return phase_ == Phase::Ready && !caller_.limits().open_until(transport_.now());
  };
  every(options_.compare_every_ns, [this, may_ask] {
    if (may_ask()) compare();
  });
  every(options_.rules_every_ns, [this, may_ask] {
    if (may_ask()) read_rules();
  });
  every(options_.key_every_ns, [this] {
    if (phase_ == Phase::Ready) ask_key();
  });
  every(kWatchPause, [this] {
    watch();
    watch_reach();
    watch_silence();
  });
}

// Any answer is evidence that the venue can be reached, whatever it says.
void BinanceSpot::heard(bool answered) {
  if (!answered) {
    if (!failing_since_) failing_since_ = transport_.now();
    return;
  }
  failing_since_.reset();
  if (!std::exchange(unreachable_, false)) return;
  tell(ConditionReported{Block::VenueUnreachable, false, Text<64>("the venue answers")});
}

void BinanceSpot::watch_reach() {
  if (!failing_since_ || unreachable_) return;
  const std::int64_t silent = transport_.now().value() - failing_since_->value();
  if (silent < options_.unreachable_after_ns) return;
  unreachable_ = true;
  const std::string words = "no answer for " + std::to_string(silent / kNanosPerSecond) + " s";
  note(words);
  tell(ConditionReported{Block::VenueUnreachable, true, Text<64>(words)});
}

// Of whatever happens to our orders and balances the stream must tell. It may die while its socket
// lives and answers, and the venue says nothing then: only what it owes shows it. Of a list that is
// each execution and the order that was asked for: what becomes of its other legs may be told late.
void BinanceSpot::owe_answer(std::span<const ExecutionReport> reports, const ClientOrderId& about) {
  for (const ExecutionReport& report : reports) {
    const bool owes = report.exec_type == ExecType::Trade || report.client_order_id == about;
    if (owes) owed_.owe(report, transport_.now());
  }
}

void BinanceSpot::watch_silence() {
  const UnixNanos now = transport_.now();
  if (silent_since_) {
    const bool again = now.value() - silent_since_->value() >= kAnewPause && links_.size() == 1;
    if (!again) return;
    silent_since_ = now;
    return open_link();
  }
  const auto since = owed_.since();
  if (!since || now.value() - since->value() < options_.silence_max_ns) return;
  give_up_stream("the user data stream is silent");
}

void BinanceSpot::give_up_stream(std::string_view why) {
  owed_.clear();
  if (phase_ < Phase::Comparing || silent_since_) return;
  ++counts_.silences;
  unheard_ = true;
  silent_since_ = transport_.now();
  warn(why);
  tell_blocked(why);
  if (links_.size() == 1) open_link();
  compare();
}

// What the key may do. Where that has to be known first, entries wait for it; what protects a
// position does not.
void BinanceSpot::ask_key() {
  if (!options_.on_key) return;
  key_asked_ = true;
  caller_.ask(key_restrictions(), [this, life = life_](const Answer& answer) {
    if (life != life_) {
      key_asked_ = false;  // again, once it is up
      return;
    }
    if (answer.ok()) {
      key_known_ = true;
      if (const auto cause = options_.on_key(answer.result)) tell(*cause);
    } else {
      note("the key's permissions: " + words_of(answer));
    }
    if (phase_ != Phase::Comparing) return;
    if (key_known_) return compare();
    tell_blocked("the key's permissions are not known");
    compare_again();
  });
}

void BinanceSpot::watch() {
  // After -1021, or a step of our clock, nothing can be signed until it is measured again.
  if (phase_ > Phase::ReadingClock && caller_.clock().samples() == 0) read_clock();
  if (const auto held = caller_.limits().entries_held_until(transport_.now());
      held && *held != std::exchange(orders_told_, *held)) {
    warn("too many orders of the account: no entry leaves until " + contracts::to_date_time(*held));
  }
  // After a 429 or 418 nothing but cancels and protection leaves: people are told until when, and
  // what was missed meanwhile is compared.
  const auto until = caller_.limits().open_until(transport_.now());
  if (!until) {
    if (std::exchange(wait_told_, UnixNanos()) != UnixNanos() && phase_ == Phase::Ready) compare();
    return;
  }
  if (*until == wait_told_) return;
  wait_told_ = *until;
  const std::string words = wait_words(*until);
  warn(words);
  tell_blocked(words);
}

void BinanceSpot::go(Phase phase) {
  phase_ = phase;
  note(kPhaseWords[static_cast<std::size_t>(phase)]);
  if (phase != Phase::Ready) {
    if (!blocked_) tell_blocked(kPhaseWords[static_cast<std::size_t>(phase)]);
    return;
  }
  blocked_.reset();
  tell(ConditionReported{Block::Reconciling, false, Text<64>("the ledgers agree"),
                         std::exchange(unheard_, false)});
}

// The same reason again is no news.
void BinanceSpot::tell_blocked(std::string_view why) {
  const Text<64> evidence(why);
  if (blocked_ == evidence) return;
  blocked_ = evidence;
  tell(ConditionReported{Block::Reconciling, true, evidence});
}

// Everything anew after a pause that grows.
void BinanceSpot::fail(std::string_view why) {
  warn(why);
  if (phase_ == Phase::Down) return;
  ++life_;
  unheard_ = true;
  comparing_ = false;
  owed_.clear();
  silent_since_.reset();
  caller_.use(nullptr);
  for (const auto& link : std::exchange(links_, {})) caller_.on_link_lost(*link);
  tell_blocked(why);
  go(Phase::Down);
  const auto pause = delay_ns(options_.reconnect, ++failures_, options_.random_bits());
  later(pause.value_or(options_.reconnect.cap_ns), [this] { come_back(); });
}

// Not before the core has taken what was said so far: nothing more is read meanwhile.
void BinanceSpot::come_back() {
  if (phase_ != Phase::Down) return;
  if (!outbox_.empty()) return later(options_.reconnect.first_ns, [this] { come_back(); });
  go(Phase::ReadingClock);
  read_clock();
}

// The lowest round trip of a few counts.
void BinanceSpot::read_clock() {
  auto left = std::make_shared<int>(kClockSamples);
  const std::uint64_t life = life_;
  const auto once = std::make_shared<std::function<void()>>();
  *once = [this, left, life, weak = std::weak_ptr(once)] {
    const auto again = weak.lock();
    caller_.ask(server_time(), [this, left, life, again](const Answer& answer) {
      if (life != life_) return;
      if (!answer.ok()) {
        if (phase_ == Phase::ReadingClock) fail(missing("clock", answer));
        return;
      }
      if (const auto time = read_server_time(answer.result)) {
        caller_.clock().add(answer.sent, transport_.now(), *time);
      }
      if (--*left > 0) return (*again)();
      if (phase_ != Phase::ReadingClock) return;
      go(Phase::ReadingRules);
      read_rules();
    });
  };
  (*once)();
}

void BinanceSpot::read_rules() {
  std::vector<Symbol> symbols;
  for (const Listed& row : options_.symbols) symbols.push_back(row.symbol);
  const std::uint64_t life = life_;
  caller_.ask(exchange_info(symbols), [this, life](const Answer& answer) {
    if (life != life_) return;
    if (!answer.ok()) return fail(missing("rules", answer));
    auto info = read_exchange_info(answer.result,
                                   [this](std::string_view name) { return instrument_of(name); });
    if (!info) {
      ++counts_.unreadable;
      return fail("rules: " + to_text(info.error()));
    }
    if (info->instruments.size() != options_.symbols.size()) {
      return fail("rules: the venue does not list every configured symbol");
    }
    caller_.limits().set_limits(info->rate_limits);
    read_fees(std::make_shared<std::vector<Instrument>>(std::move(info->instruments)), 0);
  });
}

void BinanceSpot::read_fees(const std::shared_ptr<std::vector<Instrument>>& rows, std::size_t at) {
  if (at == rows->size()) {
    // What did not change is no news.
    for (const Instrument& row : *rows) {
      const auto known = std::find_if(instruments_.begin(), instruments_.end(),
                                      [&](const Instrument& old) { return old.id == row.id; });
      if (known == instruments_.end() || !same_record(*known, row)) tell(row);
    }
    instruments_ = *rows;
    if (phase_ == Phase::ReadingRules) {
      go(Phase::Connecting);
      connect();
    }
    return;
  }
  const std::uint64_t life = life_;
  caller_.ask(commission((*rows)[at].symbol), [this, life, rows, at](const Answer& answer) {
    if (life != life_) return;
    if (!answer.ok()) return fail(missing("fees", answer));
    const auto fees = read_commission(answer.result);
    if (!fees) return fail("fees: " + to_text(fees.error()));
    (*rows)[at].maker_fee = fees->maker;
    (*rows)[at].taker_fee = fees->taker;
    read_fees(rows, at + 1);
  });
}

void BinanceSpot::connect() {
  if (!links_.empty()) return;
  open_link();
}

void BinanceSpot::open_link() {
  if (!caller_.limits().try_connect(caller_.moment())) {
    const auto until = caller_.limits().open_until(transport_.now());
    if (blocked_) {
      tell_blocked(until ? wait_words(*until)
                         : "the venue's request or connection budget is used up");
    }
    return later(options_.reconnect.first_ns, [this, life = life_] {
      if (life == life_) connect();
    });
  }
  ++counts_.links;
  Link::Events events;
  events.opened = [this](Link& link) { on_opened(link); };
  events.text = [this](Link& link, std::string_view text) { on_text(link, text); };
  events.closed = [this](Link& link, std::string_view why) { on_closed(link, why); };
  links_.push_back(std::make_unique<Link>(transport_, options_.ws_api, std::move(events)));
}

// Ed25519 keys log on, so that orders need no signature of their own.
void BinanceSpot::on_opened(Link& link) {
  if (credentials_.signer.type() != KeyType::Ed25519) return subscribe(link);
  caller_.over(link, session_logon(), [this, at = &link](const Answer& answer) {
    if (!stands(at)) return;
    if (!answer.ok()) return drop(*at, "logon refused: " + words_of(answer));
    at->logged_on();
    subscribe(*at);
  });
}

void BinanceSpot::subscribe(Link& link) {
  caller_.over(link, subscribe_user_data(link.is_logged_on()),
               [this, at = &link](const Answer& answer) {
                 if (!stands(at)) return;
                 if (!answer.ok()) return drop(*at, words_of(answer));
                 const auto number = read_subscription(answer.result);
                 if (!number) return drop(*at, "subscription: " + to_text(number.error()));
                 at->live(*number);
                 caller_.use(at);
                 heard_at_ = listens_since_ = transport_.now();
                 owed_.clear();
                 silent_since_.reset();
                 if (phase_ < Phase::Comparing) {
                   ask_lost_anew();
                   go(Phase::Comparing);
                 }
                 // One that is under way may have asked before this link told.
                 if (comparing_ && blocked_) reconcile_due_ = true;
                 compare();
               });
}

void BinanceSpot::on_text(Link& link, std::string_view text) {
  const auto frame = read_ws_frame(text);
  if (!frame) {
    ++counts_.unreadable;
    return warn("unreadable frame: " + to_text(frame.error()));
  }
  if (const auto* reply = std::get_if<WsReply>(&*frame)) {
    if (!reply->id) return drop(link, "the venue refuses the session");
    return caller_.on_reply(*reply);
  }
  if (const auto* user = std::get_if<UserFrame>(&*frame)) return on_user_event(user->event);
  if (links_.size() == 1) open_link();  // it ends soon
}

void BinanceSpot::on_user_event(std::string_view event) {
  heard_at_ = transport_.now();
  owed_.heard();
  const auto read =
      read_user_event(event, ours(), [this](std::string_view name) { return instrument_of(name); });
  if (!read) {
    ++counts_.unreadable;
    warn("unreadable event: " + to_text(read.error()));
    return compare();
  }
  if (const auto* order = std::get_if<OrderEventRow>(&*read)) {
    if (!order->listed) {
      return tell_foreign(order->symbol, order->report.venue_order_id.view(),
                          order->report.client_order_id);
    }
    know(order->report.instrument, order->venue_order_id);
    owed_.told(order->report);
    return tell(order->report);
  }
  if (const auto* balances = std::get_if<BalancesEvent>(&*read)) {
    for (const BalanceReported& row : balances->balances) tell(row);
    return;
  }
  if (const auto* movement = std::get_if<MovementRow>(&*read)) return on_movement(*movement);
  if (std::holds_alternative<OutsideMovement>(*read)) return compare();
  if (std::holds_alternative<StreamTerminated>(*read)) fail("the user data stream was ended");
}

// While one link replaces the other both tell of it, and counted twice it would be a difference.
void BinanceSpot::on_movement(const MovementRow& row) {
  if (!trades_asset(row.moved.asset)) return;
  const bool known =
      std::any_of(movements_.begin(), movements_.end(), [&](const MovementRow& before) {
        return before.told_ms == row.told_ms && before.at_ms == row.at_ms &&
               before.moved.asset == row.moved.asset && before.moved.delta == row.moved.delta;
      });
  if (known) return;
  movements_.push_back(row);
  if (movements_.size() > kMovementsKept) movements_.pop_front();
  tell(row.moved);
  compare();
}

void BinanceSpot::on_closed(Link& link, std::string_view why) {
  const std::string words(why);
  warn(words);
  ++counts_.links_lost;
  caller_.on_link_lost(link);
  const auto at = std::find_if(links_.begin(), links_.end(),
                               [&](const auto& row) { return row.get() == &link; });
  if (at == links_.end()) return;
  // It may not go inside its own callback.
  later(0, [dead = std::shared_ptr<Link>(std::move(*at))] {});
  links_.erase(at);
  const auto live =
      std::find_if(links_.begin(), links_.end(), [](const auto& row) { return row->is_live(); });
  if (live != links_.end()) return caller_.use(live->get());
  if (phase_ >= Phase::Connecting) fail("no user data stream: " + words);
}

void BinanceSpot::drop(Link& link, std::string_view why) {
  const auto at = std::find_if(links_.begin(), links_.end(),
                               [&](const auto& row) { return row.get() == &link; });
  if (at == links_.end()) return;
  on_closed(link, why);
}

// A link that does not answer is dead, whatever the socket says. One that grows old is replaced
// while it still works.
void BinanceSpot::probe() {
  const UnixNanos now = transport_.now();
  for (std::size_t i = 0; i < links_.size(); ++i) {
    Link* const link = links_[i].get();
    if (!link->is_open()) continue;
    caller_.over(*link, server_time(), [this, link](const Answer& answer) {
      if (!stands(link)) return;
      if (answer.fate == net::Fate::Unknown) return drop(*link, "no answer to a probe");
      const auto time = answer.ok() ? read_server_time(answer.result) : Result<UnixNanos>(Error{});
      if (time) caller_.clock().add(answer.sent, transport_.now(), *time);
    });
  }
  probe_subscription();
  const bool old = links_.size() == 1 && links_[0]->is_live() &&
                   now.value() - links_[0]->opened_at().value() >= options_.link_life_ns;
  if (old) open_link();
}

// Where nothing happens nothing is owed, and a subscription that ended unsaid is seen by nobody.
void BinanceSpot::probe_subscription() {
  const auto at =
      std::find_if(links_.rbegin(), links_.rend(), [](const auto& row) { return row->is_live(); });
  if (at == links_.rend()) return;
  caller_.over(**at, session_subscriptions(), [this, link = at->get()](const Answer& answer) {
    if (!stands(link) || !answer.ok()) return;
    const auto active = read_subscriptions(answer.result);
    if (!active) {
      ++counts_.unreadable;
      return warn("subscriptions: " + to_text(active.error()));
    }
    if (std::ranges::find(*active, link->subscription()) != active->end()) return;
    give_up_stream("the user data stream's subscription has ended");
  });
}

bool BinanceSpot::stands(const Link* link) const {
  return std::any_of(links_.begin(), links_.end(),
                     [&](const auto& row) { return row.get() == link; });
}

// What was not asked for, as the venue asks to wait, is not what people wait for.
std::string BinanceSpot::missing(std::string_view what, const Answer& answer) {
  const bool waits = answer.fate == net::Fate::NotSent &&
                     caller_.limits().open_until(transport_.now()).has_value();
  return waits ? answer.why : "no " + std::string(what) + ": " + words_of(answer);
}

std::string BinanceSpot::words_of(const Answer& answer) {
  if (!answer.error) return answer.why;
  return std::to_string(answer.error->code) + " " + std::string(answer.error->message.view());
}

}  // namespace clawgate::venues::binance_spot
