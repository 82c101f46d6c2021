// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/schema_validator.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/conformance/contracts.h"

namespace clawgate::conformance {

struct SchemaValidator::Impl {
  valijson::Schema schema;
  valijson::Validator validator;
};

SchemaValidator::SchemaValidator(const std::filesystem::path& schema)
    : impl_(std::make_unique<Impl>()) {
  const nlohmann::json document = nlohmann::json::parse(read_file(schema));
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, impl_->schema);
}

SchemaValidator::~SchemaValidator() = default;

Verdict SchemaValidator::validate(std::string_view text) {
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded()) return Verdict::Unreadable;
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  const bool valid = impl_->validator.validate(impl_->schema, adapter, nullptr);
  return valid ? Verdict::Accepts : Verdict::Refuses;
}

}  // namespace clawgate::conformance
