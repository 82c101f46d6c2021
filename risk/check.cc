// SPDX-License-Identifier: Apache-2.0
#include "risk/check.h"

#include <array>
#include <utility>

#include "risk/detail/facts.h"
#include "risk/detail/rows.h"

namespace clawgate::risk {
namespace {

using namespace detail;

constexpr bool runs_on(On on, On kind) {
  return (static_cast<unsigned>(on) & static_cast<unsigned>(kind)) != 0;
}

/// The inputs that at least one row for `kind` needs.
constexpr std::uint8_t needed_by(On kind) {
  std::uint8_t needs = 0;
  for (const Row& row : kRows) {
    if (runs_on(row.on, kind)) needs = static_cast<std::uint8_t>(needs | row.needs);
  }
  return needs;
}

// The loops over the table run at compile time: what is left is the predicates, inlined, one after
// the other, without a jump between them.

template <On kKind, Per kPer, std::size_t kRow>
constexpr void run_row(F f, L leg, ReasonSet& broken) {
  constexpr const Row& row = kRows[kRow];
  if constexpr (row.per == kPer && runs_on(row.on, kKind)) {
    const bool known = (f.missing & row.needs) == 0;
    broken.add_if(row.broken(f, leg) & known, row.reason);
  }
}

template <On kKind, Per kPer, std::size_t... kRow>
constexpr void run_rows(F f, L leg, ReasonSet& broken, std::index_sequence<kRow...>) {
  (run_row<kKind, kPer, kRow>(f, leg, broken), ...);
}

template <On kKind, Per kPer>
constexpr void run(F f, L leg, ReasonSet& broken) {
  run_rows<kKind, kPer>(f, leg, broken, std::make_index_sequence<kRows.size()>{});
}

template <On kKind>
ReasonSet surroundings(F f) {
  ReasonSet broken;
  for (const Input& input : kInputs) {
    if ((needed_by(kKind) & input.bit) == 0) continue;
    broken.add_if((f.missing & input.bit) != 0, input.reason);
  }
  run<kKind, Per::World>(f, kNoLeg, broken);
  return broken;
}

template <On kKind>
ReasonSet whole_table(F f) {
  ReasonSet broken = surroundings<kKind>(f);
  run<kKind, Per::Order>(f, f.lead, broken);
  for (const Leg& leg : f.order.legs) run<kKind, Per::Leg>(f, leg, broken);
  return broken;
}

struct Names {
  std::array<CheckName, 64> rows{};
  std::size_t size = 0;
};

constexpr void note(CheckName& name, On on, Per per) {
  name.entry = name.entry || runs_on(on, On::Entry);
  name.exit = name.exit || runs_on(on, On::Exit);
  name.each_leg = name.each_leg || per == Per::Leg;
}

// One for each reason, in the order in which a verdict prints them.
constexpr Names make_names() {
  Names names;
  for (const ReasonInfo& info : kReasons) {
    CheckName name{info.reason, false, false, false};
    for (const Row& row : kRows) {
      if (row.reason == info.reason) note(name, row.on, row.per);
    }
    for (const Input& input : kInputs) {
      if (input.reason != info.reason) continue;
      if ((needed_by(On::Entry) & input.bit) != 0) note(name, On::Entry, Per::World);
      if ((needed_by(On::Exit) & input.bit) != 0) note(name, On::Exit, Per::World);
    }
    if (name.entry || name.exit) names.rows[names.size++] = name;
  }
  return names;
}

constexpr Names kNames = make_names();

}  // namespace

ReasonSet check(const OrderCandidate& candidate, const CheckContext& context) {
  const Facts facts = facts_of(candidate, context);
  return reduces(candidate) ? whole_table<On::Exit>(facts) : whole_table<On::Entry>(facts);
}

ReasonSet check_surroundings(bool entry, const CheckContext& context) {
  static constexpr OrderCandidate kNoOrder{};
  const Facts facts = facts_of(kNoOrder, context);
  return entry ? surroundings<On::Entry>(facts) : surroundings<On::Exit>(facts);
}

std::span<const CheckName> checks() {
  return {kNames.rows.data(), kNames.size};
}

std::size_t checks_count(bool entry) {
  std::size_t count = 0;
  for (const CheckName& row : checks()) count += (entry ? row.entry : row.exit) ? 1 : 0;
  return count;
}

}  // namespace clawgate::risk
