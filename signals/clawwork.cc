// SPDX-License-Identifier: Apache-2.0
#include "signals/clawwork.h"

#include <array>
#include <string_view>

namespace clawgate::signals {
namespace {

// Two members that only this kind of row has together.
struct Row {
  std::string_view format;
  std::string_view first;
  std::string_view second;
};
constexpr std::array<Row, 5> kRows = {{
    {"token cost", "llm_usage", "cost_summary"},
    {"work income", "actual_payment", "payment_awarded"},
    {"balance", "survival_status", "net_worth"},
    {"task completion", "work_submitted", "evaluation_score"},
    {"evaluation", "evaluation_score", "feedback"},
}};

}  // namespace

std::optional<Reading> read_clawwork(const Json& document, const Input& input) {
  for (const Row& row : kRows) {
    if (document.find(row.first) == nullptr || document.find(row.second) == nullptr) continue;
    return turned_down(reading_of(input, "clawwork", row.format), Disposition::Reject,
                       Reason::EconomicRecord, place(input, ""), row.format);
  }
  return std::nullopt;
}

}  // namespace clawgate::signals
