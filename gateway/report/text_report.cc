// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/text_report.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/report/alike.h"
#include "gateway/report/format.h"
#include "gateway/report/text_page.h"
#include "gateway/report/timeline.h"
#include "gateway/report/words.h"

namespace clawgate::report {
namespace {

constexpr std::size_t kAlikeMax = 4;  // refused inputs of one kind
constexpr std::size_t kEpisodesMax = 80;

std::string_view paint_of(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return kGreen;
    case Tone::Bad:
      return kRed;
    case Tone::Refused:
    case Tone::Waiting:
      return kYellow;
    case Tone::Quiet:
      return kDim;
  }
  return {};
}

std::string_view paint_of(Notional profit) {
  if (profit.is_zero()) return {};
  return profit.raw() > 0 ? kGreen : kRed;
}

class Page : private TextPage {
 public:
  Page(const SessionReport& report, Colour colour, std::size_t width)
      : TextPage(colour, width), report_(report), words_(report) {}

  [[nodiscard]] std::string print() {
    head();
    result();
    signals();
    refused();
    trades();
    timeline();
    approvals();
    denials();
    foot();
    return take();
  }

 private:
  void head();
  void result();
  void signals();
  [[nodiscard]] std::string why(const SignalRow& signal) const;
  void refused();
  void trades();
  void timeline();
  void approvals();
  void denials();
  void foot();

