// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_sections.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/report/alike.h"
#include "gateway/report/format.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"

namespace clawgate::report {

namespace {

constexpr std::size_t kAlikeMax = 6;  // refused inputs of one kind

std::string reasons(const SignalRow& signal, const Words& words) {
  const bool refused =
      signal.fate == Fate::Denied || signal.fate == Fate::Conflict || signal.fate == Fate::Voided;
  if (!refused) return sentence(words.story(signal));
  std::string out;
  for (const Reason reason : reasons_of(signal)) out += rule(reason);
  const std::string seen = words.seen(signal);
  if (!seen.empty()) out += "<div class=\"why\">" + sentence(seen.substr(1)) + "</div>";
  return out;
}

}  // namespace

std::string signals_html(const SessionReport& report, const Words& words) {
  if (report.signals.empty()) return nothing("Signals", "No signal was taken in.");
  std::string out = heading(
      "Signals",
      "What each engine said, and why it went the way it did. A signal, its hold and its trade "
      "share one number.");
  out +=
      "<div class=\"filters\" id=\"filters\" hidden=\"hidden\"><button type=\"button\" "
      "aria-pressed=\"true\" data-fate=\"\">all " +
      grouped_count(report.signals.size()) + "</button>";
  for (std::size_t i = 0; i < kFates; ++i) {
    const auto fate = static_cast<Fate>(i);
    if (report.totals.fates[i] == 0) continue;
    out += "<button type=\"button\" aria-pressed=\"false\" data-fate=\"" + std::string(word(fate)) +
           "\">" + escaped(plain(fate)) + " " + grouped_count(report.totals.fates[i]) + "</button>";
  }
  out += "</div>\n";
  Table table(
      "signals",
      {{"No.", "t"}, {"Time", "t"}, {"Engine"}, {"Signal", "t"}, {"Outcome", "c"}, {"Why", "w"}},
      "bare");
  for (const SignalRow& signal : report.signals) {
    std::string about;
    if (signal.side != SignalSide::Hold) {
      const auto hundredths = static_cast<Wide>(signal.confidence.raw()) * 100;
      about = "confidence " + number(grouped(hundredths, 0) + " %");
    }
    table.row({signal.hold.value() == 0 ? "" : toned("no", std::to_string(signal.hold.value())),
               words.time(signal.time),
               foreign(signal.engine.view()) + small(identifier(signal.intent_id.view())),
               "<b>" + std::string(word(signal.side)) + "</b> " + foreign(signal.symbol.view()) +
                   small(about),
               chip(class_of(tone(signal.fate)), plain(signal.fate)), reasons(signal, words)},
              " data-fate=\"" + std::string(word(signal.fate)) + "\"");
  }
  return out + table.print();
}

std::string refused_html(const SessionReport& report, const Words& words) {
  std::string out;
  if (report.refused.empty()) {
    out = nothing("Refused inputs", "No input was refused.");
  } else {
    out = heading("Refused inputs",
                  "Bytes that did not become a signal. Nothing else was done with them.");
    Table table("refused",
                {{"Time", "t"}, {"Source"}, {"Taken as", "t"}, {"Where and what"}, {"Rule", "w"}});
    for (const RefusedKind& kind : refused_kinds(report)) {
      for (std::size_t i = 0; i < std::min(kind.size(), kAlikeMax); ++i) {
        const RefusedRow& row = *kind[i];
        std::string what = foreign(row.where.view());
        if (!row.seen.empty()) what += small(monospaced(foreign(row.seen.view())));
        if (i + 1 == kAlikeMax && kind.size() > kAlikeMax) {
          what = toned("soft", "and " + grouped_count(kind.size() - i) +
                                   " more like these, all in the JSON report");
        }
        table.row({words.time(row.time), foreign(row.source.view()),
                   chip("refused", word(row.disposition)), what, rule(row.reason)});
      }
    }
    out += table.print();
  }
  if (report.extras.undelivered.empty()) return out;
  out += "<h3>Never delivered</h3>\n<dl class=\"list\">\n";
  for (const Undelivered& row : report.extras.undelivered) {
    out += "<dt>" + foreign(row.name) + "</dt><dd>" + foreign(row.reason) + "</dd>\n";
  }
  return out + "</dl>\n";
}

std::string approvals_html(const SessionReport& report, const Words& words) {
  if (report.approvals.empty()) return nothing("Approvals", "No order was held for approval.");
  const Totals& totals = report.totals;
  std::string about =
      "Each order waited for a person, who approved exactly these numbers or did not.";
  if (totals.scripted > 0) {
    about += " " + grouped_count(totals.scripted) + " of " + grouped_count(totals.decisions) +
             " decisions were taken by a script, which only a simulated session allows.";
  }
  std::string out = heading("Approvals", about);
  Table table("approvals", {{"Hold", "t"},
                            {"Order"},
                            {"Check code", "t"},
                            {"Shown", "t"},
                            {"Decided", "t"},
                            {"Took", "n"},
                            {"By"},
                            {"Outcome"}});
  for (const ApprovalRow& row : report.approvals) {
    const auto wait = row.decision_ns();
    std::string by = toned("soft", "nobody");
    if (row.decided_at) {
      by = foreign(row.operator_id.view()) +
           small(row.scripted ? "a script" : escaped(word(row.channel)));
    }
    std::string legs;
    for (const Leg& leg : row.order.legs) {
      if (leg.role != LegRole::Stop && leg.role != LegRole::TakeProfit) continue;
      if (!legs.empty()) legs += ", ";
      legs +=
          (leg.role == LegRole::Stop ? "stop " : "target ") +
          number(words.px(row.order.symbol, leg.role == LegRole::Stop ? leg.trigger : leg.limit));
    }
    const bool released = row.state == HoldState::Released;
    const bool waiting = row.state == HoldState::Held || row.state == HoldState::Approved;
    std::string outcome = chip(released  ? "good"
                               : waiting ? "waiting"
                                         : "refused",
                               word(row.state));
    if (row.reason != Reason::None) outcome += small(escaped(info(row.reason).meaning));
    for (const Reason reason : reasons_in(row.recheck)) {
      outcome += small(escaped(info(reason).meaning));
    }
    table.row({"<b>" + std::to_string(row.hold().value()) + "</b>",
               escaped(words.order(row.order)) + small(legs),
               row.check_code.empty() ? "–" : monospaced(foreign(row.check_code)),
               words.time(row.shown_at), row.decided_at ? words.time(*row.decided_at) : "–",
               wait ? number(duration_text(*wait)) : "–", by, outcome});
  }
  return out + table.print();
}

std::string denials_html(const SessionReport& report) {
  std::uint32_t most = 1;  // one scale for all bars
  for (const auto* const counts : {&report.denied_by, &report.ended_by, &report.refused_by}) {
    for (const ReasonCount& row : *counts) most = std::max(most, row.count);
  }
  const auto section = [&](std::string_view title, const std::vector<ReasonCount>& counts,
                           std::string_view none) {
    const std::string name = "<h3>" + escaped(title) + "</h3>\n";
    if (counts.empty()) return name + empty_state(none);
    std::string bars = name + "<div class=\"bars\">\n";
    for (const ReasonCount& row : counts) {
      const std::uint64_t width = 100 * std::uint64_t{row.count} / most;
      bars += "<div><code>" + std::string(word(row.reason)) +
              "</code><span class=\"bar-box\"><span class=\"bar\" style=\"width:" +
              std::to_string(width) + "%\"></span></span><b>" + grouped_count(row.count) +
              "</b><span class=\"what\">" + sentence(info(row.reason).meaning) + " " +
              toned("next", sentence(advice(row.reason))) + "</span></div>\n";
    }
    return bars + "</div>\n";
  };
  if (report.denied_by.empty() && report.ended_by.empty() && report.refused_by.empty()) {
    return nothing("What stopped signals", "Nothing was stopped.");
  }
  return heading("What stopped signals", "A signal counts once under each rule that it met.") +
         section("Denied by risk", report.denied_by, "No signal was denied.") +
         section("Held, and ended without an order", report.ended_by,
                 "No hold ended without an order.") +
         section("Refused at intake", report.refused_by, "No input was refused.");
}

}  // namespace clawgate::report
