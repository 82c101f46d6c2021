// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace clawgate::gateway {
namespace {

std::string missing_words(std::uint64_t lines) {
  return "(" + std::to_string(lines) + " lines are missing: nobody read them)\n";
}

// Blocking, unless whoever shares the file made it otherwise.
void write_all(int file, std::string_view line) {
  while (!line.empty()) {
    const ssize_t some = ::write(file, line.data(), line.size());
    if (some < 0 && errno == EINTR) continue;
    if (some < 0 && errno == EAGAIN) {
      pollfd room{file, POLLOUT, 0};
      static_cast<void>(::poll(&room, 1, -1));
      continue;
    }
    if (some <= 0) return;  // nobody to tell
    line.remove_prefix(static_cast<std::size_t>(some));
  }
}

}  // namespace

struct LineWriter::Shared {
  int file = -1;
  Missing missing;
  std::mutex mutex;
  std::condition_variable bell;   // for the thread
  std::condition_variable ended;  // for whoever ends it
  std::deque<std::string> waiting;
  std::uint64_t dropped = 0;  // since the last line that was kept
  bool stopping = false;
  bool left = false;  // what `missing` refers to may be gone
  bool done = false;

  void tell_dropped() {
    if (dropped > 0) waiting.push_back(missing(std::exchange(dropped, 0)));
  }
};

LineWriter::LineWriter(int file, Missing missing) : shared_(std::make_shared<Shared>()) {
  shared_->file = file;
  shared_->missing = missing ? std::move(missing) : missing_words;
  thread_ = std::thread([shared = shared_] { loop(shared); });
}

LineWriter::~LineWriter() {
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;
  shared_->bell.notify_one();
  shared_->left = !shared_->ended.wait_for(lock, kEndMax, [this] { return shared_->done; });
  const bool left = shared_->left;
  lock.unlock();
  left ? thread_.detach() : thread_.join();
}

void LineWriter::write(std::string_view line) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->waiting.size() >= kWaitingMax) {
    ++shared_->dropped;
    return;
  }
  shared_->tell_dropped();
  shared_->waiting.emplace_back(line);
  shared_->bell.notify_one();
}

void LineWriter::loop(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->bell.wait(lock, [&] { return shared->stopping || !shared->waiting.empty(); });
    if (shared->left || shared->waiting.empty()) break;
    const std::string line = std::move(shared->waiting.front());
    shared->waiting.pop_front();
    lock.unlock();
    write_all(shared->file, line);
    lock.lock();
    if (!shared->left && shared->waiting.empty()) shared->tell_dropped();
  }
  shared->done = true;
  shared->ended.notify_one();
}

}  // namespace clawgate::gateway
