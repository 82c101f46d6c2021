// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "schemas/core/result.h"
#include "schemas/signal.h"

namespace clawgate::contracts {

inline constexpr std::size_t kSignalBytesMax = 64 * 1024;
inline constexpr std::size_t kSignalDepthMax = 16;
inline constexpr std::size_t kThesisBytesMax = 8192;
inline constexpr std::size_t kMetadataMembersMax = 64;  // and of each object inside it

/// A signal_intent 1.0 as it was read.
struct SignalDocument {
  /// Without what the edge adds: payload and thesis digests, stated_price, nonce.
  SignalIntent intent;
  std::string_view thesis;    // unescaped; lives until the decoder is used again
  std::string_view metadata;  // the part of the caller's text; empty when there is none
};

/// Reads signal_intent 1.0: the one decoder on the hot path. One pass, as strict as read_json and
/// the schema together, and no allocation after the constructor unless it refuses. One thread at a
/// time.
class SignalDecoder {
 public:
  SignalDecoder();
  ~SignalDecoder();
  SignalDecoder(SignalDecoder&&) noexcept;
  SignalDecoder& operator=(SignalDecoder&&) noexcept;

  /// The document lives in the decoder until it is used again.
  [[nodiscard]] Result<const SignalDocument*> decode(std::string_view text);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The canonical JSON of a signal. Of the metadata only what the core knows is in it.
[[nodiscard]] std::string encode(const SignalIntent& intent, std::string_view thesis);

}  // namespace clawgate::contracts
