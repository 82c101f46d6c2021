// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/day_in_s0.h"

#include <fstream>
#include <iterator>

#include "gateway/report/journal_report.h"
#include "schemas/core/assert.h"

namespace clawgate::scenario {
namespace {

constexpr std::string_view kPrimary = "tradingagents";
constexpr std::string_view kSecond = "aitrader";
constexpr std::string_view kThird = "economic";
// A market that moved is told first, one nanosecond before the signal.
constexpr std::int64_t kJustBefore = 2;
using Fault = eval::DeskVenue::Fault;

gateway::Config config_of_day() {
  gateway::Config config;
  config.cash = Notional::of(10'000);
  config.session.hold_ttl_ns = 300 * kNanosPerSecond;
  Limits& limits = config.limits;
  limits.order_notional_max = Notional::of(5'000);
  limits.day_notional_max = Notional::of(16'000);
  limits.symbols.clear();
  limits.engines.clear();
  limits.weights.clear();
  bool ok =
      limits.symbols.push_back({Symbol("BTCUSDT"), AssetClass::CryptoSpot, bps(20), bps(150)});
  for (const std::string_view engine : {kPrimary, kSecond, kThird}) {
    ok = ok && limits.engines.push_back(EngineName(engine));
  }
  CLAWGATE_ASSERT(ok);
  return config;
}

std::vector<Waypoint> path_of_day() {
  return {
      {clock(12), 60'000},     {clock(12, 12), 60'000},  // the first entry
      {clock(13, 20), 61'060},                           // its target
      {clock(13, 40), 60'900}, {clock(14, 35), 60'800},  // the second entry
      {clock(15, 5), 59'800},                            // its stop
      {clock(15, 30), 60'000}, {clock(21, 0), 60'500},
      {clock(21, 8), 60'500},                               // the third entry
      {clock(22, 10), 60'400}, {clock(22, 10, 2), 54'900},  // through its stop
      {clock(22, 40), 55'300}, {clock(28, 20), 56'800},
      {clock(28, 34), 56'800},  // the fourth entry
      {clock(30, 30), 57'960},  // its target
      {clock(36), 57'600},
  };
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Story {
 public:
  explicit Story(const std::string& directory)
      : day_(directory, config_of_day(), path_of_day(), clock(12)) {
    outcome_.directory = directory;
  }

  DayOutcome play() {
    for (const std::string_view engine : {kPrimary, kSecond, kThird}) day_.beats(engine);
    morning();
    engines();
    cooldown();
    degraded();
    night();
    next_day();
    outcome_.prices = day_.prices();
    outcome_.humans_called = day_.humans_called();
    outcome_.conserved = day_.conserved();
    day_.close();
    outcome_.head = day_.head();
    return std::move(outcome_);
  }

 private:
  void note(std::string what, std::string answer) {
    outcome_.asked.push_back({std::move(what), std::move(answer)});
  }
  /// A buy that alice approves 40 seconds later.
  void buy(std::string_view name, std::string_view engine, Px stop, std::optional<Px> target) {
    note("signal " + std::string(name), day_.signal(name, engine, SignalSide::Buy, stop, target));
    day_.until(day_.now().value() + 40 * kNanosPerSecond);
    note("approve " + std::string(name), day_.approve(name));
  }
  void unblock(Block cause, std::string_view decision, std::string_view what) {
    note(std::string(what), day_.unblock(cause, decision));
  }

  void morning();
  void engines();
  void cooldown();
  void degraded();
  void night();
  void next_day();

  PaperDay day_;
  DayOutcome outcome_;
};

void Story::morning() {
  day_.until(clock(12, 10));
  buy("breakout", kPrimary, Px::of(59'100), Px::of(61'000));
  day_.until(clock(13, 29));
  note("signal follow-up",
       day_.signal("follow-up", kSecond, SignalSide::Buy, Px::of(60'000), std::nullopt));
  day_.until(clock(13, 30));
  Limits lower = day_.next_limits();
  lower.order_notional_max = Notional::of(4'000);
  note("limits lowered", day_.propose(lower));
  note("approve follow-up", day_.approve("follow-up"));
  day_.until(clock(14));
  outcome_.missing = day_.promote(governance::Climb::S1, "DEC-20260105-001");
}

void Story::engines() {
  day_.until(clock(14, 30));
  day_.falls_silent(kSecond);
  day_.until(clock(14, 32));
  note("signal of a silent engine",
       day_.signal("ghost", kSecond, SignalSide::Buy, Px::of(60'000), std::nullopt));
  day_.until(clock(14, 33));
  buy("pullback", kPrimary, Px::of(59'900), std::nullopt);
  day_.until(clock(14, 45));
  day_.beats(kSecond);
  day_.until(clock(14, 50));
  day_.falls_silent(kPrimary);
  outcome_.silent_since = day_.state().life(EngineName(kPrimary))->beat;
  day_.until(clock(14, 52));
  outcome_.blocked_at = day_.state().block_row(Block::PrimaryEngineLost).since;
  note("signal while the primary is lost",
       day_.signal("lonely", kThird, SignalSide::Buy, Px::of(59'600), std::nullopt));
  day_.until(clock(15, 12));  // its stop has done its work meanwhile
  day_.decide("DEC-20260105-002", Block::PrimaryEngineLost);
  unblock(Block::PrimaryEngineLost, "DEC-20260105-002", "unblock a silent primary");
  day_.until(clock(15, 15));
  day_.beats(kPrimary);
  day_.until(clock(15, 16));
  unblock(Block::PrimaryEngineLost, "DEC-20260105-002", "unblock the primary");
}

void Story::cooldown() {
  day_.until(clock(15, 30));
  note("signal in the cooldown",
       day_.signal("revenge", kPrimary, SignalSide::Buy, Px::of(59'200), std::nullopt));
  day_.until(clock(20));
  Limits higher = day_.next_limits();
  higher.order_notional_max = Notional::of(5'000);
  note("limits raised without a decision", day_.propose(higher));
  day_.until(clock(20, 10));
  day_.decide("DEC-20260105-003", higher);
  higher.decision = DecisionId("DEC-20260105-003");
  note("limits raised by decision", day_.propose(higher));

  const std::int64_t ends = day_.state().books.last_loss.value() + 6 * 3600 * kNanosPerSecond;
  day_.until(ends - kJustBefore);
  note("signal at the cooldown's very end",
       day_.signal("too soon", kPrimary, SignalSide::Buy, Px::of(59'600), std::nullopt));
  day_.until(clock(21, 6));
  buy("second leg", kPrimary, Px::of(59'600), Px::of(62'000));
}

void Story::degraded() {
  day_.until(clock(21, 30));
  day_.cause(Block::SystemDegraded, "market-feed", "the depth stream lost its sequence");
  day_.until(clock(21, 33));
  note("signal while degraded",
       day_.signal("impatient", kThird, SignalSide::Buy, Px::of(59'600), std::nullopt));
  day_.until(clock(21, 36));
  day_.venue(Fault::Unreachable);
  day_.condition(Block::VenueUnreachable, true, "three calls in a row timed out");
  outcome_.human_action = text_of(day_.directory() + "/human_action_required.md");
  day_.until(clock(21, 40));
  day_.venue(Fault::None);
  day_.condition(Block::VenueUnreachable, false, "the venue answers");
  day_.decide("DEC-20260105-004", Block::SystemDegraded);
  day_.decide("DEC-20260105-005", Block::UnmanagedExposure);
  unblock(Block::SystemDegraded, "DEC-20260105-004", "unblock before the ledgers agree");
  day_.until(clock(21, 42));
  day_.condition(Block::Reconciling, false, "balances, orders and executions agree");
  unblock(Block::SystemDegraded, "DEC-20260105-005", "unblock by another decision");
  unblock(Block::SystemDegraded, "DEC-20260105-004", "unblock degraded");
  unblock(Block::UnmanagedExposure, "DEC-20260105-005", "unblock unmanaged");
}

void Story::night() {
  day_.until(clock(23));
  note("signal after the daily stop",
       day_.signal("double down", kPrimary, SignalSide::Buy, Px::of(54'600), std::nullopt));
  day_.until(clock(23, 30));
  day_.restart(false);
  day_.until(clock(23, 32));
  note("signal after the restart",
       day_.signal("again", kPrimary, SignalSide::Buy, Px::of(54'600), std::nullopt));
  day_.until(clock(27) - kJustBefore);
  note("signal at the day's very end",
       day_.signal("before midnight", kPrimary, SignalSide::Buy, Px::of(55'500), std::nullopt));
  outcome_.day_orders = day_.state().day_orders;
  day_.until(clock(27, 1));
  outcome_.day_orders_new = day_.state().day_orders;
  note("signal on the new day",
       day_.signal("after midnight", kPrimary, SignalSide::Buy, Px::of(55'500), std::nullopt));
}

void Story::next_day() {
  day_.until(clock(28, 30));
  buy("recovery", kSecond, Px::of(55'950), Px::of(57'900));
  day_.until(clock(31));
  day_.direct_order(kThird);
  day_.until(clock(32));
  note("signal nobody decides on",
       day_.signal("unseen", kPrimary, SignalSide::Buy, Px::of(57'000), std::nullopt));
  day_.until(clock(32, 10));
  note("approve too late", day_.approve("unseen"));
  day_.until(clock(33));
  note("signal that is declined",
       day_.signal("hunch", kThird, SignalSide::Buy, Px::of(56'900), std::nullopt));
  day_.until(clock(33, 1));
  note("reject hunch", day_.reject("hunch", "the thesis names no level"));
  day_.until(clock(36));
}

}  // namespace

std::string DayOutcome::answer(std::string_view what) const {
  for (const Asked& row : asked) {
    if (row.what == what) return row.answer;
  }
  return "never asked";
}

DayOutcome play_day(const std::string& directory) {
  return Story(directory).play();
}

report::SessionReport report_of_day(const DayOutcome& day) {
  report::SessionExtras extras;
  extras.title = "A day in S0";
  extras.command_line = "simulated clock, three engines";
  extras.data_directory = "DAY";
  extras.prices.push_back({Symbol("BTCUSDT"), day.prices});
  extras.conservation = {day.conserved, "every asset at the exchange sums to zero"};
  auto stages = report::stages_of(text_of(day.directory + "/governance/ledger.jsonl"));
  CLAWGATE_ASSERT(stages);
  extras.stages = std::move(*stages);
  const auto store = journal::PosixStore::open_existing(day.directory + "/journal");
  CLAWGATE_ASSERT(store);
  auto report = report::report_of(**store, std::move(extras));
  CLAWGATE_ASSERT(report);
  return std::move(*report);
}

}  // namespace clawgate::scenario
