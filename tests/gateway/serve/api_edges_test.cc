// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve/api.h"
#include "tests/gateway/serve/api_fixture.h"

// What an edge of a request must not change: that a kill is taken, that an order is seen.

namespace clawgate::gateway {
namespace {

TEST_F(ApiTest, ANoteThatDoesNotFitNamesTheRule) {
  const std::string body =
      R"({"action":"reject","command_id":"c","hold":1,"note":"posi\u00e7\u00e3o"})";
  const auto& got = call("POST", "/v1/hitl/commands", "operator", body);
  EXPECT_NE(member(got, "seen").find("printable ASCII, at most 96 bytes"), std::string::npos)
      << got.body;
}

// I4: stopping needs nothing but the word.
TEST_F(ApiTest, AKillIsNotRefusedForWhatItDoesNotNeed) {
  const std::pair<std::string, std::string> rows[] = {
      {R"("note":"posi\u00e7\u00e3o errada")", "posi??o errada"},
      {R"("note":")" + std::string(97, 'n') + "\"", std::string(96, 'n')},
      {R"("note":"")", ""},
      {R"("note":7)", ""},
      {R"("challenge_id":"","signature_or_proof":[],"evidence_ref":"\u00e9")", ""},
      {R"("decision_id":")" + std::string(99, 'd') + "\"", ""},
      {R"("operator_id":"","channel":null)", ""},
  };
  int i = 0;
  for (const auto& [members, note] : rows) {
    const std::string id = "k" + std::to_string(++i);
    const auto& got = call("POST", "/v1/hitl/commands", "operator",
                           R"({"action":"kill","command_id":")" + id + "\"," + members + "}");
    EXPECT_EQ(got.status, 200) << members << got.body;
    EXPECT_EQ(member(got, "trading_state"), "KILLED") << got.body;
    EXPECT_EQ(all<OperatorCommand>().back().note.view(), note) << members;
  }
  EXPECT_EQ(count_records(OperatorCommand::kType), std::size(rows));
}

// I13: an order is one among other documents and under another type.
TEST_F(ApiTest, AnOrderAmongSeveralDocumentsIsAViolation) {
  const std::string order = signal_json("b", R"(,"quantity":1)");
  const auto& mixed =
      call("POST", "/v1/signals", "engine", signal_json("a") + "\n{}\n" + order + "\n");
  EXPECT_EQ(mixed.status, 403) << mixed.body;
  EXPECT_EQ(count_records(SignalRefused::kType), 1U);
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U);
  const auto& broken = call("POST", "/v1/signals", "engine",
                            signal_json("c") + "\n" + signal_json("d", R"(,"stop_loss":"x")"));
  EXPECT_EQ(broken.status, 422) << broken.body;
  EXPECT_EQ(code(broken), "FIELD_TYPE") << broken.body;
  const auto& two =
      call("POST", "/v1/signals", "engine", signal_json("e") + "\n" + signal_json("f"));
  EXPECT_EQ(two.status, 422) << two.body;
  EXPECT_EQ(code(two), "NOT_A_SIGNAL") << two.body;
  EXPECT_EQ(count_records(SignalRefused::kType), 3U);
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U);
  EXPECT_EQ(count_records(SignalDecided::kType), 0U);
}

TEST_F(ApiTest, AnOrderAcrossLinesIsAViolation) {
  std::string order = signal_json("b", R"(,"quantity":1)");
  for (std::size_t at = order.find(','); at != order.npos; at = order.find(',', at + 2)) {
    order.insert(at + 1, "\n");
  }
  const auto& got = call("POST", "/v1/signals", "engine", signal_json("a") + "\n" + order);
  EXPECT_EQ(got.status, 403) << got.body;
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U);
}

TEST_F(ApiTest, AnOrderUnderAnotherTypeIsAViolation) {
  HttpRequest sent = request("POST", "/v1/signals", "engine", signal_json("a"));
  sent.content_type = "text/plain";
  EXPECT_EQ(call(sent).status, 415);
  EXPECT_EQ(count_records(SignalRefused::kType), 0U);
  sent.body = signal_json("b", R"(,"quantity":1)");
  EXPECT_EQ(call(sent).status, 403) << answer->body;
  EXPECT_EQ(count_records(SignalRefused::kType), 1U);
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U);
  sent.content_type = "";
  sent.body = signal_json("c") + "\n" + sent.body;
  EXPECT_EQ(call(sent).status, 403) << answer->body;
  EXPECT_EQ(count_records(ViolationRecorded::kType), 2U);
}

// A kill does not wait for the disk that an engine's evidence goes to, and the core hears of no
// signal whose evidence is not there.
TEST_F(ApiTest, WhileEvidenceHangsAKillIsAnswered) {
  disk_hangs = true;
  std::vector<HttpResponse> answers;
  for (const char* const id : {"a", "b"}) {
    api->handle(request("POST", "/v1/signals", "engine", signal_json(id)),
                [&](HttpResponse response) { answers.push_back(std::move(response)); });
  }
  core_turn();
  EXPECT_EQ(count_records(SignalIntent::kType), 0U);
  EXPECT_EQ(call("POST", "/v1/hitl/commands", "operator", R"({"action":"kill"})").status, 200);
  EXPECT_EQ(answers.size(), 0U);
  for (const auto& done : being_kept) done({});
  core_turn();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(member(answers[0], "intent_id"), "a") << "in the order they came";
  EXPECT_EQ(member(answers[1], "intent_id"), "b");
  EXPECT_EQ(answers[0].status, 202);
}

