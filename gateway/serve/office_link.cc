// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/office_link.h"

#include <algorithm>
#include <utility>

#include "gateway/office/core_findings.h"

namespace clawgate::gateway {
namespace {

constexpr std::int64_t kDueEach = 5 * kNanosPerSecond;

}  // namespace

std::optional<Limits> lowered_to(const governance::StageMoved& standing, const Limits& document) {
  const Limits base;  // the defaults are level L0
  const contracts::RampLimits most = standing.limits.value_or(
      contracts::RampLimits{base.order_notional_max, base.day_notional_max, base.day_orders_max});
  Limits lower = document;
  lower.level = std::min(document.level, standing.level);
  lower.order_notional_max = std::min(document.order_notional_max, most.max_notional_per_order);
  lower.day_notional_max = std::min(document.day_notional_max, most.max_daily_notional);
  lower.day_orders_max = std::min(document.day_orders_max, most.max_orders_per_day);
  const bool same = lower.level == document.level &&
                    lower.order_notional_max == document.order_notional_max &&
                    lower.day_notional_max == document.day_notional_max &&
                    lower.day_orders_max == document.day_orders_max;
  if (same) return std::nullopt;
  lower.version = LimitsVersion(document.version.value() + 1);
  lower.decision = {};
  return lower;
}

void OfficeLink::see(const journal::RecordView& record) {
  if (auto finding = finding_of(record)) findings_.push_back(std::move(*finding));
}

std::function<OfficeLink::Brought()> OfficeLink::errand(UnixNanos now) {
  const bool due = now.value() - passed_.value() >= kDueEach || now < passed_;
  if (under_way_ || (findings_.empty() && !due)) return {};
  under_way_ = true;
  if (due) passed_ = now;
  return [this, findings = findings_, due, now] {
    Brought what{findings.size(), desk_.take(findings, now), {}};
    if (due) what.passing = desk_.pass(now);
    return what;
  };
}

void OfficeLink::brought(const Brought& what) {
  under_way_ = false;
  if (what.error) {
    report(what.error);
  } else {
    findings_.erase(findings_.begin(),
                    findings_.begin() + static_cast<std::ptrdiff_t>(what.findings));
    failing_ = false;
  }
  report(what.passing);
}

void OfficeLink::bring(UnixNanos now) {
  brought({findings_.size(), desk_.take(findings_, now), {}});
}

// Somebody who writes there right now is no failure.
void OfficeLink::report(const std::optional<Error>& error) {
  if (!error || error->reason == Reason::DataDirectoryLocked) return;
  if (std::exchange(failing_, true)) return;
  waiting_.emplace_back(
      CauseReported{Block::AuditFailure, Text<24>("governance"), Text<64>(error->field)});
}

// In S0 nothing is granted that could be withdrawn.
void OfficeLink::follow(const State& state, std::vector<Input>& inputs) {
  const Stage stage = state.session.stage;
  if (!standing_ || stage == Stage::S0) return;
  const auto refusal = refusal_of(*standing_, stage);
  // A decision ends the cause, not what is the case: then it is told again.
  const bool in_force = state.blocked_by(Block::StageWithdrawn);
  if (!refusal || (std::exchange(withdrawn_seen_, in_force) && !in_force)) withdrawn_told_ = false;
  if (refusal && !std::exchange(withdrawn_told_, true)) {
    inputs.emplace_back(CauseReported{
        Block::StageWithdrawn, Text<24>("ladder"),
        Text<64>(std::string(contracts::word_of(standing_->stage)) + " " + standing_->cause)});
  }
  // Another document may have come in between: then this one is put forward again, above it.
  if (!state.limits || (lowered_ && *lowered_ > state.limits->version)) return;
  const auto lower = lowered_to(*standing_, *state.limits);
  if (!lower) return;
  lowered_ = lower->version;
  inputs.emplace_back(LimitsProposed{{}, {}, *lower});
}

Result<std::vector<OfficeLink::Input>> OfficeLink::news(const State& state) {
  const auto news = watch_.news(state.anchor);
  if (!news) return news.error();
  std::vector<Input> inputs;
  if (news->anchor) inputs.emplace_back(*news->anchor);
  for (const DecisionRecorded& record : news->decisions) {
    if (state.decision(record.id) == nullptr) inputs.emplace_back(record);
  }
  if (news->standing) standing_ = news->standing;
  follow(state, inputs);
  return inputs;
}

void OfficeLink::tell(const State& state) {
  auto inputs = news(state);
  if (inputs) {
    waiting_.insert(waiting_.end(), inputs->begin(), inputs->end());
  } else {
    failing_ = false;  // it says so once for each state of the file
    report(inputs.error());
  }
  while (!waiting_.empty() && lanes_.offer(ControlInput{0, waiting_.front()})) {
    waiting_.pop_front();
  }
}

}  // namespace clawgate::gateway
