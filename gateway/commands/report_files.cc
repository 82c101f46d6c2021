// SPDX-License-Identifier: Apache-2.0
#include "gateway/commands/report_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/card.h"
#include "gateway/report/html_report.h"
#include "gateway/report/json_report.h"
#include "governance/journal/reader.h"
#include "schemas/fact.h"

namespace clawgate::gateway {
namespace {

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  return file.good();
}

std::optional<report::CheckCode> check_code_of(const journal::RecordView& record, Bytes check_key) {
  if (record.type != CandidateHeld::kType) return std::nullopt;
  const auto held = decode<CandidateHeld>(record.payload);
  if (!held) return std::nullopt;
  return report::CheckCode{held->order.hold, check_code(check_key, held->digest)};
}

}  // namespace

std::optional<Error> write_report(const report::SessionReport& report,
                                  const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const bool written = !error && write_file(directory + "/report.html", report::to_html(report)) &&
                       write_file(directory + "/report.json", report::to_json(report));
  if (written) return std::nullopt;
  return Error{Reason::DataDirectoryUnwritable, directory, error ? error.message() : ""};
}

Result<std::vector<report::StageRow>> stages_in(const std::string& data_directory) {
  std::ifstream file(data_directory + "/governance/ledger.jsonl", std::ios::binary);
  if (!file) return std::vector<report::StageRow>();
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return report::stages_of(text);
}

std::vector<report::CheckCode> check_codes_in(journal::Store& store, Bytes check_key) {
  std::vector<report::CheckCode> codes;
  journal::JournalReader reader(store);
  while (reader.next() == journal::JournalReader::Step::Record) {
    if (const auto code = check_code_of(reader.record(), check_key)) codes.push_back(*code);
  }
  return codes;
}

}  // namespace clawgate::gateway
