// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "gateway/commands/journal_command.h"
#include "gateway/commands/upgrade_command.h"
#include "governance/journal/posix_store.h"
#include "tests/gateway/audit/forgery_fixture.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::audit {

namespace fs = std::filesystem;

/// A data directory on the disk, and the commands run on it as `main` runs them.
class JournalCommandTest : public ForgeryTest {
 protected:
  struct Ran {
    int exit_code = -1;
    std::string out;
    std::string err;
  };

  void write(const std::vector<KeptRecord>& records) {
    const auto store = journal::PosixStore::create((directory_ / "journal").string()).value();
    const auto journal = journal::Journal::open(*store, journal_options()).value();
    for (const KeptRecord& record : records) {
      journal->append(record.type, kRecordVersion, record.time, record.payload);
    }
    ASSERT_TRUE(journal->close(1'767'603'600'000).has_value());
  }

  static Ran run(const std::vector<std::string>& arguments) {
    Ran ran;
    CLI::App app;
    gateway::add_journal_command(app, kVersion, ran.exit_code);
    gateway::add_upgrade_command(app, ran.exit_code);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    try {
      app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
      ran.exit_code = app.exit(error) == 0 ? 0 : 2;
    }
    ran.out = ::testing::internal::GetCapturedStdout();
    ran.err = ::testing::internal::GetCapturedStderr();
    return ran;
  }
  Ran on_journal(std::string command, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"journal", std::move(command), directory_.string()});
    return run(options);
  }
  static std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  /// Names, sizes and times of last change of everything in the data directory.
  [[nodiscard]] std::vector<std::string> listing() const {
    std::vector<std::string> lines;
    for (const auto& file : fs::recursive_directory_iterator(directory_)) {
      const auto at = fs::last_write_time(file).time_since_epoch().count();
      lines.push_back(file.path().string() + " " + std::to_string(at) +
                      (file.is_regular_file() ? " " + std::to_string(file.file_size()) : ""));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  [[nodiscard]] std::string segment() const {
    return (directory_ / "journal" / "00000001.cgj").string();
  }

  clawgate::testing::TemporaryDirectory folder_;
  const fs::path directory_ = folder_.path() / "data";
};

}  // namespace clawgate::audit
