// SPDX-License-Identifier: Apache-2.0
#include "bench/harness.h"

#include <sched.h>

#include <algorithm>
#include <chrono>

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

}  // namespace clawgate::bench
