// SPDX-License-Identifier: Apache-2.0
#include "schemas/contracts/signal_intent.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "schemas/contracts/date_time.h"
#include "schemas/contracts/fields.h"
#include "schemas/contracts/words.h"
#include "schemas/core/assert.h"
#include "schemas/strict_json.h"

// The text is copied once to memory of ours that ends in zeros. So reading ahead is safe, a zero
// ends every scan (it is no part of any valid text), and strings are unescaped where they stand.

namespace clawgate::contracts {

namespace {

constexpr std::size_t kPadding = 32;  // the longest look ahead: two chunks of a string
constexpr std::size_t kNamesMax = kSignalDepthMax * kMetadataMembersMax;

// In the order in which a missing one is named; the first ten are required.
enum class Field : std::uint8_t {
  SchemaVersion,
  IntentId,
  SourceEngine,
  Symbol,
  Side,
  Confidence,
  Thesis,
  TimeHorizon,
  AsOf,
  TraceId,
  StopLoss,
  TakeProfit,
  Metadata,
  Unknown,
};
constexpr std::array<std::string_view, 13> kNames = {
    "schema_version", "intent_id",   "source_engine", "symbol", "side",
    "confidence",     "thesis",      "time_horizon",  "as_of",  "trace_id",
    "stop_loss",      "take_profit", "metadata"};
constexpr unsigned kRequired = (1U << static_cast<unsigned>(Field::StopLoss)) - 1;

constexpr std::string_view name_of(Field field) {
  return kNames[static_cast<std::size_t>(field)];
}

Field field_of(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Field>(i);
  }
  return Field::Unknown;
}

template <Field kField>
Field match(const char* raw) {
  constexpr std::string_view kName = name_of(kField);
  const bool same = std::memcmp(raw, kName.data(), kName.size()) == 0 && raw[kName.size()] == '"';
  return same ? kField : Field::Unknown;
}

// The field whose name stands at `raw`, after its opening quote. One or two letters say which it
// can be; the rest and the closing quote are compared. A name with an escape comes out Unknown.
Field field_at(const char* raw) {
  switch (raw[0]) {
    case 'a':
      return match<Field::AsOf>(raw);
    case 'c':
      return match<Field::Confidence>(raw);
    case 'i':
      return match<Field::IntentId>(raw);
    case 'm':
      return match<Field::Metadata>(raw);
    case 's':
      switch (raw[1]) {
        case 'c':
          return match<Field::SchemaVersion>(raw);
        case 'i':
          return match<Field::Side>(raw);
        case 'o':
          return match<Field::SourceEngine>(raw);
        case 't':
          return match<Field::StopLoss>(raw);
        default:
          return match<Field::Symbol>(raw);
      }
    case 't':
      switch (raw[1]) {
        case 'a':
          return match<Field::TakeProfit>(raw);
        case 'h':
          return match<Field::Thesis>(raw);
        case 'i':
          return match<Field::TimeHorizon>(raw);
        default:
          return match<Field::TraceId>(raw);
      }
    default:
      return Field::Unknown;
  }
}

// The first quote, backslash or control character from `at` on. The zeros behind the text end it.
char* end_of_plain(char* at) {
#ifdef __SSE2__
  for (;; at += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i quote = _mm_cmpeq_epi8(chunk, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(0x1F)), chunk);
    const __m128i stop = _mm_or_si128(_mm_or_si128(quote, backslash), control);
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(stop));
    if (found != 0) return at + std::countr_zero(found);
  }
#else
  while (*at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
#endif
}

bool is_printable(std::string_view text) {
  unsigned bad = 0;
  for (const char c : text) bad |= static_cast<unsigned>(c < ' ') | static_cast<unsigned>(c > '~');
  return bad == 0;
}

constexpr bool starts_number(char c) {
  return c == '-' || (c >= '0' && c <= '9');
}
constexpr bool continues_number(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

}  // namespace

