// SPDX-License-Identifier: Apache-2.0
#include "gateway/office/office_json.h"

#include "schemas/contracts/date_time.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

using contracts::word_of;

template <class Rows, class Print>
std::string list_of(const Rows& rows, Print print) {
  std::string text;
  for (const auto& row : rows) text += (text.empty() ? "" : ",") + print(row);
  return "[" + text + "]";
}

std::string standing_members(const governance::StageMoved& standing) {
  return "\"stage\":" + json_quote(word_of(standing.stage)) +
         ",\"level\":" + json_quote(word_of(standing.level)) +
         ",\"blocked\":" + (standing.blocked ? "true" : "false") +
         ",\"cause\":" + json_quote(standing.cause);
}

}  // namespace

std::string to_json(const governance::DecisionRow& row) {
  std::string text = "{\"decision\":" + encode(row.decision) +
                     ",\"purpose\":" + json_quote(word_of(row.purpose)) +
                     ",\"stage\":" + json_quote(word_of(row.stage)) +
                     ",\"requested_by\":" + json_quote(row.requested_by) +
                     ",\"rollback_plan\":" + json_quote(row.rollback_plan) + ",\"evidence_refs\":" +
                     list_of(row.evidence_refs, [](const auto& ref) { return json_quote(ref); }) +
                     ",\"escalations\":" + std::to_string(row.escalations);
  text += ",\"subject\":" + (row.subject ? json_quote(to_hex(*row.subject)) : "null");
  return text + "}";
}

std::string to_json(const governance::StageMoved& standing) {
  return "{" + standing_members(standing) + "}";
}

std::string to_json(const StageView& view) {
  const auto missing = [](const governance::Missing& row) {
    return "{\"requirement\":" + json_quote(row.field) +
           ",\"code\":" + json_quote(info(row.reason).code) + ",\"seen\":" + json_quote(row.seen) +
           "}";
  };
  const auto incident = [](const governance::Incident& row) { return encode(row); };
  const std::string_view to = view.next
                                  ? governance::kClimbWords[static_cast<std::size_t>(*view.next)]
                                  : std::string_view();
  return "{" + standing_members(view.standing) + ",\"window_start\":" +
         (view.founded ? json_quote(contracts::to_date_time(view.window_start)) : "null") +
         ",\"eval_green_days\":" + std::to_string(view.green_days) +
         ",\"pending_decisions\":" + std::to_string(view.pending) +
         ",\"incidents\":" + list_of(view.incidents, incident) + ",\"next\":" + json_quote(to) +
         ",\"missing\":" + list_of(view.missing, missing) + "}";
}

}  // namespace clawgate::gateway
