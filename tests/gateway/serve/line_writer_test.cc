// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace clawgate::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A pipe that is read when the test says so.
class LineWriterTest : public ::testing::Test {
 protected:
  LineWriterTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    EXPECT_EQ(::pipe(ends_), 0);
    EXPECT_GT(::fcntl(ends_[0], F_SETPIPE_SZ, 4096), 0);
    writer.emplace(ends_[1],
                   [](std::uint64_t lines) { return "missing " + std::to_string(lines) + "\n"; });
  }
  ~LineWriterTest() override {
    ::close(ends_[0]);  // whoever still stands in a write is told
    ::close(ends_[1]);
  }
  /// So that the writer's thread stands in its write.
  void fill() {
    const std::string block(4096, 'x');
    writer->write(block + "\n");
    pollfd none{ends_[1], POLLOUT, 0};
    while (::poll(&none, 1, 0) > 0) ::usleep(1'000);
  }
  /// Everything until `last` was seen.
  [[nodiscard]] std::string read_until(const std::string& last) {
    std::string all;
    char room[4096];
    pollfd some{ends_[0], POLLIN, 0};
    while (all.find(last) == std::string::npos && ::poll(&some, 1, 5'000) > 0) {
      const ssize_t got = ::read(ends_[0], room, sizeof room);
      if (got <= 0) break;
      all.append(room, static_cast<std::size_t>(got));
    }
    return all;
  }

  int ends_[2] = {-1, -1};
  std::optional<LineWriter> writer;
};

TEST_F(LineWriterTest, LinesComeInOrderAndAreWrittenAtTheEnd) {
  for (int i = 0; i < 20; ++i) writer->write("line " + std::to_string(i) + "\n");
  writer.reset();
  std::string wanted;
  for (int i = 0; i < 20; ++i) wanted += "line " + std::to_string(i) + "\n";
  EXPECT_EQ(read_until("line 19\n"), wanted);
}

TEST_F(LineWriterTest, NobodyWaitsForAReaderAndWhatIsMissingIsCounted) {
  fill();
  const auto begin = steady_clock::now();
  const std::size_t most = LineWriter::kWaitingMax;
  for (std::size_t i = 0; i < most + 7; ++i) writer->write(std::to_string(i) + "\n");
  EXPECT_LT(steady_clock::now() - begin, milliseconds(500));
  const std::string got = read_until("missing 7\n");
  EXPECT_TRUE(got.ends_with("\n" + std::to_string(most - 1) + "\nmissing 7\n")) << got;
  writer->write("again\n");
  EXPECT_EQ(read_until("again\n"), "again\n");
}

TEST_F(LineWriterTest, AQueueThatIsJustFullMissesNothing) {
  fill();
  const std::size_t most = LineWriter::kWaitingMax;
  for (std::size_t i = 0; i < most; ++i) writer->write(std::to_string(i) + "\n");
  const std::string got = read_until("\n" + std::to_string(most - 1) + "\n");
  writer->write("end\n");
  EXPECT_EQ((got + read_until("end\n")).find("missing"), std::string::npos);
}

TEST_F(LineWriterTest, TheEndDoesNotWaitForAReaderThatDoesNotRead) {
  fill();
  writer->write("never read\n");
  const auto begin = steady_clock::now();
  writer.reset();
  const auto took = steady_clock::now() - begin;
  EXPECT_GE(took, LineWriter::kEndMax);
  EXPECT_LT(took, LineWriter::kEndMax + milliseconds(1'000));
  ends_[1] = -1;  // its thread stands in a write to it for good
}

TEST_F(LineWriterTest, AFileThatOthersMadeNonBlockingLosesNothing) {
  ASSERT_EQ(::fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
  const std::string big(10'000, 'y');
  writer->write(big + "\n");
  EXPECT_EQ(read_until("\n"), big + "\n");
}

}  // namespace
}  // namespace clawgate::gateway
