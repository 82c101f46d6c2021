// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/world/peers_fixture.h"

// Credentials that would be recognised anywhere: they may stand in what goes to the venue (the key,
// never the secret), and nowhere else (I8).

namespace clawgate::world {
namespace {

constexpr std::int64_t kMinute = 60;

class CanaryTest : public PeersTest {
 protected:
  /// Every byte of the journal.
  [[nodiscard]] std::string journal_bytes() const {
    std::string all;
    const auto store = world->store().after_process_death();
    for (const std::string& name : store->file_names()) {
      const auto bytes = store->file(name);
      all.append(bytes.begin(), bytes.end());
    }
    return all;
  }
  [[nodiscard]] std::string log_text() const {
    std::string all;
    for (const std::string& line : world->log) all += line + "\n";
    return all;
  }
  /// Pieces are looked for as well: a text that was cut must not hold half a key.
  void expect_clean(std::string_view what, const std::string& text, std::string_view secret) const {
    constexpr std::size_t kPiece = 12;
    for (std::size_t at = 0; at + kPiece <= secret.size(); at += 4) {
      ASSERT_EQ(text.find(secret.substr(at, kPiece)), std::string::npos) << what;
    }
  }
  /// The signature of the newest request.
  [[nodiscard]] std::string signature() const {
    for (std::size_t i = sent.size(); i-- > 0;) {
      const std::size_t at = sent[i].text.find("signature");
      if (at == std::string::npos) continue;
      const std::size_t from = sent[i].text.find_first_of("0123456789abcdef", at + 9);
      return sent[i].text.substr(from, 64);
    }
    return "";
  }
};

// Every fault and every refusal, each of whose texts repeats the key, the signature and our
// address.
TEST_F(CanaryTest, NoCredentialReachesLogsErrorsOrTheJournal) {
  for (const bool websocket : {true, false}) {
    up({.seed = 1, .orders_by_websocket = websocket});
    std::string last_signature;
    tamper = [&](std::string_view, std::string& text) {
      const std::size_t at = text.find(R"("msg":")");
      last_signature = signature();
      if (at != std::string::npos) {
        text.insert(at + 7, "key " + std::string(WireWorld::key()) + " signature " +
                                last_signature + " from 203.0.113.77: ");
      }
      return true;
    };
    for (const sim::FaultInfo& row : sim::kFaults) {
      fault(std::string(row.name));
      world->buy();
      run(kMinute);
      world->clear_causes();
      world->sell();
      run(kMinute);
      world->clear_causes();
    }
    static_cast<void>(world->service().http({"DELETE", "/sim/faults", {}, "", "127.0.0.1"}));
    world->kill();
    run(kMinute);

    ASSERT_FALSE(last_signature.empty());
    EXPECT_FALSE(world->log.empty());
    int errors = 0;
    for (const ExecutionReport& report : world->reports) {
      errors += report.venue_code != 0 ? 1 : 0;
      expect_clean("a report", std::string(report.text.view()), WireWorld::key());
      expect_clean("a report", std::string(report.text.view()), last_signature);
    }
    EXPECT_GT(errors, 0) << "no refusal was told";
    for (const auto& [what, text] :
         {std::pair("the log", log_text()), {"the journal", journal_bytes()}}) {
      EXPECT_GT(text.size(), 100U);
      expect_clean(what, text, WireWorld::key());
      expect_clean(what, text, WireWorld::secret());
      expect_clean(what, text, last_signature);
      EXPECT_EQ(text.find("203.0.113.77"), std::string::npos) << what;
    }
    for (const Frame& frame : sent) expect_clean("the wire", frame.text, WireWorld::secret());
  }
}

// What the venue answers to a wrong key, a wrong signature and a wrong address.
TEST_F(CanaryTest, RefusedCredentialsAreNotRepeated) {
  for (const char* const error :
       {R"({"code":-2014,"msg":"API-key format invalid: KEY"})",
        R"({"code":-2015,"msg":"Invalid API-key KEY, IP 203.0.113.77, or permissions"})",
        R"({"code":-1022,"msg":"Signature for this request is not valid: SIGNATURE"})",
        R"({"code":-1002,"msg":"KEY is not authorized"})"}) {
    up();
    tamper = [&](std::string_view method, std::string& text) {
      if (method.empty() || method == "time") return true;
      std::string body = error;
      for (const auto& [word, value] :
           {std::pair(std::string("KEY"), std::string(WireWorld::key())),
            {"SIGNATURE", signature()}}) {
        const std::size_t at = body.find(word);
        if (at != std::string::npos) body.replace(at, word.size(), value);
      }
      text = text.substr(0, text.find(',')) + R"(,"status":400,"error":)" + body + "}";
      return true;
    };
    world->buy();
    run(3 * kMinute);
    EXPECT_NE(log_text().find("no balances: -"), std::string::npos) << "the refusal is in the log";
    for (const auto& [what, text] :
         {std::pair("the log", log_text()), {"the journal", journal_bytes()}}) {
      expect_clean(what, text, WireWorld::key());
      expect_clean(what, text, signature());
      EXPECT_EQ(text.find("203.0.113.77"), std::string::npos) << what;
    }
  }
}

}  // namespace
}  // namespace clawgate::world
