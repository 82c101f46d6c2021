// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/report/html_text.h"
#include "gateway/report/words.h"

// The few shapes that the page is made of.

namespace clawgate::report {

[[nodiscard]] std::string_view class_of(Tone tone);
[[nodiscard]] std::string_view class_of(Notional profit);
/// `html` arguments are HTML already; `text` is our own and is escaped here.
[[nodiscard]] std::string heading(std::string_view text, std::string_view about_html = {});
/// A part that has nothing to show, in words.
[[nodiscard]] std::string nothing(std::string_view title, std::string_view text);
[[nodiscard]] std::string empty_state(std::string_view text);
[[nodiscard]] std::string chip(std::string_view kind, std::string_view text);
[[nodiscard]] std::string small(std::string_view html);
[[nodiscard]] std::string toned(std::string_view kind, std::string_view html);
[[nodiscard]] std::string monospaced(std::string_view html);
/// An id that others gave: a long one by its beginning, the whole on pointing at it.
[[nodiscard]] std::string identifier(std::string_view foreign_text);
/// The rule, what to do about it, and its code.
[[nodiscard]] std::string rule(Reason reason);

struct Column {
  std::string_view name;
  std::string_view kind = "l";  // "n": number, "t": one line, "c": chip, "l": text, "w": long text
};

/// A table that becomes a list of cards on a narrow screen.
class Table {
 public:
  /// `more`: further classes; "bare" leaves the names of columns out on a narrow screen.
  Table(std::string_view id, std::vector<Column> columns, std::string_view more = {});
  /// Cells are HTML. Rows beyond the most that a page can show are only counted.
  void row(const std::vector<std::string>& cells, std::string_view attributes = {});
  void group(std::string_view html);
  [[nodiscard]] std::string print() const;

 private:
  std::vector<Column> columns_;
  std::string html_;
  std::size_t rows_ = 0;
};

}  // namespace clawgate::report