// Every function reads from `at` and answers where it stopped, or nullptr once reason_ is set. The
// position is passed and not kept: a member would go through memory at every string.
class SignalDecoder::Impl {
 public:
  Impl() : text_(new char[kSignalBytesMax + kPadding]) {
    // simdjson picks its code for this processor at the first call, and allocates for it.
    const bool chosen = simdjson::validate_utf8(text_.get(), 0);
    CLAWGATE_ASSERT(chosen);
  }

  Result<const SignalDocument*> decode(std::string_view text) {
    if (text.size() > kSignalBytesMax) {
      return Error{
          Reason::InputTooLarge, "",
          std::to_string(text.size()) + " bytes, at most " + std::to_string(kSignalBytesMax)};
    }
    if (!text.empty()) std::memcpy(text_.get(), text.data(), text.size());
    std::memset(text_.get() + text.size(), 0, kPadding);
    end_ = text_.get() + text.size();
    names_size_ = 0;
    metadata_start_ = metadata_size_ = 0;
    document_ = {};
    if (read_document(text_.get()) == nullptr) return refusal(text);
    document_.metadata = text.substr(metadata_start_, metadata_size_);
    return &document_;
  }

 private:
  char* read_document(char* at) {
    at = skip_space(at);
    if (at == end_) return fail(at, Reason::EmptyInput);
    const auto size = static_cast<std::size_t>(end_ - text_.get());
    if (!simdjson::validate_utf8(text_.get(), size)) return fail(text_.get(), Reason::NotUtf8);
    if (*at != '{') return wrong_type(at);
    unsigned seen = 0;
    at = read_members(at, [&](char* from) { return read_member(from, seen); });
    if (at == nullptr) return nullptr;
    at = skip_space(at);
    if (at != end_) return fail(at, Reason::JsonSyntax);
    const unsigned missing = kRequired & ~seen;
    if (missing == 0) return at;
    fail(at, Reason::FieldMissing);
    return inside(kNames[static_cast<std::size_t>(std::countr_zero(missing))], nullptr);
  }

  /// From `{` to after `}`; `read_one` reads from after a name's opening quote to after its value.
  template <class ReadOne>
  char* read_members(char* at, ReadOne&& read_one) {
    at = skip_space(at + 1);
    if (*at == '}') return at + 1;
    for (;;) {
      if (*at != '"') return fail(at, Reason::JsonSyntax);
      at = read_one(at + 1);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
      if (*at == '}') return at + 1;
      if (*at != ',') return fail(at, Reason::JsonSyntax);
      at = skip_space(at + 1);
    }
  }

  char* read_member(char* at, unsigned& seen) {
    const char* const quote = at - 1;
    Field field = field_at(at);
    if (field != Field::Unknown) {
      at += name_of(field).size() + 1;
    } else {
      std::string_view name;
      at = read_text(at, name);
      if (at == nullptr) return nullptr;
      field = field_of(name);
      if (field == Field::Unknown) return inside(name, fail(quote, Reason::FieldUnknown));
    }
    const unsigned bit = 1U << static_cast<unsigned>(field);
    if ((seen & bit) != 0) return inside(name_of(field), fail(quote, Reason::JsonDuplicateKey));
    seen |= bit;
    at = read_colon(at);
    if (at != nullptr) at = read_field(at, field);
    return at != nullptr ? at : inside(name_of(field), at);
  }

  char* read_field(char* at, Field field) {
    SignalIntent& intent = document_.intent;
    switch (field) {
      case Field::SchemaVersion:
        return read_version(at);
      case Field::IntentId:
        return read_id(at, intent.intent_id);
      case Field::SourceEngine:
        return read_id(at, intent.source_engine);
      case Field::Symbol:
        return read_id(at, intent.symbol);
      case Field::Side:
        return read_word(at, intent.side);
      case Field::Confidence:
        return read_confidence(at);
      case Field::Thesis:
        return read_prose(at, kThesisBytesMax, document_.thesis);
      case Field::TimeHorizon:
        return read_horizon(at);
      case Field::AsOf:
        return read_time(at);
      case Field::TraceId:
        return read_id(at, intent.trace_id);
      case Field::StopLoss:
        return read_decimal(at, intent.stop_loss.emplace());
      case Field::TakeProfit:
        return read_decimal(at, intent.take_profit.emplace());
      case Field::Metadata:
        return read_metadata(at);
      case Field::Unknown:
        break;
    }
    return fail(at, Reason::FieldUnknown);
  }

