// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/disk_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace clawgate::gateway {
namespace {

TEST(DiskThreadTest, OneAfterTheOtherAndNotOnTheCallersThread) {
  DiskThread disk;
  std::vector<int> order;
  std::promise<void> slow;
  std::promise<std::thread::id> ran;
  ASSERT_TRUE(disk.run([&] {
    slow.get_future().wait();
    order.push_back(1);
    ran.set_value(std::this_thread::get_id());
  }));
  ASSERT_TRUE(disk.run([&] { order.push_back(2); }));
  slow.set_value();  // the caller is here while the first one still waits
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
  disk.stop();
  EXPECT_EQ(order, (std::vector<int>{1, 2})) << "stop() does what waits";
  EXPECT_FALSE(disk.run([] {})) << "nothing is taken any more";
  disk.stop();
}

TEST(DiskThreadTest, ItsQueueIsBounded) {
  DiskThread disk(3);
  std::promise<void> begun;
  std::promise<void> slow;
  ASSERT_TRUE(disk.run([&] {
    begun.set_value();
    slow.get_future().wait();
  }));
  begun.get_future().wait();
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(disk.run([&] { ++done; })) << i;
  }
  EXPECT_FALSE(disk.run([&] { ++done; }));
  slow.set_value();
  disk.stop();
  EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace clawgate::gateway
