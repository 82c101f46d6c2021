// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/report_text.h"

#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

std::string count(std::uint64_t number, std::string_view what) {
  return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

std::string line(std::string_view label, const std::string& text) {
  std::string padded(label);
  padded.resize(12, ' ');
  return "  " + padded + text + "\n";
}

std::string title(bool ok, std::string_view good, std::string_view bad) {
  return std::string(ok ? "OK: " : "FOUND: ") + std::string(ok ? good : bad) + "\n";
}

std::string extent_lines(const Extent& extent, std::int64_t elapsed_ms) {
  std::string text = line("records", std::to_string(extent.records));
  if (extent.head.seq != Seq{}) {
    text += line("head", anchor_text(extent.head));
    text += line("last at", time_text(extent.head.time.value()));
  }
  for (const auto& [version, records] : extent.engine_versions) {
    text += line("engine", version + ", " + count(records, "record"));
  }
  if (extent.torn_tail_bytes != 0) {
    text += line("torn tail", count(extent.torn_tail_bytes, "byte") + " of a write that was cut");
  }
  return text + line("took", std::to_string(elapsed_ms) + " ms");
}

std::string finding_lines(const std::optional<Finding>& finding) {
  return finding ? to_text(*finding) : "";
}

std::string place_of(const journal::Finding& finding) {
  return finding.file + " offset " + std::to_string(finding.offset) + " sequence " +
         std::to_string(finding.seq.value());
}

}  // namespace

std::string anchor_text(const journal::Chain& head) {
  return std::to_string(head.seq.value()) + ":" + to_hex(head.hash);
}

std::string to_text(const Finding& finding) {
  const ReasonInfo& row = info(finding.reason);
  std::string text = std::string(row.code) + ": " + std::string(row.meaning) + "\n";
  if (finding.seq != Seq{}) text += line("sequence", std::to_string(finding.seq.value()));
  text += line("record", finding.record);
  if (!finding.rule.empty()) text += line("invariant", finding.rule);
  text += line("expected", finding.expected);
  return text + line("seen", finding.seen);
}

std::string to_text(const journal::VerifyReport& report, std::int64_t elapsed_ms) {
  std::string text = title(report.ok, "the journal is whole", "the journal is not whole");
  for (const journal::Finding& finding : report.findings) {
    const ReasonInfo& row = info(finding.reason);
    text += std::string(row.code) + ": " + std::string(row.meaning) + "\n";
    text += line("where", place_of(finding));
    text += line("seen", finding.text);
    text += line("next", std::string(row.next));
  }
  text += line("records", std::to_string(report.records));
  if (report.head.seq != Seq{}) {
    text += line("head", anchor_text(report.head));
    text += line("last at", time_text(report.head.time.value()));
  }
  text += line("checkpoints", std::to_string(report.checkpoints));
  const bool anchored = report.anchor != journal::AnchorKind::None;
  text += line("anchor", anchored ? std::string(journal::to_text(report.anchor)) + " at " +
                                        std::to_string(report.anchor_seq.value()) +
                                        ": whole records lost behind it would go unseen"
                                  : "none: whole records lost at the end would go unseen");
  return text + line("took", std::to_string(elapsed_ms) + " ms");
}

std::string to_text(const ReplayReport& report, std::int64_t elapsed_ms) {
  std::string text =
      title(report.ok(),
            report.inputs != 0 ? "the engine decides again what the journal holds"
                               : "nothing was executed: no record is of this engine's version",
            "the engine decides otherwise, or cannot");
  text += finding_lines(report.finding);
  text += line("executed", count(report.inputs, "input"));
  text += line("compared", count(report.facts, "fact"));
  if (report.folded != 0) {
    text += line("folded", count(report.folded, "record") +
                               " of another engine version: taken as they stand, not executed");
  }
  if (report.cuts != 0) {
    text += line("cut", count(report.cuts, "input") + " whose facts a crash cut off");
  }
  return text + extent_lines(report.extent, elapsed_ms);
}

std::string to_text(const ProveReport& report, std::int64_t elapsed_ms) {
  std::string text =
      title(report.ok(), "no record contradicts an invariant", "an invariant is broken");
  text += finding_lines(report.finding);
  text += line("signals", std::to_string(report.signals));
  text += line("holds", std::to_string(report.holds));
  text += line("approvals", std::to_string(report.approvals));
  text += line("sent", count(report.entries_sent, "approved order") + ", " +
                           count(report.protective_sent, "protective order"));
  text += line("fills", std::to_string(report.fills));
  text += line("commands", std::to_string(report.commands));
  text += line("violations", std::to_string(report.violations) + " of engines, each on record");
  if (report.anchors != 0) {
    text += line("office", count(report.anchors, "anchor") + " on the governance ledger's chain");
  }
  if (report.venue_orders != 0 || report.venue_trades != 0) {
    text += line("at venue", count(report.venue_orders, "order") + ", " +
                                 count(report.venue_trades, "trade") + " compared");
  }
  if (report.unknown_types != 0) {
    text += line("passed over", count(report.unknown_types, "record") + " of a newer version");
  }
  return text + extent_lines(report.extent, elapsed_ms);
}

std::string to_text(const UpgradeReport& report, std::int64_t elapsed_ms) {
  std::string text = title(report.ok(), "this binary can start on this journal",
                           "this binary cannot start on this journal");
  text += finding_lines(report.finding);
  for (const auto& row : report.open_trades) {
    text += line("open trade", "hold " + std::to_string(row.hold.value()) + " " +
                                   std::string(row.symbol.view()) + ", " + to_text(row.held) +
                                   " held, protection " + std::string(word(row.protection)));
  }
  for (const auto& row : report.pending) {
    text +=
        line("pending", "hold " + std::to_string(row.hold.value()) + " " +
                            std::string(row.symbol.view()) + ", " + std::string(word(row.state)) +
                            " until " + time_text(row.expires_at.value()));
  }
  for (const auto& row : report.unknown) {
    text += line("unknown", "order " + std::string(row.client_order_id.view()) + " of hold " +
                                std::to_string(row.hold.value()));
  }
  for (const Block block : report.blocks) text += line("block", std::string(word(block)));
  for (const auto& [type, records] : report.unknown_types) {
    text += line("passed over", count(records, "record") + " of type " + std::to_string(type) +
                                    ", which this version does not know");
  }
  if (report.newer_records != 0) {
    text += line("newer", count(report.newer_records, "record") +
                              " of a newer version of its type: what it added is not read");
  }
  return text + extent_lines(report.extent, elapsed_ms);
}

}  // namespace clawgate::audit
