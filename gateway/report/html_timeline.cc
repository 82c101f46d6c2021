// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_sections.h"

#include <algorithm>
#include <array>

#include "gateway/report/axis.h"
#include "gateway/report/format.h"
#include "gateway/report/html_plot.h"
#include "gateway/report/html_table.h"
#include "gateway/report/html_text.h"
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
constexpr std::size_t kBandsMax = 500;
constexpr std::int64_t kThinnest = 1'200;  // millionths: what lasts a moment is seen too

std::string band(const Episode& episode, std::size_t lane, const Words& words, const Plot& plot) {
  const UnixNanos end = episode.until.value_or(plot.end());
  const std::int64_t from = plot.time().millionths(episode.since.value());
  const std::int64_t to = std::max(from + kThinnest, plot.time().millionths(end.value()));
  const std::int64_t height = 1'000'000 / static_cast<std::int64_t>(kLanes.size());
  const std::int64_t top = height * static_cast<std::int64_t>(lane) + height / 4;
  const std::string tip = words.time(episode.since) + ": " + episode.what + ", " + lasted(episode) +
                          ". " + episode.why + " Ended: " + episode.ended;
  return "<rect class=\"band " + std::string(class_of(episode.tone)) + "\" rx=\"1\"" +
         attribute("x", percent_position(from)) + attribute("width", percent_position(to - from)) +
         attribute("y", percent_position(top)) + attribute("height", percent_position(height / 2)) +
         " tabindex=\"0\" role=\"img\" aria-label=\"" + escaped(tip) + "\"/>";
}

}  // namespace

std::string trading_panel(const SessionReport& report, const Words& words, const Plot& plot) {
  std::string bands;
  std::size_t drawn = 0;
  for (const Episode& episode : report.timeline) {
    for (std::size_t lane = 0; lane < kLanes.size(); ++lane) {
      if (episode.matter != kLanes[lane].matter || !episode.lasts) continue;
      if (++drawn <= kBandsMax) bands += band(episode, lane, words, plot);
    }
  }
  if (bands.empty()) return "";
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
  return plot.panel("states", "What trading was held by", rules + bands, labels);
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
