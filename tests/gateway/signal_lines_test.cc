// SPDX-License-Identifier: Apache-2.0
#include "gateway/signal_lines.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

namespace clawgate::gateway {
namespace {

class SignalLinesTest : public ::testing::Test {
 protected:
  SignalLinesTest() {
    EXPECT_EQ(::pipe(ends_), 0);
    lines_ = SignalLines(ends_[0]);
  }
  ~SignalLinesTest() override {
    ::close(ends_[0]);
    end();
  }
  void say(std::string_view text) {
    ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

  int ends_[2]{};
  SignalLines lines_{-1};
};

TEST_F(SignalLinesTest, ALineCountsOnceItIsWhole) {
  EXPECT_FALSE(lines_.next());
  say("one\ntw");
  EXPECT_EQ(lines_.next(), "one");
  EXPECT_FALSE(lines_.next());
  say("o\n\n \t\nfour-th");
  EXPECT_EQ(lines_.next(), "two");
  EXPECT_FALSE(lines_.next());
  end();
  EXPECT_EQ(lines_.next(), "four-th");
  EXPECT_EQ(lines_.number(), 5U);
  EXPECT_FALSE(lines_.next());
}

TEST_F(SignalLinesTest, AnEmptyInputHasNoLine) {
  end();
  EXPECT_FALSE(lines_.next());
  EXPECT_FALSE(lines_.next());
  EXPECT_EQ(lines_.number(), 0U);
}

TEST_F(SignalLinesTest, ALineWithoutEndIsCutAndItsRestIsPassedOver) {
  std::thread writer([this] {
    const std::string text = std::string(SignalLines::kLineMax + 100'000, 'x') + "\nnext\n";
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t some = ::write(ends_[1], text.data() + at, text.size() - at);
      if (some <= 0) return;
      at += static_cast<std::size_t>(some);
    }
  });
  std::optional<std::string> line;
  while (!(line = lines_.next())) std::this_thread::yield();
  EXPECT_EQ(line->size(), SignalLines::kLineMax);
  while (!(line = lines_.next())) std::this_thread::yield();
  EXPECT_EQ(*line, "next");
  EXPECT_EQ(lines_.number(), 2U);
  writer.join();
}

}  // namespace
}  // namespace clawgate::gateway
