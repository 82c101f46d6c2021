// SPDX-License-Identifier: Apache-2.0
#include "sim/protocol/stamp.h"

#include "sim/exchange/params.h"
#include "sim/protocol/refusals.h"

namespace clawgate::sim {
namespace {

constexpr std::string_view kName = "recvWindow";
constexpr std::string_view kRange = R"(^[0-9]{1,20}(\.[0-9]{1,3})?$)";
constexpr std::int64_t kAheadNs = 1'000'000'000;

}  // namespace

Answer<SpanNs> read_recv_window(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::int64_t raw = 0;  // 1e-8 ms
  const bool deep = dot != std::string_view::npos && text.size() - dot - 1 > 3;
  if (deep || read_raw_decimal(kName, text, raw)) return refuse::illegal_characters(kName, kRange);
  constexpr std::int64_t kRawPerNano = 100;
  const SpanNs window(raw / kRawPerNano);
  if (window > kRecvWindowMax) return refuse::too_great(kName, "60000");
  return window;
}

std::optional<Refusal> check_stamp(TimeNs sent, TimeNs server, SpanNs recv_window) {
  if (sent.value() >= server.value() + kAheadNs) return refuse::ahead();
  if (server.value() - sent.value() > recv_window.value()) return refuse::too_early();
  return std::nullopt;
}

}  // namespace clawgate::sim
