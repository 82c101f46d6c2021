// SPDX-License-Identifier: Apache-2.0
#include "governance/journal/verify.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "governance/journal/checkpoint.h"
#include "governance/journal/posix_store.h"

namespace clawgate::journal {
namespace {

/// A place on the chain that someone vouches for.
struct Mark {
  Anchor anchor;
  AnchorKind kind = AnchorKind::None;
  std::uint64_t offset = 0;  // of its line in the sidecar
};

Finding sidecar_finding(Reason reason, std::uint64_t offset, Seq seq, std::string text) {
  return {.reason = reason,
          .file = kCheckpointFile,
          .offset = offset,
          .seq = seq,
          .text = std::move(text)};
}

Finding anchor_finding(Reason reason, const Mark& mark, std::string text) {
  if (mark.kind == AnchorKind::Checkpoint) {
    return sidecar_finding(reason, mark.offset, mark.anchor.seq, std::move(text));
  }
  return {.reason = reason,
          .file = "anchor",
          .offset = 0,
          .seq = mark.anchor.seq,
          .text = std::move(text)};
}

/// Empty for a checkpoint that is in order.
std::string_view objection(const Checkpoint& checkpoint, Seq last, const VerifyOptions& options) {
  if (!signature_holds(checkpoint)) return "the signature does not hold";
  if (options.checkpoint_key && checkpoint.key != *options.checkpoint_key) {
    return "signed by another key";
  }
  if (checkpoint.seq <= last) return "not later than the one before";
  return {};
}

/// Those in order; the others are findings.
std::vector<Mark> read_good_checkpoints(Store& store, const VerifyOptions& options,
                                        VerifyReport& report) {
  std::vector<Mark> marks;
  const auto sidecar = read_checkpoints(store);
  if (!sidecar) {
    report.findings.push_back(
        sidecar_finding(Reason::FileUnreadable, 0, Seq{}, sidecar.error().seen));
    return marks;
  }
  Seq last;
  for (const CheckpointLines::Line& line : sidecar->lines) {
    const Checkpoint checkpoint = line.checkpoint.value_or(Checkpoint{});
    const std::string_view wrong =
        line.checkpoint ? objection(checkpoint, last, options) : "not a checkpoint";
    if (!wrong.empty()) {
      report.findings.push_back(sidecar_finding(Reason::JournalCheckpoint, line.offset,
                                                checkpoint.seq, std::string(wrong)));
      continue;
    }
    last = checkpoint.seq;
    marks.push_back({{checkpoint.seq, checkpoint.hash}, AnchorKind::Checkpoint, line.offset});
  }
  return marks;
}

/// The good checkpoints and the anchor given, by sequence.
std::vector<Mark> read_marks(Store& store, const VerifyOptions& options, VerifyReport& report) {
  std::vector<Mark> marks = read_good_checkpoints(store, options, report);
  if (options.anchor) marks.push_back({*options.anchor, AnchorKind::Given, 0});
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& a, const Mark& b) { return a.anchor.seq < b.anchor.seq; });
  return marks;
}

/// Compares the marks that stand where the chain stands now; `next` is the first not yet reached.
void meet_marks(const Chain& chain, const std::vector<Mark>& marks, std::size_t& next,
                VerifyReport& report) {
  for (; next < marks.size() && marks[next].anchor.seq == chain.seq; ++next) {
    const Mark& mark = marks[next];
    if (mark.anchor.hash != chain.hash) {
      report.findings.push_back(
          anchor_finding(Reason::JournalCheckpoint, mark, "the chain has another hash here"));
      continue;
    }
    if (mark.kind == AnchorKind::Checkpoint) ++report.checkpoints;
    report.anchor = mark.kind;
    report.anchor_seq = mark.anchor.seq;
  }
}

void judge_tail(const JournalReader& reader, VerifyReport& report) {
  const JournalReader::Tail& tail = reader.tail();
  report.torn_tail_bytes = tail.torn_bytes;
  if (tail.torn_bytes != 0) {
    const bool unbegun = tail.unbegun_segment != 0;
    report.findings.push_back({.reason = Reason::JournalTornTail,
                               .file = segment_name(unbegun ? tail.unbegun_segment : tail.segment),
                               .offset = unbegun ? 0 : tail.good_bytes,
                               .seq = Seq{report.head.seq.value() + 1},
                               .text = std::to_string(tail.torn_bytes) + " bytes"});
  } else if (report.records == 0) {
    report.findings.push_back({.reason = Reason::JournalMissing,
                               .file = ".",
                               .offset = 0,
                               .seq = Seq{1},
                               .text = "no record"});
  }
}

}  // namespace

std::optional<Anchor> parse_anchor(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  std::uint64_t seq = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + colon, seq);
  if (failed != std::errc{} || end != text.data() + colon || colon == text.size()) {
    return std::nullopt;
  }
  const auto hash = digest_from_hex(text.substr(colon + 1));
  if (!hash) return std::nullopt;
  return Anchor{Seq{seq}, *hash};
}

std::string_view to_text(AnchorKind kind) {
  switch (kind) {
    case AnchorKind::None:
      return "none";
    case AnchorKind::Checkpoint:
      return "checkpoint";
    case AnchorKind::Given:
      return "given";
  }
  return "";
}

VerifyReport verify(Store& store, const VerifyOptions& options) {
  VerifyReport report;
  const std::vector<Mark> marks = read_marks(store, options, report);
  std::size_t next = 0;
  JournalReader reader(store);
  meet_marks(reader.chain(), marks, next, report);
  JournalReader::Step step = reader.next();
  for (; step == JournalReader::Step::Record; step = reader.next()) {
    ++report.records;
    meet_marks(reader.chain(), marks, next, report);
  }
  report.head = reader.chain();
  if (step == JournalReader::Step::Damage) {
    report.findings.push_back(reader.damage());  // what lies behind cannot be judged
  } else {
    judge_tail(reader, report);
    if (next < marks.size()) {
      report.findings.push_back(
          anchor_finding(Reason::JournalTailLost, marks.back(),
                         "the last record is " + std::to_string(report.head.seq.value())));
    }
  }
  report.ok = report.findings.empty();
  return report;
}

VerifyReport verify(const std::string& directory, const VerifyOptions& options) {
  const auto store = PosixStore::open_existing(directory);
  if (store) return verify(**store, options);
  VerifyReport report;
  report.findings.push_back({.reason = store.error().reason,
                             .file = directory,
                             .offset = 0,
                             .seq = Seq{1},
                             .text = store.error().seen});
  return report;
}

}  // namespace clawgate::journal
