// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/serve/principals.h"
#include "schemas/names.h"
#include "schemas/strict_json.h"

// How the routes that take a command read its body. For the API's own .cc files.

namespace clawgate::gateway {

inline constexpr JsonOptions kBodyJson{.bytes_max = 64 * 1024, .depth_max = 8};

/// JSON of a body, which must not be empty.
[[nodiscard]] inline Result<Json> read_body(std::string_view body,
                                            const JsonOptions& options = kBodyJson) {
  auto json = read_json(body, options);
  if (!json && json.error().reason == Reason::EmptyInput) {
    return Error{Reason::JsonSyntax, "", "an empty body"};
  }
  return json;
}

/// What a text of a command has to be.
[[nodiscard]] inline bool is_plain(std::string_view text, std::size_t most) {
  return text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Reads the members of one object; the first thing wrong stays.
class BodyReader {
 public:
  explicit BodyReader(const Json& body) : body_(body) {}

  /// From now on a text that may be missing is, where it cannot be used.
  void drop_unusable() { drops_ = true; }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  [[nodiscard]] std::string text(std::string_view name, std::size_t most, bool required) {
    const Json* const value = body_.find(name);
    if (value == nullptr) {
      if (required) refuse(Reason::CommandFieldMissing, name, "");
      return {};
    }
    const bool is_text = value->is(Json::Kind::String) && !value->text.empty();
    if (is_text && is_plain(value->text, most)) return value->text;
    if (drops_ && !required) return {};
    refuse(Reason::CommandFieldValue, name,
           !is_text ? "not a text"
                    : "not printable ASCII, at most " + std::to_string(most) +
                          " bytes: " + printable(value->text));
    return {};
  }

  /// What fits of a text: a character that is not printable ASCII becomes a question mark.
  [[nodiscard]] std::string cut_text(std::string_view name, std::size_t most) const {
    const Json* const value = body_.find(name);
    if (value == nullptr || !value->is(Json::Kind::String)) return {};
    std::string text;
    for (const char c : value->text) {
      const bool follows = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;  // UTF-8
      if (!follows) text += is_plain({&c, 1}, 1) ? c : '?';
    }
    text.resize(std::min(text.size(), most));
    return text;
  }

  [[nodiscard]] HoldId hold(bool required) {
    const Json* const value = body_.find("hold");
    if (value == nullptr) {
      if (required) refuse(Reason::CommandFieldMissing, "hold", "");
      return {};
    }
    const RawDecimal number = parse_decimal(value->text);
    const bool whole = value->is(Json::Kind::Number) && number.error == DecimalError::None &&
                       number.raw > 0 && number.raw % Px::kScale == 0;
    if (!whole) {
      refuse(Reason::CommandFieldValue, "hold", printable(value->text));
      return {};
    }
    return HoldId(static_cast<std::uint64_t>(number.raw / Px::kScale));
  }

  [[nodiscard]] bool flag(std::string_view name) {
    const Json* const value = body_.find(name);
    if (value == nullptr) return false;
    if (!value->is(Json::Kind::Bool)) refuse(Reason::CommandFieldValue, name, "not true or false");
    return value->boolean;
  }

  /// Over HTTP the operator is the token's principal and the channel is http, whatever is said; but
  /// a command that somebody passes on from an e-mail stays one.
  [[nodiscard]] OperatorChannel came_by(const PrincipalName& who) {
    const std::string said = text("operator_id", OperatorId::kMax, false);
    if (!said.empty() && said != who.name)
      refuse(Reason::OperatorNotPermitted, "operator_id", said);
    const std::string channel = text("channel", 16, false);
    if (channel == word(OperatorChannel::Email)) return OperatorChannel::Email;
    if (!channel.empty() && channel != word(OperatorChannel::Http)) {
      refuse(Reason::ChannelNotAllowed, "channel", channel);
    }
    return OperatorChannel::Http;
  }

  /// After the last member: refuses those that nobody asked for.
  void close(std::initializer_list<std::string_view> known) {
    for (const JsonMember& member : body_.members) {
      if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
      refuse(Reason::CommandFieldValue, member.name, "no such member");
    }
  }

  void refuse(Reason reason, std::string_view name, std::string seen) {
    if (!error_) error_ = Error{reason, "/" + std::string(name), std::move(seen)};
  }

 private:
  const Json& body_;
  bool drops_ = false;
  std::optional<Error> error_;
};

}  // namespace clawgate::gateway
