// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/effect.h"
#include "gateway/entropy.h"
#include "gateway/serve/clock.h"
#include "gateway/serve/http_message.h"
#include "gateway/serve/lanes.h"
#include "gateway/serve/office_link.h"
#include "gateway/serve/principals.h"
#include "gateway/serve/projection.h"
#include "gateway/serve/seats.h"
#include "gateway/trading_word.h"
#include "governance/policy/actions.h"
#include "governance/policy/posture.h"
#include "signals/signals.h"

namespace clawgate::gateway {

/// The HTTP surface without sockets: who may ask, what is asked, and the answers. What changes
/// something goes through a lane and is answered once the core made it durable; everything else is
/// read from the projection. One thread, the API's; the core's answers are posted to it.
class Api {
 public:
  struct Options {
    std::vector<std::string> hosts;  // as the Host header may say them
    std::string check_key;           // of the data directory, for the cards
    std::int64_t answer_max_ns = 10 * kNanosPerSecond;
    std::size_t waiting_max = 4096;
    governance::ActionTable actions = governance::action_rows();  // what decides who may do what
  };
  /// What it stands between. All outlive it.
  struct Surroundings {
    Lanes& lanes;
    TradingWord& word;
    const Projection& projection;
    const Principals& principals;
    Entropy& entropy;
    const Clock& clock;
    OfficeLink& link;  // to the office of the data directory
    /// Keeps each on another thread and then says on this one what came of it, in the order asked.
    /// False when too much waits.
    std::function<bool(std::vector<std::string> evidence,
                       std::function<void(std::optional<Error>)>)>
        keep_evidence;
    std::function<void()> catch_up;  // the projection, with the journal
    std::function<std::string()> metrics;
    /// Does the work, which writes to the office, on another thread and then the other, with what
    /// came of it, on this one. False when too much waits. Empty: here and at once.
    std::function<bool(std::function<HttpResponse()>, HttpReply)> aside{};
  };
  struct Route {
    std::string_view method;
    std::string_view path;
    std::uint8_t roles;  // bits by Role
    // What it leads to, as governance/policy/actions.h names it; "" for a route that only shows
    // something or takes opinions. An engine's token on any other is a policy violation (I13).
    std::string_view action;
    void (Api::*handle)(const HttpRequest&, const PrincipalName&, HttpReply);
    std::string_view parameters = {};  // of the query, a space between
  };
  /// Every route there is; openapi.json says the same.
  [[nodiscard]] static std::span<const Route> routes();
  [[nodiscard]] static std::string_view openapi();

  Api(Surroundings surroundings, Options options);

  void handle(const HttpRequest& request, HttpReply reply);
  /// Whose connection a request makes of the one that it came over.
  [[nodiscard]] Standing standing(const HttpRequest& request) const;
  /// Of one who may decide: a kill may be in it.
  [[nodiscard]] bool is_command(const HttpRequest& request) const;
  /// Whether the event stream may be opened by this request: a refusal, or after which record it
  /// begins. The route's own handler answers requests that ask for no upgrade.
  [[nodiscard]] std::optional<HttpResponse> refuse_stream(const HttpRequest& request, Seq& after);

  // From the core, on the API's thread.
  void answered(OfferId offer, const AnswerSignal& answer);
  void answered(OfferId offer, const AnswerCommand& answer);
  void recorded(OfferId offer);
  /// Everything that waits is answered with this, and so is what comes later.
  void fail(const Error& error);
  /// Answers what waited too long.
  void tick();
  /// What the venue said of the trading key, for the status.
  void key_told(const governance::Posture& posture);

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  /// Answers so far, by status.
  [[nodiscard]] const std::map<int, std::uint64_t>& answers() const { return answers_; }

 private:
  struct Waiting {
    HttpReply reply;
    std::int64_t until_ns = 0;  // monotonic
    Error refusal;              // of a refused signal: what it is told once that is recorded
    std::string command_id;
    std::function<HttpResponse(Reason)> refused = {};  // of a command that the core refuses
    std::function<HttpResponse()> done = {};           // once it is recorded, instead of a refusal
    std::string_view on = "the core";                  // what it waits on
  };

  // api.cc
  [[nodiscard]] std::optional<Error> check_origin(const HttpRequest& request) const;
  [[nodiscard]] Result<const PrincipalName*> authenticate(const HttpRequest& request) const;
  [[nodiscard]] std::optional<Error> check_role(const Route& route, const HttpRequest& request,
                                                const PrincipalName& who);
  void dispatch(const HttpRequest& request, HttpReply reply);
  [[nodiscard]] OfferId wait_for(Waiting waiting);
  [[nodiscard]] std::optional<Waiting> take(OfferId offer);
  void record_refused(const SignalRefused& record, const Error& refusal, HttpReply reply);
  [[nodiscard]] UnixNanos now() const { return around_.clock.wall(); }
  /// Whether the table of actions refuses it to one who has nothing to show for it.
  [[nodiscard]] bool is_guarded(std::string_view action) const;
  [[nodiscard]] bool report(Block cause, std::string_view evidence);
  void count_stranger(const HttpRequest& request, const std::optional<Error>& error);

  // api_signals.cc
  void post_signal(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  [[nodiscard]] const signals::Options& intake_options();
  void keep_and_offer(const signals::Reading& reading, const std::string& body, HttpReply reply);
  void kept(OfferId offer, SignalIntent signal, const std::optional<Error>& error);
  [[nodiscard]] signals::Intake read_signals(const std::string& name, const std::string& body);
  void refuse_reading(const signals::Reading& reading, const PrincipalName& who, HttpReply reply);
  void refuse_untyped_signal(const HttpRequest& request, const PrincipalName& who,
                             const Error& error, HttpReply reply);

  // api_engines.cc
  void post_heartbeat(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  [[nodiscard]] bool may_speak_as(const PrincipalName& who, std::string_view engine) const;
  [[nodiscard]] nlohmann::ordered_json engines_json() const;

  // api_commands.cc
  void post_command(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_reconcile(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void offer_command(const Result<OperatorCommand>& command, HttpReply reply);

  // api_office.cc
  [[nodiscard]] bool trading_blocked() const;
  void get_decisions(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_decision(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_answer(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_stage(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_promotion(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void in_office(std::function<HttpResponse()> work, HttpReply reply);
  void post_stage_unblock(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_checklist(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_incident(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void post_limits(const HttpRequest& request, const PrincipalName& who, HttpReply reply);

  // api_views.cc
  void get_holds(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_orders(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_positions(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_limits(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_incidents(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_status(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_head(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_stream(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_metrics(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_health(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_ready(const HttpRequest& request, const PrincipalName& who, HttpReply reply);
  void get_openapi(const HttpRequest& request, const PrincipalName& who, HttpReply reply);

  Surroundings around_;
  Options options_;
  signals::Options intake_;  // its symbols stay, the rest is each request's
  std::map<OfferId, Waiting> waiting_;
  std::int64_t ticked_ns_ = 0;  // by the monotonic clock
  OfferId next_offer_ = 1;
  std::map<int, std::uint64_t> answers_;
  std::optional<Error> failure_;
  int strangers_ = 0;  // refused in a row where orders are decided
  std::optional<governance::Posture> key_;
  UnixNanos key_told_at_;
};

}  // namespace clawgate::gateway
