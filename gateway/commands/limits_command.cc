// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/audit/directory.h"
#include "gateway/audit/records.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/governance_place.h"
#include "gateway/commands/limits_words.h"
#include "gateway/commands/operator_calls.h"
#include "gateway/office/limits_json.h"
#include "gateway/office/office_json.h"
#include "risk/limits_change.h"
#include "schemas/contracts/decision.h"
#include "schemas/fact.h"
#include "schemas/names.h"
#include "schemas/record_json.h"

// limits show, propose, apply: the limits document in force, and the next one. What only takes away
// comes into force when it is proposed; what allows more is put to the operators first. A running
// gateway does both; without one the document in force is read from the journal, and a decision can
// be opened in the office of the data directory.

namespace clawgate::gateway {
namespace {

struct Arguments {
  GovernancePlace place;
  std::string url;
  std::string token_file;
  std::string file;
  std::vector<std::string> set;
  std::string why;
  std::string decision;
  std::string command_id;
};

/// The document in force, and the gateway that runs on it.
struct InForce {
  std::optional<Endpoint> gateway;
  CallJson document;
};

CallJson to_call_json(const Limits& limits) {
  std::vector<std::uint8_t> room(4096);
  Writer writer(room);
  writer.put(limits);
  CallJson json = CallJson::parse(record_json(Limits::kType, writer.written()), nullptr, false);
  json.erase("record");
  return json;
}

Result<Limits> to_limits(const CallJson& document) {
  const auto json = read_json(document.dump());
  if (!json) return json.error();
  return limits_from(*json, "");
}

Result<Limits> from_journal(const std::string& data) {
  const auto store = audit::open_journal(data);
  if (!store) return store.error();
  std::optional<Limits> limits;
  audit::Records records(**store);
  while (records.next()) {
    if (records.record().type == Limits::kType) {
      limits = decode<Limits>(records.record().payload);
    }
    if (records.record().type != LimitsDecided::kType) continue;
    const auto fact = decode<LimitsDecided>(records.record().payload);
    if (fact && fact->reason == Reason::None) limits = fact->document;
  }
  if (const auto& damage = records.damage()) {
    return Error{damage->reason, data, damage->seen};
  }
  if (!limits) return Error{Reason::JournalMissing, data, "no limits document in it"};
  return *limits;
}

Error error_of(const CallAnswer& answer) {
  const auto text = [&](const char* name) { return answer.json.value(name, std::string()); };
  const Reason reason = reason_of(text("code"));
  return {reason == Reason::None ? Reason::GatewayUnreachable : reason, text("field"),
          text("seen")};
}

Result<InForce> in_force(const Arguments& arguments) {
  GatewayPlace place{arguments.url, arguments.token_file, arguments.place.office.data,
                     arguments.place.principal};
  const auto offline = [&](const Error& why) -> Result<InForce> {
    if (!arguments.url.empty() || why.reason != Reason::GatewayUnreachable) return why;
    const auto limits = from_journal(arguments.place.office.data);
    if (!limits) return limits.error();
    return InForce{std::nullopt, to_call_json(*limits)};
  };
  auto gateway = find_gateway(place);
  if (!gateway) return offline(gateway.error());
  const auto answer = get(*gateway, "/v1/limits");
  if (!answer) return offline(answer.error());
  if (!answer->ok()) return error_of(*answer);
  const auto document = answer->json.find("limits");
  if (document == answer->json.end() || !document->is_object()) {
    return Error{Reason::GatewayUnreachable, "limits", "none in force"};
  }
  return InForce{std::move(*gateway), *document};
}

/// The next document: a file's, or the one in force with fields changed and the next version. One
/// that changes nothing may have any version.
Result<Limits> next_document(const Arguments& arguments, const CallJson& now) {
  CallJson document = now;
  if (!arguments.file.empty()) {
    const auto text = read_text(arguments.file);
    if (!text) return text.error();
    const auto json = read_json(*text);
    if (!json) return json.error();
    const auto limits = limits_from(*json, "");
    if (!limits) return limits.error();
    document = to_call_json(*limits);
  } else if (arguments.set.empty()) {
    return Error{Reason::UsageOption, "FILE or --set", "missing"};
  } else {
    document["version"] = now["version"].get<std::uint64_t>() + 1;
  }
  document["decision"] = "";
  for (const std::string& text : arguments.set) {
    if (auto error = set_field(document, text)) return *error;
  }
  auto limits = to_limits(document);
  if (!limits) return limits.error();
  const std::string_view wrong = risk::out_of_range(*limits);
  if (!wrong.empty()) {
    const std::string name(wrong);
    const auto field = document.find(name);
    return Error{Reason::LimitsOutOfRange, "/" + name,
                 (field == document.end() ? "" : printable(limit_text(name, *field))) +
                     what_fits(name, *limits)};
  }
  if (changes(now, to_call_json(*limits)).empty()) return limits;
  const auto version = now["version"].get<std::uint64_t>();
  if (limits->version.value() <= version) {
    return Error{Reason::LimitsVersionOld, "/version", std::to_string(limits->version.value())};
  }
  return limits;
}

int refuse(const Error& error, const Arguments& arguments) {
  return print_findings({error}, arguments.place.json);
}

int nothing_to_change(const Arguments& arguments, const CallJson& now) {
  if (arguments.place.json) {
    std::cout << CallJson{{"changed", false}, {"limits", now}}.dump() << "\n";
  } else {
    std::cout << "  nothing to change: limits version " << now["version"] << " says so already\n";
  }
  return 0;
}

bool something_waits(const Endpoint& gateway) {
  const auto answer = get(gateway, "/v1/status");
  return answer && answer->ok() && answer->json.value("holds_waiting", 0) > 0;
}

int put(const Arguments& arguments, const InForce& before, const CallJson& document) {
  if (!before.gateway) {
    return refuse({Reason::GatewayUnreachable, arguments.place.office.data,
                   "only a running gateway brings a document into force"},
                  arguments);
  }
  const bool waits = something_waits(*before.gateway);
  const auto answer = command(
      *before.gateway, {{"command_id", command_id_of(arguments.command_id)}, {"limits", document}},
      "/v1/limits");
  if (!answer) return usage_error(answer.error());
  if (!answer->ok()) return refuse(error_of(*answer), arguments);
  if (arguments.place.json) {
    std::cout << answer->text << "\n";
    return 0;
  }
  std::cout << "  limits version " << document["version"]
            << " is in force: " << changes(before.document, document) << "\n";
  if (waits) std::cout << "  what was waiting for an approval is void (VOIDED_BY_LIMITS)\n";
  return 0;
}

contracts::DecisionRequest request_for(const Arguments& arguments, const InForce& before,
                                       const Limits& limits, const std::string& what) {
  Sha256 hasher;
  const std::string version = std::to_string(limits.version.value());
  contracts::DecisionRequest request;
  request.purpose = contracts::DecisionPurpose::LimitsChange;
  request.decision_key =
      "limits:v" + version + ":" + to_hex(subject_of(limits, hasher)).substr(0, 16);
  request.title = "Limits version " + version;
  request.proposal = (what + (arguments.why.empty() ? "" : ". " + arguments.why)).substr(0, 1'000);
  request.side_effect_class = contracts::SideEffectClass::None;
  request.requested_by = arguments.place.principal;
  request.rollback_plan =
      "Limits as in version " + before.document["version"].dump() + ": lowering needs no decision.";
  return request;
}

Result<std::string> opened(const Arguments& arguments, const InForce& before,
                           const contracts::DecisionRequest& request, const Limits& limits,
                           std::vector<Error>& refusals) {
  if (!before.gateway) {
    const auto desk = desk_of(arguments.place);
    if (!desk) return desk.error();
    const auto outcome = desk->open({request, {}, limits, {}}, wall_now());
    if (!outcome) return outcome.error();
    refusals = outcome->refusals;
    return refusals.empty() ? to_json(*outcome->row) : std::string();
  }
  const auto answer =
      command(*before.gateway,
              {{"request", CallJson::parse(encode(request))}, {"limits", to_call_json(limits)}},
              "/v1/decisions");
  if (!answer) return answer.error();
  if (!answer->ok()) {
    refusals = {error_of(*answer)};
    return std::string();
  }
  return answer->json["decision"].dump();
}

/// Whether the office has a decision of this id; nullopt where it cannot be looked at.
std::optional<bool> is_in_office(const Arguments& arguments, const InForce& now,
                                 const std::string& id) {
  if (!contracts::is_decision_id(id)) return false;  // the office gives no such id
  if (now.gateway) {
    const auto answer = get(*now.gateway, "/v1/decisions?id=" + id);
    if (!answer) return std::nullopt;
    if (answer->ok()) return true;
    if (error_of(*answer).reason == Reason::DecisionUnknown) return false;
    return std::nullopt;
  }
  const auto desk = desk_of(arguments.place);
  if (!desk) return std::nullopt;
  const auto rows = desk->decisions();
  if (!rows) return std::nullopt;
  return std::any_of(rows->begin(), rows->end(),
                     [&](const auto& row) { return row.decision.decision_id == id; });
}

/// The first document of a journal in S0 is the configuration's, with whatever decision it names.
std::string note_on_decision(const Arguments& arguments, const InForce& now) {
  const std::string id = now.document.value("decision", std::string());
  if (id.empty() || is_in_office(arguments, now, id).value_or(true)) return "";
  return "  (named by the configuration only: the office has no such decision)";
}

int show(const Arguments& arguments) {
  const auto before = in_force(arguments);
  if (!before) return usage_error(before.error());
  if (arguments.place.json) {
    std::cout << before->document.dump() << "\n";
    return 0;
  }
  std::cout << "  limits version " << before->document["version"] << ", "
            << (before->gateway ? "in force" : "as the journal ends; no gateway runs") << "\n";
  for (const auto& [name, value] : before->document.items()) {
    if (name == "version") continue;
    std::string label = name;
    label.resize(std::max<std::size_t>(label.size(), 24), ' ');
    std::cout << "  " << label << "  " << limit_text(name, value)
              << (name == "decision" ? note_on_decision(arguments, *before) : "") << "\n";
  }
  return 0;
}

// Whoever reads the answer knows at once whether it is in force or waits for a person.
int propose(const Arguments& arguments) {
  const auto before = in_force(arguments);
  if (!before) return usage_error(before.error());
  const auto limits = next_document(arguments, before->document);
  if (!limits) return usage_error(limits.error());
  const CallJson document = to_call_json(*limits);
  const std::string what = changes(before->document, document);
  if (what.empty()) return nothing_to_change(arguments, before->document);
  const auto now = to_limits(before->document);
  if (!now) return usage_error(now.error());
  const std::string looser(risk::loosened(*now, *limits));
  if (looser.empty()) return put(arguments, *before, document);

  std::vector<Error> refusals;
  const auto row =
      opened(arguments, *before, request_for(arguments, *before, *limits, what), *limits, refusals);
  if (!row) return usage_error(row.error());
  if (!refusals.empty()) return print_findings(refusals, arguments.place.json);
  const CallJson decision = CallJson::parse(*row);
  const std::string id = decision["decision"]["decision_id"];
  if (arguments.place.json) {
    const CallJson out = {{"needs_decision", looser}, {"decision", decision}, {"limits", document}};
    std::cout << out.dump() << "\n";
    return 0;
  }
  std::string same;
  if (!arguments.file.empty()) same += " " + shell_word(arguments.file);
  for (const std::string& text : arguments.set) same += " --set " + shell_word(text);
  const std::string place = place_words(arguments.place);
  // A decision is approved beside the gateway's data, wherever it was asked for.
  const bool elsewhere = !arguments.url.empty();
  std::string gateway;
  if (elsewhere) gateway += " --url " + shell_word(arguments.url);
  if (!arguments.token_file.empty()) gateway += " --token-file " + shell_word(arguments.token_file);
  std::cout << "  limits version " << document["version"] << " allows more (" << looser
            << "): " << what << "\n  nothing has changed; decision " << id << " is "
            << decision["decision"]["status"].get<std::string>() << "\n\n"
            << "  clawgate decisions approve " << id << place
            << (elsewhere && place.find(" --data ") == std::string::npos ? " --data DIR" : "")
            << "\n  clawgate limits apply" << same << " --decision " << id << gateway << place
            << "\n";
  return 0;
}

int apply(const Arguments& arguments) {
  const auto before = in_force(arguments);
  if (!before) return usage_error(before.error());
  auto limits = next_document(arguments, before->document);
  if (!limits) return usage_error(limits.error());
  if (arguments.decision.size() > DecisionId::kMax) {
    return usage_error({Reason::UsageOption, "--decision", printable(arguments.decision)});
  }
  limits->decision = DecisionId(arguments.decision);
  if (changes(before->document, to_call_json(*limits)).empty()) {
    return nothing_to_change(arguments, before->document);
  }
  return put(arguments, *before, to_call_json(*limits));
}

}  // namespace

void add_limits_command(CLI::App& app, int& exit_code) {
  CLI::App* const limits =
      app.add_subcommand("limits", "The limits document: what may be traded at most");
  limits->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const Arguments&)) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const command = limits->add_subcommand(name, help);
    add_place(*command, arguments->place);
    command->add_option("--url", arguments->url, "The gateway's URL, with --token-file");
    command->add_option("--token-file", arguments->token_file,
                        "File of mode 0600 with a bearer token");
    command->callback([&exit_code, run, arguments] { exit_code = run(*arguments); });
    return std::pair{command, arguments};
  };
  const auto document = [](CLI::App* command, Arguments& arguments) {
    command->add_option("FILE", arguments.file, "The document, as `limits show --json` prints one");
    command
        ->add_option("--set", arguments.set,
                     "NAME=VALUE instead of, or on top of, FILE: the document in force, changed")
        ->allow_extra_args(false);
    command->add_option("--command-id", arguments.command_id, "Makes a repetition safe");
  };
  add("show", "The document in force, with its version", &show);
  const auto [proposes, of_propose] =
      add("propose", "Lowers at once; what allows more becomes a decision first", &propose);
  document(proposes, *of_propose);
  proposes->add_option("--why", of_propose->why, "What the operators should know");
  const auto [applies, of_apply] =
      add("apply", "Brings a document into force under the decision over it", &apply);
  document(applies, *of_apply);
  applies->add_option("--decision", of_apply->decision, "DEC-YYYYMMDD-XXX")->required();
}

}  // namespace clawgate::gateway
