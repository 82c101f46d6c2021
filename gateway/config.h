// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "schemas/core/result.h"
#include "schemas/limits.h"

namespace clawgate::gateway {

/// How `clawgate serve` listens and waits.
struct ServeSettings {
  std::string address = "127.0.0.1";  // loopback only (I9)
  std::uint16_t port = 8420;          // 0: the kernel's choice
  bool spin = false;                  // the core and journal threads spin instead of parking
  std::string principals = "engine:engine,operator:operator,reader:reader,admin:admin";
  std::string backup_operator = {};  // the principal that stands in for the primary one; "": none
  std::uint64_t disk_min_mib = 256;  // free at the data directory, or the condition DISK_LOW
};

/// Where the venue of `serve` is and where its credentials lie: files, never the secrets
/// themselves.
struct VenueSettings {
  std::string rest_url;
  std::string ws_api_url;
  std::string stream_url;
  std::string api_key_file;
  std::string private_key_file;
  std::string ca_file = {};       // PEM; "": the system's authorities
  bool live_credentials = false;  // what the key was made for: a live venue, or practice
  std::int64_t unreachable_after_ns = 30 * kNanosPerSecond;  // then VENUE_UNREACHABLE
  bool orders_by_websocket = true;  // orders and cancels; REST carries the rest either way
};

/// Everything a person may set, with its default. Limits are a document of their own in the
/// journal; here is the one that a session starts with.
struct Config {
  SessionOpened session;
  Limits limits;
  Symbol symbol{"BTCUSDT"};
  Notional cash = Notional::of(10'000);           // paper money in quote currency
  std::int64_t latency_ns = 10 * kNanosPerMilli;  // to the practice exchange, each way
  ServeSettings serve;
  VenueSettings venue;

  Config();
};

/// Reads a YAML file over the defaults. Unknown keys, wrong types and values out of range are
/// errors that name the key. Limits above the defaults need `limits.decision`.
[[nodiscard]] Result<Config> read_config(const std::string& path);

/// The whole configuration as YAML, every key with its value: what `clawgate doctor` prints, and
/// what the configuration's hash is taken of.
[[nodiscard]] std::string to_yaml(const Config& config);

}  // namespace clawgate::gateway
