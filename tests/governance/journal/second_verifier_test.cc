// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/governance/journal/tamper.h"
#include "tests/support/temporary_directory.h"

// scripts/verify_journal.py was written from docs/journal-format.md and shares no code with the
// gateway. Over hundreds of journals, whole and hurt in every way, both must say the same.

namespace clawgate::journal {
namespace {

const std::string kScript = std::string(CLAWGATE_SOURCE_DIR) + "/scripts/verify_journal.py";

struct Case {
  std::string name;
  Files files;
  std::optional<Anchor> anchor;
};

using Verdict = nlohmann::json;

/// What both must agree on; the texts are for people and may differ.
Verdict verdict_of(const VerifyReport& report) {
  std::vector<std::string> findings;
  for (const Finding& finding : report.findings) {
    findings.push_back(std::string(info(finding.reason).code) + " " + finding.file + " " +
                       std::to_string(finding.offset) + " " + std::to_string(finding.seq.value()));
  }
  std::sort(findings.begin(), findings.end());
  return {{"ok", report.ok},
          {"records", report.records},
          {"head_seq", report.head.seq.value()},
          {"head_hash", to_hex(report.head.hash)},
          {"torn_tail_bytes", report.torn_tail_bytes},
          {"checkpoints", report.checkpoints},
          {"anchor", to_text(report.anchor)},
          {"anchor_seq", report.anchor_seq.value()},
          {"findings", findings}};
}

Verdict verdict_of(Verdict printed) {
  std::vector<std::string> findings;
  for (const auto& finding : printed["findings"]) {
    findings.push_back(finding["reason"].get<std::string>() + " " +
                       finding["file"].get<std::string>() + " " +
                       std::to_string(finding["offset"].get<std::uint64_t>()) + " " +
                       std::to_string(finding["seq"].get<std::uint64_t>()));
  }
  std::sort(findings.begin(), findings.end());
  printed["findings"] = findings;
  return printed;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  const Files closed = journal_files(50, true);
  const Files open = journal_files(50, false);
  const VerifyReport whole = closed.verify();
  const Anchor head{whole.head.seq, whole.head.hash};
  const auto add = [&](const std::string& name, const Files& files,
                       std::optional<Anchor> anchor = std::nullopt) {
    cases.push_back({name, files, anchor});
  };

  add("nothing", Files());
  add("closed", closed);
  add("open", open);
  add("closed, anchored", closed, head);
  add("anchor above", closed, Anchor{Seq{head.seq.value() + 1}, head.hash});
  add("anchor elsewhere", closed, Anchor{Seq{head.seq.value() - 1}, head.hash});
  add("an older copy", journal_files(40, true), head);

  for (const Files& files : {closed, open}) {
    const std::vector<Frame> frames = frames_of(files);
    for (std::size_t i = 0; i < frames.size(); i += 2) {
      Files removed = files;
      remove_record(removed, frames[i]);
      add("removed " + std::to_string(i), removed, i % 3 == 0 ? std::optional(head) : std::nullopt);
      Files duplicated = files;
      duplicate_record(duplicated, frames[i]);
      add("duplicated " + std::to_string(i), duplicated);
      if (i + 1 == frames.size()) continue;
      Files swapped = files;
      swap_records(swapped, frames[i], frames[i + 1]);
      add("swapped " + std::to_string(i), swapped);
    }
    for (const auto& [name, content] : files.all()) {
      Files missing = files;
      missing.erase(name);
      add("missing " + name, missing);
      for (const std::size_t size : {std::size_t{0}, std::size_t{5}, content.size() / 2}) {
        Files cut = files;
        cut[name].resize(size);
        add("cut " + name, cut);
      }
    }
    Files bare = files;
    bare.erase(kCheckpointFile);
    const Frame last = frames.back();
    for (std::size_t kept = 0; kept < last.end - last.begin; kept += 5) {
      Files torn = bare;
      auto& content = torn[last.file];
      std::fill(content.begin() + static_cast<std::ptrdiff_t>(last.begin + kept), content.end(), 0);
      add("torn at " + std::to_string(kept), torn);
    }
  }

  std::mt19937_64 random(99);
  for (int i = 0; i < 150; ++i) {
    Files flipped = i % 2 == 0 ? closed : open;
    flip(flipped, random_bit(flipped, random));
    if (i % 5 == 0) flip(flipped, random_bit(flipped, random));
    add("flipped " + std::to_string(i), flipped);
  }
  for (int i = 0; i < 20; ++i) {
    Files noise = closed;
    Files::Content bytes(random() % 500);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    noise.add(segment_name(static_cast<std::uint32_t>(1 + random() % 20)), bytes);
    add("noise " + std::to_string(i), noise);
  }
  Files newer = closed;
  newer["00000002.cgj"][6] = 2;
  add("newer", newer);
  Files blank = closed;
  blank.add(segment_name(static_cast<std::uint32_t>(closed.all().size() - 1)),
            Files::Content(1024, 0));
  add("a blank segment behind", blank);
  Files lone = closed;
  const auto header = segment_header();
  lone.add(segment_name(static_cast<std::uint32_t>(closed.all().size() - 1)),
           Files::Content(header.begin(), header.end()));
  add("a lone header behind", lone);
  return cases;
}

/// Journals whose hashes are right and whose records break a rule.
std::vector<Case> forged_cases() {
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, const std::function<void(Forger&)>& second) {
    Forger forger;
    forger.open_segment(1);
    forger.next(5);
    Files files;
    files.add(segment_name(1), forger.take());
    second(forger);
    files.add(segment_name(2), forger.take());
    cases.push_back({name, files, std::nullopt});
  };
  const auto open_with = [&](const std::string& name,
                             const std::function<void(SegmentOpen&)>& change) {
    add(name, [&](Forger& forger) {
      SegmentOpen open{.journal_id = small_options().journal_id,
                       .segment = 2,
                       .configuration = {},
                       .previous_hash = forger.chain().hash,
                       .engine_version = Text<64>(std::string(64, 'v'))};
      change(open);
      forger.segment_header();
      forger.open(open);
      forger.next(5);
    });
  };
  open_with("in order", [](SegmentOpen&) {});
  open_with("another number", [](SegmentOpen& open) { open.segment = 3; });
  open_with("another journal", [](SegmentOpen& open) { open.journal_id.bytes[0] = 0; });
  open_with("another hash before", [](SegmentOpen& open) { open.previous_hash.bytes[0] ^= 1U; });
  add("no record that opens", [](Forger& forger) {
    forger.segment_header();
    forger.next(5);
  });
  add("opened twice", [](Forger& forger) {
    forger.open_segment(2);
    forger.next(5, kTypeSegmentOpen);
  });
  add("a short opening", [](Forger& forger) {
    forger.segment_header();
    forger.next(5, kTypeSegmentOpen);
  });
  for (const std::int64_t time_ns : {4, 5, 6}) {
    add("time " + std::to_string(time_ns), [&](Forger& forger) {
      forger.open_segment(2);
      forger.next(time_ns);
      forger.next(7);
    });
  }
  add("the largest payload", [](Forger& forger) {
    forger.open_segment(2);
    const Files::Content payload(kPayloadMax, 'x');
    forger.record(
        {.seq = Seq{4}, .time = UnixNanos{9}, .type = 2, .type_version = 1, .payload = payload});
  });
  add("a payload too large", [](Forger& forger) {
    forger.open_segment(2);
    const Files::Content payload(kPayloadMax + 1, 'x');
    forger.record(
        {.seq = Seq{4}, .time = UnixNanos{9}, .type = 2, .type_version = 1, .payload = payload});
    forger.next(9);
  });
  add("a header alone", [](Forger& forger) { forger.segment_header(); });
  return cases;
}

/// Small journals, each with one bit turned. Fewer with a checkpoint: its signature takes Python
/// ten milliseconds.
std::vector<Case> flipped_cases() {
  std::vector<Case> cases;
  std::mt19937_64 random(2027);
  for (const bool closed : {true, false}) {
    const Files whole = journal_files(8, closed);
    for (int i = closed ? 9'000 : 0; i < (closed ? 10'000 : 9'000); ++i) {
      Files flipped = whole;
      flip(flipped, random_bit(flipped, random));
      cases.push_back({"flip " + std::to_string(i), std::move(flipped), std::nullopt});
    }
  }
  return cases;
}

void write(const Files& files, const std::filesystem::path& directory) {
  std::filesystem::create_directory(directory);
  for (const auto& [name, content] : files.all()) {
    std::ofstream file(directory / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
  }
}

int exit_code(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SecondVerifierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (exit_code("python3 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no python3 here";
  }
  /// Both verifiers over all of them; answers what was found.
  std::set<Reason> compare(const std::vector<Case>& cases) {
    const std::string list_file = (directory_.path() / "list").string();
    std::ofstream list(list_file);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const auto journal = directory_.path() / std::to_string(i);
      write(cases[i].files, journal);
      list << journal.string();
      if (cases[i].anchor) {
        list << '\t' << cases[i].anchor->seq.value() << ':' << to_hex(cases[i].anchor->hash);
      }
      list << '\n';
    }
    list.close();
    const std::string out = (directory_.path() / "out").string();
    EXPECT_EQ(exit_code("python3 " + kScript + " --batch <" + list_file + " >" + out), 1);
    std::set<Reason> seen;
    std::ifstream lines(out);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      std::string line;
      if (!std::getline(lines, line)) {
        ADD_FAILURE() << "no answer: " << cases[i].name;
        return seen;
      }
      const Verdict theirs = verdict_of(nlohmann::json::parse(line));
      const VerifyReport report =
          verify((directory_.path() / std::to_string(i)).string(), {.anchor = cases[i].anchor});
      EXPECT_EQ(theirs, verdict_of(report)) << cases[i].name;
      for (const Finding& finding : report.findings) seen.insert(finding.reason);
    }
    return seen;
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(SecondVerifierTest, JudgesEveryJournalAsTheGatewayDoes) {
  std::vector<Case> cases = all_cases();
  for (Case& forged : forged_cases()) cases.push_back(std::move(forged));
  EXPECT_GE(cases.size(), 300U);
  const std::set<Reason> seen = compare(cases);
  for (const Reason reason :
       {Reason::JournalMissing, Reason::JournalMagic, Reason::JournalVersion, Reason::JournalFrame,
        Reason::JournalCrc, Reason::JournalSequence, Reason::JournalTime, Reason::JournalSegment,
        Reason::JournalChain, Reason::JournalTornTail, Reason::JournalTailLost,
        Reason::JournalCheckpoint}) {
    EXPECT_TRUE(seen.contains(reason)) << info(reason).code;
  }
}

// A link's target is not of the journal, and a pipe never ends.
TEST_F(SecondVerifierTest, ASegmentIsARegularFile) {
  const Files files = journal_files(50, true);
  const auto hurt = [&](const char* name, auto put) {
    const std::string at = (directory_.path() / name).string();
    write(files, at);
    const std::string segment = at + "/00000002.cgj";
    std::filesystem::rename(segment, at + "/aside");
    put(segment);
    const std::string out = at + ".out";
    EXPECT_EQ(exit_code("timeout 20 python3 " + kScript + " --json " + at + " >" + out), 1) << name;
    std::ifstream in(out);
    const Verdict theirs = verdict_of(nlohmann::json::parse(in, nullptr, false));
    const VerifyReport report = verify(at, {});
    EXPECT_EQ(theirs, verdict_of(report)) << name;
    ASSERT_FALSE(report.findings.empty()) << name;
    EXPECT_EQ(report.findings.back().reason, Reason::FileUnreadable) << name;
    EXPECT_EQ(report.findings.back().file, "00000002.cgj") << name;
  };
  hurt("link", [](const std::string& at) { std::filesystem::create_symlink("aside", at); });
  hurt("pipe", [](const std::string& at) { ASSERT_EQ(::mkfifo(at.c_str(), 0600), 0); });
  hurt("directory", [](const std::string& at) { std::filesystem::create_directory(at); });
}

TEST_F(SecondVerifierTest, SeesEveryFlippedBit) {
  const std::vector<Case> cases = flipped_cases();
  ASSERT_EQ(cases.size(), 10'000U);
  for (const Case& flipped : cases) EXPECT_FALSE(flipped.files.verify().ok) << flipped.name;
  compare(cases);
}

TEST_F(SecondVerifierTest, AnswersWithItsExitCode) {
  const std::string whole = (directory_.path() / "whole").string();
  const std::string broken = (directory_.path() / "broken").string();
  Files files = journal_files(20, true);
  write(files, whole);
  files["00000001.cgj"][100] ^= 1U;
  write(files, broken);
  const std::string quiet = " >/dev/null 2>&1";
  EXPECT_EQ(exit_code("python3 " + kScript + " " + whole + quiet), 0);
  EXPECT_EQ(exit_code("python3 " + kScript + " --json " + whole + quiet), 0);
  EXPECT_EQ(exit_code("python3 " + kScript + " " + broken + quiet), 1);
  EXPECT_EQ(
      exit_code("python3 " + kScript + " --anchor 5:" + std::string(64, 'a') + " " + whole + quiet),
      1);
  EXPECT_EQ(
      exit_code("python3 " + kScript + " --key " + std::string(64, 'a') + " " + whole + quiet), 1);
  EXPECT_EQ(exit_code("python3 " + kScript + quiet), 2);
  EXPECT_EQ(exit_code("python3 " + kScript + " --anchor 5 " + whole + quiet), 2);
}

}  // namespace
}  // namespace clawgate::journal
