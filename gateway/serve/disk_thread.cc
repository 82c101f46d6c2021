// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/disk_thread.h"

#include <utility>

namespace clawgate::gateway {

DiskThread::DiskThread(std::size_t waiting_max)
    : waiting_max_(waiting_max), thread_([this] { loop(); }) {}

bool DiskThread::run(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
  }
  bell_.notify_one();
  return true;
}

void DiskThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void DiskThread::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    bell_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace clawgate::gateway
