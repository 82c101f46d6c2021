// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/report/format.h"
#include "gateway/report/html_sections.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"
#include "gateway/report/nearby.h"

// Signals and refused inputs on the upper row, the time on hold on the lower.

namespace clawgate::report {
namespace {

class Lanes {
 public:
  Lanes(const SessionReport& report, const Words& words, const Plot& plot)
      : report_(report), words_(words), plot_(plot) {}

  [[nodiscard]] Panel print() {
    std::string plot = Plot::across("rule", "50%");
    for (const auto& holds :
         nearby(pointers_to(report_.approvals), plot_.time(), shown_at, kind_of)) {
      plot += bar(holds);
      merged_ = merged_ || holds.size() > 1;
    }
    const auto signal_time = [](const SignalRow& row) { return row.time; };
    const auto signal_tone = [](const SignalRow& row) { return tone(row.fate); };
    for (const auto& signals :
         nearby(pointers_to(report_.signals), plot_.time(), signal_time, signal_tone)) {
      const std::string kind(class_of(tone(signals.front()->fate)));
      plot += plot_.mark(signals.front()->time, "25%", "dot " + kind, kDot, tip(signals));
      merged_ = merged_ || signals.size() > 1;
    }
    const auto refused_time = [](const RefusedRow& row) { return row.time; };
    const auto alike = [](const RefusedRow&) { return 0; };
    for (const auto& inputs :
         nearby(pointers_to(report_.refused), plot_.time(), refused_time, alike)) {
      plot += plot_.mark(inputs.front()->time, "25%", "cross-mark refused", kCross, tip(inputs));
      merged_ = merged_ || inputs.size() > 1;
    }
    return {plot_.panel("lanes", "Signals and holds", plot,
                        "<span class=\"word\" style=\"top:25%\">signals</span>"
                        "<span class=\"word\" style=\"top:75%\">on hold</span>"),
            merged_};
  }

 private:
  static UnixNanos shown_at(const ApprovalRow& row) { return row.shown_at; }
  static std::string_view kind_of(const ApprovalRow& row) {
    if (row.state == HoldState::Released) return "good";
    const bool waiting = row.state == HoldState::Held || row.state == HoldState::Approved;
    return waiting ? "waiting" : "refused";
  }
  [[nodiscard]] UnixNanos end_of(const ApprovalRow& row) const {
    return row.decided_at.value_or(row.ended_at.value_or(plot_.end()));
  }

  [[nodiscard]] std::string bar(const Neighbours<ApprovalRow>& holds) const {
    UnixNanos end = end_of(*holds.front());
    for (const ApprovalRow* const row : holds) end = std::max(end, end_of(*row));
    const std::int64_t from = plot_.time().millionths(shown_at(*holds.front()).value());
    const std::int64_t to = std::max(from, plot_.time().millionths(end.value()));
    return "<rect class=\"held " + std::string(kind_of(*holds.front())) +
           "\" y=\"64%\" height=\"22%\" rx=\"1\"" + attribute("x", percent_position(from)) +
           attribute("width", percent_position(to - from)) +
           " tabindex=\"0\" role=\"img\" aria-label=\"" + escaped(tip(holds)) + "\"/>";
  }

  [[nodiscard]] std::string tip(const Neighbours<ApprovalRow>& holds) const {
    const std::string all = times_of(words_, holds.front()->shown_at, holds.back()->shown_at) +
                            ": " + grouped_count(holds.size()) + " holds: " +
                            counted(holds, [](const ApprovalRow& row) { return word(row.state); });
    return told(holds, all, [this](const ApprovalRow& row) { return text_of(row); });
  }
  [[nodiscard]] std::string text_of(const ApprovalRow& row) const {
    std::string text = words_.time(row.shown_at) + ": hold " + std::to_string(row.hold().value()) +
                       ", " + words_.order(row.order) + ", " + words_.outcome(row);
    if (const auto wait = row.decision_ns()) {
      text +=
          ", decided after " + duration_text(*wait) + " by " + printable(row.operator_id.view());
    }
    return text;
  }

  [[nodiscard]] std::string tip(const Neighbours<SignalRow>& signals) const {
    const std::string all = times_of(words_, signals.front()->time, signals.back()->time) + ": " +
                            grouped_count(signals.size()) + " signals: " +
                            counted(signals, [](const SignalRow& row) { return plain(row.fate); });
    return told(signals, all, [this](const SignalRow& row) {
      return words_.time(row.time) + ": " + printable(row.engine.view()) + " " +
             std::string(word(row.side)) + " " + printable(row.symbol.view()) + ", " +
             std::string(plain(row.fate)) + ". " + words_.story(row);
    });
  }

  [[nodiscard]] std::string tip(const Neighbours<RefusedRow>& inputs) const {
    const std::string all = times_of(words_, inputs.front()->time, inputs.back()->time) + ": " +
                            grouped_count(inputs.size()) + " inputs refused";
    return told(inputs, all, [this](const RefusedRow& row) {
      return words_.time(row.time) + ": " + printable(row.source.view()) + ", " +
             std::string(word(row.disposition)) + ". " + std::string(info(row.reason).meaning);
    });
  }

  const SessionReport& report_;
  const Words& words_;
  const Plot& plot_;
  bool merged_ = false;
};

}  // namespace

Panel lane_panel(const SessionReport& report, const Words& words, const Plot& plot) {
  return Lanes(report, words, plot).print();
}

}  // namespace clawgate::report
