// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/contracts/words.h"
#include "schemas/core/result.h"

// The suite of one asset class: the files it ships with, and its cases, each a JSON file with the
// order, the market, and what must come of it. A case may take a field out of the profile
// (`without`): then reading the profile must fail there.

namespace clawgate::eval {

struct ClassCheck {
  std::string id;  // of a fixture, or the name of a check of the shipped files
  std::string expected;
  std::string seen;

  [[nodiscard]] bool passed() const { return expected == seen; }
};

struct ClassPlaces {
  std::string cases = "evals/asset_classes";  // <class>/*.json
  std::string contracts = "schemas/json";     // profiles/, validators/, adapters/, shadow_reviews/
};

/// An Error where a case or a shipped file cannot be read at all, or the class has not at least one
/// case that passes and one that fails.
[[nodiscard]] Result<std::vector<ClassCheck>> run_asset_class(contracts::BrazilianClass which,
                                                              const ClassPlaces& places);

}  // namespace clawgate::eval
