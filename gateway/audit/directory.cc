// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/directory.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "governance/journal/checkpoint.h"
#include "governance/journal/format.h"
#include "governance/journal/posix_store.h"

namespace clawgate::audit {
namespace {

bool belongs_to_journal(const std::string& name) {
  return journal::segment_number(name).has_value() || name == journal::kCheckpointFile;
}

}  // namespace

Result<std::unique_ptr<journal::Store>> open_journal(const std::string& directory) {
  std::error_code ignored;
  const std::filesystem::path inside = std::filesystem::path(directory) / "journal";
  const bool data = std::filesystem::is_directory(inside, ignored);
  const std::string path = data ? inside.string() : directory;
  auto store = journal::PosixStore::open_existing(path);
  if (!store) return store.error();
  std::vector<std::string> names;
  static_cast<void>((*store)->list(names));  // a list that fails is a journal without files
  if (std::none_of(names.begin(), names.end(), belongs_to_journal)) {
    return Error{Reason::JournalMissing, path, "no segment and no checkpoint"};
  }
  return std::unique_ptr<journal::Store>(std::move(*store));
}

}  // namespace clawgate::audit
