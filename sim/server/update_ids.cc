// SPDX-License-Identifier: Apache-2.0
#include "sim/server/update_ids.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace clawgate::sim {

Result<UpdateIds> UpdateIds::open(const std::string& path) {
  UpdateIds ids(path);
  std::ifstream file(path);
  if (!file && std::filesystem::exists(path)) return Error{Reason::FileUnreadable, path, ""};
  std::string symbol;
  std::int64_t last = 0;
  while (file >> symbol) {
    if (!(file >> last) || last < 0) return Error{Reason::FileUnreadable, path, symbol};
    ids.last_[symbol] = last;
  }
  return ids;
}

std::int64_t UpdateIds::last(std::string_view symbol) const {
  const auto at = last_.find(symbol);
  return at == last_.end() ? 0 : at->second;
}

std::optional<Error> UpdateIds::tell(std::string_view symbol, std::int64_t id) {
  if (id <= last(symbol)) return std::nullopt;
  last_[std::string(symbol)] = id + kAtOnce;
  return save();
}

// Whole, or as it was before.
std::optional<Error> UpdateIds::save() const {
  const std::string fresh = path_ + ".new";
  std::ofstream file(fresh, std::ios::trunc);
  for (const auto& [symbol, last] : last_) file << symbol << ' ' << last << '\n';
  file.close();
  if (!file) return Error{Reason::DataDirectoryUnwritable, fresh, ""};
  std::error_code error;
  std::filesystem::rename(fresh, path_, error);
  if (error) return Error{Reason::DataDirectoryUnwritable, path_, error.message()};
  return std::nullopt;
}

}  // namespace clawgate::sim
