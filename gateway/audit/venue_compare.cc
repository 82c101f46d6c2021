// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "gateway/audit/ledger.h"
#include "gateway/audit/venue_export.h"
#include "schemas/names.h"

namespace clawgate::audit {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

/// Which end a status means; nullopt while the order is at work, or for a word that is none.
std::optional<OrderState> end_of(std::string_view status) {
  if (same_word(status, "FILLED")) return OrderState::Filled;
  if (same_word(status, "CANCELED")) return OrderState::Canceled;
  if (same_word(status, "REJECTED")) return OrderState::Rejected;
  if (same_word(status, "EXPIRED") || same_word(status, "EXPIRED_IN_MATCH")) {
    return OrderState::Expired;
  }
  return std::nullopt;
}

/// The types that are sent with a time in force; the venue shows one for others too.
bool takes_time_in_force(OrdType type) {
  return type == OrdType::Limit || type == OrdType::StopLossLimit ||
         type == OrdType::TakeProfitLimit;
}

/// Both books side by side; the first difference is kept.
class Comparison {
 public:
  Comparison(const VenueExport& venue, const Ledger& ledger) : venue_(venue), ledger_(ledger) {}

  std::optional<Finding> run() {
    for (const auto& order : venue_.orders) judge(order);
    for (const auto& trade : venue_.trades) judge(trade);
    for (const auto& [id, order] : ledger_.orders) look_for(id, order);
    return finding_;
  }

 private:
  void fail(std::string_view rule, Seq seq, const std::string& what, std::string expected,
            std::string seen) {
    if (finding_) return;
    finding_ = Finding{.reason = Reason::JournalInvariant,
                       .seq = seq,
                       .record = what,
                       .rule = std::string(rule),
                       .expected = std::move(expected),
                       .seen = std::move(seen)};
  }

  void judge(const VenueExport::Order& theirs) {
    const std::string what = "venue order " + theirs.order_id;
    const auto id = ClientOrderId::from(theirs.client_order_id);
    const auto at = id ? ledger_.orders.find(*id) : ledger_.orders.end();
    if (at == ledger_.orders.end()) {
      return fail("I1", Seq{}, what, "an order that was approved here",
                  "a foreign order, client order id " + theirs.client_order_id);
    }
    const LedgerOrder& ours = at->second;
    if (!found_.try_emplace(*id, theirs.symbol, theirs.order_id).second) {
      return fail("I3", ours.leave, what, "one order of each client order id",
                  theirs.client_order_id + " again");
    }
    if (!known_.try_emplace({theirs.symbol, theirs.order_id}, &ours).second) {
      return fail("I3", ours.leave, what, "order ids used once a symbol",
                  theirs.order_id + " again");
    }
    judge_terms(theirs, ours, what);
    if (ours.executed != theirs.executed_qty) {
      return fail("I11", ours.leave, what, "executed " + to_text(ours.executed),
                  to_text(theirs.executed_qty) + not_taken(theirs, ours));
    }
    judge_end(theirs, ours, what);
  }

  /// A journal that says of an order that it does not know claims nothing that is wrong.
  static std::string not_taken(const VenueExport::Order& theirs, const LedgerOrder& ours) {
    const bool more = theirs.executed_qty > ours.executed;
    if (!more || ours.state != OrderState::Unknown) return "";
    return "; the journal itself says that the order is UNKNOWN: executions of it were not taken";
  }

  void judge_terms(const VenueExport::Order& theirs, const LedgerOrder& ours,
                   const std::string& what) {
    const std::string_view symbol = ledger_.holds.at(ours.hold).order.symbol.view();
    if (theirs.symbol != symbol) {
      return fail("I1", ours.leave, what, std::string(symbol), theirs.symbol);
    }
    if (!same_word(theirs.side, word(ours.leg.side))) {
      return fail("I1", ours.leave, what, std::string(word(ours.leg.side)), theirs.side);
    }
    if (!same_word(theirs.type, word(ours.leg.type))) {
      return fail("I1", ours.leave, what, std::string(word(ours.leg.type)), theirs.type);
    }
    if (theirs.orig_qty != ours.leg.qty) {
      return fail("I1", ours.leave, what, "quantity " + to_text(ours.leg.qty),
                  to_text(theirs.orig_qty));
    }
    if (theirs.price != ours.leg.limit) {
      return fail("I1", ours.leave, what, "price " + to_text(ours.leg.limit),
                  to_text(theirs.price));
    }
    if (theirs.stop_price != ours.leg.trigger) {
      return fail("I1", ours.leave, what, "stop price " + to_text(ours.leg.trigger),
                  to_text(theirs.stop_price));
    }
    if (takes_time_in_force(ours.leg.type) &&
        !same_word(theirs.time_in_force, word(ours.leg.tif))) {
      return fail("I1", ours.leave, what, std::string(word(ours.leg.tif)), theirs.time_in_force);
    }
  }

