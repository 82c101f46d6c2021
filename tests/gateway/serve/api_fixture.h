// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gateway/serve/api.h"
#include "tests/gateway/engine_fixture.h"
#include "tests/support/temporary_directory.h"

namespace clawgate::gateway {

/// Time as the engine's fixture has it.
class FixtureClock final : public Clock {
 public:
  explicit FixtureClock(const std::int64_t& now) : now_(now) {}
  [[nodiscard]] UnixNanos wall() const override { return UnixNanos(now_); }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return now_; }

 private:
  const std::int64_t& now_;
};

/// The handlers over the real engine, its lanes emptied by hand, so that a test says when.
class ApiTest : public EngineTest {
 protected:
  explicit ApiTest(const Lanes::Options& room = {}) : lanes(room) {
    Operator who;
    who.id = OperatorId("operator");
    who.channels = bit_of(OperatorChannel::Http);
    apply(who);
    settle();
    projection.on_record = [this](const journal::RecordView& record) { link.see(record); };
    open_api(governance::action_rows());
  }

  /// `actions` decides who may do what; it outlives the API.
  void open_api(governance::ActionTable actions) {
    Api::Options options;
    options.hosts = {"127.0.0.1:1"};
    options.check_key = std::string(32, 'k');
    options.actions = actions;
    api.emplace(
        Api::Surroundings{lanes, word, projection, principals, entropy, clock, link,
                          [this](const std::vector<std::string>& evidence,
                                 std::function<void(std::optional<Error>)> done) {
                            return keep(evidence, std::move(done));
                          },
                          [this] { catch_up(); }, [] { return std::string("metrics 1\n"); }, aside},
        options);
  }

  /// At once, unless the disk hangs: then `being_kept` has who waits for it, up to `keeps_max`.
  bool keep(const std::vector<std::string>& evidence,
            std::function<void(std::optional<Error>)> done) {
    if (being_kept.size() >= keeps_max) return false;
    for (const std::string& one : evidence) kept.push_back(sha256(bytes_of(one)));
    if (disk_hangs) {
      being_kept.push_back(std::move(done));
    } else {
      done({});
    }
    return true;
  }

  [[nodiscard]] OfficeDesk desk_of_office() const {
    OfficePlace place;
    place.data = (directory.path() / "data").string();
    place.root = directory.path().string();
    place.checklists = (directory.path() / "checklists").string();
    return {place, {{"operator", Role::Operator}, {"admin", Role::Admin}}, OperatorChannel::Http};
  }
  [[nodiscard]] std::string token(const std::string& name) const {
    std::ifstream file(directory.path() / (name + ".token"));
    std::string text;
    std::getline(file, text);
    return text;
  }
  [[nodiscard]] HttpRequest request(const std::string& method, const std::string& target,
                                    const std::string& who, const std::string& body = "") const {
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.host = "127.0.0.1:1";
    request.authorization = "Bearer " + token(who);
    request.content_type = "application/json";
    request.body = body;
    return request;
  }

  /// What was answered; nothing until the core was given its turn.
  HttpResponse& ask(const HttpRequest& request) {
    answer.reset();
    api->handle(request, [this](HttpResponse response) { answer = std::move(response); });
    static HttpResponse none;
    none = {};
    none.status = 0;
    return answer ? *answer : none;
  }
  /// The same, and the core's turn.
  HttpResponse& call(const HttpRequest& request) {
    ask(request);
    core_turn();
    EXPECT_TRUE(answer.has_value());
    return *answer;
  }
  HttpResponse& call(const std::string& method, const std::string& target, const std::string& who,
                     const std::string& body = "") {
    return call(request(method, target, who, body));
  }

