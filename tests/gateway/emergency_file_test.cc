// SPDX-License-Identifier: Apache-2.0
#include "gateway/emergency_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {
namespace {

class EmergencyFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path_).rdbuf();
    return all.str();
  }
  [[nodiscard]] std::string refusal() const {
    const auto file = EmergencyFile::open(path_);
    if (file) return "";
    EXPECT_EQ(file.error().reason, Reason::DataDirectoryUnwritable);
    EXPECT_EQ(file.error().field, path_);
    return file.error().seen;
  }

  clawgate::testing::TemporaryDirectory folder_;
  const std::string path_ = (folder_.path() / "emergency.log").string();
};

// A shorter line over a longer one would leave its tail.
TEST_F(EmergencyFileTest, EachEndHasALineOfItsOwnWithItsTime) {
  const std::string older = "2026-01-05T09:00:00Z " + std::string(300, 'x') + "\n";
  std::ofstream(path_) << older;
  EmergencyFile::open(path_).value().tell({Reason::JournalWrite, "write", "No space left"});
  const std::string now = text();
  ASSERT_EQ(now.substr(0, older.size()), older);
  const std::regex line(
      R"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z journal failed: .*JOURNAL_WRITE.*\n)");
  EXPECT_TRUE(std::regex_match(now.substr(older.size()), line)) << now;
}

TEST_F(EmergencyFileTest, IsThereBeforeItIsNeededForItsOwnerAlone) {
  const auto file = EmergencyFile::open(path_);
  ASSERT_TRUE(file);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(EmergencyFileTest, WhatIsNoFileIsRefused) {
  EXPECT_EQ(refusal(), "") << "made where there is none";
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(refusal(), "Is a directory");
  std::filesystem::remove(path_);
  std::filesystem::create_symlink("elsewhere", path_);
  EXPECT_EQ(refusal(), "Too many levels of symbolic links");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "elsewhere"));
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_NE(refusal(), "") << "and it is not waited for";
}

}  // namespace
}  // namespace clawgate::gateway
