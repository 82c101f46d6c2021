// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

namespace clawgate::conformance {

enum class Verdict { Accepts, Refuses, Unreadable };

/// One schema as valijson reads it, over documents as nlohmann reads them.
class SchemaValidator {
 public:
  explicit SchemaValidator(const std::filesystem::path& schema);
  ~SchemaValidator();
  [[nodiscard]] Verdict validate(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clawgate::conformance
