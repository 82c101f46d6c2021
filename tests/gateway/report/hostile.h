// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "tests/gateway/report/sample_session.h"

namespace clawgate::report {

/// Puts markup, quotes, an escape sequence and a mark that reorders text in front of every text of
/// a record, nested ones too. Equal texts stay equal, so what belongs together still does.
class Spoiler {
 public:
  template <std::size_t N>
  void operator()(const char*, Text<N>& text) const {
    const std::string_view poison =
        N >= 64 ? "<script>alert(1)</script>\"'&\x1b[31m\xE2\x80\xAE" : "<b>\"'&\x1b";
    if (text.empty()) return;
    text = Text<N>(std::string(poison) + std::string(text.view()));
  }
  template <class T, std::size_t N>
  void operator()(const char* name, List<T, N>& list) const {
    for (T& item : list) (*this)(name, item);
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) const {
    if (value) (*this)(name, *value);
  }
  template <Record T>
  void operator()(const char*, T& record) const {
    T::visit(record, *this);
  }
  template <class T>
  requires(!Record<T>) void operator()(const char*, T&) const {}
};

/// The sample session as an attacker would write it.
[[nodiscard]] Tape hostile_session();
[[nodiscard]] SessionExtras hostile_extras();

}  // namespace clawgate::report
