// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "gateway/live_market.h"
#include "schemas/core/result.h"
#include "schemas/ids.h"
#include "sim/market/source.h"
#include "venues/net/asio_transport.h"

namespace clawgate::gateway {

/// The market that a session runs on: recorded, drawn from a seed, or live. One thread, the
/// session's.
class SessionMarket {
 public:
  struct Options {
    std::string text;  // synthetic:SEED, files with commas between, live or live:URL
    Symbol symbol;
    sim::SymbolId id;
    std::string record;                       // file that keeps a live market; or empty
    const std::atomic<bool>* stop = nullptr;  // ends the wait for a live one
  };

  /// With its first event at hand. Errors are about `--market` and `--record`.
  [[nodiscard]] static Result<std::unique_ptr<SessionMarket>> open(const Options& options);

  /// It goes by the wall clock, and its next event may have to be waited for.
  [[nodiscard]] bool is_live() const { return live_ != nullptr; }
  /// The next event; nullptr: there is none, of a live one none yet.
  [[nodiscard]] const sim::MarketEvent* event() const { return event_; }
  [[nodiscard]] bool is_over() const { return event_ == nullptr && !is_live(); }
  /// Passes event().
  [[nodiscard]] std::optional<Error> advance();
  /// Looks whether a live one said something.
  [[nodiscard]] std::optional<Error> poll();

  /// What was in a live one's way last, in words.
  [[nodiscard]] std::string trouble() const;

  /// How much of it is behind, 0..1; of a live one nothing can be said.
  [[nodiscard]] Rate progress() const { return source_->progress(); }

 private:
  [[nodiscard]] std::optional<Error> connect(const LivePlace& place, const Options& options);
  [[nodiscard]] std::optional<Error> await_first(const Options& options);

  std::unique_ptr<venues::net::AsioTransport> network_;
  std::unique_ptr<sim::MarketSource> source_;
  LiveMarket* live_ = nullptr;  // source_, where it is one
  const sim::MarketEvent* event_ = nullptr;
};

}  // namespace clawgate::gateway
