// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace clawgate::bench {

/// Beast and nothing else, on processor 1: answers a POST with as many bytes as it is told, and
/// each WebSocket message with itself.
class BeastEcho {
 public:
  enum class Idle : std::uint8_t { Sleep, Spin };

  explicit BeastEcho(Idle idle);
  ~BeastEcho();
  BeastEcho(const BeastEcho&) = delete;
  BeastEcho& operator=(const BeastEcho&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  void answer_with(std::size_t body_bytes);

  class Impl;  // the .cc's own

 private:
  std::unique_ptr<Impl> impl_;
};

/// A Beast WebSocket that does nothing but send and read, polled.
class BeastClient {
 public:
  explicit BeastClient(std::uint16_t port);
  ~BeastClient();
  BeastClient(const BeastClient&) = delete;
  BeastClient& operator=(const BeastClient&) = delete;

  /// Sends the text and spins until a message is back.
  void exchange(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawgate::bench
