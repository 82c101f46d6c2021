// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/serve/api.h"
#include "gateway/serve/api_json.h"
#include "schemas/names.h"

namespace clawgate::gateway {

namespace {

/// What stands for several documents in one body: an order before anything else, then one that is
/// no signal by itself, and where each is one by itself that they are not one.
signals::Reading worst_of(const signals::Intake& intake, const std::string& name) {
  const auto badness = [](const signals::Reading& row) {
    if (is_direct_order(row.reason)) return 2;
    return row.signal ? 0 : 1;
  };
  const auto worst =
      std::max_element(intake.readings.begin(), intake.readings.end(),
                       [&](const auto& a, const auto& b) { return badness(a) < badness(b); });
  if (worst != intake.readings.end() && badness(*worst) > 0) return *worst;
  signals::Reading several;
  several.reason = Reason::NotASignal;
  several.where = name;
  several.seen = "not exactly one document";
  several.payload = intake.payload;
  return several;
}

}  // namespace

// As of this request: the day, and the prices that a level is judged by.
const signals::Options& Api::intake_options() {
  intake_.today = signals::date_of(now());
  intake_.trading_agents = false;  // this route takes signal_intent; files have `clawgate paper`
  intake_.ai_trader_posts = false;
  intake_.reference_prices.clear();
  const State& state = around_.projection.state();
  for (const auto& instrument : state.instruments) {
    if (!instrument) continue;
    const MarketTop* const top = state.market(instrument->id);
    if (top != nullptr && top->usable()) {
      intake_.reference_prices.push_back({instrument->symbol, top->mid()});
    }
  }
  return intake_;
}

signals::Intake Api::read_signals(const std::string& name, const std::string& body) {
  signals::Source source;
  source.name = name;
  source.bytes = body;
  source.received_at = now();
  const signals::Options& options = intake_options();
  signals::Intake intake = signals::read(source, options);
  if (intake.readings.size() < 2 || intake.direct_orders > 0) return intake;
  // An order may also stand across the lines.
  for (signals::Reading& whole : signals::read_line(source, 0, options)) {
    if (is_direct_order(whole.reason)) intake.readings.push_back(std::move(whole));
  }
  return intake;
}

void Api::refuse_reading(const signals::Reading& reading, const PrincipalName& who,
                         HttpReply reply) {
  SignalRefused record = signals::refused_record(reading);
  // What a refused document calls itself proves nothing, and one that does not say is the poster's.
  const bool may = !reading.engine.empty() && may_speak_as(who, record.source.view());
  if (!may) record.source = EngineName(who.name);
  const Error refusal{reading.reason, reading.where, reading.seen};
  record_refused(record, refusal, std::move(reply));
}

// An order is one whatever it is declared as (I13); anything else is what its type makes of it.
void Api::refuse_untyped_signal(const HttpRequest& request, const PrincipalName& who,
                                const Error& error, HttpReply reply) {
  const signals::Intake intake = read_signals("http/" + who.name, request.body);
  const auto order = std::find_if(intake.readings.begin(), intake.readings.end(),
                                  [](const auto& row) { return is_direct_order(row.reason); });
  if (order == intake.readings.end()) return reply(error_response(error));
  refuse_reading(*order, who, std::move(reply));
}

void Api::post_signal(const HttpRequest& request, const PrincipalName& who, HttpReply reply) {
  if (failure_) return reply(error_response(*failure_));
  const std::string name = "http/" + who.name;
  const signals::Intake intake = read_signals(name, request.body);
  if (intake.readings.size() != 1) {
    return refuse_reading(worst_of(intake, name), who, std::move(reply));
  }
  const signals::Reading& reading = intake.readings.front();
  if (!reading.signal) return refuse_reading(reading, who, std::move(reply));
  if (!may_speak_as(who, reading.signal->source_engine.view())) {
    const std::string said(reading.signal->source_engine.view());
    SignalRefused record;
    record.reason = Reason::EngineNotPrincipal;
    record.source = EngineName(who.name);
    record.where = Text<96>(name + "#/source_engine");
    record.seen = Text<64>(said);
    record.payload = reading.payload;
    return record_refused(record, {record.reason, "/source_engine", said}, std::move(reply));
  }
  keep_and_offer(reading, request.body, std::move(reply));
}

// The core hears of it once its evidence is on the disk; that is waited for elsewhere.
void Api::keep_and_offer(const signals::Reading& reading, const std::string& body,
                         HttpReply reply) {
  if (waiting_.size() >= options_.waiting_max) {
    return reply(error_response({Reason::QueueFull, "answers", ""}));
  }
  const OfferId offer = wait_for({std::move(reply), 0, {}, "", {}, {}, "the disk"});
  const bool taken =
      around_.keep_evidence({body, std::string(reading.thesis)},
                            [this, offer, signal = *reading.signal](
                                const std::optional<Error>& error) { kept(offer, signal, error); });
  if (!taken) take(offer)->reply(error_response({Reason::QueueFull, "evidence", ""}));
}

// What cannot be kept cannot be proven later: the gateway is degraded. Of a signal whose sender was
// told that it is late nothing comes any more: it may be sent again.
void Api::kept(OfferId offer, SignalIntent signal, const std::optional<Error>& error) {
  if (error) static_cast<void>(report(Block::SystemDegraded, "evidence cannot be kept"));
  auto waited = take(offer);
  if (!waited) return;
  if (error) return waited->reply(error_response(*error));
  waited->on = "the core";
  const OfferId to_core =
      wait_for(std::move(*waited));  // it has all its time, whatever the disk took
  signal.nonce = around_.entropy.nonce();
  if (around_.lanes.offer(SignalInput{to_core, signal})) return;
  take(to_core)->reply(error_response({Reason::QueueFull, "signals", ""}));
}

// 202 for a first word, whatever was decided on it; 200 for the same again, with what was decided
// on the first; 409 where the key, or the opposite side, was used before.
void Api::answered(OfferId offer, const AnswerSignal& answer) {
  const auto waited = take(offer);
  if (!waited) return;  // it was answered as late
  around_.catch_up();
  const SignalDecided* const fact = around_.projection.signal(answer.hold);
  OrderedJson body;
  SignalOutcome outcome = answer.outcome;
  ReasonSet why = answer.reasons;
  body["hold"] = answer.hold.value();
  if (answer.outcome == SignalOutcome::Duplicate && fact != nullptr) {
    const IntentSeen* const first = around_.projection.state().intents.find(fact->intent_key);
    body["hold"] = fact->first.value();
    if (first != nullptr) outcome = first->outcome;
    const SignalDecided* const decided = around_.projection.signal(fact->first);
    why = decided != nullptr ? ReasonSet::from_bits(decided->reasons) : ReasonSet();
  }
  if (answer.outcome == SignalOutcome::Conflict) {
    const std::string first = fact != nullptr ? std::to_string(fact->first.value()) : "?";
    const IntentSeen* const seen =
        fact == nullptr ? nullptr : around_.projection.state().intents.find(fact->intent_key);
    const bool reused = seen != nullptr && seen->hold != answer.hold;
    return waited->reply(error_response(
        {Reason::ConflictingIntent, reused ? "/intent_id" : "/side",
         reused ? "other content than under hold " + first : "the opposite of hold " + first}));
  }
  const bool again = answer.outcome == SignalOutcome::Duplicate;
  body["outcome"] = word(outcome);
  body["replay_disposition"] = again ? "no_op" : "accepted";
  body["intent_id"] = fact != nullptr ? fact->intent_id.view() : std::string_view();
  body["reasons"] = reason_rows(why, around_.projection.state(), now());
  waited->reply(json_response(again ? 200 : 202, body));
}

}  // namespace clawgate::gateway