  const SessionReport& report_;
  Words words_;
};

void Page::head() {
  std::string first = painted(printable(report_.extras.title), kBold);
  if (report_.session) {
    first += "  " + std::string(word(report_.session->stage)) + ", " +
             std::string(word(report_.session->venue)) + ", " + words_.symbols();
  }
  line(first);
  std::string second = words_.span();
  if (report_.records_total != 0) {
    second += " (" + duration_text(report_.last_time.value() - report_.first_time.value()) + ")";
  }
  if (report_.extras.wall_ns > 0) second += ", ran for " + duration_text(report_.extras.wall_ns);
  line(second);
  if (report_.session) {
    std::string third = "engine " + printable(report_.session->engine_version.view());
    if (report_.limits.empty()) third += ", no limits document";
    for (const LimitsRow& row : report_.limits) {
      third += ", limits v" + std::to_string(row.limits.version.value()) + " (" +
               std::string(word(row.limits.level)) + ")";
    }
    if (report_.sessions > 1) {
      third += ", started " + std::to_string(report_.sessions) + " times";
    }
    line(painted(third, kDim));
  }
  line();
  paragraph(words_.summary());
}

void Page::result() {
  const Totals& totals = report_.totals;
  title("Result");
  std::vector<Row> rows;
  if (totals.traded()) {
    std::string trades = grouped_count(totals.trades_closed) + " closed (" +
                         grouped_count(totals.won) + " won, " + grouped_count(totals.lost) +
                         " lost), " + grouped_count(totals.trades_open) + " open";
    if (totals.trades_open > 0) trades += ", " + words_.still_open();
    rows.push_back({{"net result"},
                    totals.settled() ? right(words_.profit(totals.realised) + " " + words_.quote(),
                                             paint_of(totals.realised))
                                     : right("none"),
                    {trades}});
    std::string fees;
    for (const AssetTotal& row : report_.fees_by_asset) {
      if (!fees.empty()) fees += " + ";
      fees += to_text(row.total) + " " + printable(row.asset.view());
    }
    if (totals.fees_elsewhere > 0) {
      fees += "; " + grouped_count(totals.fees_elsewhere) + " fills with a fee in another asset";
    }
    if (!totals.fees_open.is_zero()) {
      fees += "; " + words_.amount(totals.fees_open) + " of it in what is open";
    }
    rows.push_back({{"fees"}, right(words_.amount(totals.fees) + " " + words_.quote()), {fees}});
    const auto entry = totals.entry_vs_touch.cost(Side::Buy);
    const auto exit = totals.exit_vs_benchmark.cost(Side::Sell);
    rows.push_back(
        {{"slippage"},
         right(entry ? basis_points(*entry) : "-"),
         {"entries, against the ask at release; exits " +
          (exit ? basis_points(*exit) : std::string("-")) + ", against their trigger or the bid"}});
  }
  if (report_.equity.start && report_.equity.end) {
    rows.push_back({{"equity"},
                    right(words_.money(*report_.equity.end) + " " + words_.quote()),
                    {"from " + words_.money(*report_.equity.start) + ", largest drawdown " +
                     words_.money(report_.equity.drawdown_max) + " (" +
                     percent(report_.equity.drawdown_max_rate) + ")"}});
  }
  if (report_.extras.conservation) {
    const bool holds = report_.extras.conservation->holds;
    rows.push_back({{"exchange"},
                    right(holds ? "balanced" : "NOT BALANCED", holds ? kGreen : kRed),
                    {printable(report_.extras.conservation->text)}});
  }
  if (rows.empty()) line("  Nothing was traded and no balance was reported.");
  table(rows);
  if (totals.overflowed) line("  " + painted("An amount did not fit: totals are short.", kRed));
}

// One rule is told in full; several are named, and the table of rules below tells each.
std::string Page::why(const SignalRow& signal) const {
  const std::vector<Reason> reasons = reasons_of(signal);
  const bool refused =
      signal.fate == Fate::Denied || signal.fate == Fate::Conflict || signal.fate == Fate::Voided;
  if (!refused || reasons.empty()) return words_.story(signal);
  if (reasons.size() == 1) {
    return std::string(word(reasons[0])) + ": " + std::string(info(reasons[0]).meaning) +
           words_.seen(signal);
  }
  std::string codes;
  for (const Reason reason : reasons)
    codes += (codes.empty() ? "" : ", ") + std::string(word(reason));
  const std::string seen = words_.seen(signal);
  return seen.empty() ? codes : codes + "." + seen;
}

void Page::signals() {
  title("Signals");
  if (report_.signals.empty()) line("  No signal was taken in.");
  std::vector<Row> rows;
  for (const SignalRow& signal : report_.signals) {
    rows.push_back({{words_.time(signal.time), kDim},
                    {printable(signal.engine.view())},
                    {std::string(word(signal.side)) + " " + printable(signal.symbol.view())},
                    {std::string(plain(signal.fate)), paint_of(tone(signal.fate))},
                    {why(signal)}});
  }
  table(rows, Long::Wrap);
}

void Page::refused() {
  if (!report_.refused.empty()) {
    title("Refused at intake");
    std::vector<Row> rows;
    for (const RefusedKind& kind : refused_kinds(report_)) {
      for (std::size_t i = 0; i < std::min(kind.size(), kAlikeMax); ++i) {
        const RefusedRow& row = *kind[i];
        std::string what = printable(row.where.view());
        if (!row.seen.empty()) what += ": " + printable(row.seen.view());
        if (i + 1 == kAlikeMax && kind.size() > kAlikeMax) {
          what = "and " + grouped_count(kind.size() - i) + " more like these";
        }
        rows.push_back({{words_.time(row.time), kDim},
                        {printable(row.source.view())},
                        {std::string(word(row.disposition)), kYellow},
                        {std::string(word(row.reason))},
                        {what}});
      }
    }
    table(rows);
  }
  if (report_.extras.undelivered.empty()) return;
  title("Never delivered");
  std::vector<Row> rows;
  for (const Undelivered& row : report_.extras.undelivered) {
    rows.push_back({{printable(row.name)}, {printable(row.reason)}});
  }
  table(rows, Long::Wrap);
}

void Page::trades() {
  std::vector<Row> rows = {{right("hold", kDim),
                            {"symbol", kDim},
                            {"bought", kDim},
                            right("at", kDim),
                            {"ended", kDim},
                            {"by", kDim},
                            right("at", kDim),
                            right("result", kDim),
                            right("", kDim),
                            right("R", kDim),
                            right("fees", kDim)}};
  for (const TradeRow& trade : report_.trades) {
    if (!trade.filled()) continue;
    const auto entry = trade.entry_average();
    const auto exit = trade.exit_average();
    const auto rate = trade.profit_rate();
    const auto risks = trade.profit_in_risks();
    const bool settled = trade.settled();
    rows.push_back(
        {right(std::to_string(trade.hold.value())),
         {printable(trade.symbol.view())},
         {trade.opened_at ? words_.time(*trade.opened_at) : "-"},
         right(entry ? words_.px(trade.symbol, *entry) : "-"),
         {trade.closed_at ? words_.time(*trade.closed_at) : "open"},
         {trade.closed_by ? std::string(plain(*trade.closed_by)) : "-"},
         right(exit ? words_.px(trade.symbol, *exit) : "-"),
         right(settled ? words_.profit(trade.realised) : "-", paint_of(trade.realised)),
         right(settled && rate ? percent_with_sign(*rate) : "-", paint_of(trade.realised)),
         right(settled && risks ? with_sign(risks->raw(), 2) : "-"),
         right(words_.amount(trade.fees))});
  }
  title("Trades");
  if (rows.size() == 1) return line("  No order was filled.");
  table(rows);
}

void Page::approvals() {
  if (report_.approvals.empty()) return;
  const Totals& totals = report_.totals;
  std::string about;
  if (totals.decisions > 0) {
    about = grouped_count(totals.decisions) + " decided, median " +
            duration_text(totals.decision_median_ns) + ", longest " +
            duration_text(totals.decision_max_ns);
    if (totals.scripted > 0) about += ", " + grouped_count(totals.scripted) + " by script";
  }
  title("Approvals", about);
  std::vector<Row> rows;
  for (const ApprovalRow& row : report_.approvals) {
    const auto waited = row.decision_ns();
    std::string by = "nobody";
    if (row.decided_at) {
      by = printable(row.operator_id.view());
      if (by != word(row.channel)) by += " (" + std::string(word(row.channel)) + ")";
    }
    rows.push_back({right(std::to_string(row.hold().value())),
                    {words_.time(row.shown_at), kDim},
                    {words_.order(row.order)},
                    {printable(row.check_code)},
                    right(waited ? duration_text(*waited) : "-"),
                    {by},
                    {words_.outcome(row)}});
  }
  table(rows);
}

void Page::denials() {
  std::vector<Row> rows;
  for (const auto* const counts : {&report_.denied_by, &report_.ended_by, &report_.refused_by}) {
    for (const ReasonCount& row : *counts) {
      rows.push_back(
          {right(grouped_count(row.count)),
           {std::string(word(row.reason))},
           {std::string(info(row.reason).meaning) + " " + std::string(advice(row.reason))}});
    }
  }
  if (rows.empty()) return;
  title("What stopped signals, and what to do");
  table(rows, Long::Wrap);
}

void Page::timeline() {
  if (report_.timeline.empty()) return;
  std::string about;
  if (report_.entries_blocked_ns > 0) {
    about = "not open for " + duration_text(report_.entries_blocked_ns);
  }
  title("What happened to trading", about);
  std::vector<Row> rows;
  for (const Episode& episode : report_.timeline) {
    std::string text = episode.why;
    const bool still = episode.lasts && !episode.until;
    if (!text.empty() && !text.ends_with('.') && !text.ends_with('"')) text += ".";
    const std::string_view by = still ? " Ends with: " : episode.lasts ? " Ended: " : " By: ";
    if (!episode.ended.empty()) text += std::string(by) + episode.ended;
    rows.push_back({{words_.time(episode.since), kDim},
                    {lasted(episode), still ? kRed : std::string_view()},
                    {episode.what, paint_of(episode.tone)},
                    {text}});
  }
  table(rows, Long::Wrap, kEpisodesMax);
}

void Page::foot() {
  title("Journal");
  line("  " + grouped_count(report_.records_total) + " records, head " +
       std::to_string(report_.head_seq.value()) + " " + to_hex(report_.head_hash));
  const std::string directory =
      report_.extras.data_directory.empty() ? "DIR" : printable(report_.extras.data_directory);
  line("  check it: clawgate journal verify " + directory);
  if (report_.records_undecodable > 0) {
    line("  " +
         painted(grouped_count(report_.records_undecodable) + " records could not be read.", kRed));
  }
  if (report_.facts_unmatched > 0) {
    line("  " + grouped_count(report_.facts_unmatched) +
         " facts are about orders that this journal does not begin.");
  }
}

}  // namespace

std::string to_text(const SessionReport& report, Colour colour, std::size_t width) {
  return Page(report, colour, width).print();
}

}  // namespace clawgate::report
