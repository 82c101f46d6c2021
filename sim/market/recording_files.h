// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/core/decimal.h"
#include "schemas/core/result.h"
#include "sim/market/file_text.h"

namespace clawgate::sim {

/// A place in a recording, for an Error.
struct LinePlace {
  std::size_t file = 0;   // index
  std::int64_t line = 0;  // from 1
};

/// The lines of several files in a row, as one text. Blank lines are passed over. One thread at a
/// time.
class RecordingFiles {
 public:
  /// Every file must be there. Error: RecordingUnreadable.
  static Result<RecordingFiles> open(std::vector<std::string> paths);

  /// True: line() is the next line. False: there is none.
  Result<bool> next_line();
  /// True: line() is all that is left of a file, the next of them that is not blank. False: there
  /// is none. For formats that are not made of lines.
  Result<bool> next_rest();
  /// True: line() starts with what comes next, and the next call gives it again.
  Result<bool> peek();

  /// Without its end. Lives until the next call; FileText::kPadding bytes behind it are readable.
  [[nodiscard]] std::string_view line() const { return line_; }

  [[nodiscard]] LinePlace place() const { return {opened_ - 1, line_number_}; }
  /// "path:line"
  [[nodiscard]] std::string where(LinePlace place) const;
  [[nodiscard]] const std::string& path() const { return paths_[opened_ - 1]; }

  /// How much of the files is behind, by their bytes, 0..1. `unread` is how many bytes of line()
  /// the caller has still to read.
  [[nodiscard]] Rate progress(std::size_t unread = 0) const;

 private:
  Result<bool> open_next();
  Result<bool> find_text();

  std::vector<std::string> paths_;
  std::vector<std::int64_t> sizes_;  // on disk
  std::int64_t size_all_ = 0;
  std::int64_t size_behind_ = 0;  // of the files before the current one
  std::size_t opened_ = 0;        // files so far; the last of them is the current one
  FileText text_;
  std::string_view rest_;      // of the current file, not yet given
  std::size_t text_size_ = 0;  // of the current file
  std::int64_t line_number_ = 0;
  std::string_view line_;
};

}  // namespace clawgate::sim
