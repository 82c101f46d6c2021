// SPDX-License-Identifier: Apache-2.0
#include "sim/market/recording_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace clawgate::sim {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

}  // namespace

Result<RecordingFiles> RecordingFiles::open(std::vector<std::string> paths) {
  RecordingFiles files;
  for (const std::string& path : paths) {
    const Result<std::int64_t> size = file_size(path);
    if (!size) return size.error();
    files.sizes_.push_back(*size);
    files.size_all_ += *size;
  }
  files.paths_ = std::move(paths);
  return files;
}

Result<bool> RecordingFiles::open_next() {
  if (opened_ == paths_.size()) return false;
  if (opened_ > 0) size_behind_ += sizes_[opened_ - 1];
  const Result<std::string_view> text = text_.load(paths_[opened_]);
  if (!text) return text.error();
  ++opened_;
  rest_ = *text;
  text_size_ = text->size();
  line_number_ = 0;
  return true;
}

Result<bool> RecordingFiles::next_line() {
  while (true) {
    if (rest_.empty()) {
      const Result<bool> opened = open_next();
      if (!opened || !*opened) return opened;
      continue;
    }
    const void* const found = std::memchr(rest_.data(), '\n', rest_.size());
    const std::size_t size =
        found == nullptr ? rest_.size()
                         : static_cast<std::size_t>(static_cast<const char*>(found) - rest_.data());
    line_ = rest_.substr(0, size);
    rest_.remove_prefix(std::min(rest_.size(), size + 1));
    ++line_number_;
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    if (line_.find_first_not_of(kBlank) != std::string_view::npos) return true;
  }
}

// Moves to the next text that is not blank.
Result<bool> RecordingFiles::find_text() {
  while (true) {
    const std::size_t start = rest_.find_first_not_of(kBlank);
    if (start != std::string_view::npos) {
      const std::string_view blank = rest_.substr(0, start);
      line_number_ += std::count(blank.begin(), blank.end(), '\n');
      rest_.remove_prefix(start);
      return true;
    }
    rest_ = {};
    const Result<bool> opened = open_next();
    if (!opened || !*opened) return opened;
  }
}

Result<bool> RecordingFiles::peek() {
  const Result<bool> found = find_text();
  if (found && *found) line_ = rest_;
  return found;
}

Result<bool> RecordingFiles::next_rest() {
  const Result<bool> found = find_text();
  if (found && *found) line_ = std::exchange(rest_, {});
  return found;
}

std::string RecordingFiles::where(LinePlace place) const {
  return paths_[place.file] + ":" + std::to_string(place.line);
}

Rate RecordingFiles::progress(std::size_t unread) const {
  if (size_all_ == 0 || opened_ == 0) return Rate();
  const auto taken = static_cast<std::int64_t>(text_size_ - rest_.size() - unread);
  const auto whole = static_cast<std::int64_t>(std::max<std::size_t>(text_size_, 1));
  const Wide here = static_cast<Wide>(sizes_[opened_ - 1]) * taken / whole;
  const Wide done = (size_behind_ + here) * Rate::kScale / size_all_;
  return Rate::from_raw(static_cast<std::int64_t>(done));
}

}  // namespace clawgate::sim
