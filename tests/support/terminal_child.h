// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace clawgate::testing {

/// A program at a terminal of its own, and the person before it. Killed, if need be, at the end of
/// its scope.
class TerminalChild {
 public:
  explicit TerminalChild(const std::vector<std::string>& command) {
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  ~TerminalChild() {
    if (!ended_) {
      ::kill(pid_, SIGKILL);
      static_cast<void>(wait_end(std::chrono::seconds(10)));
    }
    if (terminal_ >= 0) ::close(terminal_);
  }
  TerminalChild(const TerminalChild&) = delete;
  TerminalChild& operator=(const TerminalChild&) = delete;

  /// Reads until `text` stands on the screen `times` times, all told.
  [[nodiscard]] bool sees(const std::string& text, int times = 1,
                          std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (count(text) < times) {
      if (!read_some(until)) return count(text) >= times;
    }
    return true;
  }
  void type(const std::string& keys) {
    [[maybe_unused]] const ssize_t some = ::write(terminal_, keys.data(), keys.size());
  }
  void signal(int number) { ::kill(pid_, number); }
  /// The exit code, 128 + n when signal n ended it; nullopt: it still runs.
  std::optional<int> wait_end(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (read_some(until)) {
    }
    int status = 0;
    while (std::chrono::steady_clock::now() < until) {
      const pid_t got = ::waitpid(pid_, &status, WNOHANG);
      if (got == pid_) {
        ended_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return std::nullopt;
  }
  [[nodiscard]] const std::string& screen() const { return screen_; }
  [[nodiscard]] int count(const std::string& text) const {
    int times = 0;
    for (std::size_t at = screen_.find(text); at != std::string::npos;
         at = screen_.find(text, at + text.size())) {
      ++times;
    }
    return times;
  }

 private:
  bool read_some(std::chrono::steady_clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd wait{terminal_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
    char buffer[4096];
    const ssize_t some = ::read(terminal_, buffer, sizeof buffer);
    if (some <= 0) return false;  // its end closes the terminal
    screen_.append(buffer, static_cast<std::size_t>(some));
    return true;
  }

  pid_t pid_ = -1;
  int terminal_ = -1;
  bool ended_ = false;
  std::string screen_;
};

}  // namespace clawgate::testing
