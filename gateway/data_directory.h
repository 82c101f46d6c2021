// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/emergency_file.h"
#include "gateway/entropy.h"
#include "governance/journal/lock.h"
#include "schemas/core/result.h"

namespace clawgate::gateway {

/// What one gateway keeps on disk, locked against a second one:
///
///   lock            held while a gateway runs
///   journal/        segments, checkpoints, the key that signs them
///   blobs/<sha256>  evidence: the bytes engines sent, and their theses
///   exchange.log    the practice exchange's own ledger
///   venue-export.json  its orders and trades at the end of a paper session, for journal prove
///   venue.log       what the adapter noted of its connections to it
///   venue-baseline.json  up to where the venue's list of orders was read; 0600
///   check.key       for the check codes on the cards; 0600
///   emergency.log   one line a failure of the journal, or a lock that was lost
///   human_action_required.md  what a person has to do at the venue, while the core cannot;
///                             human_action_done-<incident>.md once UNMANAGED_EXPOSURE is lifted
///   closed          written by a clean end, removed at the next start
class DataDirectory {
 public:
  [[nodiscard]] static Result<std::unique_ptr<DataDirectory>> open(const std::string& path,
                                                                   Entropy& entropy);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string journal() const { return path_ + "/journal"; }
  [[nodiscard]] std::string exchange_log() const { return path_ + "/exchange.log"; }
  [[nodiscard]] std::string venue_export() const { return path_ + "/venue-export.json"; }
  [[nodiscard]] std::string venue_log() const { return path_ + "/venue.log"; }
  [[nodiscard]] const EmergencyFile& emergency() const { return *emergency_; }
  [[nodiscard]] std::string human_action_file() const {
    return path_ + "/human_action_required.md";
  }
  [[nodiscard]] Bytes check_key() const { return check_key_; }
  /// Whether the session before this one ended in order (or there was none).
  [[nodiscard]] bool was_clean() const { return was_clean_; }

  /// Whether it is still locked against a second gateway. Any thread.
  [[nodiscard]] bool is_ours() const { return lock_->holds(); }

  /// Keeps evidence under its SHA-256. An Error when it cannot be written.
  [[nodiscard]] Result<Digest> keep(Bytes bytes);
  void mark_closed();

 private:
  DataDirectory() = default;

  std::string path_;
  int blobs_ = -1;  // the open directory
  std::array<std::uint8_t, 32> check_key_{};
  bool was_clean_ = true;
  std::optional<EmergencyFile> emergency_;
  std::optional<journal::DirectoryLock> lock_;
};

}  // namespace clawgate::gateway
