// SPDX-License-Identifier: Apache-2.0
#include "gateway/deliveries.h"
#include "gateway/signal_files.h"

#include <algorithm>
#include <filesystem>

namespace clawgate::gateway {
namespace {

bool is_enabled_by_decision(const Limits& limits, std::string_view engine) {
  if (limits.decision.empty()) return false;
  return std::any_of(limits.engines.begin(), limits.engines.end(),
                     [&](const EngineName& name) { return name.view() == engine; });
}

}  // namespace

std::string Delivery::key() const {
  if (const auto* signal = std::get_if<SignalIntent>(&what)) return key_of(*signal);
  return key_of(std::get<SignalRefused>(what));
}

std::string key_of(const SignalIntent& signal) {
  return "signal " + std::string(signal.source_engine.view()) + " " +
         std::string(signal.intent_id.view()) + " " + to_hex(signal.payload);
}

std::string key_of(const SignalRefused& refused) {
  return "refused " + to_hex(refused.payload) + " " + std::string(refused.where.view());
}

Result<std::vector<Delivery>> read_deliveries(const std::vector<std::string>& files,
                                              UnixNanos begin, const Limits& limits,
                                              DataDirectory& directory) {
  signals::Options intake;
  intake.today = signals::date_of(begin);
  intake.agentic_trading = is_enabled_by_decision(limits, "agentictrading");
  std::vector<Delivery> deliveries;
  for (const std::string& file : files) {
    const auto bytes = read_signal_file(file);
    if (!bytes) return bytes.error();
    const auto kept = directory.keep(bytes_of(*bytes));
    if (!kept) return kept.error();
    signals::Source source;
    source.name = file;
    source.bytes = *bytes;
    source.received_at = begin;
    for (signals::Reading& reading : signals::read(source, intake).readings) {
      // The journal names the file, not the folder that it happened to lie in.
      if (reading.where.starts_with(file)) {
        reading.where.replace(0, file.size(), std::filesystem::path(file).filename().string());
      }
      Delivery delivery{begin, signals::refused_record(reading), reading.where};
      if (reading.signal) {
        const auto thesis = directory.keep(bytes_of(reading.thesis));
        if (!thesis) return thesis.error();
        delivery.at = std::max(begin, reading.signal->as_of);
        delivery.what = *reading.signal;
      }
      deliveries.push_back(std::move(delivery));
    }
  }
  std::stable_sort(deliveries.begin(), deliveries.end(),
                   [](const Delivery& a, const Delivery& b) { return a.at < b.at; });
  return deliveries;
}

}  // namespace clawgate::gateway
