// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "bench/harness.h"
#include "schemas/record_json.h"

namespace {

// A gateway of the wire rows sends 2000 orders a round, the one that warms up included, of the
// 65,535 that a day's limit can allow.
constexpr int kRoundsMax = 30;

using clawgate::bench::Options;
using clawgate::bench::Row;

struct Part {
  const char* name;
  std::vector<Row> (*rows)(const Options&);
};
constexpr Part kParts[] = {
    {"parser", clawgate::bench::parser_rows},   {"journal", clawgate::bench::journal_rows},
    {"gateway", clawgate::bench::gateway_rows}, {"order", clawgate::bench::order_rows},
    {"wire", clawgate::bench::wire_rows},       {"serve", clawgate::bench::serve_rows},
    {"kill", clawgate::bench::kill_rows},
};

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

double load() {
  double one = 0;
  return ::getloadavg(&one, 1) == 1 ? one : -1;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 100 ? "%.2f" : "%.0f", value);
  return text;
}

void print(const std::vector<Row>& rows) {
  std::printf("%-66s %13s %13s %7s %7s %5s %13s %13s %13s\n", "", "product ns", "limit ns", "ratio",
              "goal", "met", "p50", "p99", "p99.9");
  for (const Row& row : rows) {
    std::printf("%-66s %13s %13s %7s %7s %5s %13s %13s %13s\n", row.name.c_str(),
                number(row.product_ns).c_str(), number(row.limit_ns).c_str(),
                number(row.ratio).c_str(),
                ((row.at_least ? ">=" : "<=") + number(row.goal)).c_str(), row.met() ? "yes" : "NO",
                number(row.p50).c_str(), number(row.p99).c_str(),
                row.p999 == 0 ? "" : number(row.p999).c_str());
    std::printf("    %s\n", row.note.c_str());
  }
}

bool write(const std::vector<Row>& rows, const std::string& path) {
  std::string json = "[";
  for (const Row& row : rows) {
    json += std::string(json.size() > 1 ? "," : "") +
            "\n {\"name\":" + clawgate::json_quote(row.name) +
            ",\"product_ns\":" + number(row.product_ns) + ",\"limit_ns\":" + number(row.limit_ns) +
            ",\"ratio\":" + number(row.ratio) + ",\"goal\":" + number(row.goal) +
            ",\"met\":" + (row.met() ? "true" : "false") + ",\"p50\":" + number(row.p50) +
            ",\"p99\":" + number(row.p99) + (row.p999 == 0 ? "" : ",\"p999\":" + number(row.p999)) +
            ",\"note\":" + clawgate::json_quote(row.note) + "}";
  }
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::ofstream file(path);
  file << json << "\n]\n";
  return file.good();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures the gateway against its limits, in the same run, interleaved and pinned."};
  Options options;
  std::string out = "artifacts/bench/summary.json";
  const char* const shared = std::getenv("CLAWGATE_SHARED_DATA");
  options.recordings = std::string(shared != nullptr ? shared : "../shared/data") + "/market";
  app.add_option("--rounds", options.rounds, "Rounds of each pair")
      ->check(CLI::Range(5, kRoundsMax));
  app.add_option("--recordings", options.recordings, "Folder of the market recordings");
  std::vector<std::string> only;
  std::set<std::string> names;
  for (const Part& part : kParts) names.insert(part.name);
  app.add_option("--part", only, "Only these parts")->check(CLI::IsMember(names));
  app.add_option("--out", out, "Where the summary goes");
  app.add_flag("--smoke", options.smoke, "Tiny counts: only shows that everything runs");
  CLI11_PARSE(app, argc, argv);
  if (options.smoke) options.rounds = 5;
  clawgate::bench::pin(0);
  const double busy = load();
  std::fprintf(stderr, "bench: %s, %u processors, load %.1f%s\n", processor_name().c_str(),
               std::thread::hardware_concurrency(), busy, busy > 0.7 ? " (NOT QUIET)" : "");
  std::vector<Row> rows;
  for (const Part& part : kParts) {
    if (!only.empty() && std::find(only.begin(), only.end(), part.name) == only.end()) continue;
    for (Row& row : part.rows(options)) rows.push_back(std::move(row));
    std::fprintf(stderr, "bench: %s, %zu rows\n", part.name, rows.size());
  }
  std::printf("%s, %d rounds, medians; load %.1f at the start; compiler " __VERSION__ "\n\n",
              processor_name().c_str(), options.rounds, busy);
  print(rows);
  if (!write(rows, out)) return 2;
  std::printf("\n%s\n", out.c_str());
  return 0;
}
