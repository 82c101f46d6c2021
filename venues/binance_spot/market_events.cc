// SPDX-License-Identifier: Apache-2.0
#include "venues/binance_spot/market_events.h"

#include <simdjson.h>

#include <array>
#include <optional>
#include <string>

#include "schemas/strict_json.h"

namespace clawgate::venues::binance_spot {
namespace {

namespace json = simdjson::ondemand;

constexpr std::int64_t kMillisMax = 9'000'000'000'000;  // year 2255; in nanoseconds it still fits

// Which one-letter members of one payload were read.
class Letters {
 public:
  /// False when it was there before.
  constexpr bool add(char letter) {
    const bool is_new = (bits_ & bit(letter)) == 0;
    bits_ |= bit(letter);
    return is_new;
  }
  /// The first of `wanted` that is missing, or 0.
  [[nodiscard]] constexpr char missing(std::string_view wanted) const {
    for (const char letter : wanted) {
      if ((bits_ & bit(letter)) == 0) return letter;
    }
    return '\0';
  }

 private:
  // Letters lie between 64 and 127.
  static constexpr std::uint64_t bit(char letter) {
    return std::uint64_t{1} << (static_cast<unsigned>(letter) & 63U);
  }
  std::uint64_t bits_ = 0;
};

bool is_letter(std::string_view key) {
  return key.size() == 1 && ((key[0] >= 'a' && key[0] <= 'z') || (key[0] >= 'A' && key[0] <= 'Z'));
}

Reason reason_of_json(simdjson::error_code error) {
  if (error == simdjson::NO_SUCH_FIELD) return Reason::FieldMissing;
  if (error == simdjson::INCORRECT_TYPE) return Reason::FieldType;
  if (error == simdjson::NUMBER_OUT_OF_RANGE) return Reason::NumberOutOfRange;
  return Reason::JsonSyntax;
}

}  // namespace

// Its functions answer false after `error` was set.
struct MarketDecoder::Impl {
  json::parser parser;
  std::string padded;
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
  std::string prefix;  // "data." in a combined frame
  Error error;

  bool fail(Reason reason, std::string_view field, std::string_view seen) {
    error = {reason, prefix + std::string(field), printable(seen)};
    return false;
  }
  bool fail(simdjson::error_code code, std::string_view field) {
    return fail(reason_of_json(code), field, simdjson::error_message(code));
  }

  simdjson::error_code open(std::string_view text, json::document& document) {
    prefix.clear();
    padded.assign(text);
    padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    return parser.iterate(padded.data(), padded.size(), padded.capacity()).get(document);
  }

  // What is read by its name, and would be read where it stands first.
  static constexpr std::array<std::string_view, 6> kOnce = {"data", "lastUpdateId", "bids",
                                                            "asks", "mins",         "price"};

