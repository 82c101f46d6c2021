// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/config.h"
#include "tests/crash/death_block.h"
#include "tests/support/child_process.h"
#include "tests/support/sim_process.h"

namespace clawgate::testing {

/// A block that a program under the library death_at_call maps too.
class DeathFile {
 public:
  explicit DeathFile(std::string path);
  ~DeathFile();
  DeathFile(const DeathFile&) = delete;
  DeathFile& operator=(const DeathFile&) = delete;

  /// Counts from zero; the program dies at `point`.
  void arm(const DeathPoint& point, std::uint16_t venue_port);
  void disarm() { block_->at.store(0); }
  [[nodiscard]] bool died() const { return block_->died.load() != 0; }
  [[nodiscard]] std::uint64_t calls(CallKind kind) const {
    return block_->calls[static_cast<std::size_t>(kind)].load();
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  DeathBlock* block_ = nullptr;
};

/// One data directory and one account of the simulator: the gateway as a program that trades by a
/// script until it dies, is started again, and is held to what it had said.
///
/// The script's steps answer false where the gateway is gone.
class CrashRun {
 public:
  using Json = nlohmann::json;

  CrashRun(SimProcess& sim, std::size_t account, const std::string& folder, DeathFile& death);

  // A script's steps.
  bool start();
  bool stop();  // in order
  bool signal(const std::string& id, const Json& more = Json::object());
  bool approve(const std::string& command_id);
  bool reject(const std::string& command_id);
  bool kill(const std::string& command_id);
  bool unblock(const std::string& cause);
  bool wait_protected();
  bool wait_flat();
  bool wait_order(const std::string& state);
  /// As a person with the venue's own records before them: closes the unknown orders that the venue
  /// does not have.
  bool close_unknown();
  bool arm_fault(const std::string& fault);

  /// Kills what still runs.
  void end();
  /// Its journal keeps 64 MiB of room: hundreds of runs would fill a disk.
  void remove_data() const;
  /// Waits for its own end; the exit code, or nullopt when it does not end in that time.
  std::optional<int> ended_within(std::chrono::milliseconds patience);
  [[nodiscard]] Json status(const std::string& member) { return get("/v1/status", member); }
  [[nodiscard]] std::string emergency_text() const;
  /// The answer may be long in coming: another thread waits for it.
  [[nodiscard]] std::future<bool> approve_meanwhile(const std::string& command_id);
  [[nodiscard]] std::future<bool> kill_meanwhile(const std::string& command_id);
  /// Starts it again, waits until nothing is open between it and the venue, and compares. What is
  /// wrong first, or nothing.
  [[nodiscard]] std::optional<std::string> recover();
  /// For a failure's text.
  [[nodiscard]] std::string at_work();

 private:
  std::pair<int, Json> ask(const std::string& who, const std::string& method,
                           const std::string& target, const std::string& body = "");
  bool say(const std::string& who, const std::string& target, const Json& body);
  Json approved(const Json& draft, const std::string& number);
  [[nodiscard]] Json get(const std::string& target, const std::string& member);
  [[nodiscard]] bool is_gone();
  [[nodiscard]] bool has_market();
  template <class Done>
  bool wait(Done done, int seconds);
  [[nodiscard]] bool is_settled();
  [[nodiscard]] bool is_guarded(const Json& position);
  [[nodiscard]] std::optional<std::string> nothing_acknowledged_is_lost();
  [[nodiscard]] std::optional<std::string> journal_and_venue_agree();

  SimProcess& sim_;
  std::size_t account_;
  DeathFile& death_;
  std::string config_;
  std::string data_;
  std::unique_ptr<ChildProcess> program_;
  std::string url_;
  std::string as_of_;
  int closed_ = 0;
  struct Said {
    std::string who;
    std::string target;
    Json body;
    Json answer;
  };
  std::mutex saying_;
  std::vector<Said> said_;  // and acknowledged
};

}  // namespace clawgate::testing
