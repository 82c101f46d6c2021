// SPDX-License-Identifier: Apache-2.0
#include "bench/market_bench.h"

#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include "schemas/core/assert.h"
#include "sim/market/source.h"

namespace clawgate::bench {
namespace {

// Processor time of this thread: the machine may be shared.
double now_ms() {
  std::timespec time{};
  CLAWGATE_ASSERT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Bare {
  double gunzip_ms = 0;
  double dom_ms = 0;
  std::int64_t lines = 0;
  std::int64_t bytes = 0;
};

// The least that anyone does with such a file: unpack it, find each line's JSON, parse it.
void read_bare(const std::string& file, Bare& bare) {
  const double start = now_ms();
  std::ifstream in(file, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(in)), {});
  std::uint32_t size = 0;
  CLAWGATE_ASSERT(packed.size() > sizeof size);
  std::memcpy(&size, packed.data() + packed.size() - sizeof size, sizeof size);
  const std::unique_ptr<char[]> text(new char[size + simdjson::SIMDJSON_PADDING]);
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  const auto result = libdeflate_gzip_decompress(decompressor, packed.data(), packed.size(),
                                                 text.get(), size, nullptr);
  libdeflate_free_decompressor(decompressor);
  CLAWGATE_ASSERT(result == LIBDEFLATE_SUCCESS);
  const double unpacked = now_ms();

  simdjson::dom::parser parser;
  std::string_view rest(text.get(), size);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::size_t json = std::min(rest.find(' ') + 1, end);
    const auto parsed = parser.parse(rest.data() + json, end - json, false);
    CLAWGATE_ASSERT(parsed.error() == simdjson::SUCCESS || json == end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++bare.lines;
  }
  bare.gunzip_ms += unpacked - start;
  bare.dom_ms += now_ms() - unpacked;
  bare.bytes += size;
}

std::int64_t drain(sim::MarketSource& source) {
  while (source.next().value() != nullptr) {
  }
  return source.counts().events();
}

}  // namespace

MarketFigures measure_market(const std::vector<std::string>& files, const std::string& symbol,
                             int rounds) {
  CLAWGATE_ASSERT(rounds >= 5);
  MarketFigures figures;
  std::vector<double> gunzip;
  std::vector<double> dom;
  std::vector<double> scan;
  std::vector<double> ratio;
  std::vector<double> synthetic;
  for (int round = 0; round < rounds; ++round) {
    Bare bare;
    for (const std::string& file : files) read_bare(file, bare);
    const double start = now_ms();
    const auto recording = sim::open_recording(files, sim::SymbolId{0}, symbol).value();
    figures.events = drain(*recording);
    const double scanned = now_ms();
    const auto market = sim::make_synthetic({}).value();
    figures.synthetic_events = drain(*market);
    const double drawn = now_ms();

    figures.lines = bare.lines;
    figures.bytes = bare.bytes;
    gunzip.push_back(bare.gunzip_ms);
    dom.push_back(bare.dom_ms);
    scan.push_back(scanned - start);
    ratio.push_back(scan.back() / (bare.gunzip_ms + bare.dom_ms));
    synthetic.push_back((drawn - scanned) * 1e6 / static_cast<double>(figures.synthetic_events));
  }
  figures.gunzip_ms = median(gunzip);
  figures.dom_ms = median(dom);
  figures.scan_ms = median(scan);
  figures.scan_ratio = median(ratio);
  figures.synthetic_ns = median(synthetic);
  return figures;
}

}  // namespace clawgate::bench