  // An order may have ended after the journal did; what ended here ended there.
  void judge_end(const VenueExport::Order& theirs, const LedgerOrder& ours,
                 const std::string& what) {
    if (ours.state == OrderState::Released || ours.state == OrderState::NotSent) {
      return fail("I3", ours.leave, what, "no order: " + std::string(word(ours.state)),
                  theirs.status);
    }
    if (!is_final(ours.state)) return;
    const auto end = end_of(theirs.status);
    // A decision cannot know how it ended, only that it did.
    const bool agree =
        ours.state == OrderState::ClosedByDecision ? end.has_value() : end == ours.state;
    if (agree) return;
    fail("I11", ours.leave, what, std::string(word(ours.state)), theirs.status);
  }

  void judge(const VenueExport::Trade& theirs) {
    const std::string what = "venue trade " + theirs.trade_id;
    const auto order = known_.find({theirs.symbol, theirs.order_id});
    if (order == known_.end()) {
      return fail("I1", Seq{}, what, "a trade of an order that was approved here",
                  "a foreign trade, order id " + theirs.order_id + " of " + theirs.symbol);
    }
    const LedgerOrder& ours = *order->second;
    const auto fill = std::find_if(ours.fills.begin(), ours.fills.end(), [&](const auto& row) {
      return row.exec_id.view() == theirs.trade_id;
    });
    if (fill == ours.fills.end()) {
      return fail("I11", ours.leave, what, "an execution that is in the books",
                  "one that is not, of order id " + theirs.order_id);
    }
    if (!traded_.insert({order->first, theirs.trade_id}).second) {
      return fail("I11", ours.leave, what, "each trade once", theirs.trade_id + " again");
    }
    if (fill->px != theirs.price || fill->qty != theirs.qty) {
      return fail("I11", ours.leave, what, to_text(fill->qty) + " at " + to_text(fill->px),
                  to_text(theirs.qty) + " at " + to_text(theirs.price));
    }
    const bool free = fill->fee.is_zero() && theirs.commission.is_zero();
    if (fill->fee != theirs.commission ||
        (!free && fill->fee_asset.view() != theirs.commission_asset)) {
      return fail("I11", ours.leave, what,
                  "a fee of " + to_text(fill->fee) + " " + std::string(fill->fee_asset.view()),
                  to_text(theirs.commission) + " " + theirs.commission_asset);
    }
  }

  /// What executed here, or is at work here, the venue must know.
  void look_for(const ClientOrderId& id, const LedgerOrder& ours) {
    const std::string what = "order " + std::string(id.view());
    const bool at_work =
        ours.state == OrderState::Working || ours.state == OrderState::PartiallyFilled;
    const auto theirs = found_.find(id);
    if (theirs == found_.end()) {
      if (!at_work && ours.fills.empty()) return;
      return fail("I11", ours.leave, what, "an order at the venue", "none");
    }
    for (const LedgerFill& fill : ours.fills) {
      const std::string exec(fill.exec_id.view());
      if (traded_.contains({theirs->second, exec})) continue;
      return fail("I11", ours.leave, what, "execution " + exec + " at the venue", "none");
    }
  }

  const VenueExport& venue_;
  const Ledger& ledger_;
  using VenueId = std::pair<std::string, std::string>;  // symbol, order id
  std::map<VenueId, const LedgerOrder*> known_;
  std::map<ClientOrderId, VenueId> found_;
  std::set<std::pair<VenueId, std::string>> traded_;  // with the trade id
  std::optional<Finding> finding_;
};

}  // namespace

std::optional<Finding> compare(const VenueExport& venue, const Ledger& ledger) {
  return Comparison(venue, ledger).run();
}

}  // namespace clawgate::audit
