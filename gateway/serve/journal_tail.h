// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "gateway/serve/projection.h"
#include "governance/journal/follower.h"

namespace clawgate::gateway {

/// Reads the journal's files behind its writer, up to the durable sequence, into a
/// Projection. The API's thread only.
class JournalTail {
 public:
  JournalTail(journal::Store& store, std::function<Seq()> durable, Projection& projection)
      : follower_(store), durable_(std::move(durable)), projection_(projection) {}

  /// Takes in whatever became durable. An Error (the files are not what was written) is final.
  [[nodiscard]] std::optional<Error> poll();

 private:
  journal::Follower follower_;
  std::function<Seq()> durable_;
  Projection& projection_;
};

}  // namespace clawgate::gateway
