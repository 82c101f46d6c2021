// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/strict_json.h"
#include "sim/exchange/params.h"
#include "sim/exchange/requests.h"
#include "sim/protocol/refusals.h"

namespace clawgate::sim {

/// What a request sent, name by name, and the bytes that its signature covers.
class Parameters {
 public:
  struct Item {
    std::string name;
    std::string value;
  };

  /// `query` and `body` are raw. A name twice in one of them is -1101; a name in both has the
  /// query's value.
  [[nodiscard]] static Answer<Parameters> from_http(std::string_view query, std::string_view body);
  /// A number has the text it was sent as, an array its JSON; null is as good as not sent.
  [[nodiscard]] static Answer<Parameters> from_ws(const Json& params);

  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  /// HTTP: query and body as sent, without the signature. WebSocket: `k=v&`, names sorted.
  [[nodiscard]] const std::string& payload() const { return payload_; }
  /// -1104 when a name is not among the words of `known`.
  [[nodiscard]] std::optional<Refusal> check_known(std::string_view known) const;

 private:
  std::vector<Item> items_;
  std::string payload_;
};

/// True when `word` is one of the words of `words`, which single spaces divide.
[[nodiscard]] bool has_word(std::string_view words, std::string_view word);

/// Reads parameters as typed values. The first refusal is kept; after it nothing is read, so a
/// caller asks once, at the end.
class ParameterReader {
 public:
  explicit ParameterReader(const Parameters& parameters) : parameters_(parameters) {}

  [[nodiscard]] std::optional<std::string_view> text(std::string_view name);
  /// -1102 when it was not sent or is empty.
  [[nodiscard]] std::string_view must(std::string_view name);
  template <class Number>
  [[nodiscard]] std::optional<Number> decimal(std::string_view name) {
    const auto sent = text(name);
    if (!sent) return std::nullopt;
    return keep(read_decimal<Number>(name, *sent));
  }
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name);
  [[nodiscard]] std::optional<bool> flag(std::string_view name);
  /// Milliseconds or microseconds.
  [[nodiscard]] std::optional<TimeNs> time(std::string_view name);
  [[nodiscard]] std::optional<ClientId> client_id(std::string_view name);
  /// `read` is one of the readers of sim/exchange/params.h.
  template <class Enum>
  [[nodiscard]] std::optional<Enum> word(std::string_view name,
                                         Answer<Enum> (*read)(std::string_view)) {
    const auto sent = text(name);
    if (!sent) return std::nullopt;
    return keep(read(*sent));
  }
  /// What was not sent is the default value of its type, and -1102.
  template <class T>
  [[nodiscard]] T needed(std::string_view name, std::optional<T> value) {
    if (!value && !fault_) fault_ = refuse::mandatory(name);
    return value.value_or(T());
  }

  void fail(Refusal refusal) {
    if (!fault_) fault_ = std::move(refusal);
  }
  [[nodiscard]] const std::optional<Refusal>& fault() const { return fault_; }

 private:
  template <class T>
  std::optional<T> keep(Answer<T> answer) {
    if (answer) return *std::move(answer);
    fail(answer.error());
    return std::nullopt;
  }

  const Parameters& parameters_;
  std::optional<Refusal> fault_;
};

}  // namespace clawgate::sim
