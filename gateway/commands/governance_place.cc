// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/governance_place.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "gateway/config.h"
#include "gateway/serve/principals.h"
#include "schemas/core/read_file.h"
#include "schemas/record_json.h"
#include "schemas/strict_json.h"

namespace clawgate::gateway {

void add_place(CLI::App& command, GovernancePlace& place) {
  command.add_option("--data", place.data, "Data directory of the gateway");
  command.add_option("--root", place.root, "Directory that evidence references begin at");
  command.add_option("--config", place.config, "Configuration of the gateway: its operators");
  command.add_option("--as", place.principal, "Operator who asks or answers");
  command.add_flag("--json", place.json, "Print JSON");
}

UnixNanos wall_now() {
  using std::chrono::nanoseconds;
  using std::chrono::system_clock;
  const auto since = system_clock::now().time_since_epoch();
  return UnixNanos{std::chrono::duration_cast<nanoseconds>(since).count()};
}

Result<std::unique_ptr<governance::Office>> open_office(const GovernancePlace& place,
                                                        UnixNanos now) {
  auto office = governance::Office::open(place.directory(), now);
  if (!office) return office;
  if (auto error = (*office)->pass(now)) return *error;
  return office;
}

Result<std::vector<Operator>> operators_of(const GovernancePlace& place) {
  Config config;
  if (!place.config.empty()) {
    const auto read = read_config(place.config);
    if (!read) return read.error();
    config = *read;
  }
  std::vector<Operator> operators;
  const auto names = principals_from(config.serve.principals);
  for (const PrincipalName& who : names.value_or(std::vector<PrincipalName>())) {
    if (who.role != Role::Operator) continue;
    Operator row;
    row.id = OperatorId(who.name);
    row.channels = bit_of(OperatorChannel::Terminal);
    operators.push_back(row);
  }
  return operators;
}

governance::EvidenceExists evidence_in(const GovernancePlace& place) {
  return [root = place.root, data = place.data](std::string_view reference) {
    constexpr std::string_view kBlob = "sha256:";
    std::error_code ignored;
    if (reference.starts_with(kBlob)) {
      const auto digest = digest_from_hex(reference.substr(kBlob.size()));
      return digest &&
             std::filesystem::is_regular_file(data + "/blobs/" + to_hex(*digest), ignored);
    }
    const std::filesystem::path path = std::filesystem::path(reference).lexically_normal();
    const bool inside = !path.empty() && path.is_relative() && *path.begin() != "..";
    return inside && std::filesystem::is_regular_file(std::filesystem::path(root) / path, ignored);
  };
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
