// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/timeline.h"

#include <algorithm>

#include "gateway/report/alike.h"
#include "gateway/report/format.h"
#include "gateway/report/words.h"

namespace clawgate::report {
namespace {

std::string_view possible_in(TradingState state) {
  switch (state) {
    case TradingState::Open:
      return "trading OPEN";
    case TradingState::ReduceOnly:
      return "REDUCE_ONLY: exits alone";
    case TradingState::Blocked:
      return "no entries: BLOCKED";
    case TradingState::Killed:
      return "nothing leaves: KILLED";
  }
  return "";
}

class Timeline {
 public:
  explicit Timeline(const SessionReport& report) : report_(report), words_(report) {}

  [[nodiscard]] std::vector<Episode> make() {
    starts();
    blocks();
    engines();
    cooldowns();
    limits();
    incidents();
    protection();
    days();
    stages();
    violations();
    commands();
    movements();
    std::stable_sort(episodes_.begin(), episodes_.end(),
                     [](const Episode& a, const Episode& b) { return a.since < b.since; });
    return std::move(episodes_);
  }

 private:
  Episode& add(UnixNanos since, Matter matter, Tone tone, std::string what, std::string why) {
    Episode& row = episodes_.emplace_back();
    row.since = since;
    row.matter = matter;
    row.tone = tone;
    row.what = std::move(what);
    row.why = std::move(why);
    return row;
  }
  void starts();
  void blocks();
  void engines();
  void cooldowns();
  void limits();
  void incidents();
  void protection();
  void days();
  void stages();
  void violations();
  void commands();
  void movements();
  [[nodiscard]] static std::string end_of(const BlockRow& row);
  [[nodiscard]] std::string symbol_of(HoldId hold) const;