TEST_F(ApiTest, SignalsThatWaitForTheDiskAreBounded) {
  disk_hangs = true;
  for (const char* const id : {"a", "b"}) {
    EXPECT_EQ(ask(request("POST", "/v1/signals", "engine", signal_json(id))).status, 0);
  }
  const HttpResponse& third = ask(request("POST", "/v1/signals", "engine", signal_json("c")));
  EXPECT_EQ(third.status, 503);
  EXPECT_EQ(code(third), "QUEUE_FULL");
  EXPECT_EQ(member(third, "field"), "evidence");
}

TEST_F(ApiTest, EvidenceThatCannotBeKeptIsNoSignal) {
  disk_hangs = true;
  EXPECT_EQ(ask(request("POST", "/v1/signals", "engine", signal_json("a"))).status, 0);
  being_kept.at(0)(Error{Reason::DataDirectoryUnwritable, "blobs", "full"});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  core_turn();
  EXPECT_EQ(count_records(SignalIntent::kType), 0U);
  EXPECT_TRUE(state->blocked_by(Block::SystemDegraded));
}

// However long the disk took, the core has all of its own time.
TEST_F(ApiTest, ASignalThatTheDiskHeldUpIsWaitedForAnew) {
  disk_hangs = true;
  api->tick();
  EXPECT_EQ(ask(request("POST", "/v1/signals", "engine", signal_json("a"))).status, 0);
  const auto pass = [&](int half_seconds) {
    for (int i = 0; i < half_seconds; ++i) {
      now += kNanosPerSecond / 2;
      api->tick();
    }
  };
  pass(19);
  being_kept.at(0)({});
  pass(19);
  EXPECT_FALSE(answer.has_value()) << "9.5 s of the disk, and as many of the core";
  core_turn();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 202);
}

// Its sender was told that it is late, and sends it again: the first one must not come after all.
TEST_F(ApiTest, ASignalThatTheDiskMadeLateIsNotDecidedOn) {
  disk_hangs = true;
  api->tick();
  EXPECT_EQ(ask(request("POST", "/v1/signals", "engine", signal_json("a"))).status, 0);
  for (int i = 0; i < 21; ++i) {
    now += kNanosPerSecond / 2;
    api->tick();
  }
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(code(*answer), "ANSWER_LATE");
  core_turn();
  ASSERT_TRUE(state->blocked_by(Block::SystemDegraded));
  catch_up();
  EXPECT_EQ(projection.blocks().at(Block::SystemDegraded).fact.evidence.view(),
            "api: the disk did not answer in time");
  being_kept.at(0)({});
  core_turn();
  EXPECT_EQ(count_records(SignalIntent::kType), 0U);
  disk_hangs = false;
  EXPECT_EQ(call("POST", "/v1/signals", "engine", signal_json("a")).status, 202);
}

TEST_F(ApiTest, HeadIsAnsweredLikeGet) {
  EXPECT_EQ(ask(request("HEAD", "/v1/holds", "reader")).status, 200);
  EXPECT_EQ(ask(request("HEAD", "/healthz", "engine")).status, 200);
  EXPECT_EQ(ask(request("HEAD", "/v1/reconcile", "reader")).status, 405);
  EXPECT_EQ(call(request("HEAD", "/v1/hitl/commands", "engine")).status, 403);
  EXPECT_EQ(count_records(ViolationRecorded::kType), 1U) << "whatever the method";
}

// Which connections are served without a seat.
TEST_F(ApiTest, ACommandIsOneOfWhoMayDecide) {
  EXPECT_TRUE(api->is_command(request("POST", "/v1/hitl/commands", "operator")));
  EXPECT_TRUE(api->is_command(request("POST", "/v1/hitl/commands?x", "admin")));
  EXPECT_FALSE(api->is_command(request("POST", "/v1/hitl/commands", "engine")));
  EXPECT_FALSE(api->is_command(request("POST", "/v1/hitl/commands", "reader")));
  EXPECT_FALSE(api->is_command(request("GET", "/v1/hitl/commands", "operator")));
  EXPECT_FALSE(api->is_command(request("POST", "/v1/decisions", "operator")));
}

TEST_F(ApiTest, OneHoldIsAskedForHoweverItEnded) {
  const HoldId hold = a_hold();
  const auto one = [&](const std::string& number) {
    return nlohmann::json::parse(call("GET", "/v1/holds?hold=" + number, "reader").body);
  };
  EXPECT_EQ(one("1")["holds"].size(), 1U);
  EXPECT_TRUE(one("2")["holds"].empty());
  ASSERT_EQ(call("POST", "/v1/hitl/commands", "operator", approve_json(hold, "c")).status, 200);
  const auto ended = one("1");
  EXPECT_TRUE(ended["holds"].empty());
  ASSERT_FALSE(ended["ended"].empty());
  EXPECT_EQ(ended["ended"][0]["state"], "RELEASED") << ended;
  EXPECT_TRUE(one("2")["ended"].empty());
  const auto all = nlohmann::json::parse(call("GET", "/v1/holds", "reader").body);
  EXPECT_TRUE(all["ended"].empty()) << "those without an approval alone";
}

}  // namespace
}  // namespace clawgate::gateway
