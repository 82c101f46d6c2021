// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/strict_json.h"
#include "sim/protocol/http.h"
#include "sim/protocol/json_writer.h"

namespace clawgate::sim {

class StreamSession;

/// Knows who listens to which stream.
class StreamHub {
 public:
  virtual ~StreamHub() = default;
  virtual void join(StreamSession& session, const std::string& name) = 0;
  virtual void leave(StreamSession& session, const std::string& name) = 0;
  virtual void gone(StreamSession& session) = 0;
};

/// One WebSocket of market data streams: what it listens to, and the requests that change it. A
/// name that is no stream is taken and never sends.
class StreamSession final : public WsSession {
 public:
  static constexpr std::size_t kStreamsMax = 1'024;  // a connection

  /// `target` is /ws, /ws/<name>[/<name>..] or /stream[?streams=a/b], with timeUnit=MICROSECOND or
  /// not. `hub` and `peer` outlive the session.
  StreamSession(StreamHub& hub, WsPeer& peer, std::string_view target);
  ~StreamSession() override;
  StreamSession(const StreamSession&) = delete;
  StreamSession& operator=(const StreamSession&) = delete;

  void on_text(std::string_view text) override;

  [[nodiscard]] TimeUnit unit() const { return unit_; }
  /// `payload` is JSON.
  void deliver(std::string_view stream, const std::string& payload);

 private:
  [[nodiscard]] std::string answer(const Json& request);
  [[nodiscard]] std::string subscribe(const Json& request, const std::string& id, bool on);
  [[nodiscard]] std::string set_property(const Json& request, const std::string& id);
  [[nodiscard]] std::string get_property(const Json& request, const std::string& id) const;
  void add(const std::string& name);

  StreamHub& hub_;
  WsPeer& peer_;
  bool combined_ = false;
  TimeUnit unit_ = TimeUnit::Milli;
  std::vector<std::string> names_;  // in the order they came
};

}  // namespace clawgate::sim
