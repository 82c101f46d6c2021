// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/core/result.h"
#include "schemas/ids.h"
#include "schemas/order.h"

namespace clawgate::gateway {

/// Up to which order id the venue's own list of each symbol was read: what it lists beyond was
/// placed since, by us or by somebody else, and the next life reads on from there. It is no record:
/// without it the past of the account is told from the first order of ours on. It is about one
/// venue, one stage and one account of the venue's: of others its numbers mean nothing. One file in
/// the data directory, 0600, replaced as a whole, and only once what was read is in the journal.
class VenueBaseline {
 public:
  using Rows = std::map<Symbol, std::int64_t>;

  explicit VenueBaseline(std::string path) : path_(std::move(path)) {}

  /// Before other threads use it: what an earlier life left about the venue of that URL in that
  /// stage, which all that is told from now on is about. An Error where there is a file and it
  /// counts as none: it cannot be read, or is about another venue or stage.
  [[nodiscard]] std::optional<Error> open(std::string_view venue, Stage stage);
  [[nodiscard]] std::optional<std::int64_t> row(const Symbol& symbol) const;
  /// The venue's number of the account that the rows are about; nullopt: nobody told yet.
  [[nodiscard]] std::optional<std::int64_t> account() const;

  /// The venue's thread, once all of it was put into the core's lane. Those of another account
  /// take the place of all that there was.
  void told(std::int64_t account, const Rows& rows);
  /// The core's thread, when all that it took is in the journal. `waiting` counts what it did not
  /// take yet, and is asked after what was told is seen.
  template <class Waiting>
  void durable(Waiting&& waiting) {
    const std::uint64_t told = told_.load(std::memory_order_acquire);
    if (told == durable_.load(std::memory_order_relaxed) || waiting() != 0) return;
    durable_.store(told, std::memory_order_release);
  }
  /// A thread that may wait for the disk: writes what became durable. False: it could not, and
  /// errno says why; it is tried again with the next news.
  [[nodiscard]] bool write();

 private:
  std::string path_;
  std::string venue_;
  Stage stage_ = Stage::S0;
  mutable std::mutex rows_mutex_;
  std::optional<std::int64_t> account_;    // whose rows they are
  Rows rows_;                              // as told, over what the file had
  std::atomic<std::uint64_t> told_{0};     // how often
  std::atomic<std::uint64_t> durable_{0};  // of those, in the journal
  std::uint64_t written_ = 0;              // of those, in the file
};

}  // namespace clawgate::gateway