  char* read_version(char* at) {
    std::string_view text;
    char* const after = read_string(at, text);
    return after == nullptr || text == "1.0" ? after : fail(at, Reason::SchemaVersion);
  }

  char* read_confidence(char* at) {
    Rate& confidence = document_.intent.confidence;
    char* const after = read_decimal(at, confidence);
    const bool in_range = confidence >= Rate() && confidence <= Rate::of(1);
    return after == nullptr || in_range ? after : fail(at, Reason::FieldOutOfRange);
  }

  char* read_horizon(char* at) {
    std::string_view text;
    at = read_prose(at, Text<64>::kMax, text);
    if (at != nullptr) document_.intent.time_horizon = Text<64>(text);
    return at;
  }

  char* read_time(char* at) {
    std::string_view text;
    char* const after = read_string(at, text);
    if (after == nullptr) return nullptr;
    const Reason reason = parse_date_time(text, document_.intent.as_of);
    return reason == Reason::None ? after : fail(at, reason);
  }

  char* read_metadata(char* at) {
    if (*at != '{') return wrong_type(at);
    metadata_start_ = static_cast<std::size_t>(at - text_.get());
    std::size_t count = 0;
    at = read_members(at, [&](char* from) { return read_metadata_member(from, count); });
    if (at == nullptr) return nullptr;
    names_size_ = 0;
    metadata_size_ = static_cast<std::size_t>(at - text_.get()) - metadata_start_;
    return at;
  }

  char* read_metadata_member(char* at, std::size_t& count) {
    std::string_view name;
    at = read_name(at, name, 0, count);
    if (at == nullptr) return nullptr;
    SignalIntent& intent = document_.intent;
    if (name == "strength") {
      at = read_strength(at);
    } else if (name == "confidence_basis") {
      ConfidenceBasis basis = ConfidenceBasis::Stated;
      at = read_word(at, basis);
      intent.confidence_derived = basis == ConfidenceBasis::Derived;
    } else if (name == "reduce_only") {
      at = read_bool(at, intent.reduce_only);
    } else if (name == "human_review") {
      at = read_bool(at, intent.human_review);
    } else {
      at = skip_value(at, 2);
    }
    return at != nullptr ? at : inside(name, at);
  }

  char* read_strength(char* at) {
    Strength& strength = document_.intent.strength;
    char* const after = read_word(at, strength);
    return after == nullptr || strength != Strength::None ? after : fail(at, Reason::FieldValue);
  }

  /// A name that is not among those from `first` on, and its colon.
  char* read_name(char* at, std::string_view& name, std::size_t first, std::size_t& count) {
    const char* const quote = at - 1;
    at = read_text(at, name);
    if (at == nullptr) return nullptr;
    for (std::size_t i = first; i < names_size_; ++i) {
      if (names_[i] == name) return inside(name, fail(quote, Reason::JsonDuplicateKey));
    }
    if (++count > kMetadataMembersMax) return fail(quote, Reason::FieldTooLong);
    names_[names_size_++] = name;
    return read_colon(at);
  }

  /// Any value, checked and not kept. `depth` is that of the value around it.
  char* skip_value(char* at, std::size_t depth) {
    switch (*at) {
      case '{':
        return depth < kSignalDepthMax ? skip_object(at, depth + 1) : fail(at, Reason::JsonTooDeep);
      case '[':
        return depth < kSignalDepthMax ? skip_array(at, depth + 1) : fail(at, Reason::JsonTooDeep);
      case '"': {
        std::string_view text;
        return read_text(at + 1, text);
      }
      case 't':
        return skip_literal(at, "true");
      case 'f':
        return skip_literal(at, "false");
      case 'n':
        return skip_literal(at, "null");
      default: {
        const std::size_t size = json_number_size({at, static_cast<std::size_t>(end_ - at)});
        return size != 0 ? at + size : fail(at, Reason::JsonSyntax);
      }
    }
  }

