// SPDX-License-Identifier: Apache-2.0
#include "schemas/core/read_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace clawgate {
namespace {

Result<std::string> read_at_most(const std::string& path, std::size_t most) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  auto text = read_to_end(::fileno(file), "the file", most);
  std::fclose(file);
  return text;
}

class ReadFileTest : public ::testing::Test {
 protected:
  std::string holding(std::size_t bytes) {
    const std::string path = directory_.path() / "file";
    std::ofstream(path, std::ios::binary) << std::string(bytes, 'x');
    return path;
  }
  std::string sparse(std::size_t bytes) {
    const std::string path = holding(0);
    std::filesystem::resize_file(path, bytes);
    return path;
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(ReadFileTest, GivesAllOfIt) {
  for (const std::size_t bytes : {0U, 1U, 65'535U, 65'536U, 65'537U, 1'000'000U}) {
    EXPECT_EQ(read_whole_file(holding(bytes)).value(), std::string(bytes, 'x'));
  }
}

TEST_F(ReadFileTest, StopsAboveTheMost) {
  const std::string path = holding(100'000);
  EXPECT_EQ(read_at_most(path, 100'001).value().size(), 100'000U);
  EXPECT_EQ(read_at_most(path, 100'000).value().size(), 100'000U);
  const auto more = read_at_most(path, 99'999);
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(more.error().reason, Reason::FileUnreadable);
  EXPECT_EQ(more.error().field, "the file");
  EXPECT_EQ(more.error().seen, "more than 99999 bytes");
}

TEST_F(ReadFileTest, AFileThatIsTooLargeIsNotEvenBegun) {
  EXPECT_EQ(read_whole_file(sparse(std::size_t{1} << 40U)).error().seen,
            "more than 268435456 bytes");
}

TEST_F(ReadFileTest, ADeviceWithoutAnEndIsNoFile) {
  EXPECT_EQ(read_at_most("/dev/zero", 1'000'000).error().seen, "more than 1000000 bytes");
}

}  // namespace
}  // namespace clawgate
