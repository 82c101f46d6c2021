// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/governance_place.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "gateway/audit/directory.h"
#include "gateway/audit/records.h"
#include "gateway/config.h"
#include "gateway/office/core_findings.h"
#include "schemas/core/read_file.h"
#include "schemas/fact.h"
#include "schemas/record_json.h"

namespace clawgate::gateway {

void add_place(CLI::App& command, GovernancePlace& place) {
  command.add_option("--data", place.office.data, "Data directory of the gateway")
      ->capture_default_str();
  command.add_option("--root", place.office.root, "Directory that evidence references begin at");
  command.add_option("--config", place.config, "Configuration of the gateway: its operators");
  command.add_option("--as", place.principal, "Operator who asks or answers");
  command.add_flag("--json", place.json, "Print JSON");
}

std::optional<Error> check_place(const GovernancePlace& place) {
  std::error_code ignored;
  if (std::filesystem::is_directory(place.office.data, ignored)) return std::nullopt;
  return Error{Reason::FileUnreadable, "--data", "no such directory: " + place.office.data};
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view kPlain = "_-./:=,+@%";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || kPlain.find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string place_words(const GovernancePlace& place) {
  const GovernancePlace usual;
  std::string words;
  const auto add = [&](const char* name, const std::string& value, const std::string& otherwise) {
    if (value != otherwise) words += std::string(" ") + name + " " + shell_word(value);
  };
  add("--data", place.office.data, usual.office.data);
  add("--root", place.office.root, usual.office.root);
  add("--config", place.config, usual.config);
  add("--as", place.principal, usual.principal);
  return words;
}

UnixNanos wall_now() {
  using std::chrono::nanoseconds;
  using std::chrono::system_clock;
  const auto since = system_clock::now().time_since_epoch();
  return UnixNanos{std::chrono::duration_cast<nanoseconds>(since).count()};
}

Result<OfficeDesk> desk_of(const GovernancePlace& place) {
  Config config;
  if (!place.config.empty()) {
    const auto read = read_config(place.config);
    if (!read) return read.error();
    config = *read;
  }
  const auto names = principals_from(config.serve.principals);
  return OfficeDesk(place.office, names.value_or(std::vector<PrincipalName>()),
                    OperatorChannel::Terminal);
}

Result<bool> take_journal(const OfficeDesk& desk, UnixNanos now) {
  const auto store = audit::open_journal(desk.place().data);
  if (!store) {
    if (store.error().reason == Reason::JournalMissing) return false;
    return store.error();
  }
  std::uint32_t blocks = 0;
  std::vector<governance::CoreFinding> findings;
  audit::Records records(**store);
  while (records.next()) {
    if (const auto finding = finding_of(records.record())) findings.push_back(*finding);
    if (records.record().type != BlockChanged::kType) continue;
    const auto fact = decode<BlockChanged>(records.record().payload);
    if (fact) blocks = fact->blocks;
  }
  if (auto error = desk.take(findings, now)) return *error;
  return records.damage().has_value() || (blocks & kCauseBits) != 0;
}

Result<std::string> read_text(const std::string& path) {
  return read_whole_file(path);
}

int print_findings(const std::vector<Error>& findings, bool json) {
  std::string rows;
  for (const Error& error : findings) {
    const ReasonInfo& row = info(error.reason);
    if (!json) std::cout << "  " << to_text(error) << "\n";
    rows += (rows.empty() ? "" : ",") + std::string("{\"code\":") + json_quote(row.code) +
            ",\"field\":" + json_quote(error.field) + ",\"seen\":" + json_quote(error.seen) +
            ",\"meaning\":" + json_quote(row.meaning) + ",\"next\":" + json_quote(row.next) + "}";
  }
  if (json) std::cout << "{\"readiness\":\"hold\",\"findings\":[" << rows << "]}\n";
  return 1;
}

}  // namespace clawgate::gateway
