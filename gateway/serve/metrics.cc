// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <utility>
#include <vector>

#include "schemas/names.h"

namespace clawgate::gateway {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Prometheus speaks doubles; nothing here is money.
template <class T>
double number(T value) {
  return static_cast<double>(value);
}

class Page {
 public:
  /// One row of a family, which is begun when its name is new.
  void add(MetricType type, std::string_view name, std::string_view help, double value,
           std::string_view label = {}, std::string_view label_value = {}) {
    ClientMetric row;
    if (!label.empty()) row.label.push_back({std::string(label), std::string(label_value)});
    (type == MetricType::Counter ? row.counter.value : row.gauge.value) = value;
    family(type, name, help).metric.push_back(std::move(row));
  }
  MetricFamily& family(MetricType type, std::string_view name, std::string_view help) {
    if (families_.empty() || families_.back().name != name) {
      families_.push_back({std::string(name), std::string(help), type, {}});
    }
    return families_.back();
  }
  [[nodiscard]] std::string text() const {
    return prometheus::TextSerializer().prometheus::Serializer::Serialize(families_);
  }

 private:
  std::vector<MetricFamily> families_;
};

void add_core(Page& page, const CoreLoop::Counters& core) {
  const std::pair<std::string_view, const std::atomic<std::uint64_t>*> lanes[] = {
      {"control", &core.control}, {"market", &core.market}, {"signals", &core.signals},
      {"time", &core.time},       {"venue", &core.venue},
  };
  for (const auto& [lane, count] : lanes) {
    page.add(MetricType::Counter, "clawgate_inputs_total", "Inputs the core took, by lane",
             number(count->load(std::memory_order_relaxed)), "lane", lane);
  }
  ClientMetric row;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < core.barrier_buckets.size(); ++i) {
    sum += core.barrier_buckets[i].load(std::memory_order_relaxed);
    const double bound = i < CoreLoop::kBarrierBounds.size()
                             ? number(CoreLoop::kBarrierBounds[i]) / 1e9
                             : std::numeric_limits<double>::infinity();
    row.histogram.bucket.push_back({sum, bound});
  }
  row.histogram.sample_count = sum;
  row.histogram.sample_sum = number(core.barrier_ns_sum.load(std::memory_order_relaxed)) / 1e9;
  page.family(MetricType::Histogram, "clawgate_durable_seconds",
              "How long the core waited for a group to be durable and carried its effects out")
      .metric.push_back(std::move(row));
}

void add_lanes(Page& page, const Lanes& lanes) {
  const std::pair<std::string_view, std::size_t> depths[] = {
      {"control", lanes.control_size()},
      {"signals", lanes.signals_size()},
      {"venue", lanes.venue_size()},
  };
  for (const auto& [lane, size] : depths) {
    page.add(MetricType::Gauge, "clawgate_queue_depth", "Inputs that wait for the core, by lane",
             number(size), "lane", lane);
  }
  const std::pair<std::string_view, std::uint64_t> refused[] = {
      {"control", lanes.control_refused()},
      {"signals", lanes.signals_refused()},
      {"venue", lanes.venue_refused()},
  };
  for (const auto& [lane, count] : refused) {
    page.add(MetricType::Counter, "clawgate_queue_refused_total",
             "Inputs that found their lane full", number(count), "lane", lane);
  }
  page.add(MetricType::Counter, "clawgate_market_conflated_total",
           "Market tops replaced by a newer one before the core looked",
           number(lanes.markets_replaced()));
}

void add_state(Page& page, const TradingWord& word_now, const Projection& projection) {
  const TradingWord::View view = word_now.read();
  for (const TradingState state : {TradingState::Open, TradingState::ReduceOnly,
                                   TradingState::Blocked, TradingState::Killed}) {
    page.add(MetricType::Gauge, "clawgate_trading_state", "1 for the state the door obeys",
             view.state == state ? 1 : 0, "state", word(state));
  }
  page.add(MetricType::Gauge, "clawgate_kill_epoch", "Counts the kills",
           number(view.epoch.value()));
  for (const BlockInfo& row : kBlocks) {
    page.add(MetricType::Gauge, "clawgate_block", "1 while the condition or cause is in force",
             projection.state().blocked_by(row.block) ? 1 : 0, "block", row.code);
  }
  std::size_t held = 0;
  for (const Trade& trade : projection.state().trades) {
    held += trade.hold == HoldState::Held ? 1U : 0U;
  }
  page.add(MetricType::Gauge, "clawgate_holds_waiting", "Orders that wait for a person",
           number(held));
  page.add(MetricType::Gauge, "clawgate_journal_seq", "The newest durable record",
           number(projection.head().seq.value()));
  for (const auto& [reason, count] : projection.refusals()) {
    page.add(MetricType::Counter, "clawgate_refusals_total", "Recorded refusals, by reason",
             number(count), "reason", info(reason).code);
  }
}

void add_edges(Page& page, const EdgeNumbers& edges) {
  for (const auto& [status, count] : edges.answers) {
    page.add(MetricType::Counter, "clawgate_http_answers_total", "Requests answered, by status",
             number(count), "status", std::to_string(status));
  }
  page.add(MetricType::Gauge, "clawgate_http_waiting", "Requests that wait for the core",
           number(edges.answers_waiting));
  page.add(MetricType::Gauge, "clawgate_http_connections", "Open connections",
           number(edges.connections));
  page.add(MetricType::Counter, "clawgate_http_connections_refused_total",
           "Connections above the cap", number(edges.connections_refused));
  page.add(MetricType::Gauge, "clawgate_streams", "Open event streams", number(edges.streams));
  page.add(MetricType::Counter, "clawgate_streams_dropped_total",
           "Event streams dropped because they did not keep up", number(edges.streams_dropped));
}

}  // namespace

std::string metrics_text(const CoreLoop::Counters& core, const Lanes& lanes,
                         const TradingWord& word_now, const Projection& projection,
                         const EdgeNumbers& edges) {
  Page page;
  add_core(page, core);
  add_lanes(page, lanes);
  add_state(page, word_now, projection);
  add_edges(page, edges);
  return page.text();
}

}  // namespace clawgate::gateway
