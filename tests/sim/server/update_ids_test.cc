// SPDX-License-Identifier: Apache-2.0
#include "sim/server/update_ids.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace clawgate::sim {
namespace {

class UpdateIdsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (directory_.path() / "update_ids").string(); }

  testing::TemporaryDirectory directory_;
};

// Whenever the process is killed, what it told lies below what the next one starts from.
TEST_F(UpdateIdsTest, EachStartGoesOnAboveAllThatWasTold) {
  std::int64_t told = 0;
  for (int start = 0; start < 3; ++start) {
    auto ids = UpdateIds::open(path());
    ASSERT_TRUE(ids.has_value());
    EXPECT_EQ(ids->last("BTCUSDT") == 0, start == 0);
    EXPECT_EQ(ids->last("ETHUSDT"), 0);
    ASSERT_GE(ids->last("BTCUSDT"), told);
    for (std::int64_t i = 1; i <= 3; ++i) {
      told = ids->last("BTCUSDT") + i;
      ASSERT_FALSE(ids->tell("BTCUSDT", told));
      EXPECT_GE(UpdateIds::open(path())->last("BTCUSDT"), told);
    }
  }
}

TEST_F(UpdateIdsTest, AFileThatIsNoneIsRefusedAndOneThatCannotBeWrittenToo) {
  std::ofstream(path()) << "BTCUSDT many\n";
  EXPECT_FALSE(UpdateIds::open(path()).has_value());
  std::ofstream(path()) << "BTCUSDT 7\n";
  EXPECT_EQ(UpdateIds::open(path())->last("BTCUSDT"), 7);
  auto nowhere = UpdateIds::open((directory_.path() / "none" / "update_ids").string());
  ASSERT_TRUE(nowhere.has_value());
  const auto error = nowhere->tell("BTCUSDT", 1);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, Reason::DataDirectoryUnwritable);
}

}  // namespace
}  // namespace clawgate::sim
