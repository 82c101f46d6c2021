// SPDX-License-Identifier: Apache-2.0
#include "bench/harness.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace clawgate::bench {

std::int64_t now_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

double percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

double median(std::vector<double> values) {
  return percentile(std::move(values), 0.5);
}

bool pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

void unpin() {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (std::size_t i = 0; i < CPU_SETSIZE; ++i) CPU_SET(i, &set);
  static_cast<void>(sched_setaffinity(0, sizeof set, &set));
}

Row interleave(const std::string& name, double goal, const Options& options, const Timed& product,
               const Timed& limit) {
  std::vector<double> products;
  std::vector<double> limits;
  std::vector<double> ratios;
  std::vector<double> samples;
  std::vector<double> unused;
  static_cast<void>(product(unused));  // warm
  static_cast<void>(limit(unused));
  for (int round = 0; round < options.rounds; ++round) {
    products.push_back(product(samples));
    limits.push_back(limit(unused));
    ratios.push_back(products.back() / limits.back());
  }
  Row row;
  row.name = name;
  row.goal = goal;
  row.product_ns = median(products);
  row.limit_ns = median(limits);
  row.ratio = median(ratios);
  row.p50 = samples.empty() ? row.product_ns : percentile(samples, 0.5);
  row.p99 = samples.empty() ? percentile(products, 0.99) : percentile(samples, 0.99);
  return row;
}

std::string microseconds(double ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f us", ns / 1'000);
  return text;
}

std::vector<Row> compare_tails(const std::string& name, const TailGoals& goals,
                               const Options& options, const Sampled& product,
                               const Sampled& limit) {
  constexpr std::array<double, 3> kParts = {0.5, 0.99, 0.999};
  std::array<std::vector<double>, 3> products;
  std::array<std::vector<double>, 3> limits;
  std::array<std::vector<double>, 3> ratios;
  static_cast<void>(product());  // warm
  static_cast<void>(limit());
  for (int round = 0; round < options.rounds; ++round) {
    const std::vector<double> ours = product();
    const std::vector<double> theirs = limit();
    for (std::size_t i = 0; i < kParts.size(); ++i) {
      products[i].push_back(percentile(ours, kParts[i]));
      limits[i].push_back(percentile(theirs, kParts[i]));
      ratios[i].push_back(products[i].back() / limits[i].back());
    }
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < 2; ++i) {
    const double goal = i == 0 ? goals.p50 : goals.p99;
    if (goal == 0) continue;
    Row row;
    row.name = name + (i == 0 ? ", p50" : ", p99");
    row.goal = goal;
    row.product_ns = median(products[i]);
    row.limit_ns = median(limits[i]);
    row.ratio = median(ratios[i]);
    row.p50 = median(products[0]);
    row.p99 = median(products[1]);
    row.p999 = median(products[2]);
    row.note = "limit p50/p99/p99.9 " + microseconds(median(limits[0])) + " / " +
               microseconds(median(limits[1])) + " / " + microseconds(median(limits[2]));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace clawgate::bench
