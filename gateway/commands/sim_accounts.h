// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schemas/core/result.h"
#include "sim/server/credentials.h"
#include "sim/server/simulator.h"

namespace clawgate::gateway {

/// One account of `clawgate sim` and the credentials that open it.
struct SimAccount {
  std::int64_t uid = 0;
  std::string api_key;
  std::string secret;
  std::string ed25519_api_key;
  sim::KeyPair ed25519;
};

using SimBalances = std::vector<std::pair<std::string, std::int64_t>>;  // asset, 1e-8 units

/// "USDT=100000"
[[nodiscard]] Result<std::pair<std::string, std::int64_t>> parse_balance(const std::string& text);

/// Accounts with new random credentials until there are `count`.
void grow_accounts(std::vector<SimAccount>& accounts, std::size_t count);

/// What `path` (0600) keeps. No file: no accounts.
[[nodiscard]] Result<std::vector<SimAccount>> load_accounts(const std::string& path);
[[nodiscard]] std::optional<Error> save_accounts(const std::string& path,
                                                 const std::vector<SimAccount>& accounts);

/// The files that a gateway reads an account's key from: `account-N.key` and, with the Ed25519
/// private key, `account-N.pem`; N counts from 1. 0600.
struct SimKeyFiles {
  std::string api_key;
  std::string private_key;
};
[[nodiscard]] SimKeyFiles key_files(const std::string& directory, std::size_t account);
[[nodiscard]] std::optional<Error> save_key_files(const std::string& directory,
                                                  const std::vector<SimAccount>& accounts);

/// Keys for all accounts; those that the exchange does not have yet are opened with `balances`.
[[nodiscard]] std::optional<Error> open_accounts(sim::Simulator& simulator,
                                                 const std::vector<SimAccount>& accounts,
                                                 const SimBalances& balances);

/// Writes a file that only its owner may read, as a whole or not at all.
[[nodiscard]] bool write_private(const std::string& path, const std::string& text);

/// The simulator's certificate and its authority, from `directory` or new and then kept there.
[[nodiscard]] Result<sim::TestCertificate> certificate_in(const std::string& directory);

}  // namespace clawgate::gateway
