// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "gateway/commands/commands.h"
#include "gateway/commands/governance_place.h"
#include "gateway/config.h"
#include "gateway/entropy.h"
#include "schemas/contracts/date_time.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

// decisions list, show, open, approve, reject: the decisions of a data directory. What has a side
// effect can be rejected here but not approved: that takes a trusted channel and a second factor.

namespace clawgate::gateway {
namespace {

using contracts::word_of;
using governance::DecisionEvent;
using governance::DecisionRow;
using governance::DecisionStatus;

struct Arguments {
  GovernancePlace place;
  std::string id;
  std::string file;
  std::string limits;  // a configuration whose limits document is decided on
  std::string cause;   // that would be lifted
  std::string command_id;
  std::string evidence;
  bool pending = false;
};

std::string json_of(const DecisionRow& row) {
  return "{\"decision\":" + encode(row.decision) +
         ",\"purpose\":" + json_quote(word_of(row.purpose)) +
         ",\"stage\":" + json_quote(word_of(row.stage)) +
         ",\"requested_by\":" + json_quote(row.requested_by) +
         ",\"rollback_plan\":" + json_quote(row.rollback_plan) +
         ",\"escalations\":" + std::to_string(row.escalations) + "}";
}

int list(const Arguments& arguments) {
  const auto office = governance::Office::read(arguments.place.directory());
  if (!office) return usage_error(office.error());
  std::string rows;
  for (const auto& [id, row] : (*office)->decisions().all()) {
    if (arguments.pending && row.decision.status != DecisionStatus::Pending) continue;
    rows += (rows.empty() ? "" : ",") + json_of(row);
    if (arguments.place.json) continue;
    std::cout << "  " << id << "  " << word_of(row.decision.status) << "  "
              << word_of(row.decision.risk_tier) << "  " << word_of(row.purpose) << "  "
              << row.decision.title << "\n";
  }
  if (arguments.place.json) std::cout << "{\"decisions\":[" << rows << "]}\n";
  if (!arguments.place.json && rows.empty()) std::cout << "  no decisions\n";
  return 0;
}

int show(const Arguments& arguments) {
  const auto office = governance::Office::read(arguments.place.directory());
  if (!office) return usage_error(office.error());
  const DecisionRow* const row = (*office)->decisions().find(arguments.id);
  if (row == nullptr) {
    return print_findings({{Reason::DecisionUnknown, "ID", arguments.id}}, arguments.place.json);
  }
  if (arguments.place.json) {
    std::cout << json_of(*row) << "\n";
    return 0;
  }
  const contracts::Decision& decision = row->decision;
  std::cout << "  " << decision.decision_id << "  " << word_of(decision.status) << "\n  "
            << decision.title << "\n  " << decision.proposal << "\n  purpose   "
            << word_of(row->purpose) << ", " << word_of(decision.risk_tier) << ", side effect "
            << word_of(decision.side_effect_class) << "\n  asked by  " << row->requested_by
            << ", until " << contracts::to_date_time(decision.timeout_at) << "\n  rollback  "
            << row->rollback_plan << "\n";
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

int finish(governance::Office& office, const governance::DecisionAnswer& answer,
           const Arguments& arguments, UnixNanos now) {
  if (auto error = office.record(answer.facts, now)) return usage_error(*error);
  if (!answer.done()) return print_findings(answer.refusals, arguments.place.json);
  const DecisionRow* const row = office.decisions().find(answer.decision_id);
  if (arguments.place.json) {
    std::cout << json_of(*row) << "\n";
    return 0;
  }
  std::cout << "  " << answer.decision_id << " is " << word_of(row->decision.status)
            << (answer.no_op ? " (it was before: nothing happened again)" : "") << "\n";
  return 0;
}

/// What the decision is over, where the request does not say it itself.
std::optional<Error> add_subject(const Arguments& arguments, contracts::DecisionRequest& request) {
  Sha256 hasher;
  if (!arguments.limits.empty()) {
    const auto config = read_config(arguments.limits);
    if (!config) return config.error();
    request.subject = subject_of(config->limits, hasher);
  }
  if (arguments.cause.empty()) return std::nullopt;
  for (const BlockInfo& row : kBlocks) {
    if (row.code != arguments.cause) continue;
    request.subject = subject_of(row.block, hasher);
    return std::nullopt;
  }
  return Error{Reason::CauseUnknown, "--cause", arguments.cause};
}

int open(const Arguments& arguments) {
  const auto text = read_text(arguments.file);
  if (!text) return usage_error(text.error());
  auto request = contracts::decode_decision_request(*text);
  if (!request) return usage_error(request.error());
  if (auto error = add_subject(arguments, *request)) return usage_error(*error);
  const UnixNanos now = wall_now();
  const auto office = open_office(arguments.place, now);
  if (!office) return usage_error(office.error());
  const Stage stage = (*office)->ladder().stage();
  return finish(**office, (*office)->decisions().open(*request, stage, now), arguments, now);
}

int answer(const Arguments& arguments, DecisionEvent action) {
  const auto operators = operators_of(arguments.place);
  if (!operators) return usage_error(operators.error());
  const UnixNanos now = wall_now();
  const auto office = open_office(arguments.place, now);
  if (!office) return usage_error(office.error());
  governance::DecisionCommand command;
  command.action = action;
  command.decision_id = arguments.id;
  command.command_id = arguments.command_id;
  if (command.command_id.empty()) {
    command.command_id = "cli-" + to_hex(Bytes(SystemEntropy().nonce().bytes));
  }
  command.operator_id = arguments.place.principal;
  command.channel = OperatorChannel::Terminal;
  command.explicit_human_approval = action == DecisionEvent::Approve;
  command.evidence_ref = arguments.evidence;
  const Stage stage = (*office)->ladder().stage();
  return finish(**office, (*office)->decisions().apply(command, *operators, stage, now), arguments,
                now);
}

int approve(const Arguments& arguments) {
  return answer(arguments, DecisionEvent::Approve);
}
int reject(const Arguments& arguments) {
  return answer(arguments, DecisionEvent::Reject);
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
  opens->add_option("FILE", of_open->file, "A decision_request as JSON")->required();
  opens->add_option("--limits", of_open->limits,
                    "Configuration whose limits document the decision is over");
  opens->add_option("--cause", of_open->cause, "Cause that the decision is over, e.g. KILL");
  const auto [approves, of_approve] = add(
      "approve", "Approves one that has no side effect; others need a trusted channel", &approve);
  approves->add_option("ID", of_approve->id, "DEC-YYYYMMDD-NNN")->required();
  approves->add_option("--evidence", of_approve->evidence, "What the answer rests on");
  approves->add_option("--command-id", of_approve->command_id, "Makes a repetition safe");
  const auto [rejects, of_reject] = add("reject", "Rejects one", &reject);
  rejects->add_option("ID", of_reject->id, "DEC-YYYYMMDD-NNN")->required();
  rejects->add_option("--command-id", of_reject->command_id, "Makes a repetition safe");
}

}  // namespace clawgate::gateway
