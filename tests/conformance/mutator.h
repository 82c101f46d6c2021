// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/strict_json.h"

namespace clawgate::conformance {

/// Makes documents that are nearly what a contract asks for: starts from a good one and changes one
/// to three things that a schema or a reader could care about. Equal seeds make equal documents.
class Mutator {
 public:
  /// `good` are documents of one contract.
  Mutator(std::uint64_t seed, const std::vector<std::string>& good);

  [[nodiscard]] std::string next();

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(list.size())];
  }
  Json* any_value(Json& root);
  Json* any_object(Json& root);
  void change_members(Json& object);
  void change_value(Json& value);
  Json random_value(int depth);
  std::string random_text();
  void damage(std::string& text);

  std::mt19937_64 random_;
  std::vector<Json> good_;
  std::vector<std::string> names_;  // that occur in the good documents
};

/// As written: members in order, twice if they are there twice.
[[nodiscard]] std::string to_plain_json(const Json& value);

}  // namespace clawgate::conformance
