// SPDX-License-Identifier: Apache-2.0
#include "governance/incidents/incidents.h"

#include <gtest/gtest.h>

namespace clawgate::governance {
namespace {

constexpr UnixNanos kNoon{1'767'614'400'000'000'000};  // 2026-01-05T12:00:00Z

class IncidentsTest : public ::testing::Test {
 protected:
  Incidents book_;

  std::string open(Severity severity = Severity::Sev2) {
    const auto record =
        book_.open({severity, "The stop vanished.", "One position.", "alice"}, kNoon);
    EXPECT_EQ(book_.fold(record.value()).reason, Reason::None);
    return record->incident_id;
  }
  Reason change(const IncidentChange& what) {
    const auto record = book_.change(what, kNoon);
    if (!record) return record.error().reason;
    return book_.fold(*record).reason;
  }
};

TEST_F(IncidentsTest, AnIncidentIsATimelineOfWholeRecords) {
  const std::string id = open();
  EXPECT_EQ(id, "INC-20260105-001");
  EXPECT_EQ(open(), "INC-20260105-002");
  EXPECT_EQ(change({id, IncidentEvent::Note, "Position closed", ""}), Reason::None);
  EXPECT_EQ(change({id, IncidentEvent::Mitigate, "", ""}), Reason::None);
  EXPECT_EQ(change({id, IncidentEvent::Close, "", "The venue cancelled it."}), Reason::None);
  const auto timeline = book_.timeline(id);
  ASSERT_EQ(timeline.size(), 4U);
  EXPECT_EQ(timeline[0].status, IncidentStatus::Open);
  EXPECT_EQ(timeline[2].status, IncidentStatus::Mitigated);
  EXPECT_EQ(timeline[3].closed_at, kNoon);
  EXPECT_EQ(book_.all().size(), 2U);
  EXPECT_EQ(verify_chain(book_.records()).reason, Reason::None);
}

TEST_F(IncidentsTest, ClosingNamesTheCauseAndWhatWasDone) {
  const std::string id = open();
  const auto bare = book_.change({id, IncidentEvent::Close, "", ""}, kNoon);
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error().reason, Reason::IncidentIncomplete);
  EXPECT_EQ(bare.error().field, "/root_cause");
  EXPECT_EQ(change({id, IncidentEvent::Close, "", "cause"}), Reason::IncidentIncomplete);
  EXPECT_EQ(change({id, IncidentEvent::Close, "done", "cause"}), Reason::None);
  EXPECT_EQ(change({id, IncidentEvent::Note, "more", ""}), Reason::IncidentMove);
  EXPECT_EQ(change({id, IncidentEvent::Mitigate, "", ""}), Reason::IncidentMove);
  EXPECT_EQ(change({"INC-20260105-009", IncidentEvent::Note, "", ""}), Reason::IncidentUnknown);
}

TEST_F(IncidentsTest, WhatCouldNotBeReadBackIsNotTaken) {
  const auto bare = book_.open({Severity::Sev1, "", "impact", "alice"}, kNoon);
  ASSERT_FALSE(bare);
  EXPECT_EQ(bare.error().field, "/summary");
}

TEST_F(IncidentsTest, AnyChangeInsideTheChainIsSeen) {
  const std::string id = open();
  open();
  EXPECT_EQ(change({id, IncidentEvent::Note, "a", ""}), Reason::None);
  const std::vector<Incident> good = book_.records();

  auto broken = good;
  broken[1].summary = "Nothing happened.";
  EXPECT_EQ(verify_chain(broken).field, "/1/entry_hash");

  broken = good;
  broken[1].severity = Severity::Sev3;
  broken[1].entry_hash = entry_hash_of(broken[1]);  // even with its own hash made anew
  EXPECT_EQ(verify_chain(broken).field, "/2/prev_hash");

  broken = good;
  broken.erase(broken.begin());
  EXPECT_EQ(verify_chain(broken).field, "/0/prev_hash");

  broken = good;
  broken.erase(broken.begin() + 1);
  EXPECT_EQ(verify_chain(broken).field, "/1/prev_hash");

  broken = good;
  std::swap(broken[1], broken[2]);
  EXPECT_EQ(verify_chain(broken).reason, Reason::IncidentChain);

  Incidents other;
  EXPECT_EQ(other.fold(good[1]).reason, Reason::IncidentChain);
  EXPECT_TRUE(other.records().empty());
}

}  // namespace
}  // namespace clawgate::governance
