// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/reasons_doc.h"

#include <array>
#include <string_view>

#include "schemas/names.h"
#include "schemas/reason.h"
#include "schemas/trading_state.h"

namespace clawgate::report {
namespace {

struct SurfaceText {
  Surface surface;
  std::string_view title;
  std::string_view about;
};

constexpr auto kSurfaces = std::to_array<SurfaceText>({
    {Surface::Risk, "Orders denied by risk",
     "Every check runs on every order, at its hold and again after its approval; an answer carries "
     "all the reasons that apply."},
    {Surface::Command, "Commands and the ends of holds",
     "Why an operator's command was not done, or a hold ended without an order."},
    {Surface::Signal, "Signals refused at intake",
     "Why bytes from an engine did not become a signal."},
    {Surface::Config, "Configuration, limits and command lines", "Why the gateway does not start."},
    {Surface::Recording, "Market recordings", "Why recorded market data cannot be played."},
    {Surface::Journal, "The journal on disk", "What verification finds."},
    {Surface::Http, "The running gateway",
     "Why a request is refused, or the gateway does not start to listen."},
    {Surface::Governance, "Decisions, stages, incidents and policy",
     "Why a decision is not taken, a promotion waits, or policy says no."},
});

std::string row(std::string_view code, std::string_view a, std::string_view b) {
  std::string text = "| `" + std::string(code) + "` | ";
  text += a;
  text += " | ";
  text += b;
  return text + " |\n";
}

}  // namespace

std::string reasons_markdown() {
  std::string text =
      "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
      "# Reasons\n\n"
      "Every refusal has a stable code, the rule it stands for and what to do about it. This page "
      "is printed from\nthe table in `schemas/reason_table.inc` by `clawgate doctor --reasons`; a "
      "test keeps it current.\n";
  for (const SurfaceText& at : kSurfaces) {
    text += "\n## " + std::string(at.title) + "\n\n" + std::string(at.about) +
            "\n\n| code | rule | what to do |\n|---|---|---|\n";
    for (const ReasonInfo& info : kReasons) {
      if (info.surface == at.surface) text += row(info.code, info.meaning, info.next);
    }
  }
  text +=
      "\n## What blocks trading\n\n"
      "A condition clears by evidence; a cause stays until a recorded decision clears it.\n\n"
      "| code | kind | state | rule | what ends it |\n|---|---|---|---|---|\n";
  for (const BlockInfo& info : kBlocks) {
    text += "| `" + std::string(info.code) + "` | " + (info.latches ? "cause" : "condition") +
            " | " + std::string(word(info.state)) + " | " + std::string(info.meaning) + " | " +
            std::string(info.clears) + " |\n";
  }
  return text;
}

}  // namespace clawgate::report
