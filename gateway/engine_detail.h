// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "gateway/engine.h"
#include "schemas/core/assert.h"

// What every part of the engine uses: how an input is recorded, how a fact is emitted, how the
// evidence of a block is written.

namespace clawgate::gateway {

inline constexpr std::size_t kRecordBytesMax = 4096;
inline constexpr std::uint16_t kRecordVersion = 1;

/// "origin: evidence", of at most 24 and 64 bytes.
[[nodiscard]] Text<96> joined(std::string_view origin, std::string_view evidence);

template <class Row>
void Engine::record(const Row& row) {
  std::array<std::uint8_t, kRecordBytesMax> room;
  Writer writer(room);
  writer.put(row);
  CLAWGATE_ASSERT(writer.ok());
  last_ = recorder_.append(Row::kType, kRecordVersion, now_, writer.written());
  state_.last_time = now_;
}

template <class Fact>
void Engine::emit(const Fact& fact) {
  record(fact);
  state_.fold(fact, now_);
}

template <class What>
void Engine::effect(What&& what) {
  effects_.push_back({last_, std::forward<What>(what)});
}

template <class What>
void Engine::effect_at_once(What&& what) {
  effects_.push_back({Ticket{}, std::forward<What>(what)});
}

}  // namespace clawgate::gateway
