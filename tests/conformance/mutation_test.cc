// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/conformance/contracts.h"
#include "tests/conformance/mutator.h"
#include "tests/conformance/schema_validator.h"
#include "tests/support/temporary_directory.h"

// Two other readers of the same schemas, on fixtures and on thousands of documents that are nearly
// right. Whatever our decoder accepts, both accept. Whatever both accept and ours refuses, it
// refuses for one of the listed rules by which it is stricter.

namespace clawgate::conformance {
namespace {

constexpr std::size_t kDocumentsPerContract = 1500;
constexpr std::uint64_t kSeed = 20260105;

struct Case {
  const ContractRow* contract;
  std::string text;
  std::string_view kind;  // of a fixture: good, bad, stricter; empty for a mutated document
  std::string name;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const ContractRow& contract : contracts()) {
    std::vector<std::string> good;
    for (const std::string_view kind : {"good", "bad", "stricter"}) {
      for (Fixture& fixture : fixtures(contract, kind)) {
        if (kind == "good") good.push_back(fixture.text);
        cases.push_back({&contract, std::move(fixture.text), kind, std::move(fixture.name)});
      }
    }
    Mutator mutator(kSeed, good);
    for (std::size_t i = 0; i < kDocumentsPerContract; ++i) {
      cases.push_back({&contract, mutator.next(), "", ""});
    }
  }
  return cases;
}

std::vector<bool> valijson_accepts(const std::vector<Case>& cases) {
  std::vector<bool> accepts;
  const ContractRow* contract = nullptr;
  std::unique_ptr<SchemaValidator> schema;
  for (const Case& row : cases) {
    if (row.contract != contract) {
      contract = row.contract;
      schema = std::make_unique<SchemaValidator>(schema_path(*contract));
    }
    accepts.push_back(schema->validate(row.text) == Verdict::Accepts);
  }
  return accepts;
}

void expect_agreement(const std::vector<Case>& cases, const std::vector<bool>& validators_accept) {
  std::size_t accepted = 0;
  std::size_t stricter = 0;
  ASSERT_EQ(cases.size(), validators_accept.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Error error = cases[i].contract->decode(cases[i].text);
    const bool ours = error.reason == Reason::None;
    if (cases[i].kind.empty()) accepted += ours ? 1 : 0;
    if (ours == validators_accept[i]) continue;
    ASSERT_FALSE(ours) << cases[i].contract->name << ": only ours accepts\n" << cases[i].text;
    ASSERT_TRUE(is_stricter(error.reason, cases[i].text))
        << cases[i].contract->name << ": only ours refuses: " << to_text(error) << "\n"
        << cases[i].text;
    if (cases[i].kind.empty()) ++stricter;
  }
  const std::size_t mutated = kDocumentsPerContract * contracts().size();
  EXPECT_GT(accepted, mutated / 10);  // the mutator reaches both sides, and the space between them
  EXPECT_LT(accepted, mutated / 2);
  EXPECT_GT(stricter, mutated / 100);
}

TEST(MutationTest, ValijsonAcceptsWhatWeAccept) {
  const std::vector<Case> cases = all_cases();
  expect_agreement(cases, valijson_accepts(cases));
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kSymbols =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const auto byte = i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0;
      group = group << 8 | static_cast<std::uint32_t>(byte);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool pad = i + j > bytes.size();
      out += pad ? '=' : kSymbols[group >> (18 - 6 * j) & 63];
    }
  }
  return out;
}

class AjvTest : public ::testing::Test {
 protected:
  const std::filesystem::path node_ =
      std::filesystem::path(CLAWGATE_SOURCE_DIR) / "tests/conformance/node";
  clawgate::testing::TemporaryDirectory folder_;

  void SetUp() override {
    if (std::filesystem::exists(node_ / "node_modules/ajv")) return;
    const std::string install =
        "npm ci --silent --no-audit --no-fund --prefix '" + node_.string() + "' >/dev/null 2>&1";
    if (std::system(install.c_str()) == 0) return;
    GTEST_SKIP() << "ajv is not there and `npm ci --prefix " << node_.string() << "` failed";
  }

  /// One answer a case, from one node process.
  std::vector<bool> ajv_accepts(const std::vector<Case>& cases) {
    const std::filesystem::path in = folder_.path() / "in.txt";
    const std::filesystem::path out = folder_.path() / "out.txt";
    std::ofstream lines(in, std::ios::binary);
    for (const Case& row : cases) lines << row.contract->name << ' ' << base64(row.text) << '\n';
    lines.close();
    const std::string run = "node '" + (node_ / "validate.mjs").string() + "' '" +
                            json_folder().string() + "' < '" + in.string() + "' > '" +
                            out.string() + "'";
    EXPECT_EQ(std::system(run.c_str()), 0);
    std::istringstream answers(read_file(out));
    std::vector<bool> accepts;
    for (std::string line; std::getline(answers, line);) accepts.push_back(line == "1");
    return accepts;
  }
};

TEST_F(AjvTest, BothValidatorsAcceptWhatWeAccept) {
  const std::vector<Case> cases = all_cases();
  const std::vector<bool> ajv = ajv_accepts(cases);
  std::vector<bool> both = valijson_accepts(cases);
  ASSERT_EQ(ajv.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    both[i] = both[i] && ajv[i];
    if (cases[i].kind.empty()) continue;  // of a fixture the answer is known
    EXPECT_EQ(ajv[i], cases[i].kind != "bad") << cases[i].contract->name << " " << cases[i].name;
  }
  expect_agreement(cases, both);
}

}  // namespace
}  // namespace clawgate::conformance
