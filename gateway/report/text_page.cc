// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/text_page.h"

#include <algorithm>

#include "gateway/report/format.h"

namespace clawgate::report {
namespace {

constexpr std::size_t kWrappedMin = 24;  // where the columns before leave less, it goes below them
constexpr std::size_t kIndent = 6;       // of what of a row goes below its beginning

/// Lines of at most `width` columns, broken between words, or in one that is longer; at least one.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    std::string_view next = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    while (columns(next) > width) {  // a word of its own lines
      if (!lines.back().empty()) lines.emplace_back();
      lines.back() = first_columns(next, width);
      next.remove_prefix(lines.back().size());
      lines.emplace_back();
    }
    if (!lines.back().empty() && columns(lines.back()) + 1 + columns(next) > width) {
      lines.emplace_back();
    }
    lines.back() += (lines.back().empty() ? "" : " ") + std::string(next);
  }
  return lines;
}

}  // namespace

void TextPage::line(std::string_view text) {
  out_ += text;
  out_ += '\n';
}

void TextPage::title(std::string_view text, std::string_view about) {
  line();
  line(painted(text, kBold) + (about.empty() ? "" : "  " + std::string(about)));
}

void TextPage::paragraph(std::string_view text) {
  for (const std::string& piece : wrapped(text, width_)) line(piece);
}

std::string TextPage::painted(std::string_view text, std::string_view paint) const {
  if (colour_ == Colour::Off || paint.empty() || text.empty()) return std::string(text);
  return "\x1b[" + std::string(paint) + "m" + std::string(text) + "\x1b[0m";
}

void TextPage::table(const std::vector<Row>& rows, Long last_cell, std::size_t most) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns(row[i].text));
    }
  }
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (n == most) {
      return line("  … and " + grouped_count(rows.size() - n) +
                  " more, in the HTML and JSON reports.");
    }
    std::string text;
    std::size_t used = 0;
    const auto make_room = [&](std::size_t wanted) {
      if (used == 0 || used + 2 + wanted <= width_) return;
      line(text);
      text.assign(kIndent, ' ');
      used = kIndent;
    };
    for (std::size_t i = 0; i + 1 < rows[n].size(); ++i) {
      make_room(widths[i]);
      text += "  " + padded(rows[n][i], widths[i]);
      used += 2 + widths[i];
    }
    const Cell& last = rows[n].back();
    make_room(last.right ? widths.back() : std::min(columns(last.text), kWrappedMin));
    const std::size_t room = used + 3 < width_ ? width_ - used - 2 : 1;
    if (last.right) {
      line(text + "  " + padded(last, widths.back()));
    } else if (last_cell == Long::Cut) {
      // A narrow terminal hides nothing that the usual width shows.
      const std::size_t usual = used + 3 < kUsualWidth ? kUsualWidth - used - 2 : 1;
      for (const std::string& piece : wrapped(cut(last.text, std::max(room, usual)), room)) {
        line(text + "  " + painted(piece, last.paint));
        text.assign(used, ' ');
      }
    } else {
      for (const std::string& piece : wrapped(last.text, room)) {
        line(text + "  " + piece);
        text.assign(used, ' ');
      }
    }
  }
}

std::string TextPage::padded(const Cell& cell, std::size_t width) const {
  const std::string gap(width - columns(cell.text), ' ');
  const std::string text = painted(cell.text, cell.paint);
  return cell.right ? gap + text : text + gap;
}

}  // namespace clawgate::report
