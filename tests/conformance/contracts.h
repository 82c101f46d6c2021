// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"

// The contracts as the conformance tests see them: a schema, a decoder and fixtures for each.

namespace clawgate::conformance {

/// None when our decoder accepts.
using Decode = Error (*)(std::string_view text);
/// What our encoder makes of what our decoder read; the document must be a good one.
using Reencode = std::string (*)(std::string_view text);

struct ContractRow {
  std::string_view name;  // of the schema file and of the fixtures' folder
  std::string_view version;
  std::string_view sha256;  // of the schema file at that version
  Decode decode;
  Reencode reencode;
};

void PrintTo(const ContractRow& contract, std::ostream* out);

/// All of them, in the order of their names.
[[nodiscard]] const std::vector<ContractRow>& contracts();

[[nodiscard]] std::filesystem::path json_folder();  // schemas/json
[[nodiscard]] std::filesystem::path schema_path(const ContractRow& contract);

struct Fixture {
  std::string name;  // file name without .json
  std::string text;
};
/// `kind` is good, bad or stricter; sorted by name.
[[nodiscard]] std::vector<Fixture> fixtures(const ContractRow& contract, std::string_view kind);

/// The reason that the name of a bad or stricter fixture starts with.
[[nodiscard]] Reason reason_in_name(const std::string& name);

/// The whole file; a missing one fails the process.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// True when `reason` is one of the rules by which a decoder is stricter than its schema, and
/// `text` really breaks that rule: an exact reading (exponent, scale, range, a name twice, depth,
/// size, UTF-8), a day that is in no calendar, an instant whose year is another in UTC, a text
/// within its characters but over its bytes, or a NUL in it.
[[nodiscard]] bool is_stricter(Reason reason, std::string_view text);

}  // namespace clawgate::conformance
