// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/owed_events.h"

#include <algorithm>
#include <utility>

#include "venues/binance_spot/reports.h"

namespace clawgate::venues::binance_spot {
namespace {

std::string execution(const ExecutionReport& report) {
  return std::to_string(report.instrument.value()) + " " + std::string(report.exec_id.view());
}

std::string order(const ExecutionReport& report) {
  return std::string(report.client_order_id.view());
}

// No id has a blank in it.
std::string end_of_order(const ExecutionReport& report) {
  return order(report) + " over";
}

}  // namespace

void OwedEvents::told(const ExecutionReport& report) {
  note_told(order(report));
  if (report.exec_type == ExecType::Trade) note_told(execution(report));
  if (is_final(report.ord_status)) note_told(end_of_order(report));
}

void OwedEvents::owe(const ExecutionReport& report, UnixNanos now) {
  std::string what = order(report);
  if (report.exec_type == ExecType::Trade) {
    what = execution(report);
  } else if (is_final(report.ord_status)) {
    what = end_of_order(report);
  }
  if (!is_told(what)) owed_.try_emplace(std::move(what), now);
}

void OwedEvents::owe_any(UnixNanos now) {
  if (!any_since_) any_since_ = now;
}

void OwedEvents::clear() {
  owed_.clear();
  any_since_.reset();
}

std::optional<UnixNanos> OwedEvents::since() const {
  std::optional<UnixNanos> oldest = any_since_;
  for (const auto& [what, since] : owed_) {
    if (!oldest || since < *oldest) oldest = since;
  }
  return oldest;
}

void OwedEvents::note_told(std::string what) {
  owed_.erase(what);
  if (!told_.insert(what).second) return;
  newest_told_.push_back(std::move(what));
  if (newest_told_.size() <= kToldMax) return;
  told_.erase(newest_told_.front());
  newest_told_.pop_front();
}

}  // namespace clawgate::venues::binance_spot
