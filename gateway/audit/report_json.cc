// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "gateway/audit/report_text.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

namespace clawgate::audit {
namespace {

using Object = nlohmann::ordered_json;

template <class T>
std::string text_of(const T& value) {
  return std::string(value.view());
}

Object head_of(const journal::Chain& head) {
  if (head.seq == Seq{}) return nullptr;
  return {{"seq", head.seq.value()},
          {"hash", to_hex(head.hash)},
          {"time", time_text(head.time.value())}};
}

Object finding_of(const std::optional<Finding>& finding) {
  if (!finding) return nullptr;
  return {{"reason", word(finding->reason)}, {"seq", finding->seq.value()},
          {"record", finding->record},       {"invariant", finding->rule},
          {"expected", finding->expected},   {"seen", finding->seen}};
}

void add_extent(Object& object, const Extent& extent, std::int64_t elapsed_ms) {
  object["records"] = extent.records;
  object["head"] = head_of(extent.head);
  object["engine_versions"] = Object::object();
  for (const auto& [version, records] : extent.engine_versions) {
    object["engine_versions"][version] = records;
  }
  object["torn_tail_bytes"] = extent.torn_tail_bytes;
  object["elapsed_ms"] = elapsed_ms;
}

// Texts come from a journal that anyone may have written: what is not UTF-8 is replaced.
std::string dump(const Object& object) {
  return object.dump(-1, ' ', false, Object::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const journal::VerifyReport& report, std::int64_t elapsed_ms) {
  Object findings = Object::array();
  for (const journal::Finding& finding : report.findings) {
    findings.push_back({{"reason", word(finding.reason)},
                        {"file", finding.file},
                        {"offset", finding.offset},
                        {"seq", finding.seq.value()},
                        {"text", finding.text}});
  }
  return dump(
      {{"ok", report.ok},
       {"findings", findings},
       {"records", report.records},
       {"head", head_of(report.head)},
       {"torn_tail_bytes", report.torn_tail_bytes},
       {"checkpoints", report.checkpoints},
       {"anchor", {{"kind", journal::to_text(report.anchor)}, {"seq", report.anchor_seq.value()}}},
       {"elapsed_ms", elapsed_ms}});
}

std::string to_json(const ReplayReport& report, std::int64_t elapsed_ms) {
  Object object = {{"ok", report.ok()},       {"finding", finding_of(report.finding)},
                   {"inputs", report.inputs}, {"facts", report.facts},
                   {"folded", report.folded}, {"cuts", report.cuts}};
  add_extent(object, report.extent, elapsed_ms);
  return dump(object);
}

std::string to_json(const ProveReport& report, std::int64_t elapsed_ms) {
  Object object = {{"ok", report.ok()},
                   {"finding", finding_of(report.finding)},
                   {"signals", report.signals},
                   {"holds", report.holds},
                   {"approvals", report.approvals},
                   {"entries_sent", report.entries_sent},
                   {"protective_sent", report.protective_sent},
                   {"fills", report.fills},
                   {"commands", report.commands},
                   {"violations", report.violations},
                   {"anchors", report.anchors},
                   {"venue_orders", report.venue_orders},
                   {"venue_trades", report.venue_trades},
                   {"unknown_types", report.unknown_types}};
  add_extent(object, report.extent, elapsed_ms);
  return dump(object);
}

std::string to_json(const UpgradeReport& report, std::int64_t elapsed_ms) {
  Object object = {{"ok", report.ok()},
                   {"finding", finding_of(report.finding)},
                   {"open_trades", Object::array()},
                   {"pending", Object::array()},
                   {"unknown", Object::array()},
                   {"blocks", Object::array()},
                   {"unknown_types", Object::object()},
                   {"newer_records", report.newer_records}};
  for (const auto& row : report.open_trades) {
    object["open_trades"].push_back({{"hold", row.hold.value()},
                                     {"symbol", text_of(row.symbol)},
                                     {"held", to_text(row.held)},
                                     {"protection", word(row.protection)}});
  }
  for (const auto& row : report.pending) {
    object["pending"].push_back({{"hold", row.hold.value()},
                                 {"symbol", text_of(row.symbol)},
                                 {"state", word(row.state)},
                                 {"expires_at", time_text(row.expires_at.value())}});
  }
  for (const auto& row : report.unknown) {
    object["unknown"].push_back(
        {{"hold", row.hold.value()}, {"client_order_id", text_of(row.client_order_id)}});
  }
  for (const Block block : report.blocks) object["blocks"].push_back(word(block));
  for (const auto& [type, records] : report.unknown_types) {
    object["unknown_types"][std::to_string(type)] = records;
  }
  add_extent(object, report.extent, elapsed_ms);
  return dump(object);
}

}  // namespace clawgate::audit
