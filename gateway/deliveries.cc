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

signals::Options options_of(UnixNanos now, const Limits& limits) {
  signals::Options options;
  options.today = signals::date_of(now);
  options.agentic_trading = is_enabled_by_decision(limits, "agentictrading");
  return options;
}

signals::Source source_of(std::string_view name, std::string_view bytes, UnixNanos now) {
  signals::Source source;
  source.name = name;
  source.bytes = bytes;
  source.received_at = now;
  return source;
}

std::optional<Error> add(std::vector<signals::Reading>& readings, const std::string& file,
                         UnixNanos now, DataDirectory& directory,
                         std::vector<Delivery>& deliveries) {
  for (signals::Reading& reading : readings) {
    // The journal names the file, not the folder that it happened to lie in.
    if (reading.where.starts_with(file)) {
      reading.where.replace(0, file.size(), std::filesystem::path(file).filename().string());
    }
    Delivery delivery{now, signals::refused_record(reading), reading.where};
    if (reading.signal) {
      const auto thesis = directory.keep(bytes_of(reading.thesis));
      if (!thesis) return thesis.error();
      delivery.at = std::max(now, reading.signal->as_of);
      delivery.what = *reading.signal;
    }
    deliveries.push_back(std::move(delivery));
  }
  return std::nullopt;
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
  const signals::Options options = options_of(begin, limits);
  std::vector<Delivery> deliveries;
  for (const std::string& file : files) {
    const auto bytes = read_signal_file(file);
    if (!bytes) return bytes.error();
    const auto kept = directory.keep(bytes_of(*bytes));
    if (!kept) return kept.error();
    auto intake = signals::read(source_of(file, *bytes, begin), options);
    if (auto error = add(intake.readings, file, begin, directory, deliveries)) return *error;
  }
  std::stable_sort(deliveries.begin(), deliveries.end(),
                   [](const Delivery& a, const Delivery& b) { return a.at < b.at; });
  return deliveries;
}

Result<std::vector<Delivery>> read_delivery_line(std::string_view line, std::size_t number,
                                                 UnixNanos now, const Limits& limits,
                                                 DataDirectory& directory) {
  const auto kept = directory.keep(bytes_of(line));
  if (!kept) return kept.error();
  auto readings = signals::read_line(source_of("-", line, now), number, options_of(now, limits));
  std::vector<Delivery> deliveries;
  if (auto error = add(readings, "-", now, directory, deliveries)) return *error;
  return deliveries;
}

}  // namespace clawgate::gateway
