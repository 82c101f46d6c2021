// SPDX-License-Identifier: Apache-2.0
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "gateway/commands/commands.h"
#include "gateway/config.h"
#include "gateway/report/reasons_doc.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {
namespace {

struct Arguments {
  std::string config;
  std::string data = ".";
  bool json = false;
  bool reasons = false;
};

struct Finding {
  std::string check;
  bool ok;
  std::string seen;
  std::string next;  // what to do, when not ok
};

constexpr std::uint64_t kDiskWanted = std::uint64_t{1} << 30U;

Finding check_config(const Arguments& arguments) {
  if (arguments.config.empty()) return {"configuration", true, "the defaults", ""};
  const auto config = read_config(arguments.config);
  if (!config)
    return {"configuration", false, to_text(config.error()), "Correct " + arguments.config};
  return {"configuration", true, arguments.config, ""};
}

/// Where a directory is, or the nearest above it that there is: a start makes those between.
std::filesystem::path nearest(const std::string& data) {
  std::error_code none;
  std::filesystem::path at = std::filesystem::absolute(data, none).lexically_normal();
  while (!std::filesystem::exists(at, none) && at.has_relative_path()) at = at.parent_path();
  return at;
}

Finding check_disk(const Arguments& arguments) {
  const std::filesystem::path there = nearest(arguments.data);
  std::error_code none;
  const bool made = std::filesystem::exists(arguments.data, none);
  const std::string name = made ? arguments.data : there.string();
  if (!std::filesystem::is_directory(there, none)) {
    return {"disk", false, name + " is not a directory", "Name another with --data"};
  }
  struct statvfs disk {};
  if (::statvfs(there.c_str(), &disk) != 0) {
    return {"disk", false, name + " cannot be read", "Name another with --data"};
  }
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::string later = made ? "" : ", where " + arguments.data + " will be made";
  const std::string seen = std::to_string(free >> 20U) + " MiB free at " + name + later;
  if (free < kDiskWanted) return {"disk", false, seen, "Free at least 1 GiB for the journal"};
  if (::access(there.c_str(), W_OK | X_OK) != 0) {
    return {"disk", false, name + " is not writable" + later, "Check its owner and mode"};
  }
  return {"disk", true, seen, ""};
}

// The journal lives on monotonic time anchored to the wall clock, so a wall clock that is plainly
// wrong would stamp every record wrongly.
Finding check_clock() {
  using namespace std::chrono;
  const std::int64_t now =
      duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  constexpr std::int64_t kJanuary2025 = 1'735'689'600'000'000'000;
  const std::string seen = time_text(now);
  if (now < kJanuary2025) return {"clock", false, seen, "Set the clock (timedatectl, chrony)"};
  return {"clock", true, seen, ""};
}

// In S0 no credential of a live venue may even be in reach.
Finding check_credentials() {
  constexpr std::array kLive = {"TRADING_VENUE_API_KEY_LIVE", "TRADING_VENUE_API_SECRET_LIVE"};
  for (const char* const name : kLive) {
    if (std::getenv(name) != nullptr) {
      return {"credentials", false, std::string(name) + " is set in the environment",
              "Unset it: stage S0 needs no live credential"};
    }
  }
  return {"credentials", true, "no live credential in reach (stage S0)", ""};
}

Finding check_channels() {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  return {"channels", true,
          terminal ? "the terminal can approve (S0)"
                   : "no terminal here: only a scripted operator (S0)",
          ""};
}

int diagnose(const Arguments& arguments) {
  if (arguments.reasons) {
    std::cout << report::reasons_markdown();
    return 0;
  }
  const std::vector<Finding> findings = {check_config(arguments), check_credentials(),
                                         check_clock(), check_disk(arguments), check_channels()};
  bool all = true;
  std::string json;
  for (const Finding& row : findings) {
    all = all && row.ok;
    json += (json.empty() ? "" : ",") + std::string("{\"check\":") + json_quote(row.check) +
            ",\"ok\":" + (row.ok ? "true" : "false") + ",\"seen\":" + json_quote(row.seen) +
            ",\"next\":" + json_quote(row.next) + "}";
    if (arguments.json) continue;
    std::string name = row.check;
    name.resize(15, ' ');
    std::cout << (row.ok ? "  ok    " : "  FIX   ") << name << row.seen << "\n";
    if (!row.ok) std::cout << "        " << std::string(15, ' ') << row.next << "\n";
  }
  Config config;
  if (!arguments.config.empty()) {
    if (const auto read = read_config(arguments.config)) config = *read;
  }
  if (arguments.json) {
    std::cout << "{\"ok\":" << (all ? "true" : "false") << ",\"checks\":[" << json
              << "],\"configuration\":" << json_quote(to_yaml(config)) << "}\n";
  } else {
    std::cout << "\nconfiguration in force:\n\n" << to_yaml(config);
  }
  if (!findings.front().ok) return 2;  // the configuration
  return all ? 0 : 1;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "doctor", "Checks configuration, credentials, clock, disk and channels; says what to fix");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("--config", arguments->config, "Configuration (YAML)");
  command->add_option("--data", arguments->data, "Data directory, or where it will be");
  command->add_flag("--json", arguments->json, "Print JSON");
  command->add_flag("--reasons", arguments->reasons,
                    "Print the table of refusals (docs/reasons.md)");
  command->callback([&exit_code, arguments] { exit_code = diagnose(*arguments); });
}

}  // namespace clawgate::gateway
