// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/serve/daemon_fixture.h"

// What the machine can do to a gateway that runs: each is told, and ends in order.

namespace clawgate::gateway {
namespace {

class FailuresTest : public DaemonFixture {};

TEST_F(FailuresTest, ALockThatIsGoneEndsTheGateway) {
  start();
  ASSERT_TRUE(std::filesystem::remove(options.data + "/lock"));
  ASSERT_TRUE(eventually([&] { return daemon->failed(); }, 10));
  EXPECT_TRUE(eventually([&] { return logged("ERROR", "removed or replaced"); }));
  const auto error = daemon->stop();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->reason, Reason::DataDirectoryLocked);
  EXPECT_EQ(error->field, options.data + "/lock");
  EXPECT_TRUE(std::filesystem::exists(options.data + "/serve.json")) << "another's by now";
  daemon.reset();
  start();
  stop();
}

// A second gateway has made the file anew: the first one leaves the directory to it.
TEST_F(FailuresTest, ALockThatIsAnothersEndsTheGateway) {
  start();
  ASSERT_TRUE(std::filesystem::remove(options.data + "/lock"));
  const auto second = journal::DirectoryLock::take(options.data);
  ASSERT_TRUE(second);
  ASSERT_TRUE(eventually([&] { return daemon->failed(); }, 10));
  EXPECT_TRUE(daemon->stop().has_value());
  daemon.reset();
}

TEST_F(FailuresTest, WithoutItsEmergencyFileNothingStarts) {
  std::filesystem::create_directories(options.data + "/emergency.log");
  const auto started = Daemon::start(options);
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().reason, Reason::DataDirectoryUnwritable);
  EXPECT_EQ(started.error().field, options.data + "/emergency.log");
  EXPECT_FALSE(std::filesystem::exists(options.data + "/journal"));
}

}  // namespace
}  // namespace clawgate::gateway
