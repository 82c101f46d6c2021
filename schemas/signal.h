// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "schemas/core/decimal.h"
#include "schemas/core/digest.h"
#include "schemas/core/record.h"
#include "schemas/ids.h"
#include "schemas/reason.h"

namespace clawgate {

enum class SignalSide : std::uint8_t { Buy, Sell, Hold };

/// What became of bytes from an engine.
enum class Disposition : std::uint8_t { Signal, Quarantine, Reject };

/// The five words of TradingAgents; None for engines that do not say.
enum class Strength : std::uint8_t { None, Buy, Overweight, Hold, Underweight, Sell };

/// What an engine thinks, as the core sees it: signal_intent 1.0 with its long texts replaced by
/// their SHA-256 (the texts are blobs beside the journal). Not an order: it has no type, price or
/// quantity. Input record.
struct SignalIntent {
  static constexpr std::uint16_t kType = 15;

  EngineName source_engine;
  IntentId intent_id;
  TraceId trace_id;
  Symbol symbol;  // in the venue's spelling
  SignalSide side = SignalSide::Hold;
  Rate confidence;  // 0..1
  bool confidence_derived = false;
  Strength strength = Strength::None;
  bool reduce_only = false;  // a sell never opens a short
  bool human_review = false;
  UnixNanos as_of;  // by the engine's account
  std::optional<Px> stop_loss;
  std::optional<Px> take_profit;
  Text<64> time_horizon;
  Digest payload;  // SHA-256 of the exact bytes received
  Digest thesis;   // SHA-256 of the thesis text
  std::optional<Px>
      stated_price;  // a price level the text claims for the symbol, for the sanity check
  Nonce nonce;       // 128 bits of entropy, added at the edge: makes the order digest unguessable

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("source_engine", self.source_engine);
    field("intent_id", self.intent_id);
    field("trace_id", self.trace_id);
    field("symbol", self.symbol);
    field("side", self.side);
    field("confidence", self.confidence);
    field("confidence_derived", self.confidence_derived);
    field("strength", self.strength);
    field("reduce_only", self.reduce_only);
    field("human_review", self.human_review);
    field("as_of", self.as_of);
    field("stop_loss", self.stop_loss);
    field("take_profit", self.take_profit);
    field("time_horizon", self.time_horizon);
    field("payload", self.payload);
    field("thesis", self.thesis);
    field("stated_price", self.stated_price);
    field("nonce", self.nonce);
  }
};

/// Bytes that did not become a signal: an audit event with their hash. Input record.
struct SignalRefused {
  static constexpr std::uint16_t kType = 16;

  Disposition disposition = Disposition::Reject;
  Reason reason = Reason::None;
  EngineName source;  // who sent it, or the format it was read as
  Text<96> where;     // file, line and field
  Text<64> seen;      // printable, cut; never a secret
  Digest payload;

  template <class Self, class Visitor>
  static constexpr void visit(Self& self, Visitor&& field) {
    field("disposition", self.disposition);
    field("reason", self.reason);
    field("source", self.source);
    field("where", self.where);
    field("seen", self.seen);
    field("payload", self.payload);
  }
};

/// True for the reasons that say an engine tried to order, or to decide on an order: policy
/// violations (I13).
[[nodiscard]] constexpr bool is_direct_order(Reason reason) {
  return (reason >= Reason::DirectOrderToolCall && reason <= Reason::DirectOrderDocument) ||
         reason == Reason::DecisionByEngine;
}

}  // namespace clawgate
