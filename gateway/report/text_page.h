// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/report/text_report.h"

namespace clawgate::report {

// ANSI attributes.
inline constexpr std::string_view kBold = "1";
inline constexpr std::string_view kDim = "2";
inline constexpr std::string_view kRed = "31";
inline constexpr std::string_view kGreen = "32";
inline constexpr std::string_view kYellow = "33";

struct Cell {
  std::string text;
  std::string_view paint{};
  bool right = false;
};
using Row = std::vector<Cell>;

[[nodiscard]] inline Cell right(std::string text, std::string_view paint = {}) {
  return {std::move(text), paint, true};
}

/// Lines, titles and aligned tables for a terminal, painted or not.
class TextPage {
 public:
  enum class Long : bool { Cut, Wrap };

  static constexpr std::size_t kRowsMax = 24;
  static constexpr std::size_t kLeastWidth = 40;

  explicit TextPage(Colour colour, std::size_t width = kUsualWidth)
      : colour_(colour), width_(std::max(width, kLeastWidth)) {}

  void line(std::string_view text = {});
  void title(std::string_view text, std::string_view about = {});
  void paragraph(std::string_view text);
  /// Columns as wide as their widest cell; the last one gets what is left of the line, and what
  /// does not fit there is cut or goes on below. A row that is too wide breaks between two cells.
  /// Too many rows are cut, and it says so.
  void table(const std::vector<Row>& rows, Long last_cell = Long::Cut, std::size_t most = kRowsMax);
  [[nodiscard]] std::string painted(std::string_view text, std::string_view paint) const;
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  [[nodiscard]] std::string padded(const Cell& cell, std::size_t width) const;

  Colour colour_;
  std::size_t width_;
  std::string out_;
};

}  // namespace clawgate::report
