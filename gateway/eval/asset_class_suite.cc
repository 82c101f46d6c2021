// SPDX-License-Identifier: Apache-2.0
#include "gateway/eval/asset_class_suite.h"

#include <algorithm>
#include <filesystem>

#include "governance/gates/asset_class.h"
#include "schemas/core/read_file.h"
#include "schemas/strict_json.h"

namespace clawgate::eval {

enum class ClassOutcome : std::uint8_t { Pass, Fail };

}  // namespace clawgate::eval

template <>
struct clawgate::contracts::Words<clawgate::eval::ClassOutcome> {
  static constexpr auto kAll = std::to_array<std::string_view>({"PASS", "FAIL"});
};

namespace clawgate::eval {
namespace {

using contracts::BrazilianClass;
using contracts::word_of;

struct ClassCase {
  static constexpr bool kClosed = true;

  std::string fixture_id;
  BrazilianClass asset_class = BrazilianClass::EquitiesBr;
  ClassOutcome expected_status = ClassOutcome::Fail;
  std::vector<std::string> expected_reasons;
  std::optional<std::string> without;  // a JSON pointer into the profile
  governance::ClassOrder order;
  contracts::MarketState market_state;
  UnixNanos at;
  bool live = false;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    field("schema_version", contracts::Constant{"1.0"});
    field("fixture_id", self.fixture_id, contracts::id_rule(64));
    field("asset_class", self.asset_class);
    field("expected_status", self.expected_status);
    field("expected_reasons", self.expected_reasons, contracts::list_rule(32, 0, 96));
    field("without", self.without, contracts::id_rule(96));
    field("order", self.order);
    field("market_state", self.market_state);
    field("at", self.at);
    field("live", self.live);
  }
};

/// The error of a file begins with its name.
Error in_file(const std::string& path, const Error& error) {
  return {error.reason, path + ":" + error.field, error.seen};
}

struct Shipped {
  std::string profile;
  governance::AssetClassRules rules;
  contracts::ShadowModeReview review;
};

template <auto kDecode, class Into>
std::optional<Error> read_into(const std::string& path, Into& into, std::string* keep = nullptr) {
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  const auto value = kDecode(*text);
  if (!value) return in_file(path, value.error());
  into = *value;
  if (keep != nullptr) *keep = *text;
  return std::nullopt;
}

Result<Shipped> read_shipped(BrazilianClass which, const std::string& folder) {
  const std::string name = "/" + std::string(word_of(which)) + ".json";
  Shipped shipped;
  auto error = read_into<contracts::decode_asset_profile>(folder + "/profiles" + name,
                                                          shipped.rules.profile, &shipped.profile);
  if (!error) {
    error = read_into<contracts::decode_asset_class_validator>(folder + "/validators" + name,
                                                               shipped.rules.validator);
  }
  if (!error) {
    error = read_into<contracts::decode_venue_adapter>(folder + "/adapters" + name,
                                                       shipped.rules.adapter);
  }
  if (!error) {
    error = read_into<contracts::decode_shadow_mode_review>(folder + "/shadow_reviews" + name,
                                                            shipped.review);
  }
  if (error) return *error;
  return shipped;
}

/// Takes the value at `pointer` out; false when there is none.
bool take_out(Json& value, std::string_view pointer) {
  const std::size_t next = std::min(pointer.find('/', 1), pointer.size());
  const std::string_view name = pointer.substr(1, next - 1);
  const auto member = std::find_if(value.members.begin(), value.members.end(),
                                   [&](const JsonMember& row) { return row.name == name; });
  if (member == value.members.end()) return false;
  if (next < pointer.size()) return take_out(member->value, pointer.substr(next));
  value.members.erase(member);
  return true;
}

std::string outcome_text(ClassOutcome outcome, const std::vector<std::string>& reasons) {
  std::string text(word_of(outcome));
  for (const std::string& reason : reasons) text += ", " + reason;
  return text;
}

Result<std::string> run_case(const ClassCase& one, const Shipped& shipped) {
  governance::AssetClassRules rules = shipped.rules;
  if (one.without) {
    Json profile = read_json(shipped.profile).value();
    if (!one.without->starts_with('/') || !take_out(profile, *one.without)) {
      return Error{Reason::FieldValue, "/without", printable(*one.without)};
    }
    const auto read = contracts::decode_asset_profile(to_canonical_json(profile));
    if (!read) {
      const Error& error = read.error();
      return outcome_text(ClassOutcome::Fail,
                          {std::string(info(error.reason).code) + " " + error.field});
    }
    rules.profile = *read;
  }
  const auto verdict =
      check_class_order(rules, one.order, {one.market_state.status, one.at, one.live});
  const bool pass = verdict.validator_status == contracts::ValidatorStatus::Pass;
  return outcome_text(pass ? ClassOutcome::Pass : ClassOutcome::Fail, verdict.block_reasons);
}

/// What must hold of the shipped files, whatever the cases are.
void check_shipped(const Shipped& shipped, BrazilianClass which, std::vector<ClassCheck>& checks) {
  const auto first = [](const std::vector<Error>& found) {
    return found.empty() ? std::string("none") : found.front().field + " " + found.front().seen;
  };
  const governance::AssetClassRules& rules = shipped.rules;
  checks.push_back(
      {"class", std::string(word_of(which)), std::string(word_of(rules.profile.asset_class))});
  checks.push_back({"contradictions", "none", first(contradictions(rules))});
  checks.push_back({"adapter_status", "blocked", std::string(word_of(rules.adapter.status))});
  checks.push_back({"execution_path", "execution_gateway_only",
                    std::string(word_of(rules.adapter.execution_path))});
  // No decision of this suite exists, so a review that says it is completed cannot be.
  const governance::Decisions none;
  checks.push_back(
      {"shadow_review", "none",
       first(check_shadow_review(shipped.review, none, [](std::string_view) { return false; }))});
  checks.push_back({"shadow_review_class", std::string(word_of(which)),
                    std::string(word_of(shipped.review.asset_class))});
}

}  // namespace

Result<std::vector<ClassCheck>> run_asset_class(BrazilianClass which, const ClassPlaces& places) {
  const auto shipped = read_shipped(which, places.contracts);
  if (!shipped) return shipped.error();
  const std::string folder = places.cases + "/" + std::string(word_of(which));
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& file : std::filesystem::directory_iterator(folder, failed)) {
    if (file.path().extension() == ".json") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<ClassCheck> checks;
  check_shipped(*shipped, which, checks);
  bool passes = false;
  bool fails = false;
  for (const std::string& path : files) {
    const auto text = read_whole_file(path);
    if (!text) return text.error();
    const auto one = contracts::decode_contract<ClassCase>(*text);
    if (!one) return in_file(path, one.error());
    if (one->asset_class != which) {
      return Error{Reason::FieldValue, path + ":/asset_class",
                   std::string(word_of(one->asset_class))};
    }
    const auto seen = run_case(*one, *shipped);
    if (!seen) return in_file(path, seen.error());
    (one->expected_status == ClassOutcome::Pass ? passes : fails) = true;
    checks.push_back(
        {one->fixture_id, outcome_text(one->expected_status, one->expected_reasons), *seen});
  }
  if (passes && fails) return checks;
  return Error{Reason::FileUnreadable, folder, "not at least one PASS and one FAIL case"};
}

}  // namespace clawgate::eval
