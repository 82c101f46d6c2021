// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/words.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include "gateway/report/format.h"

namespace clawgate::report {
namespace {

struct FateInfo {
  std::string_view plain;
  Tone tone;
};

// In the order of Fate.
constexpr auto kFateInfo = std::to_array<FateInfo>({
    {"not decided", Tone::Waiting},
    {"denied", Tone::Refused},
    {"no action", Tone::Quiet},
    {"duplicate", Tone::Quiet},
    {"conflict", Tone::Refused},
    {"waiting", Tone::Waiting},
    {"declined", Tone::Refused},
    {"expired", Tone::Refused},
    {"void", Tone::Refused},
    {"not sent", Tone::Bad},
    {"working", Tone::Waiting},
    {"outcome unknown", Tone::Bad},
    {"rejected", Tone::Bad},
    {"not filled", Tone::Quiet},
    {"closed by decision", Tone::Quiet},
    {"open", Tone::Waiting},
    {"took profit", Tone::Good},
    {"stopped out", Tone::Bad},
    {"exited", Tone::Quiet},
    {"reduced", Tone::Bad},
    {"closed", Tone::Quiet},
    {"sold", Tone::Quiet},
    {"nothing sold", Tone::Quiet},
});
static_assert(kFateInfo.size() == kFates);

constexpr auto kRoleWords =
    std::to_array<std::string_view>({"entry", "stop", "take-profit", "exit", "reduce"});

std::string meanings(const std::vector<Reason>& reasons) {
  std::string text;
  for (const Reason reason : reasons) {
    if (!text.empty()) text += " ";
    text += info(reason).meaning;
  }
  return text;
}

std::string many(std::size_t count, std::string_view one, std::string_view several) {
  return grouped_count(count) + " " + std::string(count == 1 ? one : several);
}

}  // namespace

std::string_view plain(Fate fate) {
  return kFateInfo[static_cast<std::size_t>(fate)].plain;
}

Tone tone(Fate fate) {
  return kFateInfo[static_cast<std::size_t>(fate)].tone;
}

std::string_view plain(LegRole role) {
  const auto at = static_cast<std::size_t>(role);
  return at < kRoleWords.size() ? kRoleWords[at] : "?";
}

std::vector<Reason> reasons_in(ReasonSet set) {
  std::vector<Reason> reasons;
  for (const ReasonInfo& row : kReasons) {
    if (row.surface == Surface::Risk && set.has(row.reason)) reasons.push_back(row.reason);
  }
  return reasons;
}

std::string_view advice(Reason reason) {
  const std::string_view next = info(reason).next;
  return next == "Nothing." ? "" : next;
}

std::vector<Reason> reasons_of(const SignalRow& signal) {
  std::vector<Reason> reasons = reasons_in(signal.reasons);
  if (signal.ended != Reason::None) reasons.push_back(signal.ended);
  for (const Reason reason : reasons_in(signal.recheck)) reasons.push_back(reason);
  return reasons;
}

Words::Words(const SessionReport& report)
    : report_(report),
      several_days_(date_text(report.first_time) != date_text(report.last_time)),
      money_decimals_(2),
      profit_decimals_(2) {
  if (report.equity.start) money_decimals_ = decimals_for(report.equity.start->raw());
  Wide largest = report.totals.fees.raw();
  for (const TradeRow& trade : report.trades) {
    const Wide realised = trade.realised.raw();
    largest = std::max({largest, realised, -realised});
  }
  if (largest != 0) profit_decimals_ = decimals_for(largest);
}

std::string Words::time(UnixNanos time) const {
  const std::string date = date_text(time);
  const bool dated = several_days_ || date != date_text(report_.first_time);
  return dated ? date.substr(5) + " " + clock_text(time) : clock_text(time);
}

std::string Words::span() const {
  if (report_.records_total == 0) return "no records";
  const std::string to = several_days_ ? date_text(report_.last_time) + " " : "";
  return date_text(report_.first_time) + " " + clock_text(report_.first_time) + " to " + to +
         clock_text(report_.last_time) + " UTC";
}

int Words::px_decimals(const Symbol& symbol) const {
  const Instrument* const instrument = report_.instrument(symbol);
  return instrument == nullptr ? 8 : decimals_of(instrument->filters.tick.raw());
}

std::string Words::px(const Symbol& symbol, Px value) const {
  return grouped(value.raw(), px_decimals(symbol));
}

std::string Words::qty(const Symbol& symbol, Qty value) const {
  const Instrument* const instrument = report_.instrument(symbol);
  const std::int64_t step = instrument == nullptr ? 0 : instrument->filters.step.raw();
  return grouped(value.raw(), decimals_of(step));
}

std::string Words::money(Notional value) const {
  return grouped(value.raw(), money_decimals_);
}

std::string Words::amount(Notional value) const {
  return grouped(value.raw(), profit_decimals_);
}

std::string Words::profit(Notional value) const {
  return with_sign(value.raw(), profit_decimals_);
}

std::string Words::quote() const {
  return printable(report_.equity.quote.view());
}

std::string Words::symbols() const {
  std::string text;
  for (const Instrument& row : report_.instruments) {
    if (!text.empty()) text += ", ";
    text += printable(row.symbol.view());
  }
  return text.empty() ? "no symbol" : text;
}

std::string Words::summary() const {
  const Totals& totals = report_.totals;
  std::string text = arrivals() + " ";
  std::size_t counted = 0;
  // "1 took profit, 2 stopped out"; empty when there is none of them.
  const auto listed = [&](std::initializer_list<Fate> fates) {
    std::string list;
    counted = 0;
    for (const Fate fate : fates) {
      const std::uint32_t count = totals.fates[static_cast<std::size_t>(fate)];
      if (count == 0) continue;
      list += (list.empty() ? "" : ", ") + grouped_count(count) + " " + std::string(plain(fate));
      counted += count;
    }
    return list;
  };
  std::string list =
      listed({Fate::TookProfit, Fate::StoppedOut, Fate::Exited, Fate::Reduced, Fate::Closed,
              Fate::Open, Fate::Working, Fate::NotFilled, Fate::Rejected, Fate::NotSent,
              Fate::Unknown, Fate::ClosedByDecision, Fate::Sold, Fate::NothingSold});
  if (!list.empty()) {
    text += many(counted, "order was", "orders were") + " approved and released: " + list + ". ";
  }
  list = listed({Fate::Declined, Fate::Expired, Fate::Voided, Fate::Waiting});
  if (!list.empty()) text += many(counted, "hold", "holds") + " without an order: " + list + ". ";
  list = listed({Fate::Denied, Fate::Conflict, Fate::Duplicate, Fate::NoAction, Fate::Undecided});
  if (!list.empty()) text += "Not held: " + list + ". ";
  text += result();
  if (report_.entries_blocked_ns == 0) return text;
  return text + " Trading was not open for " + duration_text(report_.entries_blocked_ns) + ".";
}

// What is open has no result yet, and its fees are in none.
std::string Words::result() const {
  const Totals& totals = report_.totals;
  if (!totals.traded()) return "No order was filled.";
  const std::string net = "Net result " + profit(totals.realised) + " " + quote();
  if (totals.trades_open == 0) return net + " after " + amount(totals.fees) + " of fees.";
  const std::string open = many(totals.trades_open, "trade is", "trades are") + " open, " +
                           still_open() + "; fees so far " + amount(totals.fees_open) + ".";
  if (!totals.settled()) return "No net result: nothing was sold. " + open;
  return net + " of what was sold, after its fees. " + open;
}

std::string Words::still_open() const {
  const auto& unrealised = report_.totals.unrealised;
  return unrealised ? profit(*unrealised) + " " + quote() + " at the last bid"
                    : "at a price that is not known";
}

std::string Words::arrivals() const {
  const bool none = report_.signals.empty() && report_.refused.empty();
  if (none && report_.extras.undelivered.empty()) return "No signal arrived.";
  std::string text = none ? "No signal is on record"
                          : many(report_.signals.size(), "signal", "signals") + " arrived";
  if (!report_.refused.empty()) {
    text += "; " + many(report_.refused.size(), "input was", "inputs were") + " refused";
  }
  if (!report_.extras.undelivered.empty()) {
    text += "; " + many(report_.extras.undelivered.size(), "signal was", "signals were") +
            " never delivered";
  }
  return text + ".";
}

// The causes that stood when the signal was decided, where one denied it.
std::string Words::latched(const SignalRow& signal) const {
  const std::vector<Reason> reasons = reasons_of(signal);
  if (std::find(reasons.begin(), reasons.end(), Reason::CauseLatched) == reasons.end()) return "";
  std::set<std::string_view> codes;
  for (const BlockRow& row : report_.blocks) {
    if (row.time > signal.time || !info(row.block).latches) continue;
    if (row.active) codes.insert(info(row.block).code);
    if (!row.active) codes.erase(info(row.block).code);
  }
  std::string text;
  for (const std::string_view code : codes)
    text += (text.empty() ? " By " : ", ") + std::string(code);
  return text.empty() ? text : text + ".";
}

std::string Words::seen(const SignalRow& signal) const {
  const bool told = signal.reasons.has(Reason::TakeProfitWrongSide) && signal.take_profit &&
                    !signal.worst_price.is_zero();
  if (!told) return "";
  return " Seen: take_profit " + px(signal.symbol, *signal.take_profit) + ", worst price " +
         px(signal.symbol, signal.worst_price) + ".";
}

std::string Words::story(const SignalRow& signal) const {
  switch (signal.fate) {
    case Fate::Undecided:
      return "The journal ends before it was decided.";
    case Fate::NoAction:
      return "The engine asks for nothing.";
    case Fate::Duplicate:
      return "Said before: what came of signal " + std::to_string(signal.first.value()) +
             " stands.";
    case Fate::Denied:
    case Fate::Conflict:
    case Fate::Voided:
      return meanings(reasons_of(signal)) + seen(signal) + latched(signal);
    case Fate::Waiting:
      return "Nobody had decided when the journal ends.";
    case Fate::Expired: {
      const ApprovalRow* const held = report_.approval(signal.hold);
      if (held == nullptr) return meanings(reasons_of(signal));
      const std::int64_t given = held->order.expires_at.value() - held->shown_at.value();
      return "Nobody decided within " + duration_text(given) + ".";
    }
    case Fate::Declined: {
      const ApprovalRow* const held = report_.approval(signal.hold);
      if (held == nullptr || !held->decision_ns()) return meanings(reasons_of(signal));
      const std::string note = note_of(held->command_id);
      return printable(held->operator_id.view()) + " said no after " +
             duration_text(*held->decision_ns()) + (note.empty() ? "." : ": " + note);
    }
    case Fate::NotSent:
    case Fate::Working:
    case Fate::Unknown:
    case Fate::Rejected:
    case Fate::NotFilled:
    case Fate::ClosedByDecision:
      return story_of_order(signal);
    case Fate::Open:
    case Fate::TookProfit:
    case Fate::StoppedOut:
    case Fate::Exited:
    case Fate::Reduced:
    case Fate::Closed: {
      const TradeRow* const trade = report_.trade(signal.hold);
      return trade == nullptr ? "" : story(*trade);
    }
    case Fate::Sold:
    case Fate::NothingSold: {
      std::string sold;
      for (const OrderRow& order : report_.orders) {
        if (order.exit != signal.hold || order.filled.is_zero() || !order.average) continue;
        sold = "Sold " + qty(order.symbol, order.filled) + " at " +
               px(order.symbol, *order.average) + ": the end of trade " +
               std::to_string(order.hold.value()) + ".";
      }
      if (!sold.empty()) return sold;
      const bool tried =
          std::any_of(report_.orders.begin(), report_.orders.end(),
                      [&](const OrderRow& order) { return order.exit == signal.hold; });
      return tried ? "It did not sell." : "There was nothing left to sell.";
    }
  }
  return "";
}

std::string Words::story_of_order(const SignalRow& signal) const {
  const OrderRow* order = nullptr;
  for (const OrderRow& row : report_.orders) {
    if (row.exit == signal.hold) order = &row;
    if (row.hold == signal.hold && row.leg.role == LegRole::Entry) order = &row;
  }
  if (order == nullptr) return "Released, but its order is not in this journal.";
  std::string said = venue_words(*order);
  if (!said.empty()) said = " The venue: " + said + ".";
  if (signal.fate == Fate::NotSent) return "It was not handed over, and certainly no byte left.";
  if (signal.fate == Fate::Working) {
    return "Its order is " + std::string(word(order->state)) + " when the journal ends.";
  }
  if (signal.fate == Fate::Unknown) {
    return "Nobody knows whether the venue has it; its funds stay reserved." + said;
  }
  if (signal.fate == Fate::Rejected) return "The venue rejected the order." + said;
  if (signal.fate == Fate::ClosedByDecision) {
    return "Its outcome stayed unknown until a recorded decision closed it.";
  }
  return "Nothing was bought at up to " + px(order->symbol, order->leg.limit) + "." + said;
}

// The result first.
std::string Words::story(const TradeRow& trade) const {
  const auto entry = trade.entry_average();
  if (!entry) return "Nothing was bought.";
  const std::string bought =
      qty(trade.symbol, trade.entry_qty) + " bought at " + px(trade.symbol, *entry);
  const auto exit = trade.exit_average();
  std::string sold;
  if (exit && trade.closed_by) {
    sold = ", " + std::string(plain(*trade.closed_by)) + " at " + px(trade.symbol, *exit);
    if (trade.opened_at && trade.last_sale_at) {
      sold += " after " + duration_text(trade.last_sale_at->value() - trade.opened_at->value());
    }
  }
  if (trade.closed()) return profit(trade.realised) + " " + quote() + ": " + bought + sold + ".";
  std::string text = bought + sold + ", " + qty(trade.symbol, trade.held) + " still held";
  if (trade.unrealised) text += ", " + profit(*trade.unrealised) + " at the last bid";
  return text + ".";
}

std::string Words::order(const OrderCandidate& order) const {
  if (order.legs.empty()) return "nothing";
  const Leg& leg = order.legs[0];
  std::string text = std::string(word(leg.side)) + " " + qty(order.symbol, leg.qty) + " " +
                     printable(order.symbol.view());
  if (leg.limit.is_zero()) return text + " at the market";
  return text + (leg.side == Side::Buy ? " up to " : " down to ") + px(order.symbol, leg.limit);
}

std::string Words::outcome(const ApprovalRow& approval) const {
  std::string text(word(approval.state));
  const bool said = approval.reason == Reason::None || approval.state == HoldState::Declined ||
                    approval.state == HoldState::Expired;
  if (!said) text += " " + std::string(word(approval.reason));
  for (const Reason reason : reasons_in(approval.recheck)) text += " " + std::string(word(reason));
  return text;
}

std::string Words::command(const CommandRow& row) const {
  const OperatorCommand& command = row.command;
  std::string text(word(command.action));
  switch (command.action) {
    case CommandAction::Approve:
    case CommandAction::Reject:
      text += " hold " + std::to_string(command.hold.value());
      break;
    case CommandAction::Unblock:
      text += " " + std::string(word(command.block));
      break;
    case CommandAction::CloseUnknown:
      text += " " + printable(command.order.view());
      break;
    case CommandAction::Kill:
    case CommandAction::Reconcile:
      break;
  }
  return text;
}

// Binance fills a field that has nothing to say with NONE.
std::string Words::venue_words(const OrderRow& order) {
  std::string said = order.text == "NONE" ? "" : printable(order.text.view());
  if (order.venue_code != 0) said += " (" + std::to_string(order.venue_code) + ")";
  return said;
}

std::string Words::note_of(const CommandId& command) const {
  for (const CommandRow& row : report_.commands) {
    if (row.command.command_id == command) return printable(row.command.note.view());
  }
  return "";
}

}  // namespace clawgate::report
