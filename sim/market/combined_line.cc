// SPDX-License-Identifier: Apache-2.0
#include "sim/market/combined_line.h"

#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "sim/market/digits.h"
#include "sim/market/exact_line.h"
#include "sim/market/file_text.h"
#include "sim/market/wire_time.h"

namespace clawgate::sim {
namespace {

namespace json = simdjson::ondemand;
static_assert(FileText::kPadding >= simdjson::SIMDJSON_PADDING);

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// The fields of the payloads are one letter long. 0 for any other key.
char letter_of(json::raw_json_string key) {
  return key.raw()[0] != '"' && key.raw()[1] == '"' ? key.raw()[0] : '\0';
}

// Which letters of one payload have been read.
class Letters {
 public:
  constexpr void add(char letter) { bits_ |= bit(letter); }
  /// The first of `wanted` that is missing; empty when none is.
  [[nodiscard]] constexpr std::string_view missing(std::string_view wanted) const {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if ((bits_ & bit(wanted[i])) == 0) return wanted.substr(i, 1);
    }
    return {};
  }

 private:
  // Unlike for any two letters: these lie between 64 and 127.
  static constexpr std::uint64_t bit(char letter) {
    return std::uint64_t{1} << (static_cast<unsigned>(letter) & 63U);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace

// Its functions answer false after fail() said why.
struct CombinedLine::Impl {
  using Kind = LineReading::Kind;

  Impl(SymbolId symbol_id, std::string_view expected)
      : id(symbol_id), symbol(expected), lower(lower_case(expected)), exact(lower, symbol) {}

  SymbolId id;
  std::string symbol;  // "BTCUSDT"
  std::string lower;   // "btcusdt"
  ExactLine exact;
  json::parser parser;
  std::string_view line;
  MarketEvent event;
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
  LineReading problem;

  void start(std::string_view text) {
    line = text;
    event = MarketEvent{};
    event.symbol = id;
  }

  bool fail(Reason reason, std::string_view field, std::string_view seen) {
    problem = {.kind = Kind::Bad, .reason = reason, .field = field, .seen = seen};
    return false;
  }

  // Whether the line's JSON or one of its values is wrong.
  bool fail(simdjson::error_code error, std::string_view field) {
    const bool value = error == simdjson::NO_SUCH_FIELD || error == simdjson::INCORRECT_TYPE ||
                       error == simdjson::NUMBER_ERROR || error == simdjson::NUMBER_OUT_OF_RANGE;
    return fail(value ? Reason::RecordingField : Reason::RecordingLine, field,
                simdjson::error_message(error));
  }

  [[nodiscard]] const char* limit() const { return line.data() + line.size(); }

  // The characters of a JSON string as they stand in the line, up to its closing quote.
  [[nodiscard]] std::string_view text_at(json::raw_json_string raw) const {
    const std::string_view rest(raw.raw(), static_cast<std::size_t>(limit() - raw.raw()));
    return rest.substr(0, rest.find('"'));
  }

  // A price or a size: digit by digit, never through a double.
  template <class D>
  bool read_into(D& into, json::value& value, std::string_view field, std::int64_t least) {
    json::raw_json_string text;
    if (const auto error = value.get_raw_json_string().get(text)) return fail(error, field);
    const RawDecimal read = read_decimal(text.raw(), limit(), '"').value;
    if (read.error != DecimalError::None || read.raw < least) {
      return fail(Reason::RecordingField, field, text_at(text));
    }
    into = D::from_raw(read.raw);
    return true;
  }
  bool read_price(Px& into, json::value& value, std::string_view field) {
    return read_into(into, value, field, 1);
  }
  bool read_size(Qty& into, json::value& value, std::string_view field, std::int64_t least = 0) {
    return read_into(into, value, field, least);
  }

  bool read_id(std::int64_t& into, json::value& value, std::string_view field) {
    if (const auto error = value.get_int64().get(into)) return fail(error, field);
    return into >= 0 || fail(Reason::RecordingField, field, "a negative id");
  }

  bool read_time(json::value& value, std::string_view field) {
    std::int64_t ms = 0;
    if (const auto error = value.get_int64().get(ms)) return fail(error, field);
    if (ms < 0 || ms > kWireMillisMax)
      return fail(Reason::RecordingField, field, "not milliseconds");
    event.exchange_time = TimeNs{ms * kNanosPerWireMilli};
    return true;
  }

  bool check_symbol(json::value& value) {
    json::raw_json_string text;
    if (const auto error = value.get_raw_json_string().get(text)) return fail(error, "data.s");
    return text_at(text) == symbol || fail(Reason::RecordingSymbol, "data.s", text_at(text));
  }

  // Calls read(letter, value) for each field of one letter; all of `wanted` must be there.
  template <class Read>
  bool read_letters(json::object& data, std::string_view wanted, Read read) {
    Letters seen;
    for (auto field : data) {
      json::raw_json_string key;
      if (const auto error = field.key().get(key)) return fail(error, "data");
      const char letter = letter_of(key);
      if (letter == '\0') continue;
      json::value value = field.value();
      if (!read(letter, value)) return false;
      seen.add(letter);
    }
    const std::string_view missing = seen.missing(wanted);
    return missing.empty() || fail(Reason::RecordingField, "data", missing);
  }

  bool read_level(simdjson::simdjson_result<json::value> item, std::string_view field,
                  BookLevel& level);
  bool read_levels(json::value& value, std::string_view field, std::vector<BookLevel>& into);
  bool read_snapshot(json::object& root);
  bool read_depth(json::object& data);
  bool read_ticker(json::object& data);
  bool read_trade(json::object& data);
  LineReading read_stream(std::string_view stream, json::object& root, bool with_depth);
  bool ends_whole(json::document& document, json::object& root);
  LineReading read(bool with_depth);

  [[nodiscard]] LineReading answer(bool read) const { return read ? LineReading{} : problem; }
};

// [price, quantity]; snapshots of old had a third, empty item.
bool CombinedLine::Impl::read_level(simdjson::simdjson_result<json::value> item,
                                    std::string_view field, BookLevel& level) {
  json::array parts;
  if (const auto error = item.get_array().get(parts)) return fail(error, field);
  int read = 0;
  for (auto part : parts) {
    json::value text;
    if (const auto error = part.get(text)) return fail(error, field);
    if (read == 0 && !read_price(level.price, text, field)) return false;
    if (read == 1 && !read_size(level.quantity, text, field)) return false;
    ++read;
  }
  return read >= 2 || fail(Reason::RecordingField, field, "a level without price and quantity");
}

bool CombinedLine::Impl::read_levels(json::value& value, std::string_view field,
                                     std::vector<BookLevel>& into) {
  into.clear();
  json::array levels;
  if (const auto error = value.get_array().get(levels)) return fail(error, field);
  for (auto item : levels) {
    BookLevel level;
    if (!read_level(item, field, level)) return false;
    into.push_back(level);
  }
  return true;
}

bool CombinedLine::Impl::read_snapshot(json::object& root) {
  event.kind = MarketKind::Snapshot;
  json::value value;
  if (const auto error = root.find_field_unordered("lastUpdateId").get(value)) {
    return fail(error, "stream or lastUpdateId");
  }
  if (!read_id(event.last_id, value, "lastUpdateId")) return false;
  if (const auto error = root.find_field_unordered("bids").get(value)) return fail(error, "bids");
  if (!read_levels(value, "bids", bids)) return false;
  if (const auto error = root.find_field_unordered("asks").get(value)) return fail(error, "asks");
  if (!read_levels(value, "asks", asks)) return false;
  event.bids = bids;
  event.asks = asks;
  return true;
}

bool CombinedLine::Impl::read_depth(json::object& data) {
  event.kind = MarketKind::Depth;
  const bool read = read_letters(data, "EsUuba", [this](char letter, json::value& value) {
    switch (letter) {
      case 'E':
        return read_time(value, "data.E");
      case 's':
        return check_symbol(value);
      case 'U':
        return read_id(event.first_id, value, "data.U");
      case 'u':
        return read_id(event.last_id, value, "data.u");
      case 'b':
        return read_levels(value, "data.b", bids);
      case 'a':
        return read_levels(value, "data.a", asks);
      default:
        return true;
    }
  });
  if (!read) return false;
  event.bids = bids;
  event.asks = asks;
  return event.first_id <= event.last_id || fail(Reason::RecordingField, "data.u", "below U");
}

bool CombinedLine::Impl::read_ticker(json::object& data) {
  event.kind = MarketKind::BookTicker;
  const bool read = read_letters(data, "usbBaA", [this](char letter, json::value& value) {
    switch (letter) {
      case 'u':
        return read_id(event.last_id, value, "data.u");
      case 's':
        return check_symbol(value);
      case 'b':
        return read_price(event.bid.price, value, "data.b");
      case 'B':
        return read_size(event.bid.quantity, value, "data.B");
      case 'a':
        return read_price(event.ask.price, value, "data.a");
      case 'A':
        return read_size(event.ask.quantity, value, "data.A");
      default:
        return true;
    }
  });
  if (!read) return false;
  return event.bid.price < event.ask.price ||
         fail(Reason::RecordingField, "data.a", "not above the best bid");
}

bool CombinedLine::Impl::read_trade(json::object& data) {
  event.kind = MarketKind::Trade;
  return read_letters(data, "stpqTm", [this](char letter, json::value& value) {
    switch (letter) {
      case 's':
        return check_symbol(value);
      case 't':
        return read_id(event.trade_id, value, "data.t");
      case 'p':
        return read_price(event.price, value, "data.p");
      case 'q':
        return read_size(event.quantity, value, "data.q", 1);
      case 'T':
        return read_time(value, "data.T");
      case 'm': {
        const auto error = value.get_bool().get(event.buyer_is_maker);
        return !error || fail(error, "data.m");
      }
      default:
        return true;
    }
  });
}

LineReading CombinedLine::Impl::read_stream(std::string_view stream, json::object& root,
                                            bool with_depth) {
  if (stream.starts_with('!')) return {.kind = Kind::Unknown};
  const std::size_t at = std::min(stream.find('@'), stream.size());
  if (stream.substr(0, at) != lower) {
    return answer(fail(Reason::RecordingSymbol, "stream", stream));
  }
  const std::string_view name = stream.substr(std::min(at + 1, stream.size()));
  const bool depth = name == "depth@100ms" || name == "depth";
  if (depth && !with_depth) return {.kind = Kind::Passed};
  const bool ticker = name == "bookTicker";
  if (!depth && !ticker && name != "trade") return {.kind = Kind::Unknown};

  json::object data;
  if (const auto error = root.find_field_unordered("data").get_object().get(data)) {
    return answer(fail(error, "data"));
  }
  if (depth) return answer(read_depth(data));
  return answer(ticker ? read_ticker(data) : read_trade(data));
}

LineReading CombinedLine::Impl::read(bool with_depth) {
  json::document document;
  const std::size_t readable = line.size() + FileText::kPadding;
  if (const auto error = parser.iterate(line.data(), line.size(), readable).get(document)) {
    return answer(fail(error, "json"));
  }
  json::object root;
  if (const auto error = document.get_object().get(root)) {
    return answer(fail(Reason::RecordingLine, "json", simdjson::error_message(error)));
  }
  json::raw_json_string stream;
  const auto error = root.find_field_unordered("stream").get_raw_json_string().get(stream);
  if (error && error != simdjson::NO_SUCH_FIELD) return answer(fail(error, "stream"));
  if (error && !with_depth) return {.kind = Kind::Passed};
  const LineReading reading =
      error ? answer(read_snapshot(root)) : read_stream(text_at(stream), root, with_depth);
  if (reading.kind != Kind::Event) return reading;
  return answer(ends_whole(document, root));
}

// On-Demand looks no further than it is asked to: so a line cut behind its last value, or with more
// behind it, would pass.
bool CombinedLine::Impl::ends_whole(json::document& document, json::object& root) {
  if (const auto error = root.reset().error()) return fail(error, "json");
  for (auto field : root) {
    if (const auto error = field.error()) return fail(error, "json");
  }
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS ||
         fail(Reason::RecordingLine, "json", "more than one value");
}

CombinedLine::CombinedLine(SymbolId symbol, std::string_view expected_symbol)
    : impl_(std::make_unique<Impl>(symbol, expected_symbol)) {}

CombinedLine::~CombinedLine() = default;

LineReading CombinedLine::read(std::string_view json, bool with_depth) {
  Impl& it = *impl_;
  it.start(json);
  if (it.exact.read(json, with_depth, it.event, it.bids, it.asks)) return {};
  it.start(json);
  return it.read(with_depth);
}

MarketEvent& CombinedLine::event() {
  return impl_->event;
}

}  // namespace clawgate::sim