  char* skip_object(char* at, std::size_t depth) {
    const std::size_t first = names_size_;
    std::size_t count = 0;
    at = read_members(at, [&](char* from) {
      std::string_view name;
      from = read_name(from, name, first, count);
      if (from == nullptr) return from;
      from = skip_value(from, depth);
      return from != nullptr ? from : inside(name, from);
    });
    names_size_ = first;
    return at;
  }

  char* skip_array(char* at, std::size_t depth) {
    at = skip_space(at + 1);
    if (*at == ']') return at + 1;
    for (std::size_t i = 0;; ++i) {
      at = skip_value(at, depth);
      if (at == nullptr) return inside(std::to_string(i), at);
      at = skip_space(at);
      if (*at == ']') return at + 1;
      if (*at != ',') return fail(at, Reason::JsonSyntax);
      at = skip_space(at + 1);
    }
  }

  char* skip_literal(char* at, std::string_view word) {
    if (std::memcmp(at, word.data(), word.size()) != 0) return fail(at, Reason::JsonSyntax);
    return at + word.size();
  }

  template <std::size_t N>
  char* read_id(char* at, Text<N>& out) {
    std::string_view text;
    char* const after = read_string(at, text);
    if (after == nullptr) return nullptr;
    if (text.empty()) return fail(at, Reason::FieldEmpty);
    if (text.size() > N) return fail(at, Reason::FieldTooLong);
    if (!is_printable(text)) return fail(at, Reason::FieldValue);
    out = Text<N>(text);
    return after;
  }

  char* read_prose(char* at, std::size_t size_most, std::string_view& out) {
    char* const after = read_string(at, out);
    if (after == nullptr) return nullptr;
    if (out.empty()) return fail(at, Reason::FieldEmpty);
    if (out.size() > size_most) return fail(at, Reason::FieldTooLong);
    return out.find('\0') == out.npos ? after : fail(at, Reason::FieldValue);
  }

  template <class E>
  char* read_word(char* at, E& out) {
    std::string_view word;
    char* const after = read_string(at, word);
    if (after == nullptr) return nullptr;
    const auto known = value_of<E>(word);
    if (!known) return fail(at, Reason::FieldValue);
    out = *known;
    return after;
  }

  char* read_bool(char* at, bool& out) {
    if (*at != 't' && *at != 'f') return wrong_type(at);
    out = *at == 't';
    return skip_literal(at, out ? "true" : "false");
  }

  template <class D>
  char* read_decimal(char* at, D& out) {
    if (!starts_number(*at)) return wrong_type(at);
    char* after = at;
    while (continues_number(*after)) ++after;
    const RawDecimal parsed = parse_decimal({at, static_cast<std::size_t>(after - at)});
    if (parsed.error != DecimalError::None) return fail(at, reason_of(parsed.error));
    out = D::from_raw(parsed.raw);
    return after;
  }

  char* read_string(char* at, std::string_view& out) {
    return *at == '"' ? read_text(at + 1, out) : wrong_type(at);
  }

  /// From after the opening quote to after the closing one.
  char* read_text(char* at, std::string_view& out) {
    char* after = end_of_plain(at);
    if (*after != '"') return read_escaped(at, after, out);
    out = {at, static_cast<std::size_t>(after - at)};
    return after + 1;
  }

  [[gnu::cold]] char* read_escaped(char* at, char* after, std::string_view& out) {
    while (*after == '\\' && after[1] != '\0') after = end_of_plain(after + 2);
    if (*after != '"') return fail(after, Reason::JsonSyntax);
    const auto size = unescape_json(at, static_cast<std::size_t>(after - at));
    if (!size) return fail(at, Reason::JsonSyntax);
    out = {at, *size};
    return after + 1;
  }

  char* read_colon(char* at) {
    at = skip_space(at);
    return *at == ':' ? skip_space(at + 1) : fail(at, Reason::JsonSyntax);
  }

