// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/serve/api_fuzz.h"

#include <random>
#include <vector>

#include "tests/fuzz/mutate.h"

namespace clawgate::gateway {
namespace {

class ApiFuzzTest : public ApiFuzz {};

TEST_F(ApiFuzzTest, EveryRouteHoldsOnMutatedRequests) {
  std::vector<std::string> seeds;
  for (std::size_t route = 0; route < Api::routes().size(); ++route) {
    for (char who = 0; who < 5; ++who) {
      const std::string choice{'\x01', static_cast<char>(route), who};
      seeds.push_back(choice + "?after=0\n");
      seeds.push_back(choice + "\n" + signal_json("a"));
      seeds.push_back(choice + "\n" + R"({"action":"kill","command_id":"k1","note":"x"})");
      seeds.push_back(choice + "\n" + R"({"action":"approve","command_id":"c1","hold":1,)" +
                      R"("digest":")" + std::string(64, 'a') + "\"}");
      seeds.push_back(choice + "\n" + R"({"action":"unblock","command_id":"u1","cause":"KILL",)" +
                      R"("decision_id":"DEC-20260105-001"})");
    }
  }
  for (const std::string& seed : seeds) ask_with(seed);
  std::mt19937_64 random(20261121);
  for (std::size_t i = 0; i < 4'000; ++i) {
    ask_with(fuzz::mutated(seeds[i % seeds.size()], seeds, random));
  }
}

}  // namespace
}  // namespace clawgate::gateway