  // On-Demand looks no further than it is asked to; a frame that is cut behind its last value, or
  // has more behind it, must not pass.
  bool ends_whole(json::document& document, json::object& root) {
    prefix.clear();
    if (const auto code = root.reset().error()) return fail(code, "json");
    unsigned seen = 0;
    for (auto field : root) {
      json::raw_json_string key;  // as it stands: no room is taken a second time
      if (const auto code = field.key().get(key)) return fail(code, "json");
      for (std::size_t i = 0; i < kOnce.size(); ++i) {
        if (!(key == kOnce[i])) continue;
        if ((seen >> i & 1U) != 0) return fail(Reason::JsonDuplicateKey, kOnce[i], kOnce[i]);
        seen |= 1U << i;
      }
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS ||
           fail(Reason::JsonSyntax, "json", "more than one value");
  }

  template <class D>
  bool read_decimal(D& into, json::value value, std::string_view field, std::int64_t least) {
    std::string_view text;
    if (const auto code = value.get_string().get(text)) return fail(code, field);
    const RawDecimal read = parse_decimal(text);
    if (read.error == DecimalError::Syntax) return fail(Reason::FieldValue, field, text);
    if (read.error != DecimalError::None) return fail(reason_of(read.error), field, text);
    if (read.raw < least) return fail(Reason::FieldOutOfRange, field, text);
    into = D::from_raw(read.raw);
    return true;
  }

  bool read_count(std::int64_t& into, json::value value, std::string_view field) {
    if (const auto code = value.get_int64().get(into)) return fail(code, field);
    return into >= 0 || fail(Reason::FieldOutOfRange, field, std::to_string(into));
  }

  bool read_millis(std::int64_t& into, json::value value, std::string_view field) {
    if (!read_count(into, value, field)) return false;
    return into <= kMillisMax || fail(Reason::FieldOutOfRange, field, std::to_string(into));
  }

  bool read_symbol(std::string_view& into, json::value value, std::string_view field) {
    if (const auto code = value.get_string().get(into)) return fail(code, field);
    return !into.empty() || fail(Reason::FieldEmpty, field, "");
  }

  bool read_level(BookLevel& level, simdjson::simdjson_result<json::value> item,
                  std::string_view field) {
    json::array parts;
    if (const auto code = item.get_array().get(parts)) return fail(code, field);
    int read = 0;
    for (auto part : parts) {
      json::value value;
      if (const auto code = part.get(value)) return fail(code, field);
      if (read == 0 && !read_decimal(level.price, value, field, 1)) return false;
      if (read == 1 && !read_decimal(level.quantity, value, field, 0)) return false;
      ++read;
    }
    return read == 2 || fail(Reason::FieldValue, field, "a level that is not price and quantity");
  }

  bool read_levels(std::vector<BookLevel>& into, json::value value, std::string_view field) {
    into.clear();
    json::array levels;
    if (const auto code = value.get_array().get(levels)) return fail(code, field);
    for (auto item : levels) {
      if (into.size() == kLevelsMax) return fail(Reason::InputTooLarge, field, "too many levels");
      if (!read_level(into.emplace_back(), item, field)) return false;
    }
    return true;
  }

  // Calls read(letter, value) for every member of one letter, each at most once and all of
  // `wanted`.
  template <class Read>
  bool read_letters(json::object& data, std::string_view wanted, Read read) {
    Letters seen;
    for (auto field : data) {
      std::string_view key;
      if (const auto code = field.unescaped_key().get(key)) return fail(code, "json");
      if (!is_letter(key)) continue;
      const char letter = key[0];
      const std::string_view name(&letter, 1);
      if (!seen.add(letter)) return fail(Reason::JsonDuplicateKey, name, name);
      json::value value;
      if (const auto code = field.value().get(value)) return fail(code, name);
      if (!read(letter, value, name)) return false;
    }
    const char missing = seen.missing(wanted);
    return missing == '\0' || fail(Reason::FieldMissing, {&missing, 1}, "");
  }

  bool read_depth(DepthUpdate& it, json::object& data) {
    const bool read =
        read_letters(data, "EsUuba", [&](char letter, json::value value, std::string_view name) {
          switch (letter) {
            case 'E':
              return read_millis(it.event_ms, value, name);
            case 's':
              return read_symbol(it.symbol, value, name);
            case 'U':
              return read_count(it.first_id, value, name);
            case 'u':
              return read_count(it.last_id, value, name);
            case 'b':
              return read_levels(bids, value, name);
            case 'a':
              return read_levels(asks, value, name);
            default:
              return true;
          }
        });
    if (!read) return false;
    it.bids = bids;
    it.asks = asks;
    return it.first_id <= it.last_id || fail(Reason::FieldOutOfRange, "u", "below U");
  }

  bool read_ticker(BookTicker& it, json::object& data) {
    return read_letters(data, "usbBaA", [&](char letter, json::value value, std::string_view name) {
      switch (letter) {
        case 'u':
          return read_count(it.update_id, value, name);
        case 's':
          return read_symbol(it.symbol, value, name);
        case 'b':
          return read_decimal(it.bid.price, value, name, 0);
        case 'B':
          return read_decimal(it.bid.quantity, value, name, 0);
        case 'a':
          return read_decimal(it.ask.price, value, name, 0);
        case 'A':
          return read_decimal(it.ask.quantity, value, name, 0);
        default:
          return true;
      }
    });
  }

  bool read_trade(TradeEvent& it, json::object& data) {
    const char id = it.aggregate ? 'a' : 't';
    const std::string_view wanted = it.aggregate ? "EsapqT" : "EstpqT";
    return read_letters(data, wanted, [&](char letter, json::value value, std::string_view name) {
      if (letter == id) return read_count(it.id, value, name);
      switch (letter) {
        case 'E':
          return read_millis(it.event_ms, value, name);
        case 's':
          return read_symbol(it.symbol, value, name);
        case 'p':
          return read_decimal(it.price, value, name, 1);
        case 'q':
          return read_decimal(it.quantity, value, name, 1);
        case 'T':
          return read_millis(it.trade_ms, value, name);
        default:
          return true;
      }
    });
  }

  bool read_shutdown(ServerShutdown& it, json::object& data) {
    return read_letters(data, "E", [&](char letter, json::value value, std::string_view name) {
      return letter != 'E' || read_millis(it.event_ms, value, name);
    });
  }

  // By the member "e"; a bookTicker has none, but an "u".
  bool read_event(StreamEvent& event, json::object& data) {
    std::string_view kind;
    const auto code = data.find_field_unordered("e").get_string().get(kind);
    if (code && code != simdjson::NO_SUCH_FIELD) return fail(code, "e");
    const std::string name(code ? std::string_view{} : kind);
    bool is_ticker = false;
    if (code) {
      if (const auto failed = data.reset().error()) return fail(failed, "json");
      is_ticker = data.find_field_unordered("B").error() == simdjson::SUCCESS;
    }
    if (const auto failed = data.reset().error()) return fail(failed, "json");
    if (is_ticker) return read_ticker(event.emplace<BookTicker>(), data);
    if (name == "depthUpdate") return read_depth(event.emplace<DepthUpdate>(), data);
    if (name == "serverShutdown") return read_shutdown(event.emplace<ServerShutdown>(), data);
    if (name == "trade" || name == "aggTrade") {
      auto& trade = event.emplace<TradeEvent>();
      trade.aggregate = name == "aggTrade";
      return read_trade(trade, data);
    }
    event.emplace<OtherEvent>();
    return true;
  }

  bool read_frame(StreamEvent& event, std::string_view frame) {
    json::document document;
    if (frame.empty()) return fail(Reason::EmptyInput, "json", "");
    if (const auto code = open(frame, document)) return fail(code, "json");
    json::object root;
    if (const auto code = document.get_object().get(root)) return fail(code, "json");
    json::object data;
    const auto code = root.find_field_unordered("data").get_object().get(data);
    if (code && code != simdjson::NO_SUCH_FIELD) return fail(code, "data");
    if (!code) {
      prefix = "data.";
      return read_event(event, data) && ends_whole(document, root);
    }
    if (const auto failed = root.reset().error()) return fail(failed, "json");
    return read_event(event, root) && ends_whole(document, root);
  }

  bool read_book(DepthSnapshot& snapshot, std::string_view body) {
    json::document document;
    if (body.empty()) return fail(Reason::EmptyInput, "json", "");
    if (const auto code = open(body, document)) return fail(code, "json");
    json::object root;
    if (const auto code = document.get_object().get(root)) return fail(code, "json");
    json::value value;
    if (const auto code = root.find_field_unordered("lastUpdateId").get(value)) {
      return fail(code, "lastUpdateId");
    }
    if (!read_count(snapshot.last_id, value, "lastUpdateId")) return false;
    if (const auto code = root.find_field_unordered("bids").get(value)) return fail(code, "bids");
    if (!read_levels(bids, value, "bids")) return false;
    if (const auto code = root.find_field_unordered("asks").get(value)) return fail(code, "asks");
    if (!read_levels(asks, value, "asks")) return false;
    snapshot.bids = bids;
    snapshot.asks = asks;
    return ends_whole(document, root);
  }
};

MarketDecoder::MarketDecoder() : impl_(std::make_unique<Impl>()) {}

MarketDecoder::~MarketDecoder() = default;

Result<StreamEvent> MarketDecoder::read(std::string_view frame) {
  StreamEvent event;
  if (!impl_->read_frame(event, frame)) return impl_->error;
  return event;
}

Result<DepthSnapshot> MarketDecoder::read_snapshot(std::string_view body) {
  DepthSnapshot snapshot;
  if (!impl_->read_book(snapshot, body)) return impl_->error;
  return snapshot;
}

}  // namespace clawgate::venues::binance_spot
