// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/audit/prove.h"
#include "gateway/audit/report_text.h"
#include "gateway/audit/venue_export.h"
#include "governance/journal/posix_store.h"
#include "tests/gateway/serve/daemon_fixture.h"

namespace clawgate::gateway {

/// The gateway and the simulator as two processes' worth of software with sockets between them.
class WireFixture : public DaemonFixture {
 protected:
  [[nodiscard]] std::string why_not_ready() {
    const json body = request("reader", "GET", "/readyz").second;
    return body["blocks"].empty() ? "" : body["blocks"][0]["evidence"].get<std::string>();
  }
  /// `journal prove --venue-export`, of a gateway that was stopped.
  void prove() {
    const auto venue = audit::read_venue_export(sim.export_text());
    ASSERT_TRUE(venue.has_value()) << to_text(venue.error());
    const auto store = journal::PosixStore::open_existing(options.data + "/journal").value();
    const auto proven = audit::prove(*store, {.venue = &*venue, .progress = {}});
    ASSERT_TRUE(proven.ok()) << proven.finding->rule << ": expected " << proven.finding->expected
                             << ", seen " << proven.finding->seen;
    EXPECT_EQ(proven.venue_orders, sim.orders().size());
  }
};

}  // namespace clawgate::gateway
