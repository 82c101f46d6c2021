// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace clawgate {

/// One allowed move of a state machine.
template <class State, class Event>
struct Transition {
  State from;
  Event event;
  State to;
};

/// The state after `event`, or nullopt when the table has no such move.
template <class State, class Event, std::size_t N>
[[nodiscard]] constexpr std::optional<State> next_state(
    const std::array<Transition<State, Event>, N>& table, State from, Event event) {
  for (const auto& row : table) {
    if (row.from == from && row.event == event) return row.to;
  }
  return std::nullopt;
}

/// True when no (from, event) pair has two rows. Put it in a static_assert beside the table.
template <class State, class Event, std::size_t N>
[[nodiscard]] consteval bool is_deterministic(
    const std::array<Transition<State, Event>, N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t j = i + 1; j < N; ++j) {
      if (table[i].from == table[j].from && table[i].event == table[j].event) return false;
    }
  }
  return true;
}

}  // namespace clawgate
