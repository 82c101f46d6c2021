// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "schemas/core/digest.h"
#include "schemas/core/result.h"
#include "schemas/ids.h"

namespace clawgate::gateway {

/// Where the core's records go: a journal, or in an audit the journal they are compared with.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Takes one record and answers its place in this run. Never waits for the disk, never allocates.
  virtual Ticket append(std::uint16_t type, std::uint16_t type_version, UnixNanos time,
                        Bytes payload) = 0;
};

/// A Recorder whose records become durable.
class DurableRecorder : public Recorder {
 public:
  /// Returns once everything appended so far is durable. An Error is final: see I6.
  [[nodiscard]] virtual Result<Ticket> sync() = 0;
};

}  // namespace clawgate::gateway
