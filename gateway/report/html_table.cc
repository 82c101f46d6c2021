// SPDX-License-Identifier: Apache-2.0
#include "gateway/report/html_table.h"

#include <utility>

namespace clawgate::report {
namespace {

constexpr std::size_t kRowsMax = 1000;
constexpr std::size_t kIdMax = 20;
constexpr std::size_t kIdShown = 12;

}  // namespace

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return "good";
    case Tone::Bad:
      return "bad";
    case Tone::Refused:
      return "refused";
    case Tone::Waiting:
      return "waiting";
    case Tone::Quiet:
      return "quiet";
  }
  return "";
}

std::string_view class_of(Notional profit) {
  if (profit.is_zero()) return "soft";
  return profit.raw() > 0 ? "good" : "bad";
}

std::string heading(std::string_view text, std::string_view about_html) {
  std::string out = "<h2>" + escaped(text) + "</h2>\n";
  if (!about_html.empty()) out += "<p class=\"about\">" + std::string(about_html) + "</p>\n";
  return out;
}

std::string nothing(std::string_view title, std::string_view text) {
  return heading(title) + empty_state(text);
}

std::string empty_state(std::string_view text) {
  return "<p class=\"empty\">" + escaped(text) + "</p>\n";
}

std::string chip(std::string_view kind, std::string_view text) {
  return "<span class=\"chip " + std::string(kind) + "\">" + escaped(text) + "</span>";
}

std::string small(std::string_view html) {
  return html.empty() ? "" : "<small>" + std::string(html) + "</small>";
}

std::string toned(std::string_view kind, std::string_view html) {
  return "<span class=\"" + std::string(kind) + "\">" + std::string(html) + "</span>";
}

std::string monospaced(std::string_view html) {
  return toned("mono", html);
}

std::string identifier(std::string_view foreign_text) {
  const std::string whole = printable(foreign_text);
  if (columns(whole) <= kIdMax) return escaped(whole);
  return "<span title=\"" + escaped(whole) + "\">" + escaped(first_columns(whole, kIdShown)) +
         "…</span>";
}

std::string rule(Reason reason) {
  const ReasonInfo& row = info(reason);
  return "<div class=\"why\">" + sentence(row.meaning) + " " +
         toned("next", sentence(advice(reason))) + " <code class=\"code\">" + escaped(row.code) +
         "</code></div>";
}

Table::Table(std::string_view id, std::vector<Column> columns, std::string_view more)
    : columns_(std::move(columns)) {
  html_ = "<div class=\"scroll\"><table class=\"stack " + std::string(more) + "\" id=\"" +
          std::string(id) + "\"><thead><tr>";
  for (const Column& column : columns_) {
    html_ += "<th scope=\"col\" class=\"" + std::string(column.kind) + "\">" +
             escaped(column.name) + "</th>";
  }
  html_ += "</tr></thead><tbody>\n";
}

void Table::row(const std::vector<std::string>& cells, std::string_view attributes) {
  if (++rows_ > kRowsMax) return;
  html_ += "<tr" + std::string(attributes) + ">";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    html_ += "<td class=\"" + std::string(columns_[i].kind) + "\" data-label=\"" +
             escaped(columns_[i].name) + "\">" + cells[i] + "</td>";
  }
  html_ += "</tr>\n";
}

void Table::group(std::string_view html) {
  if (rows_ >= kRowsMax) return;
  html_ += "<tr class=\"group\"><th colspan=\"" + std::to_string(columns_.size()) +
           "\" scope=\"colgroup\">" + std::string(html) + "</th></tr>\n";
}

std::string Table::print() const {
  std::string out = html_ + "</tbody></table></div>\n";
  if (rows_ <= kRowsMax) return out;
  return out + "<p class=\"about\">The first " + grouped_count(kRowsMax) + " of " +
         grouped_count(rows_) + " rows. The JSON report has all of them.</p>\n";
}

}  // namespace clawgate::report
