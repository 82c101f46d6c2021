// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/report/format.h"

namespace clawgate::report {

/// Our own text as HTML text or the value of an attribute in double quotes.
[[nodiscard]] inline std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// Text that came from outside: printable first, then escaped.
[[nodiscard]] inline std::string foreign(std::string_view text) {
  return escaped(printable(text));
}

/// A number as it is set: with a true minus, and no line break inside.
[[nodiscard]] inline std::string number(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '-') {
      out += "−";
    } else if (c == ' ') {
      out += "\u00a0";
    } else {
      out += c;
    }
  }
  return escaped(out);
}

/// A sentence: true minuses before numbers, arrows, and `commands` set apart.
[[nodiscard]] inline std::string sentence(std::string_view text) {
  std::string out;
  bool command = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || text[i - 1] == ' ';
    const bool digit = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (text[i] == '-' && starts && digit) {
      out += "−";
    } else if (starts && text.substr(i).starts_with("-> ")) {
      out += "→";
      ++i;
    } else if (text[i] == '`') {
      out += command ? "</code>" : "<code>";
      command = !command;
    } else {
      out += escaped(text.substr(i, 1));
    }
  }
  return out + (command ? "</code>" : "");
}

}  // namespace clawgate::report
