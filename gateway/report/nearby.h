// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/report/axis.h"
#include "gateway/report/format.h"
#include "gateway/report/words.h"

// However much there is, a chart leaves nothing out: what lies too near to be told apart is one
// mark that tells how many it stands for. So a page stays small.

namespace clawgate::report {

inline constexpr std::int64_t kNear = 2'000;  // millionths of the page's time: about two pixels

/// Never empty; in order of time.
template <class Row>
using Neighbours = std::vector<const Row*>;

template <class Row>
[[nodiscard]] std::vector<const Row*> pointers_to(const std::vector<Row>& rows) {
  std::vector<const Row*> out;
  out.reserve(rows.size());
  for (const Row& row : rows) out.push_back(&row);
  return out;
}

/// `rows` of one kind that begin near one another, put together; in order of their first. At most
/// about 500 of each kind come out, however many go in.
template <class Row, class Time, class Kind>
[[nodiscard]] std::vector<Neighbours<Row>> nearby(std::vector<const Row*> rows, const Axis& axis,
                                                  Time time_of, Kind kind_of) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row* a, const Row* b) { return time_of(*a) < time_of(*b); });
  const auto place = [&](const Row& row) { return axis.millionths(time_of(row).value()); };
  std::vector<Neighbours<Row>> out;
  std::map<decltype(kind_of(*rows.front())), std::size_t> newest;  // of each kind, in `out`
  for (const Row* const row : rows) {
    const auto [at, first] = newest.try_emplace(kind_of(*row), out.size());
    if (!first && place(*row) - place(*out[at->second].front()) < kNear) {
      out[at->second].push_back(row);
      continue;
    }
    at->second = out.size();
    out.push_back({row});
  }
  return out;
}

/// "12:00:00 to 12:00:03", or one time where both read the same.
[[nodiscard]] inline std::string times_of(const Words& words, UnixNanos first, UnixNanos last) {
  const std::string from = words.time(first);
  const std::string to = words.time(last);
  return from == to ? from : from + " to " + to;
}

/// "3 denied, 1 took profit", in the order in which they are first met.
template <class Row, class Name>
[[nodiscard]] std::string counted(const Neighbours<Row>& rows, Name name_of) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Row* const row : rows) {
    const std::string name(name_of(*row));
    const auto at = std::find_if(counts.begin(), counts.end(),
                                 [&](const auto& count) { return count.first == name; });
    if (at == counts.end()) {
      counts.emplace_back(name, 1);
    } else {
      ++at->second;
    }
  }
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + grouped_count(count) + " " + name;
  }
  return text;
}

/// What a mark says of the rows that it stands for: of one its own text, of more `all`, and of a
/// few each one's own text too.
template <class Row, class Text>
[[nodiscard]] std::string told(const Neighbours<Row>& rows, const std::string& all, Text text_of) {
  constexpr std::size_t kFew = 3;
  if (rows.size() == 1) return text_of(*rows.front());
  std::string text = all;
  if (rows.size() > kFew) return text;
  for (const Row* const row : rows) text += "\n" + text_of(*row);
  return text;
}

}  // namespace clawgate::report
