// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/caller.h"

#include <utility>

namespace clawgate::venues::binance_spot {
namespace {

UnixNanos later(UnixNanos time, std::int64_t nanos) {
  return UnixNanos(time.value() + nanos);
}

Answer no_answer(net::Fate fate, std::string why) {
  Answer answer;
  answer.fate = fate;
  answer.why = std::move(why);
  return answer;
}

}  // namespace

Caller::Caller(net::Transport& transport, const Credentials& credentials, const Options& options)
    : transport_(transport),
      credentials_(credentials),
      options_(options),
      may_sign_(credentials.may_sign_for(options.rest.host) &&
                (options.signed_host.empty() || credentials.may_sign_for(options.signed_host))),
      http_(transport.http(options.rest)) {}

void Caller::ask(Call call, Answered done, NoSuchOrder unknown) {
  attempt(std::move(call), unknown, 0, std::move(done));
}

void Caller::attempt(Call call, NoSuchOrder unknown, std::uint32_t made, Answered done) {
  const CallInfo& info = *call.info;
  auto again = [this, call, unknown, made, done = std::move(done), &info](const Answer& answer) {
    const auto code = answer.error ? std::optional(answer.error->code) : std::nullopt;
    if (answer.ok() || !may_retry(info, answer.fate, answer.status, code)) return done(answer);
    if (unknown == NoSuchOrder::Answer && code == kNoSuchOrder) return done(answer);
    const auto pause = delay_ns(options_.backoff, made + 1, options_.random_bits());
    if (!pause) return done(answer);
    transport_.at(later(transport_.now(), *pause),
                  [this, alive = std::weak_ptr(alive_), call, unknown, made, done] {
                    if (!alive.expired()) attempt(call, unknown, made + 1, done);
                  });
  };
  send(call, {}, std::move(again));
}

void Caller::write(const Call& call, WriteHooks hooks, Answered done) {
  send(call, std::move(hooks), std::move(done));
}

void Caller::send(const Call& call, WriteHooks hooks, Answered done) {
  std::string why;
  const auto stamp = admit(*call.info, why);
  if (!stamp) return refuse(std::move(why), std::move(done));
  const bool by_link = options_.prefer_websocket && link_ != nullptr && link_->is_open() &&
                       !call.info->ws_method.empty() && link_->is_drained();
  if (by_link) return send_link(*link_, call, *stamp, hooks, std::move(done));
  send_rest(call, *stamp, std::move(hooks), std::move(done));
}

void Caller::over(Link& link, const Call& call, Answered done) {
  std::string why;
  const auto stamp = admit(*call.info, why);
  if (!stamp) return refuse(std::move(why), std::move(done));
  send_link(link, call, *stamp, {}, std::move(done));
}

// A clock to sign with, and room in the venue's budgets. Where the clock cannot be measured,
// because the venue asks to wait, what guards a position is signed with what was measured last.
std::optional<UnixNanos> Caller::admit(const CallInfo& info, std::string& why) {
  UnixNanos stamp = venue_now();
  if (info.security != Security::None) {
    if (!may_sign_) {
      why = "credentials of this type sign nothing for this host";
      return std::nullopt;
    }
    const auto time = always_passes(info.priority)
                          ? clock_.signing_time_at_any_age(transport_.now())
                          : clock_.signing_time(transport_.now());
    if (!time) {
      why = to_text(time.error());
      return std::nullopt;
    }
    stamp = *time;
  }
  const RateLimits::Moment now = moment();
  if (limits_.try_take(info, now)) return stamp;
  const auto until = limits_.open_until(now.ours);
  const bool held = info.priority == Priority::Entry && limits_.entries_held_until(now.ours);
  why = until  ? wait_words(*until)
        : held ? "the venue takes no new orders of the account for now"
               : "the venue's request budget is used up";
  return std::nullopt;
}

void Caller::send_rest(const Call& call, UnixNanos signed_at, WriteHooks hooks, Answered done) {
  const CallInfo* const info = call.info;
  net::HttpRequest request =
      rest_request(call, options_.rest.path, &credentials_, signed_at, options_.recv_window_ms);
  request.timeout_ns = options_.answer_max_ns;
  if (hooks.may_leave) {
    request.may_leave = [hooks] {
      if (!hooks.may_leave()) return false;
      hooks.left();
      return true;
    };
  }
  const UnixNanos sent = transport_.now();
  http_->send(std::move(request), [this, alive = std::weak_ptr(alive_), info, sent,
                                   done = std::move(done)](const net::HttpAnswer& got) {
    if (alive.expired()) return;
    Answer answer;
    answer.fate = got.fate;
    answer.status = got.status;
    answer.why = got.why;
    answer.sent = sent;
    if (got.fate == net::Fate::Answered) {
      if (got.status == 200) {
        answer.result = got.body;
      } else {
        answer.error = read_rest_error(got);
      }
    }
    settle(*info, answer, counts_in_headers(got));
    done(answer);
  });
}

void Caller::send_link(Link& link, const Call& call, UnixNanos signed_at, const WriteHooks& hooks,
                       Answered done) {
  const std::uint64_t id = next_id_++;
  const std::string text =
      ws_request(call, id, &credentials_, link.is_logged_on(), signed_at, options_.recv_window_ms);
  // The last look stands directly before the bytes.
  if (hooks.may_leave && !hooks.may_leave()) {
    limits_.settle(*call.info, {}, venue_now());
    return refuse("held back at the last moment", std::move(done));
  }
  if (!link.send(text)) {
    limits_.settle(*call.info, {}, venue_now());
    return refuse("the connection is not open", std::move(done));
  }
  if (hooks.left) hooks.left();
  const UnixNanos now = transport_.now();
  const net::TimerId deadline =
      transport_.at(later(now, options_.answer_max_ns), [this, alive = std::weak_ptr(alive_), id] {
        if (alive.expired()) return;
        finish(id, no_answer(net::Fate::Unknown, "timed out waiting for the answer"), {});
      });
  pending_.emplace(id, Pending{call.info, &link, std::move(done), now, deadline});
}

void Caller::refuse(std::string why, Answered done) {
  transport_.at(transport_.now(),
                [alive = std::weak_ptr(alive_), why = std::move(why), done = std::move(done)] {
                  if (!alive.expired()) done(no_answer(net::Fate::NotSent, why));
                });
}

void Caller::on_reply(const WsReply& reply) {
  if (!reply.id) return;
  Answer answer;
  answer.fate = net::Fate::Answered;
  answer.status = reply.status;
  answer.result = reply.error ? std::string_view() : reply.result;
  answer.error = reply.error;
  finish(*reply.id, std::move(answer), reply.rate_limits);
}

void Caller::on_link_lost(const Link& link) {
  if (link_ == &link) link_ = nullptr;
  std::vector<std::uint64_t> lost;
  for (const auto& [id, row] : pending_) {
    if (row.link == &link) lost.push_back(id);
  }
  for (const std::uint64_t id : lost) {
    finish(id, no_answer(net::Fate::Unknown, "connection lost before the answer"), {});
  }
}

void Caller::finish(std::uint64_t id, Answer answer, std::span<const RateCount> counts) {
  const auto at = pending_.find(id);
  if (at == pending_.end()) return;  // timed out before, or never ours
  const Pending row = std::move(at->second);
  pending_.erase(at);
  transport_.cancel(row.deadline);
  answer.sent = row.sent;
  settle(*row.info, answer, counts);
  row.done(answer);
}

// A server's own failure is no answer of the venue. An entry that was held back says nothing.
void Caller::tell_heard(const CallInfo& info, const Answer& answer) const {
  if (!options_.heard) return;
  const bool answered = answer.fate == net::Fate::Answered && answer.status < 500;
  const bool held_back = info.is_write && answer.fate == net::Fate::NotSent;
  if (answered || !held_back) options_.heard(answered);
}

void Caller::settle(const CallInfo& info, const Answer& answer, std::span<const RateCount> counts) {
  limits_.settle(info, counts, venue_now());
  tell_heard(info, answer);
  if (!answer.error) return;
  limits_.on_error(*answer.error, transport_.now());
  if (advice_of(answer.status, answer.error->code) == Advice::ResyncClock) clock_.distrust();
}

}  // namespace clawgate::venues::binance_spot
