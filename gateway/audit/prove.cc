// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/prove.h"

#include "gateway/audit/prover.h"
#include "gateway/audit/venue_export.h"

namespace clawgate::audit {

ProveReport prove(journal::Store& store, const ProveOptions& options) {
  ProveReport report;
  Records records(store, options.progress);
  Prover prover(report, options.office);
  while (report.ok() && records.next()) {
    prover.take(records.record(), records.engine_version());
  }
  records.drain();
  if (report.ok()) report.finding = records.damage();
  report.extent = records.extent();
  if (!report.ok() || options.venue == nullptr) return report;
  report.finding = compare(*options.venue, prover.ledger());
  report.venue_orders = options.venue->orders.size();
  report.venue_trades = options.venue->trades.size();
  return report;
}

}  // namespace clawgate::audit
