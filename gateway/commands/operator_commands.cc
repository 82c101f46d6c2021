// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gateway/commands/commands.h"
#include "gateway/commands/governance_place.h"
#include "gateway/commands/operator_calls.h"
#include "schemas/names.h"
#include "schemas/trading_state.h"

// status, watch, holds, approve, reject, kill, unblock, reconcile, close-unknown: the operator's
// command line against a running gateway. Exit codes: 0 done, 1 the gateway refused or a person
// said no, 2 bad usage or no gateway.

namespace clawgate::gateway {
namespace {

struct Arguments {
  GatewayPlace place;
  bool json = false;
  bool yes = false;
  std::uint64_t hold = 0;
  std::uint64_t after = 0;
  std::uint64_t count = 0;
  std::string digest;
  std::string cause;
  std::string decision;
  std::string note;
  std::string command_id;
  std::string order;
  unsigned wait = 60;  // seconds
};

int print_refusal(const CallAnswer& answer, bool json) {
  if (json) {
    std::cout << answer.text << "\n";
  } else {
    std::cerr << refusal_text(answer.json, wall_now()) << "\n";
  }
  return 1;
}

/// A position elsewhere without a live stop, said to whoever just approved another.
void warn_of_unprotected(const Endpoint& gateway) {
  const auto answer = get(gateway, "/v1/positions");
  if (!answer || !answer->ok()) return;
  for (const CallJson& row : answer->json["positions"]) {
    const std::string stop = text_of(row, "protection");
    if (stop != "MISSING" && stop != "UNKNOWN") continue;
    std::cout << "  BEWARE: the stop of order " << text_of(row, "hold") << " ("
              << text_of(row, "symbol") << ") is " << stop << "\n";
  }
}

/// What a command of this directory's office needs to be told.
std::string office_words(const GatewayPlace& place) {
  return " --data " + (place.data.empty() ? std::string("DIR") : shell_word(place.data));
}

int status(const Arguments& arguments, const Endpoint& gateway) {
  const auto answer = get(gateway, "/v1/status");
  if (!answer) return usage_error(answer.error());
  if (!answer->ok()) return print_refusal(*answer, arguments.json);
  if (arguments.json) {
    std::cout << answer->text << "\n";
    return 0;
  }
  const auto positions = get(gateway, "/v1/positions");
  const auto ended = get(gateway, "/v1/holds");
  const auto json_of = [](const Result<CallAnswer>& got) {
    return got && got->ok() ? got->json : CallJson::object();
  };
  std::cout << status_text(answer->json, json_of(positions), json_of(ended),
                           office_words(arguments.place));
  return 0;
}

int holds(const Arguments& arguments, const Endpoint& gateway) {
  const auto answer = get(gateway, "/v1/holds");
  if (!answer) return usage_error(answer.error());
  if (!answer->ok()) return print_refusal(*answer, arguments.json);
  if (arguments.json) {
    std::cout << answer->text << "\n";
    return 0;
  }
  for (const CallJson& hold : answer->json["holds"]) std::cout << text_of(hold, "card");
  if (answer->json["holds"].empty()) std::cout << "  no order waits\n";
  return 0;
}

// A stream that ended is no gateway that is gone: it goes on behind the last event that was shown,
// and another life of the gateway has some time to begin.
int watch(const Arguments& arguments, const Endpoint& first) {
  constexpr std::chrono::seconds kPause{1};
  constexpr int kTries = 15;
  int tries = 0;  // left, once there was a stream
  Endpoint gateway = first;
  std::uint64_t seen = 0;
  std::uint64_t last = arguments.after;
  const auto show = [&](const std::string& event) {
    const CallJson json = CallJson::parse(event, nullptr, false);
    if (json.is_object()) last = json.value("seq", last);
    const std::string line = arguments.json ? event : event_line(json);
    if (line.empty()) return true;
    ++seen;
    std::cout << line << std::endl;
    return arguments.count == 0 || seen < arguments.count;
  };
  for (;;) {
    const std::string from = last > 0 ? "?after=" + std::to_string(last) : "";
    const auto end = follow_stream(gateway, "/v1/stream" + from, show);
    if (!end && tries == 0) return usage_error(end.error());
    if (!end) {
      --tries;
      std::this_thread::sleep_for(kPause);
      if (const auto again = find_gateway(arguments.place)) gateway = *again;  // on another port
      continue;
    }
    if (end->refused) {
      const auto refused = answered(*end->refused);
      return refused ? print_refusal(*refused, arguments.json) : usage_error(refused.error());
    }
    if (end->why.empty()) return 0;
    tries = kTries;
    std::cerr << "  the stream ended: " << end->why << "; on "
              << (last > 0 ? "from " + std::to_string(last) : "from now") << "\n";
    std::this_thread::sleep_for(kPause);
  }
}

constexpr int kAttempts = 20;

bool found_no_room(const Result<CallAnswer>& answer) {
  if (!answer) return answer.error().reason == Reason::GatewayUnreachable;
  return text_of(answer->json, "code") == info(Reason::ConnectionLimit).code;
}

/// One command; its id makes a repetition safe.
int send(const Arguments& arguments, const Endpoint& gateway, CallJson body,
         const std::string& done) {
  body["schema_version"] = "1.0";
  body["command_id"] = command_id_of(arguments.command_id);
  if (!arguments.decision.empty()) body["decision_id"] = arguments.decision;
  if (!arguments.note.empty()) body["note"] = arguments.note;
  auto answer = command(gateway, body);
  // The same id again does nothing twice, so who found no room simply asks again.
  for (int i = 1; i < kAttempts && found_no_room(answer); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    answer = command(gateway, body);
  }
  if (!answer) return usage_error(answer.error());
  if (!answer->ok()) return print_refusal(*answer, arguments.json);
  if (arguments.json) {
    std::cout << answer->text << "\n";
    return 0;
  }
  const bool again = text_of(answer->json, "replay_disposition") == "no_op";
  std::cout << "  " << done << (again ? " (it was before: nothing happened again)" : "")
            << "; trading is " << text_of(answer->json, "trading_state") << "\n";
  return 0;
}

/// The waiting order of that number, or the exit code.
std::optional<CallJson> find_hold(const Arguments& arguments, const Endpoint& gateway, int& code) {
  const std::string number = std::to_string(arguments.hold);
  const auto answer = get(gateway, "/v1/holds?hold=" + number);
  if (!answer) {
    code = usage_error(answer.error());
    return std::nullopt;
  }
  if (!answer->ok()) {
    code = print_refusal(*answer, arguments.json);
    return std::nullopt;
  }
  for (const CallJson& hold : answer->json["holds"]) {
    if (text_of(hold, "hold") == number) return hold;
  }
  Error error{Reason::HoldUnknown, "HOLD", number};
  std::string reasons;
  for (const CallJson& row : answer->json["ended"]) {
    if (text_of(row, "hold") != number) continue;
    const std::string why = text_of(row, "reason");
    error = {Reason::HoldNotPending, "HOLD",
             number + ", " + text_of(row, "state") + (why == word(Reason::None) ? "" : ", " + why)};
    for (const CallJson& reason : row["reasons"])
      reasons += "\n  " + reason_text(reason, wall_now());
    break;
  }
  std::cerr << to_text(error) << reasons << "\n";
  code = 1;
  return std::nullopt;
}

// What is approved is what was shown: the digest comes with the card that the person sees, and the
// check code says in six letters that every other screen shows the same.
int approve(const Arguments& arguments, const Endpoint& gateway) {
  std::string digest = arguments.digest;
  if (digest.empty()) {
    int code = 0;
    const auto hold = find_hold(arguments, gateway, code);
    if (!hold) return code;
    digest = text_of(*hold, "digest");
    if (!arguments.yes && arguments.json) {
      return usage_error({Reason::UsageOption, "--json",
                          "nobody is asked; with --yes or --digest, after `clawgate holds`"});
    }
    if (!arguments.yes) {
      std::cout << text_of(*hold, "card") << "\n  Approve this order, check code "
                << text_of(*hold, "check_code") << "? [y/N] " << std::flush;
      std::string line;
      if (!std::getline(std::cin, line) || (line != "y" && line != "Y" && line != "yes")) {
        std::cout << "  not approved\n";
        return 1;
      }
    }
  }
  const int code = send(arguments, gateway,
                        {{"action", "approve"}, {"hold", arguments.hold}, {"digest", digest}},
                        "approved order " + std::to_string(arguments.hold));
  if (code == 0 && !arguments.json) warn_of_unprotected(gateway);
  return code;
}

int reject(const Arguments& arguments, const Endpoint& gateway) {
  return send(arguments, gateway, {{"action", "reject"}, {"hold", arguments.hold}},
              "rejected order " + std::to_string(arguments.hold));
}

// The gateway takes what fits of the note; that it takes the request must not hang on its size.
int kill(const Arguments& given, const Endpoint& gateway) {
  Arguments arguments = given;
  constexpr std::size_t kNoteSent = 1'024;
  arguments.note.resize(std::min(arguments.note.size(), kNoteSent));
  return send(arguments, gateway, {{"action", "kill"}}, "killed");
}

int unblock(const Arguments& arguments, const Endpoint& gateway) {
  return send(arguments, gateway, {{"action", "unblock"}, {"cause", arguments.cause}},
              "cleared " + arguments.cause);
}

/// Every cause there is, with what has to be so before it can be cleared.
std::string causes_text() {
  std::string text = "Causes, and what ends each:\n";
  for (const BlockInfo& row : kBlocks) {
    if (!row.latches) continue;
    std::string code(row.code);
    code.resize(std::max<std::size_t>(code.size(), 24), ' ');
    text += "  " + code + "  " + std::string(row.clears) + "\n";
  }
  return text;
}

// ---- reconcile ----------------------------------------------------------------------------------

using SteadyTime = std::chrono::steady_clock::time_point;

const CallJson* find_block(const CallJson& status, std::string_view code) {
  for (const CallJson& block : status["blocks"]) {
    if (text_of(block, "code") == code) return &block;
  }
  return nullptr;
}

/// A cause that stands against an agreement and ends by no comparison; empty: none.
std::string latched_against(const CallJson& status) {
  for (const char* const code : {"VENUE_CONTRADICTION", "FOREIGN_ORDER", "UNKNOWN_OUTCOME"}) {
    const CallJson* const block = find_block(status, code);
    if (block != nullptr) return std::string(code) + " (" + text_of(*block, "evidence") + ")";
  }
  return "";
}

/// What the comparison itself found; empty: agreement.
std::string difference(const CallJson& status) {
  const CallJson& row = status["reconciliation"];
  if (!row.is_object()) return "nothing was compared yet";
  return row.value("agrees", false) ? "" : text_of(row, "evidence");
}

/// The status once RECONCILING is over, or the exit code.
std::optional<CallAnswer> await_comparison(const Arguments& arguments, const Endpoint& gateway,
                                           SteadyTime until, int& code) {
  while (true) {
    auto now = get(gateway, "/v1/status");
    code = !now ? usage_error(now.error()) : now->ok() ? 0 : print_refusal(*now, arguments.json);
    if (code != 0) return std::nullopt;
    const CallJson* const row = find_block(now->json, "RECONCILING");
    if (row == nullptr) return *now;
    if (std::chrono::steady_clock::now() >= until) {
      std::cerr << "  not reconciled after " << arguments.wait
                << " s: " << text_of(*row, "evidence") << "\n";
      code = 1;
      return std::nullopt;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

/// Asks, and waits until both ledgers agree. An execution that is on its way is told within
/// seconds, so what differs is compared again, ever more rarely, until the time is over.
int reconcile(const Arguments& arguments, const Endpoint& gateway) {
  const SteadyTime until = std::chrono::steady_clock::now() + std::chrono::seconds(arguments.wait);
  std::string id = arguments.command_id;
  for (std::chrono::seconds pause(6);; pause *= 2) {
    CallJson body = {{"command_id", command_id_of(std::exchange(id, ""))}};
    if (!arguments.note.empty()) body["note"] = arguments.note;
    const auto asked = command(gateway, body, "/v1/reconcile");
    if (!asked) return usage_error(asked.error());
    if (!asked->ok()) return print_refusal(*asked, arguments.json);
    int code = 0;
    const auto now = await_comparison(arguments, gateway, until, code);
    if (!now) return code;
    std::string against = latched_against(now->json);
    if (against.empty()) {
      against = difference(now->json);
      if (!against.empty() && std::chrono::steady_clock::now() + pause < until) {
        std::this_thread::sleep_for(pause);
        continue;
      }
    }
    const std::string words = against.empty() ? text_of(now->json["reconciliation"], "evidence")
                                              : "the ledgers do not agree: " + against;
    if (arguments.json) {
      std::cout << now->text << "\n";
    } else {
      (against.empty() ? std::cout : std::cerr)
          << "  " << words << "; trading is " << text_of(now->json, "trading_state") << "\n";
    }
    return against.empty() ? 0 : 1;
  }
}

int close_unknown(const Arguments& arguments, const Endpoint& gateway) {
  return send(arguments, gateway, {{"action", "close_unknown"}, {"order", arguments.order}},
              "closed " + arguments.order + " by decision");
}

using Run = int (*)(const Arguments&, const Endpoint&);

void add_note(CLI::App& command, Arguments& arguments, const std::string& help) {
  command.add_option("--note", arguments.note, help + " (printable ASCII, at most 96 bytes)");
}

CLI::App* add(CLI::App& app, int& exit_code, const char* name, const char* help, Run run,
              const std::shared_ptr<Arguments>& arguments) {
  CLI::App* const command = app.add_subcommand(name, help);
  GatewayPlace& place = arguments->place;
  command->add_option("--url", place.url, "The gateway's URL, with --token-file");
  command->add_option("--token-file", place.token_file, "File of mode 0600 with a bearer token");
  command->add_option("--data", place.data, "Data directory of the gateway, instead of --url");
  command->add_option("--as", place.principal, "Principal whose token of --data is used");
  command->add_flag("--json", arguments->json, "Print the gateway's JSON");
  command->callback([&exit_code, run, arguments] {
    const auto gateway = find_gateway(arguments->place);
    exit_code = gateway ? run(*arguments, *gateway) : usage_error(gateway.error());
  });
  return command;
}

}  // namespace

void add_operator_commands(CLI::App& app, int& exit_code) {
  const auto fresh = [] { return std::make_shared<Arguments>(); };
  add(app, exit_code, "status", "What a running gateway may do now, and why", &status, fresh());
  add(app, exit_code, "holds", "The orders that wait for a person, as cards", &holds, fresh());

  auto arguments = fresh();
  CLI::App* command =
      add(app, exit_code, "watch", "Follows what a running gateway does", &watch, arguments);
  command->add_option("--after", arguments->after, "Begin after this record");
  command->add_option("--count", arguments->count, "End after so many events");

  arguments = fresh();
  command =
      add(app, exit_code, "approve", "Approves one order, after showing it", &approve, arguments);
  command->add_option("HOLD", arguments->hold, "Its number")->required();
  command->add_option("--digest", arguments->digest, "Of the order that was shown elsewhere");
  command->add_flag("--yes", arguments->yes, "Do not ask");
  command->add_option("--decision", arguments->decision, "DEC-YYYYMMDD-XXX");
  command->add_option("--command-id", arguments->command_id, "Makes a repetition safe");

  arguments = fresh();
  command = add(app, exit_code, "reject", "Rejects one order", &reject, arguments);
  command->add_option("HOLD", arguments->hold, "Its number")->required();
  add_note(*command, *arguments, "Why");
  command->add_option("--command-id", arguments->command_id, "Makes a repetition safe");

  arguments = fresh();
  command = add(app, exit_code, "kill", "Stops all entries, now; stops at the venue stay", &kill,
                arguments);
  command->add_option("--note", arguments->note,
                      "Why; kept as printable ASCII, its first 96 bytes");
  command->add_option("--command-id", arguments->command_id, "Makes a repetition safe");

  arguments = fresh();
  command = add(app, exit_code, "unblock", "Clears a latched cause by a recorded decision",
                &unblock, arguments);
  command->footer(causes_text());
  command->add_option("CAUSE", arguments->cause, "Its code, e.g. KILL")->required();
  command->add_option("--decision", arguments->decision, "DEC-YYYYMMDD-XXX")->required();
  add_note(*command, *arguments, "Why");
  command->add_option("--command-id", arguments->command_id, "Makes a repetition safe");

  arguments = fresh();
  command = add(app, exit_code, "reconcile",
                "Compares all orders, executions and balances with the venue's, now", &reconcile,
                arguments);
  command->add_option("--wait", arguments->wait, "Seconds until they have to agree")
      ->check(CLI::Range(0, 3'600))
      ->capture_default_str();
  add_note(*command, *arguments, "Why");
  command->add_option("--command-id", arguments->command_id, "Makes a repetition safe");

  arguments = fresh();
  command = add(app, exit_code, "close-unknown",
                "Closes an order whose outcome stays unknown, by a recorded decision",
                &close_unknown, arguments);
  command->footer(
      "The decision is over this very order and approved:\n"
      "  clawgate decisions open FILE --order ORDER --data DIR   FILE: a decision_request of "
      "purpose general\n"
      "  clawgate decisions approve ID --data DIR\n");
  command->add_option("ORDER", arguments->order, "Its client order id")->required();
  command->add_option("--decision", arguments->decision, "DEC-YYYYMMDD-XXX")->required();
  add_note(*command, *arguments, "The evidence it was made on");
  command->add_option("--command-id", arguments->command_id, "Makes a repetition safe");
}

}  // namespace clawgate::gateway
