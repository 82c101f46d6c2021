// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace clawgate::bench {

/// One row of the table: what we do against what cannot be beaten (or a peer), in the same run.
struct Row {
  std::string name;
  double product_ns = 0;
  double limit_ns = 0;
  double ratio = 0;  // product to limit; for `at_least` rows limit to product
  double goal = 0;
  bool at_least = false;  // the goal is a floor of the ratio, not a ceiling
  double p50 = 0;         // of the product, ns
  double p99 = 0;
  double p999 = 0;  // 0: not measured
  std::string note;

  [[nodiscard]] bool met() const { return at_least ? ratio >= goal : ratio <= goal; }
};

struct Options {
  int rounds = 7;          // at least five
  bool smoke = false;      // tiny counts: keeps the benches compiling and honest
  std::string recordings;  // folder of the market recordings; empty: those rows are left out

  [[nodiscard]] int count(int full) const { return smoke ? full / 100 + 1 : full; }
};

/// Nanoseconds of processor-independent time.
[[nodiscard]] std::int64_t now_ns();
[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double percentile(std::vector<double> values, double part);
/// Ties the calling thread to one processor. False where there is no such one.
bool pin(int processor);
/// Lets it run on all of them again, and the threads that it starts.
void unpin();

/// Runs `product` and `limit` in turn, `rounds` times; each answers nanoseconds per operation and
/// may add single operations to the samples it is given.
using Timed = std::function<double(std::vector<double>& samples)>;
[[nodiscard]] Row interleave(const std::string& name, double goal, const Options& options,
                             const Timed& product, const Timed& limit);

/// The same where the tail counts: each answers the nanoseconds of every operation of one round.
/// One row a goal that is not 0, of the rounds' medians.
using Sampled = std::function<std::vector<double>()>;
struct TailGoals {
  double p50 = 0;
  double p99 = 0;
};
[[nodiscard]] std::vector<Row> compare_tails(const std::string& name, const TailGoals& goals,
                                             const Options& options, const Sampled& product,
                                             const Sampled& limit);
[[nodiscard]] std::string microseconds(double ns);

// Each measures one part of the gateway.
[[nodiscard]] std::vector<Row> parser_rows(const Options& options);
[[nodiscard]] std::vector<Row> journal_rows(const Options& options);
[[nodiscard]] std::vector<Row> gateway_rows(const Options& options);
[[nodiscard]] std::vector<Row> order_rows(const Options& options);
[[nodiscard]] std::vector<Row> wire_rows(const Options& options);
[[nodiscard]] std::vector<Row> serve_rows(const Options& options);
[[nodiscard]] std::vector<Row> kill_rows(const Options& options);

}  // namespace clawgate::bench
