// SPDX-License-Identifier: Apache-2.0
#include "signals/embedded.h"

#include <algorithm>
#include <string>

#include "signals/text.h"

namespace clawgate::signals {
namespace {

constexpr std::size_t kTokenMax = 200;  // a longer quoted run is prose with an apostrophe in it

constexpr std::size_t kOpenMax = 4096;  // how far a fragment without an end is looked at

constexpr ByteSet kOpeners("{[");

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
constexpr bool is_bare(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.' || c == '+' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

struct Quote {
  std::string_view open;
  std::string_view close;
};
constexpr Quote kQuotes[] = {
    {"\"", "\""},
    {"'", "'"},
    {"`", "`"},
    {"\\\"", "\\\""},
    {"\\'", "\\'"},
    {"&quot;", "&quot;"},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"},  // curly double
    {"\xE2\x80\x98", "\xE2\x80\x99"},  // curly single
    {"\xC2\xAB", "\xC2\xBB"},          // angle
};

// Reads tokens: a quoted run, a bare word, or one mark.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  struct Token {
    enum class Kind : std::uint8_t { End, Word, Quoted, Mark };
    Kind kind = Kind::End;
    std::string_view text;
  };

  Token next() {
    at_ = skip_space(text_, at_);
    if (at_ >= text_.size()) return {};
    if (Token quoted = quoted_run(); quoted.kind == Token::Kind::Quoted) return quoted;
    const std::size_t start = at_;
    while (at_ < text_.size() && is_bare(text_[at_])) ++at_;
    if (at_ > start) return {Token::Kind::Word, text_.substr(start, at_ - start)};
    ++at_;
    return {Token::Kind::Mark, text_.substr(start, 1)};
  }

 private:
  Token quoted_run() {
    for (const Quote& quote : kQuotes) {
      if (!text_.substr(at_).starts_with(quote.open)) continue;
      const std::size_t start = at_ + quote.open.size();
      const std::size_t end = text_.substr(0, start + kTokenMax).find(quote.close, start);
      if (end == text_.npos) continue;
      at_ = end + quote.close.size();
      return {Token::Kind::Quoted, text_.substr(start, end - start)};
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_binder(const Tokens::Token& token) {
  return token.kind == Tokens::Token::Kind::Mark && (token.text == ":" || token.text == "=");
}

Json value_of(const Tokens::Token& token) {
  Json value;
  switch (token.kind) {
    case Tokens::Token::Kind::Quoted:
      value.kind = Json::Kind::String;
      break;
    case Tokens::Token::Kind::Word: {
      const bool none = token.text == "null" || token.text == "None";
      const bool digit = token.text.find_first_not_of("0123456789.+-eE") == token.text.npos;
      value.kind = none ? Json::Kind::Null : digit ? Json::Kind::Number : Json::Kind::String;
      break;
    }
    case Tokens::Token::Kind::Mark:
    case Tokens::Token::Kind::End:
      value.kind = Json::Kind::Object;  // a container, or nothing
      return value;
  }
  if (!value.is(Json::Kind::Null)) value.text = std::string(token.text);
  return value;
}

}  // namespace

std::optional<Fragment> next_fragment(std::string_view text, std::size_t from) {
  std::size_t begin = from;
  for (;; ++begin) {
    begin = kOpeners.find_in(text, begin);
    if (begin == text.npos) return std::nullopt;
    if (text[begin] == '{') break;
    const std::size_t inner = skip_space(text, begin + 1);
    if (inner < text.size() && std::string_view("{[\"").find(text[inner]) != text.npos) break;
  }
  std::size_t open = 0;
  bool quoted = false;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      quoted = c != '"';
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++open;
    if ((c == '}' || c == ']') && --open == 0) return Fragment{begin, at + 1, at + 1 - begin};
  }
  const std::string_view ahead = text.substr(begin, kOpenMax);
  const std::size_t end = begin + std::min(ahead.size(), ahead.find("\n\n"));
  return Fragment{begin, end, text.size() - begin};
}

Result<Json> read_model_json(std::string_view text) {
  JsonOptions options{.bytes_max = text.size(), .depth_max = kDepthMax};
  Result<Json> strict = read_json(text, options);
  if (strict || strict.error().reason != Reason::JsonSyntax) return strict;
  std::string mended;
  bool quoted = false;
  bool escaped = false;
  for (const char c : text) {
    if (quoted && (c == '\n' || c == '\r' || c == '\t')) {
      mended += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else {
      mended += c;
    }
    if (c == '"' && !escaped) quoted = !quoted;
    escaped = quoted && c == '\\' && !escaped;
  }
  options.bytes_max = mended.size();
  Result<Json> second = read_json(mended, options);
  if (second) return second;
  return strict;
}

Json loosely_read(std::string_view fragment) {
  Json flat;
  flat.kind = Json::Kind::Object;
  Tokens tokens(fragment);
  Tokens::Token before;
  for (Tokens::Token token = tokens.next(); token.kind != Tokens::Token::Kind::End;) {
    if (!is_binder(token) || before.kind == Tokens::Token::Kind::Mark ||
        before.kind == Tokens::Token::Kind::End) {
      before = token;
      token = tokens.next();
      continue;
    }
    const std::string name(before.text);
    token = tokens.next();
    while (is_binder(token) || token.text == ">") token = tokens.next();  // `=>`, `::`
    flat.members.push_back({name, value_of(token)});
    before = token;
    if (token.kind != Tokens::Token::Kind::End) token = tokens.next();
  }
  return flat;
}

}  // namespace clawgate::signals
