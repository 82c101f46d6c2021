// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/result.h"
#include "venues/binance_spot/replies.h"

// The venue's resources as the tests see them: a contract, a reader and fixtures for each.

namespace clawgate::venues::binance_spot {

struct ResourceRow {
  std::string_view name;            // of the contract and of the fixtures' folder
  std::string_view sha256;          // of the contract at this version
  Error (*read)(std::string_view);  // Reason::None when the reader accepts
  bool lazy = false;                // it looks at nothing in members that it does not know
  int version = 1;
};
[[nodiscard]] std::span<const ResourceRow> resources();
void PrintTo(const ResourceRow& row, std::ostream* out);

[[nodiscard]] std::filesystem::path contract_path(const ResourceRow& row);

struct Fixture {
  std::string name;
  std::string text;
};
/// `kind` is good or bad; sorted by name.
[[nodiscard]] std::vector<Fixture> fixtures_of(const ResourceRow& row, std::string_view kind);
/// One good one: fixture("order", "partly").
[[nodiscard]] std::string fixture(std::string_view resource, std::string_view name);

/// Everything is ours, as instrument 3.
[[nodiscard]] std::optional<InstrumentId> any_instrument(std::string_view symbol);

}  // namespace clawgate::venues::binance_spot
