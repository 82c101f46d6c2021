// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "gateway/commands/commands.h"
#include "gateway/commands/governance_place.h"
#include "gateway/config.h"
#include "gateway/office/office_json.h"
#include "gateway/report/format.h"

// decisions list, show, open, approve, reject, kill: the decisions of a data directory. What has a
// side effect can be rejected here but not approved: that takes a trusted channel and a second
// factor.

namespace clawgate::gateway {
namespace {

using contracts::word_of;
using governance::DecisionEvent;
using governance::DecisionRow;
using governance::DecisionStatus;

const std::string kRequestHelp =
    "FILE is a decision_request; this one would lift a kill:\n"
    "  {\"schema_version\": \"1.0\", \"purpose\": \"general\", \"decision_key\": "
    "\"gateway:unblock-kill:2026-01-05\",\n"
    "   \"title\": \"Lift the kill\", \"proposal\": \"The drill is over; trade on.\", "
    "\"risk_class\": \"baixo\",\n"
    "   \"risk_tier\": \"R1\", \"data_sensitivity\": \"internal\", "
    "\"side_effect_class\": \"none\",\n"
    "   \"requested_by\": \"operator\", \"rollback_plan\": \"clawgate kill\", "
    "\"evidence_refs\": []}\n\n"
    "  clawgate decisions open lift.json --cause KILL --data gw   answers DEC-YYYYMMDD-XXX\n"
    "  clawgate decisions approve DEC-YYYYMMDD-XXX --data gw\n"
    "  clawgate unblock KILL --decision DEC-YYYYMMDD-XXX --data gw\n";

struct Arguments {
  GovernancePlace place;
  std::string id;
  std::string file;
  std::string limits;  // a configuration whose limits document is decided on
  std::string cause;   // that would be lifted
  std::string order;   // that would be closed
  std::string command_id;
  std::string evidence;
  bool pending = false;
};

bool waits(const DecisionRow& row) {
  return row.decision.status == DecisionStatus::Pending;
}

/// " until 12:00:15 UTC (in 3 h)" of one that waits.
std::string deadline_of(const DecisionRow& row, UnixNanos now) {
  if (!waits(row)) return "";
  return " until " + report::moment_text(row.decision.timeout_at, now);
}

int list(const Arguments& arguments) {
  if (const auto missing = check_place(arguments.place)) return usage_error(*missing);
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto decisions = desk->decisions();
  if (!decisions) return usage_error(decisions.error());
  std::string rows;
  for (const DecisionRow& row : *decisions) {
    if (arguments.pending && !waits(row)) continue;
    rows += (rows.empty() ? "" : ",") + to_json(row);
    if (arguments.place.json) continue;
    std::cout << "  " << row.decision.decision_id << "  " << word_of(row.decision.status)
              << deadline_of(row, wall_now()) << "  " << word_of(row.decision.risk_tier) << "  "
              << word_of(row.purpose) << "  " << row.decision.title << "\n";
  }
  if (arguments.place.json) std::cout << "{\"decisions\":[" << rows << "]}\n";
  if (!arguments.place.json && rows.empty()) std::cout << "  no decisions\n";
  return 0;
}

int show(const Arguments& arguments) {
  if (const auto missing = check_place(arguments.place)) return usage_error(*missing);
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto decisions = desk->decisions();
  if (!decisions) return usage_error(decisions.error());
  const auto row = std::find_if(decisions->begin(), decisions->end(), [&](const DecisionRow& at) {
    return at.decision.decision_id == arguments.id;
  });
  if (row == decisions->end()) {
    return print_findings({{Reason::DecisionUnknown, "ID", arguments.id}}, arguments.place.json);
  }
  if (arguments.place.json) {
    std::cout << to_json(*row) << "\n";
    return 0;
  }
  const contracts::Decision& decision = row->decision;
  std::cout << "  " << decision.decision_id << "  " << word_of(decision.status) << "\n  "
            << decision.title << "\n  " << decision.proposal << "\n  purpose   "
            << word_of(row->purpose) << ", " << word_of(decision.risk_tier) << ", side effect "
            << word_of(decision.side_effect_class) << "\n  asked by  " << row->requested_by
            << ", until " << report::moment_text(decision.timeout_at, wall_now())
            << "\n  rollback  " << row->rollback_plan << "\n";
  for (const std::string& reference : row->evidence_refs) {
    std::cout << "  evidence  " << reference << "\n";
  }
  if (row->limits) {
    std::cout << "  limits    " << to_text(row->limits->max_notional_per_order) << " an order, "
              << to_text(row->limits->max_daily_notional) << " and "
              << row->limits->max_orders_per_day << " a day\n";
  }
  if (decision.approver_operator_id) {
    std::cout << "  answered  by " << *decision.approver_operator_id << "\n";
  }
  return 0;
}

int finish(const Result<DecisionOutcome>& outcome, const Arguments& arguments) {
  if (!outcome) return usage_error(outcome.error());
  if (!outcome->refusals.empty()) return print_findings(outcome->refusals, arguments.place.json);
  if (arguments.place.json) {
    std::cout << to_json(*outcome->row) << "\n";
    return 0;
  }
  const contracts::Decision& decision = outcome->row->decision;
  std::cout << "  " << decision.decision_id << " is " << word_of(decision.status)
            << deadline_of(*outcome->row, wall_now())
            << (outcome->no_op ? " (it was before: nothing happened again)" : "") << "\n";
  return 0;
}

/// What is done next about one that was put to the operators: the answer, and then what it permits.
std::string next_steps(const Arguments& arguments, const DecisionRow& row) {
  const std::string& id = row.decision.decision_id;
  const std::string place = place_words(arguments.place);
  std::string text;
  if (row.decision.side_effect_class == contracts::SideEffectClass::None) {
    text = "\n  clawgate decisions approve " + id + place + "\n";
  } else {
    text = "  it has a side effect: a trusted channel and a second factor approve it\n\n";
  }
  const std::string by = " --decision " + id + " --data " + shell_word(arguments.place.office.data);
  if (!arguments.cause.empty()) text += "  clawgate unblock " + arguments.cause + by + "\n";
  if (!arguments.order.empty()) {
    text += "  clawgate close-unknown " + shell_word(arguments.order) + by + "\n";
  }
  return text;
}

int open(const Arguments& arguments) {
  const auto text = read_text(arguments.file);
  if (!text) return usage_error(text.error());
  const auto request = contracts::decode_decision_request(*text);
  if (!request) return usage_error(request.error());
  DecisionDraft draft{*request, arguments.cause, {}, arguments.order};
  if (!arguments.limits.empty()) {
    const auto config = read_config(arguments.limits);
    if (!config) return usage_error(config.error());
    draft.limits = config->limits;
  }
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  const auto outcome = desk->open(draft, wall_now());
  const int code = finish(outcome, arguments);
  const bool told = outcome && outcome->row && !arguments.place.json;
  if (told && waits(*outcome->row)) std::cout << next_steps(arguments, *outcome->row);
  return code;
}

int answer(const Arguments& arguments, DecisionEvent action) {
  if (const auto missing = check_place(arguments.place)) return usage_error(*missing);
  const auto desk = desk_of(arguments.place);
  if (!desk) return usage_error(desk.error());
  governance::DecisionCommand command;
  command.action = action;
  command.decision_id = arguments.id;
  command.command_id = command_id_of(arguments.command_id);
  command.operator_id = arguments.place.principal;
  command.channel = OperatorChannel::Terminal;
  command.explicit_human_approval = action == DecisionEvent::Approve;
  command.evidence_ref = arguments.evidence;
  return finish(desk->answer(command, wall_now()), arguments);
}

int approve(const Arguments& arguments) {
  return answer(arguments, DecisionEvent::Approve);
}
int reject(const Arguments& arguments) {
  return answer(arguments, DecisionEvent::Reject);
}
int kill(const Arguments& arguments) {
  return answer(arguments, DecisionEvent::Kill);
}

}  // namespace

void add_decisions_command(CLI::App& app, int& exit_code) {
  CLI::App* const decisions =
      app.add_subcommand("decisions", "What was put to the operators, and their answers");
  decisions->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const Arguments&)) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = decisions->add_subcommand(name, help);
    add_place(*command, arguments->place);
    command->callback([&exit_code, run, arguments] { exit_code = run(*arguments); });
    return std::pair{command, arguments};
  };
  const auto [lists, of_list] = add("list", "All of them, oldest first", &list);
  lists->add_flag("--pending", of_list->pending, "Only those that wait");
  const auto [shows, of_show] = add("show", "One, with everything that is known of it", &show);
  shows->add_option("ID", of_show->id, "DEC-YYYYMMDD-NNN")->required();
  const auto [opens, of_open] = add("open", "Puts a decision to the operators", &open);
  opens->footer(kRequestHelp);
  opens->add_option("FILE", of_open->file, "A decision_request as JSON")->required();
  opens->add_option("--limits", of_open->limits,
                    "Configuration whose limits document the decision is over");
  opens->add_option("--cause", of_open->cause, "Cause that the decision is over, e.g. KILL");
  opens->add_option("--order", of_open->order,
                    "Unknown order that the decision would close, by its client order id");
  const auto [approves, of_approve] = add(
      "approve", "Approves one that has no side effect; others need a trusted channel", &approve);
  approves->add_option("ID", of_approve->id, "DEC-YYYYMMDD-NNN")->required();
  approves->add_option("--evidence", of_approve->evidence, "What the answer rests on");
  approves->add_option("--command-id", of_approve->command_id, "Makes a repetition safe");
  const auto [rejects, of_reject] = add("reject", "Rejects one", &reject);
  rejects->add_option("ID", of_reject->id, "DEC-YYYYMMDD-NNN")->required();
  rejects->add_option("--command-id", of_reject->command_id, "Makes a repetition safe");
  const auto [kills, of_kill] = add("kill", "Ends one for good, whatever it was about", &kill);
  kills->add_option("ID", of_kill->id, "DEC-YYYYMMDD-NNN")->required();
  kills->add_option("--command-id", of_kill->command_id, "Makes a repetition safe");
}

}  // namespace clawgate::gateway
