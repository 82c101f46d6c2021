// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_sections.h"

#include <algorithm>
#include <array>
#include <vector>

#include "gateway/report/axis.h"
#include "gateway/report/format.h"
#include "gateway/report/html_plot.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"
#include "gateway/report/nearby.h"
#include "gateway/report/timeline.h"

namespace clawgate::report {
namespace {

/// The rows of the panel, each with what is drawn in it.
struct Lane {
  Matter matter;
  std::string_view name;
};
constexpr auto kLanes = std::to_array<Lane>({
    {Matter::Block, "blocked"},
    {Matter::Cooldown, "cooldown"},
    {Matter::Engines, "engines"},
});
constexpr std::int64_t kThinnest = 1'200;  // millionths: what lasts a moment is seen too

std::string tip_of(const Neighbours<Episode>& episodes, const Words& words) {
  const std::string all = times_of(words, episodes.front()->since, episodes.back()->since) + ": " +
                          counted(episodes, [](const Episode& row) { return row.what; });
  return told(episodes, all, [&](const Episode& row) {
    return words.time(row.since) + ": " + row.what + ", " + lasted(row) + ". " + row.why +
           " Ended: " + row.ended;
  });
}

std::string band(const Neighbours<Episode>& episodes, std::size_t lane, const Words& words,
                 const Plot& plot) {
  UnixNanos end;
  for (const Episode* const row : episodes) end = std::max(end, row->until.value_or(plot.end()));
  const std::int64_t from = plot.time().millionths(episodes.front()->since.value());
  const std::int64_t to = std::max(from + kThinnest, plot.time().millionths(end.value()));
  const std::int64_t height = 1'000'000 / static_cast<std::int64_t>(kLanes.size());
  const std::int64_t top = height * static_cast<std::int64_t>(lane) + height / 4;
  return "<rect class=\"band " + std::string(class_of(episodes.front()->tone)) + "\" rx=\"1\"" +
         attribute("x", percent_position(from)) + attribute("width", percent_position(to - from)) +
         attribute("y", percent_position(top)) + attribute("height", percent_position(height / 2)) +
         " tabindex=\"0\" role=\"img\" aria-label=\"" + escaped(tip_of(episodes, words)) + "\"/>";
}

/// What is drawn in a lane.
std::vector<const Episode*> lasting(const SessionReport& report, Matter matter) {
  std::vector<const Episode*> rows;
  for (const Episode& episode : report.timeline) {
    if (episode.matter == matter && episode.lasts) rows.push_back(&episode);
  }
  return rows;
}

}  // namespace

Panel trading_panel(const SessionReport& report, const Words& words, const Plot& plot) {
  std::string bands;
  bool merged = false;
  for (std::size_t lane = 0; lane < kLanes.size(); ++lane) {
    for (const auto& episodes : nearby(
             lasting(report, kLanes[lane].matter), plot.time(),
             [](const Episode& row) { return row.since; },
             [](const Episode& row) { return row.tone; })) {
      bands += band(episodes, lane, words, plot);
      merged = merged || episodes.size() > 1;
    }
  }
  if (bands.empty()) return {};
  std::string labels;
  std::string rules;
  for (std::size_t lane = 0; lane < kLanes.size(); ++lane) {
    const auto middle = static_cast<std::int64_t>((2 * lane + 1) * 500'000 / kLanes.size());
    labels += "<span class=\"word\" style=\"top:" + percent_position(middle) + "\">" +
              std::string(kLanes[lane].name) + "</span>";
    if (lane == 0) continue;
    const auto top = static_cast<std::int64_t>(lane * 1'000'000 / kLanes.size());
    rules += Plot::across("rule", percent_position(top));
  }
  return {plot.panel("states", "What trading was held by", rules + bands, labels), merged};
}

std::string timeline_html(const SessionReport& report, const Words& words) {
  if (report.timeline.empty()) {
    return nothing("What happened to trading", "Nothing blocked trading and nothing was violated.");
  }
  constexpr std::string_view kAbout =
      "Everything that held trading back or changed its rules: since when, why, what could still "
      "be done, and what ended it.";
  std::string out = heading("What happened to trading", kAbout);
  Table table(
      "timeline",
      {{"Since", "t"}, {"Lasted", "t"}, {"What", "w"}, {"Why", "w"}, {"Ended, or by whom", "w"}},
      "bare");
  for (const Episode& episode : report.timeline) {
    const bool still = episode.lasts && !episode.until;
    std::string ended = sentence(episode.ended);
    if (still) ended = toned("next", "will end with: " + ended);
    table.row({words.time(episode.since), still ? toned("bad", "still") : number(lasted(episode)),
               chip(class_of(episode.tone), episode.what) + small(escaped(episode.meanwhile)),
               sentence(episode.why), ended});
  }
  return out + table.print();
}

}  // namespace clawgate::report
