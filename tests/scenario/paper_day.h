// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/config.h"
#include "gateway/data_directory.h"
#include "gateway/eval/desk_venue.h"
#include "gateway/journal_sink.h"
#include "gateway/report/session_report.h"
#include "gateway/runtime.h"
#include "governance/journal/posix_store.h"
#include "governance/ledger/office.h"

// A gateway that lives through days of simulated time as a paper session does: the real core, door,
// journal on disk and governance office around the real exchange. A story moves the clock, the
// market, the engines and the operator. One thread; the same story gives the same bytes.

namespace clawgate::scenario {

/// Midnight UTC of the first day.
inline constexpr std::int64_t kMidnight = 1'767'571'200 * kNanosPerSecond;  // 2026-01-05

/// An hour of the story, which may go on past 24: 27:00 is three in the morning of the next day.
[[nodiscard]] constexpr std::int64_t clock(std::int64_t hour, std::int64_t minute = 0,
                                           std::int64_t second = 0) {
  return kMidnight + ((hour * 60 + minute) * 60 + second) * kNanosPerSecond;
}

/// The mid price at an instant; straight lines in between.
struct Waypoint {
  std::int64_t at;
  std::int64_t mid;  // whole quote units
};

class PaperDay final : public gateway::Edges {
 public:
  PaperDay(std::string directory, gateway::Config config, std::vector<Waypoint> path,
           std::int64_t begin);
  ~PaperDay() override;

  /// Time goes on; market, engines, venue and the core's own deadlines happen in their order.
  void until(std::int64_t at);

  /// What each engine says every 20 seconds.
  void beats(std::string_view engine, bool healthy = true);
  void falls_silent(std::string_view engine);
  /// The reasons it was denied by, a space between; "held" and its hold when it was not.
  std::string signal(std::string_view name, std::string_view engine, SignalSide side,
                     std::optional<Px> stop = {}, std::optional<Px> target = {});
  /// An engine tries to order.
  void direct_order(std::string_view engine);

  /// What alice is answered: "done" or a code.
  std::string approve(std::string_view name);
  std::string reject(std::string_view name, std::string_view why);
  std::string unblock(Block cause, std::string_view decision);
  /// An approved decision over lifting `cause`, or over a limits document.
  void decide(std::string_view decision, Block cause);
  void decide(std::string_view decision, const Limits& document);
  std::string propose(const Limits& document);
  /// The limits in force, one version up.
  [[nodiscard]] Limits next_limits() const;

  void condition(Block condition, bool holds, std::string_view evidence);
  void cause(Block cause, std::string_view origin, std::string_view evidence);
  void venue(eval::DeskVenue::Fault fault) { venue_.set(fault); }
  /// The process dies (or ends in order) and comes again on the same directory.
  void restart(bool clean);
  /// Ends in order.
  void close();

  [[nodiscard]] governance::Office& office() { return *office_; }
  [[nodiscard]] std::vector<governance::Missing> promote(governance::Climb climb,
                                                         std::string_view decision);
  [[nodiscard]] const gateway::State& state() const { return *state_; }
  /// Of a signal that was sent; a hold only where one was held.
  [[nodiscard]] HoldId hold(std::string_view name) const;
  [[nodiscard]] const std::string& directory() const { return path_; }
  [[nodiscard]] UnixNanos now() const { return UnixNanos(now_); }
  [[nodiscard]] bool conserved() const { return exchange_.conserved(); }
  [[nodiscard]] Digest head() const { return head_; }
  [[nodiscard]] int humans_called() const { return humans_called_; }
  [[nodiscard]] const std::vector<report::PricePoint>& prices() const { return prices_; }

  void on(const gateway::AskApproval&) override {}
  void on(const gateway::HoldEnded&) override {}
  void on(const gateway::AnswerSignal& what) override;
  void on(const gateway::AnswerCommand& what) override;
  void human_action(const gateway::HumanActionRequired& what) override;

 private:
  void start();
  void move_market();
  void heartbeats();
  void deliver();
  [[nodiscard]] std::int64_t mid_at(std::int64_t at) const;
  std::string command(OperatorCommand input);
  template <class Input>
  void apply(const Input& input) {
    runtime_->refresh_market(UnixNanos(now_));
    tell(input);
  }
  template <class Input>
  void tell(const Input& input) {
    runtime_->apply(input, UnixNanos(now_));
    if (runtime_->has_waiting()) runtime_->settle(UnixNanos(now_));
  }

  std::string path_;
  gateway::Config config_;
  std::vector<Waypoint> waypoints_;
  std::int64_t now_;
  std::int64_t next_market_;
  std::int64_t next_beat_;
  std::int64_t update_ = 0;
  std::int64_t trade_ = 0;
  gateway::SeededEntropy entropy_;

  gateway::SimVenue sim_;
  eval::DeskVenue venue_;
  sim::Exchange exchange_;
  sim::SymbolId symbol_;
  sim::AccountId account_;

  std::unique_ptr<gateway::DataDirectory> data_;
  std::unique_ptr<journal::PosixStore> store_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<gateway::InlineJournal> recorder_;
  std::unique_ptr<gateway::State> state_;
  std::unique_ptr<gateway::Engine> engine_;
  std::unique_ptr<gateway::TradingWord> word_;
  std::unique_ptr<gateway::Door> door_;
  std::unique_ptr<gateway::Runtime> runtime_;
  std::unique_ptr<governance::Office> office_;

  std::vector<EngineHeartbeat> beating_;
  std::map<std::string, HoldId, std::less<>> holds_;
  std::vector<report::PricePoint> prices_;
  std::string answer_;
  HoldId answered_;
  std::uint64_t commands_ = 0;
  int humans_called_ = 0;
  Digest head_;
};

}  // namespace clawgate::scenario
