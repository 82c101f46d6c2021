// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/entropy.h"
#include "schemas/core/result.h"

namespace clawgate::gateway {

/// What a bearer of a token may do; the routes say which role each wants.
enum class Role : std::uint8_t { Engine, Operator, Reader, Admin };

[[nodiscard]] std::string_view word(Role role);
[[nodiscard]] std::optional<Role> role_from(std::string_view text);
[[nodiscard]] constexpr std::uint8_t bit_of(Role role) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
}

struct PrincipalName {
  std::string name;  // 1..24 of a-z, 0-9, _ and -
  Role role = Role::Reader;
};

/// Who may speak to the gateway. Each principal has a token of 256 bits in a file of its own,
/// `<name>.token`, that its owner alone may read; here only the tokens' hashes are kept.
class Principals {
 public:
  /// Reads the token of each name, or makes one where there is none. A file that others may read
  /// is refused.
  [[nodiscard]] static Result<Principals> open(const std::string& directory,
                                               const std::vector<PrincipalName>& names,
                                               Entropy& entropy);

  /// Whose token it is; nullptr when nobody's. Takes the same time wherever it differs.
  [[nodiscard]] const PrincipalName* find(std::string_view token) const;
  /// Whether somebody of that name has a token.
  [[nodiscard]] bool has(std::string_view name) const;

 private:
  struct Row {
    PrincipalName who;
    Digest token;  // SHA-256
  };
  std::vector<Row> rows_;
};

/// The text of a secret's file without its end of line. An Error when it cannot be read or others
/// may read it; the text is never in the error.
[[nodiscard]] Result<std::string> read_secret(const std::string& path);

/// `name:role` with commas between. nullopt when a name, a role or their number is wrong.
[[nodiscard]] std::optional<std::vector<PrincipalName>> principals_from(std::string_view text);

}  // namespace clawgate::gateway
