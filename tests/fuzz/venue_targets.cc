// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/venue_targets.h"

#include <vector>

#include "governance/policy/posture.h"
#include "schemas/core/assert.h"
#include "venues/binance_spot/market_events.h"
#include "venues/binance_spot/rate_limits.h"
#include "venues/binance_spot/reports.h"
#include "venues/binance_spot/user_events.h"
#include "venues/binance_spot/venue_error.h"

namespace clawgate::fuzz {
namespace {

using namespace venues::binance_spot;

constexpr std::size_t kShownMax = 4096;  // of what an Error repeats
const Ours kOurs{AccountId(1), 0};

std::optional<InstrumentId> instrument_of(std::string_view symbol) {
  if (symbol.starts_with("ETH")) return std::nullopt;
  return InstrumentId(1);
}

template <class T>
void check(const Result<T>& result) {
  if (result) return;
  CLAWGATE_ASSERT(result.error().reason != Reason::None);
  CLAWGATE_ASSERT(result.error().seen.size() <= kShownMax);
}

bool lies_in(std::string_view inner, std::string_view whole) {
  return inner.empty() || (inner.data() >= whole.data() &&
                           inner.data() + inner.size() <= whole.data() + whole.size());
}

void check(const OrderReply& reply) {
  std::vector<ExecutionReport> reports;
  append_reports(reply, Side::Buy, InstrumentId(1), kOurs, reports);
  CLAWGATE_ASSERT(reports.size() == reply.fills.size() + 1);
  for (const ExecutionReport& report : reports) {
    CLAWGATE_ASSERT(report.last_qty >= Qty() && report.cum_qty >= Qty());
  }
}

void user_event(std::string_view bytes) {
  const auto event = read_user_event(bytes, kOurs, instrument_of);
  check(event);
  if (!event) return;
  if (const auto* const order = std::get_if<OrderEventRow>(&*event)) {
    CLAWGATE_ASSERT(order->report.last_qty >= Qty() && order->report.last_px >= Px());
    CLAWGATE_ASSERT(order->listed == instrument_of(order->symbol.view()).has_value());
  }
}

// A key passes on an object of flags alone, whatever else it says.
void key_restrictions(std::string_view bytes) {
  const auto posture = governance::check_posture(bytes, governance::KeyUse::Trading);
  for (const Error& finding : posture.findings) {
    CLAWGATE_ASSERT(finding.reason != Reason::None);
    CLAWGATE_ASSERT(finding.seen.size() <= kShownMax);
  }
  CLAWGATE_ASSERT(!posture.passes() || bytes.find("ipRestrict") != std::string_view::npos ||
                  bytes.find('\\') != std::string_view::npos);
}

}  // namespace

void venue_reply(std::string_view bytes) {
  if (const auto orders = read_orders(bytes)) {
    for (const OrderRow& order : *orders) {
      const ExecutionReport report = status_report(order, InstrumentId(1), kOurs);
      CLAWGATE_ASSERT(report.cum_qty >= Qty());
    }
  } else {
    check(orders);
  }
  if (const auto replies = read_order_replies(bytes)) {
    for (const OrderReply& reply : *replies) check(reply);
  } else {
    check(replies);
  }
  if (const auto trades = read_trades(bytes)) {
    for (const TradeRow& trade : *trades) {
      const ExecutionReport report =
          trade_report(trade, ClientOrderId("x"), InstrumentId(1), kOurs);
      CLAWGATE_ASSERT(report.last_qty >= Qty() && report.last_px >= Px());
    }
  } else {
    check(trades);
  }
  check(read_order(bytes));
  check(read_order_reply(bytes));
  check(read_list_reply(bytes));
  check(read_account(bytes));
  check(read_commission(bytes));
  check(read_avg_price(bytes));
  check(read_server_time(bytes));
  check(read_logon(bytes));
  check(read_subscription(bytes));
  check(read_subscriptions(bytes));
  key_restrictions(bytes);
  check(read_exchange_info(bytes, instrument_of));
}

void venue_frame(std::string_view bytes) {
  user_event(bytes);
  const auto frame = read_ws_frame(bytes);
  check(frame);
  if (!frame) return;
  if (const auto* const reply = std::get_if<WsReply>(&*frame)) {
    CLAWGATE_ASSERT(lies_in(reply->result, bytes));
    venue_reply(reply->result);
  }
  if (const auto* const event = std::get_if<UserFrame>(&*frame)) {
    CLAWGATE_ASSERT(lies_in(event->event, bytes));
    user_event(event->event);
  }
}

void venue_error(std::string_view bytes) {
  venues::net::HttpAnswer answer;
  answer.fate = venues::net::Fate::Answered;
  answer.body = bytes;
  for (const int status : {400, 418, 429, 503}) {
    answer.status = status;
    answer.headers = {{"retry-after", std::string(bytes.substr(0, 24))},
                      {"x-mbx-used-weight-1m", std::string(bytes.substr(0, 12))}};
    const VenueError error = read_rest_error(answer);
    CLAWGATE_ASSERT(error.status == status);
    // Bans last up to three days: nothing a venue says makes us wait for ever.
    RateLimits limits;
    limits.on_error(error, UnixNanos(0));
    const auto until = limits.open_until(UnixNanos(0));
    CLAWGATE_ASSERT(!until || until->value() <= 4 * 86'400 * kNanosPerSecond);
  }
  const auto kept = scrubbed(bytes);
  CLAWGATE_ASSERT(kept.size() <= 64);
  for (const char c : kept.view()) CLAWGATE_ASSERT(static_cast<unsigned char>(c) >= 0x20);
}

void venue_market(std::string_view bytes) {
  static MarketDecoder decoder;  // reused, as on the hot path
  const auto event = decoder.read(bytes);
  check(event);
  if (event) {
    if (const auto* const depth = std::get_if<DepthUpdate>(&*event)) {
      CLAWGATE_ASSERT(depth->bids.size() <= MarketDecoder::kLevelsMax);
      CLAWGATE_ASSERT(depth->asks.size() <= MarketDecoder::kLevelsMax);
      for (const BookLevel& level : depth->bids) CLAWGATE_ASSERT(level.quantity >= Qty());
      for (const BookLevel& level : depth->asks) CLAWGATE_ASSERT(level.price >= Px());
    }
    if (const auto* const trade = std::get_if<TradeEvent>(&*event)) {
      CLAWGATE_ASSERT(trade->price >= Px() && trade->quantity >= Qty());
    }
  }
  const auto snapshot = decoder.read_snapshot(bytes);
  check(snapshot);
  if (snapshot) CLAWGATE_ASSERT(snapshot->bids.size() <= MarketDecoder::kLevelsMax);
}

}  // namespace clawgate::fuzz