  const SessionReport& report_;
  Words words_;
  std::vector<Episode> episodes_;
};

void Timeline::starts() {
  for (std::size_t i = 1; i < report_.starts.size(); ++i) {
    const StartRow& row = report_.starts[i];
    add(row.time, Matter::Start, row.clean ? Tone::Quiet : Tone::Refused, "started again",
        row.clean ? "The session before this one ended in order."
                  : "The session before this one did not end in order.")
        .meanwhile = "state folded from the journal";
  }
}

std::string Timeline::end_of(const BlockRow& row) {
  std::string text;
  if (!row.operator_id.empty()) text = printable(row.operator_id.view());
  if (!row.decision_id.empty()) {
    text += (text.empty() ? "decision " : ", decision ") + printable(row.decision_id.view());
  }
  const std::string evidence = printable(row.evidence.view());
  // The core's own evidence is short: what it is about.
  const BlockInfo& about = info(row.block);
  if (text.empty() && about.source == BlockSource::Core && !about.latches) {
    return std::string(about.clears) + (evidence.empty() ? "" : " (" + evidence + ")");
  }
  if (!evidence.empty()) text += (text.empty() ? "" : ": ") + evidence;
  return text.empty() ? "cleared" : text;
}

void Timeline::blocks() {
  for (std::size_t i = 0; i < report_.blocks.size(); ++i) {
    const BlockRow& row = report_.blocks[i];
    const BlockInfo& about = info(row.block);
    if (!row.active) {  // one that this journal does not begin
      const bool begun = std::any_of(
          report_.blocks.begin(), report_.blocks.begin() + static_cast<std::ptrdiff_t>(i),
          [&](const BlockRow& at) { return at.block == row.block && at.active; });
      if (begun) continue;
      add(row.time, Matter::Block, Tone::Good, std::string(about.code), "It ended.").ended =
          end_of(row);
      continue;
    }
    std::string why(about.meaning);
    if (!row.evidence.empty()) why += " (" + printable(row.evidence.view()) + ")";
    Episode& episode = add(row.time, Matter::Block, about.latches ? Tone::Bad : Tone::Refused,
                           std::string(about.code), std::move(why));
    episode.lasts = true;
    episode.meanwhile = possible_in(row.state);
    episode.ended = std::string(about.clears);
    for (std::size_t k = i + 1; k < report_.blocks.size(); ++k) {
      const BlockRow& end = report_.blocks[k];
      if (end.block != row.block || end.active) continue;
      episode.until = end.time;
      episode.ended = end_of(end);
      break;
    }
  }
}

void Timeline::engines() {
  for (std::size_t i = 0; i < report_.engine_modes.size(); ++i) {
    const EngineModeRow& row = report_.engine_modes[i];
    if (row.mode == EngineMode::Normal) continue;
    const std::string engine = printable(row.engine.view());
    const bool single = row.mode == EngineMode::Single;
    Episode& episode = add(row.time, Matter::Engines, single ? Tone::Waiting : Tone::Bad,
                           std::string(word(row.mode)), engine + " is silent or not well.");
    episode.meanwhile = single ? "entries from the other engines only" : "no entries";
    episode.lasts = true;
    episode.ended = "its heartbeat";
    if (i + 1 == report_.engine_modes.size()) continue;
    const EngineModeRow& next = report_.engine_modes[i + 1];
    episode.until = next.time;
    episode.ended = next.mode == EngineMode::Normal
                        ? "all engines are heard again"
                        : std::string(word(next.mode)) + ": " + printable(next.engine.view());
  }
}

void Timeline::cooldowns() {
  for (std::size_t i = 0; i < report_.cooldowns.size(); ++i) {
    const CooldownRow& row = report_.cooldowns[i];
    Episode& episode = add(row.since, Matter::Cooldown, Tone::Refused, "cooldown",
                           "Trade " + std::to_string(row.hold.value()) + " closed at " +
                               words_.profit(row.lost) + " " + words_.quote() + ".");
    episode.meanwhile = "entries denied";
    episode.lasts = true;
    const bool again =
        i + 1 < report_.cooldowns.size() && report_.cooldowns[i + 1].since < row.until;
    if (again) {
      episode.until = report_.cooldowns[i + 1].since;
      episode.ended = "another loss: it begins anew";
    } else if (row.until <= report_.last_time) {
      episode.until = row.until;
      episode.ended = "time";
    } else {
      episode.ended = "time, at " + words_.time(row.until);
    }
  }
}

void Timeline::limits() {
  for (const LimitsDecidedRow& row : report_.limits_decided) {
    const bool taken = row.fact.reason == Reason::None;
    std::string why;
    for (const std::string& change : changes(*row.before, row.fact.document)) {
      why += (why.empty() ? "" : "; ") + change;
    }
    Episode& episode = add(
        row.time, Matter::Limits, taken ? Tone::Quiet : Tone::Refused,
        "limits v" + std::to_string(row.fact.document.version.value()) + (taken ? "" : " refused"),
        why.empty() ? "Nothing but its version is another." : why);
    const std::string who = printable(row.operator_id.view());
    if (!taken) {
      episode.meanwhile = "v" + std::to_string(row.fact.before.value()) + " stays in force";
      episode.ended = who + ", and refused: " + std::string(info(row.fact.reason).meaning);
      continue;
    }
    episode.meanwhile = "in force at once; what waited is void";
    episode.ended = row.fact.decision.empty()
                        ? who + "; it allows nothing new, so no decision was needed"
                        : who + ", decision " + printable(row.fact.decision.view());
  }
}

void Timeline::incidents() {
  for (const IncidentRow& row : report_.incidents) {
    std::string why = printable(row.fact.summary.view()) + ".";
    if (row.fact.cause == Block::UnmanagedExposure) {
      why += " A person was told what to do: human_action_required.md.";
    }
    Episode& episode =
        add(row.time, Matter::Incident, Tone::Bad,
            std::string(word(row.fact.severity)) + " incident " + std::to_string(row.fact.number),
            std::move(why));
    episode.meanwhile = std::string(info(row.fact.cause).code);
    if (row.fact.violation) episode.meanwhile += ", a hard bound was crossed";
  }
}

std::string Timeline::symbol_of(HoldId hold) const {
  const TradeRow* const trade = report_.trade(hold);
  return trade == nullptr ? "" : printable(trade->symbol.view());
}

void Timeline::protection() {
  for (const SnapshotRow& row : report_.snapshots) {
    if (row.moment != SnapshotMoment::Degradation) continue;
    add(row.time, Matter::Protection, Tone::Quiet, "snapshot " + std::to_string(row.number),
        "position_snapshot: " + grouped_count(row.positions) +
            " held; open_orders_snapshot: " + grouped_count(row.orders) + " open.");
  }
  for (const ReductionRow& row : report_.reductions) {
    const TradeRow* const trade = report_.trade(row.hold);
    const Symbol symbol = trade == nullptr ? Symbol() : trade->symbol;
    Episode& episode =
        add(row.time, Matter::Protection, Tone::Waiting, "reduced to safe_notional",
            words_.qty(symbol, row.held) + " " + symbol_of(row.hold) + " held, safe_notional " +
                words_.money(row.safe_notional) + " " + words_.quote() + ": down to " +
                words_.qty(symbol, row.target) + ".");
    episode.lasts = true;
    episode.until = row.ended_at;
    episode.ended =
        row.ended_at ? words_.qty(symbol, row.left) + " held" : "what is above it is sold";
  }
  for (const ActionRow& row : report_.actions) {
    std::string why =
        printable(row.cause.view()) + ". Evidence: snapshot " + std::to_string(row.before);
    if (row.after != 0) why += " before, " + std::to_string(row.after) + " after";
    Episode& episode =
        add(row.time, Matter::Protection, Tone::Quiet,
            std::string(word(row.action)) + " " + std::string(plain(row.role)), why + ".");
    episode.lasts = true;
    episode.until = row.ended_at;
    episode.meanwhile = "trade " + std::to_string(row.hold.value());
    episode.ended = row.ended_at ? "the order is " + std::string(word(row.result)) : "its order";
  }
}

// The first is the day that the journal begins on.
void Timeline::days() {
  for (std::size_t i = 1; i < report_.days.size(); ++i) {
    const DayRow& row = report_.days[i];
    std::string why = "00:00 in Sao Paulo: the daily counters start again.";
    if (!row.equity.is_zero()) {
      why += " Equity " + words_.money(row.equity) + " " + words_.quote() + ".";
    }
    add(row.time, Matter::Day, Tone::Quiet, "a new day", std::move(why));
  }
}

void Timeline::stages() {
  for (const StageRow& row : report_.extras.stages) {
    const std::string decision =
        row.decision_id.empty() ? "" : "decision " + printable(row.decision_id);
    if (!row.refused()) {
      Episode& episode =
          add(row.time, Matter::Stage, row.blocked ? Tone::Bad : Tone::Quiet,
              "stage " + printable(row.stage) + "/" + printable(row.level), printable(row.cause));
      episode.ended = decision;
      if (row.blocked) episode.meanwhile = "live trading blocked";
      continue;
    }
    std::string why = grouped_count(row.missing.size()) + " missing: ";
    for (const MissingRow& missing : row.missing) {
      why += (&missing == &row.missing.front() ? "" : ", ") + printable(missing.requirement) +
             " (" + printable(missing.seen) + ")";
    }
    Episode& episode = add(row.time, Matter::Stage, Tone::Refused,
                           "promotion to " + printable(row.stage) + " refused", why + ".");
    episode.meanwhile = "the stage stays";
    episode.ended = decision;
  }
}

void Timeline::violations() {
  for (const ViolationRun& run : violation_runs(report_)) {
    const ViolationRow& row = *run.first;
    add(row.time, Matter::Violation, Tone::Bad, run.name(),
        printable(row.source.view()) + ": " + std::string(info(row.reason).meaning) + " " +
            std::string(word(row.reason)))
        .meanwhile = "nothing was done with it";
  }
}

// What was done by a command stands in the hold or block that it changed.
void Timeline::commands() {
  for (const CommandRow& row : report_.commands) {
    const CommandAction action = row.command.action;
    const bool told = action == CommandAction::Approve || action == CommandAction::Reject ||
                      action == CommandAction::Unblock;
    if (told && row.reason == Reason::None && !row.no_op) continue;
    const bool done = row.reason == Reason::None;
    std::string why = printable(row.command.operator_id.view()) + " (" +
                      std::string(word(row.command.channel)) + "): " + words_.command(row) + ".";
    if (row.no_op) why += " A repeat: the first outcome stands.";
    if (!done) why += " " + std::string(info(row.reason).meaning);
    if (!row.command.note.empty()) why += " \"" + printable(row.command.note.view()) + "\"";
    Episode& episode = add(row.time, Matter::Command, done ? Tone::Quiet : Tone::Refused,
                           done ? "command" : "command refused", std::move(why));
    if (!done) episode.meanwhile = std::string(word(row.reason));
  }
}

void Timeline::movements() {
  for (const MovementRow& row : report_.movements) {
    const std::string asset = printable(row.asset.view());
    const bool left = row.delta.raw() < 0;
    const std::string what = (left ? "" : "+") + to_text(row.delta) + " " + asset;
    if (row.found) {
      add(row.time, Matter::Movement, Tone::Waiting, what,
          "The account holds " + to_text(row.there) + " " + asset +
              ": more than was executed and announced. It came while nobody listened.")
          .ended = "two comparisons";
      continue;
    }
    add(row.time, Matter::Movement, Tone::Quiet, what,
        left ? "It left the account without an order." : "It came without an order.")
        .ended = "the venue's announcement";
  }
}

}  // namespace

std::vector<Episode> timeline_of(const SessionReport& report) {
  return Timeline(report).make();
}

std::int64_t blocked_ns(const SessionReport& report) {
  std::int64_t total = 0;
  bool blocked = false;
  UnixNanos since;
  for (const BlockRow& row : report.blocks) {
    if (blocked) total += row.time.value() - since.value();
    blocked = row.state != TradingState::Open;
    since = row.time;
  }
  return blocked ? total + report.last_time.value() - since.value() : total;
}

std::string lasted(const Episode& episode) {
  if (!episode.lasts) return "";
  if (!episode.until) return "still";
  return duration_text(episode.until->value() - episode.since.value());
}

}  // namespace clawgate::report
