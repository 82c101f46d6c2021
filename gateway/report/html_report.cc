// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_report.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/report/format.h"
#include "gateway/report/html_assets.h"
#include "gateway/report/html_chart.h"
#include "gateway/report/html_sections.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"
#include "gateway/report/words.h"
#include "schemas/record_json.h"

namespace clawgate::report {
namespace {

std::string base64(Bytes bytes) {
  constexpr std::string_view kSymbols =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? bytes[i + k] : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k > bytes.size() ? '=' : kSymbols[group >> (18U - 6U * k) & 63U];
    }
  }
  return out;
}

class Page {
 public:
  explicit Page(const SessionReport& report) : report_(report), words_(report) {}

  [[nodiscard]] std::string print() {
    begin();
    header();
    tiles();
    out_ += charts_html(report_, words_) + trades_html(report_, words_) +
            timeline_html(report_, words_) + signals_html(report_, words_) +
            refused_html(report_, words_) + approvals_html(report_, words_) +
            orders_html(report_, words_) + fills_html(report_, words_) + denials_html(report_) +
            costs_html(report_, words_);
    footer();
    out_ += "</main>\n<script>" + std::string(kScript) + "</script>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void begin();
  void header();
  void tiles();
  void footer();

  const SessionReport& report_;
  Words words_;
  std::string out_;
};

// No address is ever asked for anything: the policy says so to the browser, and names the one
// script that may run.
void Page::begin() {
  const std::string title = printable(report_.extras.title) + ", " + words_.symbols() + ", " +
                            (report_.records_total == 0 ? "empty" : date_text(report_.first_time));
  out_ =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'sha256-" +
      base64(sha256(bytes_of(kScript)).bytes) +
      "'; base-uri 'none'; form-action 'none'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>" +
      escaped(title) + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n<main>\n";
}

void Page::header() {
  out_ += "<header>\n<div class=\"kind\"><span>" + foreign(report_.extras.title) + "</span>";
  if (report_.session) {
    const SessionOpened& session = *report_.session;
    out_ +=
        "<span>stage " + escaped(word(session.stage)) + ", " +
        (session.venue == VenueKind::Simulator ? std::string("simulated exchange, no real money")
                                               : escaped(word(session.venue))) +
        "</span>";
  }
  out_ += "</div>\n<h1>" +
          (report_.instruments.empty() ? std::string("No market") : escaped(words_.symbols()));
  if (report_.records_total != 0) out_ += ", " + date_text(report_.first_time);
  out_ += "</h1>\n<p class=\"facts\">" + escaped(words_.span());
  if (report_.records_total != 0) {
    out_ += ", " + duration_text(report_.last_time.value() - report_.first_time.value());
  }
  if (report_.extras.wall_ns > 0) {
    out_ += " (ran for " + duration_text(report_.extras.wall_ns) + ")";
  }
  if (report_.sessions > 1) {
    out_ += ". The gateway was started " + std::to_string(report_.sessions) + " times";
  }
  out_ += "</p>\n<p class=\"lead\">" + sentence(words_.summary()) + "</p>\n</header>\n";
  if (report_.totals.overflowed) {
    out_ += "<p class=\"warn\">An amount did not fit and is missing from the totals.</p>\n";
  }
  if (report_.records_undecodable > 0) {
    out_ += "<p class=\"warn\">" + grouped_count(report_.records_undecodable) +
            " records could not be read; what they say is missing here.</p>\n";
  }
}

void Page::tiles() {
  const Totals& totals = report_.totals;
  const auto tile = [&](std::string_view name, const std::string& value, const std::string& about) {
    out_ += "<div><dt>" + escaped(name) + "</dt><dd>" + value + small(about) + "</dd></div>\n";
  };
  const std::string unit = " <span class=\"unit\">" + escaped(words_.quote()) + "</span>";
  out_ += "<dl class=\"tiles\">\n";
  tile("Net result",
       totals.settled()
           ? toned(class_of(totals.realised), number(words_.profit(totals.realised))) + unit
           : "none",
       !totals.traded()    ? "nothing was bought"
       : !totals.settled() ? "nothing was sold"
                           : "of what was sold, after its fees");
  if (report_.equity.start && report_.equity.end) {
    const auto change = subtract(*report_.equity.end, *report_.equity.start);
    std::string about;
    if (change && !report_.equity.start->is_zero()) {
      const auto rate =
          mul_div(change->raw(), Rate::kScale, report_.equity.start->raw(), Round::Down);
      about = number(with_sign(change->raw(), words_.money_decimals()));
      if (rate) about += " (" + number(percent(Rate::from_raw(*rate))) + ")";
      about += " from " + number(words_.money(*report_.equity.start));
    }
    tile("Equity at the end", number(words_.money(*report_.equity.end)) + unit, about);
    tile("Largest drawdown", number(words_.money(report_.equity.drawdown_max)) + unit,
         report_.equity.drawdown_max.is_zero()
             ? "equity never fell"
             : number(percent(report_.equity.drawdown_max_rate)) + " at " +
                   words_.time(report_.equity.drawdown_max_at));
  } else {
    tile("Equity at the end", "unknown", "no balance was reported");
    tile("Largest drawdown", "unknown", "");
  }
  tile("Trades", grouped_count(totals.trades_closed + totals.trades_open),
       grouped_count(totals.won) + " won, " + grouped_count(totals.lost) + " lost, " +
           grouped_count(totals.trades_open) + " open" +
           (totals.trades_open > 0 ? ": " + sentence(words_.still_open()) : ""));
  tile("Fees", totals.traded() ? number(words_.amount(totals.fees)) + unit : "none",
       [&]() -> std::string {
         const auto turnover = clawgate::add(totals.bought, totals.sold);
         const auto share =
             turnover && !turnover->is_zero()
                 ? mul_div(totals.fees.raw(), Rate::kScale, turnover->raw(), Round::Up)
                 : std::nullopt;
         if (!share) return "";
         const std::string open =
             totals.fees_open.is_zero()
                 ? ""
                 : "; " + number(words_.amount(totals.fees_open)) + " in what is open";
         return number(basis_points(Rate::from_raw(*share))) + " of what was traded" + open;
       }());
  tile("Time to decide",
       totals.decisions > 0 ? number(duration_text(totals.decision_median_ns)) : "none",
       totals.decisions > 0 ? "median of " + grouped_count(totals.decisions) + ", longest " +
                                  number(duration_text(totals.decision_max_ns))
                            : "nobody was asked");
  out_ += "</dl>\n";
}

void Page::footer() {
  out_ += "<footer>\n";
  out_ += heading("How to check this report");
  if (report_.records_total == 0) {
    out_ += "<p class=\"empty\">The journal holds no record, so there is nothing to check.</p>\n";
  } else {
    out_ +=
        "<p>Everything above is folded from the journal, a chain of records in which each carries "
        "the hash of the one before. This report ends at record <b>" +
        grouped_count(report_.head_seq.value()) + "</b>, whose hash is</p>\n<pre class=\"hash\">" +
        to_hex(report_.head_hash) +
        "</pre>\n<p>Verify the chain, and compare the head it prints:</p>\n<pre>clawgate journal "
        "verify " +
        (report_.extras.data_directory.empty() ? std::string("DIR")
                                               : foreign(report_.extras.data_directory)) +
        "</pre>\n";
  }
  const auto item = [&](std::string_view name, const std::string& html) {
    if (!html.empty()) out_ += "<dt>" + escaped(name) + "</dt><dd>" + html + "</dd>\n";
  };
  out_ += "<dl class=\"list\">\n";
  if (report_.extras.conservation) {
    const bool holds = report_.extras.conservation->holds;
    item("Exchange ledger", toned(holds ? "good" : "bad", holds ? "balanced" : "not balanced") +
                                ", " + foreign(report_.extras.conservation->text));
  }
  if (!report_.extras.command_line.empty()) {
    item("Command", "<code>" + foreign(report_.extras.command_line) + "</code>");
  }
  std::string sources;
  for (const std::string& name : report_.extras.sources) {
    sources += (sources.empty() ? "" : ", ") + foreign(name);
  }
  item("Sources", sources);
  if (report_.session) {
    const SessionOpened& session = *report_.session;
    item("Engine", foreign(session.engine_version.view()));
    item("Account", std::to_string(session.account.value()) + ", data directory epoch " +
                        foreign(session.id_epoch.view()));
    item("Start", session.clean_start ? "clean: the session before closed in order"
                                      : "the first, or after a crash");
    item("Time to decide", duration_text(session.hold_ttl_ns));
    item("Configuration", "<span class=\"mono hash\">" + to_hex(session.configuration) + "</span>");
  }
  for (const LimitsRow& row : report_.limits) {
    const Limits& limits = row.limits;
    std::string enabled;
    for (const SymbolPolicy& symbol : limits.symbols) {
      enabled += (enabled.empty() ? "" : ", ") + foreign(symbol.symbol.view());
    }
    item("Limits version " + std::to_string(limits.version.value()),
         std::string(word(limits.level)) + ": " + number(words_.money(limits.order_notional_max)) +
             " an order, " + number(words_.money(limits.day_notional_max)) + " and " +
             std::to_string(limits.day_orders_max) + " entries a day, " +
             std::to_string(limits.open_trades_max) + " open, " +
             number(percent(limits.risk_per_trade)) +
             " of equity at risk. Symbols: " + (enabled.empty() ? "none" : enabled));
  }
  if (report_.facts_unmatched > 0) {
    item("Unmatched", grouped_count(report_.facts_unmatched) +
                          " facts are about orders that this journal does not begin");
  }
  out_ += "</dl>\n<details><summary>" + grouped_count(report_.records_total) +
          " records by type</summary>\n<dl class=\"list\">\n";
  for (const RecordCount& row : report_.records) {
    item(std::to_string(row.type) + " " + std::string(record_name(row.type)),
         grouped_count(row.count));
  }
  out_ += "</dl>\n</details>\n</footer>\n";
}

}  // namespace

std::string to_html(const SessionReport& report) {
  return Page(report).print();
}

}  // namespace clawgate::report