  static char* skip_space(char* at) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
    return at;
  }

  /// The value that starts here is of another type than its field, or no value at all.
  [[gnu::cold]] char* wrong_type(char* at) {
    constexpr std::string_view kStarts = "{[\"-0123456789tfn";
    const bool is_value = *at != '\0' && kStarts.find(*at) != kStarts.npos;
    return fail(at, is_value ? Reason::FieldType : Reason::JsonSyntax);
  }

  [[gnu::cold]] char* fail(const char* at, Reason reason) {
    reason_ = reason;
    failed_at_ = static_cast<std::size_t>(at - text_.get());
    return nullptr;
  }

  /// Puts a step before the path of the failure on its way out.
  [[gnu::cold]] char* inside(std::string_view name, char* failed) {
    path_ = json_pointer("", name) + path_;
    return failed;
  }

  [[gnu::cold]] Error refusal(std::string_view text) {
    Error error{reason_, std::move(path_), seen(text)};
    path_.clear();
    return error;
  }

  [[nodiscard]] std::string seen(std::string_view text) const {
    if (reason_ == Reason::JsonSyntax) {
      const std::string_view at = text.substr(failed_at_, 1);
      return (at.empty() ? "the end" : "`" + printable(at) + "`") + " at byte " +
             std::to_string(failed_at_);
    }
    text.remove_prefix(failed_at_);
    if (text.empty() || reason_ == Reason::NotUtf8 || reason_ == Reason::FieldMissing) return "";
    const bool quoted = text.front() == '"';
    const std::size_t end = quoted ? text.find('"', 1) : text.find_first_of(",}] \r\n\t");
    return printable(text.substr(0, end == text.npos ? end : end + (quoted ? 1 : 0)));
  }

  std::unique_ptr<char[]> text_;
  char* end_ = nullptr;
  std::array<std::string_view, kNamesMax> names_;  // of the objects that are open in metadata
  std::size_t names_size_ = 0;
  std::size_t metadata_start_ = 0;
  std::size_t metadata_size_ = 0;
  Reason reason_ = Reason::None;
  std::size_t failed_at_ = 0;
  std::string path_;  // grows from the inside out while a refusal returns
  SignalDocument document_;
};

SignalDecoder::SignalDecoder() : impl_(std::make_unique<Impl>()) {}
SignalDecoder::~SignalDecoder() = default;
SignalDecoder::SignalDecoder(SignalDecoder&&) noexcept = default;
SignalDecoder& SignalDecoder::operator=(SignalDecoder&&) noexcept = default;

Result<const SignalDocument*> SignalDecoder::decode(std::string_view text) {
  return impl_->decode(text);
}

namespace {

struct MetadataJson {
  static constexpr bool kClosed = false;
  const SignalIntent& intent;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    const SignalIntent& intent = self.intent;
    if (intent.strength != Strength::None) field("strength", intent.strength);
    field("confidence_basis",
          intent.confidence_derived ? ConfidenceBasis::Derived : ConfidenceBasis::Stated);
    field("reduce_only", intent.reduce_only);
    field("human_review", intent.human_review);
  }
};

struct SignalJson {
  static constexpr bool kClosed = true;
  const SignalIntent& intent;
  std::string_view thesis;

  template <class Self, class Visitor>
  static void visit(Self& self, Visitor&& field) {
    const SignalIntent& intent = self.intent;
    field("schema_version", Constant{"1.0"});
    field("intent_id", std::string(intent.intent_id.view()));
    field("source_engine", std::string(intent.source_engine.view()));
    field("symbol", std::string(intent.symbol.view()));
    field("side", intent.side);
    field("confidence", intent.confidence);
    field("thesis", std::string(self.thesis));
    field("time_horizon", std::string(intent.time_horizon.view()));
    field("as_of", intent.as_of);
    field("trace_id", std::string(intent.trace_id.view()));
    field("stop_loss", intent.stop_loss);
    field("take_profit", intent.take_profit);
    field("metadata", MetadataJson{intent});
  }
};

}  // namespace

std::string encode(const SignalIntent& intent, std::string_view thesis) {
  return encode_contract(SignalJson{intent, thesis});
}

}  // namespace clawgate::contracts
