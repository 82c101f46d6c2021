// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "venues/binance_spot/call.h"
#include "venues/binance_spot/clock_offset.h"
#include "venues/binance_spot/link.h"
#include "venues/binance_spot/outcome.h"
#include "venues/binance_spot/rate_limits.h"
#include "venues/binance_spot/replies.h"
#include "venues/binance_spot/retry.h"

namespace clawgate::venues::binance_spot {

/// What came of one call. The views live until the callback returns.
struct Answer {
  net::Fate fate = net::Fate::NotSent;
  int status = 0;
  std::string_view result;          // the JSON of a success; empty otherwise
  std::optional<VenueError> error;  // what the venue said instead
  std::string why;                  // in words, where fate is not Answered
  UnixNanos sent;                   // on our clock

  [[nodiscard]] bool ok() const { return fate == net::Fate::Answered && !error; }
  [[nodiscard]] std::int32_t code() const { return error ? error->code : 0; }
  [[nodiscard]] Outcome outcome() const {
    return outcome_of_write(fate, status, error ? std::optional(error->code) : std::nullopt,
                            error ? error->message.view() : std::string_view());
  }
};
using Answered = std::function<void(const Answer&)>;

/// What happens to a write between its last check and its answer. `may_leave` is asked immediately
/// before its first byte; `left` is told once it was handed over.
struct WriteHooks {
  std::function<bool()> may_leave;
  std::function<void()> left;
};

/// What "no such order" is: too early maybe, and asked again for some seconds, or a word like
/// others.
enum class NoSuchOrder : std::uint8_t { AskAgain, Answer };

/// Carries calls to the venue, over the WebSocket API where a live link stands and is preferred,
/// over REST otherwise: budgets, clock, signature, one answer each. Writes are sent at most once;
/// queries and cancels again, as retry.h allows. Venue thread.
class Caller {
 public:
  struct Options {
    net::Endpoint rest;
    bool prefer_websocket = true;
    std::int64_t recv_window_ms = 1'000;
    std::int64_t answer_max_ns = 10 * kNanosPerSecond;
    Backoff backoff{};
    std::function<std::uint64_t()> random_bits;
    std::string signed_host = {};  // another one that signed requests go to; "": none
    std::function<void(bool answered)> heard = {};  // after each call: did the venue answer?
  };

  Caller(net::Transport& transport, const Credentials& credentials, const Options& options);

  /// `done` exactly once, never from inside.
  void ask(Call call, Answered done, NoSuchOrder unknown = NoSuchOrder::AskAgain);
  void write(const Call& call, WriteHooks hooks, Answered done);
  /// A call that opens a link's session: over that link, once.
  void over(Link& link, const Call& call, Answered done);

  /// The link to prefer; nullptr: none.
  void use(Link* link) { link_ = link; }
  /// What a link read: the answer to one of our frames.
  void on_reply(const WsReply& reply);
  /// The link is gone: what went over it and was not answered has an unknown fate.
  void on_link_lost(const Link& link);

  [[nodiscard]] RateLimits& limits() { return limits_; }
  [[nodiscard]] ClockOffset& clock() { return clock_; }
  [[nodiscard]] const ClockOffset& clock() const { return clock_; }
  [[nodiscard]] UnixNanos venue_now() const { return clock_.venue_now(transport_.now()); }
  [[nodiscard]] RateLimits::Moment moment() const { return {transport_.now(), venue_now()}; }

 private:
  struct Pending {
    const CallInfo* info;
    const Link* link;
    Answered done;
    UnixNanos sent;
    net::TimerId deadline;
  };

  void tell_heard(const CallInfo& info, const Answer& answer) const;
  [[nodiscard]] std::optional<UnixNanos> admit(const CallInfo& info, std::string& why);
  void attempt(Call call, NoSuchOrder unknown, std::uint32_t made, Answered done);
  void send(const Call& call, WriteHooks hooks, Answered done);
  void send_rest(const Call& call, UnixNanos signed_at, WriteHooks hooks, Answered done);
  void send_link(Link& link, const Call& call, UnixNanos signed_at, const WriteHooks& hooks,
                 Answered done);
  void refuse(std::string why, Answered done);
  void settle(const CallInfo& info, const Answer& answer, std::span<const RateCount> counts);
  void finish(std::uint64_t id, Answer answer, std::span<const RateCount> counts);

  net::Transport& transport_;
  const Credentials& credentials_;
  Options options_;
  bool may_sign_;  // these credentials, for these hosts
  std::unique_ptr<net::HttpClient> http_;
  Link* link_ = nullptr;
  RateLimits limits_;
  ClockOffset clock_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, Pending> pending_;  // over links, by request id
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace clawgate::venues::binance_spot