  /// The core takes all that waits, makes it durable and answers.
  void core_turn() {
    std::vector<OfferId> commands;
    std::vector<OfferId> signals;
    std::vector<OfferId> refused;
    const std::size_t commands_before = edges.commands.size();
    const std::size_t signals_before = edges.signals.size();
    const auto control = [&](const ControlInput& input) {
      const auto* const limits = std::get_if<LimitsProposed>(&input.what);
      const bool proposed = limits != nullptr && !limits->command_id.empty();
      if (proposed || std::holds_alternative<OperatorCommand>(input.what)) {
        commands.push_back(input.offer);
      }
      std::visit([&](const auto& what) { apply(what); }, input.what);
    };
    while (lanes.take_control(control)) continue;
    const auto signal = [&](const SignalInput& input) {
      const bool taken = std::holds_alternative<SignalIntent>(input.what);
      (taken ? signals : refused).push_back(input.offer);
      std::visit([&](const auto& what) { apply(what); }, input.what);
    };
    while (lanes.take_signal(signal)) continue;
    settle();
    for (std::size_t i = 0; i < commands.size(); ++i) {
      api->answered(commands[i], edges.commands[commands_before + i]);
    }
    for (std::size_t i = 0; i < signals.size(); ++i) {
      api->answered(signals[i], edges.signals[signals_before + i]);
    }
    for (const OfferId offer : refused) api->recorded(offer);
  }

  /// The projection, with what is durable and no more.
  void catch_up() {
    for (; shown < recorder.durable; ++shown) {
      const KeptRecord& record = recorder.records[shown];
      const Seq seq(shown + 1);
      projection.add({seq, record.time, record.type, 1, record.payload}, {seq, record.time, {}});
    }
  }

  [[nodiscard]] std::string signal_json(const std::string& id, const std::string& more = "",
                                        const std::string& from = "tradingagents") const {
    return R"({"schema_version":"1.0","intent_id":")" + id + R"(","source_engine":")" + from +
           R"(","symbol":"BTCUSDT","side":"buy","confidence":0.7,"thesis":"because",)" +
           R"("time_horizon":"1d","as_of":"2026-01-05T09:00:00Z","trace_id":"t-)" + id + "\"" +
           more + "}";
  }
  [[nodiscard]] static std::string code(const HttpResponse& response) {
    const auto json = nlohmann::json::parse(response.body, nullptr, false);
    return json.is_object() ? json.value("code", "") : "";
  }
  [[nodiscard]] static std::string member(const HttpResponse& response, const std::string& name) {
    const auto json = nlohmann::json::parse(response.body, nullptr, false);
    return json.is_object() ? json.value(name, "<none>") : "<no object>";
  }
  [[nodiscard]] std::string approve_json(HoldId hold, const std::string& id) {
    return R"({"action":"approve","command_id":")" + id + R"(","hold":)" +
           std::to_string(hold.value()) + R"(,"digest":")" + to_hex(trade(hold).digest) + "\"}";
  }
  [[nodiscard]] std::size_t count_records(std::uint16_t type) const {
    return static_cast<std::size_t>(
        std::count_if(recorder.records.begin(), recorder.records.end(),
                      [&](const KeptRecord& record) { return record.type == type; }));
  }

  clawgate::testing::TemporaryDirectory directory;
  SystemEntropy entropy;
  FixtureClock clock{now};
  Lanes lanes;
  OfficeLink link{desk_of_office(), lanes};
  Projection projection;
  Principals principals = Principals::open(directory.path().string(),
                                           {{"engine", Role::Engine},
                                            {"ai-trader", Role::Engine},
                                            {"operator", Role::Operator},
                                            {"reader", Role::Reader},
                                            {"admin", Role::Admin}},
                                           entropy)
                              .value();
  std::vector<Digest> kept;
  bool disk_hangs = false;
  std::size_t keeps_max = 2;
  std::vector<std::function<void(std::optional<Error>)>> being_kept;
  std::function<bool(std::function<HttpResponse()>, HttpReply)> aside;  // for the next open_api()
  std::size_t shown = 0;
  std::optional<Api> api;
  std::optional<HttpResponse> answer;
};

}  // namespace clawgate::gateway
